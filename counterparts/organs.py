"""Who is simulated, what each takes, how long it thinks, and what it answers. Data and pure functions.

Limits and prices are demo data; the elements are those of a company's start-up (forms of the three links),
of getting electricity, and of a tender guarantee.
"""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from counterparts import checks
from counterparts.checks import Check

# What an answer may draw on: the message's body, the day, and a serial of the organ's own.
Result = Callable[[dict, date, int], dict]


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of message: its checks, its thinking time in minutes (0, 0: at once, in the answer), its results."""

    checks: tuple[Check, ...]
    minutes: tuple[int, int]
    answers: str
    result: Result
    refuses: str
    reason: str


class Organ(msgspec.Struct, frozen=True, kw_only=True):
    zh: str
    en: str
    kinds: dict[str, Kind]
    prices: dict[str, int] = {}  # fen


def think(seed: int, id: str, minutes: tuple[int, int]) -> timedelta:
    """How long an organ thinks about message `id`: always the same for the same seed."""
    least, most = minutes
    drawn = int.from_bytes(hashlib.sha256(f"{seed} {id}".encode()).digest()[:4], "big")
    return timedelta(seconds=least * 60 + drawn % ((most - least) * 60 + 1))


def _luhn(digits: str) -> str:
    """`digits` with their Luhn check digit, as bank account numbers end."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


_COMPANY = (checks.uscc("uscc"), checks.text("name"))
_REPRESENTATIVE = (
    checks.text("legal_representative.name"),
    checks.id_number("legal_representative.id_number"),
)
_CONTACT = checks.text("contact.name", "contact.phone")
_SEALS = ("legal_name", "finance", "invoice", "contract", "representative")
_INSURANCES = ("pension", "unemployment", "injury", "medical", "maternity")


def _tax(body: dict, on: date, serial: int) -> dict:
    quota = 75_000_000 if body["taxpayer_kind"] == "general" else 10_000_000
    return {
        "taxpayer_number": body["uscc"],
        "registration_number": f"511800{on:%Y}{serial:06}",
        "registered_on": on.isoformat(),
        "taxpayer_kind": body["taxpayer_kind"],
        "invoice_kinds": body["invoice_kinds"],
        "invoice_quota_fen": quota,
        "invoice_most_fen": min(body.get("invoice_most_fen") or 10_000_000, 10_000_000),
    }


def _seals(prices: dict[str, int], days: int) -> Result:
    def carved(body: dict, on: date, serial: int) -> dict:
        seals = [
            {"kind": kind, "filing_number": f"511800{serial:04}{place:03}", "price_fen": prices[kind]}
            for place, kind in enumerate(body["seals"], start=1)
        ]
        total = sum(prices[kind] for kind in body["seals"])
        ready = (on + timedelta(days=days)).isoformat()
        return {"seals": seals, "price_fen": total, "ready_on": ready, "delivery": body["delivery"]}

    return carved


def _merchant(zh: str, en: str, prices: tuple[int, ...], days: int, minutes: tuple[int, int]) -> Organ:
    listed = dict(zip(_SEALS, prices, strict=True))
    order = Kind(
        checks=(
            *_COMPANY,
            checks.some("seals", *_SEALS),
            checks.among("delivery", "window", "courier"),
            checks.text("legal_representative.name"),
        ),
        minutes=minutes,
        answers="seal.carved",
        result=_seals(listed, days),
        refuses="seal.refused",
        reason="章样与执照名称不一致，请核对后重新下单。",
    )
    return Organ(zh=zh, en=en, kinds={"seal.order": order}, prices=listed)


def _social(body: dict, on: date, serial: int) -> dict:
    return {
        "registration_number": f"5118{serial:08}",
        "agency": "雅安市社会保险事业服务中心（演示）",
        "insurances": body["insurances"],
        "insured_from": on.replace(day=1).isoformat(),
    }


def _fund(body: dict, on: date, serial: int) -> dict:
    return {
        "account_number": f"0835{serial:08}",
        "rate_percent": body["rate_percent"],
        "opened_on": on.isoformat(),
    }


def _bank(body: dict, on: date, serial: int) -> dict:
    return {
        "account_number": _luhn(f"6228835{serial:011}"),
        "branch": body["branch"],
        "account_kind": "basic",
        "appointment_on": (on + timedelta(days=1)).isoformat(),
    }


def _grid(body: dict, on: date, serial: int) -> dict:
    low = body["voltage"] == "low"
    free = low and body["kva"] <= 160
    links = ["application", "metering"] if free else ["application", "outer_line", "metering"]
    return {
        "case_number": f"YA{on:%Y%m%d}{serial:04}",
        "scheme": "low_zero" if free else "low" if low else "high_single",
        "links": links if low else ["application", "plan", "completion", "metering"],
        "limit_working_days": 5 if free else 15 if low else 22,
        "outer_line_fen": 0 if free else 1_200_000 if low else 8_000_000,
    }


