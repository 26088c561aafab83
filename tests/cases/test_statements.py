"""What the database is asked: at most six statements a command, and a fixed number a page however many cases."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.people.signing import sign_in
from tongban.catalogue import queries as catalogue
from tongban.engine.lifecycle import commands
from tongban.people import actions as people_actions
from tongban.people.rules import Scope

MOST = 6  # per command, the token's look-up and the transaction's own frame included


def token(username: str, now: datetime) -> str:
    return people_actions.issue_token(
        account=city.caller(username, now).signed_in,
        scopes=[scope.value for scope in Scope],
        label="counter",
        expires_at=now + timedelta(days=1),
        caller=city.caller("security_admin", now),
        at=now,
    )[1]


class Sent:
    """Statements of a block: every one sent to the server, the transaction's BEGIN and COMMIT too."""

    def __init__(self) -> None:
        self.captured = CaptureQueriesContext(connection)

    def __enter__(self) -> "Sent":
        catalogue.forget_calendar()
        catalogue.calendar()  # read once in five seconds, however slow this machine is
        self.captured.__enter__()
        return self

    def __exit__(self, *failure) -> None:
        self.captured.__exit__(*failure)

    @property
    def count(self) -> int:
        return len(self.captured.captured_queries)

    def words(self) -> Counter:
        return Counter(query["sql"].split()[0].upper() for query in self.captured.captured_queries)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("username", "resource", "body", "begin"),
    [
        ("yucheng_clerk", "claim", {}, city.received),
        ("yucheng_clerk", "acceptance", {}, city.received),
        ("yucheng_clerk", "non-acceptance", {"ground": "not_competent", "reason": "市级管辖"}, city.received),
        ("wang_xiaomei", "withdrawal", {"reason": "改日再办"}, city.received),
        ("yucheng_examiner", "steps/{step}", {"passed": True, "opinion": "符合", "officers": ["李敏", "周强"]}, city.accepted),
        ("yucheng_head", "extension", {"working_days": 3, "reason": "需进一步核实"}, city.accepted),
        ("yucheng_approver", "grant", {"opinion": "同意"}, city.examined),
        ("yucheng_delivery", "delivery", {"method": "window", "recipient": "王晓梅"}, city.granted),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)  # fmt: skip
def test_a_command_over_the_api_costs_at_most_six_statements(client, username, resource, body, begin):
    now = datetime.now(UTC)
    number = begin(now)
    bearer = token(username, now)
    step = next(iter(_open(number)), "")
    url = f"/api/cases/{number}/{resource.format(step=step)}"
    catalogue.calendar()  # a process asks for the calendar every few seconds, not with each command
    with Sent() as sent:
        answer = client.post(
            url,
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": "k-1"},
        )
    assert answer.status_code == 200, answer.content
    assert sent.count <= MOST, sent.words()


def _open(number: str) -> list[str]:
    return [step.code for step in city._open(number)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("yucheng_clerk", "/desk/"),
        ("yucheng_clerk", "/desk/?only=free"),
        ("yucheng_clerk", "/desk/cases/"),
        ("yucheng_clerk", "/desk/cases/?q=雅安"),
        ("yucheng_clerk", "/desk/cases/{number}/"),
        ("yucheng_clerk", "/desk/cases/{number}/check"),
        ("wang_xiaomei", "/my/cases/"),
        ("wang_xiaomei", "/my/cases/{number}/"),
    ],
)
def test_a_page_asks_the_same_number_of_statements_with_one_case_and_with_fifteen(client, username, path):
    now = datetime.now(UTC)
    number = city.received(now)
    url = path.format(number=number)
    sign_in(client, username, second_factor=username.startswith("yucheng"))
    client.get(url)  # what a process reads once is read now

    def asked() -> int:
        with Sent() as sent:
            assert client.get(url).status_code == 200
        return sent.count

    few = asked()
    for _ in range(7):
        city.received(now)
        city.do(city.received(now), commands.Claim(), "yucheng_clerk", now)
    assert asked() == few


@pytest.mark.django_db(transaction=True)
def test_a_submission_costs_no_more_although_it_writes_form_and_files_too(client):
    now = datetime.now(UTC)
    bearer = token("wang_xiaomei", now)
    counts = set()
    for left_out in (frozenset(), frozenset({city.MISSING})):
        draft = city.filled(now, left_out).pk
        with Sent() as sent:
            answer = client.post(
                f"/api/drafts/{draft}/submission",
                headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": f"k-{len(left_out)}"},
            )
        assert answer.status_code == 201, answer.content
        counts.add(sent.count)
    assert counts == {MOST}, sent.words()
