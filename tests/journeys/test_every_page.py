"""Every page of the house, as somebody it is open to sees it: accessible, inside the window, silent in the console.

The addresses are those of tests/test_matrix.py, which in turn fails when the URL resolver has one more.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connections, transaction
from django.test import override_settings
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from tests import test_matrix as matrix
from tests.journeys import measure
from tongban.people.seeding import DEMO_PASSWORD

NO_PAGES = {  # answers that are files, data or a part of a page
    "livez",
    "readyz",
    "record:checkpoint",
    "people:my_data",
    "catalogue:bpmn",
    "catalogue:bundle_bpmn",
    "catalogue:export",
    "bilingual:sign",
    "licences:document",
    "licences:signature",
    "licences:copy_pdf",
    "townships:agreement",
    "construction:bpmn",
    "enterprise:evidence",
    "licences:status",
    "licences:key",
    "cases:letter",
    "cases:proof",
    "cases:application_form",
    "cases:my_application_form",
    "cases:desk_application_form",
    "cases:desk_file",
    "simulated:opinion",
    "simulated:precondition",
    "cases:desk_preview",
}
EVERYBODY = {"people:home", "cases:inbox", "cases:desk"}  # each role has its own

# Forms sent empty: the answer is a page that says what is missing.
EMPTY_FORMS = """
anon   422 cases:track
anon   200 account_login
anon   200 account_signup
owner  200 account_reauthenticate
owner  200 account_change_password
owner  200 people:new_company
owner  200 people:new_agent
owner  200 people:phone
owner  422 cases:section draft={draft} section={section}
owner  422 cases:material draft={draft} code={material}
owner  422 cases:check draft={draft}
other  422 cases:cosign draft={to_sign}
other-en 422 cases:cosign draft={to_sign}
owner  422 cases:promise case_no={promising}
owner  422 simulated:bring number={simulation}
owner-en 422 cases:promise case_no={promising}
owner  422 cases:supply case_no={pre_reviewed} code={promised_material}
owner  422 cases:correct_material case_no={supplied} code={material}
system 200 people:organ organ={organ}
secur  200 people:accounts
edit   422 cases:calendar_entry
edit   422 catalogue:workbook
edit   422 catalogue:edit_part version={version}
head   422 catalogue:finding key={finding}
head-en 422 catalogue:finding key={finding}
edit   422 townships:grant base_code={devolved}
edit   422 townships:renew devolution={devolution}
edit   422 townships:recall devolution={devolution}
exam   422 cases:desk_step case_no={accepted} step={step}
exam   422 cases:desk_command case_no={accepted} resource=special-procedure
clerk  422 cases:desk_command case_no={received} resource=non-acceptance
clerk  422 cases:desk_command case_no={received} resource=transfer
head   422 cases:desk_command case_no={accepted} resource=extension
appr   422 cases:desk_command case_no={examined} resource=refusal
deliv  422 cases:desk_command case_no={granted} resource=delivery
appr   422 cases:desk_command case_no={accepted} resource=explanation
appr-en 422 cases:desk_command case_no={examined} resource=refusal
clerk-en 422 cases:desk_command case_no={received} resource=transfer
deliv-en 422 cases:desk_command case_no={granted} resource=delivery
exam-en 422 cases:desk_command case_no={accepted} resource=special-procedure
owner  422 licences:make_copy licence={licence}
appr   422 licences:desk_licence licence={licence}
system 422 connectors:message message={undelivered}
system-en 422 connectors:message message={undelivered}
owner-en 422 licences:make_copy licence={licence}
appr-en 422 licences:desk_licence licence={licence}
owner-en 422 cases:section draft={draft} section={section}
owner-en 200 people:new_company
owner  422 /projects/new/private_industrial/?county=511802
owner-en 422 /projects/new/government_linear/?county=511802
owner  422 construction:participant code={project} role=builder
owner  422 enterprise:closing project={service}
owner-en 422 enterprise:mandate mandate={mandate}
edit   422 enterprise:enter
edit-en 422 enterprise:draw project={service}
edit   422 enterprise:log project={service}
edit-en 422 enterprise:raise project={service}
edit   422 enterprise:convene blocker={blocker}
edit-en 422 enterprise:conclude blocker={consulted}
edit   422 enterprise:blocker blocker={blocker}
owner-en 422 construction:participant code={project} role=supervision
owner  422 construction:works code={project}
anon-en 200 account_signup
"""

# Other stages, nothing to show, refused, the second factor, large text and English.
STATES = """
anon   200 /search/?q=zzzzzz
anon   200 /search/?q=开餐馆
anon   200 /items/{item}/guidance/?q_business_type=catering
anon   200 /items/{item}/guidance/?q_business_type=catering&q_special_foods=no&q_premises_tenure=rented
anon   404 /no-such-page
anon   404 /items/000000000000/
anon   404 /verify/NOSUCHCODE00/
other  200 /my/cases/
other  404 /my/cases/{received}/
other  404 /drafts/{draft}/
other  403 /desk/
other  403 /desk/admin/audit/
owner  200 /drafts/{to_sign}/check/
owner-en 200 /drafts/{to_sign}/check/
other-en 200 /my/cosignatures/{to_sign}/
other-en 200 /my/cases/
owner  200 /my/cases/{supplied}/
owner  200 /my/cases/{granted}/signature/
owner-en 200 /simulated/
owner-en 200 /simulated/{simulation}/
owner-en 200 /simulated/{simulation}/precondition/
super-en 200 /desk/simulated/
super-en 200 /desk/simulated/{simulation}/
owner  200 /my/cases/{promising}/
owner  200 /my/cases/{pre_reviewed}/
owner-en 200 /my/cases/{promising}/promise/
owner-en 200 /my/cases/{pre_reviewed}/
owner-en 200 /my/cases/{pre_reviewed}/supplement/
foreign 200 /desk/promises/
foreign-en 200 /desk/promises/
foreign-en 200 /desk/promises/?only=broken
foreign 200 /desk/cases/{promised}/
foreign-en 200 /desk/cases/{pre_reviewed}/
owner  200 /my/cases/{accepted}/
owner  200 /my/cases/{suspended}/
anon   200 /bundles/open_restaurant/?q_form=sole&q_sign=yes&q_sewage=no&q_fire=no
anon   404 /bundles/none/
anon-en 200 /bundles/open_restaurant/
owner  200 /drafts/{bundle_draft}/
owner  200 /drafts/{bundle_draft}/situation/
owner  200 /drafts/{bundle_draft}/check/
owner-en 200 /drafts/{bundle_draft}/
owner-en 200 /my/bundles/{bundle}/
owner-en 200 /apply/511802/bundles/open_restaurant/
owner  200 /my/cases/{granted}/
owner  200 /accounts/2fa/totp/activate/
clerk  200 /accounts/2fa/totp/deactivate/
clerk  200 /accounts/2fa/recovery-codes/generate/
no2fa  200 /accounts/2fa/reauthenticate/
clerk  200 /desk/cases/?q=zzzzzz
clerk  200 /desk/cases/?q=雅安雨城味道餐饮店
clerk  200 /desk/?only=overdue
edit   200 /desk/items/?q=zzzzzz
edit   200 /desk/versions/{version}/parts/edit?at=materials.0
edit   200 /desk/versions/{version}/parts/edit?add=questions
edit   200 /desk/versions/{version}/parts/edit?at=form.0
edit   200 /desk/items/blocks/
edit   200 /desk/items/blocks/enterprise_head/
edit-en 200 /desk/items/blocks/enterprise_head/
edit-en 200 /desk/items/
edit-en 200 /desk/items/figures
edit   200 /desk/findings/?only=review
edit   200 /desk/findings/?only=settled
edit-en 200 /desk/findings/
edit-en 200 /desk/findings/figures
edit-en 200 /desk/findings/{answered}/
head   200 /desk/findings/{finding}/
head-en 200 /desk/findings/{finding}/
head   404 /desk/findings/none/
anon-en 200 /cleanup/
edit-en 200 /desk/versions/{version}/
edit   200 /desk/devolution/?q=zzzzzz
edit   200 /desk/devolution/?ended=1&mode=delegation
edit   200 /desk/devolution/new/?q=食品
head   200 /desk/devolution/deeds/{deed}/
edit-en 200 /desk/devolution/
edit-en 200 /desk/devolution/new/{devolved}/
head-en 200 /desk/devolution/deeds/{deed}/
edit-en 200 /desk/devolution/{devolution}/
edit-en 200 /desk/figures/organs
anon   200 /towns/511802101/?q=zzzzzz
owner-en 200 /towns/511802101/
owner-en 200 /drafts/{draft}/town/
clerk  200 /desk/cases/{supplied}/
exam   200 /desk/cases/{suspended}/
appr   200 /desk/cases/{examined}/
deliv  200 /desk/cases/{granted}/
super  200 /desk/cases/{accepted}/
deliv  403 /desk/cases/{received}/check
clerk  404 /desk/cases/99999/
other  200 /my/licences/
anon   200 /licences/verify/?q={licence_code}
anon   200 /licences/verify/?q=nonesuch
anon   200 /licences/verify/#{licence_token}
anon   404 /licences/copies/NOSUCHCODE00/
head   200 /desk/licences/{contested}/
clerk  200 /desk/licences/?q=zzzzzz
elder  200 /my/licences/
elder  200 /my/licences/{licence}/presentation/
owner-en 200 /my/licences/
owner-en 200 /my/licences/{licence}/
owner-en 200 /my/licences/{licence}/presentation/
owner-en 200 /licences/verify/?q={licence_code}
head-en 200 /desk/licences/{contested}/
system 200 /desk/admin/connectors/nobody/?show=waiting
system-en 200 /desk/admin/connectors/
elder  200 /
elder  200 /items/{item}/
elder  200 /drafts/{draft}/
elder  200 /drafts/{draft}/form/{section}/
elder  200 /my/cases/{granted}/
owner-en 200 /
owner-en 200 /items/{item}/
owner-en 200 /items/{item}/guidance/
owner-en 200 /drafts/{draft}/
owner-en 200 /drafts/{draft}/form/{section}/
owner-en 200 /drafts/{draft}/check/
owner-en 200 /my/cases/
owner-en 200 /my/cases/{granted}/
owner-en 200 /record/
anon-bo 200 /
anon-bo 200 /items/{item}/
anon-bo 404 /items/000000000000/
anon-ii 200 /
anon-ii 200 /items/{item}/guidance/?q_business_type=catering
owner  200 /apply/{bilingual_task}/
owner-bo 200 /apply/{bilingual_task}/
owner-bo 200 /drafts/{draft}/
owner-ii 200 /drafts/{draft}/form/{section}/
owner-bo 200 /my/cases/{granted}/
trans-en 200 /desk/bilingual/
trans-en 200 /desk/bilingual/staffing
trans-en 200 /desk/bilingual/messages/{message}/bo/
trans  200 /desk/bilingual/messages/{approved_message}/bo/
trans  200 /desk/bilingual/bo/guides/?q=zzzzzz
owner  200 /projects/new/private_general/?county=511802
owner-en 200 /projects/new/private_general/?county=511802
anon   422 /projects/new/?theme=none
anon   200 /projects/maps/private_small/
anon-en 200 /projects/maps/private_general/
owner  200 /projects/{project}/stages/permit/
owner  200 /projects/{project}/stages/beside/
owner-en 200 /projects/
owner-en 200 /projects/{project}/
owner-en 200 /projects/{project}/stages/land/
elder  200 /projects/{project}/
other  200 /projects/
other  404 /projects/{project}/
clerk  200 /desk/projects/?q=zzzzzz
super  200 /desk/projects/branches/
super-en 200 /desk/projects/branches/
clerk-en 200 /desk/projects/
clerk-en 200 /desk/projects/{project}/
edit   200 /desk/enterprise/new/?kind=plain
edit-en 200 /desk/enterprise/
edit-en 200 /desk/enterprise/projects/{service}/
edit   200 /desk/enterprise/projects/{mandated}/
super  200 /desk/enterprise/board/
super-en 200 /desk/enterprise/board/
super-en 200 /desk/enterprise/board/projects/?only=blockers
super  200 /desk/enterprise/board/projects/?only=late&county=511802
edit-en 200 /desk/enterprise/blockers/{consulted}/
edit   200 /desk/enterprise/blockers/{resolved}/
clerk  200 /desk/enterprise/
owner-en 200 /enterprise/
owner-en 200 /enterprise/{service}/
owner  200 /enterprise/{mandated}/
owner  200 /enterprise/mandates/{signed_mandate}/
elder  200 /enterprise/{service}/
elder  200 /enterprise/mandates/{mandate}/
other  200 /enterprise/
other  404 /enterprise/{service}/
clerk-en 200 /desk/
clerk-en 200 /desk/cases/{received}/
clerk-en 200 /desk/cases/{received}/check
"""


@dataclass(frozen=True)
class Sight:
    """A page as `who` sees it: `address` is a row of the matrix or a path; `empty`: after its form was sent empty."""

    who: str
    status: int
    address: str
    empty: bool = False

    def __str__(self) -> str:
        return f"{self.who} {self.address}{' empty' if self.empty else ''}"

    def path(self, world) -> str:
        address = self.address.format(**world)
        if address.startswith("/"):
            return address
        name, *arguments = address.split()
        return reverse(name, kwargs=dict(part.split("=", 1) for part in arguments))


def rows_of_the_matrix() -> list[Sight]:
    """Every address that answers with a page: by the first role of the table it is open to, some by all."""
    sights = []
    for address, method, status, rule in matrix.PAGE_ROWS:
        if method != "GET" or status != "200" or address.split()[0] in NO_PAGES:
            continue
        let_in = [who for who, verdict in matrix.PAGE_VERDICTS[rule].items() if verdict == "ok"]
        shown = len(let_in) if address.split()[0] in EVERYBODY else 1
        sights += [Sight(who, 200, address) for who in let_in[:shown]]
    return sights


def listed(table: str, *, empty: bool) -> list[Sight]:
    rows = [line.split(maxsplit=2) for line in table.strip().splitlines()]
    return [Sight(who, int(status), address, empty) for who, status, address in rows]


SIGHTS = rows_of_the_matrix() + listed(EMPTY_FORMS, empty=True) + listed(STATES, empty=False)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(town):
    """The matrix's world, in a town that is running; in a thread, for signing needs a loop of its own."""
    with override_settings(MEDIA_ROOT=town.folder / "uploads"), ThreadPoolExecutor(1) as thread:
        return thread.submit(_build).result()


