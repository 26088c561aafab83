"""Where the simulated organs are called on: an office on one port of 127.0.0.1.

POST /NAME/messages takes messages · GET /NAME says how an organ stands · POST /NAME/mode {"mode": "down"}
switches how it fails.
"""

import json
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from counterparts.office import Office, Reply
from counterparts.organs import ORGANS
from tongban.connectors.rules import contract


class Counter(ThreadingHTTPServer):
    """Serves `office`; port 0 takes a free one. `late`: seconds an answer takes that is to come too late."""

    daemon_threads = True

    def __init__(self, port: int, office: Office, *, late: float) -> None:
        self.office, self.late = office, late
        super().__init__(("127.0.0.1", port), Visit)


class Visit(BaseHTTPRequestHandler):
    """One connection of a caller's."""

    server: Counter
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        name, office = self.path.strip("/"), self.server.office
        if name in ORGANS:
            self._answer(Reply(200, contract.encode(office.report(name))))
        else:
            known = {organ: office.state.mode(organ) for organ in ORGANS}
            self._answer(Reply(404 if name else 200, contract.encode(known)))

    def do_POST(self) -> None:
        name, _, what = self.path.strip("/").partition("/")
        length = int(self.headers.get("content-length") or 0)
        if name not in ORGANS or what not in ("messages", "mode") or length > contract.MOST:
            self.close_connection = True
            self._answer(Reply(413 if length > contract.MOST else 404, b"{}"))
            return
        reply = self._reply(name, what, self.rfile.read(length))
        if reply is None:
            self.close_connection = True
            return
        if reply.late:
            time.sleep(self.server.late)
        self._answer(reply)

    def _reply(self, name: str, what: str, payload: bytes) -> Reply | None:
        office = self.server.office
        if what == "mode":
            return office.switch(name, asked_mode(self.headers.get_content_type(), payload))
        return office.take(name, payload, self.headers, datetime.now(UTC))  # type: ignore[arg-type]

    def _answer(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for header, value in {"content-type": "application/json", **reply.headers}.items():
            self.send_header(header, value)
        self.send_header("content-length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what happened is in the state."""


def asked_mode(content_type: str, payload: bytes) -> str:
    """The mode a request asks for, else empty; only JSON counts, so that no page of another site can post it."""
    if content_type != "application/json":
        return ""
    try:
        mode = json.loads(payload)["mode"]
    except (ValueError, KeyError, TypeError):
        return ""
    return mode if isinstance(mode, str) else ""
