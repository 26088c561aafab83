"""A running town for journeys: web and worker as real processes, on this test process's clone of the seeded city."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
from django.conf import settings
from django.db import connections

from config.cli import up
from tests.house import until

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


class Town:
    """Everything a browser needs to reach; `folder` holds its keys and uploads."""

    def __init__(self, folder: Path, static: Path) -> None:
        self.folder = folder
        (folder / "static").symlink_to(static)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        shutil.copytree(settings.VAR_DIR / "keys", folder / "keys")
        self.env = {
            **os.environ,
            "TONGBAN_VAR": str(folder),
            "DATABASE_URL": _address_of_the_clone(),
            "TONGBAN_PUBLIC_URL": self.url,
            "TONGBAN_LOG_LEVEL": "ERROR",
        }
        web = [*up._web(self.port), "--workers", "1", "--blocking-threads", "4"]
        self.processes = [self._start(web), self._start([str(BIN / "tongban"), "worker"])]
        until(self._answers, 60)

    def _start(self, command: list[str]) -> subprocess.Popen:
        return subprocess.Popen(command, cwd=ROOT, env=self.env, start_new_session=True)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/livez", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address_of_the_clone() -> str:
    """The database this test process uses, as an operator would write it."""
    link = connections["default"].settings_dict
    query = f"?host={link['HOST']}" if link["HOST"].startswith("/") else ""
    place = "" if query else f"{link['HOST']}:{link['PORT']}"
    return f"postgresql://{link['USER']}:{link['PASSWORD']}@{place}/{link['NAME']}{query}"
