"""Template filters and tags: dates, working days, case numbers, lights, bilingual texts."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.forms.widgets import Input
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from tongban.engine.clock import Reading, Unit
from tongban.kit import tongues
from tongban.kit.widgets import DateParts, FilesInput, PlaceParts, draw_choices

register = template.Library()

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _english() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("en")


@register.filter
def html_lang(code: str) -> str:
    """A language code as HTML wants it: zh-hans → zh-Hans."""
    main, _, script = code.partition("-")
    return f"{main}-{script.title()}" if script else main


@register.filter
def is_official(code: str) -> bool:
    """Whether the workbench can be read in this language: Chinese or English."""
    return code not in tongues.TONGUES


@register.filter
def page_lang(code: str) -> str:
    """The language a page is in where nothing else is said: of a page in Tibetan or Yi it is Chinese.

    Its approved words carry their own language, so that readers aloud and fonts follow fragment by fragment.
    """
    return "zh-Hans" if code in tongues.TONGUES else html_lang(code)


@register.simple_tag
def page_tongue() -> tongues.Tongue | None:
    """The language of the ethnic counties this page is in, if it is one."""
    return tongues.TONGUES.get(tongues.language())


@register.simple_tag
def waiting_count() -> str:
    """How many fragments of this page wait for a translation; known when the page is complete."""
    return tongues.COUNT


@register.filter
def awaited(value: Any, form: str = "tag") -> SafeString | str:
    """待译 beside a text of a guide, on a page in Tibetan or Yi, where no translation of its wording is approved.

    As a tag, or as plain words for attributes.
    """
    if value is None or not tongues.language() or tongues.approved(tongues.GUIDES, _both(value)[0]):
        return ""
    if form == "plain":
        return f" · {gettext('待译')}"
    return format_html(' <span class="tb-tag tb-tag--plain">{}</span>', gettext("待译"))


@register.simple_tag
def site_name() -> str:
    """雅安市政务服务, in the reader's language."""
    return gettext("%(city)s政务服务") % {"city": settings.CITY}


@register.simple_tag
def hotline() -> str:
    """The telephone printed on every page; known even where no context is."""
    return settings.HOTLINE


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年11月23日 or 23 November 2026; an instant is read in Ya'an time; nothing gives ""."""
    on = _local_day(value)
    if on is None:
        return ""
    return (
        f"{on.day} {_MONTHS[on.month - 1]} {on.year}" if _english() else f"{on.year}年{on.month}月{on.day}日"
    )


@register.filter
def instant(value: datetime | None) -> str:
    """2026年11月23日 09:12 or 23 Nov 2026, 09:12."""
    if not isinstance(value, datetime):
        return ""
    at = timezone.localtime(value) if timezone.is_aware(value) else value
    if _english():
        return f"{at.day} {_MONTHS[at.month - 1][:3]} {at.year}, {at:%H:%M}"
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


@register.filter
def until(value: datetime | None, since: datetime) -> str:
    """The end of a time that began at `since`: the hour alone on the same day."""
    words = instant(value)
    same = words and timezone.localtime(value).date() == timezone.localtime(since).date()
    return words[-5:] if same else words


@register.filter
def whole_day(value: date | datetime | None) -> SafeString | str:
    """As `day`, for running text: no line ends inside the date."""
    return _whole(value, day(value))


@register.filter
def whole_instant(value: datetime | None) -> SafeString | str:
    """As `instant`, for running text: no line ends inside the date."""
    return _whole(value, instant(value))


def _whole(value: date | datetime | None, words: str) -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', iso(value), words) if words else ""


@register.filter
def short_instant(value: datetime | None) -> str:
    """11-23 09:12, for dense lists of the workbench."""
    if not isinstance(value, datetime):
        return ""
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%m-%d %H:%M}"


