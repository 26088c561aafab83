"""Django for commands that need it: the database found or started first, then the settings loaded."""

import os
from functools import cache
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def ready() -> None:
    """Start (or join) the embedded PostgreSQL unless `DATABASE_URL` names another, and set Django up.

    Child processes inherit `DATABASE_URL`, so only the first process holds the server.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        os.environ["DATABASE_URL"] = _embedded(Path(os.environ.get("TONGBAN_VAR") or ROOT / "var"))
    django.setup()


def revive_database() -> bool:
    """Start the embedded PostgreSQL again if this process holds one that has died; whether it had."""
    from tongban.kit import database

    return sum(database.revive(server) for server in _held) > 0


_held: list = []


def _embedded(var: Path) -> str:
    """The URL of database `tongban` on the embedded server under `var`."""
    from tongban.kit.database import ensure_database, start_embedded

    server = start_embedded(var.resolve() / "pg")
    _held.append(server)
    ensure_database(server, "tongban")
    return server.get_uri(database="tongban")
