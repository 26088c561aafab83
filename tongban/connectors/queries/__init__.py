"""Reading the connectors: who is reached where, how each receiver stands, the messages themselves."""

from tongban.connectors.queries.directory import Organ, directory, own_key, takers
from tongban.connectors.queries.health import Standing, standings
from tongban.connectors.queries.messages import PAGE, failures, find, page, sent_to

__all__ = [
    "PAGE",
    "Organ",
    "Standing",
    "directory",
    "failures",
    "find",
    "own_key",
    "page",
    "sent_to",
    "standings",
    "takers",
]