def _build() -> matrix.World:
    try:
        with transaction.atomic():
            return matrix.build(timezone.now())
    finally:
        connections.close_all()


@pytest.fixture(scope="module")
def windows(town, chromium, world):
    """One window for each role, signed in; the styles are loaded once."""
    made = {}

    def window_of(who: str) -> measure.Window:
        if who not in made:
            role, _, language = who.replace("elder", "owner").partition("-")
            context = chromium.new_context(base_url=town.url, locale="zh-CN")
            cookies = {cookie.key: cookie.value for cookie in world.clients[role].cookies.values()}
            cookies |= {"elder": "on"} if who == "elder" else {}
            cookies |= {"language": language} if language else {}
            context.add_cookies(
                [{"name": name, "value": value, "url": town.url} for name, value in cookies.items()]
            )
            made[who] = measure.Window(context)
        return made[who]

    yield window_of
    for window in made.values():
        window.page.context.close()


_SEND_EMPTY = """() => {
    const form = [...document.querySelectorAll("main form[method=post]")].find((form) => form.querySelector(
        "input:not([type=hidden]), textarea, select") || form.enctype === "multipart/form-data");
    for (const box of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
        if (box.type === "checkbox" || box.type === "radio") box.checked = false;
        else box.value = "";
    }
    form.noValidate = true;
    form.requestSubmit();
}"""


