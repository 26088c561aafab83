"""The forms of the register: shape only; the rules are the room's."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongban.catalogue.actions import Paper
from tongban.catalogue.rules.guide import Basis, Text
from tongban.catalogue.rules.holding import MODES
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.kit import inputs
from tongban.people import queries as people
from tongban.townships import phrases
from tongban.townships.rules import CHECKS


def _modes() -> list[tuple[str, str]]:
    return [(mode.value, words.en if inputs.english() else words.zh) for mode, words in MODES.items()]


class Renewal(forms.Form):
    """续期: a new document, announced, until another day."""

    instrument = inputs.words(_("文号"), hint=_("决定或者委托书的文号。"))
    notice_on = inputs.day(_("公告日期"), hint=_("须在开始实施以前公告（行政许可法第二十四条）。"))
    notice_at = inputs.words(_("公告载体"), hint=_("例如：县人民政府网站及网址。"))
    last_day = inputs.day(_("最后一天"))


class Grant(Renewal):
    """下放: the legal form and the law it rests on beside the document."""

    mode = forms.ChoiceField(
        **inputs.asked(_("下放方式")), choices=_modes, widget=forms.RadioSelect,
        help_text=_("委托下放以县级部门的名义作出决定、盖县级部门的印章；依法下放和授权下放以乡镇（街道）自己的名义。"),
    )  # fmt: skip
    law = inputs.words(_("依据的法律、法规或者规章"), hint=_("例如：《中华人民共和国行政许可法》。"))
    article = inputs.words(_("条款"), most=60, required=False, hint=_("例如：第二十四条。"))
    rank = forms.TypedChoiceField(
        **inputs.asked(_("依据的效力等级")), choices=lambda: list(phrases.RANKS.items()), coerce=int
    )
    first_day = inputs.day(_("开始日期"))
    last_day = inputs.day(_("最后一天"), required=False, hint=_("委托下放必须填写；其他方式没有期限的留空。"))
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

    last_day = inputs.day(
        _("最后一天"), hint=_("这一天结束后由县级部门办理；此前受理的办件仍由乡镇（街道）办完。")
    )
    reason = inputs.words(
        _("理由"), most=1000, rows=3, hint=_("写明评估情况，例如承接能力不足；会记入公共记录。")
    )


class Decision(forms.Form):
    """What the confirming officer decides, and adds; without an outcome nothing is decided."""

    outcome = forms.ChoiceField(
        **inputs.asked(_("办理结果")),
        choices=[(value, value) for value in phrases.OUTCOMES],
        widget=forms.HiddenInput,
    )
    note = inputs.words(_("确认或者驳回的说明"), most=500, required=False, rows=2)


def towns_from(posted: QueryDict) -> dict[str, list[str]]:
    """{town's code: checks ticked} of the towns chosen on the page."""
    return {
        town: [check for check in CHECKS if f"{town}:{check}" in posted.getlist("checks")]
        for town in posted.getlist("towns")
    }


def lines_of(refused: Refused, county: str) -> list[str]:
    """What exactly is wrong with a proposal, a line each: the law's faults, or the towns that are not ready."""
    names = {code: en if inputs.english() else zh for code, zh, en in people.town_names(county)}

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
