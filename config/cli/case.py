"""`tongban case`: look at a case."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tongban.engine.calendar import CST

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def case() -> None:
    """Look at a case."""


@app.command()
def show(
    case_no: Annotated[str, typer.Argument(help="The case number (43) or its query code.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Stage, dates and everything recorded of a case."""
    from config.cli import django

    django.ready()
    from tongban.cases.queries import opened
    from tongban.people.rules import system
    from tongban.record import queries as record

    row = opened.any_case(case_no, system("cli"))
    events = record.stream("case", row.pk)
    if as_json:
        told = {
            "case_no": row.pk,
            "query_code": row.query_code,
            "organ": row.organ.name,
            "due_at": row.due_at,
        }
        lines = [
            {"position": e.position, "kind": e.kind, "facts": e.facts, "at": e.at, "by": e.by} for e in events
        ]
        typer.echo(msgspec.json.encode({**told, "state": row.state, "events": lines}).decode())
        return
    due = f"  期限 due {row.due_at.astimezone(CST):%Y-%m-%d %H:%M}" if row.due_at else ""
    console.print(f"[bold]{row.pk}[/]  {row.query_code}  {row.organ.name}")
    console.print(f"{opened.state(row).stage.value}  position {row.position}{due}")
    table = Table("#", "kind", "at", "by")
    for event in events:
        table.add_row(
            str(event.position), event.kind, f"{event.at.astimezone(CST):%Y-%m-%d %H:%M:%S}", event.by
        )
    console.print(table)


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Fold every case again from its events; exit code 1 when a stored state differs."""
    from config.cli import django

    django.ready()
    from tongban.cases.queries import replay

    with Progress(console=console, disable=as_json, transient=True) as progress:
        task = progress.add_task("重算办件 replaying", total=None)
        found = replay.replay(lambda done: progress.update(task, completed=done))
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        for number in found.differing:
            console.print(f"[red]✗[/] {number}")
        mark = "[red]✗[/]" if found.differing else "[green]✓[/]"
        console.print(
            f"{mark} {found.cases} cases, {len(found.differing)} differ, {found.erased} with erased events"
        )
    raise typer.Exit(1 if found.differing else 0)
