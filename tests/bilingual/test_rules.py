"""The rules of the bilingual service as tables: who may do what next, what words may hold, who counts in a town."""

import itertools

import pytest

from tests.bilingual.translated import BO, II, SOURCE
from tongban.bilingual.rules import staffing, wording, workflow
from tongban.bilingual.rules.coverage import Coverage, summed, turns
from tongban.bilingual.rules.staffing import Serving, Town
from tongban.bilingual.rules.wording import Source
from tongban.bilingual.rules.workflow import Deed, Hands, Standing, Status
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, Fluency, Language, PostHeld, Role, Spoken

# status, deed -> status, or the refusal. Every pair that is not listed is refused as translation_not_open.
MACHINE = """
none      write     draft
draft     write     draft
draft     review    reviewed
draft     return    draft
draft     withdraw  withdrawn
reviewed  return    draft
reviewed  approve   approved
approved  withdraw  withdrawn
"""


def test_a_translation_goes_from_draft_over_review_to_approval_and_no_other_way():
    listed = {tuple(line.split()[:2]): line.split()[2] for line in MACHINE.strip().splitlines()}
    for status, deed in itertools.product([None, *Status], Deed):
        expected = listed.get((status.value if status else "none", deed.value))
        if expected:
            assert workflow.after(status, deed) == expected
        else:
            with pytest.raises(Refused, match="translation_not_open"):
                workflow.after(status, deed)


def somebody(by: str, *roles: Role, speaks: str = "", fluency: Fluency = Fluency.TRANSLATES) -> Caller:
    post = PostHeld(id=1, organ=1, organ_name="局", division="511800", roles=frozenset(roles))
    spoken = (Spoken(Language(speaks), fluency),) if speaks else ()
    return Caller(account=1, name=by, kind="staff", posts=(post,), languages=spoken, by=by)


T, R = Role.TRANSLATOR, Role.TRANSLATION_REVIEWER
S, L = Role.SERVICE_REVIEWER, Role.LEGAL_REVIEWER

# who (name, roles, language, fluency), status, deed, part, outcome; ann translated, ben reviewed.
TURNS = [
    (("ann", T, "bo", "translates"), None, "write", "interface", "draft"),
    (("ann", T, "ii", "translates"), None, "write", "interface", "language_not_attested"),
    (("ann", T, "bo", "serves"), None, "write", "interface", "language_not_attested"),
    (("ann", T, "", ""), None, "write", "interface", "language_not_attested"),
    (("eve", Role.CLERK, "bo", "translates"), None, "write", "interface", "role_needed"),
    (("ben", R, "bo", "translates"), "draft", "review", "interface", "reviewed"),
    (("ann", R, "bo", "translates"), "draft", "review", "interface", "own_translation"),
    (("ben", R, "bo", "speaks"), "draft", "review", "interface", "language_not_attested"),
    (("ben", T, "bo", "translates"), "draft", "review", "interface", "role_needed"),
    (("ben", R, "bo", "translates"), "draft", "return", "interface", "draft"),
    (("cat", S, "", ""), "reviewed", "approve", "interface", "approved"),
    (("cat", S, "", ""), "reviewed", "approve", "guides", "approved"),
    (("cat", S, "", ""), "reviewed", "approve", "signs", "approved"),
    (("cat", S, "", ""), "reviewed", "approve", "letters", "role_needed"),
    (("dan", L, "", ""), "reviewed", "approve", "letters", "approved"),
    (("dan", L, "", ""), "reviewed", "approve", "guides", "role_needed"),
    (("ann", S, "", ""), "reviewed", "approve", "interface", "own_translation"),
    (("ben", S, "", ""), "reviewed", "approve", "interface", "own_translation"),
    (("cat", S, "", ""), "draft", "approve", "interface", "translation_not_open"),
    (("cat", S, "", ""), "approved", "withdraw", "interface", "withdrawn"),
    (("ann", T, "bo", "translates"), "approved", "withdraw", "interface", "role_needed"),
    (("ann", T, "bo", "translates"), "reviewed", "write", "interface", "translation_not_open"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "status", "deed", "part", "outcome"), TURNS, ids=str)
