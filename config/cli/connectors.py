"""`tongban connectors`: how organs outside are reached, and what to do with messages they did not take."""

from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from tongban.engine.calendar import CST

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


@app.callback()
def connectors() -> None:
    """How organs outside are reached, and what to do with messages they did not take."""


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Every organ: last answer, what waits, what failed; exit code 1 when a message failed."""
    from config.cli import django

    django.ready()
    from tongban.connectors import queries

    found = queries.standings()
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        table = Table("organ", "last answer", "waiting", "oldest", "failed", "not handed over")
        for one in found:
            asked = f"{one.asked_at.astimezone(CST):%Y-%m-%d %H:%M:%S} " if one.asked_at else "never"
            oldest = f"{one.oldest_at.astimezone(CST):%Y-%m-%d %H:%M}" if one.oldest_at else ""
            said = f"{asked}{one.status or ''} {one.problem}".strip()
            table.add_row(one.name, said, str(one.waiting), oldest, str(one.failed), str(one.unhanded))
        console.print(table)
    raise typer.Exit(1 if any(one.failed for one in found) else 0)


@app.command()
def failures(organ: Annotated[str, typer.Argument(help="The organ's name in the directory.")]) -> None:
    """The list of failures of one organ: id, kind, subject, why; 50 at most, oldest first."""
    from config.cli import django

    django.ready()
    from tongban.connectors import queries

    for row in queries.page(organ, failed=True)[0]:
        problem = row.problem or {}
        fields = " ".join(f"{field}: {wrong}" for field, wrong in problem.get("fields", []))
        said = f"{row.pk}  {row.kind}  {row.subject} #{row.sequence}  {row.status or ''} {problem.get('code', '')} {fields}"
        console.print(said, markup=False, soft_wrap=True)


@app.command()
def resend(
    message: Annotated[UUID | None, typer.Argument(help="The id of one message.")] = None,
    organ: Annotated[str, typer.Option(help="All failed messages of this organ.")] = "",
) -> None:
    """Try a message again now, or all failed ones of an organ; on the record."""
    if (message is None) == (not organ):
        raise typer.BadParameter("name one message, or an organ with --organ")
    from config.cli import django

    django.ready()
    from tongban.connectors import actions, queries
    from tongban.kit.api import clock
    from tongban.people.rules import system

    wanted = [message] if message else queries.failures(organ)
    for one in wanted:
        actions.resend(message=one, caller=system("cli"), at=clock())
    console.print(f"{len(wanted)} 条消息重新排入队列 messages queued again")


@app.command("give-up")
def give_up(
    message: Annotated[UUID, typer.Argument(help="The id of a failed message.")],
    reason: Annotated[str, typer.Option(help="Why; goes on the record.")],
) -> None:
    """Never send a failed message; what was sent after it goes on."""
    from config.cli import django

    django.ready()
    from tongban.connectors import actions
    from tongban.kit.api import clock
    from tongban.people.rules import system

    actions.give_up(message=message, reason=reason, caller=system("cli"), at=clock())


@app.command("hand-over")
def hand_over() -> None:
    """Hand over what came in and still waits, for kinds that found their handler late."""
    from config.cli import django

    django.ready()
    from tongban.connectors import actions
    from tongban.kit.api import clock

    console.print(f"{actions.hand_over_waiting(at=clock())} 条消息已移交 messages handed over")


@app.command()
def key() -> None:
    """The public key (hex) that organs outside verify this house's messages with."""
    from config.cli import django

    django.ready()
    from tongban.connectors import queries

    typer.echo(queries.own_key().hex())
