"""Changing one part of a guide leaves every other part as it was."""

import pytest
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD, WORDS
from tongban.catalogue.rules import diff, editing
from tongban.catalogue.rules.guide import Defect, Guide, Material
from tongban.engine.refusal import Refused


def test_a_part_put_back_changes_nothing():
    for path in ("", "materials.1", "materials.1.defects.0", "form.0.fields.1", "steps.2", "faq.0"):
        assert editing.put(FOOD, path, editing.part_at(FOOD, path)) == FOOD


def test_a_part_is_put_where_it_stands():
    mended = replace(FOOD.materials[1].defects[0], mend=WORDS)
    changed = editing.put(FOOD, "materials.1.defects.0", mended)
    code, defect = FOOD.materials[1].code, mended.code
    assert [change.path for change in diff.changes(FOOD, changed)] == [
        f"materials.{code}.defects.{defect}.mend.zh",
        f"materials.{code}.defects.{defect}.mend.en",
    ]


def test_a_part_added_moved_and_removed():
    new = Defect(code="torn", found=WORDS, mend=WORDS)
    more = editing.add(FOOD, "materials.1.defects", new)
    assert [d.code for d in more.materials[1].defects][-1] == "torn"
    last = len(more.materials[1].defects) - 1
    assert editing.remove(more, f"materials.1.defects.{last}") == FOOD
    down = editing.move(FOOD, "materials.0", 1)
    assert [m.code for m in down.materials][:2] == [FOOD.materials[1].code, FOOD.materials[0].code]
    assert editing.move(down, "materials.1", -1) == FOOD
    assert editing.move(FOOD, "materials.0", -1) == FOOD


def test_a_list_knows_the_kind_of_its_parts():
    assert (editing.kind_of(""), editing.kind_of("materials"), editing.kind_of("materials.3.defects")) == (
        Guide,
        Material,
        Defect,
    )


@pytest.mark.parametrize(
    "path", ["materials.99", "basis.0.law", "nothing", "materials.x", "__class__", "materials.0.code"]
)
def test_a_path_to_nothing_is_refused(path):
    with pytest.raises(Refused) as refused:
        editing.part_at(FOOD, path)
    assert refused.value.code == "part_unknown"
