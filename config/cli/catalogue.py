"""`tongban catalogue`: list and lint the guides, exchange them with other systems."""

import json
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
import yaml
from rich.console import Console

from tongban.catalogue import shipped
from tongban.catalogue.forms import exports
from tongban.catalogue.forms.exports import Form
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
    answers: Annotated[
        bool, typer.Option("--answers", help="The findings kept of what is in force, with their answers.")
    ] = False,
    practice: Annotated[
        bool, typer.Option("--practice", help="Look at what happened to cases first, then as --answers.")
    ] = False,
) -> None:
    """The faults of a catalogue: which rule, where, in words; exit code 1 when there is one.

    With --answers or --practice: of what is in force, each with where it stands; exit code 1 when the
    department still owes something.
    """
    if answers or practice:
        _standing(as_json=as_json, practice=practice)
    try:
        wanted = shipped.written(folder) if folder else shipped.guides()
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        console.print(f"[red]{error}")
        raise typer.Exit(2) from error
    from config.cli import django

    django.ready()
    from tongban.catalogue import queries

    faults = find_faults(wanted) + lint_references(wanted, queries.tables(shipped.wordings()))
    if as_json:
        typer.echo(json.dumps([msgspec.to_builtins(fault) for fault in faults], ensure_ascii=False))
    else:
        for fault in faults:
            console.print(f"[red]✗[/] {fault.rule}  {fault.where}  {fault.message.zh}")
        console.print(f"{len(wanted)} 个事项 items, {len(faults)} 处问题 faults")
    raise typer.Exit(1 if faults else 0)


def _standing(*, as_json: bool, practice: bool) -> NoReturn:
    """Look at the guides in force, and at the cases when asked, and tell what stands."""
    from config.cli import django

    django.ready()
    from tongban.cases.actions import practice as analyser
    from tongban.catalogue import actions, queries
    from tongban.kit.api import clock
    from tongban.people.rules import system

    at = clock()
    run = actions.inspect(at=at)
    read = analyser.analyse(at=at) if practice else None
    told = queries.standing_document(system("cli"), at)
    if as_json:
        runs = {"inspection": {"at": run.at, "items": run.items, "found": run.found, "raised": run.raised,
                               "closed": run.closed}}  # fmt: skip
        if read:
            runs["practice"] = msgspec.to_builtins(read)
        typer.echo(msgspec.json.encode({**runs, "findings": told}, enc_hook=str).decode())
    else:
        for one in told:
            mark = "[green]✓[/]" if one["settled"] else "[red]✗[/]"
            due = f" {one['due_on']}{' 逾期 overdue' if one['overdue'] else ''}" if one["due_on"] else ""
            console.print(
                f"{mark} {one['stand']}{due}  {one['rule']}  {one['where']}  {one['message']['zh']}"
            )
        cases = f", {read.cases} 个办件 cases" if read else ""
        owed = sum(not one["settled"] for one in told)
        console.print(
            f"{run.items} 个事项 items{cases}, {len(told)} 条检查结果 findings, {owed} 条未办结 open"
        )
    raise typer.Exit(1 if any(not one["settled"] for one in told) else 0)


@app.command()
def export(
    form: Annotated[Form, typer.Option("--format", help="Workbook, JSON, or GB/T 39046 elements in JSON.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where it is written; else printed.")] = None,
    department: Annotated[str, typer.Option(help="Only the items of this department (its key).")] = "",
) -> None:
    """The items in force for another system, in a form `tongban catalogue check` reads."""
    from config.cli import django

    django.ready()
    from django.conf import settings
    from django.utils import timezone

    from tongban.catalogue import queries

    wanted = [row.guide for row in queries.items() if department in ("", row.guide.department)]
    content = exports.write(wanted, form, city=str(settings.CITY), at=timezone.now())
    if out:
        out.write_bytes(content)
        console.print(f"{len(wanted)} 个事项 items → {out}")
    else:
        typer.echo(content, nl=False)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A catalogue somebody hands in: Excel, JSON or GB/T 39046.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Whether a catalogue can be read, and every fault by its place; exit code 1 when there is one."""
    said = exports.check(file.read_bytes())
    if as_json:
        told = [{"where": where, "message": msgspec.to_builtins(words)} for where, words in said.faults]
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for where, words in said.faults:
            console.print(f"✗ {where}  {words.zh}  {words.en}", markup=False)
        console.print(f"{len(said.guides)} 个事项 items, {len(said.faults)} 处问题 faults")
    raise typer.Exit(1 if said.faults else 0)
