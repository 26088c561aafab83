"""The house and its simulated organs in one process, on one passed clock: real code on both sides, no sockets."""

import json
from datetime import datetime, timedelta

import httpx
import pytest
from django.test import Client

from counterparts.office import House, Office
from tests import city
from tongban.connectors import actions, courier, queries
from tongban.connectors.models import Message, Received
from tongban.record import queries as record_queries

AT = city.AT
COMPANY = "91511800MA62000186"
PERSON = "511802199003074514"
HOUSE = "http://house.test"

BODIES = {
    "tax": (
        "tax.registration",
        {
            "uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "taxpayer_kind": "small_scale",
            "legal_representative": {"name": "王晓梅", "id_number": PERSON},
            "accounting_system": "小企业会计准则", "invoice_kinds": ["ordinary"],
        },
    ),
    "seal_yaxin": (
        "seal.order",
        {
            "uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "seals": ["legal_name", "finance"],
            "delivery": "window", "legal_representative": {"name": "王晓梅"},
        },
    ),
    "social_insurance": (
        "social_insurance.registration",
        {
            "uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "insurances": ["pension", "injury"],
            "employees": 3, "payment_bank": "雅安某银行", "contact": {"name": "王晓梅", "phone": "13900001001"},
        },
    ),
    "housing_fund": (
        "housing_fund.account",
        {
            "uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "employees": 3, "rate_percent": 5,
            "contact": {"name": "王晓梅", "phone": "13900001001"},
        },
    ),
    "bank": (
        "bank.pre_opening",
        {
            "uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "branch": "雨城支行",
            "legal_representative": {"name": "王晓梅", "id_number": PERSON},
        },
    ),
    "grid": (
        "grid.application",
        {"uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "address": "西门北路88号", "voltage": "low", "kva": 80},
    ),
    "insurer": (
        "guarantee.application",
        {
            "uscc": COMPANY, "name": "雅安雨城味道餐饮有限公司", "tender": "T1", "section": "1",
            "valid_to": "2027-03-01", "estimate_fen": 5_000_000_00, "amount_fen": 10_000_000,
        },
    ),
}  # fmt: skip


class Town:
    """The house's worker and the organs outside, moved by hand through passed time."""

    def __init__(self, folder, settings) -> None:
        self.at: datetime = AT
        self.reached = True  # whether the organs are there at all
        self.posted: list[tuple[str, int | None]] = []  # (path, status) of every request of the house
        self.browser = Client()
        house = House(settings.CONNECTOR_NAME, HOUSE, queries.own_key())
        self.office = Office(folder / "organs", house, self._to_house, seed=7)
        settings.CONNECTORS = str(folder / "connectors.json")
        (folder / "connectors.json").write_text(json.dumps(self.office.directory("http://organs.test")))
        self.post = httpx.Client(transport=httpx.MockTransport(self._to_organ))

    def _to_organ(self, request: httpx.Request) -> httpx.Response:
        if not self.reached:
            raise httpx.ConnectError("refused")
        name = request.url.path.strip("/").partition("/")[0]
        reply = self.office.take(name, request.content, request.headers, self.at)
        self.posted.append((request.url.path, reply and reply.status))
        if reply is None:
            raise httpx.RemoteProtocolError("closed")
        if reply.late:
            raise httpx.ReadTimeout("late")
        return httpx.Response(reply.status, headers=reply.headers, content=reply.content)

    def _to_house(self, url: str, payload: bytes, headers: dict):
        given = {name: value for name, value in headers.items() if name != "content-type"}
        answer = self.browser.post(
            url.removeprefix(HOUSE), payload, content_type="application/json", headers=given
        )
        return answer.status_code, answer.headers, answer.content

    def carry(self) -> int:
        """The worker carries what is due now; the organs call back what is due."""
        tries = 0
        while claimed := actions.claim(at=self.at, most=courier.FLIGHTS):
            for held in claimed:
                organ = queries.directory().get(held.receiver)
                courier.note(held, courier.carry(held, organ, self.post, self.at), at=self.at)
                tries += 1
        while self.office.call_back(self.at):
            pass
        return tries

    def wait(self, **period) -> None:
        self.at += timedelta(**period)

    def taken(self, organ: str) -> list:
        return self.office.report(organ)["taken"]


@pytest.fixture
def town(db, tmp_path, settings, monkeypatch):
    made = Town(tmp_path, settings)
    monkeypatch.setattr("tongban.connectors.views.inbox.clock", lambda: made.at)
    return made


def message() -> Message:
    """The only message sent."""
    return Message.objects.get()


def events(id) -> list[str]:
    """What the record says of a message."""
    return [event.kind for event in record_queries.stream("message", str(id))]


def received() -> list[Received]:
    return list(Received.objects.order_by("id"))
