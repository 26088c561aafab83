"""Filters of the construction room's pages: stages and items in words, gates, the picture's colours."""

from django import template

from tongban.construction import phrases

register = template.Library()


@register.filter
def stage_state(value) -> str:
    """The state of a stage in words."""
    return str(phrases.STATES[str(value)])


@register.filter
def line_state(line) -> str:
    """Where an item of a stage stands, in words."""
    return str(phrases.LINES["annulled" if line.annulled else line.state.value if line.state else ""])


@register.filter
def tracked(part) -> str:
    """The state of a stage as the tracker's steps know it."""
    if part.state in {"closed", "done"}:
        return "done"
    return "current" if part.state == "running" else "todo"


@register.filter
def outline(states, code: str) -> str:
    """The colour of a node on the approval map by where it stands."""
    return {"granted": "#0b6b4a", "running": "#1a4f9c", "refused": "#b4231f"}.get(
        states.get(code, ""), "#5b6675"
    )


@register.filter
def node_state(states, code: str) -> str:
    """Where a node of the approval map stands, in words; nothing on the map of a theme."""
    return str(phrases.NODES.get(states.get(code), ""))


@register.filter
def named(found, codes) -> list:
    """Names of outputs: items, or the start of the works."""
    return [found.names[code] for code in codes]