def vague(errors: list[str], sight: Sight) -> list[str]:
    """Errors that name no field, or are not in the reader's language; and a page without any."""
    chinese = re.compile("[一-鿿]")
    if not errors:
        return ["no error said"]
    return [
        words
        for words in errors
        if "这个字段" in words
        or "This field" in words
        or (sight.who.endswith("-en") and chinese.search(words))
    ]


def test_the_measure_sees_a_bad_page(windows):
    """Too wide, two headings, no language, a picture without words, a script that fails."""
    page = windows("anon").page
    page.goto("/privacy/")
    page.evaluate("""() => {
        document.documentElement.removeAttribute("lang");
        document.body.innerHTML = "<h1>a</h1><h1>b</h1><img src='/none.png'>";
        document.querySelector("h1").style.width = "1300px";
        console.error("broken");
    }""")
    found = measure.faults(page)
    for fault in ("overflows by", "2 h1", "no lang", "image-alt", "html-has-lang"):
        assert {line.split(":")[0] for line in found if fault in line} >= {"1280", "390"}, (fault, found)
    assert "broken" in windows("anon").complaints


def test_the_page_of_the_second_factor_is_measured_too(person):
    """It exists only between the password and the code."""
    clerk = person()
    window = measure.Window(clerk.page.context)
    clerk.page = window.page
    clerk.opens("/accounts/login/?next=/desk/")
    clerk.page.locator("#id_login").fill("mingshan_clerk")
    clerk.page.locator("#id_password").fill(DEMO_PASSWORD)
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/2fa/authenticate/")
    shown = measure.faults(window.page)
    with window.page.expect_navigation():
        window.page.evaluate(_SEND_EMPTY)
    assert (shown, measure.faults(window.page), window.complaints) == ([], [], [])


