"""The officer's form of a simulated opinion: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Opinion(forms.Form):
    """模拟审批意见."""

    passed = forms.ChoiceField(
        label=_("结论"),
        choices=[("yes", _("符合条件")), ("no", _("不符合条件"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("没有选择结论：请选择“符合条件”或“不符合条件”。")},
    )
    words = forms.CharField(
        label=_("审查意见"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("没有填写审查意见：请填写后再提交。")},
    )
