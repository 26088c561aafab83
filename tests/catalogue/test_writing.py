"""Writing a part at the desk: shown beside as applicants see it, judged by the lint, stored only when saved."""

import pytest

from tests.city import AT, caller
from tests.people.signing import sign_in
from tongban.catalogue import actions, queries
from tongban.catalogue.forms.parts import SENTENCE, PartForm
from tongban.catalogue.models import FormBlock, ItemVersion
from tongban.catalogue.rules.guide import Field, FieldKind, Guide, Section

pytestmark = pytest.mark.django_db
COMPANY = "000131002000"
HOLDERS = 2  # the section of shareholders
VALUATION = f"form.{HOLDERS}.fields.7"


@pytest.fixture
def draft() -> ItemVersion:
    guide = queries.guide(queries.version_in_force(queries.item(COMPANY).pk, AT).pk)
    return actions.begin(guide=guide, caller=caller("editor"), at=AT)


@pytest.fixture
def page(client, draft):
    sign_in(client, "editor")
    return f"/desk/versions/{draft.pk}/parts/edit"


def typed(part, guide: Guide, path: str) -> dict:
    """What a browser would post of a part as it stands."""
    form = PartForm(kind=type(part), part=part, guide=guide, path=path)
    given = {}
    for name, field in form.fields.items():
        value = form.initial.get(name)
        if value not in (None, "", [], False):
            given[name] = (
                "on"
                if value is True
                else field.widget.format_value(value)
                if isinstance(value, list)
                else value
            )
    return {name: value for name, value in given.items() if value is not None}


def stored(draft: ItemVersion) -> Guide:
    return queries.read(queries.version(draft.pk))


def field_at(draft: ItemVersion, path: str = VALUATION) -> tuple[Field, dict]:
    guide = stored(draft)
    _, section, _, field = path.split(".")
    part = guide.form[int(section)].fields[int(field)]
    return part, typed(part, guide, path)


def test_a_part_saved_as_it_stands_stays_as_it_is(client, page, draft):
    before, given = field_at(draft)
    assert client.post(f"{page}?at={VALUATION}", given).status_code == 302
    assert field_at(draft)[0] == before


def test_a_preview_shows_what_is_typed_and_stores_nothing(client, page, draft):
    before, given = field_at(draft)
    answer = client.post(f"{page}?at={VALUATION}", given | {"label.zh": "评估结论", "preview": "1"})
    shown = answer.content.decode().split("data-live-pane", 1)[1]
    assert answer.status_code == 200
    assert all(words in shown for words in ("评估结论", "股东 1", "没有发现问题"))
    assert field_at(draft)[0] == before


def test_a_preview_says_what_lint_would_find(client, page, draft):
    _, given = field_at(draft)
    answer = client.post(f"{page}?at={VALUATION}", given | {"minimum": "300", "preview": "1"})
    assert "最小值大于最大值" in answer.content.decode().split("data-live-pane", 1)[1]


def test_a_field_of_files_is_written_and_previewed_like_any_other(client, page, draft):
    section = next(n for n, part in enumerate(stored(draft).form) if part.rows is None)
    given = {
        "code": "site_photos", "label.zh": "现场照片", "label.en": "Photographs", "kind": "file",
        "required": "on", "maximum": "3",
    }  # fmt: skip
    where = f"{page}?add=form.{section}.fields"
    shown = client.post(where, given | {"preview": "1"}).content.decode().split("data-live-pane", 1)[1]
    assert 'type="file"' in shown and "最多 3 个文件" in shown and "没有发现问题" in shown
    assert client.post(where, given).status_code == 302
    made = stored(draft).form[section].fields[-1]
    assert (made.code, made.kind, made.maximum) == ("site_photos", FieldKind.FILE, 3)
    in_rows = field_at(draft)[1] | {"kind": "file"}
    shown = client.post(f"{page}?at={VALUATION}", in_rows | {"preview": "1"}).content.decode()
    assert "重复填写的分节不能有文件字段" in shown.split("data-live-pane", 1)[1]


