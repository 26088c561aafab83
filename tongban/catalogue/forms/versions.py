"""What officials type about a version: notes, claims."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.catalogue.forms.parts import spoken
from tongban.catalogue.rules import terms
from tongban.catalogue.rules.guide import Channel, Guide, Limit, Text, Unit
from tongban.catalogue.rules.local import Overrides


class Note(forms.Form):
    """Words that go with a deed; needed where something is sent back or ended."""

    note = forms.CharField(
        label=_("说明"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Claim(forms.Form):
    """认领: what one organ does differently from the city's standard, out of a closed list."""

    amount = forms.IntegerField(label=_("本地承诺时限"), required=False, min_value=0, max_value=999)
    unit = forms.ChoiceField(label=_("时限单位"), choices=[])
    without = forms.MultipleChoiceField(
        label=_("本地不再要求的材料"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("本地增加的办理形式"), required=False, widget=forms.CheckboxSelectMultiple
    )
    place = forms.CharField(label=_("办理地点"), required=False, max_length=200)
    place_en = forms.CharField(label=_("办理地点（英文）"), required=False, max_length=200)
    hours = forms.CharField(label=_("办理时间"), required=False, max_length=200)
    hours_en = forms.CharField(label=_("办理时间（英文）"), required=False, max_length=200)
    phone = forms.CharField(label=_("咨询电话"), required=False, max_length=20)
    complaint_phone = forms.CharField(label=_("监督投诉电话"), required=False, max_length=20)

    def __init__(self, data=None, *, standard: Guide, held: Overrides) -> None:
        promised = held.promised or standard.promised
        super().__init__(
            data,
            initial={
                "amount": promised.amount,
                "unit": promised.unit.value,
                "without": held.without,
                "channels": [channel.value for channel in held.channels],
                "place": held.place.zh if held.place else "",
                "place_en": held.place.en if held.place else "",
                "hours": held.hours.zh if held.hours else "",
                "hours_en": held.hours.en if held.hours else "",
                "phone": held.phone,
                "complaint_phone": held.complaint_phone,
            },
        )
        self.standard = standard
        self.fields["unit"].choices = [(u.value, spoken(terms.words(u))) for u in Unit]  # type: ignore[attr-defined]
        self.fields["without"].choices = [(part.code, spoken(part.name)) for part in standard.materials]  # type: ignore[attr-defined]
        further = [channel for channel in Channel if channel not in standard.service.channels]
        self.fields["channels"].choices = [(one.value, spoken(terms.words(one))) for one in further]  # type: ignore[attr-defined]

    def overrides(self) -> Overrides:
        """What was typed, as the closed list of differences."""
        given = self.cleaned_data
        promised = self.standard.promised
        if given["amount"] is not None:
            promised = Limit(amount=given["amount"], unit=Unit(given["unit"]))
        return Overrides(
            promised=None if promised == self.standard.promised else promised,
            without=given["without"],
            channels=[Channel(one) for one in given["channels"]],
            place=_bilingual(given["place"], given["place_en"]),
            hours=_bilingual(given["hours"], given["hours_en"]),
            phone=given["phone"],
            complaint_phone=given["complaint_phone"],
        )


def _bilingual(zh: str, en: str) -> Text | None:
    return Text(zh=zh, en=en) if zh or en else None


def title_at(path: str) -> str:
    """The word of what stands at a path of a guide, for headings, in the reader's language."""
    return spoken(terms.SHEETS[".".join(step for step in path.split(".") if not step.isdigit())])
