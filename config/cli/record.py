"""`tongban record`: verify the record, prove an entry, check a proof without a database."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from tongban.engine.refusal import Refused
from tongban.kit.hashing import HASHES, hasher
from tongban.record import rules

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Hash everything again; exit code 1 when anything differs."""
    from config.cli import django

    django.ready()
    from tongban.record import queries

    with Progress(console=console, disable=as_json, transient=True) as progress:
        task = progress.add_task("核对记录 verifying")
        report = queries.verify(lambda done, total: progress.update(task, completed=done, total=total))
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        _print(report)
    raise typer.Exit(1 if report.problems else 0)


def _print(report) -> None:
    for problem in report.problems:
        console.print(f"[red]✗[/] {problem.code}  {problem.where}")
    words = f"{report.events} events, {report.sealed} sealed, {report.erased} erased, {report.seconds:.1f} s"
    console.print(
        f"[red]记录不一致 the record does not verify[/] {words}"
        if report.problems
        else f"[green]✓[/] {words}"
    )


@app.command()
def prove(
    event: Annotated[int, typer.Argument(help="Id of an event.")] = 0,
    case: Annotated[str, typer.Option(help="A case number instead: proves its last event.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where the proof is written.")] = None,
) -> None:
    """A proof that an event is in the record; verifies offline with `tongban record check`."""
    from config.cli import django

    django.ready()
    from tongban.record import queries

    events = queries.stream("case", case) if case else []
    number = events[-1].pk if events else event
    try:
        proof = queries.proof(number)
    except Refused as refused:
        console.print(f"[red]{refused.code} {refused.facts}")
        raise typer.Exit(1) from refused
    content = msgspec.json.format(msgspec.json.encode(proof), indent=1)
    if out:
        out.write_bytes(content)
    else:
        typer.echo(content.decode())


@app.command()
def check(
    proof: Annotated[Path, typer.Argument(help="A proof file.")],
    key: Annotated[str, typer.Option(help="The record's public key in hex, as published.")] = "",
) -> None:
    """Check a proof offline, without a database; exit code 1 when it does not hold."""
    try:
        document = msgspec.json.decode(proof.read_bytes(), type=dict)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        console.print(f"[red]{proof}: {error}")
        raise typer.Exit(2) from error
    name = document.get("hash")
    problems = (
        rules.verify_proof(document, hasher(name), public=bytes.fromhex(key) if key else None)
        if name in HASHES
        else ["hash_differs"]
    )
    for problem in problems:
        console.print(f"[red]✗[/] {problem}")
    if problems:
        raise typer.Exit(1)
    console.print(f"[green]✓[/] 证明成立 the proof holds; key {document['public_key']}")
