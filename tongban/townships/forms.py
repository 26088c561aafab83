"""The forms of the register: shape only; the rules are the room's."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.catalogue.actions import Paper
from tongban.catalogue.rules.guide import Basis, Text
from tongban.catalogue.rules.holding import MODES
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.townships import phrases
from tongban.townships.rules import CHECKS

_about = lazy(lambda words, label: words % {"label": label}, str)  # in the reader's language


def _day(label, *, required: bool = True, hint="") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _about(_("“%(label)s”没有填写：请选择日期。"), label),
            "invalid": _about(_("“%(label)s”不是有效日期：请按 2026-11-23 的形式填写。"), label),
        },
    )


def _words(label, *, most: int = 200, required: bool = True, hint="", rows: int = 0) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else None,
        error_messages={
            "required": _about(_("“%(label)s”没有填写：请填写后再提交。"), label),
            "max_length": _about(_("“%(label)s”超过字数上限：请精简后再提交。"), label),
        },
    )


def _asked(label) -> dict[str, Any]:
    words = _about(_("“%(label)s”没有选择：请选择一项。"), label)
    return {"label": label, "error_messages": {"required": words, "invalid_choice": words}}


def _modes() -> list[tuple[str, str]]:
    return [(mode.value, words.en if _english() else words.zh) for mode, words in MODES.items()]


class Renewal(forms.Form):
    """续期: a new document, announced, until another day."""

    instrument = _words(_("文号"), hint=_("决定或者委托书的文号。"))
    notice_on = _day(_("公告日期"), hint=_("须在开始实施以前公告（行政许可法第二十四条）。"))
    notice_at = _words(_("公告载体"), hint=_("例如：县人民政府网站及网址。"))
    last_day = _day(_("最后一天"))


class Grant(Renewal):
    """下放: the legal form and the law it rests on beside the document."""

    mode = forms.ChoiceField(
        **_asked(_("下放方式")), choices=_modes, widget=forms.RadioSelect,
        help_text=_("委托下放以县级部门的名义作出决定、盖县级部门的印章；依法下放和授权下放以乡镇（街道）自己的名义。"),
    )  # fmt: skip
    law = _words(_("依据的法律、法规或者规章"), hint=_("例如：《中华人民共和国行政许可法》。"))
    article = _words(_("条款"), most=60, required=False, hint=_("例如：第二十四条。"))
    rank = forms.TypedChoiceField(
        **_asked(_("依据的效力等级")), choices=lambda: list(phrases.RANKS.items()), coerce=int
    )
    first_day = _day(_("开始日期"))
    last_day = _day(_("最后一天"), required=False, hint=_("委托下放必须填写；其他方式没有期限的留空。"))
    field_order = ("mode", "law", "article", "rank", "instrument", "notice_on", "notice_at", "first_day")

    def paper(self) -> Paper:
        """What the power is moved by."""
        given = self.cleaned_data
        law = Text(zh=given["law"], en="")
        return Paper(
            mode=Mode(given["mode"]),
            basis=Basis(law=law, rank=given["rank"], article=given["article"]),
            instrument=given["instrument"],
            notice_on=given["notice_on"],
            notice_at=given["notice_at"],
            effective_from=given["first_day"],
            effective_to=given["last_day"],
        )


class Recall(forms.Form):
    """收回: until which day, and why."""

    last_day = _day(_("最后一天"), hint=_("这一天结束后由县级部门办理；此前受理的办件仍由乡镇（街道）办完。"))
    reason = _words(_("理由"), most=1000, rows=3, hint=_("写明评估情况，例如承接能力不足；会记入公共记录。"))


class Decision(forms.Form):
    """What the confirming officer decides, and adds; without an outcome nothing is decided."""

    outcome = forms.ChoiceField(
        **_asked(_("办理结果")),
        choices=[(value, value) for value in phrases.OUTCOMES],
        widget=forms.HiddenInput,
    )
    note = _words(_("确认或者驳回的说明"), most=500, required=False, rows=2)


def towns_from(posted: QueryDict) -> dict[str, list[str]]:
    """{town's code: checks ticked} of the towns chosen on the page."""
    return {
        town: [check for check in CHECKS if f"{town}:{check}" in posted.getlist("checks")]
        for town in posted.getlist("towns")
    }


def lines_of(refused: Refused, county: str) -> list[str]:
    """What exactly is wrong with a proposal, a line each: the law's faults, or the towns that are not ready."""
    names = {code: en if _english() else zh for code, zh, en in people.town_names(county)}

    def listed(towns: Iterable[str]) -> str:
        return "、".join(names.get(town, town) for town in towns)

    faults: Any = refused.facts.get("faults")
    towns: Any = refused.facts.get("towns", ())
    if faults:
        return [f"{phrases.FAULTS[fault]}：{listed(named)}" for fault, named in faults.items()]
    if isinstance(towns, dict):
        return [
            f"{names.get(town, town)}：" + "、".join(str(phrases.CHECKS[check]) for check in missing)
            for town, missing in towns.items()
        ]
    return [listed(towns)] if towns else []


def _english() -> bool:
    return (get_language() or "").startswith("en")
