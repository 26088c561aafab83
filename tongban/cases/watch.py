"""The clock's own hand: silent cases are accepted, promises chased and ended, ended cases archived, deadlines moved."""

import threading

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

from tongban.cases.actions import archive, promises, recalculation, silence
from tongban.catalogue import queries as catalogue
from tongban.kit.api import clock

log = structlog.get_logger()


def run(stop: threading.Event, every: float = 60.0) -> None:
    """Look once a minute until told to stop; survives a database that is away.

    After a change of the calendar deadlines are recomputed twice, a minute apart: a process may answer
    from the former calendar for a few seconds.
    """
    version, rounds = "", 0
    while not stop.is_set():
        try:
            close_old_connections()
            accepted = silence.accept_silent(at=clock())
            returned = promises.end_overdue(at=clock())
            chased = promises.chase(at=clock())
            archived = archive.archive_ended(at=clock())
            catalogue.forget_calendar()
            if (now := catalogue.calendar().version) != version:
                version, rounds = now, 2
            moved = recalculation.recompute(at=clock()) if rounds else 0
            rounds = max(rounds - 1, 0)
            if accepted or archived or moved or returned or chased:
                log.info(
                    "watched",
                    deemed_accepted=accepted,
                    archived=archived,
                    dues_moved=moved,
                    promises_chased=chased,
                    promises_ended=returned,
                )
        except (OperationalError, InterfaceError) as error:
            log.warning("database away, will retry", error=str(error))
        stop.wait(every)
