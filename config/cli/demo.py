"""`tongban demo`: the demo city, its story, its people."""

from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def build() -> None:
    """Build the demo city, or complete it; safe to run again."""
    from config.cli import django

    django.ready()
    from django.core.management import call_command

    from config import seeding
    from tongban.kit.api import clock

    call_command("migrate", verbosity=0)
    seeding.build_demo(now=clock())
    console.print("演示城市已就绪 demo city ready")


@app.command()
def code(username: str) -> None:
    """The current second-factor code of a demo account."""
    from config.cli import django

    django.ready()
    from tongban.people import queries as people

    console.print(people.demo_code(username))


@app.command()
def story(
    url: Annotated[str, typer.Option(help="Address of a running server.")] = "http://127.0.0.1:8000",
) -> None:
    """Play the main job through a running server; exit code 0 only if every step held."""
    from config.cli import django

    django.ready()
    from config.story import play

    raise typer.Exit(0 if play(url, console) else 1)
