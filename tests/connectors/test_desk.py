"""The system administrator's pages and the command line: how organs stand, and deciding on what failed."""

import json
import sys

import pytest
from django.utils import timezone

from config import cli
from tests.connectors.conftest import BODIES, events
from tests.people.signing import sign_in
from tongban.connectors import actions, queries
from tongban.connectors.actions import deciding
from tongban.connectors.models import Message
from tongban.connectors.queries import messages
from tongban.connectors.rules.delivery import Answer, Problem

pytestmark = pytest.mark.django_db


def send(town, organ="tax", subject="B1", **change):
    kind, body = BODIES[organ]
    return actions.send(
        receiver=organ, kind=kind, subject=subject, body=body | change, by="system:test", at=town.at
    )


@pytest.fixture
def failed(town):
    """One message the tax office refused, one that waits behind it; pages and commands read the real clock."""
    town.at = timezone.now()
    id = send(town, uscc="")
    send(town)
    town.carry()
    return id


def standing(name: str) -> queries.Standing:
    return next(one for one in queries.standings() if one.name == name)


def test_each_organ_says_how_it_stands(town, failed):
    town.office.state.set_mode("grid", "forged")
    send(town, "grid")
    town.wait(hours=1)
    town.carry()
    send(town, "insurer")
    (held,) = [one for one in actions.claim(at=town.at) if one.receiver == "insurer"]
    actions.note(message=held, answer=Answer(status=429, problem=Problem("http_429")), at=town.at)
    send(town, "bank")
    town.reached = False
    town.wait(seconds=1)
    town.carry()
    tax, bank, fund = standing("tax"), standing("bank"), standing("housing_fund")
    grid, insurer = standing("grid"), standing("insurer")
    assert (tax.status, tax.refused, tax.waiting, tax.failed, tax.problem) == (422, True, 1, 1, "invalid")
    assert (grid.status, grid.reached, grid.refused, grid.problem) == (
        202,
        False,
        False,
        "message_signature_wrong",
    )
    assert (insurer.status, insurer.reached, insurer.refused, insurer.waiting) == (429, True, False, 1)
    assert (bank.status, bank.reached, bank.waiting, bank.problem) == (None, False, 1, "not_reached")
    assert (fund.asked_at, fund.waiting, fund.failed) == (None, 0, 0)
    assert queries.standings()[0].name == "tax"


def test_the_standings_take_two_statements_however_many_there_are(town, django_assert_num_queries):
    for rows in (1, 3):
        for number in range(rows):
            send(town, subject=f"{rows}-{number}")
        with django_assert_num_queries(2):
            queries.standings()


def test_a_long_list_comes_page_by_page_and_each_message_once(town):
    sent = [send(town, subject=f"B{number}") for number in range(queries.PAGE + 5)]
    first, after = queries.page("tax", failed=False)
    second, end = queries.page("tax", failed=False, after=after)
    assert (len(first), len(second), end) == (queries.PAGE, 5, None)
    assert {row.pk for row in first + second} == set(sent)


def test_the_administrator_sees_why_and_never_the_content(client, failed):
    sign_in(client, "system_admin")
    shown = [
        client.get(path).content.decode()
        for path in ("/desk/admin/connectors/", "/desk/admin/connectors/tax/", f"/desk/admin/connectors/messages/{failed}/")
    ]  # fmt: skip
    assert "1 条消息投递失败" in shown[0]
    assert all("缺少统一社会信用代码" in page for page in shown[1:])
    assert not any("王晓梅" in page or "511802199003074514" in page for page in shown)


def test_sending_again_and_giving_up_from_the_page(client, town, failed):
    sign_in(client, "system_admin")
    page = f"/desk/admin/connectors/messages/{failed}/"
    assert client.post(f"{page}resending").url == page
    town.wait(minutes=1)
    town.carry()
    assert client.post(f"{page}giving-up", {"reason": ""}).status_code == 422
    assert client.post(f"{page}giving-up", {"reason": "不"}).status_code == 422
    assert client.post(f"{page}giving-up", {"reason": "企业撤回了申请"}).url == page
    assert events(failed)[2:] == ["message_resent", "message_failed", "message_given_up"]
    assert client.post(f"{page}resending").status_code == 409
    town.wait(minutes=1)
    town.carry()
    assert town.taken("tax") == [["B1", 2]]


@pytest.fixture
def tongban(monkeypatch, capsys):
    """Runs a command as the shell does; (exit code, printed)."""
    monkeypatch.setenv("DATABASE_URL", "the one of the tests")

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["tongban", "connectors", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        code, out = stopped.value.code, capsys.readouterr().out
        return (1, str(code)) if isinstance(code, str) else (code or 0, out)

    return run


def test_the_command_line_tells_and_mends_the_same(tongban, town, failed):
    code, told = tongban("status", "--json")
    assert (code, {one["name"]: one["failed"] for one in json.loads(told)}["tax"]) == (1, 1)
    assert str(failed) in tongban("failures", "tax")[1]
    assert tongban("resend", "--organ", "tax") == (0, "1 条消息重新排入队列 messages queued again\n")
    town.wait(minutes=1)
    town.carry()
    assert tongban("resend", failed)[0] == 0
    town.wait(minutes=1)
    town.carry()
    assert tongban("give-up", failed, "--reason", "企业撤回了申请")[0] == 0
    assert "message_settled" in tongban("resend", failed)[1]
    town.wait(minutes=1)
    town.carry()
    assert Message.objects.filter(accepted_at=None, given_up_at=None).count() == 0
    assert tongban("status")[0] == 0
    assert tongban("hand-over")[0] == 0
    assert tongban("key")[1].strip() == queries.own_key().hex()


def test_all_failed_ones_are_sent_again_once_each_though_a_worker_puts_them_back(tongban, town, monkeypatch):
    town.at = timezone.now()
    failed = [send(town, subject=f"B{number}", uscc="") for number in range(5)]
    town.carry()

    def resend(**given):
        sent_again.append(given["message"])
        assert len(sent_again) <= len(failed)
        deciding.resend(**given)
        town.wait(seconds=1)
        town.carry()  # the worker, which has it refused again at once

    sent_again: list = []
    monkeypatch.setattr(actions, "resend", resend)
    monkeypatch.setattr(messages, "PAGE", 2)
    assert tongban("resend", "--organ", "tax") == (0, "5 条消息重新排入队列 messages queued again\n")
    assert sorted(sent_again) == sorted(failed)


def test_a_directory_that_cannot_be_read_is_named_and_loses_nothing(tongban, town, settings):
    send(town)
    good = settings.CONNECTORS
    settings.CONNECTORS = str(good) + ".wrong"
    with open(settings.CONNECTORS, "w", encoding="utf-8") as file:
        file.write('{"tax": {"url": "ftp://x", "keys": []}}')
    assert "directory_unreadable" in tongban("status")[1]
    answer = town.browser.post(
        "/connectors/tax/messages", b"{}", content_type="application/json", headers={"webhook-id": "12345678"}
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "directory_unreadable")
    settings.CONNECTORS = good
    assert town.carry() == 1


def test_an_organ_nobody_knows_has_no_page(client):
    sign_in(client, "system_admin")
    assert client.get("/desk/admin/connectors/nonesuch/").status_code == 404
