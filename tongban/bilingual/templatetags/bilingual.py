"""Filters of the bilingual room's pages: parts, languages and standings in words."""

from django import template

from tongban.bilingual import phrases

register = template.Library()


@register.filter
def part_word(part: str) -> str:
    return str(phrases.PARTS[part])


@register.filter
def tongue_word(code: str) -> str:
    return str(phrases.LANGUAGES[code])


@register.filter
def speech_word(code: str) -> str:
    return str(phrases.SPEECH[code])


@register.filter
def standing_word(standing) -> str:
    return str(phrases.STANDINGS[str(standing)])


@register.filter
def standing_tone(standing) -> str:
    return phrases.TONES.get(str(standing), "plain")


@register.filter
def counted(row, standing) -> int:
    """How many wordings of a row of coverage stand so."""
    return row.count(standing)


@register.filter
def listed(row, standing) -> int:
    """How many stand so, the planned ones among them."""
    return row.listed(standing)


@register.filter
def percent(share: float | None) -> str:
    """A share as people write it; a dash where there is nothing to count."""
    return "—" if share is None else f"{share:.1%}"
