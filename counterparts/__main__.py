"""`python -m counterparts`: the simulated organs on one port of 127.0.0.1, until interrupted. Never in production.

POST /NAME/messages takes messages · GET /NAME says how an organ stands · POST /NAME/mode {"mode": "down"}
switches how it fails.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from counterparts.office import MODES, House, Office, Reply
from counterparts.organs import ORGANS
from tongban.connectors.rules import contract


def main() -> None:
    given = _arguments()
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, signal.default_int_handler)
    house = House(given.house_name, given.house.rstrip("/"), bytes.fromhex(given.house_key))
    client = httpx.Client(timeout=10)

    def post(url: str, payload: bytes, headers: dict[str, str]):
        try:
            answer = client.post(url, content=payload, headers=headers)
        except httpx.HTTPError:
            return None
        return answer.status_code, answer.headers, answer.content

    office = Office(given.folder, house, post, seed=given.seed, speed=given.speed)
    server = ThreadingHTTPServer(("127.0.0.1", given.port), _handler(office, given.late))
    server.daemon_threads = True
    url = f"http://127.0.0.1:{server.server_port}"
    _publish(given.directory, office.directory(url))
    stop, threading.excepthook = threading.Event(), _fall
    calling = threading.Thread(target=_calling, args=(office, stop), name="calling", daemon=True)
    calling.start()
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        stop.set()
        calling.join(timeout=5)
        server.server_close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="counterparts", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="state and keys of the organs")
    parser.add_argument(
        "--directory", type=Path, required=True, help="the house's directory, which they enter"
    )
    parser.add_argument("--house", required=True, help="address the house is called back at")
    parser.add_argument("--house-name", default="tongban", help="its name in the contract")
    parser.add_argument("--house-key", required=True, help="its public key, in hex")
    parser.add_argument("--seed", type=int, default=1, help="of the thinking times")
    parser.add_argument("--speed", type=float, default=600, help="how many times faster than real organs")
    parser.add_argument("--late", type=float, default=15, help="seconds an answer takes in mode slow")
    return parser.parse_args()


def _publish(path: Path, own: dict[str, dict]) -> None:
    """Enter the organs in the house's directory; entries of others stay."""
    others = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(others | own, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)


def _calling(office: Office, stop: threading.Event) -> None:
    """Call back what is due, several times a second."""
    while not stop.is_set():
        office.call_back(datetime.now(UTC))
        stop.wait(0.1)


def _fall(failure: threading.ExceptHookArgs) -> None:
    """A fault of the thread that calls back ends the process, loudly; a request's own fault ends the request."""
    threading.__excepthook__(failure)
    if failure.thread and failure.thread.name == "calling":
        os._exit(1)


def _handler(office: Office, late: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            name = self.path.strip("/")
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
            payload = self.rfile.read(length)
            reply = self._mode(name, payload) if what == "mode" else self._take(name, payload)
            if reply is None:
                self.close_connection = True
                return
            if reply.late:
                time.sleep(late)
            self._answer(reply)

        def _take(self, name: str, payload: bytes) -> Reply | None:
            return office.take(name, payload, self.headers, datetime.now(UTC))  # type: ignore[arg-type]

        def _mode(self, name: str, payload: bytes) -> Reply:
            """Only JSON, so that no page of another site can post it."""
            try:
                mode = (
                    json.loads(payload)["mode"]
                    if self.headers.get_content_type() == "application/json"
                    else ""
                )
            except (ValueError, KeyError, TypeError):
                mode = ""
            if mode not in MODES:
                return Reply(422, contract.encode({"modes": list(MODES)}))
            office.state.set_mode(name, mode)
            return Reply(200, contract.encode(office.report(name)))

        def _answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for header, value in {"content-type": "application/json", **reply.headers}.items():
                self.send_header(header, value)
            self.send_header("content-length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: what happened is in the state."""

    return Handler


if __name__ == "__main__":
    main()
