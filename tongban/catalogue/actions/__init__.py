"""Writing the catalogue: guides from draft to publication, where items run, the official's calendar."""

from tongban.catalogue.actions.calendar import set_calendar
from tongban.catalogue.actions.devolution import Paper, devolve, lawful, recall
from tongban.catalogue.actions.items import load_guides, publish
from tongban.catalogue.actions.versions import (
    answer,
    approve,
    begin,
    cancel,
    claim,
    discard,
    import_guides,
    resume,
    send_back,
    submit,
    suspend,
    write,
)
from tongban.catalogue.actions.workbooks import forget, keep, kept

__all__ = [
    "Paper",
    "answer",
    "approve",
    "begin",
    "cancel",
    "claim",
    "devolve",
    "discard",
    "forget",
    "import_guides",
    "keep",
    "kept",
    "lawful",
    "load_guides",
    "publish",
    "recall",
    "resume",
    "send_back",
    "set_calendar",
    "submit",
    "suspend",
    "write",
]
