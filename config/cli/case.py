"""`tongban case`: look at a case."""

import typer
from rich.console import Console
from rich.table import Table

from tongban.engine.refusal import Refused

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def case() -> None:
    """Look at a case."""


@app.command()
def show(case_no: str) -> None:
    """Stage, dates and everything recorded of a case."""
    from config.cli import django

    django.ready()
    from tongban.cases.queries import opened
    from tongban.people.rules import system
    from tongban.record import queries as record

    try:
        row = opened.any_case(case_no, system("cli"))
    except Refused as refused:
        console.print(f"[red]{refused.code}: {case_no}")
        raise typer.Exit(1) from refused
    state = opened.state(row)
    console.print(f"[bold]{row.case_no}[/]  {row.query_code}  {row.organ.name}")
    console.print(f"{state.stage.value}  position {state.position}  due {row.due_at}")
    table = Table("#", "kind", "at", "by")
    for event in record.stream("case", row.pk):
        table.add_row(str(event.position), event.kind, f"{event.at:%Y-%m-%d %H:%M:%S}", event.by)
    console.print(table)
