"""The forms of projects: shape only; the rules are the room's."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tongban.engine import codes
from tongban.kit.phrases import CODE_FAULTS

_about = lazy(lambda words, label: words % {"label": label}, str)  # in the reader's language


def _words(label, *, most: int = 100, required: bool = True, hint="") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        error_messages={
            "required": _about(_("“%(label)s”没有填写：请填写后再提交。"), label),
            "max_length": _about(_("“%(label)s”超过字数上限：请精简后再提交。"), label),
        },
    )


class Firm(forms.Form):
    """A participant: the firm, its qualification, and who leads its work."""

    use_required_attribute = False
    name = _words(_("单位名称"))
    uscc = _words(_("统一社会信用代码"), most=18)
    qualification = _words(_("资质类别和等级"), hint=_("例如：建筑工程施工总承包二级。"))
    leader = _words(_("项目负责人"), most=50)
    certificate = _words(_("项目负责人注册证号"), most=30, required=False)

    def clean_uscc(self) -> str:
        """The code in capitals. Basis: GB 32100."""
        value = self.cleaned_data["uscc"].strip().upper()
        if fault := codes.explain_uscc(value):
            raise forms.ValidationError(f"{self.fields['uscc'].label}{CODE_FAULTS[fault]}")
        return value


class Works(forms.Form):
    """On which day building began."""

    use_required_attribute = False
    on = forms.DateField(
        label=_("开工日期"),
        help_text=_(
            "实际开工的日期。领取施工许可证之日起三个月内应当开工；不能按期开工的，可以申请延期两次（建筑法第九条）。"
        ),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("“开工日期”没有填写：请选择日期。"),
            "invalid": _("“开工日期”不是有效日期：请按 2026-11-23 的形式填写。"),
        },
    )
