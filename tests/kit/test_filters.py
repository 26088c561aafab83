"""Filters and components as a page uses them, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from types import SimpleNamespace

import msgspec
import pytest
from django.template import Context, Template, engines
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from tongban.engine.clock import Unit
from tongban.kit.templatetags import tongban as filters

AT = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)  # 09:12 in Ya'an


class Words(msgspec.Struct, frozen=True):
    zh: str
    en: str


class Light(StrEnum):
    AMBER = "amber"


def drawn(source: str, **context) -> str:
    compiled = CottonCompiler().process("{% load tongban %}" + source)
    return engines["django"].from_string(compiled).render(context)


@pytest.mark.parametrize(
    ("filter_", "value", "chinese", "english"),
    [
        (filters.day, date(2026, 11, 3), "2026年11月3日", "3 November 2026"),
        (filters.day, datetime(2026, 11, 23, 17, 0, tzinfo=UTC), "2026年11月24日", "24 November 2026"),
        (filters.day, None, "", ""),
        (filters.instant, AT, "2026年11月23日 09:12", "23 Nov 2026, 09:12"),
        (filters.short_instant, AT, "11-23 09:12", "11-23 09:12"),
        (filters.deadline, AT, "11月23日", "23 Nov"),
        (partial(filters.deadline, exact=True), AT, "11月23日 09:12", "23 Nov 09:12"),
        (filters.bytes_, 812, "812 B", "812 B"),
        (filters.bytes_, 812_345, "812 KB", "812 KB"),
        (filters.bytes_, 3_420_000, "3.4 MB", "3.4 MB"),
        (filters.working_days_left, 3, "还剩 3 个工作日", "3 working days left"),
        (filters.working_days_left, 1, "还剩 1 个工作日", "1 working day left"),
        (filters.working_days_left, 0, "今天到期", "Due today"),
        (filters.working_days_left, -2, "已超期 2 个工作日", "2 working days overdue"),
        (filters.working_days_left, None, "", ""),
        (filters.plain_text, Words("许可", "Licence"), "许可", "Licence"),
        (filters.plain_text, {"zh": "许可", "en": ""}, "许可", "许可"),
        (filters.text, {"zh": "许可", "en": ""}, "许可", '<span lang="zh-Hans">许可</span>'),
        (filters.text, Words("许可", "Licence"), "许可", "Licence"),
        (filters.text, None, "", ""),
    ],
)
def test_a_filter_speaks_both_languages(english_catalogue, filter_, value, chinese, english):
    with translation.override("zh-hans"):
        assert filter_(value) == chinese
    with translation.override("en"):
        assert filter_(value) == english


@pytest.mark.parametrize(
    ("on", "chinese", "english"),
    [
        (date(2026, 11, 23), "今天", "today"),
        (date(2026, 11, 24), "明天", "tomorrow"),
        (date(2026, 11, 28), "还有 5 天", "in 5 days"),
        (date(2026, 11, 20), "3 天前", "3 days ago"),
    ],
)
def test_days_until_reads_as_people_say_it(english_catalogue, on, chinese, english):
    today = date(2026, 11, 23)
    with translation.override("zh-hans"):
        assert filters.days_until(on, today) == chinese
    with translation.override("en"):
        assert filters.days_until(on, today) == english


def test_a_case_number_is_grouped_without_anything_to_copy_in_between():
    number = "A" * 31 + "20261123" + "0187"
    assert filters.digits(number) == (
        f'<span class="tb-code"><span>{"A" * 31}</span><span>20261123</span><span>0187</span></span>'
    )
    assert filters.digits("<b>") == '<span class="tb-code"><span>&lt;b&gt;</span></span>'
    assert filters.digits(None) == ""


def test_a_light_is_colour_glyph_and_word():
    with translation.override("zh-hans"):
        assert filters.light(Light.AMBER) == (
            '<span class="tb-light tb-light--amber"><span class="tb-light__glyph" aria-hidden="true">▲</span>临期</span>'
        )
        assert [name in filters.light(name) for name in ("green", "red", "black")] == [True] * 3
    assert filters.light("purple") == ""


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("511802199003070011", "id", "5118**********0011"),
        ("13800138000", "phone", "138****8000"),
        ("张三丰", "name", "张**"),
        ("张", "name", "张"),
        ("1234", "id", "1***"),
        ("", "id", ""),
    ],
)
def test_a_personal_number_hides_its_middle(value, kind, shown):
    assert filters.masked(value, kind) == shown


@pytest.mark.parametrize(
    ("component", "part"),
    [
        ('<c-button kind="danger">撤回</c-button>', 'class="tb-button tb-button--danger"'),
        ('<c-link-button href="/x" key="e">受理</c-link-button>', "<kbd>E</kbd>"),
        ('<c-task title="材料" href="/x" state="blocked" />', "暂不能开始"),
        ('<c-task title="材料" href="/x" state="done" />', '<a href="/x">材料</a>'),
        ('<c-step title="受理" state="paused" />', 'aria-current="step"'),
        ('<c-pager older="?after=1" />', 'rel="next"'),
        (
            '<c-summary-row label="名称" href="/x">雅雨</c-summary-row>',
            '<span class="tb-hidden"> 名称</span>',
        ),
        ('<c-desk.fact label="空" value="" />', ""),
        ('<c-desk.inbox-row href="/x" light="red" title="许可" />', 'class="tb-light tb-light--red"'),
        ('<c-event title="受理" :at="at" />', 'datetime="2026-11-23T01:12:00+00:00"'),
        ('<c-file-upload label="图" limit_mb="5" />', "每个文件不超过 5 MB"),
        ('<c-search-box action="/search" />', 'role="search"'),
    ],
)
def test_a_component_draws_what_it_is_told(component, part):
    page = drawn(component, at=AT)
    assert part in page
    assert "<c-" not in page


def test_a_pager_with_nowhere_to_go_is_not_drawn():
    assert drawn("<c-pager />").strip() == ""


def test_an_attribute_is_escaped():
    assert "<script>" not in drawn('<c-card title="{{ evil }}" />', evil="<script>alert(1)</script>")


def test_plain_template_objects_work_without_a_request():
    assert Template("{% load tongban %}{{ at|instant }}").render(Context({"at": AT})).endswith("09:12")


@pytest.mark.parametrize(
    ("unit", "remaining", "chinese", "english"),
    [
        ("working_days", "3", "还剩 3 个工作日", "3 working days left"),
        ("calendar_days", "1", "还剩 1 天", "1 day left"),
        ("calendar_days", "0", "今天到期", "Due today"),
        ("calendar_days", "-2", "已超期 2 天", "2 days overdue"),
        ("working_hours", "3.5", "还剩 3.5 个工作小时", "3.5 working hours left"),
        ("working_hours", "-1", "已超期 1 个工作小时", "1 working hours overdue"),
    ],
)
def test_what_is_left_is_told_in_the_unit_of_the_promise(unit, remaining, chinese, english):
    reading = SimpleNamespace(unit=Unit(unit), remaining=Decimal(remaining))
    with translation.override("zh-hans"):
        assert filters.time_left(reading) == chinese
    with translation.override("en"):
        assert filters.time_left(reading) == english
    assert filters.time_left(None) == ""
