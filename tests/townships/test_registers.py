"""The registers: suspended items stand there, marked as such; a page costs the same however much it lists."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.people.signing import sign_in
from tests.townships import test_deeds as deeds
from tests.townships.test_deeds import AT, COUNTY, DAY, ITEM, TOWN
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.townships import actions, queries

pytestmark = pytest.mark.django_db


def ruled(deed: str, at: datetime = AT) -> None:
    version = catalogue.item(ITEM).versions.filter(implementation=None).order_by("-number")[0]
    given = {"version": version.pk, "reason": "清理", "caller": city.caller("service_reviewer", at), "at": at}
    getattr(catalogue_actions, deed)(**given)


def test_a_suspended_item_stands_in_every_register_marked_as_suspended(client):
    made = deeds.confirmed(deeds.proposed()).made
    waits = deeds.renewal(made)
    ruled("suspend")
    sign_in(client, "yucheng_editor")
    name = "食品经营许可（新办）"
    pages = [
        f"/desk/devolution/?county={COUNTY}&q={name}",
        f"/desk/devolution/{made.pk}/",
        f"/desk/devolution/{made.pk}/recall/",
        f"/desk/devolution/deeds/{waits.pk}/",
        f"/towns/{TOWN}/?q={name}",
    ]
    shown = [client.get(page) for page in pages]
    assert [page.status_code for page in shown] == [200] * 5
    assert [name in page.content.decode() for page in shown] == [True] * 5
    assert ["已暂停受理" in page.content.decode() for page in shown] == [True, True, False, True, True]
    register = queries.register(county=COUNTY, words=name, mode="", ended=False, page=1, on=DAY)
    assert [(line.row.pk, line.item.halted) for line in register.lines if line.item.halted] == [
        (made.pk, "suspended")
    ]
    assert register.count == len(register.lines)
    assert [one.row.pk for one in queries.waiting(COUNTY, DAY)] == [waits.pk]
    ruled("cancel")
    assert "已取消" in client.get(pages[1]).content.decode()
    assert name not in client.get(pages[4]).content.decode().replace(f'value="{name}"', "")


def test_the_power_over_a_suspended_item_neither_moves_nor_goes_on_but_can_be_called_back():
    made = deeds.confirmed(deeds.proposed()).made
    waits = deeds.renewal(made)
    ruled("suspend")
    for attempt in (
        lambda: deeds.renewal(made, instrument="3号"),
        lambda: deeds.confirmed(waits),
        deeds.proposed,
    ):
        with pytest.raises(Refused, match="item_not_in_force"):
            attempt()
    recall = {"devolution": made.pk, "towns": [TOWN], "last_day": DAY, "reason": "承接能力不足"}
    deeds.confirmed(actions.propose_recall(**recall, caller=city.caller("yucheng_editor"), at=AT))
    ruled("resume")
    assert deeds.acting(DAY + timedelta(days=1)) == people.organ_by_key("511802-market_regulation").pk


def test_registers_ask_a_fixed_number_of_statements(client):
    sign_in(client, "yucheng_editor")
    paths = (f"/desk/devolution/?county={COUNTY}&mode=delegation", f"/towns/{TOWN}/", "/towns/")
    counts: dict[str, set[int]] = {path: set() for path in paths}
    devolved = {power.item.base_code for power in catalogue.powers_in_town(TOWN, DAY)}
    first, *others = [
        row.guide.base_code
        for row in catalogue.items()
        if (row.guide.department, row.guide.demo) == ("market_regulation", False)
        and "county" in row.guide.levels
        and row.guide.base_code not in devolved
    ][:3]
    for wave in ([first], others):
        for item in wave:
            deeds.confirmed(deeds.proposed(item=item))  # one agreement for them all
        for path in paths:
            client.get(path)
            cache.clear()
            with CaptureQueriesContext(connection) as sent:
                assert client.get(path).status_code == 200
            counts[path].add(len(sent))
    assert [len(asked) for asked in counts.values()] == [1, 1, 1], counts
