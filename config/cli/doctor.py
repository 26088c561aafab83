"""`tongban doctor`: is everything here that the house needs, and what to do if not."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console

console = Console(highlight=False)


def doctor() -> None:
    """Check the installation; exit code 1 when something is missing."""
    from config.cli import django

    failed = False
    for name, held, mend in _checks(django):
        console.print(f"[green]✓[/] {name}" if held else f"[red]✗[/] {name}: {mend}")
        failed = failed or not held
    raise typer.Exit(1 if failed else 0)


def _checks(django) -> Iterator[tuple[str, bool, str]]:
    """(what, held, what to do)."""
    yield "Python ≥ 3.11", sys.version_info >= (3, 11), "install Python 3.11"
    yield "front-end assets", (django.ROOT / "static" / "dist" / "portal.css").exists(), "run `make setup`"
    django.ready()
    from django.conf import settings
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from tongban.catalogue import queries as catalogue
    from tongban.connectors import queries as connectors
    from tongban.record import queries as record

    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version_num')::int, current_setting('fsync')")
            version, fsync = cursor.fetchone()
    except DatabaseError as error:
        yield "database", False, f"is PostgreSQL running? {error}"
        return
    yield f"PostgreSQL {version // 10000} ≥ 15", version >= 150000, "use PostgreSQL 15 or newer"
    yield "fsync on", fsync == "on", "set fsync = on: acknowledged commands must survive a crash"
    fonts = Path(settings.LETTER_FONTS)
    yield "fonts for letters", any(fonts.glob("*.ttf")), "run `make setup`"
    free = shutil.disk_usage(settings.VAR_DIR).free
    yield f"disk: {free // 10**9} GB free", free > 2 * 10**9, "free at least 2 GB under TONGBAN_VAR"
    through = catalogue.calendar().published_through
    today = timezone.localdate()
    yield (
        f"calendar published through {through}",
        through >= today,
        "enter the State Council's calendar of this year",
    )
    yield "items published", len(catalogue.items()) > 0, "run `tongban demo build` or import a catalogue"
    lag = record.unsealed()
    yield f"record: {lag} events not sealed yet", lag < 10_000, "is the worker running?"
    failed = sum(one.failed for one in connectors.standings())
    yield f"organs outside: {failed} messages not delivered", failed == 0, "see `tongban connectors status`"
