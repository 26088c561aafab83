"""The API as its document promises it: schema, keys, pages, commands allowed, and a problem for every wrong request."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from config.api import api
from config.wsgi import application
from tests import city
from tongban.cases.models import Case
from tongban.cases.rules.resources import RESOURCES
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.rules import Scope

PROBLEM = "application/problem+json"
EXAMPLES = 12  # of each operation and role


def token(username: str) -> str:
    """A bearer token with every scope."""
    now = timezone.now()
    _, secret = people_actions.issue_token(
        account=people.account_by_username(username).pk,
        scopes=tuple(scope.value for scope in Scope),
        label="test",
        expires_at=now + timedelta(hours=1),
        caller=city.caller("security_admin", now),
        at=now,
    )
    return secret


def bearer(username: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(username)}", **headers}


def send(method: str, path: str, body: object, headers: dict[str, str]):
    """A request with a JSON body."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().generic(method, path, text, content_type="application/json", headers=headers)


def told(response) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, code and (field, rule) lines of a problem; every one has words, and each line its mend."""
    assert response["Content-Type"] == PROBLEM, response.content
    document = response.json()
    assert (document["status"], bool(document["title"]), bool(document["detail"])) == (
        response.status_code, True, True,
    )  # fmt: skip
    lines = document.get("errors", [])
    assert [line for line in lines if not re.search("[:：].", line["message"])] == []
    return response.status_code, document["code"], [(line["field"], line["rule"]) for line in lines]


# The document


def document() -> dict:
    return json.loads(Client().get("/api/openapi.json").content)


def operations(whole: dict) -> Iterator[tuple[str, str, dict]]:
    """(method, path, operation) of every operation in the document."""
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_the_document_is_valid_openapi_3_1():
    whole = document()
    assert whole["openapi"].startswith("3.1.")
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(whole)] == []


def test_every_operation_documents_its_success_and_its_problems():
    lacking = {}
    for method, path, operation in operations(document()):
        answers = operation["responses"]
        kinds = {
            kind for status, answer in answers.items() if int(status) >= 400 for kind in answer["content"]
        }
        good = [status for status in answers if int(status) < 300 and answers[status].get("content")]
        if not good or kinds != {PROBLEM} or "422" not in answers:
            lacking[method, path] = (good, kinds)
    assert lacking == {}


def test_every_operation_says_whether_it_needs_a_token():
    whole = document()
    assert whole["components"]["securitySchemes"] == {"Bearer": {"type": "http", "scheme": "bearer"}}
    free = {path for _, path, operation in operations(whole) if operation.get("security") != [{"Bearer": []}]}
    assert free == {
        "/api/items",
        "/api/items/{base_code}",
        "/api/items/{base_code}/competence/{place}",
        "/api/bundles",
        "/api/bundles/{code}",
    }


def test_the_documents_page_loads_nothing_from_another_host():
    page = Client().get("/api/docs")
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page.content.decode())
    assert (page.status_code, [address for address in loaded if not address.startswith("/static/")]) == (
        200,
        [],
    )
    assert any(address.endswith("swagger-ui-bundle.js") for address in loaded)
    assert "default-src 'self'" in page["Content-Security-Policy"]


# Every operation, asked at random


SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
SCHEMA.app = application
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]


@pytest.fixture(scope="class")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """A case of several stages, a draft and two tokens, for good; after the class the city is as seeded.

    An open transaction would keep every record on this server from being sealed meanwhile.
    """
    folder = tmp_path_factory.mktemp("contract")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder):
        cache.clear()
        now = timezone.now()
        draft = city.filled(now)
        stages = [city.received(now), city.noticed(now), city.accepted(now), city.granted(now)]
        step = Case.objects.get(pk=stages[2]).state["terms"]["steps"][0]["code"]
        names = {
            "case_no": stages, "draft": [str(draft.pk)], "base_code": [city.ITEM], "step": [step],
            "code": [city.MISSING], "position": [1, 2], "letter": [1],
        }  # fmt: skip
        yield names, {name: token(name) for name in ("yucheng_clerk", "wang_xiaomei")}
        TransactionTestCase._fixture_teardown(None)  # a fresh clone; see tests/conftest.py


@contextmanager
def undone():
    """A request inside a transaction that is given up; as in Django's own client, its end closes no connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class TestEveryOperation:
    @pytest.mark.parametrize("username", ["yucheng_clerk", "wang_xiaomei"])
    @pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
    def test_answers_whatever_it_is_asked_as_the_document_says(self, world, operation, username, settings_of):
        names, tokens = world
        headers = {"Authorization": f"Bearer {tokens[username]}"}

        @settings_of
        @given(case=operation.as_strategy(), data=st.data())
        def ask(case, data):
            for name in case.path_parameters or {}:
                if name in names and data.draw(
                    st.integers(0, 3)
                ):  # three of four about something that is there
                    case.path_parameters[name] = data.draw(st.sampled_from(names[name]))
            with undone():
                response = case.call(headers=headers)
            assert response.status_code < 500, response.content
            case.validate_response(response, checks=CHECKS)

        ask()


