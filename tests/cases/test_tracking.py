"""Following a case without signing in: the short code opens nothing to who tries out the last four."""

import pytest
from django.test import Client

from tests.city import accepted
from tongban.cases.models import Case

pytestmark = pytest.mark.django_db
LAST4 = "8TXN"


def ask(code: str, last4: str, client: Client | None = None) -> int:
    return (client or Client()).post("/track/", {"code": code, "last4": last4}).status_code


def test_code_and_last_four_show_the_progress_in_any_case_of_letters():
    code = Case.objects.get(pk=accepted()).query_code
    assert [ask(code, LAST4), ask(f" {code.lower()} ", LAST4.lower())] == [200, 200]


def test_five_wrong_tries_lock_a_code_whoever_tries_and_whether_or_not_it_is_a_cases():
    code = Case.objects.get(pk=accepted()).query_code
    for tried in (code, "ABCDEFGHJ"):
        assert [ask(tried, f"{number:04}") for number in range(6)] == [422] * 5 + [429]
    assert ask(code, LAST4) == 429


def test_what_cannot_be_a_code_locks_nobody_out():
    assert {ask("？" * 9, "0000") for _ in range(7)} == {422}
