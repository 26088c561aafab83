"""The simulated organs as the process they are: other bytes, real sockets, kill -9."""

import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest

from tests.connectors.conftest import BODIES
from tests.connectors.organs import Organs
from tests.house import until
from tongban.connectors import courier
from tongban.connectors.queries import Organ
from tongban.connectors.rules import contract


def send(
    organs: Organs, name: str, id: str, sequence: int, settings, timeout: float = 2, subject: str = "B1"
):
    """One try of the house's, with the house's own courier; its answer."""
    settings.CONNECTORS, settings.CONNECTOR_KEY = str(organs.folder / "connectors.json"), organs.seed
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
        return courier.carry(held, organs.directory[name], post, now)


@pytest.fixture(scope="module")
def organs(tmp_path_factory):
    made = Organs(tmp_path_factory.mktemp("organs"), b"h" * 32)
    yield made
    assert made.close() == 0


def test_a_message_is_taken_and_called_back_over_real_sockets(organs, settings):
    answer, result = send(organs, "tax", "tax-00001", 1, settings)
    assert (answer.status, answer.faulty, result) == (202, False, None)
    until(lambda: [one.kind for one in organs.came if one.sender == "tax"] == ["tax.registered"])
    assert organs.came[-1].in_reply_to == "tax-00001"


def test_a_result_that_is_ready_comes_in_the_answer(organs, settings):
    answer, result = send(organs, "housing_fund", "fund-0001", 1, settings)
    assert (answer.status, result.envelope.kind) == (200, "housing_fund.opened")
    assert send(organs, "housing_fund", "fund-0001", 1, settings)[1].payload == result.payload


def test_killed_and_started_again_it_knows_what_it_took(organs, settings):
    send(organs, "bank", "bank-0001", 1, settings)
    until(lambda: [one.sender for one in organs.came].count("bank") == 1)
    organs.kill()
    assert send(organs, "bank", "bank-0001", 1, settings)[0].problem.code == "not_reached"
    organs.start()
    answer, _ = send(organs, "bank", "bank-0001", 1, settings)
    assert (answer.status, organs.report("bank")["taken"]) == (202, [["B1", 1]])
    time.sleep(0.5)
    assert [one.sender for one in organs.came].count("bank") == 1


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("down", None, "broken_off"),
        ("slow", None, "no_answer_in_time"),
        ("errors", 500, "fault"),
        ("forged", 202, "message_signature_wrong"),
    ],
)
def test_its_failures_are_those_of_real_organs(organs, settings, mode, status, code):
    switched = httpx.post(f"{organs.url}/grid/mode", json={"mode": mode})
    answer, _ = send(organs, "grid", f"grid-{mode}", 1, settings, timeout=0.5, subject=mode)
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
    answer, _ = send(organs, "tax", "tax-fault", 9, settings)
    assert (answer.status, [field for field, _ in answer.problem.fields]) == (422, fields)


def test_it_refuses_what_overtakes_and_an_id_used_twice(organs, settings, monkeypatch):
    send(organs, "insurer", "insurer-2", 2, settings)
    late, _ = send(organs, "insurer", "insurer-1", 1, settings)
    assert (late.status, late.problem.code) == (409, "out_of_order")
    kind, body = BODIES["insurer"]
    monkeypatch.setitem(BODIES, "insurer", (kind, body | {"name": "别的企业"}))
    again, _ = send(organs, "insurer", "insurer-2", 2, settings)
    assert (again.status, again.problem.code) == (409, "message_id_reused")


@pytest.fixture(params=["headers", "content"])
def dripping(request):
    """The address of a receiver whose answer drips, a byte at a time, and does not end."""
    start = b"" if request.param == "headers" else b"HTTP/1.1 202 A\r\ncontent-length: 9999\r\n\r\n"
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        line, _ = server.accept()
        with line, suppress(OSError):
            line.recv(65536)
            line.sendall(start or b"HTTP/1.1 202 A\r\nx-drip: ")
            while not over.wait(0.05):
                line.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server])
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def test_a_try_ends_in_its_time_however_slowly_the_answer_drips(dripping, monkeypatch, settings):
    monkeypatch.setattr(courier, "_TRY_SECONDS", 0.5)
    organ = Organ(url=dripping, keys=("0" * 64,))
    held = courier.actions.Claimed(id="drip-0001", receiver="drip", subject="B1", tries=1, payload=b"{}")
    began = time.monotonic()
    with courier.client() as post:
        answer, _ = courier.carry(held, organ, post, datetime.now(UTC))
    assert (answer.status, answer.problem.code) == (None, "broken_off")
    assert 0.5 <= time.monotonic() - began < 2