def _policy(body: dict, on: date, serial: int) -> dict:
    code = hashlib.sha256(f"{body['tender']} {body['uscc']} {serial}".encode()).hexdigest()[:12].upper()
    return {
        "policy_number": f"TB{on:%Y}{serial:08}",
        "verify_code": code,
        "amount_fen": body["amount_fen"],
        "premium_fen": max(20_000, body["amount_fen"] * 3 // 1000),
        "valid_to": body["valid_to"],
    }


ORGANS: dict[str, Organ] = {
    "tax": Organ(
        zh="雅安市税务局（模拟）",
        en="Ya'an tax office (simulated)",
        kinds={
            "tax.registration": Kind(
                checks=(
                    *_COMPANY,
                    *_REPRESENTATIVE,
                    checks.among("taxpayer_kind", "general", "small_scale"),
                    checks.text("accounting_system"),
                    checks.some("invoice_kinds", "special", "ordinary"),
                ),
                minutes=(30, 150),
                answers="tax.registered",
                result=_tax,
                refuses="tax.referred",
                reason="法定代表人涉及风险提示，转人工核验。",
            )
        },
    ),
    "seal_yaxin": _merchant(
        "雅鑫印章（模拟）",
        "Yaxin Seals (simulated)",
        (18_000, 12_000, 12_000, 12_000, 8_000),
        0,
        (40, 120),
    ),
    "seal_qingyi": _merchant(
        "青衣江刻章（模拟）",
        "Qingyi River Seals (simulated)",
        (15_000, 10_000, 10_000, 10_000, 6_000),
        0,
        (60, 200),
    ),
    "seal_mengding": _merchant(
        "蒙顶印务（模拟）",
        "Mengding Seals (simulated)",
        (12_000, 9_000, 9_000, 9_000, 5_000),
        1,
        (120, 230),
    ),
    "social_insurance": Organ(
        zh="雅安市社会保险（模拟）",
        en="Ya'an social insurance (simulated)",
        kinds={
            "social_insurance.registration": Kind(
                checks=(
                    *_COMPANY,
                    checks.some("insurances", *_INSURANCES),
                    checks.whole("employees", 0, 100_000),
                    checks.text("payment_bank"),
                    _CONTACT,
                ),
                minutes=(5, 60),
                answers="social_insurance.registered",
                result=_social,
                refuses="social_insurance.refused",
                reason="单位已在其他统筹区参保，请先办理转移。",
            )
        },
    ),
    "housing_fund": Organ(
        zh="雅安市住房公积金管理中心（模拟）",
        en="Ya'an housing fund (simulated)",
        kinds={
            "housing_fund.account": Kind(
                checks=(
                    *_COMPANY,
                    checks.whole("employees", 0, 100_000),
                    checks.whole("rate_percent", 5, 12),
                    _CONTACT,
                ),
                minutes=(0, 0),
                answers="housing_fund.opened",
                result=_fund,
                refuses="housing_fund.refused",
                reason="单位已开立缴存账户。",
            )
        },
    ),
    "bank": Organ(
        zh="雅安某商业银行（模拟）",
        en="A commercial bank in Ya'an (simulated)",
        kinds={
            "bank.pre_opening": Kind(
                checks=(*_COMPANY, *_REPRESENTATIVE, checks.text("branch")),
                minutes=(10, 90),
                answers="bank.pre_opened",
                result=_bank,
                refuses="bank.refused",
                reason="需法定代表人到柜面核实开户意愿。",
            )
        },
    ),
    "grid": Organ(
        zh="雅安供电公司（模拟）",
        en="Ya'an power supply (simulated)",
        kinds={
            "grid.application": Kind(
                checks=(
                    *_COMPANY,
                    checks.text("address"),
                    checks.among("voltage", "low", "10kv"),
                    checks.whole("kva", 1, 100_000),
                ),
                minutes=(60, 240),
                answers="grid.planned",
                result=_grid,
                refuses="grid.refused",
                reason="用电地址不在供电营业区内。",
            )
        },
    ),
    "insurer": Organ(
        zh="投标保证保险承保机构（模拟）",
        en="Insurer of tender guarantees (simulated)",
        kinds={
            "guarantee.application": Kind(
                checks=(
                    *_COMPANY,
                    checks.text("tender", "section", "valid_to"),
                    checks.whole("estimate_fen", 1, 10**13),
                    checks.whole("amount_fen", 1, 10**12),
                    checks.fault(
                        "amount_fen",
                        "不得超过估算价的百分之二 more than 2 % of the estimate",
                        lambda body: body["amount_fen"] * 50 <= body["estimate_fen"],
                    ),
                ),
                minutes=(10, 60),
                answers="guarantee.insured",
                result=_policy,
                refuses="guarantee.refused",
                reason="投标人未通过承保审核。",
            )
        },
    ),
}
