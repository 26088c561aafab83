"""The simulated organs as the process they are: other bytes, real sockets, kill -9."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import msgspec
import pytest

from tests.connectors.conftest import BODIES
from tests.house import until
from tongban.connectors import courier
from tongban.connectors.queries import Organ
from tongban.connectors.rules import contract

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = b"h" * 32


class Organs:
    """The process, and an address that takes what it calls back with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
                for header, value in contract.sign(content, id=id, seed=SEED, at=now).items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *given):
                pass

        return Handler

    def start(self) -> None:
        line = [
            *(sys.executable, "-m", "counterparts", "--folder", self.folder, "--speed", "1000000"),
            *("--directory", self.folder / "connectors.json", "--late", "3"),
            *("--house", f"http://127.0.0.1:{self.server.server_port}"),
            *("--house-key", contract.public_key(SEED).hex()),
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

    def send(self, name: str, id: str, sequence: int, settings, timeout: float = 2, subject: str = "B1"):
        """One try of the house's, with the house's own courier; its answer."""
        settings.CONNECTORS, settings.CONNECTOR_KEY = str(self.folder / "connectors.json"), SEED
        kind, body = BODIES[name]
        now = datetime.now(UTC)
        whole = contract.Envelope(
            id=id, sender="tongban", receiver=name, kind=kind, subject=subject, sequence=sequence,
            issued_at=datetime(2026, 11, 3, tzinfo=UTC), body=body,
        )  # fmt: skip
        held = courier.actions.Claimed(
            id=id, receiver=name, subject=subject, tries=1, payload=contract.encode(whole)
        )
        with httpx.Client(timeout=timeout) as post:
            return courier.carry(held, self.directory[name], post, now)


@pytest.fixture(scope="module")
def organs(tmp_path_factory):
    made = Organs(tmp_path_factory.mktemp("organs"))
    yield made
    made.process.send_signal(signal.SIGINT)
    assert made.process.wait(timeout=10) == 0
    made.server.shutdown()


def test_a_message_is_taken_and_called_back_over_real_sockets(organs, settings):
    answer, result = organs.send("tax", "tax-00001", 1, settings)
    assert (answer.status, answer.faulty, result) == (202, False, None)
    until(lambda: [one.kind for one in organs.came if one.sender == "tax"] == ["tax.registered"])
    assert organs.came[-1].in_reply_to == "tax-00001"


def test_a_result_that_is_ready_comes_in_the_answer(organs, settings):
    answer, result = organs.send("housing_fund", "fund-0001", 1, settings)
    assert (answer.status, result.envelope.kind) == (200, "housing_fund.opened")
    assert organs.send("housing_fund", "fund-0001", 1, settings)[1].payload == result.payload


def test_killed_and_started_again_it_knows_what_it_took(organs, settings):
    organs.send("bank", "bank-0001", 1, settings)
    until(lambda: [one.sender for one in organs.came].count("bank") == 1)
    organs.kill()
    assert organs.send("bank", "bank-0001", 1, settings)[0].problem.code == "not_reached"
    organs.start()
    answer, _ = organs.send("bank", "bank-0001", 1, settings)
    assert (answer.status, organs.report("bank")["taken"]) == (202, [["B1", 1]])
    time.sleep(0.5)
    assert [one.sender for one in organs.came].count("bank") == 1


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("down", None, "broken_off"),
        ("slow", None, "no_answer_in_time"),
        ("errors", 500, "fault"),
        ("forged", 202, "signature_wrong"),
    ],
)
def test_its_failures_are_those_of_real_organs(organs, settings, mode, status, code):
    switched = httpx.post(f"{organs.url}/grid/mode", json={"mode": mode})
    answer, _ = organs.send("grid", f"grid-{mode}", 1, settings, timeout=0.5, subject=mode)
    httpx.post(f"{organs.url}/grid/mode", json={"mode": "up"})
    assert (switched.json()["mode"], answer.status, answer.problem.code) == (mode, status, code)


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("grid/mode", {"json": {"mode": "asleep"}}, 422),
        ("grid/mode", {"data": {"mode": "down"}}, 422),
        ("nobody/messages", {"json": {}}, 404),
        ("grid/messages", {"json": {}}, 401),
    ],
)
def test_what_it_does_not_understand_it_refuses(organs, path, given, status):
    assert httpx.post(f"{organs.url}/{path}", **given).status_code == status


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"uscc": "91511800MA62000187"}, ["uscc"]),
        ({"legal_representative": {"name": "王晓梅"}}, ["legal_representative.id_number"]),
        ({"invoice_kinds": ["ordinary", "ordinary"]}, ["invoice_kinds"]),
        ({"name": " ", "taxpayer_kind": None}, ["name", "taxpayer_kind"]),
    ],
)
def test_a_fault_is_named_by_its_field(organs, settings, monkeypatch, change, fields):
    kind, body = BODIES["tax"]
    monkeypatch.setitem(BODIES, "tax", (kind, body | change))
    answer, _ = organs.send("tax", "tax-fault", 9, settings)
    assert (answer.status, [field for field, _ in answer.problem.fields]) == (422, fields)


def test_it_refuses_what_overtakes_and_an_id_used_twice(organs, settings, monkeypatch):
    organs.send("insurer", "insurer-2", 2, settings)
    late, _ = organs.send("insurer", "insurer-1", 1, settings)
    assert (late.status, late.problem.code) == (409, "out_of_order")
    kind, body = BODIES["insurer"]
    monkeypatch.setitem(BODIES, "insurer", (kind, body | {"name": "别的企业"}))
    again, _ = organs.send("insurer", "insurer-2", 2, settings)
    assert (again.status, again.problem.code) == (409, "message_id_reused")
