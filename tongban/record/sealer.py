"""The sealer's loop in the worker: committed events into the log, twice a second."""

import threading

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

from tongban.kit.api import clock
from tongban.record import actions

log = structlog.get_logger()


def run(stop: threading.Event, every: float = 0.5) -> None:
    """Seal until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            close_old_connections()
            while actions.seal(at=clock()) == actions.BATCH and not stop.is_set():
                pass
        except (OperationalError, InterfaceError) as error:
            log.warning("database away, will retry", error=str(error))
            stop.wait(2)
        stop.wait(every)
