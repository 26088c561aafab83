"""Form controls of the portal: three-part dates, addresses by town, files, and the drawing of radios and check boxes."""

import re
from datetime import date

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")


def draw_choices(field: BoundField) -> SafeString:
    """Radios or check boxes by our template; two short answers stand side by side, more below each other."""
    widget = field.field.widget
    context = widget.get_context(field.html_name, field.value(), {"id": field.auto_id})
    labels = [
        str(option["label"])
        for _group, options, _index in context["widget"]["optgroups"]
        for option in options
    ]
    context["widget"]["kind"] = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
    context["widget"]["inline"] = len(labels) == 2 and max(map(len, labels)) <= 6
    return mark_safe(field.form.renderer.render("kit/widgets/choices.html", context))


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
        labels = {
            "year": pgettext("日期", "年"),
            "month": pgettext("日期", "月"),
            "day": pgettext("日期", "日"),
        }
        identifier = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"]["labels_first"] = english
        context["widget"]["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{identifier}_{part}",
                "label": labels[part],
                "value": typed[part],
            }
            | {"width": 4 if part == "year" else 2}
            for part in order
        ]
        return context


PLACE_PARTS = ("town", "elsewhere", "detail")
ELSEWHERE = "elsewhere"  # the choice of those who live in no town of the city


class PlaceParts(forms.Widget):
    """A town out of a grouped list, what is said of a place elsewhere, and the detail, typed apart."""

    template_name = "kit/widgets/place.html"
    use_fieldset = True

    def __init__(self, grouped=(), attrs=None):
        super().__init__(attrs)
        self.grouped = grouped

    def id_for_label(self, id_):
        return ""

    def value_from_datadict(self, data, files, name):
        return {part: data.get(f"{name}_{part}", "") for part in PLACE_PARTS}

    def value_omitted_from_data(self, data, files, name):
        return all(f"{name}_{part}" not in data for part in PLACE_PARTS)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        typed = value if isinstance(value, dict) else {}
        town = typed.get("town") or (ELSEWHERE if typed.get("elsewhere") else "")
        identifier = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"] |= {
            "base": identifier,
            "grouped": self.grouped,
            "chosen": town,
            "outside": ELSEWHERE,
            "labels": {
                "town": gettext("县（区）和乡镇（街道）"),
                "elsewhere": gettext("本市以外：省、市、县（区）、乡镇（街道）"),
                "detail": gettext("详细地址：村、路、门牌号"),
                "outside": gettext("本市以外"),
                "none": gettext("请选择"),
            },
            "typed": {part: typed.get(part, "") for part in PLACE_PARTS},
        }
        return context


class FilesInput(forms.FileInput):
    """Files chosen on the page; those given before stand beside it, drawn by `c-field`."""

    allow_multiple_selected = True

    def __init__(self, *, several: bool = True, attrs=None):
        super().__init__(attrs)
        self.several = several

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else []


def _typed(value) -> dict[str, str]:
    """The three parts of a stored ISO date, a date, or what was typed."""
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, str) and (found := _ISO.match(value)):
        year, month, day = found.groups()
        return {"year": year, "month": str(int(month)), "day": str(int(day))}
    return value if isinstance(value, dict) else {"year": "", "month": "", "day": ""}
