"""The fields of compiled forms: what each kind of answer accepts, and the words when it does not."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from tongban.engine import codes
from tongban.kit import phrases
from tongban.kit.widgets import ELSEWHERE, DateParts, FilesInput, PlaceParts

Choices = Sequence[tuple[str, Any]]

_FEW = 7  # up to so many choices stand open as radios; more fold into a list
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)


_JOINERS = "\u200c\u200d"  # some scripts need them within words
_KEPT = frozenset(_JOINERS + "\t\n\r")


def seen(typed: str) -> str:
    """What was typed without what nobody sees: NUL, marks that turn text round, zero widths, soft hyphens."""
    visible = (
        character
        for character in typed
        if character in _KEPT or unicodedata.category(character) not in {"Cc", "Cf"}
    )
    return "".join(visible).strip(_JOINERS)


class TextAnswer(forms.CharField):
    """Free text with a length named in the message; what nobody sees is no answer."""

    def __init__(self, *, label: str, most: int, counted: bool = False, **kwargs: Any) -> None:
        messages = {"required": gettext("请填写%(label)s") % {"label": label}}
        super().__init__(label=label, error_messages=messages, **kwargs)
        self.max_length, self.counted = most, counted  # counted here: Django would cut the box short

    def to_python(self, value: Any) -> str:
        return super().to_python(seen(str(value or ""))) or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        over = len(value) - (self.max_length or 0)
        if over > 0:
            raise ValidationError(
                ngettext(
                    "%(label)s最多 %(most)d 个字：请删去 %(over)d 个字",
                    "%(label)s最多 %(most)d 个字：请删去 %(over)d 个字",
                    over,
                ),
                code="too_long",
                params={"label": self.label, "most": self.max_length, "over": over},
            )


class NumberAnswer(forms.Field):
    """A number typed as text; `places` digits after the point, None for whole numbers."""

    def __init__(
        self, *, label: str, places: int, least: int | None, most: int | None, **kwargs: Any
    ) -> None:
        messages = {"required": gettext("请填写%(label)s") % {"label": label}}
        super().__init__(label=label, error_messages=messages, **kwargs)
        self.places, self.least, self.most = places, least, most

    def to_python(self, value: Any) -> int | Decimal | None:
        text = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").replace(" ", "")
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,15}(\.\d+)?", text):
            raise self._fault("not_a_number", gettext("%(label)s只能填数字：请去掉文字和单位，例如 120"))
        if len(text.partition(".")[2]) > self.places:
            raise self._fault("too_precise", self._precision())
        return Decimal(text) if self.places else int(text)

    def validate(self, value: int | Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise self._fault("too_small", gettext("%(label)s不能小于 %(least)s：请核对后重新填写"))
        if self.most is not None and value > self.most:
            raise self._fault("too_large", gettext("%(label)s不能大于 %(most)s：请核对后重新填写"))

    def _precision(self) -> str:
        if not self.places:
            return gettext("%(label)s只能是整数：请去掉小数部分")
        return gettext("%(label)s最多 %(places)s 位小数：请四舍五入后填写")

    def _fault(self, code: str, message: str) -> ValidationError:
        facts = {"label": self.label, "least": self.least, "most": self.most, "places": self.places}
        return ValidationError(message, code=code, params=facts)


class CodeAnswer(forms.Field):
    """A number issued by an authority; `explain` names what is wrong with it, in `phrases.CODE_FAULTS`."""

    def __init__(self, *, label: str, explain: Callable[[str], str | None], **kwargs: Any) -> None:
        messages = {"required": gettext("请填写%(label)s") % {"label": label}}
        super().__init__(label=label, error_messages=messages, **kwargs)
        self.explain = explain

    def to_python(self, value: Any) -> str:
        return codes.tidy(str(value or ""))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (fault := self.explain(value)):
            facts = {"label": self.label, "fault": phrases.CODE_FAULTS[fault]}
            raise ValidationError(gettext("%(label)s：%(fault)s"), code=fault, params=facts)


class PhoneAnswer(CodeAnswer):
    """A mainland telephone; the country prefix +86 is dropped."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"^(\+|00)86-?(?=\d)", "", super().to_python(value))


_WHOLE = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<m>\d{2})(?P<d>\d{2}))"
)


def whole_date(typed: str) -> dict[str, str] | None:
    """A day written in one piece as its three parts: 2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日, 20261123."""
    found = _WHOLE.fullmatch(codes.tidy(typed))
    if found is None:
        return None
    return {
        "year": found["year"],
        "month": found["month"] or found["m"],
        "day": found["day"] or found["d"],
    }


