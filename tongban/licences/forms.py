"""Forms of licences: shape only; the rules are the room's."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.catalogue.rules.guide import Text
from tongban.licences.rules.documents import Document
from tongban.licences.rules.proceedings import GROUNDS, KINDS
from tongban.licences.rules.standing import LONGEST_COPY

_said = lazy(lambda text: text.en if (get_language() or "").startswith("en") else text.zh, str)


def _choices() -> list:
    """The grounds of law, kind by kind."""
    return [
        ("", _("请选择")),
        *(
            (
                _said(kind.words),
                [
                    (code, _both(ground.words, ground.law))
                    for code, ground in GROUNDS.items()
                    if ground.kind == name
                ],
            )
            for name, kind in KINDS.items()
        ),
    ]


def _both(words: Text, law: Text) -> object:
    return _said(Text(zh=f"{words.zh}（{law.zh}）", en=f"{words.en} ({law.en})"))


class MakeCopy(forms.Form):
    """A copy for one purpose."""

    purpose = forms.CharField(
        label=_("用途"),
        max_length=40,
        help_text=_("会印在副本上，例如：办理银行开户。"),
        error_messages={
            "required": _("没有填写用途：请写明副本用来做什么。"),
            "max_length": _("用途太长：请用不超过 40 个字写明。"),
        },
    )
    recipient = forms.CharField(
        label=_("交给谁"),
        max_length=40,
        help_text=_("会印在副本上，例如：某某银行雅安分行。"),
        error_messages={
            "required": _("没有填写交给谁：请写明接收单位或个人。"),
            "max_length": _("接收方太长：请用不超过 40 个字写明。"),
        },
    )
    days = forms.IntegerField(
        label=_("有效天数"),
        min_value=1,
        max_value=LONGEST_COPY,
        initial=7,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("有效天数应为 1 至 365 的整数：请按实际需要填写。"),
        ),
    )


class OpenProceeding(forms.Form):
    """A proceeding to end a licence; of a replacement, what is stated from now on."""

    ground = forms.ChoiceField(
        label=_("法定理由"),
        choices=_choices,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("没有选择法定理由：请选择列出的一项。")
        ),
    )
    reason = forms.CharField(
        label=_("事实和理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明查明的事实；会记入公共记录，不要写个人信息。"),
        error_messages={
            "required": _("没有写明事实和理由：请填写后再提交。"),
            "max_length": _("事实和理由超过 1000 字：请精简后再提交。"),
        },
    )

    def __init__(self, *given, document: Document, **named) -> None:
        super().__init__(*given, **named)
        for place, detail in enumerate(document.details):
            self.fields[f"d_{place}"] = forms.CharField(
                label=_said(detail.label), required=False, max_length=500, initial=detail.value.zh
            )

    @property
    def kind(self) -> str:
        return GROUNDS[self.cleaned_data["ground"]].kind

    @property
    def changes(self) -> dict[str, str]:
        """{place of the detail: its words}."""
        return {
            name[2:]: words for name, words in self.cleaned_data.items() if name.startswith("d_") and words
        }

    @property
    def stated(self) -> list:
        return [self[name] for name in self.fields if name.startswith("d_")]
