"""Form controls of the portal: three-part dates, radios and check boxes drawn by our templates."""

import re
from datetime import date

from django import forms
from django.utils.translation import get_language, pgettext

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")


class Radios(forms.RadioSelect):
    template_name = "kit/widgets/choices.html"

    def get_context(self, name, value, attrs):
        return _as_kind("radios", super().get_context(name, value, attrs))


class Checkboxes(forms.CheckboxSelectMultiple):
    template_name = "kit/widgets/choices.html"

    def get_context(self, name, value, attrs):
        return _as_kind("checkboxes", super().get_context(name, value, attrs))


def _as_kind(kind: str, context: dict) -> dict:
    """Two short answers stand side by side, more stand below each other."""
    widget = context["widget"]
    labels = [str(option["label"]) for _group, options, _index in widget["optgroups"] for option in options]
    widget.update(kind=kind, inline=len(labels) == 2 and max(map(len, labels)) <= 6)
    return context


class DateParts(forms.Widget):
    """Year, month and day typed apart; the value is {"year", "month", "day"} exactly as typed."""

    template_name = "kit/widgets/date.html"
    use_fieldset = True

    def id_for_label(self, id_):
        return ""

    def value_from_datadict(self, data, files, name):
        return {part: data.get(f"{name}_{part}", "") for part in ("year", "month", "day")}

    def value_omitted_from_data(self, data, files, name):
        return all(f"{name}_{part}" not in data for part in ("year", "month", "day"))

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        typed = _typed(value)
        english = (get_language() or "").startswith("en")
        order = ("day", "month", "year") if english else ("year", "month", "day")
        labels = {"year": pgettext("日期", "年"), "month": pgettext("日期", "月"), "day": pgettext("日期", "日")}
        identifier = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"]["labels_first"] = english
        context["widget"]["parts"] = [
            {"name": f"{name}_{part}", "id": f"{identifier}_{part}", "label": labels[part], "value": typed[part]}
            | {"width": 4 if part == "year" else 2}
            for part in order
        ]
        return context


def _typed(value) -> dict[str, str]:
    """The three parts of a stored ISO date, a date, or what was typed."""
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, str) and (found := _ISO.match(value)):
        year, month, day = found.groups()
        return {"year": year, "month": str(int(month)), "day": str(int(day))}
    return value if isinstance(value, dict) else {"year": "", "month": "", "day": ""}
