"""The demo city's divisions, organs and people: synthetic, marked 演示, safe to run again."""

import csv
from datetime import date, datetime
from functools import cache
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.people import actions, queries
from tongban.people.actions import registration, streams
from tongban.people.models import Account, Division, Organ
from tongban.people.rules import AdminKind, Role, system

DATA = Path(__file__).parent / "data"
IN_FORCE_SINCE = date(2023, 6, 30)  # the day the division data is of
DEMO_PASSWORD = "Tongban-demo-2026"  # published: only where settings.DEMO is on
SEEDING = system("seeding")
TOWNSHIP = "township"  # the department every town's organ has

TOWNS_STAFFED = ("511802101", "511823101")  # 雨城区草坝镇、汉源县九襄镇

# Roles of a full set of officers: ending of the user name, roles, title, given name.
STAFF = (
    ("clerk", {Role.CLERK}, "综窗受理员", "敏"),
    ("examiner", {Role.EXAMINER}, "审查员", "志远"),
    ("examiner2", {Role.EXAMINER}, "审查员", "雪琴"),
    ("approver", {Role.APPROVER}, "首席代表（审批人）", "国强"),
    ("head", {Role.ORGAN_HEAD}, "部门负责人", "建平"),
    ("delivery", {Role.DELIVERER}, "出件员", "小芳"),
)
_STEWARDS = {"yucheng": "511802", "mingshan": "511803"}  # where an Enterprise Service Centre has a steward
_SURNAMES = "周吴郑冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻柏"

# Applicants: user name, name, first 17 digits of the ID number, phone.
APPLICANTS = (
    ("wang_xiaomei", "王晓梅", "51180219920816204", "13900001001"),
    ("li_qiang", "李强", "51310119850312131", "13900001002"),
    ("zhao_ying", "赵颖", "51182119781105422", "13900001003"),
)


def id_number(username: str) -> str:
    """The ID number of one of the demo's applicants."""
    (first17,) = (head for name, _, head, _ in APPLICANTS if name == username)
    return first17 + codes.id_check(first17)


COMPANY = ("wang_xiaomei", "雅安雨城味道餐饮店", "91511802MA62QX8TXN")
ADMINISTRATORS = (
    ("system_admin", "系统管理员（演示）", AdminKind.SYSTEM),
    ("security_admin", "安全管理员（演示）", AdminKind.SECURITY),
    ("audit_admin", "审计管理员（演示）", AdminKind.AUDIT),
)


@transaction.atomic
def seed_organs(*, at: datetime) -> None:
    """Divisions (city, 8 counties, 96 towns), every department at the city and in every county, every township."""
    del at  # organs stand since the date of the data, whenever the city is built
    Division.objects.bulk_create(_divisions(), ignore_conflicts=True)
    Organ.objects.bulk_create(_organs("city"), ignore_conflicts=True)
    parents = dict(Organ.objects.filter(level="city").values_list("department", "id"))
    counties = _organs("county")
    for organ in counties:
        organ.parent_id = parents[organ.department]
    Organ.objects.bulk_create([*counties, *_townships()], ignore_conflicts=True)


