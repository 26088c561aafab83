"""What follows from an answer, when the next try is due, and what may be done with a message that failed."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tongban.engine.refusal import Refused

TRIES = 72
FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=30)
APART = timedelta(minutes=1)  # no wait is cut shorter, however often the receiver takes others
LEASE = timedelta(seconds=90)  # as long as a worker may hold a message before another takes it up
LATER_STATUSES = frozenset({408, 425, 429})  # of the 4xx those that a repetition may mend
SENT, ACCEPTED, FAILED = "message_sent", "message_accepted", "message_failed"
RESENT, GIVEN_UP, RECEIVED = "message_resent", "message_given_up", "message_received"
KINDS = frozenset({SENT, ACCEPTED, FAILED, RESENT, GIVEN_UP, RECEIVED})  # events of the stream "message"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a message was not taken: a code, and the receiver's own words and fields if it gave some."""

    code: str
    title: str = ""
    detail: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # (field, what is wrong with it)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back for one try. `status` is None when nothing did; `faulty` says why an answer is no answer."""

    status: int | None
    problem: Problem | None = None
    wait_seconds: int = 0  # Retry-After, 0 when not given
    faulty: bool = False  # a 2xx without a good signature or naming another message


class Outcome(StrEnum):
    """What becomes of the message."""

    TAKEN = "taken"
    LATER = "later"
    FAILED = "failed"


def outcome(answer: Answer, tries: int) -> Outcome:
    """What an answer to try number `tries` (from 1) means.

    200 and 202 with a good signature: taken. 4xx: it will never succeed, failed at once; but 408, 425 and
    429 ask for patience. Everything else (5xx, redirects, no answer, a wrong signature): later, until
    the tries, which reach over more than a day, are used up.
    Basis: configuration (docs/connectors.md).
    """
    status = answer.status or 0
    if status in (200, 202) and not answer.faulty:
        return Outcome.TAKEN
    if 400 <= status < 500 and status not in LATER_STATUSES:
        return Outcome.FAILED
    return Outcome.LATER if tries < TRIES else Outcome.FAILED


def wait(tries: int, key: str) -> timedelta:
    """How long to wait after try number `tries` of message `key`: doubling, at most `LONGEST`, ± a fifth.

    The jitter is computed from message and try, so that messages that failed together come back apart.
    Basis: configuration.
    """
    whole = min(FIRST * 2 ** min(tries - 1, 20), LONGEST)
    spread = int.from_bytes(hashlib.sha256(f"{key} {tries}".encode()).digest()[:4], "big") % 401
    return whole * (800 + spread) / 1000


def next_try(answer: Answer, tries: int, key: str, at: datetime) -> datetime:
    """When the next try is due: the wait, or what the receiver asked for if that is longer (an hour at most).

    Basis: configuration.
    """
    return at + max(wait(tries, key), timedelta(seconds=min(answer.wait_seconds, 3600)))


def check_open(*, accepted: bool, given_up: bool) -> None:
    """Refuse `message_settled` unless something can still be done with the message.

    Basis: configuration.
    """
    if accepted or given_up:
        raise Refused("message_settled")


def check_failed(*, failed: bool) -> None:
    """Refuse `message_not_failed`: only what was put on the list of failures can be given up.

    Basis: configuration.
    """
    if not failed:
        raise Refused("message_not_failed")


def check_reason(words: str) -> str:
    """The reason of giving a message up, trimmed. Refuses `give_up_reason_missing` below five characters.

    Basis: configuration.
    """
    reason = " ".join(words.split())
    if len(reason) < 5:
        raise Refused("give_up_reason_missing")
    return reason[:500]
