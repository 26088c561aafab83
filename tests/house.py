"""A whole house of its own: PostgreSQL, web and worker as processes that can be killed, on the seeded city."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
from django.conf import settings

from config.cli import up
from tongban.kit.database import ensure_database, revive, start_embedded

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


class House:
    """One running house in a folder. `env` reaches it from the command line as an operator would."""

    def __init__(self, folder: Path, template: str, server) -> None:
        self.folder = folder
        self.postgres = start_embedded(folder / "pg")
        self._restore(template, server)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        shutil.copytree(settings.VAR_DIR / "keys", folder / "keys")
        self.env = {
            **os.environ,
            "TONGBAN_VAR": str(folder),
            "DATABASE_URL": self.postgres.get_uri(database="tongban"),
            "TONGBAN_PUBLIC_URL": self.url,
            "TONGBAN_WEB_WORKERS": "1",
            "TONGBAN_LOG_LEVEL": "ERROR",
        }
        self._command([str(BIN / "python"), "manage.py", "collectstatic", "--noinput", "-v0"])
        self.web = self._start(up._web(self.port))

    def _restore(self, template: str, server) -> None:
        """The seeded city of the template, copied from the tests' server."""
        ensure_database(self.postgres, "tongban")
        tools = self.postgres.bin_path
        source = urlsplit(server.url)._replace(path=f"/{template}").geturl()
        dumped = subprocess.run([str(tools / "pg_dump"), source], capture_output=True, check=True)
        subprocess.run(
            [str(tools / "psql"), "-q", "-v", "ON_ERROR_STOP=1", self.postgres.get_uri(database="tongban")],
            input=dumped.stdout, capture_output=True, check=True,
        )  # fmt: skip

    def _start(self, command: list[str]) -> subprocess.Popen:
        return subprocess.Popen(command, cwd=ROOT, env=self.env, start_new_session=True)

    def _command(self, command: list[str]) -> subprocess.CompletedProcess:
        return subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=True)

    def tongban(self, *arguments: str) -> subprocess.CompletedProcess:
        """A command of the operator's, whatever it exits with."""
        return subprocess.run(
            [str(BIN / "tongban"), *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )  # fmt: skip

    def link(self) -> psycopg.Connection:
        """A connection of the tests' own."""
        return psycopg.connect(self.env["DATABASE_URL"], autocommit=True)

    def kill_web(self) -> None:
        _kill(self.web.pid)
        self.web.wait()

    def start_web(self) -> None:
        self.web = self._start(up._web(self.port))

    def kill_worker(self) -> None:
        _kill(self.worker.pid)
        self.worker.wait()

    def start_worker(self) -> None:
        self.worker = self._start([str(BIN / "tongban"), "worker"])

    def kill_postgres(self) -> None:
        _kill(self.postgres.get_pid())

    def start_postgres(self) -> None:
        until(lambda: revive(self.postgres))

    def readiness(self) -> int:
        """The status of /readyz; 0 when nothing listens."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code
        except httpx.TransportError:
            return 0

    def close(self) -> None:
        if self.web.poll() is None:
            self.kill_web()
        self.postgres.stop()
        atexit.unregister(self.postgres._cleanup)


def _kill(pid: int) -> None:
    """kill -9 to a process and everything it started."""
    head = psutil.Process(pid)
    family = [head, *head.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):  # it went with the one before
            process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until `holds`; a house that never gets there fails the test."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