def test_three_different_people_translate_review_and_approve(who, status, deed, part, outcome):
    name, role, language, fluency = who
    person = somebody(name, role, speaks=language, fluency=Fluency(fluency or "translates"))
    asked = {
        "status": Status(status) if status else None,
        "deed": Deed(deed),
        "part": part,
        "language": "bo",
        "hands": Hands(translator="ann", reviewer="ben" if status == "reviewed" else ""),
    }
    try:
        found = workflow.permit(person, **asked).value
    except Refused as refused:
        found = refused.code
    assert found == outcome


def test_a_token_translates_nothing():
    program = Caller(account=1, name="x", kind="staff", scopes=frozenset({"cases:read"}), by="token:1")
    with pytest.raises(Refused, match="role_needed"):
        workflow.permit(program, status=None, deed=Deed.WRITE, part="guides", language="bo", hands=Hands())


# Chinese, words, language, source, outcome
WORDS = [
    ("今天", BO, "bo", SOURCE, BO),
    ("今天", f"  {BO} ", "bo", SOURCE, BO),
    ("今天", II, "ii", SOURCE, II),
    ("今天", II, "bo", SOURCE, "translation_not_in_script"),
    ("今天", "今天", "bo", SOURCE, "translation_not_in_script"),
    ("今天", "  ", "bo", SOURCE, "translation_empty"),
    ("今天", BO * 2000, "bo", SOURCE, "translation_too_long"),
    ("今天", BO, "bo", " 无 ", "translation_unvouched"),
    ("今天", f"{BO}\u202e", "bo", SOURCE, "translation_unreadable"),
    ("今天", f"{BO}\ufdd0", "bo", SOURCE, "translation_unreadable"),
    ("还剩 %(count)d 天", f"{BO} %(count)d", "bo", SOURCE, f"{BO} %(count)d"),
    ("还剩 %(count)d 天", BO, "bo", SOURCE, "placeholders_differ"),
    ("还剩 %(count)d 天", f"{BO} %(count)s", "bo", SOURCE, "placeholders_differ"),
    ("还剩 %(count)d 天", f"{BO} %(count)d %(count)d", "bo", SOURCE, "placeholders_differ"),
    ("请于{by}前补齐", f"{BO}{{by}}", "bo", SOURCE, f"{BO}{{by}}"),
    ("请于{by}前补齐", f"{BO}{{by.__class__}}", "bo", SOURCE, "placeholders_differ"),
    ("今天", f"{BO} 100%", "bo", SOURCE, "markup_differs"),
    ("今天", f"{BO}<script>", "bo", SOURCE, "markup_differs"),
    ("今天", f'{BO}" onclick=', "bo", SOURCE, "markup_differs"),
    ("今天", f"{BO}&lt;", "bo", SOURCE, "markup_differs"),
    ('<a href="/x">看</a>', f'<a href="/x">{BO}</a>', "bo", SOURCE, f'<a href="/x">{BO}</a>'),
    ('<a href="/x">看</a>', f'<a href="/y">{BO}</a>', "bo", SOURCE, "markup_differs"),
]


@pytest.mark.parametrize(("zh", "words", "language", "source", "outcome"), WORDS, ids=str)
def test_words_are_in_their_script_with_the_placeholders_of_the_chinese_and_nothing_a_page_obeys(
    zh, words, language, source, outcome
):
    try:
        found = wording.check(words, zh=zh, language=language, source=source)
    except Refused as refused:
        found = refused.code
    assert found == outcome


def test_a_translation_is_bound_to_the_very_wording_in_its_context():
    assert wording.digest("证照") == wording.digest("证照")
    assert len({wording.digest("证照"), wording.digest("证照。"), wording.digest("证照", "navigation")}) == 3


def test_a_wording_that_came_in_place_of_another_is_the_most_alike_of_the_same_file():
    gone = [Source("请刷新页面。", "请刷新页面。", "a.html"), Source("查进度", "查进度", "a.html")]
    come = [
        Source("请刷新页面后再试。", "请刷新页面后再试。", "a.html"),
        Source("查进度吧", "查进度吧", "b.html"),
        Source("退出", "退出", "a.html"),
    ]
    assert wording.moved(gone, come) == {"请刷新页面后再试。": gone[0]}


