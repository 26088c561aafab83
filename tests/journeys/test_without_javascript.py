"""The portal without scripts, in English: from the language switch to a withdrawn application."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests import city
from tests.journeys.people import Person, scan
from tongban.cases.models import Case, Draft

pytestmark = pytest.mark.browser

ITEM = "Food business licence (new)"
GUIDANCE = (
    ("What kind of food business is it?", "catering"),
    ("Will you make and sell cold dishes, raw food or decorated cakes?", "no"),
    ("Do you own or rent the premises?", "owned"),
)


@pytest.fixture
def reader(person) -> Person:
    """Somebody whose browser runs no scripts."""
    return person(java_script_enabled=False)


def test_somebody_applies_and_withdraws_in_english(reader):
    reader.opens("/items/000131001000/").page.get_by_role("link", name="English").click()
    assert (reader.heading(), reader.page.locator("html").get_attribute("lang")) == (ITEM, "en")
    reader.clicks("Start")
    for question, value in GUIDANCE:
        assert reader.heading() == question
        reader.page.locator(f"input[value={value}]").check()
        reader.clicks("Continue")
    reader.sees("Layout and work-flow chart").sees_not("Lease or proof of free use")
    reader.clicks("Start").signs_in("wang_xiaomei").clicks("Start filling in")
    assert reader.heading() == ITEM
    _fills_every_section(reader)
    _gives_every_material(reader)
    reader.clicks("Check and submit").sees("Layout and work-flow chart").clicks("Sign and submit")
    reader.sees("declaration").signs().clicks("Sign and submit")
    number = reader.page.url.split("/")[-3]
    reader.clicks("See progress").sees("About this case", "Received")
    reader.clicks("Withdraw the application").types("Reason", "Another time").clicks("Withdraw")
    reader.sees("Withdrawn")
    assert Case.objects.get(pk=number).stage == "withdrawn"


def test_the_portal_leaves_no_word_in_chinese(reader, town, settings):
    settings.MEDIA_ROOT = town.folder / "uploads"
    now = timezone.now()
    draft, number = city.filled(now), city.granted(now)
    reader.opens("/language/en/?next=/accounts/login/").signs_in("wang_xiaomei")
    paths = [
        *(
            "/",
            "/search/",
            "/search/?q=zzzz",
            "/items/000131001000/",
            "/items/000131001000/guidance/",
            "/me/",
        ),
        *(
            f"/drafts/{draft.pk}/{part}"
            for part in ("", "situation/", "form/premises/", "check/", "discard/")
        ),
        *("/my/cases/", f"/my/cases/{number}/", f"/my/cases/{number}/receipt/", "/track/", "/verify/"),
        *("/record/", "/record/verify/", "/accessibility/", "/privacy/", "/no-such-page"),
    ]
    left = {path: words_left_in_chinese(reader.opens(path).page) for path in paths}
    assert {path: lines for path, lines in left.items() if lines} == {}


def _fills_every_section(reader: Person) -> None:
    draft = Draft.objects.get(pk=reader.page.url.split("/")[-2])
    given = {
        "applicant": {
            "legal_representative": "王晓梅",
            "legal_representative_id_number": "513101197001010013",
        },
        "premises": {
            "premises_address": "88 Ximen North Road",
            "premises_area": "86.50",
            "processing_area": "30",
        },
        "business": {"diners_count": "40"},
        "people": {
            "staff_count": "6",
            "food_safety_manager": "Wang",
            "food_safety_manager_phone": "13900001001",
        },
    }
    for section, fields in given.items():
        reader.opens(f"/drafts/{draft.pk}/form/{section}/")
        for name, words in fields.items():
            reader.page.locator(f"[name={name}]").fill(words)
        if section == "premises":
            reader.page.locator("[name=premises_town]").select_option(index=1)
        if section == "business":
            reader.page.locator("[value=hot_food]").check()
            reader.page.locator("[name=online_sales][value=no]").check()
        reader.clicks("Save and continue")
    draft.refresh_from_db()
    assert sorted(draft.complete) == sorted(given)


def _gives_every_material(reader: Person) -> None:
    """Each open material; the optional one is left alone."""
    for name in ("Layout and work-flow chart", "List of the rules", "Health certificates"):
        reader.page.locator(".tb-task a", has_text=name).click()
        reader.gives_file("scan.png", scan(name)).clicks("Upload").sees("scan.png")
        reader.page.locator(".tb-crumbs a", has_text=ITEM).click()


def words_left_in_chinese(page: Page) -> list[str]:
    """Lines of the page in Chinese that are no name or number of their owner's."""
    return [line for line in page.locator("main").inner_text().splitlines() if _is_chinese(line)]


def _is_chinese(line: str) -> bool:
    own = (
        "王晓梅",
        "雅安雨城味道餐饮店",
        "西门北路88号",
        "如实填写",
        "简体中文",
        "〔",
    )  # 〔2026〕: a letter's number
    return any("一" <= sign <= "鿿" for sign in line) and not any(word in line for word in own)
