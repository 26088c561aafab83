"""What a department says to a standing finding, and the review of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.catalogue.rules.standing import Kind


class Answer(forms.Form):
    """Mend, explain with the law, or contest."""

    kind = forms.ChoiceField(
        label=_("怎么处理"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎么处理。"), "invalid_choice": _("请选择怎么处理。")},
    )
    words = forms.CharField(
        label=_("情况说明"),
        help_text=_("写明怎么改、为什么合法，或者规则错在哪里。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请填写情况说明。")},
    )
    basis = forms.CharField(
        label=_("法律依据"),
        help_text=_("选择“说明依据”时必填：法律、法规、规章的名称和条款，例如《食品安全法》第三十五条。"),
        max_length=300,
        required=False,
    )

    def __init__(self, data=None, *, answerable: bool) -> None:
        super().__init__(data)
        kinds = {
            Kind.MEND: _("整改：停止这种做法，或发布新版本"),
            Kind.EXPLAIN: _("说明依据：做法有法律、法规、规章依据"),
            Kind.CONTEST: _("提出异议：规则在这里用错了"),
        }
        if not answerable:
            del kinds[Kind.EXPLAIN]
        self.fields["kind"].choices = [(kind.value, words) for kind, words in kinds.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict:
        given = super().clean() or {}
        if given.get("kind") == Kind.EXPLAIN and not given.get("basis"):
            self.add_error("basis", _("请写明法律、法规、规章的名称和条款。"))
        return given


class Review(forms.Form):
    """Words that go with a review; needed where the answer is sent back."""

    note = forms.CharField(
        label=_("审查意见"),
        help_text=_("退回时必填。"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
