"""The officer's form of a simulated opinion: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.kit import inputs


class Opinion(forms.Form):
    """模拟审批意见."""

    passed = forms.ChoiceField(
        **inputs.asked(_("结论")),
        choices=[("yes", _("符合条件")), ("no", _("不符合条件"))],
        widget=forms.RadioSelect,
    )
    words = inputs.words(_("审查意见"), most=2000, rows=4)
