"""An application whose form asks for files: 工程建设涉及城市绿地、树木审批 with its photographs of the present state."""

from datetime import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from msgspec.structs import replace
from PIL import Image

from config import demo
from tests import city
from tests.cases.test_bundles import officer
from tongban.cases.actions import drafts, submission
from tongban.cases.models import Case, Draft, Upload
from tongban.cases.queries import applications
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Field, Guide

GREEN, FIELD, SECTION = "000136051000", "green_photos", "green_details"


def picture(name: str = "树", colour: str = "green") -> SimpleUploadedFile:
    """A picture of its own for each colour."""
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return SimpleUploadedFile(f"{name}.png", out.getvalue(), content_type="image/png")


def publish(*more: Field, at: datetime = city.AT, **changed) -> Guide:
    """The item in force with its field of files changed and `more` fields in front of it."""
    guide = catalogue.guide(catalogue.version_in_force(catalogue.item(GREEN).pk, at).pk)
    form = [
        replace(
            section,
            fields=[
                *(field for field in section.fields if field.code != FIELD),
                *more,
                *(replace(field, **changed) for field in section.fields if field.code == FIELD),
            ],
        )
        if section.code == SECTION
        else section
        for section in guide.form
    ]
    catalogue_actions.publish(guide=replace(guide, form=form), at=at, by="system:test")
    return replace(guide, form=form)


def begun(at: datetime = city.AT) -> Draft:
    """A draft of the owner's company: trees to be felled."""
    item = catalogue.item(GREEN)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == "511802")
    guide = catalogue.guide(catalogue.version_in_force(item.pk, at, here.pk).pk)
    return drafts.begin(
        implementation=here,
        situation=city.first_answers(guide) | {"green_matter": "fell"},
        party=demo.company(),
        language="zh-hans",
        caller=city.caller("wang_xiaomei", at),
        at=at,
    )


def give(draft: Draft, file: SimpleUploadedFile | None = None, at: datetime = city.AT) -> Upload:
    owner = city.caller("wang_xiaomei", at)
    return drafts.attach_to_field(draft=draft.pk, field=FIELD, file=file or picture(), caller=owner, at=at)


def answers(draft: Draft) -> dict:
    """Answers to everything the draft's form asks for but files."""
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    return demo.answers(demo.plain(situation.sections))


def fill(draft: Draft, at: datetime = city.AT, **more) -> Draft:
    owner = city.caller("wang_xiaomei", at)
    return drafts.fill(draft=draft.pk, answers=answers(draft) | more, caller=owner, at=at)


def filled(*files: SimpleUploadedFile, at: datetime = city.AT) -> Draft:
    """A draft with everything answered and the files given; one where none are named."""
    draft = begun(at)
    for file in files or (picture(),):
        give(draft, file, at)
    return fill(draft, at)


def received(*files: SimpleUploadedFile, at: datetime = city.AT) -> Case:
    """A signed and received case."""
    draft, owner = filled(*files, at=at), city.caller("wang_xiaomei", at)
    signed = applications.signed_by(draft.pk, owner, "password")
    outcome = submission.submit(draft=draft.pk, caller=owner, at=at, signed=signed)
    return Case.objects.get(pk=outcome.answer["case_no"])


def clerk(case: Case, account: str = "yucheng_clerk"):
    """An officer of the organ that handles the case."""
    return officer(case.organ_id, account)
