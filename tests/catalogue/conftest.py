"""What the catalogue's tests stand on beside the test city."""

from importlib import import_module

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _remembered_for_the_test(monkeypatch):
    """What a process keeps for seconds is kept for a whole test, however slow this machine is, and for it alone.

    Else the calendar's two statements fall into whichever page is asked for after five seconds.
    """
    monkeypatch.setattr(import_module("tongban.catalogue.queries.calendar"), "FRESH_SECONDS", 3600)
    cache.clear()