@register.filter
def deadline(value: datetime | None, exact: bool = False) -> str:
    """11月25日 or 25 Nov, for dense lists; with the hour where the limit is `exact`."""
    if not isinstance(value, datetime):
        return ""
    at = timezone.localtime(value) if timezone.is_aware(value) else value
    on = f"{at.day} {_MONTHS[at.month - 1][:3]}" if _english() else f"{at.month}月{at.day}日"
    return f"{on} {at:%H:%M}" if exact else on


def _local_day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value if isinstance(value, date) else None


@register.filter
def iso(value: date | datetime | None) -> str:
    """The machine's form of a date or instant, for <time datetime>."""
    return value.isoformat() if isinstance(value, date) else ""


@register.filter
def digits(code: str | None) -> SafeString | str:
    """A case number in groups 31-8-4 (any other code in fours); the gaps are drawn, a copy has none."""
    if not code:
        return ""
    text = str(code)
    groups = [text[:31], text[31:39], text[39:]] if len(text) == 43 else _fours(text)
    return format_html(
        '<span class="tb-code">{}</span>', format_html_join("", "<span>{}</span>", ((g,) for g in groups))
    )


def _fours(text: str) -> list[str]:
    """Groups of four; of three where four would leave one alone."""
    size = 3 if len(text) % 4 == 1 else 4
    return [text[start : start + size] for start in range(0, len(text), size)]


@register.filter(name="bytes")
def bytes_(size: int | None) -> str:
    """A file size people read: 812 KB, 3.4 MB (powers of 1000)."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"


_LIGHTS = {"green": "●", "amber": "▲", "red": "!", "black": "■"}
_LIGHT_WORDS = {
    "green": gettext_lazy("正常"),
    "amber": gettext_lazy("临期"),
    "red": gettext_lazy("超期"),
    "black": gettext_lazy("超法定"),
}


def light_word(name: str) -> str:
    """The word of a light: 正常, 临期, 超期, 超法定."""
    return str(_LIGHT_WORDS[name])


_STEP_STATES = {
    "done": gettext_lazy("已完成"),
    "current": gettext_lazy("办理中"),
    "paused": gettext_lazy("计时暂停"),
    "stopped": gettext_lazy("已终止"),
    "todo": gettext_lazy("未开始"),
}


@register.filter
def step_state(state: str) -> str:
    """The state of a step of a tracker in words, for those who do not see it."""
    return f"（{_STEP_STATES[state]}）"


@register.filter
def light(value: Any, word: str = "") -> SafeString | str:
    """A light as glyph and word in its colour: never colour alone. `value` is an enum or its value."""
    name = str(getattr(value, "value", value) or "")
    return _drawn(name, word or light_word(name)) if name in _LIGHTS else ""


@lru_cache(maxsize=100)
def _drawn(name: str, word: str) -> SafeString:
    return format_html(
        '<span class="tb-light tb-light--{}"><span class="tb-light__glyph" aria-hidden="true">{}</span>{}</span>',
        name,
        _LIGHTS[name],
        word,
    )


@register.filter
def text(value: Any) -> SafeString | str:
    """The reader's language of a bilingual text (.zh/.en or a mapping); Chinese, marked, where none is."""
    if value is None:
        return ""
    zh, en = _both(value)
    if not _english():
        return tongues.told(tongues.GUIDES, zh)
    return en or (format_html('<span lang="zh-Hans">{}</span>', zh) if zh else "")


@register.filter
def plain_text(value: Any) -> str:
    """As `text`, without markup: for attributes and titles."""
    zh, en = _both(value) if value is not None else ("", "")
    return (en or zh) if _english() else tongues.told(tongues.GUIDES, zh)


def _both(value: Any) -> tuple[str, str]:
    if isinstance(value, Mapping):
        return str(value.get("zh") or ""), str(value.get("en") or "")
    if isinstance(value, str):
        return value, value
    return value.zh, value.en


