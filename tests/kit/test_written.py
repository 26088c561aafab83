"""A read written once gives what the queryset it stands for gives."""

import pytest

from tongban.kit.written import Written
from tongban.people.models import Account, Organ

pytestmark = pytest.mark.django_db

_AT = Written(
    lambda: Organ.objects.select_related("division").defer("name_en"),
    "where people_organ.division_id = %(place)s order by people_organ.id",
)


def test_rows_their_neighbours_and_what_is_deferred():
    place = Organ.objects.order_by("id").values_list("division_id", flat=True)[0]
    written = _AT(place=place)
    rows = Organ.objects.filter(division=place).select_related("division").defer("name_en").order_by("id")
    assert [vars(row).keys() for row in written] == [vars(row).keys() for row in rows]
    assert written == list(rows)
    assert [row.division for row in written] == [row.division for row in rows]
    assert written[0].get_deferred_fields() == {"name_en"}


def test_each_call_is_one_statement_with_its_own_parameters(django_assert_num_queries):
    places = list(Organ.objects.order_by("division_id").values_list("division_id", flat=True).distinct()[:2])
    for place in places:
        with django_assert_num_queries(1):
            assert {row.division.pk for row in _AT(place=place)} == {place}
    assert _AT.first(place="nowhere") is None


def test_a_condition_in_the_queryset_is_refused():
    with pytest.raises(AssertionError):
        Written(lambda: Account.objects.filter(pk=1), "")()
