"""`tongban record`: verify the record, prove an entry, check a proof without a database."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from tongban.kit.hashing import HASHES, hasher
from tongban.record import rules

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def verify(
    against: Annotated[
        Path | None,
        typer.Option(help="A checkpoint kept elsewhere: the record must still begin with it."),
    ] = None,
    key: Annotated[str, typer.Option(help="The public key of that checkpoint in hex, if not today's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Hash everything again; exit code 1 when anything differs, 2 when a file or key cannot be read."""
    note, public = _note(against) if against else None, _key(key)
    from config.cli import django

    django.ready()
    from tongban.record import verification

    with Progress(console=console, disable=as_json, transient=True) as progress:
        task = progress.add_task("核对记录 verifying")
        report = verification.verify(
            lambda done, total: progress.update(task, completed=done, total=total), against=note, key=public
        )
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        _print(report)
    raise typer.Exit(1 if report.problems else 0)


def _note(path: Path) -> str:
    """The note in a file; exit code 2 when there is none."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"[red]{path}: {error}")
        raise typer.Exit(2) from error


def _key(text: str) -> bytes | None:
    """A public key given in hex; exit code 2 when it is none."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b"?"
    if key and len(key) != 32:
        console.print(f"[red]--key: 64 hexadecimal digits, not {text!r}")
        raise typer.Exit(2)
    return key or None


def _print(report) -> None:
    for problem in report.problems:
        console.print(f"[red]✗[/] {problem.code}  {problem.where}")
    if report.wrong > len(report.problems):
        console.print(f"[red]✗[/] … {report.wrong} in all")
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
    proof = queries.proof(number)
    _write(proof, out)


@app.command()
def grown(
    since: Annotated[Path, typer.Argument(help="A checkpoint kept elsewhere.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the proof is written.")] = None,
) -> None:
    """A proof that the record begins with an older checkpoint; `check PROOF --since CHECKPOINT` offline."""
    note = _note(since)
    from config.cli import django

    django.ready()
    from tongban.record import queries

    proof = queries.growth(note)
    _write(proof, out)


def _write(proof: dict, out: Path | None) -> None:
    content = msgspec.json.format(msgspec.json.encode(proof), indent=1)
    if out:
        out.write_bytes(content)
    else:
        typer.echo(content.decode())


@app.command()
def cosign(
    size: Annotated[int, typer.Argument(help="The size of the checkpoint.")],
    line: Annotated[Path, typer.Argument(help="A file with the witness's signature line.")],
) -> None:
    """Add a witness's signature to a checkpoint; exit code 1 when it is not one of a known witness."""
    text = _note(line)
    from config.cli import django

    django.ready()
    from tongban.record import actions

    actions.cosign(size=size, line=text)
    console.print(f"[green]✓[/] 检查点 {size} 已见证 cosigned")


@app.command()
def check(
    proof: Annotated[Path, typer.Argument(help="A proof file.")],
    since: Annotated[
        Path | None, typer.Option(help="The older checkpoint, when the proof is one of growth.")
    ] = None,
    key: Annotated[str, typer.Option(help="The record's public key in hex, as published.")] = "",
) -> None:
    """Check a proof offline, without a database; exit code 1 when it does not hold, 2 when it is none."""
    public, older = _key(key), _note(since) if since else None
    try:
        document = msgspec.json.decode(proof.read_bytes(), type=dict)
    except (OSError, ValueError, RecursionError) as error:
        console.print(f"[red]{proof}: {error}")
        raise typer.Exit(2) from error
    problems = _problems(document, older, public)
    for problem in problems:
        console.print(f"[red]✗[/] {problem}")
    if problems:
        raise typer.Exit(1)
    console.print(f"[green]✓[/] 证明成立 the proof holds; key {document['public_key']}")


def _problems(document: dict, older: str | None, public: bytes | None) -> list[str]:
    name = str(document.get("hash"))
    if name not in HASHES:
        return ["hash_differs"]
    if older is None:
        return rules.verify_proof(document, hasher(name), public=public)
    return rules.verify_growth(document, older, hasher(name), public=public)
