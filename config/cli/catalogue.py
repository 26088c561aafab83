"""`tongban catalogue`: the guides as shipped: list them, lint them."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer
import yaml
from rich.console import Console

from tongban.catalogue import shipped
from tongban.catalogue.rules.lint import lint as find_faults
from tongban.catalogue.rules.lint import lint_references

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.command("list")
def list_items() -> None:
    """Number, base code and name of every guide."""
    for guide in shipped.guides():
        console.print(f"{guide.number:>6}  {guide.base_code}  {guide.name.zh}  [dim]{guide.name.en}")


@app.command()
def lint(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of guides in YAML; else what is shipped.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """The faults of a catalogue: which rule, where, in words; exit code 1 when there is one."""
    try:
        wanted = shipped.written(folder) if folder else shipped.guides()
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        console.print(f"[red]{error}")
        raise typer.Exit(2) from error
    from config.cli import django

    django.ready()
    from tongban.catalogue import queries

    faults = find_faults(wanted) + lint_references(wanted, queries.tables())
    if as_json:
        typer.echo(json.dumps([msgspec.to_builtins(fault) for fault in faults], ensure_ascii=False))
    else:
        for fault in faults:
            console.print(f"[red]✗[/] {fault.rule}  {fault.where}  {fault.message.zh}")
        console.print(f"{len(wanted)} 个事项 items, {len(faults)} 处问题 faults")
    raise typer.Exit(1 if faults else 0)
