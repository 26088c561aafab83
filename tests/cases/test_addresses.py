"""Addresses nobody was given: cursors, steps and codes made up are answered, never a fault of ours."""

import pytest

from tests.city import accepted
from tests.people.signing import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "cursor", ["garbage", "x~y", "2026-01-01~y", "2026-01-01T00:00:00~y", "~", "9999-99-99~"]
)
def test_a_cursor_made_up_is_refused_or_shows_the_end(client, cursor):
    sign_in(client, "yucheng_clerk")
    inbox = client.get("/desk/", {"after": cursor}).status_code
    cases = client.get("/desk/cases/", {"after": cursor}).status_code
    assert (inbox, cases) == (200 if cursor == "~" else 422, 422)


def test_a_step_the_guide_does_not_have_is_refused(client):
    number = accepted()
    sign_in(client, "yucheng_examiner")
    answers = [
        client.get(f"/desk/cases/{number}/steps/nope"),
        client.post(f"/desk/cases/{number}/steps/nope"),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]


@pytest.mark.parametrize("code", ["\0", "Ａ" * 9, "'", "x" * 10_000, ""])
def test_a_query_code_made_up_finds_nothing(client, code):
    assert client.post("/track/", {"code": code, "last4": "1234"}).status_code == 422
