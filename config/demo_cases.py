"""A few weeks of work for the demo city: applications run through the actions on virtual time."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from config import demo
from tongban.cases.actions import commands as run
from tongban.cases.actions import drafts, submission
from tongban.cases.queries import applications, opened
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.engine.calendar import CST, Calendar
from tongban.engine.clock import Ground
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import DefectFound, Stage
from tongban.people import queries as people
from tongban.people.rules import system

DEVOLVED = "000131003000"  # 个体工商户设立登记: delegated to towns, so it is applied for in one

# Applicant, item, working days ago, and how far the case has come.
PLAN = (
    ("wang_xiaomei", "000131001000", 0, "received"),
    ("wang_xiaomei", "000131001000", 1, "received"),
    ("li_qiang", DEVOLVED, 0, "received"),
    ("zhao_ying", DEVOLVED, 2, "received"),
    ("li_qiang", DEVOLVED, 0, "accepted"),
    ("zhao_ying", DEVOLVED, 5, "granted"),
    ("wang_xiaomei", "000131001000", 4, "received"),
    ("wang_xiaomei", "000131006000", 3, "noticed"),
    ("wang_xiaomei", "000131001000", 2, "accepted"),
    ("wang_xiaomei", "000131006000", 9, "accepted"),
    ("wang_xiaomei", "000131001000", 4, "examining"),
    ("wang_xiaomei", "000131006000", 5, "suspended"),
    ("wang_xiaomei", "000131001000", 6, "examined"),
    ("wang_xiaomei", "000131001000", 4, "examined"),
    ("wang_xiaomei", "000131001000", 3, "granted"),
    ("wang_xiaomei", "000131006000", 12, "delivered"),
)
_HOUR = timedelta(hours=1)


def build(*, now: datetime) -> int:
    """Run the plan's applications, each from its own day on; returns how many cases there are."""
    calendar = catalogue.calendar()
    for number, (username, base_code, days_ago, until) in enumerate(PLAN):
        at = opening(calendar, now, days_ago) + number * timedelta(minutes=7)
        _play(username, base_code, until, min(at, now))
    return len(PLAN)


def opening(calendar: Calendar, now: datetime, days_ago: int) -> datetime:
    """Nine in the morning, so many working days before today."""
    today: date = now.astimezone(CST).date()
    day = calendar.add_working_days(today + timedelta(days=1), -days_ago - 1).on
    return datetime.combine(day, time(9), CST)


def _play(username: str, base_code: str, until: str, at: datetime) -> None:
    """One application, brought as far as `until`."""
    caller = people.caller_of(people.account_by_username(username), at)
    item = catalogue.item(base_code)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == demo.COUNTY)
    version = catalogue.version_in_force(item.pk, at)
    guide = catalogue.guide(version.pk)
    party = demo.company() if username == demo.APPLICANT else caller.parties[0]
    situation = {question.code: question.options[0].value for question in guide.questions}
    draft = drafts.begin(
        implementation=here,
        situation=situation,
        party=party,
        language="zh-hans",
        caller=caller,
        at=at,
        place=demo.TOWN if base_code == DEVOLVED else "",
    )
    parts = situations.resolve(guide, situation)
    asked = [part for part in parts.materials if part.brought]
    answers = demo.answers(demo.plain(parts.sections), username, party)
    drafts.fill(draft=draft.pk, answers=answers, caller=caller, at=at)
    for part in asked[1:] if until == "noticed" else asked:
        drafts.attach(draft=draft.pk, material=part.code, file=page(part.code), caller=caller, at=at)
    signed = applications.signed_by(draft.pk, caller, "password")
    outcome = submission.submit(draft=draft.pk, caller=caller, at=at, signed=signed)
    case_no = outcome.answer["case_no"]
    officers = "caoba_township" if base_code == DEVOLVED else "yucheng"
    _handle(case_no, until, at, officers, missing=asked[0].code if asked else "")


def _handle(case_no: str, until: str, at: datetime, officers: str, *, missing: str) -> None:
    """The officers' part, an hour apart."""
    if until == "received":
        return
    if until == "noticed":
        found = (DefectFound(material=missing, defect="missing"),)
        correct_by = (at + timedelta(days=30)).date()
        _do(case_no, commands.Notify(defects=found, correct_by=correct_by), f"{officers}_clerk", at + _HOUR)
        return
    _do(case_no, commands.Accept(), f"{officers}_clerk", at + _HOUR)
    if until == "suspended":
        special = commands.StartSpecial(ground=Ground.TESTING, expected_days=5, reason="经营场所设备须经检测")
        _do(case_no, special, f"{officers}_examiner", at + 2 * _HOUR)
    if until in {"accepted", "suspended"}:
        return
    _examine(case_no, at + 2 * _HOUR, officers, only_first=until == "examining")
    if until in {"granted", "delivered"}:
        _do(case_no, commands.Grant(opinion="同意"), f"{officers}_approver", at + 4 * _HOUR)
    if until == "delivered":
        deliver = commands.Deliver(method="electronic", recipient="王晓梅")
        _do(case_no, deliver, f"{officers}_delivery", at + 5 * _HOUR)


def _examine(case_no: str, at: datetime, prefix: str, *, only_first: bool) -> None:
    """Every open step in turn, passed."""
    while steps := _open_steps(case_no):
        officers = ("李敏", "周强") if steps[0].kind == "survey" else ()
        step = commands.CompleteStep(step=steps[0].code, passed=True, opinion="符合条件", officers=officers)
        _do(case_no, step, f"{prefix}_examiner", at)
        if only_first:
            return


def _open_steps(case_no: str):
    state = opened.state(opened.any_case(case_no, system("demo")))
    return state.open_steps() if state.stage is Stage.HANDLING else ()


def _do(case_no: str, command: commands.Command, username: str, at: datetime) -> None:
    caller = people.caller_of(people.account_by_username(username), at)
    run.perform(case_no=case_no, command=command, caller=caller, at=at)


def page(words: str) -> SimpleUploadedFile:
    """A scanned page, drawn."""
    image = Image.new("RGB", (310, 438), "white")
    ImageDraw.Draw(image).text((30, 30), f"DEMO  {words}", fill="black")
    out = BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(f"{words}.png", out.getvalue(), content_type="image/png")
