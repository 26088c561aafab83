"""What a translator types: the words and who vouches for them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.bilingual.rules.wording import LONGEST


class TranslationForm(forms.Form):
    """The words in the other language, and their source."""

    words = forms.CharField(
        label=_("译文"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("请填写译文；没有把握的，请保持待译。")},
    )
    source = forms.CharField(
        label=_("译文来源"),
        help_text=_("由谁翻译，或者引自哪个审定译本、词汇集；不得使用机器翻译。"),
        max_length=200,
        error_messages={"required": _("请写明译文来源。")},
    )

    def __init__(self, *args, language: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["lang"] = language


class NoteForm(forms.Form):
    """Why a translation is returned or withdrawn."""

    note = forms.CharField(
        label=_("理由"),
        help_text=_("退回或者撤回时必须写明。"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
