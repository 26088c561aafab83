"""Translations in tests: letters of the two alphabets in order, which nobody takes for words."""

from datetime import datetime

from tests import city
from tongban.bilingual import actions
from tongban.bilingual.models import Message, Translation
from tongban.bilingual.rules.workflow import Deed
from tongban.people.rules import Caller, Language

BO, II = "ཀ་ཁ་ག་ང་", "ꀀꀁꀂꀃ"
LETTERS = {"bo": BO, "ii": II}
SOURCE = "试验用字母，不是译文"


def caller(username: str, at: datetime = city.AT) -> Caller:
    return city.caller(username, at)


def message(zh: str, part: str = "interface") -> Message:
    return Message.objects.filter(part=part, zh=zh, retired_at=None).order_by("id")[0]


def drafted(said: Message, language: str = "bo", words: str = "", at: datetime = city.AT) -> Translation:
    return actions.write(
        message=said.pk,
        language=Language(language),
        words=words or LETTERS[language],
        source=SOURCE,
        caller=caller(f"{language}_translator", at),
        at=at,
    )


def decided(
    row: Translation, deed: Deed, username: str, note: str = "", at: datetime = city.AT
) -> Translation:
    return actions.decide(translation=row.pk, deed=deed, caller=caller(username, at), at=at, note=note)


def reviewed(said: Message, language: str = "bo", words: str = "", at: datetime = city.AT) -> Translation:
    return decided(drafted(said, language, words, at), Deed.REVIEW, f"{language}_reviewer", at=at)


def approved(said: Message, language: str = "bo", words: str = "", at: datetime = city.AT) -> Translation:
    approver = "legal_reviewer" if said.part == "letters" else "service_reviewer"
    return decided(reviewed(said, language, words, at), Deed.APPROVE, approver, at=at)
