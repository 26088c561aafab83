"""The simulated organs as a process, for tests: started, killed, asked how they stand."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import msgspec

from tongban.connectors.queries import Organ
from tongban.connectors.rules import contract

ROOT = Path(__file__).resolve().parent.parent.parent


class Organs:
    """The process, and an address that takes what it calls back with."""

    def __init__(self, folder: Path, seed: bytes) -> None:
        self.folder, self.seed = folder, seed
        self.came: list[contract.Envelope] = []
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.start()

    def _handler(self):
        organs = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                payload = self.rfile.read(int(self.headers["content-length"]))
                name = self.path.split("/")[2]
                now = datetime.now(UTC)
                id = contract.verify(payload, self.headers, publics=organs.directory[name].publics, at=now)
                organs.came.append(contract.decode(payload))
                content = contract.encode(contract.Taken(accepted=id))
                self.send_response(202)
                for header, value in contract.sign(content, id=id, seed=organs.seed, at=now).items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *given):
                pass

        return Handler

    def start(self) -> None:
        line = [
            *(sys.executable, "-m", "counterparts", "--folder", self.folder / "organs", "--speed", "1000000"),
            *("--directory", self.folder / "connectors.json", "--late", "3"),
            *("--house", f"http://127.0.0.1:{self.server.server_port}"),
            *("--house-key", contract.public_key(self.seed).hex()),
        ]
        self.process = subprocess.Popen(list(map(str, line)), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        written = (self.folder / "connectors.json").read_bytes()
        self.directory = msgspec.json.decode(written, type=dict[str, Organ])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def report(self, name: str) -> dict:
        return httpx.get(f"{self.url}/{name}").json()

    def close(self) -> int:
        """Stop as an operator would; the exit code."""
        self.process.send_signal(signal.SIGINT)
        self.server.shutdown()
        return self.process.wait(timeout=10)
