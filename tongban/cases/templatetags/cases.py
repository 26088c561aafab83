"""Filters of the cases room's pages: answers in words, organs' names, look-ups."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from django import template
from django.urls import reverse
from django.utils.translation import get_language, gettext

from tongban.cases import phrases
from tongban.cases.models import Upload
from tongban.connectors import queries as outside
from tongban.kit.templatetags import tongban as kit

register = template.Library()


@register.filter
def desk_address(case_no: str) -> str:
    """The address of a case on the workbench: long lists ask for many."""
    return _address("cases:desk_case").replace(_ANY, case_no)


@register.filter
def tracker_address(case_no: str) -> str:
    """The address of a case's progress on the portal."""
    return _address("cases:tracker").replace(_ANY, case_no)


_ANY = "0" * 43  # stands for a case number in an address worked out once


@cache
def _address(view: str) -> str:
    return reverse(view, args=[_ANY])


@register.filter
def served_in(language: str) -> str:
    """The language the applicant asked to be served in, if it is Tibetan or Yi."""
    return str(phrases.SERVED_IN.get(language, ""))


@register.filter
def organ_name(organ) -> str:
    """An organ's name in the reader's language."""
    return organ.name_en if (get_language() or "").startswith("en") and organ.name_en else organ.name


@register.filter
def promise_state(state: str) -> str:
    """What has become of a promise for what is missing, in words."""
    return str(phrases.PROMISES[state])


@register.filter
def lookup(values: Mapping, key: str) -> object:
    """`values[key]`, or nothing."""
    return values.get(key, "")


@register.filter
def words(value: object) -> object:
    """A word of an answer: a bilingual text, a date, a file, or plain words."""
    if hasattr(value, "zh"):
        return kit.text(value)
    if isinstance(value, Upload):
        return f"{value.name} · {kit.bytes_(value.size)}"
    if isinstance(value, date):
        return kit.day(value)
    return str(value)


@register.filter
def megabytes(size: int) -> int:
    """Bytes as whole megabytes."""
    return size // 1_000_000


@register.filter
def iso_day(value: str) -> str:
    """A date kept as 2026-11-23, as people read it."""
    return kit.day(date.fromisoformat(value[:10]))


@register.filter
def capacity(signature) -> str:
    """For whom a signature was given, and under which authority."""
    return plain(phrases.capacity(signature))


@register.filter
def signed_by(signature) -> str:
    """What the signer proved themselves by."""
    return plain(phrases.METHODS[signature.method])


def plain(words) -> str:
    return kit.plain_text(words)


@register.filter
def source_of(form, name: str) -> str:
    """Where a prefilled value comes from; empty when the applicant typed it."""
    return getattr(form, "sources", {}).get(name, "")


@register.filter
def member_state(state: str) -> str:
    """Where a member of a bundle stands, in words."""
    return str(phrases.MEMBER_STATES[state])


@register.filter
def taker(name: str) -> str:
    """An organ outside in the reader's language; its name in the directory where it says no other."""
    organ = outside.directory().get(name)
    if organ is None:
        return name
    return (organ.en if (get_language() or "").startswith("en") else organ.zh) or name


@register.filter
def working_time(time: timedelta) -> str:
    """Working time in hours and minutes."""
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    if not hours:
        return gettext("%(minutes)s 分钟") % {"minutes": minutes}
    words = gettext("%(hours)s 小时 %(minutes)s 分钟") if minutes else gettext("%(hours)s 小时")
    return words % {"hours": hours, "minutes": minutes}
