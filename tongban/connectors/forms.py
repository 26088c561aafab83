"""Forms of the connectors room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class GiveUp(forms.Form):
    """A message is given up, with a reason."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("放弃的理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会记入公共记录，不要写个人信息。"),
        error_messages={
            "required": _("没有写明放弃的理由：请填写后再提交。"),
            "max_length": _("理由超过 500 字：请精简后再提交。"),
        },
    )
