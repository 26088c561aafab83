"""`tongban draw`: run an auditable draw, verify one from its published record alone."""

import secrets
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from tongban.engine import draw
from tongban.engine.refusal import Refused

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a draw is run on: matter, candidates ({id, stratum}), exclusions ({id, reason}), seats by stratum."""

    matter: str
    candidates: list[draw.Candidate]
    quotas: dict[str, int]
    excluded: list[draw.Exclusion] = []
    parties: tuple[str, ...] = ("department", "supervisor")


@app.command()
def run(
    plan: Annotated[Path, typer.Argument(help="JSON: matter, candidates, quotas, excluded, parties.")],
    out: Annotated[Path, typer.Option("--out", help="Where the record is written.")] = Path("draw.json"),
) -> None:
    """Run a draw on this machine: freeze, commit, reveal, draw; the record is written to a file."""
    try:
        wanted = msgspec.json.decode(plan.read_bytes(), type=Plan)
        nonces = {party: secrets.token_hex(16) for party in wanted.parties}
        pool = draw.freeze(
            matter=wanted.matter,
            candidates=wanted.candidates,
            excluded=wanted.excluded,
            quotas=wanted.quotas,
            commitments=[draw.commit(party, nonce) for party, nonce in nonces.items()],
        )
        console.print(f"名单摘要 digest  {draw.digest(pool)}")
        record = draw.draw(pool, nonces=nonces)
    except (OSError, msgspec.ValidationError, msgspec.DecodeError) as error:
        console.print(f"[red]{plan}: {error}")
        raise typer.Exit(2) from error
    except Refused as refused:
        console.print(f"[red]{refused.code} {refused.facts}")
        raise typer.Exit(1) from refused
    out.write_bytes(draw.to_json(record))
    for line in record.selected:
        console.print(f"{line.place:>6}  {line.id}  {line.stratum}")
    console.print(f"记录 record  {out}")


@app.command()
def verify(record: Annotated[Path, typer.Argument(help="A draw's published record.")]) -> None:
    """Replay a draw from its record alone; exit code 1 when something does not follow."""
    try:
        found = draw.verify(draw.from_json(record.read_bytes()))
    except (OSError, msgspec.ValidationError, msgspec.DecodeError) as error:
        console.print(f"[red]{record}: {error}")
        raise typer.Exit(2) from error
    for problem in found:
        console.print(f"[red]✗[/] {problem.code} {problem.subject}")
    if found:
        raise typer.Exit(1)
    console.print("[green]✓[/] 抽取结果可由公布的数据重算 the draw follows from its published data")
