"""What an application is for: one item, or a bundle of items; both are resolved and told in the same way."""

from collections.abc import Mapping

import msgspec

from tongban.cases.models import Draft
from tongban.cases.rules.defined import Defined, arranged
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import bundling, situations
from tongban.catalogue.rules.bundling import Together
from tongban.catalogue.rules.guide import Audience, Guide, Text
from tongban.catalogue.rules.lists import Bundle
from tongban.catalogue.rules.situations import Situation

Resolved = Situation | Together


class OfItem(msgspec.Struct, frozen=True):
    """An application for one item."""

    guide: Guide

    @property
    def name(self) -> Text:
        return self.guide.name

    @property
    def audiences(self) -> list[Audience]:
        return self.guide.audiences

    @property
    def asks(self) -> bool:
        """Whether there are questions at all."""
        return bool(self.guide.questions)

    def resolve(self, answers: Mapping[str, str]) -> Situation:
        return situations.resolve(self.guide, answers)


class OfBundle(msgspec.Struct, frozen=True):
    """An application for the items of a bundle."""

    bundle: Bundle
    guides: dict[str, Guide]  # by base code
    defined: Defined | None = None  # by another room
    stored: Mapping[str, object] = {}  # answers given before

    @property
    def name(self) -> Text:
        return self.bundle.name

    @property
    def audiences(self) -> list[Audience]:
        """Whom the members are for that wait for nothing: who is registered first is a person until then."""
        first = [self.guides[member.item] for member in self.bundle.members if not member.after]
        return list(dict.fromkeys(audience for guide in first for audience in guide.audiences))

    @property
    def asks(self) -> bool:
        """Whether there are questions at all."""
        return bool(self.bundle.questions) or any(guide.questions for guide in self.guides.values())

    def resolve(self, answers: Mapping[str, str]) -> Together:
        whole = bundling.resolve(self.bundle, self.guides, answers)
        return arranged(whole, self.defined, self.stored) if self.defined else whole


Subject = OfItem | OfBundle


def subject(draft: Draft) -> Subject:
    """What a draft is for, under the versions it was begun with."""
    if draft.bundle:
        guides = {item: catalogue.guide(version) for item, (_, version) in draft.members.items()}
        return OfBundle(bundle_of(draft), guides, defined_of(draft), draft.form)
    assert draft.version_id is not None
    return OfItem(catalogue.guide(draft.version_id))


def bundle_of(draft: Draft) -> Bundle:
    """The definition of a draft's bundle: the draft's own, else that of the city's list."""
    defined = defined_of(draft)
    return defined.bundle if defined else catalogue.bundle(draft.bundle)


def defined_of(draft: Draft) -> Defined | None:
    """What another room defined for the draft, if one did."""
    return msgspec.convert(draft.defined, Defined) if draft.defined else None


def resolved(draft: Draft) -> Resolved:
    """What a draft asks for under the answers given."""
    return subject(draft).resolve(draft.situation)
