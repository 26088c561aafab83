"""`tongban catalogue`: the catalogue as shipped."""

from pathlib import Path

import msgspec
import typer
import yaml
from rich.console import Console

from tongban.catalogue.rules.guide import Guide

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def catalogue() -> None:
    """The catalogue."""


@app.command("list")
def list_items() -> None:
    """The guides as shipped: number, base code, name."""
    folder = Path(__file__).resolve().parent.parent.parent / "tongban" / "catalogue" / "data" / "items"
    for path in sorted(folder.glob("*.yaml")):
        guide = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Guide)
        console.print(f"{guide.number:>3}  {guide.base_code}  {guide.name.zh}  [dim]{guide.name.en}")
