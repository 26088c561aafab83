"""`tongban clock`: when something is due, and why."""

import json
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tongban.engine import clock
from tongban.engine.calendar import Calendar
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import published_days

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)


def shipped_calendar() -> Calendar:
    """The State Council's calendar as shipped, without an official's overrides."""
    days = published_days()
    return Calendar.from_days(days, first_year=2015, last_year=2026)


@app.command()
def due(
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="Day of acceptance, 2026-09-28.")],
    limit: Annotated[int, typer.Option(help="The limit, as a number.")],
    unit: Annotated[clock.Unit, typer.Option(help="Unit of the limit.")] = clock.Unit.WORKING_DAYS,
    pause: Annotated[
        list[str] | None, typer.Option(help="A special procedure, FIRST..LAST, both days included.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """When a limit ends. Exit code 3 when the date is provisional: the year's holidays are not published."""
    try:
        facts = clock.ClockFacts(
            started_on=_day(from_),
            statutory=clock.Limit(limit, unit),
            promised=clock.Limit(limit, unit),
            pauses=tuple(_pause(words) for words in pause or ()),
        )
    except Refused as refused:
        raise typer.BadParameter(refused.code) from refused
    calendar = shipped_calendar()
    reading = clock.read(facts, calendar, facts.started_on)
    answer = {
        "due_on": reading.statutory_due_on.isoformat(),
        "due_at": reading.statutory_due.isoformat(),
        "provisional": reading.provisional,
        "calendar": calendar.version,
        "published_through": calendar.published_through.isoformat(),
    }
    if as_json:
        typer.echo(json.dumps(answer))
    else:
        words = "（暂定：该年度节假日安排尚未公布 provisional）" if reading.provisional else ""
        console.print(f"{reading.statutory_due_on:%Y-%m-%d %a} {words}")
    raise typer.Exit(3 if reading.provisional else 0)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is not a date like 2026-09-28") from error


def _pause(words: str) -> clock.Pause:
    first, dots, last = words.partition("..")
    if not dots:
        raise typer.BadParameter(f"{words!r} is not FIRST..LAST, e.g. 2020-11-09..2020-11-20")
    return clock.Pause(ground=clock.Ground.EXPERT_REVIEW, start=_day(first), end=_day(last))


@app.command()
def explain(case_no: str) -> None:
    """Why a case is due when it is: start, limits, pauses, extension, calendar."""
    from config.cli import django

    django.ready()
    from tongban.cases.queries import opened
    from tongban.engine.calendar import CST
    from tongban.kit.api import clock as now
    from tongban.people.rules import system

    try:
        found = opened.unfold(opened.any_case(case_no, system("cli")), now())
    except Refused as refused:
        console.print(f"[red]{refused.code}: {case_no}")
        raise typer.Exit(1) from refused
    case, reading = found.case, found.reading
    table = Table(show_header=False, title=found.name.zh, title_justify="left")
    table.add_row("收到 received", f"{case.received_at:%Y-%m-%d %H:%M}, 计为 counted as {case.received_on}")
    if reading is None or case.terms is None:
        table.add_row("受理审查期限 notice due", str(case.notice_due))
    else:
        table.add_row(
            "受理 accepted", f"{case.accepted_on}{' (视为受理 deemed, Art 32(4))' if case.deemed else ''}"
        )
        table.add_row(
            "法定 statutory",
            f"{case.terms.statutory.amount} {case.terms.statutory.unit.value} → {reading.statutory_due.astimezone(CST):%Y-%m-%d %H:%M}",
        )
        table.add_row(
            "承诺 promised",
            f"{case.terms.promised.amount} {case.terms.promised.unit.value} → {reading.promised_due.astimezone(CST):%Y-%m-%d %H:%M}",
        )
        for pause in case.pauses:
            table.add_row(
                "暂停 pause", f"{pause.ground.value} {pause.start} … {pause.end or '进行中 open'} (Art 45)"
            )
        if case.extension:
            table.add_row("延期 extension", f"{case.extension.amount} {case.extension.unit.value} (Art 42)")
        table.add_row(
            "已用 / 剩余 used / left",
            f"{reading.used} / {reading.remaining} {reading.unit.value}; 暂停 paused {reading.paused_days}",
        )
        table.add_row("灯 light", reading.light.value)
        table.add_row(
            "日历 calendar", f"{case.calendar}{' (暂定 provisional)' if reading.provisional else ''}"
        )
    console.print(table)
