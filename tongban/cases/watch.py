"""The clock's own hand: silent cases are accepted as of their receipt day, ended ones archived in time."""

import threading

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

from tongban.cases.actions import archive, silence
from tongban.kit.api import clock

log = structlog.get_logger()


def run(stop: threading.Event, every: float = 60.0) -> None:
    """Look once a minute until told to stop; survives a database that is away."""
    while not stop.is_set():
        try:
            close_old_connections()
            accepted = silence.accept_silent(at=clock())
            archived = archive.archive_ended(at=clock())
            if accepted or archived:
                log.info("watched", deemed_accepted=accepted, archived=archived)
        except (OperationalError, InterfaceError) as error:
            log.warning("database away, will retry", error=str(error))
        stop.wait(every)
