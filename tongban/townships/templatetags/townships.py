"""Filters of the townships room's pages: deeds, checks and states in words."""

from django import template
from django.utils.translation import gettext

from tongban.townships import phrases, rules

register = template.Library()


@register.filter
def deed_kind(value) -> str:
    """What a deed does, in words."""
    return str(phrases.KINDS[str(value)])


@register.filter
def power_state(value) -> str:
    """Whether a power is in force, in words."""
    return str(phrases.STATES[str(value)])


@register.filter
def halted(value) -> str:
    """Why nobody can apply for an item now, in words."""
    return str(phrases.HALTED[str(value)])


@register.filter
def deed_outcome(value) -> str:
    """How a deed ended, in words; waiting while nobody has decided."""
    return str(phrases.OUTCOMES[value]) if value else gettext("等待确认")


@register.filter
def checks(row) -> list[dict]:
    """The checks of a town: code, words, whether it passed."""
    return [
        {"code": code, "words": phrases.CHECKS[code], "passed": code in row.checks} for code in rules.CHECKS
    ]


@register.simple_tag
def check_names() -> list:
    """The words of the checks, in their order."""
    return [phrases.CHECKS[code] for code in rules.CHECKS]