@register.filter
def working_days_left(count: int | None) -> str:
    """还剩 3 个工作日 / 3 working days left; 0 is due today; below 0 is overdue."""
    if count is None:
        return ""
    if count == 0:
        return gettext("今天到期")
    if count < 0:
        return ngettext("已超期 %(count)d 个工作日", "已超期 %(count)d 个工作日", -count) % {"count": -count}
    return ngettext("还剩 %(count)d 个工作日", "还剩 %(count)d 个工作日", count) % {"count": count}


@register.filter
def time_left(reading: Reading | None) -> str:
    """What is left of a promise in its own unit: working days, calendar days or working hours."""
    if reading is None:
        return ""
    late = reading.remaining < 0
    if reading.unit is Unit.WORKING_DAYS:
        return working_days_left(int(reading.remaining))
    if reading.unit is Unit.CALENDAR_DAYS:
        return _days_left(abs(int(reading.remaining)), late)
    hours = f"{abs(float(reading.remaining)):.1f}".removesuffix(".0")
    words = gettext("已超期 %(hours)s 个工作小时") if late else gettext("还剩 %(hours)s 个工作小时")
    return words % {"hours": hours}


def _days_left(count: int, late: bool) -> str:
    if count == 0:
        return gettext("今天到期")
    if late:
        return ngettext("已超期 %(count)d 天", "已超期 %(count)d 天", count) % {"count": count}
    return ngettext("还剩 %(count)d 天", "还剩 %(count)d 天", count) % {"count": count}


@register.filter
def days_until(on: date | None, today: date) -> str:
    """今天, 明天, 还有 5 天, 3 天前: calendar days from `today`."""
    if on is None:
        return ""
    count = (on - today).days
    if count in (0, 1, -1):
        return {0: gettext("今天"), 1: gettext("明天"), -1: gettext("昨天")}[count]
    if count < 0:
        return gettext("%(count)d 天前") % {"count": -count}
    return gettext("还有 %(count)d 天") % {"count": count}


@register.filter
def masked(value: str | None, kind: str = "id") -> str:
    """A personal number with its middle hidden: id 5118**********1234, phone 138****1234, name 张**."""
    if not value:
        return ""
    keep = {"id": (4, 4), "phone": (3, 4), "name": (1, 0)}[kind]
    hidden = len(value) - sum(keep)
    if hidden <= 0:
        return value[:1] + "*" * (len(value) - 1)
    return value[: keep[0]] + "*" * hidden + (value[-keep[1] :] if keep[1] else "")


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_files(field: BoundField) -> bool:
    return isinstance(field.field.widget, FilesInput)


@register.filter
def control(field: BoundField) -> SafeString:
    """The control of a bound field with the classes of its kind and of its errors."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return draw_choices(field)
    base = next((name for kind, name in _CONTROLS if isinstance(widget, kind)), "")
    classes = [widget.attrs.get("class", ""), base, f"{base or 'govuk-input'}--error" if field.errors else ""]
    joined = " ".join(part for part in classes if part)
    return field.as_widget(attrs={"class": joined} if joined else {})


_CONTROLS = (
    (forms.Textarea, "govuk-textarea"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.FileInput, "govuk-file-upload"),
    (Input, "govuk-input"),
)


@register.filter
def anchor(field: BoundField) -> str:
    """The id an error link jumps to: the control, or the first of a group."""
    widget = field.field.widget
    if isinstance(widget, DateParts):
        return f"{field.auto_id}_{'day' if _english() else 'year'}"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return f"{field.auto_id}_town" if isinstance(widget, PlaceParts) else field.auto_id


@register.filter
def shown_when(field: BoundField) -> str:
    """The condition a field is shown under, as JSON over the names on the page; empty: always."""
    tree = getattr(field.field, "shown_when", None)
    return json.dumps(_on_page(tree, field.form)) if tree else ""


def _on_page(tree: tuple, form: forms.BaseForm) -> list:
    if tree[0] == "is":
        return ["is", form.add_prefix(tree[1]), list(tree[2])]
    return [tree[0], *(_on_page(part, form) for part in tree[1:])]
