"""`tongban construction`: list projects with their times, show one's stages, export one for the exchange."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def construction() -> None:
    """Construction projects: where they stand, how long they took, the national exchange."""


@app.command("list")
def list_projects(as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Every project with its stage, both measures and its light."""
    from config.cli import django

    django.ready()
    from tongban.construction.queries import lists
    from tongban.kit.api import clock
    from tongban.people.rules import system

    found = lists.everything(system("cli"), clock())
    if as_json:
        rows = [
            {
                "code": one.row.pk,
                "name": one.row.name,
                "theme": one.theme.code,
                "stages": {part.table.code: part.state for part in one.parts},
                "approval_days": one.measured.approval_days,
                "span_days": one.measured.span_days,
                "promised_days": one.theme.days,
                "light": one.light,
            }
            for one in found
        ]
        typer.echo(msgspec.json.encode(rows).decode())
        return
    table = Table("项目 project", "代码 code", "阶段 stage", "审批用时 approval", "跨度 width", "灯 light")
    for one in found:
        at = one.current.table.short if one.current else None
        stage = f"{at.zh} {at.en}" if at else "办结 completed"
        days = f"{one.measured.approval_days} / {one.theme.days}"
        table.add_row(one.row.name, one.row.pk, stage, days, str(one.measured.span_days), one.light)
    console.print(table)


@app.command()
def export(
    code: Annotated[str, typer.Argument(help="The project's code, 24 characters.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="A file to write; else the answer is shown.")
    ] = None,
) -> None:
    """One project in the shape of the ministry's exchange tables, as JSON."""
    from config.cli import django

    django.ready()
    from tongban.construction.queries import exchange
    from tongban.kit.api import clock
    from tongban.people.rules import system

    document = msgspec.json.format(
        msgspec.json.encode(exchange.document(code, system("cli"), clock())), indent=2
    )
    if to is None:
        typer.echo(document.decode())
        return
    to.write_bytes(document + b"\n")
    console.print(f"[green]✓[/] {to}")