class DateAnswer(forms.Field):
    """A day typed in three parts, or written whole in the first of them."""

    widget = DateParts

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        messages = {"required": gettext("请填写%(label)s，例如 2026 年 11 月 23 日") % {"label": label}}
        super().__init__(label=label, error_messages=messages, **kwargs)

    def to_python(self, value: Mapping[str, str] | None) -> date | None:
        typed = {part: codes.tidy(str((value or {}).get(part) or "")) for part in ("year", "month", "day")}
        if not any(typed.values()):
            return None
        if not (typed["month"] or typed["day"]) and (whole := whole_date(typed["year"])):
            typed = whole
        self._refuse_missing(typed)
        try:
            on = date(*(int(part) for part in typed.values()))
        except (ValueError, OverflowError) as error:
            raise self._fault("not_a_date", gettext("%(label)s不是真实的日期：请核对年、月、日")) from error
        if not _EARLIEST <= on <= _LATEST:
            raise self._fault("out_of_range", gettext("%(label)s的年份不对：请填写四位年份，例如 2026"))
        return on

    def _refuse_missing(self, typed: dict[str, str]) -> None:
        names = {"year": gettext("年份"), "month": gettext("月份"), "day": gettext("日子")}
        missing = [names[part] for part, value in typed.items() if not value]
        if missing:
            message = gettext("%(label)s缺少%(missing)s：请补填完整")
            joined = gettext("和").join(missing)
            raise ValidationError(message, code="incomplete", params={"label": self.label, "missing": joined})

    def _fault(self, code: str, message: str) -> ValidationError:
        return ValidationError(message, code=code, params={"label": self.label})


class ChoiceAnswer(forms.ChoiceField):
    """One of the values offered."""

    def __init__(self, *, label: str, choices: Choices, **kwargs: Any) -> None:
        few = len(choices) <= _FEW
        messages = {
            "required": gettext("请选择%(label)s") % {"label": label},
            "invalid_choice": gettext("%(label)s的选项无效：请从列出的选项中选择") % {"label": label},
        }
        offered = choices if few else [("", gettext("请选择")), *choices]
        super().__init__(
            label=label,
            choices=offered,
            widget=forms.RadioSelect if few else forms.Select,
            error_messages=messages,
            **kwargs,
        )


class SeveralAnswer(forms.MultipleChoiceField):
    """Any of the values offered."""

    def __init__(self, *, label: str, choices: Choices, **kwargs: Any) -> None:
        refused = gettext("%(label)s的选项无效：请从列出的选项中选择") % {"label": label}
        messages = {
            "required": gettext("请至少选择一项%(label)s") % {"label": label},
            "invalid_choice": refused,
            "invalid_list": refused,
        }
        super().__init__(
            label=label,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages=messages,
            **kwargs,
        )


class PlaceAnswer(forms.Field):
    """An address by town: a town of the city, or what lies elsewhere in words; then the detail."""

    widget = PlaceParts

    def __init__(
        self, *, label: str, grouped: Sequence[tuple[str, Choices]], most: int, **kwargs: Any
    ) -> None:
        messages = {"required": gettext("请填写%(label)s") % {"label": label}}
        super().__init__(label=label, error_messages=messages, widget=PlaceParts(grouped), **kwargs)
        self.towns = {code for _, towns in grouped for code, _ in towns}
        self.most = most

    def to_python(self, value: Mapping[str, str] | None) -> dict[str, str] | None:
        town, elsewhere, detail = (
            seen(str((value or {}).get(part) or "")).strip() for part in ("town", "elsewhere", "detail")
        )
        outside = town == ELSEWHERE or (elsewhere and not town)
        if not (town or elsewhere or detail):
            return None
        if not outside and town not in self.towns:
            raise self._fault(
                "no_town", gettext("%(label)s没有选择乡镇（街道）：请选择，不在本市的选“本市以外”")
            )
        if outside and not elsewhere:
            raise self._fault("no_place", gettext("%(label)s缺少省、市、县和乡镇：请补填"))
        if not detail:
            raise self._fault("no_detail", gettext("%(label)s缺少详细地址：请填写村、路、门牌号"))
        if max(len(detail), len(elsewhere)) > self.most:
            raise self._fault("too_long", gettext("%(label)s太长：每一栏最多 %(most)s 个字"))
        return {"elsewhere": elsewhere, "detail": detail} if outside else {"town": town, "detail": detail}

    def _fault(self, code: str, message: str) -> ValidationError:
        return ValidationError(message, code=code, params={"label": self.label, "most": self.most})


class FileAnswer(forms.FileField):
    """Files given for one field, from `least` to `most`, kept one by one when they come.

    `initial` are those given: each with `pk`, `name` and `size`. Their content is checked where they are kept.
    """

    widget = FilesInput

    def __init__(self, *, label: str, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(label=label, widget=FilesInput(several=most > 1), **kwargs)
        self.least, self.most = least, most
        self.limit_mb = settings.UPLOAD_LIMIT_MB

    def clean(self, data: Any, initial: Any = None) -> list:
        given = list(initial or [])
        if fault := self.counted(len(given)):
            raise fault
        return given

    def counted(self, count: int) -> ValidationError | None:
        """What is wrong with so many files."""
        facts = {"label": self.label, "least": self.least, "most": self.most, "n": count}
        if not count:
            words = gettext("请选择要上传的%(label)s")
            return ValidationError(words, code="required", params=facts) if self.required else None
        if count < self.least:
            words = gettext("%(label)s至少 %(least)s 个文件，现有 %(n)s 个：请继续添加")
            return ValidationError(words, code="too_few", params=facts)
        if count > self.most:
            words = gettext("%(label)s最多 %(most)s 个文件，现有 %(n)s 个：请移除多余的文件")
            return ValidationError(words, code="too_many", params=facts)
        return None
