"""The API of the cases room: items, drafts, cases, and one resource per command."""

from tongban.cases.api import applying, bundling, commanding, cosigning, reading
from tongban.cases.api.door import router

__all__ = ["applying", "bundling", "commanding", "cosigning", "reading", "router"]
