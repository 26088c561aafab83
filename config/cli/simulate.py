"""`tongban simulate`: organs outside as a process of its own, for demos; and how each of them fails."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

app = typer.Typer(invoke_without_command=True)
console = Console(highlight=False)


@app.callback()
def simulate(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    house: Annotated[str, typer.Option(help="Address of the house that is called back.")] = "",
    speed: Annotated[float, typer.Option(help="How many times faster than real organs they think.")] = 600,
) -> None:
    """Tax, seal merchants, social insurance, housing fund, bank, grid and insurer, simulated; never in earnest."""
    if context.invoked_subcommand:
        return
    line = command(port=port, house=house, speed=speed)
    os.execv(line[0], line)


@app.command("set")
def set_mode(
    organ: Annotated[str, typer.Argument(help="The organ's name, e.g. tax.")],
    mode: Annotated[str, typer.Argument(help="up, down, slow, errors, twice, early, forged or refuses.")],
) -> None:
    """Switch how a simulated organ behaves."""
    answer = httpx.post(f"{_address(organ)}/mode", json={"mode": mode})
    console.print(answer.text, markup=False)
    raise typer.Exit(0 if answer.status_code == 200 else 1)


@app.command()
def show(organ: Annotated[str, typer.Argument(help="The organ's name, e.g. tax.")]) -> None:
    """How a simulated organ stands: its mode, what it took, what it still owes."""
    console.print(httpx.get(_address(organ)).text, markup=False)


def command(*, port: int = 0, house: str = "", speed: float = 600) -> list[str]:
    """The command line of the process; it is told the house's public key and never sees a secret of it."""
    from django.conf import settings

    from tongban.connectors.rules import contract

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not settings.DEMO:
        console.print("[red]TONGBAN_DEMO is 0: simulated organs are not for an installation in earnest.")
        raise typer.Exit(1)
    return [
        *(sys.executable, "-m", "counterparts", "--port", str(port), "--speed", str(speed)),
        *("--folder", str(settings.VAR_DIR / "counterparts"), "--directory", str(settings.CONNECTORS)),
        *("--house", house or settings.PUBLIC_URL, "--house-name", settings.CONNECTOR_NAME),
        *("--house-key", contract.public_key(settings.CONNECTOR_KEY).hex()),
    ]


def _address(organ: str) -> str:
    """Where a simulated organ is served, by the directory."""
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    path = Path(settings.CONNECTORS)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if organ not in known:
        console.print(f"[red]{organ} is not in {path}; known: {', '.join(known) or 'nobody'}")
        raise typer.Exit(1)
    return known[organ]["url"].removesuffix("/messages")
