"""Which cases a caller reaches: the list and the single case are asked in two ways and must agree."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from tests import city
from tests.cases import devolved
from tests.people.signing import sign_in
from tongban.cases.actions import checks
from tongban.cases.models import Case
from tongban.cases.queries import documents, lists
from tongban.cases.queries.opened import Scope
from tongban.engine.competence import Mode
from tongban.engine.lifecycle.state import Stage
from tongban.people import queries as people
from tongban.people.models import Party
from tongban.people.rules import PostHeld, Role

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_the_lists_and_the_single_case_agree_on_every_scope():
    numbers = [city.received(), city.received()]
    devolved.devolve(Mode.DELEGATION)
    numbers.append(devolved.received())  # handled by the town in the district's name
    first = Case.objects.get(pk=numbers[0])
    elsewhere, town = people.organ_by_key("511803-market_regulation").pk, devolved.organ().pk
    Case.objects.filter(pk=numbers[1]).update(organ=elsewhere)
    stranger = Party.objects.exclude(pk=first.party_id).first().pk
    organs = [None, (), (first.organ_id,), (elsewhere,), (town,), (first.organ_id, elsewhere, town)]
    parties = [(), (first.party_id,), (stranger,)]
    sizes = set()
    for organs_in, parties_in, but in product(organs, parties, parties):
        scope = Scope(organs_in, parties_in, but)
        found = set(scope.rows().values_list("pk", flat=True))
        assert {number for number in numbers if scope.case(number)} == found, scope
        assert [row.pk for row in lists.within(scope, size=9)] == newest_first(found), scope
        sizes.add(len(found))
    assert sizes == {0, 1, 2, 3}


def newest_first(numbers) -> list[str]:
    rows = Case.objects.filter(pk__in=numbers).order_by("-received_at", "case_no")
    return list(rows.values_list("pk", flat=True))


def test_article_24_the_principal_finds_in_its_lists_what_is_handled_in_its_name(client):
    """行政许可法 Art 24(2): 委托行政机关负责监督."""
    devolved.devolve(Mode.DELEGATION)
    number = devolved.received()
    name = Case.objects.get(pk=number).party.name
    for username, sees in (
        ("yucheng_clerk", True),
        (devolved.officer("clerk"), True),
        ("mingshan_clerk", False),
    ):
        sign_in(client, username)
        lists_of = ("/desk/cases/", f"/desk/cases/?q={number}", f"/desk/cases/?q={name}")
        pages = [client.get(path).content.decode() for path in lists_of]
        assert [f"/desk/cases/{number}/" in page for page in pages] == [sees] * 3, username
        page = documents.case_page(city.caller(username), stage=Stage.RECEIVED, after="", size=5)
        assert [row["case_no"] for row in page["items"]] == [number] * sees


def test_a_page_of_cases_is_one_statement_and_goes_on_behind_its_last():
    devolved.devolve(Mode.DELEGATION)
    numbers = [devolved.received() for _ in range(3)] + [devolved.received(city.AT + HOUR)]
    scope = Scope((devolved.principal().pk, devolved.organ().pk))  # each case is reached twice
    seen, after = [], ""
    while True:
        with CaptureQueriesContext(connection) as sent:
            page = lists.newest_within(scope, after=after, at=city.AT, size=2)
        assert len(sent) == 1
        seen += [line.row.case_no for line in page.lines]
        if not (after := page.older):
            break
    assert seen == newest_first(numbers)


def test_numbers_shown_to_the_principal_are_noted_under_its_name_and_to_nobody_else(client):
    """个人信息保护法 Art 6, 51, 54."""
    now = datetime.now(UTC)
    devolved.devolve(Mode.DELEGATION, at=now)
    row = Case.objects.get(pk=devolved.received(now))
    statuses = {}
    for username in ("mingshan_clerk", "wang_xiaomei", "yucheng_head", devolved.officer("clerk")):
        sign_in(client, username, second_factor=username != "wang_xiaomei")
        statuses[username] = client.post(f"/desk/cases/{row.pk}/plain").status_code
    assert list(statuses.values()) == [404, 403, 200, 200]
    noted = {(view.organ_id, view.field, view.purpose) for view in people.plain_views([row.party_id])}
    organs = (devolved.principal().pk, devolved.organ().pk)
    assert noted == {(organ, field, row.pk) for organ in organs for field in ("id_number", "phone")}


def test_numbers_are_noted_under_the_organ_one_reads_them_at_whatever_other_post_one_holds():
    devolved.devolve(Mode.DELEGATION)
    row = Case.objects.get(pk=devolved.received())
    head = city.caller("yucheng_head")
    first = PostHeld(
        id=0, organ=people.organ_by_key("511802-water").pk, organ_name="", division="511802",
        roles=frozenset({Role.EDITOR}),
    )  # fmt: skip
    checks.reveal(case=row, caller=replace(head, posts=(first, *head.posts)), at=city.AT)
    noted = {view.organ_id for view in people.plain_views([row.party_id])}
    assert noted == {devolved.principal().pk}


def test_the_pages_of_ones_own_cases_hold_each_once_newest_first(monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    numbers = [city.received() for _ in range(5)]  # at the same instant: the number decides
    caller = city.caller("wang_xiaomei")
    seen, after = [], ""
    while True:
        page = lists.of_parties(caller, after=after, at=city.AT)
        seen += [line.row.case_no for line in page.lines]
        if not (after := page.older):
            break
    assert seen == sorted(numbers)
