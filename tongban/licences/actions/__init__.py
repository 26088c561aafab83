"""Writing licences: issue them, use them, copy them, end them."""

from tongban.licences.actions.copying import make_copy
from tongban.licences.actions.ending import decide, open_proceeding
from tongban.licences.actions.issuing import Prepared, keep, prepare
from tongban.licences.actions.using import use

__all__ = ["Prepared", "decide", "keep", "make_copy", "open_proceeding", "prepare", "use"]
