"""Writing the catalogue: guides from draft to publication, where items run, the official's calendar."""

from tongban.catalogue.actions.blocks import adopt, load_blocks, save_block
from tongban.catalogue.actions.calendar import set_calendar
from tongban.catalogue.actions.devolution import Paper, devolve, lawful, recall
from tongban.catalogue.actions.items import load_guides, publish
from tongban.catalogue.actions.standing import (
    accept_answer,
    answer_standing,
    close,
    follow_up,
    inspect,
    inspect_when_due,
    report,
    return_answer,
)
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
    "accept_answer",
    "adopt",
    "answer",
    "answer_standing",
    "approve",
    "begin",
    "cancel",
    "claim",
    "close",
    "devolve",
    "discard",
    "follow_up",
    "forget",
    "import_guides",
    "inspect",
    "inspect_when_due",
    "keep",
    "kept",
    "lawful",
    "load_blocks",
    "load_guides",
    "publish",
    "recall",
    "report",
    "resume",
    "return_answer",
    "save_block",
    "send_back",
    "set_calendar",
    "submit",
    "suspend",
    "write",
]