def test_the_page_of_new_recovery_codes_is_measured_too(windows):
    """It exists only once codes were made."""
    window = windows("head")
    window.complaints.clear()
    window.page.goto("/accounts/2fa/recovery-codes/generate/")
    window.page.locator("main form button").first.click()
    window.page.wait_for_url("**/2fa/recovery-codes/")
    assert (measure.faults(window.page), window.complaints) == ([], [])


def test_no_page_outside_the_matrix_is_left_out():
    """The library's own pages have no row there; they are listed here or measured above."""
    seen = {_name_of(sight.address) for sight in SIGHTS if sight.address.startswith("/")}
    files = {"mfa_download_recovery_codes"}
    pages = {name for name in matrix.ELSEWHERE if name.startswith("mfa_")}
    assert pages - seen - files == {"mfa_authenticate", "mfa_view_recovery_codes"}


def _name_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_a_page_is_accessible_and_keeps_inside_the_window(sight, world, windows):
    window = windows(sight.who)
    page = window.page
    window.complaints.clear()
    response = page.goto(sight.path(world))
    if sight.empty:
        with page.expect_navigation() as navigation:
            page.evaluate(_SEND_EMPTY)
        response = navigation.value
        assert vague(page.locator(".govuk-error-summary li").all_inner_texts(), sight) == []
    assert (response.status, measure.faults(page), window.complaints) == (sight.status, [], [])
