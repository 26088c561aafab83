"""Reading the catalogue: items and guides, who runs them where, the calendar, search, tables, versions."""

from tongban.catalogue.queries.calendar import calendar, calendar_entries, calendar_with, forget_calendar
from tongban.catalogue.queries.finding import Found, search
from tongban.catalogue.queries.imports import Incoming, incoming
from tongban.catalogue.queries.items import (
    Running,
    guide,
    hours,
    implementation,
    implementations,
    item,
    item_document,
    items,
    version_in_force,
)
from tongban.catalogue.queries.tables import DATA, Named, Scene, scenes, synonyms, tables, topics, windows
from tongban.catalogue.queries.versions import (
    before,
    changes,
    city,
    findings,
    hands,
    matter,
    open_versions,
    overrides,
    read,
    seats,
    unanswered,
)

__all__ = [
    "DATA",
    "Found",
    "Incoming",
    "Named",
    "Running",
    "Scene",
    "before",
    "calendar",
    "calendar_entries",
    "calendar_with",
    "changes",
    "city",
    "findings",
    "forget_calendar",
    "guide",
    "hands",
    "hours",
    "implementation",
    "implementations",
    "incoming",
    "item",
    "item_document",
    "items",
    "matter",
    "open_versions",
    "overrides",
    "read",
    "scenes",
    "search",
    "seats",
    "synonyms",
    "tables",
    "topics",
    "unanswered",
    "version_in_force",
    "windows",
]
