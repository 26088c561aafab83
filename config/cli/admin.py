"""`tongban admin`: the first administrators of an installation without the demo."""

from typing import Annotated

import typer
from rich.console import Console

from tongban.people.rules import AdminKind, system

console = Console(highlight=False)


def admin(
    username: Annotated[str, typer.Argument(help="User name of the new administrator.")],
    kind: Annotated[
        AdminKind, typer.Option(help="Which of the three separated powers.")
    ] = AdminKind.SECURITY,
    name: Annotated[str, typer.Option(help="Name shown.")] = "",
) -> None:
    """Open an administrator's account; the first password is shown once and must be changed at sign-in."""
    from config.cli import django

    django.ready()
    from tongban.kit.api import clock
    from tongban.people import actions

    account, password = actions.open_account(
        username=username, display_name=name or username, admin=kind, caller=system("install"), at=clock()
    )
    console.print(f"{account.username}  {kind.value}  初始密码 first password: [bold]{password}")
