"""Bilingual staff: who is attested, where two are missing, and who is given the cases of whom."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from config import demo
from config.cli import bilingual as cli
from tests import city
from tests.people.signing import sign_in
from tongban.bilingual import queries
from tongban.cases.models import Case, Draft
from tongban.cases.queries import inbox, routing
from tongban.cases.rules import routing as rules
from tongban.cases.rules.routing import Free
from tongban.engine.refusal import Refused
from tongban.people import actions, seeding_speakers
from tongban.people import queries as people
from tongban.people.models import LanguageSkill, Organ, Post
from tongban.people.rules import Fluency, Language

SOON = datetime(2026, 11, 4, tzinfo=UTC)
LATE, EARLY = SOON + timedelta(days=9), SOON - timedelta(hours=1)

# what the officer speaks; free cases (number, due, language, somebody else serves in it) by urgency; order taken
ORDERS = [
    ((), [("1", EARLY, "zh-hans", False), ("2", LATE, "zh-hans", False)], "12"),
    ((), [("1", LATE, "bo", True), ("2", LATE, "zh-hans", False)], "21"),
    ((), [("1", LATE, "bo", False), ("2", LATE, "zh-hans", False)], "12"),
    ((), [("1", EARLY, "bo", True), ("2", LATE, "zh-hans", False)], "12"),
    ((), [("1", LATE, "bo", True)], "1"),
    (("bo",), [("1", EARLY, "zh-hans", False), ("2", LATE, "bo", True)], "21"),
    (("bo",), [("1", LATE, "ii", True), ("2", LATE, "zh-hans", False), ("3", None, "bo", True)], "321"),
    (("bo", "ii"), [("1", LATE, "en", False), ("2", LATE, "ii", True), ("3", LATE, "bo", True)], "231"),
]


@pytest.mark.parametrize(("speaks", "free", "order"), ORDERS, ids=str)
def test_a_case_goes_first_to_who_serves_in_its_language_and_waits_for_nobody_when_it_is_due(
    speaks, free, order
):
    cases = [Free(*row) for row in free]
    assert "".join(rules.order(cases, speaks=speaks, soon=SOON)) == order


pytestmark = pytest.mark.django_db


def attested(username: str, language: Language, fluency: Fluency = Fluency.SERVES, **more) -> LanguageSkill:
    given = {"document": "民宗认〔2026〕1号", "valid_from": date(2026, 1, 1), **more}
    return actions.attest_language(
        account=people.account_by_username(username).pk,
        language=language,
        fluency=fluency,
        caller=city.caller("system_admin"),
        at=city.AT,
        **given,
    )


def test_a_bilingual_officer_finds_and_is_given_the_cases_of_her_language_first(client):
    chinese, tibetan = city.received(), city.received()
    Case.objects.filter(pk=tibetan).update(language="bo")
    Case.objects.filter(pk=chinese).update(due_at=SOON)
    clerk = city.caller("yucheng_clerk")
    assert routing.next_up(clerk, city.AT)[:2] == [chinese, tibetan]
    attested("yucheng_clerk", Language.TIBETAN)
    clerk = city.caller("yucheng_clerk")
    assert routing.next_up(clerk, city.AT)[:2] == [tibetan, chinese]
    assert [row.case_no for row in inbox.waiting(clerk, city.AT, only="bilingual")] == [tibetan]
    sign_in(client, "yucheng_clerk")
    page = client.get("/desk/").content.decode()
    assert page.count("藏语服务") == 1
    assert "我的双语办件" in page
    taken = client.post("/desk/next")
    assert tibetan in taken["Location"]
    assert "藏语服务" in client.get(taken["Location"]).content.decode()


# division of the organ, languages offered there
OFFERED = [
    ("511802", ()),
    ("511822", ("ii",)),
    ("511827", ("bo",)),
    ("511827202", ("bo",)),
    ("511824", ("bo", "ii")),
    ("511823", ("bo", "ii")),
]


@pytest.mark.parametrize(("division", "languages"), OFFERED)
def test_the_bilingual_counties_offer_the_languages_of_their_townships(division, languages):
    assert queries.languages_of(division) == languages


# organ's county, language of the page, language chosen, language of the draft
CHOSEN = [
    ("511827", "zh-hans", "bo", "bo"),
    ("511827", "zh-hans", "ii", "zh-hans"),
    ("511827", "bo", "zh-hans", "zh-hans"),
    ("511827", "en", "en", "en"),
    ("511802", "zh-hans", "bo", "zh-hans"),
]


@pytest.mark.parametrize(("county", "page", "chosen", "language"), CHOSEN)
def test_an_applicant_chooses_the_language_where_the_county_offers_it(client, county, page, chosen, language):
    sign_in(client, "wang_xiaomei")
    client.cookies["language"] = page
    url = f"/apply/{city.started(county=county).implementation.task_code}/"
    assert ('name="language"' in client.get(url).content.decode()) == (county == "511827")
    client.post(url, {"party": demo.company(), "language": chosen})
    assert Draft.objects.order_by("-created_at")[0].language == language


def test_who_applies_on_the_portal_in_tibetan_has_a_case_in_tibetan(client):
    sign_in(client, "wang_xiaomei")
    client.cookies["language"] = "bo"
    place = city.started().implementation.task_code
    answer = client.post(f"/apply/{place}/", {"party": demo.company()})
    assert answer.status_code == 302
    assert Draft.objects.order_by("-created_at")[0].language == "bo"


def test_another_officer_leaves_it_to_her_unless_it_is_due():
    """Both are clerks of the same organ; only one of them speaks Tibetan."""
    other = people.account_by_username("yucheng_examiner2")
    organ = city.caller("yucheng_clerk").organs[0]
    Post.objects.filter(account=other, organ=organ).update(roles=["clerk"])
    attested("yucheng_examiner2", Language.TIBETAN)
    tibetan, chinese = city.received(), city.received()
    Case.objects.filter(pk=tibetan).update(language="bo", due_at=LATE)
    Case.objects.filter(pk=chinese).update(due_at=LATE + timedelta(days=1))
    assert routing.next_up(city.caller("yucheng_clerk"), city.AT)[:2] == [chinese, tibetan]
    Case.objects.filter(pk=tibetan).update(due_at=city.AT + timedelta(hours=3))
    assert routing.next_up(city.caller("yucheng_clerk"), city.AT)[:2] == [tibetan, chinese]


def test_the_next_case_is_found_in_one_statement_and_the_inbox_asks_for_no_more_than_before(client):
    for _ in range(3):
        city.received()
    attested("yucheng_clerk", Language.TIBETAN)
    clerk = city.caller("yucheng_clerk")
    with CaptureQueriesContext(connection) as asked:
        routing.next_up(clerk, city.AT)
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        page = inbox.inbox(clerk, city.AT)
        assert [line.language_words for line in page.lines] == [""] * len(page.lines)
    assert len(asked) == 2


# Attestation


# what is changed -> refusal
ATTESTED = [
    ({"document": "  "}, "skill_unattested"),
    ({"valid_to": date(2025, 12, 31)}, "skill_dates_reversed"),
    ({}, "skill_already"),
]


@pytest.mark.parametrize(("change", "code"), ATTESTED)
def test_a_language_is_attested_by_a_document_once_at_a_time(change, code):
    attested("yucheng_clerk", Language.YI)
    username = "yucheng_clerk" if code == "skill_already" else "yucheng_head"
    with pytest.raises(Refused, match=code):
        attested(username, Language.YI, **change)


def test_a_language_counts_from_its_first_day_to_its_last():
    attested("yucheng_clerk", Language.YI, valid_from=date(2026, 11, 4), valid_to=date(2026, 11, 5))
    days = [city.AT + timedelta(days=n) for n in range(4)]  # from 3 November
    assert [city.caller("yucheng_clerk", day).speaks() for day in days] == [(), ("ii",), ("ii",), ()]


def test_only_the_system_administrator_attests():
    with pytest.raises(Refused, match="role_needed"):
        actions.attest_language(
            account=people.account_by_username("yucheng_clerk").pk,
            language=Language.YI,
            fluency=Fluency.SERVES,
            document="民宗认〔2026〕1号",
            valid_from=date(2026, 1, 1),
            caller=city.caller("yucheng_head"),
            at=city.AT,
        )


def test_the_administrator_enters_and_ends_a_language_on_the_page(client):
    organ = city.caller("yucheng_clerk").organs[0]
    sign_in(client, "system_admin")
    url = f"/desk/admin/organs/{organ}/languages/"
    given = {"username": "yucheng_clerk", "language": "ii", "fluency": "serves", "document": "民宗认1号"}
    assert client.post(url, given | {"valid_from": "2026-01-01"}).status_code == 302
    assert "民宗认1号" in client.get(url).content.decode()
    skill = LanguageSkill.objects.get(account__username="yucheng_clerk")
    assert client.post(f"{url}{skill.pk}/end").status_code == 302
    assert city.caller("yucheng_clerk").speaks() == ()


# Two in each of the thirteen


def test_the_thirteen_ethnic_townships_are_those_of_the_divisions_and_two_of_them_are_short():
    verdicts = queries.staffing_check(city.AT)
    assert len(verdicts) == 13
    assert all(verdict.town.name != verdict.town.code for verdict in verdicts)
    named = {v.town.name: v.missing for v in verdicts if "族乡" in v.town.name and not v.passed}
    assert named == {"小堡藏族彝族乡": 1, "草科藏族乡": 2}
    assert {v.town.code for v in verdicts if not v.passed} == set(seeding_speakers.SHORT)


def test_a_town_falls_short_on_the_day_a_post_or_a_language_ends():
    at = city.AT
    skill = LanguageSkill.objects.filter(account__posts__organ__division_id="511822203").order_by("id")[0]
    assert _missing("511822203", at) == 0
    actions.end_language(skill=skill.pk, caller=city.caller("system_admin"), at=at)
    assert _missing("511822203", at) == 1


def _missing(code: str, at) -> int:
    return next(verdict.missing for verdict in queries.staffing_check(at) if verdict.town.code == code)


def test_the_page_tells_which_towns_fail(client):
    sign_in(client, "supervisor")
    page = client.get("/desk/bilingual/staffing").content.decode()
    assert "2 个民族乡双语人员不足 2 人" in page
    assert "小堡藏族彝族乡（还差 1 人）、草科藏族乡（还差 2 人）" in page


def test_the_command_line_tells_the_same_and_exits_with_one(monkeypatch):
    monkeypatch.setattr("config.cli.django.ready", lambda: None)
    answer = CliRunner().invoke(cli.app, ["check", "--json"])
    told = json.loads(answer.output)
    assert (answer.exit_code, told["failing"], len(told["towns"])) == (1, 2, 13)
    rows = json.loads(CliRunner().invoke(cli.app, ["coverage", "--json"]).output)
    assert [(row["language"], row["part"]) for row in rows] == [
        (language, part) for language in ("bo", "ii") for part in ("interface", "guides", "letters", "signs")
    ]
    assert all(row["untranslated"] + row["draft"] == row["total"] for row in rows)


def test_a_guide_says_which_windows_serve_in_a_language_and_a_reader_of_it_finds_them_first(client):
    county = Organ.objects.get(key="511827-market_regulation")  # 宝兴县, Tibetan
    clerk = Post.objects.get(organ=county, roles__contains=["clerk"]).account
    assert people.bilingual_windows([county.pk], city.AT) == {county.pk: ("bo",)}
    client.cookies.load({"county": "511827"})
    assert "藏语窗口" in client.get(f"/items/{city.ITEM}/").content.decode()
    client.cookies.load({"language": "bo"})
    page = client.get(f"/items/{city.ITEM}/").content.decode()
    places = page[page.index('id="places"') :]
    assert places.index(county.name) == min(places.index(name) for name in _organs_on(places))
    LanguageSkill.objects.filter(account=clerk).update(ended_at=city.AT)
    assert people.bilingual_windows([county.pk], city.AT) == {}
    assert "藏语窗口" not in client.get(f"/items/{city.ITEM}/").content.decode()


def _organs_on(places: str) -> list[str]:
    return [name for name in Organ.objects.values_list("name", flat=True) if name in places]
