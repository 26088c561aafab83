"""Filters of the catalogue's pages: limits, organs, materials in words."""

from datetime import date
from functools import cache

from django import template
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from tongban.catalogue import phrases
from tongban.catalogue.rules import chart, holding, terms
from tongban.catalogue.rules.bundling import Together
from tongban.engine.competence import Mode
from tongban.people import queries as people

register = template.Library()


@register.filter
def limit(value) -> str:
    """A time limit in words: 5 个工作日, on the spot."""
    amount = value["amount"] if isinstance(value, dict) else value.amount
    unit = value.get("unit", "working_days") if isinstance(value, dict) else value.unit
    if amount == 0:
        return gettext("当场办结")
    words = {
        "working_days": ngettext("%(n)d 个工作日", "%(n)d 个工作日", amount),
        "calendar_days": ngettext("%(n)d 日", "%(n)d 日", amount),
        "working_hours": ngettext("%(n)d 个工作小时", "%(n)d 个工作小时", amount),
    }
    return words[str(unit)] % {"n": amount}


@register.filter
def term(value) -> str:
    """The official word of an enumeration's value, in the reader's language."""
    words = terms.words(value)
    return words.en if (get_language() or "").startswith("en") else words.zh


@register.filter
def visits(count: int) -> str:
    """How often one must come: not at all, once, n times."""
    if count == 0:
        return gettext("不用跑")
    return ngettext("到现场 %(n)d 次", "到现场 %(n)d 次", count) % {"n": count}


@register.filter
def organ_title(organ) -> str:
    """An organ's name in the reader's language."""
    return organ.name_en if (get_language() or "").startswith("en") and organ.name_en else organ.name


@register.filter
def place_name(division) -> str:
    """A division's name in the reader's language."""
    return division.name_en if (get_language() or "").startswith("en") and division.name_en else division.name


@register.filter
def devolution_mode(value) -> str:
    """The legal form of a devolution in words."""
    words = holding.MODES[Mode(value)]
    return words.en if (get_language() or "").startswith("en") else words.zh


@register.filter
def necessity(value) -> str:
    """A material's necessity in words."""
    return {
        "required": gettext("必要"),
        "optional": gettext("选填"),
        "tolerable": gettext("必要；开展容缺预审的地区可以书面承诺后补"),
    }[str(value)]


@register.filter
def source(value) -> str:
    """Where a material comes from, in words."""
    return {
        "applicant": gettext("申请人自备"),
        "government": gettext("政府部门核发"),
        "shared": gettext("共享取得，不用交"),
        "form": gettext("在线填写后生成，不用交"),
        "other": gettext("其他"),
    }[str(value)]


@register.filter
def basis(value) -> str:
    """A legal basis in words."""
    if (get_language() or "").startswith("en") and value.law.en:
        return f"{value.law.en} {value.article_en}".strip()
    return f"{value.law.zh} {value.article}".strip()


@register.filter
def version_state(value) -> str:
    """The state of a version in words."""
    return str(phrases.STATES[str(value)])


@register.filter
def version_outcome(value) -> str:
    """How a step of a version ended, in words."""
    return str(phrases.OUTCOMES[str(value)])


@register.filter
def answered(answers: dict, finding) -> str:
    """What the department said to a finding; empty when nothing was said."""
    return answers.get((finding.rule, finding.where), "")


@register.filter
def department_name(words: dict) -> str:
    """A department's row in the reader's language."""
    return words["en"] if (get_language() or "").startswith("en") else words["zh"]


@register.filter
def department(key: str) -> str:
    """A department by its key, in the reader's language."""
    return department_name(people.departments()[key])


@register.filter
def role_name(role) -> str:
    """A role in words."""
    return str(phrases.TURNS[str(role)])


@register.filter
def part_text(part) -> str:
    """What a part of a guide is called in a list."""
    text = getattr(part, "law", part)
    return (text.en if (get_language() or "").startswith("en") and text.en else text.zh) or "—"


@register.filter
def chart_of(thing):
    """The chart of a guide's procedure, or of a bundle's order, laid out."""
    drawn = chart.of_bundle(thing) if isinstance(thing, Together) else chart.chart(thing)
    return chart.drawing(drawn)


@register.filter
def share(value) -> str:
    """A share as people write it: 94.2%; a dash where there is nothing to count."""
    return "—" if value is None else f"{float(value):.1%}"


@register.filter
def stand(value: str) -> str:
    """Where a standing finding stands, in words."""
    return str(phrases.STANDS[str(value)])


@register.filter
def stand_tone(value: str) -> str:
    """The tone of a tag that says where a finding stands."""
    return phrases.STAND_TONES.get(str(value), "")


@register.filter
def answer_kind(value: str) -> str:
    """How a department answered, in words."""
    return str(phrases.ANSWERS[str(value)])


@register.filter
def finding_event(kind: str) -> str:
    """What happened to a finding, in words."""
    return str(phrases.HAPPENED[kind])


@register.filter
def finding_why(why: str) -> str:
    """Why a finding closed or opened again, in words."""
    return str(phrases.WHY[why])


@register.filter
def part_name(part) -> str:
    """What a part of a guide says or is called; empty for a part without words."""
    for name in ("name", "title", "label", "ask"):
        if hasattr(part, name):
            part = getattr(part, name)
            break
    if hasattr(part, "zh"):
        return part_text(part)
    return str(part) if isinstance(part, str | int) else ""


@register.filter
def on(value: str | None):
    """A day as the record writes it, as a date."""
    return date.fromisoformat(value) if value else None


@register.filter
def guide_section(name: str) -> str:
    """A section of a guide in words; empty for the guide's own fields."""
    return str(phrases.SECTIONS.get(name, ""))


@register.filter
def guide_anchor(place: str, section: str) -> str:
    """Where a guide's page shows a place of the editor ("materials.2"): the part itself, else its section."""
    if section in {"conditions", "materials"} and place:
        return place
    return phrases.ANCHORS.get(section, section)


@register.filter
def choice_of(answers: dict, code: str) -> str:
    """The answer given to a question; empty when there is none."""
    return answers.get(code, "")


@register.filter
def window(language: str) -> str:
    """What a window that serves in a language is called."""
    return str(phrases.WINDOWS[language])


@register.filter
def item_address(base_code: str) -> str:
    """The address of a guide: long lists ask for many."""
    return _item_address().replace(_ANY, base_code)


_ANY = "0" * 12  # stands for a base code in the address worked out once


@cache
def _item_address() -> str:
    return reverse("catalogue:item", args=[_ANY])
