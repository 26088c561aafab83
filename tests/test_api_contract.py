"""The API as its document promises it: schema, keys, pages, commands allowed, and a problem for every wrong request."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from config.api import api
from config.wsgi import application
from tests import city
from tongban.cases.models import Case
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
    assert free == {"/api/items", "/api/items/{base_code}"}


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
    """A case of several stages, a draft and two tokens; given up after the class."""
    folder = tmp_path_factory.mktemp("contract")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
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
        transaction.set_rollback(True)


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
