"""The officers' forms: one per command, shape only; the rules are the engine's."""

from datetime import date, timedelta
from typing import cast

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongban.cases import phrases
from tongban.engine import clock
from tongban.engine.lifecycle import commands as c
from tongban.kit.holidays_table import FIRST_YEAR

_about = lazy(
    lambda words, label, **facts: words % {"label": label, **facts}, str
)  # in the reader's language


def _asked(label) -> dict:
    """What is said when one of several was to be chosen."""
    words = _about(_("“%(label)s”没有选择：请选择一项。"), label)
    return {"label": label, "error_messages": {"required": words, "invalid_choice": words}}


def _days(label, most: int) -> forms.IntegerField:
    """A number of working days."""
    words = _about(_("“%(label)s”须为 1 至 %(most)s 的整数：请改正后再提交。"), label, most=most)
    wrong = dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)
    return forms.IntegerField(label=label, min_value=1, max_value=most, error_messages=wrong)


def _words(label, *, rows: int = 3, required: bool = True, hint="", most: int = 4000) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": _about(_("“%(label)s”没有填写：请填写后再提交。"), label),
            "max_length": _about(_("“%(label)s”超过字数上限：请精简后再提交。"), label),
        },
    )


class Withdraw(forms.Form):
    """撤回申请, by the applicant."""

    reason = _words(_("原因"), required=False, most=500)


class Nothing(forms.Form):
    """A command without content: confirm only."""

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return command()


class Reason(forms.Form):
    """A command with an optional reason."""

    reason = _words(_("说明"), required=False, most=500)

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return command(reason=self.cleaned_data["reason"])


class RefuseAcceptance(forms.Form):
    """不予受理."""

    ground = forms.ChoiceField(
        **_asked(_("法定理由")),
        choices=lambda: list(phrases.ACCEPTANCE_GROUNDS.items()),
        widget=forms.RadioSelect,
    )
    reason = _words(_("具体理由"), hint=_("写明事实；申请人会收到这段文字。"))

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.RefuseAcceptance(**self.cleaned_data, remedies=given["remedies"])


