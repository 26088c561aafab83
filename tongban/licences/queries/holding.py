"""Which materials of an application a valid licence of the applying party already is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from tongban.catalogue.rules.guide import Material, Text
from tongban.kit.written import Written
from tongban.licences.models import Licence, Use
from tongban.licences.rules.standing import Status, about_the_same


class Held(msgspec.Struct, frozen=True):
    """A material that a licence the party holds stands for."""

    material: Material
    licence: Licence

    @property
    def name(self) -> Text:
        return msgspec.convert(self.licence.document["name"], Text)

    @property
    def number(self) -> str:
        return self.licence.number

    @property
    def organ(self) -> Text:
        return msgspec.convert(self.licence.document["organ"], Text)


def in_force(rows: QuerySet[Licence], on: date) -> QuerySet[Licence]:
    """Those of `rows` that are valid on a day."""
    return rows.filter(status=Status.VALID.value).filter(Q(valid_to=None) | Q(valid_to__gte=on))


def items_held(party: str) -> ArraySubquery:
    """The base codes of what a row's party holds, for a read of that row: `party` names its column."""
    rows = Licence.objects.filter(party=OuterRef(party), status=Status.VALID.value)
    return ArraySubquery(rows.order_by("id").values("item"))


def satisfying(
    materials: Sequence[Material],
    *,
    party: int,
    asked: Collection[str],
    answers: Mapping[str, object],
    on: date,
    lock: bool = False,
) -> dict[str, Held]:
    """{material code: the newest licence that is it}, among `materials`; no statement when none can be held.

    `asked` are the codes the form asks for, `answers` what was said: a licence about another project,
    building or device does not count. With `lock` none of them can end before the transaction does.
    Basis: 国务院令第716号 Art 7, 10 (what an e-licence shows is not asked for again).
    """
    wanted = {code for part in materials for code in part.held_from}
    if not wanted:
        return {}
    rows = in_force(Licence.objects.filter(party=party, item__in=wanted), on).order_by("-issued_at", "-id")
    if lock:
        rows = rows.select_for_update(of=("self",))
    held = [row for row in rows.defer("pdf") if about_the_same(row.subject, asked, answers)]
    found = {}
    for part in materials:
        if licence := next((row for row in held if row.item in part.held_from), None):
            found[part.code] = Held(part, licence)
    return found


class Stated(msgspec.Struct, frozen=True):
    """What a licence in force states of one data element."""

    value: object
    name: Text
    number: str


def stated(*, party: int, codes: Collection[str], on: date) -> dict[str, Stated]:
    """{data-element code: what the party's licences in force are about}, the newest licence first."""
    rows = in_force(Licence.objects.filter(party=party), on).order_by("-issued_at", "-id")
    found: dict[str, Stated] = {}
    for subject, document, number in rows.values_list("subject", "document", "number")[:_STATED]:
        for code in set(codes) & set(subject) - set(found):
            name = msgspec.convert(document["name"], Text)
            found[code] = Stated(value=subject[code], name=name, number=number)
    return found


_STATED = 50  # licences of a party that are looked through


class Used(msgspec.Struct, frozen=True):
    """A licence that stood for a material of a case, as those who handle the case see it."""

    material: str
    number: str
    name: Text
    organ: Text
    licence: Licence


def of_cases(cases: Collection[str]) -> dict[str, Licence]:
    """{case: the licence in force it produced}, without its PDF. One statement."""
    rows = (
        Licence.objects.filter(case_no__in=list(cases), status="valid").select_related("organ").defer("pdf")
    )
    return {row.case_no: row for row in rows}


def annulled(cases: Collection[str]) -> frozenset[str]:
    """Those of the cases whose licence has been annulled and not been issued again. One statement."""
    rows = Licence.objects.filter(case_no__in=list(cases)).values_list("case_no", "status")
    known = set(rows)
    return frozenset(
        case_no
        for case_no, status in known
        if status == Status.ANNULLED and (case_no, Status.VALID.value) not in known
    )


def uses_of_case(case_no: str) -> dict[str, Used]:
    """{material code: the licence that stood for it} of one case."""
    return {row.material: _used(row) for row in _USES(case=case_no)}


_USES = Written(
    lambda: Use.objects.select_related("licence").defer("licence__pdf"),
    "where licences_use.case_no = %(case)s order by licences_use.id",
)


def _used(row: Use) -> Used:
    document = row.licence.document
    return Used(
        material=row.material,
        number=row.licence.number,
        name=msgspec.convert(document["name"], Text),
        organ=msgspec.convert(document["organ"], Text),
        licence=row.licence,
    )
