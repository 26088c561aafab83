"""Licences of the demo city in tests: granted, annulled, and an item whose material a food licence is."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from config import demo
from tests import city
from tongban.cases.actions import drafts, letters
from tongban.cases.models import Draft
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.licences import actions
from tongban.licences.models import Licence
from tongban.record import queries as record

OTHER = "000123001000"  # 公共场所卫生许可
MATERIAL = "sanitation_system"
REASON = "现场核查发现经营条件与申请材料不符"


def granted(at: datetime = city.AT) -> Licence:
    """A food business licence, issued as the worker does."""
    number = city.granted(at)
    letters.issue(case_no=number, position=record.last_position("case", number), at=at)
    return Licence.objects.get(case_no=number)


def opened(licence: Licence, kind: str = "revocation", ground: str = "unqualified", at=city.AT, **more):
    """A proceeding opened by the approver."""
    return actions.open_proceeding(
        licence=licence.pk,
        kind=kind,
        ground=ground,
        reason=REASON,
        caller=city.caller("yucheng_approver", at),
        at=at,
        **more,
    )


def ended(licence: Licence, at=city.AT, **more) -> Licence:
    """A licence ended by two officers."""
    proceeding = opened(licence, at=at, **more)
    actions.decide(proceeding=proceeding.pk, confirm=True, caller=city.caller("yucheng_head", at), at=at)
    licence.refresh_from_db()
    return licence


def publish_item_that_takes_a_food_licence(at: datetime = city.AT) -> None:
    """公共场所卫生许可, one of whose materials a food licence is, in force from `at`."""
    item = catalogue.item(OTHER)
    guide = catalogue.guide(catalogue.version_in_force(item.pk, at).pk)
    materials = [
        replace(part, held_from=[city.ITEM]) if part.code == MATERIAL else part for part in guide.materials
    ]
    catalogue_actions.publish(guide=replace(guide, materials=materials), at=at, by="system:test")


def other_draft(at: datetime) -> Draft:
    """The same company applies for that item, everything answered, no file given."""
    applicant = city.caller("wang_xiaomei", at)
    item = catalogue.item(OTHER)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == "511802")
    guide = catalogue.guide(catalogue.version_in_force(item.pk, at, here.pk).pk)
    draft = drafts.begin(
        implementation=here,
        situation={question.code: question.options[0].value for question in guide.questions},
        party=demo.company(),
        language="zh-hans",
        caller=applicant,
        at=at,
    )
    situation = situations.resolve(guide, draft.situation)
    return drafts.fill(
        draft=draft.pk, answers=demo.answers(demo.plain(situation.sections)), caller=applicant, at=at
    )


NEXT = city.AT + timedelta(days=1)
