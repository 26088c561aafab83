"""Shared blocks of forms: one definition, many forms; a change alters nobody's and shows who is behind."""

import pytest
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD, WORDS
from tests.city import AT, caller
from tongban.catalogue import actions, queries, shipped
from tongban.catalogue.models import FormBlock
from tongban.catalogue.rules import blocks
from tongban.catalogue.rules.blocks import Block, Standing
from tongban.catalogue.rules.guide import Section
from tongban.catalogue.rules.lint import Tables, lint_references
from tongban.engine.refusal import Refused
from tongban.record import queries as record

HEAD = next(block for block in shipped.blocks() if block.code == "enterprise_head")
LONGER = replace(HEAD, fields=[replace(HEAD.fields[0], maximum=60), *HEAD.fields[1:]])
NEW, OLD = blocks.digest(LONGER), blocks.digest(HEAD)
SECTION = Section(code="applicant", title=WORDS, fields=HEAD.fields, block="enterprise_head")


@pytest.mark.parametrize(
    ("fields", "wordings", "standing"),
    [
        (HEAD.fields, {"enterprise_head": [OLD]}, Standing.CURRENT),
        (HEAD.fields, {"enterprise_head": [OLD, NEW]}, Standing.BEHIND),
        (LONGER.fields, {"enterprise_head": [OLD, NEW]}, Standing.CURRENT),
        (HEAD.fields[:1], {"enterprise_head": [OLD, NEW]}, Standing.DIFFERENT),
        (HEAD.fields, {}, Standing.UNKNOWN),
    ],
)
def test_how_a_section_stands_to_its_block_is_told_by_comparing(fields, wordings, standing):
    assert blocks.standing(replace(SECTION, fields=fields), wordings) is standing


def test_a_guide_that_adopts_a_block_keeps_everything_else():
    guide = replace(FOOD, form=[SECTION, *FOOD.form[1:]])
    assert blocks.adopted(guide, LONGER) == replace(
        guide, form=[replace(SECTION, fields=LONGER.fields), *FOOD.form[1:]]
    )
    made = blocks.new_section(guide, replace(HEAD, code="applicant"))
    assert (made.code, made.block) == ("applicant_2", "applicant")


@pytest.mark.parametrize(
    ("section", "code"),
    [
        (replace(SECTION, fields=[]), "head"),
        (replace(SECTION, fields=[replace(HEAD.fields[0], when={"premises_tenure": ["owned"]})]), "head"),
        (SECTION, "not a code"),
    ],
)
def test_what_hangs_on_one_item_is_no_shared_block(section, code):
    with pytest.raises(Refused, match="block_unfit"):
        blocks.of_section(section, code)


def test_lint_finds_dangling_codes_and_sections_unlike_their_block():
    known = {"enterprise_head": [OLD, NEW]}
    names = ("departments", "scenes", "windows", "person_topics", "enterprise_topics", "intermediaries")
    rows = {name: getattr(queries.tables(known), name) for name in names}
    changed = replace(SECTION, fields=HEAD.fields[:1])
    dangling = replace(SECTION, code="other", block="enterprise_heda")
    guide = replace(FOOD, form=[SECTION, replace(changed, code="third"), dangling])
    assert [
        (f.rule, f.where.split(" ")[1]) for f in lint_references([guide], Tables(**rows, blocks=known))
    ] == [
        ("known_key", "form.block.enterprise_heda"),
        ("like_its_block", "form.third"),
    ]


def test_the_shipped_guides_use_shared_blocks_and_none_differs():
    used = [s for guide in shipped.guides() for s in guide.form if s.block]
    wordings = shipped.wordings()
    assert {blocks.standing(section, wordings) for section in used} == {Standing.CURRENT}
    assert sum(section.block == "enterprise_head" for section in used) == 10


@pytest.mark.django_db
class TestAtTheDesk:
    def editor(self):
        return caller("editor")

    def test_a_new_wording_changes_nobodys_form_and_shows_who_is_behind(self):
        section = replace(SECTION, fields=LONGER.fields)
        before = queries.shared_block("enterprise_head")
        assert (before.behind, len(before.uses)) == (0, 10)
        actions.save_block(section=section, code="enterprise_head", caller=self.editor(), at=AT)
        after = queries.shared_block("enterprise_head")
        assert (after.number, after.block.fields, after.behind) == (before.number + 1, LONGER.fields, 10)
        assert record.stream("block", "enterprise_head")[-1].facts == {"number": 2, "digest": NEW}

    def test_the_same_wording_is_no_new_one(self):
        actions.save_block(section=SECTION, code="enterprise_head", caller=self.editor(), at=AT)
        assert FormBlock.objects.filter(code="enterprise_head").count() == 1

    def test_an_item_adopts_the_newest_wording_in_a_draft(self):
        section = replace(SECTION, fields=LONGER.fields)
        actions.save_block(section=section, code="enterprise_head", caller=self.editor(), at=AT)
        code = FOOD.base_code
        row = actions.adopt(code="enterprise_head", base_code=code, caller=self.editor(), at=AT)
        assert [change.path for change in queries.changes(row)] == [
            "form.applicant.fields.company_name.maximum"
        ]
        with pytest.raises(Refused, match="nothing_changed"):
            actions.adopt(code="enterprise_head", base_code=code, caller=self.editor(), at=AT)

    def test_only_who_writes_guides_writes_blocks(self):
        with pytest.raises(Refused, match="not_your_turn"):
            actions.save_block(section=SECTION, code="x", caller=caller("yucheng_clerk"), at=AT)


def test_a_block_holds_what_a_section_takes():
    assert blocks.of_section(SECTION, "head") == Block(code="head", title=WORDS, fields=HEAD.fields)
