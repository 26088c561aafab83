"""The courier in the worker: carries due messages out, a few at a time to each receiver, and notes the answers."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Any

import httpx
import msgspec
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from tongban.connectors import actions
from tongban.connectors.actions import receiving
from tongban.connectors.queries import Organ, directory
from tongban.connectors.rules import contract
from tongban.connectors.rules.delivery import Answer, Problem
from tongban.engine.refusal import Refused
from tongban.kit.api import clock

log = structlog.get_logger()
FLIGHTS = 4  # requests of one worker under way to one receiver, so that a slow one leaves room for others
THREADS = 64
_MOST_SECONDS = 20.0  # to connect, and again between two pieces
_TRY_SECONDS = 30.0  # then a try is cut off, however slowly anything drips: it ends well within its lease

Come = tuple[Answer, receiving.Sealed | None]


def run(stop: threading.Event, every: float = 0.5) -> None:
    """Carry until told to stop; survives a database that is away and a directory that cannot be read."""
    flying: dict[Future[Come], actions.Claimed] = {}
    with client() as post, ThreadPoolExecutor(THREADS, thread_name_prefix="courier") as pool:
        while not stop.is_set():
            try:
                close_old_connections()
                _set_out(flying, post, pool)
                _take_back(flying, every)
            except (OperationalError, InterfaceError) as error:
                log.warning("database away, will retry", error=str(error))
                stop.wait(2)
            except Refused as refused:
                log.error("connectors stand still", code=refused.code, **refused.facts)
                stop.wait(5)
            if not flying:
                stop.wait(every)


def client() -> httpx.Client:
    """The client messages are posted with: each on a connection of its own, which can be cut; no redirects."""
    seconds, single = (
        min(settings.CONNECTOR_TIMEOUT, _MOST_SECONDS),
        httpx.Limits(max_keepalive_connections=0),
    )
    return httpx.Client(timeout=seconds, limits=single, follow_redirects=False)


def _set_out(
    flying: dict[Future[Come], actions.Claimed], post: httpx.Client, pool: ThreadPoolExecutor
) -> None:
    """Claim what is due and let it fly, never more than `FLIGHTS` to one receiver."""
    organs = directory()
    counts = Counter(message.receiver for message in flying.values())
    at = clock()
    for message in actions.claim(at=at, most=FLIGHTS, flying=counts):
        flying[pool.submit(carry, message, organs.get(message.receiver), post, at)] = message


def _take_back(flying: dict[Future[Come], actions.Claimed], seconds: float) -> None:
    """Note what has come back; what cannot be noted because the database is away is sent again later."""
    for future in wait(flying, timeout=seconds, return_when=FIRST_COMPLETED).done:
        message = flying.pop(future)
        note(message, future.result(), at=clock())


def note(message: actions.Claimed, come: Come, *, at: datetime) -> None:
    """Note an answer; a result the house cannot take is a faulty answer, tried again later."""
    answer, result = come
    try:
        actions.note(message=message, answer=answer, result=result, at=at)
    except Refused as refused:
        faulty = Answer(status=answer.status, problem=Problem(refused.code), faulty=True)
        actions.note(message=message, answer=faulty, at=at)


def carry(message: actions.Claimed, organ: Organ | None, post: httpx.Client, at: datetime) -> Come:
    """One try: what came back, and the signed message in it if the answer is a 200. Touches no database."""
    if organ is None or not message.payload:
        code = "body_unreadable" if organ else "no_address"
        return Answer(status=None, problem=Problem(code)), None
    signed = contract.sign(message.payload, id=str(message.id), seed=settings.CONNECTOR_KEY, at=at)
    headers = {**signed, "content-type": "application/json", "accept": "application/json"}
    try:
        with (
            _cut_in_time() as connected,
            post.stream(
                "POST",
                organ.url,
                content=message.payload,
                headers=headers,
                extensions={"trace": connected},
            ) as response,
        ):
            content = _read(response)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(status=None, problem=Problem(_silence(error), detail=str(error)[:200])), None
    return _come(message, organ, response, content, at=at)


@contextmanager
def _cut_in_time() -> Iterator[Callable[[str, dict[str, Any]], None]]:
    """What hears of a try's connection, to cut it when the try's time is over: timeouts bound single pieces only."""
    end = time.monotonic() + _TRY_SECONDS
    with ExitStack() as held:

        def connected(event: str, facts: dict[str, Any]) -> None:
            if event == "connection.connect_tcp.complete":
                line = held.enter_context(facts["return_value"].get_extra_info("socket").dup())
                cut = threading.Timer(max(0.0, end - time.monotonic()), _cut, [line])
                cut.daemon = True
                cut.start()
                held.callback(cut.cancel)

        yield connected


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # closed already
        line.shutdown(socket.SHUT_RDWR)


def _read(response: httpx.Response) -> bytes:
    """The content of an answer, at most `contract.MOST` bytes of it."""
    content = b""
    for part in response.iter_bytes():
        content += part
        if len(content) > contract.MOST:
            raise httpx.ReadError("the answer does not end")
    return content


def _silence(error: Exception) -> str:
    """Why there is no answer, as a code."""
    if isinstance(error, httpx.ConnectError):
        return "not_reached"
    return "no_answer_in_time" if isinstance(error, httpx.TimeoutException) else "broken_off"


def _come(
    message: actions.Claimed, organ: Organ, response: httpx.Response, content: bytes, *, at: datetime
) -> Come:
    status = response.status_code
    try:
        match status:
            case 200:
                return Answer(status=status), _result(message, response, content, at)
            case 202:
                _check_taken(message, organ, response, content, at)
                return Answer(status=status), None
    except Refused as refused:
        return Answer(status=status, problem=Problem(refused.code), faulty=True), None
    seconds = response.headers.get("retry-after", "")
    wait_seconds = int(seconds) if seconds.isascii() and seconds.isdecimal() and len(seconds) < 7 else 0
    return Answer(status=status, problem=_problem(status, content), wait_seconds=wait_seconds), None


def _result(
    message: actions.Claimed, response: httpx.Response, content: bytes, at: datetime
) -> receiving.Sealed:
    """The signed message of a 200 answer. Refuses those of `receiving.opened`, reply_to_unknown."""
    sealed = receiving.opened(sender=message.receiver, payload=content, headers=response.headers, at=at)
    if sealed.envelope.in_reply_to != str(message.id):
        raise Refused("reply_to_unknown", id=sealed.envelope.in_reply_to)
    return sealed


def _check_taken(
    message: actions.Claimed, organ: Organ, response: httpx.Response, content: bytes, at: datetime
) -> None:
    """Refuse a 202 that the receiver did not sign or that names another message."""
    contract.verify(content, response.headers, publics=organ.publics, at=at)
    if contract.taken(content) != str(message.id):
        raise Refused("reply_to_unknown", id=contract.taken(content))


class _Document(msgspec.Struct):
    """What is read of a problem document (RFC 9457); `errors` as the house's own API writes them."""

    code: str = ""
    title: str = ""
    detail: str = ""
    errors: list[dict[str, Any]] = []


def _problem(status: int, content: bytes) -> Problem:
    """The receiver's own words, shortened; without them the status alone."""
    try:
        said = msgspec.json.decode(content, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Problem(f"http_{status}")
    fields = tuple((_short(error.get("field")), _short(error.get("message"))) for error in said.errors[:20])
    return Problem(_short(said.code) or f"http_{status}", _short(said.title), _short(said.detail), fields)


def _short(words: object) -> str:
    return "".join(char for char in str(words or "") if char.isprintable())[:200]
