"""`tongban clock`: when something is due, and why."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tongban.engine import clock
from tongban.engine.calendar import CST, Calendar
from tongban.engine.lifecycle import Case
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)
REACH_YEARS = 200  # as far as a date is taken for more than a slip of the keys


def shipped_calendar() -> Calendar:
    """The State Council's calendar as shipped, without an official's overrides."""
    return Calendar.from_days(published_days(), first_year=FIRST_YEAR, last_year=LAST_YEAR)


@app.command()
def due(
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="Day of acceptance, 2026-09-28.")],
    limit: Annotated[int, typer.Option(help="The limit, as a number.", min=0, max=9999)],
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
        words = " （暂定：该年度节假日安排尚未公布 provisional）" if reading.provisional else ""
        console.print(f"{reading.statutory_due_on:%Y-%m-%d %a}{words}")
    raise typer.Exit(3 if reading.provisional else 0)


def _day(words: str) -> date:
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is not a date like 2026-09-28") from error
    if abs(day.year - LAST_YEAR) > REACH_YEARS:
        raise typer.BadParameter(f"{words!r} is out of any calendar's reach")
    return day


def _pause(words: str) -> clock.Pause:
    first, dots, last = words.partition("..")
    if not dots:
        raise typer.BadParameter(f"{words!r} is not FIRST..LAST, e.g. 2020-11-09..2020-11-20")
    return clock.Pause(ground=clock.Ground.EXPERT_REVIEW, start=_day(first), end=_day(last))


@app.command()
def explain(case_no: Annotated[str, typer.Argument(help="The case number (43) or its query code.")]) -> None:
    """Why a case is due when it is: start, limits, pauses, extension, calendar."""
    from config.cli import django

    django.ready()
    from tongban.cases.queries import opened
    from tongban.kit.api import clock as now
    from tongban.people.rules import system

    found = opened.unfold(opened.any_case(case_no, system("cli")), now())
    table = Table(show_header=False, title=found.name.zh, title_justify="left")
    received = f"{_instant(found.row.received_at)}, 计为 counted as {found.case.received_on}"
    table.add_row("收到 received", received)
    for name, words in _notice(found.case) if found.reading is None else _decision(found.case, found.reading):
        table.add_row(name, words)
    console.print(table)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(CST):%Y-%m-%d %H:%M}"


def _notice(case: Case) -> Iterator[tuple[str, str]]:
    """Before acceptance: when silence becomes acceptance."""
    yield "受理审查期限 notice due", str(case.notice_due)


def _decision(case: Case, reading: clock.Reading) -> Iterator[tuple[str, str]]:
    """From acceptance on: what runs, what stopped it, what is left."""
    assert case.terms is not None
    yield "受理 accepted", f"{case.accepted_on}{' (视为受理 deemed, Art 32(4))' if case.deemed else ''}"
    for name, limit, due in (
        ("法定 statutory", case.terms.statutory, reading.statutory_due),
        ("承诺 promised", case.terms.promised, reading.promised_due),
    ):
        yield name, f"{limit.amount} {limit.unit.value} → {_instant(due)}"
    for pause in case.pauses:
        yield "暂停 pause", f"{pause.ground.value} {pause.start} … {pause.end or '进行中 open'} (Art 45)"
    if case.extension:
        yield "延期 extension", f"{case.extension.amount} {case.extension.unit.value} (Art 42)"
    left = f"{reading.used} / {reading.remaining} {reading.unit.value}; 暂停 paused {reading.paused_days}"
    yield "已用 / 剩余 used / left", left
    yield "灯 light", reading.light.value
    yield "日历 calendar", f"{case.calendar}{' (暂定 provisional)' if reading.provisional else ''}"
