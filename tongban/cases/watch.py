"""The clock's own hand: after five silent working days a case is accepted as of its receipt day."""

import threading

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

from tongban.cases.actions import silence
from tongban.kit.api import clock

log = structlog.get_logger()


def run(stop: threading.Event, every: float = 60.0) -> None:
    """Accept silent cases once a minute until told to stop; survives a database that is away."""
    while not stop.is_set():
        try:
            close_old_connections()
            accepted = silence.accept_silent(at=clock())
            if accepted:
                log.info("deemed accepted", cases=accepted)
        except (OperationalError, InterfaceError) as error:
            log.warning("database away, will retry", error=str(error))
        stop.wait(every)