@pytest.fixture
def settings_of():
    return settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


CHECKS = [
    schemathesis.checks.not_a_server_error,
    *[
        schemathesis.checks.CHECKS.get_one(name)
        for name in ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
    ],
]


# Keys


@pytest.fixture
def clerk(db):
    cache.clear()
    return bearer("yucheng_clerk")


@pytest.fixture
def owner(db):
    cache.clear()
    return bearer("wang_xiaomei")


def test_a_submission_retried_with_its_key_is_answered_alike_and_makes_one_case(owner):
    path, headers = f"/api/drafts/{city.filled().pk}/submission", {**owner, "Idempotency-Key": str(uuid4())}
    first, again = [send("POST", path, "", headers) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Case.objects.count() == 1


def test_a_key_used_with_another_body_or_address_is_a_conflict_and_changes_nothing(clerk):
    number, other = city.received(), city.received()
    headers = {**clerk, "Idempotency-Key": str(uuid4())}
    assert send("POST", f"/api/cases/{number}/claim", "", headers).status_code == 200
    assert told(send("POST", f"/api/cases/{number}/release", {"reason": "误领"}, headers))[:2] == (
        409,
        "key_reused",
    )
    assert told(send("POST", f"/api/cases/{other}/claim", "", headers))[:2] == (409, "key_reused")
    assert [Case.objects.get(pk=n).position for n in (number, other)] == [2, 1]


def test_a_key_is_its_callers_own(clerk, owner):
    number, key = city.received(), {"Idempotency-Key": str(uuid4())}
    claimed = send("POST", f"/api/cases/{number}/claim", "", {**clerk, **key})
    withdrawn = send("POST", f"/api/cases/{number}/withdrawal", {"reason": "不办了"}, {**owner, **key})
    assert (claimed.json()["events"], withdrawn.json()["events"]) == (["claimed"], ["withdrawn"])


# Pages


def test_keyset_pages_hold_every_case_once_while_others_arrive(clerk):
    numbers = {city.received(city.AT + timedelta(minutes=n)) for n in range(5)}
    seen, after = [], ""
    while True:
        page = Client().get("/api/cases", {"size": 2, "after": after}, headers=clerk).json()
        seen += [row["case_no"] for row in page["items"]]
        if len(seen) == 2:
            city.received(city.AT + timedelta(hours=1))
        after = page["next"]
        if not after:
            break
    assert (len(seen), set(seen)) == (5, numbers)
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"size": "0"}, ("invalid", [("size", "greater_than_equal")])),
        ({"size": "101"}, ("invalid", [("size", "less_than_equal")])),
        ({"size": "two"}, ("invalid", [("size", "int_parsing")])),
        ({"stage": "done"}, ("invalid", [("stage", "enum")])),
        ({"after": "yesterday"}, ("cursor_unreadable", [])),
        ({"after": "2026-11-03T02:00:00+00:00~' or 1=1"}, ("cursor_unreadable", [])),
    ],
)
def test_a_page_that_cannot_be_is_refused(clerk, query, expected):
    assert told(Client().get("/api/cases", query, headers=clerk)) == (422, *expected)


# What is allowed now


@pytest.mark.parametrize("stage", ["received", "noticed", "corrected", "accepted", "examined", "granted"])
def test_each_case_lists_the_commands_of_its_reader(db, stage):
    """What is listed is not refused for role or stage; what is not listed is refused."""
    number = getattr(city, stage)()
    step = Case.objects.get(pk=number).state["terms"]["steps"][0]["code"]
    for username in (
        "yucheng_clerk",
        "yucheng_examiner",
        "yucheng_approver",
        "mingshan_clerk",
        "wang_xiaomei",
    ):
        headers = bearer(username)
        listed = set(Client().get(f"/api/cases/{number}", headers=headers).json().get("allowed", ()))
        answers = {}
        for resource in RESOURCES.values():
            path = f"/api/cases/{number}/{resource}" + (f"/{step}" if resource == "steps" else "")
            with transaction.atomic():
                answers[resource] = (
                    send("POST", path, BODIES.get(resource, {}), headers).json().get("code", "done")
                )
                transaction.set_rollback(True)
        done = {resource for resource, code in answers.items() if code == "done"}
        barred = {resource for resource, code in answers.items() if code in BARS}
        assert (done - listed, barred & listed) == (set(), set()), (username, answers)


