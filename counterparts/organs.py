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
    bars: Callable[[dict], str] = lambda body: ""  # why it is left to people, from the body


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
    registered = {
        "taxpayer_number": body["uscc"],
        "registration_number": f"511800{on:%Y}{serial:06}",
        "registered_on": on.isoformat(),
        "taxpayer_kind": body["taxpayer_kind"],
    }
    return registered | (_invoices(body, on, serial) if "invoice_kinds" in body else {})


def _invoices(body: dict, on: date, serial: int) -> dict:
    return {
        "invoice_kinds": body["invoice_kinds"],
        "invoice_quota_fen": 75_000_000 if body["taxpayer_kind"] == "general" else 10_000_000,
        "invoice_most_fen": min(body.get("invoice_most_fen") or 10_000_000, 10_000_000),
    }


_ENDINGS = ("有限公司", "有限责任公司", "股份有限公司")
_BARRED = ("中国", "中华", "全国", "国家", "国际")
_TAKEN = ("青衣江", "雨城味道")  # trade names of companies in the demo's register


def _name(body: dict) -> str:
    """Why a name is not kept by the machine: its parts, words only the State may use, a trade name taken."""
    name = body["name"]
    if not name.startswith(("雅安", "四川")) or not name.endswith(_ENDINGS):
        return "名称应当由行政区划名称、字号、行业、组织形式组成。"
    if any(word in name for word in _BARRED):
        return "名称含有须经批准才能使用的字词。"
    return "字号与已登记的企业相同或者近似。" if any(word in name for word in _TAKEN) else ""


def _reserved(body: dict, on: date, serial: int) -> dict:
    """Kept for two months. Basis: 企业名称登记管理规定 Art 18."""
    month = on.month + 2
    until = date(on.year + (month - 1) // 12, (month - 1) % 12 + 1, min(on.day, 28))
    return {
        "name": body["name"],
        "notice_number": f"川雅名告〔{on:%Y}〕{serial:05}号",
        "reserved_until": until.isoformat(),
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
    "name_registry": Organ(
        zh="四川省企业名称申报系统（模拟）",
        en="Register of enterprise names of Sichuan (simulated)",
        kinds={
            "name.declaration": Kind(
                checks=(checks.text("name", "industry", "applicant.name"),),
                minutes=(0, 0),
                answers="name.reserved",
                result=_reserved,
                refuses="name.referred",
                reason="名称需要人工核对。",
                bars=_name,
            )
        },
    ),
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
                    checks.some("invoice_kinds", "special", "ordinary", required=False),
                ),
                minutes=(30, 150),
                answers="tax.registered",
                result=_tax,
                refuses="tax.referred",
                reason="法定代表人涉及风险提示，转人工核验。",
            ),
            "invoices.application": Kind(
                checks=(
                    *_COMPANY,
                    checks.among("taxpayer_kind", "general", "small_scale"),
                    checks.some("invoice_kinds", "special", "ordinary"),
                ),
                minutes=(5, 60),
                answers="invoices.approved",
                result=_invoices,
                refuses="invoices.referred",
                reason="开票需求需要人工核实。",
            ),
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
    "medical_insurance": Organ(
        zh="雅安市医疗保障经办机构（模拟）",
        en="Ya'an medical insurance (simulated)",
        kinds={
            "medical_insurance.registration": Kind(
                checks=(*_COMPANY, checks.whole("employees", 0, 100_000), _CONTACT),
                minutes=(5, 40),
                answers="medical_insurance.registered",
                result=lambda body, on, serial: {"registration_number": f"5118YB{serial:06}"},
                refuses="medical_insurance.refused",
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
