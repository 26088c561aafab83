"""The simulated organs themselves: the same thinking time for the same seed, results with valid numbers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import msgspec
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from config.cli import simulate
from counterparts.counter import asked_mode
from counterparts.office import House, Office
from counterparts.organs import ORGANS, think
from tests.connectors.conftest import AT, BODIES, HOUSE
from tongban.connectors import queries
from tongban.connectors.rules import contract

ON = date(2026, 11, 3)


def result(organ: str, serial: int = 7, **change) -> dict:
    kind, body = BODIES[organ]
    return ORGANS[organ].kinds[kind].result(body | change, ON, serial)


@given(st.integers(0, 9), st.text(max_size=40), st.integers(0, 100), st.integers(0, 300))
def test_a_thinking_time_keeps_its_bounds_and_is_drawn_once(seed, id, least, more):
    thought = think(seed, id, (least, least + more))
    assert timedelta(minutes=least) <= thought <= timedelta(minutes=least + more)
    assert thought == think(seed, id, (least, least + more))


def test_the_applicant_chooses_a_seal_merchant_among_three_with_their_prices(town):
    merchants = queries.takers("seal.order")
    assert sorted(merchants) == ["seal_mengding", "seal_qingyi", "seal_yaxin"]
    assert [merchants[name].prices["legal_name"] for name in sorted(merchants)] == [12_000, 15_000, 18_000]


def test_each_seal_has_a_filing_number_of_thirteen_digits_and_its_price():
    carved = result("seal_yaxin")
    assert [seal["kind"] for seal in carved["seals"]] == ["legal_name", "finance"]
    assert {len(seal["filing_number"]) for seal in carved["seals"]} == {13}
    assert carved["price_fen"] == 30_000


def test_the_bank_gives_an_account_number_whose_check_digit_holds():
    assert all(luhn.is_valid(result("bank", serial)["account_number"]) for serial in range(200))


@pytest.mark.parametrize(
    ("voltage", "kva", "scheme", "outer_line"),
    [("low", 160, "low_zero", 0), ("low", 161, "low", 1_200_000), ("10kv", 400, "high_single", 8_000_000)],
)
def test_up_to_160_kva_the_grid_builds_the_line_at_its_own_cost(voltage, kva, scheme, outer_line):
    """发改能源规〔2020〕1479号: 零上门、零审批、零投资."""
    planned = result("grid", voltage=voltage, kva=kva)
    assert (planned["scheme"], planned["outer_line_fen"]) == (scheme, outer_line)


def test_a_guarantee_above_two_percent_of_the_estimate_is_refused():
    """招标投标法实施条例 Art 26."""
    kind, body = BODIES["insurer"]
    faults = [
        [field for check in ORGANS["insurer"].kinds[kind].checks for field, _ in check(body | change)]
        for change in ({"amount_fen": 10_000_000}, {"amount_fen": 10_000_001})
    ]
    assert faults == [[], ["amount_fen"]]


def test_the_process_is_told_no_secret_and_does_not_run_in_earnest(settings):
    line = simulate.command()
    assert queries.own_key().hex() in line
    assert not any(secret.hex() in " ".join(line) for secret in (settings.CONNECTOR_KEY, settings.RECORD_KEY))
    settings.DEMO = False
    with pytest.raises(typer.Exit):
        simulate.command()


def test_two_copies_at_once_are_taken_once_and_both_answered(tmp_path, monkeypatch):
    (named, body), key = BODIES["tax"], b"h" * 32
    met = threading.Barrier(2, timeout=10)
    kind = ORGANS["tax"].kinds[named]

    def meet(body: dict) -> list:
        met.wait()
        return []

    # Both are looked up before either is kept: the last check waits for the other copy.
    meeting = msgspec.structs.replace(kind, checks=(*kind.checks, meet))
    monkeypatch.setitem(ORGANS["tax"].kinds, named, meeting)
    office = Office(tmp_path, House("tongban", HOUSE, contract.public_key(key)), lambda *given: None)
    payload = contract.encode(
        contract.Envelope(
            id="tax-00001", sender="tongban", receiver="tax", kind=named, subject="B1", sequence=1,
            issued_at=AT, body=body,
        )
    )  # fmt: skip
    headers = contract.sign(payload, id="tax-00001", seed=key, at=AT)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda _: office.take("tax", payload, headers, AT), range(2)))
    assert [reply.status for reply in replies] == [202, 202]
    assert (office.report("tax")["taken"], office.report("tax")["waiting"]) == ([["B1", 1]], 1)


@pytest.mark.parametrize(
    ("content_type", "payload", "mode"),
    [
        ("application/json", b'{"mode": "down"}', "down"),
        ("text/plain", b'{"mode": "down"}', ""),
        ("application/json", b'{"mode": ["down"]}', ""),
        ("application/json", b'["mode"]', ""),
        ("application/json", b"mode=down", ""),
    ],
)
def test_a_mode_is_asked_for_in_json_only(content_type, payload, mode):
    assert asked_mode(content_type, payload) == mode
