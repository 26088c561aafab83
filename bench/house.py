"""A house of a benchmark's own: embedded PostgreSQL in a folder under var/, the seeded city, web and worker."""

import atexit
import os
import platform
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import httpx
import psutil

from config.cli import django, up


@contextmanager
def folder() -> Iterator[Path]:
    """An empty TONGBAN_VAR of this run's own, removed afterwards."""
    (django.ROOT / "var").mkdir(exist_ok=True)
    made = Path(mkdtemp(prefix="bench-", dir=django.ROOT / "var"))
    made.chmod(0o755)  # the server may run as another user
    os.environ["TONGBAN_VAR"] = str(made)
    os.environ["TONGBAN_LOG_LEVEL"] = "ERROR"
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        os.environ.pop(name, None)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def city(*, at: datetime) -> Iterator:
    """Django on the seeded city in this process; gives the embedded server, stopped at the end."""
    with folder():
        django.ready()
        from django.core.management import call_command
        from django.db import connections

        from config import seeding

        (server,) = django._held
        try:
            call_command("migrate", verbosity=0)
            call_command("collectstatic", verbosity=0, interactive=False)
            seeding.build_demo(now=at)
            print(machine())
            yield server
        finally:
            connections.close_all()
            server.stop()
            atexit.unregister(server._cleanup)  # it would make the folder again


def machine() -> str:
    """The machine and the server's settings that durability rests on, in one line."""
    from django.db import connection

    with connection.cursor() as cursor:
        told = []
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"show {name}")
            told.append(f"{name} {cursor.fetchone()[0]}")
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}; PostgreSQL {', '.join(told)}"


def token(username: str, at: datetime) -> str:
    """A bearer token of a demo account with every scope, good for a day."""
    from tongban.people import actions, queries
    from tongban.people.rules import Scope

    security = queries.caller_of(queries.account_by_username("security_admin"), at)
    return actions.issue_token(
        account=queries.account_by_username(username).pk, scopes=[scope.value for scope in Scope],
        label="bench", expires_at=at + timedelta(days=1), caller=security, at=at,
    )[1]  # fmt: skip


def load() -> str:
    """How busy the machine is with everything that runs on it; on a shared one, quote ratios and CPU."""
    return f"load average of the last minute {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


@contextmanager
def web() -> Iterator[int]:
    """The web and the worker process as `tongban up` starts them, ready; gives the port."""
    port = free_port()
    children = [up._start(up._web(port)), up._start([str(up.BIN / "tongban"), "worker"])]
    try:
        until(lambda: answers(port))
        yield port
    finally:
        stop(children)


def stop(children: Sequence[subprocess.Popen]) -> None:
    """Ask each to end, and wait; one that does not is killed with what it started."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            for process in psutil.Process(child.pid).children(recursive=True):
                process.kill()
            child.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Whether /readyz answers 200."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until `holds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def spread(figures: Sequence[float], form: str = ",.0f") -> str:
    """Least, median and greatest of the figures."""
    return " / ".join(f"{x:{form}}" for x in (min(figures), statistics.median(figures), max(figures)))