class CompleteStep(forms.Form):
    """完成环节; officers are asked for a survey only."""

    passed = forms.ChoiceField(
        label=_("结论"),
        choices=[("yes", _("符合条件")), ("no", _("不符合条件"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("没有选择结论：请选择“符合条件”或“不符合条件”。")},
    )
    opinion = _words(_("审查意见"), rows=5)
    officers = forms.CharField(
        label=_("核查人员"),
        required=False,
        max_length=200,
        help_text=_("两名以上，用顿号分开。现场核查须由两名以上工作人员进行（行政许可法第三十四条）。"),
    )

    def for_survey(self) -> None:
        """A survey names its officers. Basis: 行政许可法 Art 34 para 3."""
        self.fields["officers"].required = True
        self.fields["officers"].error_messages["required"] = _("没有填写核查人员：请填写两名以上核查人员。")

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        names = self.cleaned_data["officers"].replace("，", "、").replace(",", "、").split("、")
        return c.CompleteStep(
            step=given["step"],
            passed=self.cleaned_data["passed"] == "yes",
            opinion=self.cleaned_data["opinion"],
            officers=tuple(name.strip() for name in names if name.strip()),
        )


class StartSpecial(forms.Form):
    """启动特别程序."""

    ground = forms.ChoiceField(
        **_asked(_("法定事由")),
        choices=lambda: list(phrases.GROUNDS.items()),
        widget=forms.RadioSelect,
        help_text=_("仅限行政许可法第四十五条所列八种；现场勘验不停止计时。"),
    )
    expected_days = _days(_("所需工作日"), most=365)
    reason = _words(_("理由"), hint=_("申请人会收到书面告知。"))

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.StartSpecial(
            ground=clock.Ground(self.cleaned_data["ground"]),
            expected_days=self.cleaned_data["expected_days"],
            reason=self.cleaned_data["reason"],
        )


class EndSpecial(forms.Form):
    """结束特别程序."""

    finding = _words(_("结果"), required=False)

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.EndSpecial(finding=self.cleaned_data["finding"])


class Extend(forms.Form):
    """延期."""

    working_days = _days(_("延长的工作日"), most=15)
    reason = _words(_("理由"), hint=_("申请人会收到书面告知。"))

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        limit = clock.Limit(amount=self.cleaned_data["working_days"], unit=clock.Unit.WORKING_DAYS)
        return c.Extend(limit=limit, reason=self.cleaned_data["reason"], approver=clock.Approver.ORGAN_HEAD)


class Grant(forms.Form):
    """准予."""

    opinion = _words(_("审批意见"), required=False)

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.Grant(opinion=self.cleaned_data["opinion"])


class Refuse(forms.Form):
    """不予: the remedies are written by the system, always."""

    reasons = _words(_("不予许可的理由"), rows=5)
    basis = _words(_("法律依据"), rows=2, hint=_("写明法律名称和条款。"))

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.Refuse(**self.cleaned_data, remedies=given["remedies"])


class Deliver(forms.Form):
    """送达."""

    method = forms.ChoiceField(
        **_asked(_("送达方式")),
        choices=[
            ("electronic", _("电子送达")),
            ("window", _("窗口领取")),
            ("post", _("邮寄送达")),
            ("direct", _("直接送达")),
        ],
        widget=forms.RadioSelect,
    )
    recipient = forms.CharField(
        label=_("接收人"),
        max_length=60,
        error_messages={"required": _about(_("“%(label)s”没有填写：请填写后再提交。"), _("接收人"))},
    )

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.Deliver(**self.cleaned_data)


class Transfer(forms.Form):
    """移送: to another organ that runs the item."""

    organ = forms.TypedChoiceField(**_asked(_("移送到")), coerce=int, choices=())
    reason = _words(_("理由"))

    def __init__(self, *args, organs=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.TypedChoiceField, self.fields["organ"])
        choice.choices = [(organ.pk, organ.name) for organ in organs]
        self.divisions = {organ.pk: organ.division_id for organ in organs}

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        organ = self.cleaned_data["organ"]
        return c.Transfer(organ=organ, division=self.divisions[organ], reason=self.cleaned_data["reason"])


class Explain(forms.Form):
    """超期说明: shown publicly with the case."""

    explanation = _words(_("公开说明"), rows=4, hint=_("这段文字将公开。"))

    def command(self, command: type[c.Command], given: dict) -> c.Command:
        return c.ExplainOverdue(explanation=self.cleaned_data["explanation"])


class CorrectBy(forms.Form):
    """The last day for a correction; the defects come from the checklist."""

    correct_by = forms.DateField(
        label=_("补正期限"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("申请人补正的最后一天。"),
        error_messages={
            "required": _("没有填写补正期限：请选择日期。"),
            "invalid": _("日期无法识别：请按 2026-11-23 的形式填写。"),
        },
    )

    @staticmethod
    def usual(on: date) -> date:
        """The usual last day: thirty days from `on`. Basis: configuration."""
        return on + timedelta(days=30)


class NoteForm(forms.Form):
    """A private note between officers."""

    text = _words(_("便签"), most=1000, hint=_("仅本机关工作人员可见，申请人看不到。"))


FORMS: dict[type[c.Command], type] = {
    c.Claim: Nothing,
    c.Release: Reason,
    c.Accept: Nothing,
    c.PreAccept: Nothing,
    c.RefuseAcceptance: RefuseAcceptance,
    c.CompleteStep: CompleteStep,
    c.StartSpecial: StartSpecial,
    c.EndSpecial: EndSpecial,
    c.Extend: Extend,
    c.Grant: Grant,
    c.Refuse: Refuse,
    c.Deliver: Deliver,
    c.Transfer: Transfer,
    c.ExplainOverdue: Explain,
}


class CalendarEntry(forms.Form):
    """An arrangement of the State Council: from which day to which day people work or rest."""

    first = forms.DateField(
        label=_("第一天"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("没有填写第一天：请填写日期，例如 2026-10-01。"),
            "invalid": _("第一天不是有效日期：请按 2026-10-01 的格式填写。"),
        },
    )
    last = forms.DateField(
        label=_("最后一天"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("没有填写最后一天：只有一天的，填与第一天相同的日期。"),
            "invalid": _("最后一天不是有效日期：请按 2026-10-08 的格式填写。"),
        },
    )
    works = forms.TypedChoiceField(
        label=_("这些天"),
        choices=[("rest", _("放假")), ("work", _("上班（调休）"))],
        coerce=lambda choice: choice == "work",
        widget=forms.RadioSelect,
        error_messages={"required": _("没有选择放假还是上班：请选择一项。")},
    )
    document = forms.CharField(
        label=_("依据文号"),
        max_length=120,
        help_text=_("例如：国办发明电〔2025〕7号。"),
        error_messages={"required": _("没有填写依据文号：请填写国务院办公厅通知的文号。")},
    )
    complete = forms.BooleanField(
        label=_("这一年的放假安排已全部录入，期限不再标为“暂定”"),
        required=False,
    )

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and first.year < FIRST_YEAR:
            self.add_error("first", _("第一天早于日历的第一年：请填写之后的日期。"))
        if first and last and last < first:
            self.add_error("last", _("最后一天早于第一天：请填写同一天或以后的日期。"))
        elif first and last and last - first > timedelta(days=31):
            self.add_error("last", _("一次最多录入 31 天：请分次录入。"))
        return given
