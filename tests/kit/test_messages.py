"""The message catalogue: what it collects, how it merges, and that nothing is left without English."""

import gettext
from pathlib import Path

import pytest

from tongban.kit import messages
from tongban.kit.messages import Message


@pytest.fixture
def house(tmp_path) -> Path:
    """A room with one Python file, one template and its English."""
    room = tmp_path / "tongban" / "room"
    (room / "templates").mkdir(parents=True)
    (room / "phrases.py").write_text(
        'from x import gettext as _, ngettext, pgettext\n_("受理")\nngettext("%(n)d 件", "%(n)d 件", 2)\npgettext("日期", "年")\n_(name)\n',
        encoding="utf-8",
    )
    (room / "templates" / "page.html").write_text(
        "<c-card title=\"{% trans '卡片' %}\">{% blocktrans trimmed with n=count %}\n  共 {{ n }} 项\n{% endblocktrans %}</c-card>",
        encoding="utf-8",
    )
    (room / "locale_en.yaml").write_text(
        '受理: Acceptance\n"%(n)d 件": ["%(n)d case", "%(n)d cases"]\n日期::年: Year\n卡片: Card\n',
        encoding="utf-8",
    )
    return tmp_path


def test_python_and_templates_are_both_read(house):
    assert set(messages.collect(house)) == {
        Message(context="", words="受理"),
        Message(context="", words="%(n)d 件", counted=True),
        Message(context="日期", words="年"),
        Message(context="", words="卡片"),
        Message(context="", words="共 %(n)s 项"),
    }


def test_a_message_without_english_is_named(house):
    assert messages.missing(house) == ["共 %(n)s 项"]


def test_two_wordings_of_one_message_are_reported(house):
    other = house / "tongban" / "zoo"
    other.mkdir()
    (other / "locale_en.yaml").write_text("受理: Accepted\n", encoding="utf-8")
    assert messages.conflicts(house) == [
        "受理: tongban/room/locale_en.yaml says 'Acceptance', tongban/zoo/locale_en.yaml says 'Accepted'"
    ]
    assert messages.english(house)["受理"] == "Acceptance"


def test_a_translation_that_loses_a_placeholder_is_reported(house):
    path = house / "tongban" / "room" / "locale_en.yaml"
    path.write_text(path.read_text(encoding="utf-8") + '"共 %(n)s 项": several\n', encoding="utf-8")
    assert messages.unfaithful(house) == ["共 %(n)s 项"]


def test_the_compiled_catalogue_speaks(house, tmp_path):
    assert messages.write(house, tmp_path / "out") == {"messages": 5, "missing": 1}
    with open(tmp_path / "out" / "en" / "LC_MESSAGES" / "django.mo", "rb") as handle:
        spoken = gettext.GNUTranslations(handle)
    assert spoken.gettext("受理") == "Acceptance"
    assert spoken.pgettext("日期", "年") == "Year"
    assert [spoken.ngettext("%(n)d 件", "%(n)d 件", n) for n in (1, 2)] == ["%(n)d case", "%(n)d cases"]


def test_writing_twice_gives_the_same_bytes(house, tmp_path):
    file = tmp_path / "out" / "en" / "LC_MESSAGES" / "django.po"
    messages.write(house, tmp_path / "out")
    first = file.read_bytes()
    messages.write(house, tmp_path / "out")
    assert file.read_bytes() == first


def test_everything_the_interface_says_has_english():
    assert messages.missing() == []


def test_no_two_rooms_disagree_on_a_wording():
    assert messages.conflicts() == []


def test_every_translation_keeps_its_placeholders():
    assert messages.unfaithful() == []
