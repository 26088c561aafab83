"""Bundles: planning and one form in memory; received in one transaction, against as many single cases."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import msgspec

from bench import house

MEMBERS, CHILDREN = 12, 6
PLAN, RECEIVE = 5, 25  # ms wanted
ROUNDS = 40
SIX = ("000131001000", "001016102000", "001036102000", "000123001000", "002023117000", "001017110000")


def main() -> None:
    print(f"planning and one form, {MEMBERS} members: {house.spread(_planning(), '.2f')} ms (wanted: {PLAN})")
    with house.city(at=datetime.now(UTC)):
        bundled, single = _bundled(), _single()
        for make, receive in (bundled, single):
            _times(make, receive, 5)
        rounds = [(_times(*bundled, ROUNDS // 4), _times(*single, ROUNDS // 4)) for _ in range(4)]
        together = [ms for times, _ in rounds for ms in times]
        print(house.load())
        print(f"a bundle of {CHILDREN} received: {house.spread(together, '.1f')} ms (wanted: {RECEIVE})")
        ratios = [CHILDREN * statistics.median(alone) / statistics.median(whole) for whole, alone in rounds]
        print(f"its cases a second / single cases a second: {house.spread(ratios, '.2f')}")


def _milliseconds(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return (time.perf_counter() - begun) * 1000


def _times(make: Callable[[], UUID], receive: Callable[[UUID], object], count: int) -> list[float]:
    """Milliseconds of each receipt; the draft is made beforehand and not counted."""
    return [_milliseconds(partial(receive, make())) for _ in range(count)]


def _planning() -> list[float]:
    """Every question answered, members, form, materials and order worked out anew."""
    from tongban.catalogue import shipped
    from tongban.catalogue.rules import bundling
    from tongban.catalogue.rules.guide import Audience, Text
    from tongban.catalogue.rules.lists import Bundle, Member

    guides = {guide.base_code: guide for guide in shipped.guides() if guide.form and not guide.demo}
    items = sorted(guides)[:MEMBERS]
    name = Text(zh="十二项", en="Twelve")
    after = [[], *[[items[place - 1]] if place % 3 else [] for place in range(1, MEMBERS)]]
    bundle = Bundle(
        code="twelve",
        name=name,
        audience=Audience.ENTERPRISE,
        lead="market_regulation",
        scene="open_shop",
        summary=name,
        words=[],
        members=[Member(item=item, after=before) for item, before in zip(items, after, strict=True)],
    )
    answers: dict[str, str] = {}
    while left := bundling.resolve(bundle, guides, answers).unanswered:
        answers[left[0].code] = left[0].options[0].value
    return [_milliseconds(lambda: bundling.resolve(bundle, guides, answers)) for _ in range(ROUNDS)]


def _bundled() -> tuple[Callable[[], UUID], Callable[[UUID], object]]:
    """Makes a complete draft of a bundle whose members wait for nothing, and receives it."""
    from config import demo
    from tests import city
    from tongban.cases.actions import bundles, drafts
    from tongban.cases.queries import subjects
    from tongban.catalogue.queries import lists
    from tongban.catalogue.rules.lists import Member

    found = next(bundle for bundle in lists.bundles() if bundle.code == "open_restaurant")
    six = msgspec.structs.replace(found, questions=[], members=[Member(item=item) for item in SIX])
    lists.bundles = lambda: (six,)  # type: ignore[assignment]  # the city of this benchmark has one bundle
    now = datetime.now(UTC)
    owner = city.caller("wang_xiaomei", now)

    def make() -> UUID:
        draft = drafts.begin_bundle(
            code=six.code,
            division="511802",
            place="511802101",
            situation={},
            party=demo.company(),
            language="zh-hans",
            caller=owner,
            at=now,
        )
        given: dict[str, str] = {}
        while left := subjects.subject(draft).resolve(given).unanswered:
            given[left[0].code] = left[0].options[0].value
        drafts.answer_situation(draft=draft.pk, situation=given, caller=owner, at=now)
        draft.refresh_from_db()
        sections = demo.plain(subjects.resolved(draft).sections)
        drafts.fill(draft=draft.pk, answers=demo.answers(sections), caller=owner, at=now)
        return draft.pk

    def receive(draft: UUID) -> object:
        return bundles.receive(draft=draft, caller=owner, at=now)

    return make, receive


def _single() -> tuple[Callable[[], UUID], Callable[[UUID], object]]:
    """Makes a complete draft of one item without files, and receives it."""
    from tests import city
    from tongban.cases.actions import submission
    from tongban.cases.models import Upload

    now = datetime.now(UTC)
    owner = city.caller("wang_xiaomei", now)

    def make() -> UUID:
        draft = city.filled(now)
        Upload.objects.filter(draft=draft).delete()
        return draft.pk

    def receive(draft: UUID) -> object:
        return submission.submit(draft=draft, caller=owner, at=now)

    return make, receive
