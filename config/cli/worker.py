"""The worker process: seals the record, watches silent cases, and runs the deferred jobs."""

import signal
import threading

import structlog

log = structlog.get_logger()


def worker() -> None:
    """Run the worker until it is told to stop."""
    from config.cli import django

    django.ready()
    from django.core.management import call_command

    from tongban.cases import watch
    from tongban.record import sealer

    stop = threading.Event()
    signal.signal(signal.SIGTERM, _as_interrupt)
    threads = [
        threading.Thread(target=sealer.run, args=(stop,), name="sealer", daemon=True),
        threading.Thread(target=watch.run, args=(stop,), name="watch", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        call_command("procrastinate", "worker", concurrency=2, fetch_job_polling_interval=1.0)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


def _as_interrupt(*_: object) -> None:
    """Being told to stop is being interrupted: the job in hand is finished first."""
    signal.raise_signal(signal.SIGINT)