def test_coverage_is_approved_by_all_and_every_wording_stands_somewhere_once():
    letters = Coverage("letters", "bo", {Standing.APPROVED: 1, Standing.DRAFT: 2, Standing.STALE: 1})
    signs = Coverage("signs", "bo", {Standing.APPROVED: 2, Standing.UNTRANSLATED: 4})
    yi = Coverage("signs", "ii", {Standing.UNTRANSLATED: 6})
    assert (letters.total, letters.share) == (4, 0.25)
    assert (signs.total, signs.share) == (6, 2 / 6)
    assert Coverage("guides", "bo", {}).share is None
    whole = summed("bo", [letters, signs, yi])
    assert (whole.total, whole.share, whole.count(Standing.DRAFT)) == (10, 0.3, 2)


ROWS = [
    Coverage("letters", "bo", {Standing.REVIEWED: 1, Standing.DRAFT: 2, Standing.UNTRANSLATED: 3}),
    Coverage("signs", "bo", {Standing.REVIEWED: 1, Standing.STALE: 1, Standing.APPROVED: 9}),
    Coverage("signs", "ii", {Standing.DRAFT: 4, Standing.UNTRANSLATED: 2}),
]

# who: role, language; what waits: part, language, standing
WAITING = [
    ((T, "bo"), [("signs", "bo", "stale"), ("letters", "bo", "untranslated")]),
    ((T, ""), []),
    ((R, "bo"), [("letters", "bo", "draft")]),
    ((R, "ii"), [("signs", "ii", "draft")]),
    ((S, ""), [("signs", "bo", "reviewed")]),
    ((L, ""), [("letters", "bo", "reviewed")]),
    ((Role.CLERK, "bo"), []),
]


@pytest.mark.parametrize(("who", "waiting"), WAITING, ids=str)
def test_what_waits_for_somebody_is_what_role_and_language_let_one_do_next(who, waiting):
    role, language = who
    found = turns(somebody("eve", role, speaks=language), ROWS)
    assert [(row.part, row.language, standing.value) for row, standing in found] == waiting


PURE, MIXED = Town("1", "民建", ("ii",)), Town("2", "新民", ("bo", "ii"))

# town, who: (account, language, fluency); persons, missing, languages nobody serves in
TOWNS = [
    (PURE, [], 0, 2, ("ii",)),
    (PURE, [(1, "ii", "serves")], 1, 1, ()),
    (PURE, [(1, "ii", "serves"), (2, "ii", "translates")], 2, 0, ()),
    (PURE, [(1, "ii", "serves"), (2, "ii", "speaks")], 1, 1, ()),
    (PURE, [(1, "ii", "serves"), (2, "bo", "serves")], 1, 1, ()),
    (PURE, [(1, "ii", "serves"), (1, "ii", "serves")], 1, 1, ()),
    (MIXED, [(1, "bo", "serves"), (1, "ii", "serves")], 1, 1, ()),
    (MIXED, [(1, "bo", "serves"), (2, "bo", "serves")], 2, 0, ("ii",)),
    (MIXED, [(1, "bo", "serves"), (2, "ii", "serves")], 2, 0, ()),
]


@pytest.mark.parametrize(("town", "who", "persons", "missing", "unserved"), TOWNS, ids=str)
def test_ethnic_townships_art_5_two_in_each_township_serve_in_its_language(
    town, who, persons, missing, unserved
):
    staff = [Serving(town.code, account, "某", code, Fluency(level)) for account, code, level in who]
    (verdict,) = staffing.check([town], staff)
    found = (verdict.persons, verdict.missing, verdict.unserved, verdict.passed)
    assert found == (persons, missing, unserved, missing == 0)


def test_who_works_elsewhere_does_not_count():
    staff = [Serving("9", n, "某", "ii", Fluency.SERVES) for n in (1, 2)]
    assert [verdict.missing for verdict in staffing.check([PURE], staff)] == [2]
