"""The catalogue as its keepers see it: items, versions on their way, whose turn it is."""

from datetime import datetime

import msgspec
from django.db.models import Prefetch
from django.utils import timezone

from tongban.catalogue.models import Implementation, Item, ItemVersion
from tongban.catalogue.queries import finding, versions
from tongban.catalogue.queries import items as in_force
from tongban.catalogue.rules import diff, duties, figures, workflow
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.lint import Finding
from tongban.catalogue.rules.workflow import Status
from tongban.people import queries as people
from tongban.people.rules import Caller, Role

PAGE = 40


class Open(msgspec.Struct, frozen=True):
    """A version on its way: the row, its guide, and whether it is the reader's turn."""

    row: ItemVersion
    guide: Guide
    mine: bool


def on_their_way(caller: Caller) -> list[Open]:
    """Versions not published yet: those whose turn is the caller's first, then the longest waiting."""
    seats = versions.seats(caller)
    found = [
        Open(
            row=row,
            guide=versions.read(row),
            mine=duties.may(Status(row.status), seats, versions.matter(row)),
        )
        for row in versions.open_versions()
    ]
    return sorted(found, key=lambda one: not one.mine)


class Shelf(msgspec.Struct, frozen=True):
    """One page of items: guides in force, and the number to go on from (0 at the end)."""

    guides: list[Guide]
    count: int
    after: int


def shelf(words: str, department: str, after: int) -> Shelf:
    """Items in force: by the words asked for, else by number, a page at a time."""
    running = {
        row.guide.base_code: row.guide for row in in_force.items() if department in ("", row.guide.department)
    }
    if words:
        found = [row.base_code for row in finding.search(words)]
        ranked = [running[code] for code in found if code in running]
        return Shelf(guides=ranked[:PAGE], count=len(ranked), after=0)
    ahead = [guide for guide in running.values() if guide.number > after]
    more = ahead[PAGE - 1].number if len(ahead) > PAGE else 0
    return Shelf(guides=ahead[:PAGE], count=len(running), after=more)


class Place(msgspec.Struct, frozen=True):
    """An organ that runs an item: its local version in force, its open claim, whether the reader may claim."""

    row: Implementation
    local: ItemVersion | None
    open: ItemVersion | None
    may_claim: bool


class Desk(msgspec.Struct, frozen=True):
    """An item as its keepers see it."""

    item: Item
    guide: Guide | None
    versions: list[ItemVersion]
    open: ItemVersion | None
    places: list[Place]
    may_begin: bool
    may_rule: bool


def desk(base_code: str, caller: Caller, at: datetime) -> Desk:
    """One item with its versions and the organs that run it. Refuses item_unknown."""
    item, seats = in_force.item(base_code), versions.seats(caller)
    rows = list(item.versions.filter(implementation=None).order_by("-number"))
    current = next((row for row in rows if row.published_at), None)
    matter = duties.Matter(item.department, versions.city())
    own = ItemVersion.objects.in_force(at) | ItemVersion.objects.filter(status__in=workflow.OPEN)
    runs = in_force.running_at(item.pk, at).prefetch_related(Prefetch("versions", own, to_attr="own"))
    return Desk(
        item=item,
        guide=versions.read(current) if current else None,
        versions=rows,
        open=next((row for row in rows if row.status in workflow.OPEN), None),
        places=[_place(run, seats, item) for run in runs],
        may_begin=duties.may(Status.DRAFT, seats, matter),
        may_rule=duties.may_rule(seats, matter),
    )


def _place(run: Implementation, seats: list[duties.Seat], item: Item) -> Place:
    own: list[ItemVersion] = run.own  # type: ignore[attr-defined]
    return Place(
        row=run,
        local=next((row for row in own if row.status == Status.PUBLISHED), None),
        open=next((row for row in own if row.status in workflow.OPEN), None),
        may_claim=duties.may(Status.DRAFT, seats, duties.Matter(item.department, run.division_code)),
    )


class Sheet(msgspec.Struct, frozen=True):
    """A version as it is decided on: what it says and changes, what lint says, who passed it, what is allowed."""

    row: ItemVersion
    guide: Guide
    path: list[tuple[str, str]]  # (state, done | current | todo)
    turn: Role | None
    steps: list[tuple[str, str, str, datetime, str]]  # (state left, outcome, who, when, note)
    changes: list[diff.Change]
    findings: list[Finding]
    answers: dict[tuple[str, str], str]
    may: bool
    own: bool

    @property
    def left(self) -> int:
        """How many findings are neither mended nor answered."""
        return sum((f.rule, f.where) not in self.answers or not f.answerable for f in self.findings)

    @property
    def writable(self) -> bool:
        return self.may and self.row.status == Status.DRAFT


def sheet(version: ItemVersion, caller: Caller) -> Sheet:
    """A version with everything needed to decide on it."""
    status = Status(version.status)
    path = workflow.LOCAL if version.implementation_id else workflow.STANDARD
    place = path.index(status) if status in path else len(path)
    steps = list(version.passed.order_by("id"))
    names = _names([step.by for step in steps])
    return Sheet(
        row=version,
        guide=versions.read(version),
        path=[
            (
                one.value,
                "done" if n < place or status is Status.PUBLISHED else "current" if n == place else "todo",
            )
            for n, one in enumerate(path)
        ],
        turn=workflow.TURN.get(status),
        steps=[
            (step.status, step.outcome, names.get(step.by, step.by), step.at, step.note) for step in steps
        ],
        changes=versions.changes(version),
        findings=versions.findings(version) if status in workflow.OPEN else [],
        answers={
            (rule, where): words
            for rule, where, words in version.answers.values_list("rule", "where", "answer")
        },
        may=status in workflow.OPEN and duties.may(status, versions.seats(caller), versions.matter(version)),
        own=caller.by in versions.hands(version),
    )


def _names(by: list[str]) -> dict[str, str]:
    """Names of accounts as the record writes them ("account:7")."""
    ids = {int(one.partition(":")[2]): one for one in by if one.startswith("account:")}
    return {ids[pk]: name for pk, name in people.account_names(ids).items()}


def coverage() -> list[figures.Figure]:
    """The catalogue's coverage today."""
    return figures.coverage(_guides(), running_codes())


def compression() -> float | None:
    """By how much promises are shorter than the statutory limits; None without items."""
    found = figures.compression(_guides())
    return None if found is None else float(found)


def _guides() -> list[Guide]:
    return [row.guide for row in in_force.items()]


def running_codes() -> set[str]:
    """Base codes of items that some organ runs today."""
    rows = Implementation.objects.on(timezone.localdate())
    return set(rows.values_list("item__base_code", flat=True).distinct())
