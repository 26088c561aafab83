"""`python -m counterparts`: the simulated organs on one port of 127.0.0.1, until interrupted. Never in production."""

import argparse
import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx

from counterparts.counter import Counter
from counterparts.office import House, Office


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
    server = Counter(given.port, office, late=given.late)
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


if __name__ == "__main__":
    main()