@pytest.mark.parametrize(
    ("ticks", "sentence", "kept", "told"),
    [
        (["contribution_form=in_kind"], "", {"contribution_form": ["in_kind"]}, ""),
        ([], "非 contribution_form=money", "非 contribution_form=money", ""),
        ([], "contribution_form=in_kind|equity", {"contribution_form": ["in_kind", "equity"]}, ""),
        ([], "", {}, ""),
        ([], "非 (contribution_form=money", None, "括号没有配对"),
        (["contribution_form=in_kind"], "非 contribution_form=money", None, "勾选和条件式只能用一种"),
        (["contribution_due=2026"], "", None, "contribution_due=2026"),
    ],
)
def test_a_field_hangs_on_choices_above_it_by_ticks_or_by_a_sentence(
    client, page, draft, ticks, sentence, kept, told
):
    _, given = field_at(draft)
    answer = client.post(f"{page}?at={VALUATION}", given | {"only_if": ticks, f"only_if{SENTENCE}": sentence})
    if kept is None:
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
    else:
        assert answer.status_code == 302
        assert field_at(draft)[0].only_if == kept


def test_a_section_is_made_to_repeat_and_says_what_a_row_is_called(client, page, draft):
    guide, path = stored(draft), "form.1"
    given = typed(guide.form[1], guide, path)
    answer = client.post(f"{page}?at={path}", given | {"rows.minimum": "2"})
    assert (answer.status_code, "每行称为什么" in answer.content.decode()) == (422, True)
    rows = {"rows.one.zh": "公司", "rows.one.en": "Company", "rows.minimum": "0", "rows.maximum": "5"}
    assert client.post(f"{page}?at={path}", given | rows).status_code == 302
    made = stored(draft).form[1].rows
    assert made is not None
    assert (made.one.zh, made.minimum, made.maximum) == ("公司", 0, 5)
    assert stored(draft).form[1].fields == guide.form[1].fields


def test_a_new_field_is_asked_for_unless_it_is_said_otherwise(client, page):
    assert 'name="required" id="id_required" checked' in _plain(client.get(f"{page}?add=form.0.fields"))


def _plain(answer) -> str:
    """The page with the attributes of its boxes in one order."""
    text = answer.content.decode()
    box = next(part for part in text.split("<input") if 'name="required"' in part)
    return f'name="required" id="id_required"{" checked" if "checked" in box.split(">")[0] else ""}'


def arranged(client, draft: ItemVersion, **given: str):
    return client.post(f"/desk/versions/{draft.pk}/parts/block", given)


def test_a_block_is_taken_in_changed_saved_and_left(client, page, draft):
    assert arranged(client, draft, deed="add", block="enterprise_head").status_code == 302
    section: Section = stored(draft).form[-1]
    at = f"form.{len(stored(draft).form) - 1}"
    assert (section.code, section.block) == ("enterprise_head", "enterprise_head")
    first = f"{at}.fields.0"
    given = typed(section.fields[0], stored(draft), first)
    client.post(f"{page}?at={first}", given | {"maximum": "60"})
    rules = [finding.rule for finding in queries.lint_here(stored(draft))]
    assert rules == ["like_its_block"]
    assert arranged(client, draft, at=at, deed="save").status_code == 302
    assert [finding.rule for finding in queries.lint_here(stored(draft))] == []
    assert FormBlock.objects.filter(code="enterprise_head").count() == 2
    assert queries.shared_block("enterprise_head").behind == 10
    assert arranged(client, draft, at=at, deed="detach").status_code == 302
    assert stored(draft).form[-1].block == ""


def test_a_section_of_an_item_becomes_a_block_of_its_own(client, page, draft):
    assert arranged(client, draft, at=f"form.{HOLDERS}", deed="save", block="shareholders").status_code == 302
    assert queries.block("shareholders").rows == stored(draft).form[HOLDERS].rows
    assert stored(draft).form[HOLDERS].block == "shareholders"
    answer = arranged(client, draft, at="form.0", deed="save", block="Not a code")
    assert (answer.status_code, "这一节不能存为公用区块" in answer.content.decode()) == (422, True)
    assert arranged(client, draft, at="materials.0", deed="take").status_code == 404
    assert arranged(client, draft, deed="add", block="nothing").status_code == 404
