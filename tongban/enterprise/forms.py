"""The forms of enterprise service: shape only; the rules are the room's."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongban.construction.queries.definition import definition
from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.enterprise import phrases, rules
from tongban.enterprise.rules import GRANTABLE, Act, Rating
from tongban.kit import inputs
from tongban.kit.phrases import CODE_FAULTS
from tongban.people import queries as people
from tongban.people.rules import Power

TASKS = 4  # rows of tasks a consultation's page offers


def _number(label, *, least: int, most: int, hint="") -> forms.IntegerField:
    wrong = inputs.about(_("“%(label)s”填写得不对：请按提示填写数字。"), label)
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=hint,
        error_messages={
            "required": inputs.about(_("“%(label)s”没有填写：请填写后再提交。"), label),
            "invalid": wrong,
            "min_value": wrong,
            "max_value": wrong,
        },
    )


class Page(forms.Form):
    """Faults are said by the server, in words."""

    use_required_attribute = False


class Construction(Page):
    """A construction project by its code."""

    code = inputs.words(_("项目代码"), most=24, hint=_("投资项目统一代码，例如 2509-511803-04-01-123456。"))
    key = forms.BooleanField(label=_("重点项目"), required=False)


class Plain(Page):
    """A project without a project code yet."""

    name = inputs.words(_("项目名称"), most=100)
    uscc = inputs.words(_("企业统一社会信用代码"), most=18, hint=_("企业须已在本平台登记。"))
    county = forms.ChoiceField(
        **inputs.asked(_("县（区）")),
        choices=lambda: [
            (row.code, row.name_en if inputs.english() else row.name)
            for row in people.divisions(level="county")
        ],
    )
    theme = forms.ChoiceField(
        label=_("要建设的工程"),
        required=False,
        choices=lambda: [
            ("", _("不涉及工程建设，或者还没有确定")),
            *((one.code, one.name.en if inputs.english() else one.name.zh) for one in definition().themes),
        ],
        help_text=_("选择以后按工程建设审批的规定生成服务方案。"),
        error_messages={"invalid_choice": _("“要建设的工程”不在清单里：请选择一项。")},
    )
    investment = forms.DecimalField(
        label=_("总投资（元）"), required=False, min_value=0, max_digits=18, decimal_places=2,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"),
            _("“总投资（元）”填写得不对：请填写金额，最多两位小数。"),
        ),
    )  # fmt: skip
    started_on = inputs.day(_("开工日期"), required=False, hint=_("已经开工的填写。"))
    key = forms.BooleanField(label=_("重点项目"), required=False)

    def clean_uscc(self) -> str:
        """The code in capitals. Basis: GB 32100."""
        value = self.cleaned_data["uscc"].strip().upper()
        if fault := codes.explain_uscc(value):
            raise forms.ValidationError(f"{self.fields['uscc'].label}{CODE_FAULTS[fault]}")
        return value


class Mandate(Page):
    """The powers, the consent to use known data, and the last day."""

    scope = forms.MultipleChoiceField(
        **inputs.asked(_("委托的事务")),
        choices=[(power.value, phrases.ACTS[power.value]) for power in GRANTABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    until = inputs.day(_("委托的最后一天"), hint=_("最长两年；企业可以随时撤回。"))
    consent = forms.BooleanField(
        label=_("请企业同意：代办员可以使用平台上已有的企业信息填写申请"), required=False
    )

    def powers(self) -> set[Power]:
        return {Power(one) for one in self.cleaned_data["scope"]}


class Log(Page):
    """What was done, when, how long it took, what came of it, and the evidence."""

    on = inputs.day(_("服务日期"))
    act = forms.TypedChoiceField(
        **inputs.asked(_("服务内容")),
        choices=[(act.value, phrases.ACTS[act.value]) for act in Act],
        coerce=Act,
    )
    what = inputs.words(_("做了什么"), most=500, rows=2)
    minutes = _number(_("用时（分钟）"), least=1, most=1440)
    outcome = inputs.words(_("结果"), most=500, required=False, rows=2)
    event = forms.TypedChoiceField(
        label=_("佐证：办件记录"), required=False, coerce=int, empty_value=None,
        help_text=_("有办件记录或者文件作佐证的，才计入服务次数。"),
        error_messages={"invalid_choice": _("“佐证：办件记录”不在清单里：请重新选择。")},
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, happenings: Iterable[tuple[int, str]], **more) -> None:
        super().__init__(data, **more)
        self.fields["event"].choices = [("", _("没有办件记录")), *happenings]  # type: ignore[attr-defined]


class Blocker(Page):
    """What holds the project up, at which step, whose it is, since when."""

    what = inputs.words(_("堵点"), most=500, rows=2, hint=_("写明卡在哪里、需要解决什么。"))
    step = forms.ChoiceField(label=_("卡住的步骤"), required=False)
    organ = forms.TypedChoiceField(**inputs.asked(_("责任单位")), coerce=int)
    since = inputs.day(_("从哪天起"))

    def __init__(
        self,
        data: QueryDict | None,
        steps: Iterable[tuple[str, str]],
        organs: Iterable[tuple[int, str]],
        **more,
    ) -> None:
        super().__init__(data, **more)
        self.fields["step"].choices = [("", _("不限于某一步骤")), *steps]  # type: ignore[attr-defined]
        self.fields["organ"].choices = [("", _("请选择")), *organs]  # type: ignore[attr-defined]


class Convening(Page):
    """When the consultation is, what it is asked, who takes part."""

    on = inputs.day(_("会商日期"))
    question = inputs.words(_("会商的问题"), most=500, rows=2)
    organs = forms.TypedMultipleChoiceField(
        **inputs.asked(_("参加单位")), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None, organs: Iterable[tuple[int, str]], **more) -> None:
        super().__init__(data, **more)
        self.fields["organs"].choices = list(organs)  # type: ignore[attr-defined]


class Conclusion(Page):
    """What the consultation concluded; the tasks stand in rows beside it."""

    conclusion = inputs.words(
        _("会商结论"), most=1000, rows=3, hint=_("结论是办理的意见，不改变法定的条件和时限。")
    )


class Resolution(Page):
    """How a blocker was resolved."""

    how = inputs.words(_("怎样解决的"), most=500, rows=2)


class Closing(Page):
    """How content the enterprise is, and what it wants to say."""

    rating = forms.TypedChoiceField(
        **inputs.asked(_("对代办服务的评价")),
        coerce=lambda value: Rating(int(value)),
        choices=list(phrases.RATINGS.items()),
        widget=forms.RadioSelect,
    )
    words = inputs.words(_("您想说的"), most=500, required=False, rows=3)


class Row(Page):
    """One task: organ, who, what, by when; left out when nothing of it is filled in."""

    organ = forms.TypedChoiceField(label=_("责任单位"), coerce=int, required=False, empty_value=None)
    who = inputs.words(_("责任人"), most=50, required=False)
    what = inputs.words(_("做什么"), most=200, required=False)
    due = inputs.day(_("期限"), required=False)

    def __init__(self, data: QueryDict | None, organs: Iterable[tuple[int, str]], prefix: str) -> None:
        super().__init__(data, prefix=prefix, empty_permitted=True)
        self.fields["organ"].choices = [("", _("请选择")), *organs]  # type: ignore[attr-defined]

    @property
    def task(self) -> rules.Task | None:
        """The task, if anything of it is filled in. Refuses `task_incomplete`."""
        given = self.cleaned_data if self.has_changed() else {}
        if not any(given.values()):
            return None
        if not (given.get("organ") and given.get("due")):
            raise Refused("task_incomplete")
        return rules.Task(given["organ"], given["who"], given["what"], given["due"])


def task_rows(data: QueryDict | None, organs: Iterable[tuple[int, str]]) -> list[Row]:
    """The rows of tasks of a consultation's page."""
    return [Row(data, organs, f"task{number}") for number in range(1, TASKS + 1)]


def since_of(words: str) -> date | None:
    """A day of an address, if it is one."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
