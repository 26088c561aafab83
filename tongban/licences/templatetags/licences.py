"""How a licence stands and how long it is still good, in words people use."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from tongban.licences import phrases
from tongban.licences.rules.standing import Left

register = template.Library()
_TAGS = {"valid": ("done", "✓"), "soon": ("due", "▲"), "expired": ("stop", "!"), "annulled": ("stop", "■"), "replaced": ("wait", "↻")}  # fmt: skip


@register.filter
def standing(name: str, left: Left | None = None) -> SafeString:
    """The standing as a tag: glyph and word; one that ends soon says so."""
    shown = "soon" if name == "valid" and left is not None and left.soon else name
    tone, glyph = _TAGS[shown]
    return format_html(
        '<span class="tb-tag tb-tag--{}"><span aria-hidden="true">{}</span> {}</span>',
        tone,
        glyph,
        phrases.STANDINGS[shown],
    )


@register.filter
def time_left(left: Left) -> str:
    """长期有效, 还有 5 年, 还有 30 天到期, 今天到期, 已过期 3 天."""
    match left.kind:
        case "open":
            return gettext("长期有效")
        case "today":
            return gettext("今天到期")
        case "years":
            words = ngettext("还有 %(n)s 年到期", "还有 %(n)s 年到期", left.number)
        case "days":
            words = ngettext("还有 %(n)s 天到期", "还有 %(n)s 天到期", left.number)
        case _:
            words = ngettext("已过期 %(n)s 天", "已过期 %(n)s 天", left.number)
    return words % {"n": left.number}
