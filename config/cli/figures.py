"""`tongban figures`: every figure of the city computed from its records, with the formula beside it."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


def figures(as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Coverage of the catalogue today: share, how many of how many, formula."""
    from config.cli import django

    django.ready()
    from tongban.catalogue import queries

    found = queries.coverage()
    if as_json:
        told = [
            {"key": f.key, "name": f.name, "share": float(f.share) if f.share is not None else None,
             "counted": f.counted, "of": f.of, "formula": f.formula}
            for f in found
        ]  # fmt: skip
        typer.echo(msgspec.json.encode(told).decode())
        return
    table = Table("指标 figure", "数值 share", "", "公式 formula")
    for figure in found:
        share = f"{float(figure.share):.1%}" if figure.share is not None else "—"
        table.add_row(figure.name.zh, share, f"{figure.counted} / {figure.of}", figure.formula.zh)
    console.print(table)
