"""Which cases a caller reaches: the list and the single case are asked in two ways and must agree."""

from itertools import product

import pytest

from tests import city
from tongban.cases.models import Case
from tongban.cases.queries import lists
from tongban.cases.queries.opened import Scope
from tongban.people.models import Organ, Party

pytestmark = pytest.mark.django_db


def test_the_list_and_the_single_case_agree_on_every_scope():
    numbers = [city.received(), city.received()]
    first = Case.objects.get(pk=numbers[0])
    elsewhere = Organ.objects.exclude(pk=first.organ_id).first().pk
    Case.objects.filter(pk=numbers[1]).update(organ=elsewhere)
    stranger = Party.objects.exclude(pk=first.party_id).first().pk
    organs = [None, (), (first.organ_id,), (elsewhere,), (first.organ_id, elsewhere)]
    parties = [(), (first.party_id,), (stranger,)]
    sizes = set()
    for organs_in, parties_in, but in product(organs, parties, parties):
        scope = Scope(organs_in, parties_in, but)
        listed = set(scope.rows().values_list("pk", flat=True))
        assert {number for number in numbers if scope.case(number)} == listed, scope
        sizes.add(len(listed))
    assert sizes == {0, 1, 2}


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
