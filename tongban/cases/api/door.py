"""What every operation shares: who calls, within which scope, the key of a retry, the shapes of answers."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Header, Router, Schema
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from pydantic import Field

from tongban.cases.actions import commands as run
from tongban.cases.queries import documents as queries
from tongban.cases.rules import duties
from tongban.engine.lifecycle import Case
from tongban.engine.refusal import Refused
from tongban.kit.api import request_digest
from tongban.people import queries as people
from tongban.people.rules import Caller

PROBLEMS = frozenset({400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 503})
PDF = {
    "responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
}
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]  # a key of the database
Words = Annotated[str, Field(max_length=4000)]  # as long as the page's box
Remark = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(max_length=60)]


class Problem(Schema):
    """RFC 9457 problem: what was wrong, what to do, and for each field its rule."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict = {}
    errors: list[dict] = []


class Bearer(HttpBearer):
    """The token's caller. A browser's cookie does not count here: nothing guards it against forgery."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = people.caller(request)
        if caller.account is None:
            raise AuthenticationError(401)
        return caller


router = Router(auth=Bearer(), tags=["cases"])
KeyHeader = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


def scoped(request: HttpRequest, scope: str) -> Caller:
    """The caller, if its token carries `scope` (a browser session carries all)."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if caller.scopes is not None and scope not in caller.scopes:
        raise Refused("scope_missing", scope=scope)
    return caller


def key_of(request: HttpRequest, value: str | None) -> run.Key | None:
    return run.Key(value=value, digest=request_digest(request)) if value else None


def answer_for(caller: Caller, at: datetime) -> run.Answer:
    """The answer to a command: the case as it is now and what this caller may do next."""

    def answer(case: Case, events) -> dict:
        return {
            **run.plain_answer(case, events),
            "allowed": queries.resources(duties.allowed(caller, case, at)),
        }

    return answer


class CommandAnswer(Schema):
    """What a command led to."""

    case_no: str
    stage: str
    position: int
    events: list[str]
    allowed: list[str] = []


class Receipt(CommandAnswer):
    """A received application: its number and the short code to follow it with."""

    query_code: str


ANSWERS = {200: CommandAnswer, PROBLEMS: Problem}
