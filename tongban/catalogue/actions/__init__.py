"""Writing the catalogue: guides from draft to publication, where items run, the official's calendar."""

from tongban.catalogue.actions.blocks import adopt, load_blocks, save_block
from tongban.catalogue.actions.calendar import set_calendar
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
    "adopt",
    "answer",
    "approve",
    "begin",
    "cancel",
    "claim",
    "discard",
    "forget",
    "import_guides",
    "keep",
    "kept",
    "load_blocks",
    "load_guides",
    "publish",
    "resume",
    "save_block",
    "send_back",
    "set_calendar",
    "submit",
    "suspend",
    "write",
]
