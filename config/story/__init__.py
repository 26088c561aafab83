"""The stories `tongban up` plays through its own server, with a narrated progress display."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from config import demo
from config.story import company, licence
from config.story.actors import Broken
from tongban.people.seeding import DEMO_PASSWORD


def play(url: str, console: Console) -> bool:
    """Play every story; whether every step of them held."""
    return all(
        [
            _play(licence.TITLE, licence.LicenceStory(url), console),
            _play(company.TITLE, company.CompanyStory(url), console),
        ]
    )


def _play(title: str, story: licence.LicenceStory | company.CompanyStory, console: Console) -> bool:
    steps = list(story.steps())
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    console.print(f"\n[bold]主线演示[/] {title}")
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=len(steps))
            for words, work in steps:
                progress.update(task, description=words)
                console.print(f" [green]✓[/] {words}  [dim]{work()}[/]")
                progress.advance(task)
    except Broken as broken:
        console.print(f" [red]✗ {broken}")
        return False
    finally:
        story.close()
    console.print(f"   [dim]{story.address}[/]")
    return True


def accounts() -> Table:
    """The demo's people and what they do."""
    title = f"演示账户 demo accounts · 密码 password {DEMO_PASSWORD}"
    table = Table("账户 account", "身份 role", title=title, title_justify="left")
    for username, words in demo.ROLES:
        table.add_row(username, words)
    return table