def _division_rows() -> list[dict[str, str]]:
    with open(DATA / "divisions.csv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _divisions() -> list[Division]:
    return [
        Division(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            level=row["level"],
            parent_id=row["parent"] or None,
            valid_from=IN_FORCE_SINCE,
        )
        for row in _division_rows()
    ]


def _organs(level: str) -> list[Organ]:
    """Every department in every division of `level`, without parents."""
    places = [row for row in _division_rows() if row["level"] == level]
    letters = "A" if level == "city" else _LETTERS
    return [
        _organ(place, letter, order, key)
        for place, letter in zip(places, letters, strict=True)
        for order, (key, words) in enumerate(queries.departments().items(), start=1)
        if words.get("level") != "town"
    ]


_LETTERS = "BCDEFGHJ"  # one per county; no I, which codes do not have


def _townships() -> list[Organ]:
    """The people's government of every town, the office (街道办事处) of every subdistrict."""
    rows = _division_rows()
    counties = {row["code"]: row for row in rows if row["level"] == "county"}
    letters = dict(zip(counties, _LETTERS, strict=True))
    towns = {code: [row for row in rows if row["parent"] == code] for code in counties}
    return [
        _township(town, counties[code], f"MB0{letters[code]}02{order:02d}")
        for code in counties
        for order, town in enumerate(towns[code], start=1)
    ]


def _township(town: dict[str, str], county: dict[str, str], body: str) -> Organ:
    """The organ of a town; its code bears the county's division, which has six digits."""
    words = queries.departments()[TOWNSHIP]
    street = town["name"].endswith("街道")
    full, en = ("办事处", "Office") if street else (words["full"], words["en"])
    name = county["name"] + town["name"]
    return Organ(
        uscc=codes.make_uscc(words["uscc_type"], county["code"], body),
        key=f"{town['code']}-{TOWNSHIP}",
        department=TOWNSHIP,
        level="town",
        division_id=town["code"],
        name=("雅安市" if county["name"].endswith("区") else "") + name + full,
        short_name=name + full,
        name_en=f"{town['name_en']} {en}",
        valid_from=IN_FORCE_SINCE,
    )


def _organ(place: dict[str, str], letter: str, order: int, key: str) -> Organ:
    """An organ of the demo; its code is synthetic with valid check digits (GB 32100)."""
    words = queries.departments()[key]
    district = place["name"].endswith("区")
    return Organ(
        uscc=codes.make_uscc(words["uscc_type"], place["code"], f"MB0{letter}01{order:02d}"),
        key=f"{place['code']}-{key}",
        department=key,
        level=place["level"],
        division_id=place["code"],
        name=("雅安市" if district else "") + place["name"] + words["full"],
        short_name=place["name"] + words["zh"],
        name_en=f"{place['name_en']} {words['en']}",
        valid_from=IN_FORCE_SINCE,
    )


@transaction.atomic
def seed_accounts(*, at: datetime) -> None:
    """Applicants, one company, officers of two districts, a supervisor, an editor and the three administrators.

    Refuses only_in_demo: the password is published.
    """
    if not settings.DEMO:
        raise Refused("only_in_demo")
    for username, name, first17, phone in APPLICANTS:
        _applicant(username, name, first17 + codes.id_check(first17), phone, at)
    _company(at)
    for division in ("511802", "511803"):
        ensure_staff(queries.organ_by_key(f"{division}-market_regulation"), at=at)
    for town in TOWNS_STAFFED:
        ensure_staff(queries.organ_by_key(f"{town}-{TOWNSHIP}"), at=at)
    office = queries.organ_by_key("511802-government_services")
    _officer("yucheng_editor", "雨城事项管理（演示）", office, {Role.EDITOR}, "事项管理员", at)
    for place, name in (("yucheng", "雨城代办员（演示）"), ("mingshan", "名山代办员（演示）")):
        centre = queries.organ_by_key(f"{_STEWARDS[place]}-government_services")
        _officer(f"{place}_steward", name, centre, {Role.STEWARD}, "企业服务中心代办员", at)
    bureau = queries.organ_by_key("511800-government_services")
    _officer("supervisor", "效能监察（演示）", bureau, {Role.SUPERVISOR}, "效能监察员", at)
    _officer("editor", "事项管理（演示）", bureau, {Role.EDITOR}, "事项管理员", at)
    _officer("service_reviewer", "政务服务审核（演示）", bureau, {Role.SERVICE_REVIEWER}, "审核员", at)
    market = queries.organ_by_key("511800-market_regulation")
    _officer("market_editor", "市场监管事项（演示）", market, {Role.EDITOR}, "事项管理员", at)
    _officer("market_head", "市场监管负责人（演示）", market, {Role.ORGAN_HEAD}, "部门负责人", at)
    justice = queries.organ_by_key("511800-justice")
    _officer("legal_reviewer", "法制审核（演示）", justice, {Role.LEGAL_REVIEWER}, "法制审核员", at)
    for username, name, kind in ADMINISTRATORS:
        _administrator(username, name, kind, at)


def ensure_staff(organ: Organ, *, at: datetime) -> dict[str, Account]:
    """A full set of officers at `organ`, by ending of the user name: clerk, examiner, examiner2, …

    User names are <place>_<ending> at market regulation (yucheng_clerk), elsewhere
    <place>_<department>_<ending>. Refuses only_in_demo.
    """
    if not settings.DEMO:
        raise Refused("only_in_demo")
    prefix = staff_prefix(organ)
    return {
        ending: _officer(f"{prefix}_{ending}", _name(organ, position, given), organ, roles, title, at)
        for position, (ending, roles, title, given) in enumerate(STAFF)
    }


def staff_prefix(organ: Organ) -> str:
    """How the user names of an organ's officers begin."""
    word = organ.division.name_en.split()[0].lower().replace("'", "")
    return word if organ.department == "market_regulation" else f"{word}_{organ.department}"


def _name(organ: Organ, position: int, given: str) -> str:
    """A synthetic name: another family name at every organ and desk."""
    return _SURNAMES[(organ.pk * 7 + position * 5) % len(_SURNAMES)] + given


def _officer(username: str, name: str, organ: Organ, roles: set[Role], title: str, at: datetime) -> Account:
    account = _account(username, name, None, at)
    if not account.posts.filter(organ=organ, ended_at=None).exists():
        actions.grant_post(
            account=account.pk,
            organ=organ.pk,
            title=title,
            roles={role.value for role in roles},
            valid_from=IN_FORCE_SINCE,
            caller=SEEDING,
            at=at,
        )
    _second_factor(account)
    return account


def _administrator(username: str, name: str, kind: AdminKind, at: datetime) -> None:
    _second_factor(_account(username, name, kind, at))


def _account(username: str, name: str, kind: AdminKind | None, at: datetime) -> Account:
    """The account of that user name, made with the demo password unless it is there."""
    found = Account.objects.filter(username=username).first()
    if found:
        return found
    account = registration.make_account(
        username=username, display_name=name, password=_password(), at=at, admin_kind=kind
    )
    streams.append(account, "account_opened", {"admin_kind": kind}, by=SEEDING.by, at=at)
    return account


def _second_factor(account: Account) -> None:
    """A random secret of this account, so that `queries.demo_code` can tell the current code."""
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, generate_totp_secret())


@cache
def _password() -> str:
    """One hash of the published demo password, made once: it protects nothing."""
    return make_password(DEMO_PASSWORD)


def _applicant(username: str, name: str, id_number: str, phone: str, at: datetime) -> None:
    if Account.objects.filter(username=username).exists():
        return
    actions.register_person(
        name=name,
        id_number=id_number,
        phone=phone,
        username=username,
        password=DEMO_PASSWORD,
        by=SEEDING.by,
        at=at,
    )


def _company(at: datetime) -> None:
    username, name, uscc = COMPANY
    if queries.party_by_code(uscc):
        return
    account = Account.objects.get(username=username)
    actions.register_company(name=name, uscc=uscc, caller=queries.caller_of(account, at), at=at)
