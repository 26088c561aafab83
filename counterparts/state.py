"""What the simulated organs remember, in one SQLite file: a restart forgets nothing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TABLES = """
create table if not exists taken (
    organ text, id text, digest blob, subject text, sequence integer,
    primary key (organ, id));
create table if not exists owed (
    number integer primary key, organ text, id text, subject text, payload blob, reply_to text,
    due real, tries integer default 0, done real, status integer);
create unique index if not exists owed_once on owed (organ, reply_to);
create table if not exists mode (organ text primary key, mode text);
create table if not exists serial (organ text, what text, last integer, primary key (organ, what));
"""


class State:
    """The file, for several threads of one process; everything inside `writing` is one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.RLock()
        self._link = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._link.executescript(f"pragma journal_mode = wal; {_TABLES}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._link.execute("begin immediate")
            try:
                yield self._link
            except BaseException:
                self._link.execute("rollback")
                raise
            self._link.execute("commit")

    def rows(self, sql: str, *given: object) -> list[tuple]:
        with self._lock:
            return self._link.execute(sql, given).fetchall()

    def mode(self, organ: str) -> str:
        found = self.rows("select mode from mode where organ = ?", organ)
        return found[0][0] if found else "up"

    def set_mode(self, organ: str, mode: str) -> None:
        with self.writing() as link:
            link.execute("insert or replace into mode values (?, ?)", (organ, mode))

    @staticmethod
    def next(link: sqlite3.Connection, organ: str, what: str) -> int:
        """The next number of a serial, within `writing`."""
        link.execute(
            "insert into serial values (?, ?, 1) on conflict do update set last = last + 1", (organ, what)
        )
        return link.execute("select last from serial where organ = ? and what = ?", (organ, what)).fetchone()[
            0
        ]
