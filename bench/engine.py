"""The pure engine: events folded per second on one core, against decoding the same JSON."""

import time
from datetime import UTC, date, datetime, timedelta

import msgspec

from tongban.engine.calendar import Calendar
from tongban.engine.clock import Limit
from tongban.engine.lifecycle import Case, commands, decide, evolve, fold
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import StepPlan, Terms
from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days

ROUNDS = 20_000
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def story() -> list[tuple[e.Event, str, datetime]]:
    """The events of one granted and delivered case."""
    calendar = Calendar.from_days(published_days(), first_year=FIRST_YEAR, last_year=LAST_YEAR)
    steps = (
        StepPlan(code="review", kind="review"),
        StepPlan(code="survey", kind="survey", after=("review",)),
    )
    terms = Terms(
        statutory=Limit(10),
        promised=Limit(5),
        instant=False,
        extendable=True,
        steps=steps,
        materials=("form",),
    )
    received = commands.Receive(
        case_no="1" * 43,
        item="000131001000",
        version=1,
        organ=1,
        division="511802",
        applicant=1,
        terms=terms,
        materials=("form",),
        situation={},
        form_digest="",
        received_on=date(2026, 3, 2),
    )
    told = [
        (received, "account:1"),
        (commands.Claim(), "account:2"),
        (commands.Accept(), "account:2"),
        (commands.CompleteStep(step="review", passed=True, opinion="ok"), "account:3"),
        (commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=("a", "b")), "account:3"),
        (commands.Grant(), "account:4"),
        (commands.Deliver(method="window", recipient="x"), "account:5"),
    ]
    case, history = Case(), []
    for minutes, (command, by) in enumerate(told):
        at = AT + timedelta(minutes=minutes)
        for event in decide(case, command, by=by, at=at, calendar=calendar):
            case = evolve(case, event, by=by, at=at)
            history.append((event, by, at))
    return history


def main() -> None:
    history = story()
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        fold(history)
    folded = ROUNDS * len(history) / (time.perf_counter() - begun)
    stored = [(e.NAMES[type(event)], msgspec.json.encode(e.facts(event))) for event, _, _ in history]
    begun = time.perf_counter()
    for _ in range(ROUNDS // 10):
        for kind, facts in stored:
            msgspec.json.decode(facts, type=e.KINDS[kind])
    decoded = ROUNDS // 10 * len(history) / (time.perf_counter() - begun)
    print(f"folded   {folded:>12,.0f} events/s   (wanted: 150,000)")
    print(f"decoding {decoded:>12,.0f} events/s   fold/decode {folded / decoded:.2f}")
