"""Keeping the deferred jobs going: what a worker held when it died is given to another."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

SILENT_SECONDS = 10.0  # a worker beats every two seconds; after this long without it is dead


@app.periodic(cron="* * * * * */5")
@app.task(name="record.take_over", queueing_lock="record.take_over", pass_context=True)
async def take_over(context, timestamp: int) -> None:
    """Queue again the jobs of workers that no longer beat; every job may be run twice without harm."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job, retry_at=datetime.now(UTC))