# Refusals of role, scope or stage, as opposed to what the command says.
BARS = {"case_unknown", "not_at_this_stage", "not_permitted", "scope_missing", "already_decided", "not_held"}

BODIES = {
    "release": {"reason": "误领"},
    "correction-notice": {
        "defects": [{"material": city.MISSING, "defect": "missing"}],
        "correct_by": "2026-12-03",
    },
    "non-acceptance": {"ground": "not_competent", "reason": "不属本机关职权"},
    "steps": {"passed": True, "opinion": "符合", "officers": ["李敏", "周强"]},
    "special-procedure": {"ground": "expert_review", "expected_days": 5, "reason": "专家评审"},
    "special-procedure/end": {"finding": "通过"},
    "extension": {"working_days": 5, "reason": "案情复杂"},
    "grant": {"opinion": "同意"},
    "refusal": {"reasons": "布局不合规", "basis": "食品安全法第三十五条"},
    "delivery": {"method": "window", "recipient": "王小梅"},
    "withdrawal": {"reason": "不办了"},
    "transfer": {"organ": 1, "reason": "管辖变更"},
    "explanation": {"explanation": "系统故障"},
}


# Wrong requests


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "expected"),
    [
        ("POST", "/api/drafts", "{", {}, (400, "json_malformed", [])),
        ("POST", "/api/drafts", "[" * 100_000, {}, (400, "json_malformed", [])),
        ("POST", "/api/drafts", b"\xff\xfe", {}, (400, "json_malformed", [])),
        ("POST", "/api/drafts", {}, {}, (422, "invalid", [("body.task_code", "missing")])),
        ("POST", "/api/drafts", {"task_code": "short"}, {}, (422, "invalid", [("body.task_code", "string_pattern_mismatch")])),
        ("POST", "/api/drafts", {"task_code": "0" * 31, "party": "me"}, {}, (422, "invalid", [("body.party", "int_parsing")])),
        ("POST", "/api/drafts", {"task_code": "0" * 31, "party": 2**70}, {}, (422, "invalid", [("body.party", "less_than_equal")])),
        ("POST", "/api/drafts", {"task_code": "0" * 31}, {}, (422, "item_not_running", [])),
        ("POST", "/api/drafts", {"task_code": "a\x00b"}, {}, (422, "invalid", [("task_code", "unreadable_text")])),
        ("POST", "/api/drafts", '{"task_code": "\\ud800"}', {}, (400, "json_malformed", [])),
        ("GET", "/api/drafts/one", "", {}, (422, "invalid", [("draft", "uuid_parsing")])),
        ("GET", "/api/items?q=%00", "", {}, (422, "invalid", [("q", "unreadable_text")])),
        ("GET", "/api/nowhere", "", {}, (404, "no_such_address", [])),
        ("PATCH", "/api/cases", "", {}, (405, "method_not_allowed", [])),
        ("GET", "/api/cases", "", {"Accept": "text/csv"}, (406, "not_acceptable", [])),
        ("GET", "/api/cases/0000", "", {}, (404, "case_unknown", [])),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_field_rule_and_mend(owner, method, path, body, headers, expected):
    assert told(send(method, path, body, {**owner, **headers})) == expected


def test_a_body_that_is_not_json_is_told_what_it_was_sent_as(owner):
    response = Client().post("/api/drafts", {"task_code": "x"}, headers=owner)  # as a web form
    assert told(response)[:2] == (415, "body_not_json")


def test_a_body_past_the_limit_is_not_read(owner):
    response = send("POST", "/api/drafts", {"task_code": "x" * 3_000_000}, owner)
    assert told(response)[:2] == (413, "body_too_large")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "sign_in_required"),
        ({"Authorization": "Basic eDp5"}, "sign_in_required"),
        ({"Authorization": "Bearer nonsense"}, "token_unknown"),
    ],
)
def test_without_a_token_that_counts_nothing_is_read(db, headers, code):
    response = Client().get("/api/cases", headers=headers)
    assert told(response)[:2] == (401, code)


# HTTP


def test_what_did_not_change_is_answered_304_and_a_head_has_no_body(owner):
    first = Client().get("/api/cases", headers=owner)
    again = Client().get("/api/cases", headers={**owner, "If-None-Match": first["ETag"]})
    head = Client().head("/api/cases", headers=owner)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Accept-Language"} <= set(first["Vary"].split(", "))
