"""Filters of the pages of simulated approvals."""

from django import template

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.simulated import phrases

register = template.Library()


@register.filter
def standing(value: str) -> str:
    """How an opinion stands, in words."""
    return str(phrases.STANDINGS[value])


@register.filter
def field_labels(codes: list[str], row) -> list[Text]:
    """What fields of a simulation's form are called."""
    sections = catalogue.guide(row.draft.version_id).form
    labels = {field.code: field.label for section in sections for field in section.fields}
    return [labels[code] for code in codes if code in labels]
