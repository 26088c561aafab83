"""The clean-up in figures, from the findings as they stand, and what may be told the public of it."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from django.db.models import Count, Q, QuerySet

from tongban.catalogue.models import StandingFinding
from tongban.catalogue.queries import standing as kept
from tongban.catalogue.queries.items import items
from tongban.catalogue.rules import cleanup, standing
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.lint.finding import SUSPICION
from tongban.catalogue.rules.standing import DUE, SETTLED, Source, Stand
from tongban.people import queries as people
from tongban.people.rules import Caller


class Figures(msgspec.Struct, frozen=True):
    """All findings of a scope, by department and by rule."""

    total: cleanup.Sum
    departments: list[cleanup.Sum]
    rules: list[cleanup.Sum]


def figures(caller: Caller, at: datetime) -> Figures:
    """The figures of what the caller reads; two statements."""
    return _figures(kept.in_scope(caller), at)


def _figures(rows: QuerySet[StandingFinding], at: datetime) -> Figures:
    groups = _groups(rows, at)
    names = people.departments()
    return Figures(
        total=cleanup.total(groups),
        departments=cleanup.sums(groups, _by_department(names)),
        rules=cleanup.sums(groups, lambda group: (group.rule, group.title)),
    )


def _by_department(names: dict[str, dict[str, str]]) -> Callable[[cleanup.Group], tuple[str, Text]]:
    def of(group: cleanup.Group) -> tuple[str, Text]:
        words = names[group.department]
        return group.department, Text(zh=words["zh"], en=words["en"])

    return of


def _groups(rows: QuerySet[StandingFinding], at: datetime) -> list[cleanup.Group]:
    titles = dict(rows.order_by("rule", "key").distinct("rule").values_list("rule", "told__title"))
    past = Q(stand__in=DUE, due_on__lt=standing.day(at))
    counted = rows.order_by().values("department", "rule", "stand")
    counted = counted.annotate(
        number=Count("key"),
        overdue=Count("key", filter=past),
        prompt=Count("key", filter=Q(state__late=False)),
        late=Count("key", filter=Q(state__late=True)),
    )
    return [
        cleanup.Group(
            department=line["department"],
            rule=line["rule"],
            title=msgspec.convert(titles[line["rule"]], Text),
            stand=Stand(line["stand"]),
            number=line["number"],
            overdue=line["overdue"],
            prompt=line["prompt"],
            late=line["late"],
        )
        for line in counted
    ]


class Cleaned(msgspec.Struct, frozen=True):
    """A settled finding as the public reads it: of practice only the rule, for an officer's words may name somebody."""

    row: StandingFinding
    guide: Guide | None

    @property
    def words(self) -> dict:
        return self.row.told["title"] if self.row.source == Source.PRACTICE else self.row.message


class Summary(msgspec.Struct, frozen=True):
    """What was cleaned up: figures, the newest results, where the next page begins, when guides were looked at."""

    total: cleanup.Sum
    rules: list[cleanup.Sum]
    cleaned: list[Cleaned]
    after: str
    looked_at: datetime | None
    items: int


def disguised() -> QuerySet[StandingFinding]:
    """What looks like licensing by another name; faults of form are left out."""
    return StandingFinding.objects.filter(Q(source=Source.PRACTICE) | Q(rule__startswith=SUSPICION))


def summary(after: str, at: datetime) -> Summary:
    """The public summary; only what is settled is told item by item.

    Basis: 优化营商环境条例 Art 39, 40 (list management); M32 (announce).
    """
    rows = disguised()
    told = _figures(rows, at)
    settled = rows.filter(stand__in=SETTLED).select_related("organ")
    found, following = kept.page(settled, after, newest=True)
    guides = {row.guide.base_code: row.guide for row in items()}
    last = kept.last_inspection()
    return Summary(
        total=told.total,
        rules=told.rules,
        cleaned=[Cleaned(row, guides.get(row.base_code)) for row in found],
        after=following,
        looked_at=last.at if last else None,
        items=len(guides),
    )
