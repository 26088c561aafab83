"""A page in Tibetan or Yi: every fragment in its own language, marks nowhere else, whatever the page is made of."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from tongban.kit import tongues

WORDS = {
    ("interface", "今天"): "ཀ་ཁ་",
    ("interface", "navigation::证照"): "ག་ང་",
    ("interface", "还剩 %(count)d 天"): "ཅ་ %(count)d",
    ("guides", "食品经营许可"): "ཆ་ཇ་",
}
B, W, E = '<span lang="bo">', '<span lang="zh-Hans" class="tb-waiting">', "</span>"


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(tongues, "_reader", [lambda language: WORDS if language == "bo" else {}])
    token = tongues.open_page("bo")
    with translation.override("bo"):
        yield
    tongues.close_page(token)


# what a template wrote, with {today} approved and {other} waiting -> what the browser gets
PAGES = [
    ("<p>{today}</p>", f"<p>{B}ཀ་ཁ་{E}</p>"),
    ("<p>{other}</p>", f"<p>{W}查进度{E}</p>"),
    ('<a title="{today}" href="/?q={other}">x</a>', '<a title="ཀ་ཁ་" href="/?q=查进度">x</a>'),
    ("<input placeholder='{other} > 1'>{today}", f"<input placeholder='查进度 > 1'>{B}ཀ་ཁ་{E}"),
    ("<title>{other}</title><h1>{other}</h1>", f"<title>查进度</title><h1>{W}查进度{E}</h1>"),
    ("<option value=1>{today}</option>{today}", f"<option value=1>ཀ་ཁ་</option>{B}ཀ་ཁ་{E}"),
    ("<textarea>{other}</textarea>", "<textarea>查进度</textarea>"),
    ("<!-- {other} --><p>{today}", f"<!-- 查进度 --><p>{B}ཀ་ཁ་{E}"),
    (
        "<p>{other}{other}<i title='{other}'></i>{count}",
        f"<p>{W}查进度{E}{W}查进度{E}<i title='查进度'></i>2",
    ),
]


@pytest.mark.parametrize(("written", "sent"), PAGES)
def test_a_fragment_carries_its_language_where_an_element_can_stand(page, written, sent):
    made = written.format(today=gettext("今天"), other=gettext("查进度"), count=tongues.COUNT)
    assert tongues.finished(made) == sent


def test_context_plural_and_placeholders_find_their_words(page):
    assert tongues.unmarked(pgettext("navigation", "证照")) == "ག་ང་"
    assert tongues.unmarked(pgettext("other", "证照")) == "证照"
    assert tongues.unmarked(ngettext("还剩 %(count)d 天", "还剩 %(count)d 天", 3) % {"count": 3}) == "ཅ་ 3"


def test_what_nobody_approved_is_chinese_even_where_django_speaks(page):
    assert tongues.unmarked(gettext("This field is required.")) == "这个字段是必填项。"


def test_a_guide_is_found_by_its_very_words(page):
    assert tongues.finished(tongues.told("guides", "食品经营许可")) == f"{B}ཆ་ཇ་{E}"
    assert tongues.finished(tongues.told("guides", "食品经营许可证")) == f"{W}食品经营许可证{E}"


def test_outside_a_page_nothing_is_marked_or_translated():
    with translation.override("bo"):
        assert gettext("今天") == "今天"
    assert tongues.told("guides", "食品经营许可") == "食品经营许可"


def test_json_and_addresses_keep_no_mark(page):
    assert tongues.unmarked('{"a": "\\ufdd2查\\ufdd3"}?q=%EF%B7%92查%EF%B7%93') == '{"a": "查"}?q=查'
