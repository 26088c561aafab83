"""The simulated organs at work: take a message, think, call back; and fail in the ways real ones do."""

import hashlib
import os
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from counterparts.organs import ORGANS, Kind, think
from counterparts.state import State
from tongban.connectors.rules import contract
from tongban.engine.refusal import Refused

# down: the connection breaks · slow: the work is done, the answer comes too late · errors: 500
# twice: every callback two times · early: the callback before the answer · forged: signatures of another key
# refuses: a result, but a negative one
MODES = ("up", "down", "slow", "errors", "twice", "early", "forged", "refuses")

# Posts bytes with headers to an address: (status, headers, content), or None when nothing answers.
Post = Callable[[str, bytes, dict[str, str]], tuple[int, Mapping[str, str], bytes] | None]


class House(msgspec.Struct, frozen=True):
    """Whom the organs work with: its name in the contract, its address, its public key."""

    name: str
    url: str
    key: bytes


class Reply(msgspec.Struct, frozen=True):
    """An answer of HTTP; `late` when it is to come too late."""

    status: int
    content: bytes
    headers: dict[str, str] = {}
    late: bool = False


class Office:
    """All organs of one process, on one folder. `speed` divides their thinking time."""

    def __init__(self, folder: Path, house: House, post: Post, *, seed: int = 1, speed: float = 1.0) -> None:
        self.house, self.post, self.seed, self.speed = house, post, seed, speed
        self.state = State(folder / "state.sqlite")
        self.keys = {name: _kept_key(folder / "keys" / name) for name in ORGANS}

    def directory(self, url: str) -> dict[str, dict]:
        """What the house's directory says of these organs when they are served at `url`."""
        return {
            name: {
                "url": f"{url}/{name}/messages",
                "keys": [contract.public_key(self.keys[name]).hex()],
                "zh": organ.zh,
                "en": organ.en,
                "kinds": sorted(organ.kinds),
                "prices": organ.prices,
            }
            for name, organ in ORGANS.items()
        }

    def take(self, name: str, payload: bytes, headers: Mapping[str, str], at: datetime) -> Reply | None:
        """The answer to a message for organ `name`; None: the connection breaks."""
        mode = self.state.mode(name)
        if mode == "down":
            return None
        if mode == "errors":
            return _problem(500, "fault", "系统内部错误 internal error")
        try:
            contract.verify(payload, headers, publics=[self.house.key], at=at)
            envelope = contract.decode(payload)
        except Refused as refused:
            status = 401 if refused.code in contract.FORGERIES else 422
            return _problem(status, refused.code, str(refused.facts))
        if (envelope.sender, envelope.receiver) != (self.house.name, name):
            return _problem(422, "message_misaddressed", "收发方不符 not addressed to us")
        known = self._known(name, envelope.id, payload)
        if isinstance(known, Reply):
            return known
        kind = ORGANS[name].kinds.get(envelope.kind)
        if kind is None:
            return _problem(422, "kind_unknown", f"不受理 not handled here: {envelope.kind}")
        if not known and (faults := [fault for check in kind.checks for fault in check(envelope.body)]):
            return _problem(422, "invalid", "请按 errors 改正 mend what errors lists", faults)
        if not known and (refusal := self._register(name, kind, envelope, payload, mode, at)):
            return refusal
        if mode == "early":
            self.call_back(at, only=envelope.id)
        return self._answer(name, kind, envelope.id, mode, at)

    def _known(self, name: str, id: str, payload: bytes) -> Reply | bool:
        """Whether the message was taken before; a problem when its id was used for another content."""
        rows = self.state.rows("select digest from taken where organ = ? and id = ?", name, id)
        if rows and rows[0][0] != hashlib.sha256(payload).digest():
            return _problem(409, "message_id_reused", id)
        return bool(rows)

    def _register(
        self, name: str, kind: Kind, asked: contract.Envelope, payload: bytes, mode: str, at: datetime
    ) -> Reply | None:
        """Keep a message and what will be answered to it, in one transaction; a copy taken meanwhile is known."""
        with self.state.writing() as link:
            known = self._known(name, asked.id, payload)
            if known:
                return known if isinstance(known, Reply) else None
            (last,) = link.execute(
                "select coalesce(max(sequence), 0) from taken where organ = ? and subject = ?",
                (name, asked.subject),
            ).fetchone()
            if asked.sequence <= last:
                return _problem(409, "out_of_order", f"{asked.sequence} ≤ {last}")
            link.execute(
                "insert into taken (organ, id, digest, subject, sequence) values (?, ?, ?, ?, ?)",
                (name, asked.id, hashlib.sha256(payload).digest(), asked.subject, asked.sequence),
            )
            answer = self._result(link, name, kind, asked, mode, at)
            due = at + think(self.seed, asked.id, kind.minutes) / self.speed
            done = at.timestamp() if kind.minutes == (0, 0) else None  # goes with the answer itself
            link.execute(
                "insert into owed (organ, id, subject, payload, reply_to, due, done) values (?, ?, ?, ?, ?, ?, ?)",
                (name, answer.id, asked.subject, contract.encode(answer), asked.id, due.timestamp(), done),
            )
        return None

    def _result(
        self,
        link: sqlite3.Connection,
        name: str,
        kind: Kind,
        asked: contract.Envelope,
        mode: str,
        at: datetime,
    ) -> contract.Envelope:
        reason = kind.reason if mode == "refuses" else kind.bars(asked.body)
        refused = bool(reason)
        serial = 0 if refused else State.next(link, name, asked.kind)
        body = {"reason": reason} if refused else kind.result(asked.body, at.date(), serial)
        return contract.Envelope(
            id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name} {asked.id}")),
            sender=name,
            receiver=asked.sender,
            kind=kind.refuses if refused else kind.answers,
            subject=asked.subject,
            sequence=State.next(link, name, f"to {asked.subject}"),
            issued_at=at,
            body=body,
            in_reply_to=asked.id,
        )

    def _answer(self, name: str, kind: Kind, id: str, mode: str, at: datetime) -> Reply:
        """200 with the result for what is done at once, else 202; signed."""
        status, signed_id, content = 202, id, contract.encode(contract.Taken(accepted=id))
        if kind.minutes == (0, 0):
            rows = self.state.rows("select id, payload from owed where organ = ? and reply_to = ?", name, id)
            status, (signed_id, content) = 200, rows[0]
        headers = contract.sign(content, id=signed_id, seed=self._seed(name, mode), at=at)
        return Reply(status, content, headers, late=mode == "slow")

    def _seed(self, name: str, mode: str) -> bytes:
        return os.urandom(32) if mode == "forged" else self.keys[name]

    def call_back(self, at: datetime, only: str = "") -> int:
        """Post the results that are due, in order for each organ and subject; returns how many were taken."""
        due = "reply_to = ?" if only else "due <= ?"
        rows = self.state.rows(
            f"select number, organ, id, payload, tries from owed o where done is null and {due} and not exists"
            " (select 1 from owed e where e.organ = o.organ and e.subject = o.subject and e.done is null"
            " and e.number < o.number) order by number limit 100",
            only or at.timestamp(),
        )
        return sum(self._owed(row, at) for row in rows)

    def _owed(self, row: tuple, at: datetime) -> bool:
        """Post one result; whether the house took it."""
        number, name, id, payload, tries = row
        mode = self.state.mode(name)
        if mode == "down":
            return False
        status: int | None = None
        for _ in range(2 if mode == "twice" else 1):
            headers = contract.sign(payload, id=id, seed=self._seed(name, mode), at=at)
            headers["content-type"] = "application/json"
            status = self._status(
                self.post(f"{self.house.url}/connectors/{name}/messages", payload, headers), at
            )
        taken = status == 202
        given_up = status is not None and 400 <= status < 500 and status not in (401, 408, 425, 429)
        again = at + timedelta(seconds=min(60, 2 ** min(tries, 6)))
        with self.state.writing() as link:
            link.execute(
                "update owed set tries = tries + 1, status = ?, due = ?, done = ? where number = ?",
                (status, again.timestamp(), at.timestamp() if taken or given_up else None, number),
            )
        return taken

    def _status(self, come: tuple[int, Mapping[str, str], bytes] | None, at: datetime) -> int | None:
        """The status of an answer; None when there is none, or a 202 the house did not sign."""
        if come is None:
            return None
        status, headers, content = come
        if status == 202:
            try:
                contract.verify(content, headers, publics=[self.house.key], at=at)
            except Refused:
                return None
        return status

    def switch(self, name: str, mode: str) -> Reply:
        """Have an organ fail in `mode` from now on: how it stands, or 422 with the modes there are."""
        if mode not in MODES:
            return Reply(422, contract.encode({"modes": list(MODES)}))
        self.state.set_mode(name, mode)
        return Reply(200, contract.encode(self.report(name)))

    def report(self, name: str) -> dict[str, Any]:
        """How an organ stands: its mode, what it took in which order, what it still owes."""
        taken = self.state.rows("select subject, sequence from taken where organ = ? order by rowid", name)
        owed = self.state.rows(
            "select count(*) filter (where done is null), count(*) filter (where status = 202) from owed"
            " where organ = ?",
            name,
        )
        waiting, called = owed[0]
        return {
            "mode": self.state.mode(name),
            "taken": [list(row) for row in taken],
            "waiting": waiting,
            "called_back": called,
        }


_TITLES = {
    401: "签名不正确 signature",
    409: "与已收下的消息冲突 conflict",
    422: "内容不合要求 invalid",
    500: "系统故障 fault",
}


def _problem(status: int, code: str, detail: str, faults: list[tuple[str, str]] | None = None) -> Reply:
    """A problem document (RFC 9457)."""
    document: dict[str, Any] = {
        "type": f"https://example.org/problems#{code}",
        "title": _TITLES.get(status, code),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if faults:
        document["errors"] = [{"field": field, "message": words} for field, words in faults]
    return Reply(status, contract.encode(document), {"content-type": "application/problem+json"})


def _kept_key(path: Path) -> bytes:
    """An organ's own key, made on first use."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        key = os.urandom(32)
        file.write(key)
    return key
