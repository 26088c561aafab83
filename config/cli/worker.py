"""The worker process: seals the record, watches silent cases, carries messages, runs the deferred jobs."""

import os
import threading
from typing import cast

import structlog

log = structlog.get_logger()


def worker() -> None:
    """Run the worker until it is told to stop (SIGINT or SIGTERM): the job in hand is finished first."""
    from config.cli import django

    django.ready()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from tongban.cases import watch
    from tongban.connectors import courier
    from tongban.record import sealer, tasks

    threading.excepthook = _fall
    stop = threading.Event()
    threads = [
        threading.Thread(target=sealer.run, args=(stop,), name="sealer", daemon=True),
        threading.Thread(target=watch.run, args=(stop,), name="watch", daemon=True),
        threading.Thread(target=courier.run, args=(stop,), name="courier", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        connector = cast(DjangoConnector, app.connector).get_worker_connector()
        with app.replace_connector(connector) as jobs:
            jobs.run_worker(
                concurrency=2,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=2.0,
                stalled_worker_timeout=tasks.SILENT_SECONDS,
                delete_jobs="successful",
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


def _fall(failure: threading.ExceptHookArgs) -> None:
    """A thread met a bug: the process ends, loudly, and is started again; a silent worker seals nothing."""
    name = failure.thread.name if failure.thread else ""
    log.error("worker thread failed", thread=name, exc_info=failure.exc_value)
    os._exit(1)
