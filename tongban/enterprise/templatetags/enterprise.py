"""Filters of the enterprise room's pages: acts, ratings, states and due days in words."""

from django import template
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from tongban.enterprise import phrases
from tongban.enterprise.queries import projects

register = template.Library()


@register.filter
def act(value) -> str:
    """What a steward did or may do, in words."""
    return str(phrases.ACTS[str(value)])


@register.filter
def rating(value) -> str:
    """A rating in words."""
    return str(phrases.RATINGS[int(value)])


@register.filter
def plan_state(step) -> str:
    """Where a step of a plan stands, in words."""
    return str(phrases.STEPS[step.state])


@register.filter
def mandate_state(row, today) -> str:
    """Where a mandate stands on a day, in words."""
    return str(phrases.MANDATES[projects.mandate_state(row, today)])


@register.filter
def happened(kind: str) -> str:
    """What an event of the record says, in words."""
    return str(import_string(settings.RECORD_WORDS).get(kind, kind))


@register.filter
def wan(value) -> str:
    """An amount of yuan in units of ten thousand, as projects are spoken of."""
    if value is None:
        return ""
    words = f"{value / 10000:,.2f}".rstrip("0").rstrip(".")
    return gettext("%(amount)s 万元") % {"amount": words}
