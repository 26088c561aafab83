"""What a case needs stored beside its events: drafts, the folded state, forms, files, letters, keys."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from tongban.engine.lifecycle.state import ENDED, Stage


class Draft(models.Model):
    """An application being prepared; survives sign-out, ends when submitted or discarded.

    It is for one item, or for a `bundle` of them at `division_code`; `members` then pins who handles which
    item under which version: {base code: [implementation, version]}. `part_of` is the bundle whose member it
    will be received as: nobody's open draft.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    implementation = models.ForeignKey(
        "catalogue.Implementation", models.PROTECT, null=True, related_name="+"
    )
    version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, null=True, related_name="+")
    place = models.TextField(default="")  # division the matter belongs to: of a town, a county or the city
    bundle = models.TextField(default="")
    division_code = models.TextField(default="")
    members = models.JSONField(default=dict)
    defined = models.JSONField(null=True)  # cases.rules.defined.Defined, of a bundle on no list of the city
    part_of = models.ForeignKey("Bundle", models.PROTECT, null=True, related_name="drafts")
    situation = models.JSONField(default=dict)  # {question code: value}
    form = models.JSONField(default=dict)  # {field code: value}; sensitive values sealed
    complete = ArrayField(models.TextField(), default=list)  # section codes confirmed by the applicant
    signers = ArrayField(models.TextField(), default=list)  # keyed hashes of who must sign it too
    language = models.TextField(default="zh-hans")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    case = models.ForeignKey("Case", models.PROTECT, null=True, related_name="+")
    received_as = models.OneToOneField("Bundle", models.PROTECT, null=True, related_name="draft")

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "-updated_at"], name="draft_open", condition=Q(submitted_at__isnull=True)
            ),
            GinIndex(fields=["signers"], name="draft_to_sign", condition=Q(submitted_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="draft_submitted_has_case",
                condition=Q(submitted_at__isnull=True, case__isnull=True, received_as__isnull=True)
                | Q(submitted_at__isnull=False, case__isnull=False, received_as__isnull=True)
                | Q(submitted_at__isnull=False, case__isnull=True, received_as__isnull=False),
            ),
            models.CheckConstraint(
                name="draft_of_item_or_bundle",
                condition=Q(bundle="", implementation__isnull=False, version__isnull=False)
                | (
                    ~Q(bundle="")
                    & ~Q(division_code="")
                    & Q(implementation__isnull=True, version__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def division(self) -> str:
        """Where it is handed in: the division of the organ, or the bundle's."""
        return self.implementation.division_code if self.implementation else self.division_code


class Case(models.Model):
    """The folded state of a case and the columns it is found by. Written only by `actions`."""

    case_no = models.TextField(primary_key=True)
    query_code = models.TextField(unique=True)
    implementation = models.ForeignKey("catalogue.Implementation", models.PROTECT, related_name="+")
    version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+", db_index=False)
    division_code = models.TextField()
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+", db_index=False)
    state = models.JSONField()
    stage = models.TextField(choices=[(stage.value, stage.value) for stage in Stage])
    duty = models.TextField()  # the role whose turn it is; empty when nobody's at the organ
    holder = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.IntegerField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # the next thing due from the organ; only to find it
    ended_at = models.DateTimeField(null=True)  # when nothing more was to be done; until archived
    language = models.TextField(default="zh-hans")
    # Of a devolved power: its legal form and the organ in whose name it is used; taken from the state.
    mode = models.GeneratedField(
        expression=KT("state__competence__mode"),
        output_field=models.TextField(null=True),
        db_persist=True,
    )
    in_name_of = models.GeneratedField(
        expression=Cast(KT("state__competence__in_name_of"), models.BigIntegerField()),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    # Of a promise for what is missing: its state and last day (ISO); taken from the state.
    promise = models.GeneratedField(
        expression=KT("state__promise__state"), output_field=models.TextField(null=True), db_persist=True
    )
    promise_due = models.GeneratedField(
        expression=KT("state__promise__due_on"), output_field=models.TextField(null=True), db_persist=True
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["promise_due", "case_no"], name="case_promise_due", condition=Q(promise="open")
            ),
            models.Index(
                fields=["party", "promise"], name="case_promises_of", condition=Q(promise__isnull=False)
            ),
            models.Index(
                F("organ"),
                F("duty"),
                F("due_at").asc(nulls_last=True),
                F("case_no"),
                name="case_inbox",
                condition=~Q(duty=""),
            ),
            models.Index(fields=["party", "-received_at", "case_no"], name="case_of_party"),
            models.Index(fields=["due_at"], name="case_silent", condition=Q(stage=Stage.RECEIVED.value)),
            models.Index(fields=["organ", "-received_at", "case_no"], name="case_of_organ"),
            models.Index(fields=["-received_at", "case_no"], name="case_newest"),
            models.Index(
                fields=["in_name_of", "-received_at"],
                name="case_in_name_of",
                condition=Q(in_name_of__isnull=False),
            ),
            models.Index(
                fields=["ended_at", "case_no"], name="case_to_archive", condition=Q(ended_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="case_no_43", condition=Q(case_no__regex=r"^[0-9A-Z]{43}$")),
            models.CheckConstraint(
                name="case_ended_has_no_duty",
                condition=~Q(stage__in=sorted(stage.value for stage in ENDED)) | Q(duty=""),
            ),
        ]

    def __str__(self) -> str:
        return self.case_no


class Bundle(models.Model):
    """One application for several items (一件事办件): what was applied for, and what came of the whole."""

    number = models.TextField(primary_key=True)
    query_code = models.TextField(unique=True)
    bundle = models.TextField()  # code of its definition
    name = models.JSONField()  # as it was called then
    division_code = models.TextField()
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+", db_index=False)
    situation = models.JSONField()
    digest = models.TextField()
    signature = models.JSONField(null=True)  # engine.lifecycle.state.Signature, of the whole
    held = models.JSONField(default=dict)  # {material: identifier of the licence that stood for it}
    promised_hours = models.FloatField()  # of work: the longest way through
    language = models.TextField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    position = models.IntegerField()  # of its last event
    outcome = models.TextField(default="open")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party", "-received_at", "number"], name="bundle_of_party")]
        constraints = [
            models.CheckConstraint(
                name="bundle_open_or_ended",
                condition=Q(outcome="open", ended_at__isnull=True)
                | (~Q(outcome="open") & Q(ended_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.number


class Member(models.Model):
    """An item of a bundle that was applied for: after which others it comes, and its case once received."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="members")
    item = models.TextField()  # base code
    name = models.JSONField()
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+", db_index=False)
    after = ArrayField(models.TextField(), default=list)
    hours = models.FloatField()
    state = models.TextField(default="waiting")
    held_back = models.TextField(
        default=""
    )  # why it could not be received when its turn came: a refusal's code
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="member")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "item"], name="member_once"),
            models.CheckConstraint(
                name="member_received_has_case",
                condition=Q(state__in=["waiting", "withdrawn"]) | Q(case__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} of {self.bundle_id}"


class Form(models.Model):
    """The answers of an application, as submitted; the event holds their digest."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="form")
    situation = models.JSONField()
    answers = models.JSONField()
    digest = models.TextField()

    def __str__(self) -> str:
        return self.case_id


class Upload(models.Model):
    """A file given as a material; content lives under its digest, outside the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(Draft, models.PROTECT, null=True, related_name="uploads")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="uploads")
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+", db_index=False)
    material = models.TextField()
    round = models.IntegerField(default=1)  # 1 at submission, 2 after the first notice, …
    name = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    digest = models.TextField()
    uploaded_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="upload_has_place", condition=Q(draft__isnull=False) | Q(case__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name


class CoSignature(models.Model):
    """Another party's signature of an application (共同签名); void when the application is changed, and kept.

    `person` is the keyed hash of the signer's ID number: the number itself is kept nowhere beside the form.
    """

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="cosignatures")
    person = models.TextField()
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    name = models.TextField()  # as stated and registered
    capacities = ArrayField(models.TextField())
    digest = models.TextField()  # what was signed
    method = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "person", "digest"], name="cosignature_once"),
            models.CheckConstraint(name="cosignature_of_somebody", condition=~Q(person="") & ~Q(digest="")),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class Letter(models.Model):
    """A signed letter: one per event that must be told in writing."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="letters")
    kind = models.TextField()
    position = models.IntegerField()  # of the event it tells
    number = models.TextField(unique=True)  # 文号
    code = models.TextField(unique=True)  # public verification code
    data = models.JSONField()
    pdf = models.BinaryField()
    digest = models.TextField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "position"], name="letter_once"),
        ]

    def __str__(self) -> str:
        return self.number


class Check(models.Model):
    """A clerk's completeness check in progress: marks per material, until a notice or acceptance."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="check_marks")
    marks = models.JSONField(default=dict)  # {material: [defect code, …]}; an empty list is "in order"
    remarks = models.JSONField(default=dict)  # {material: words}
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.case_id


class Note(models.Model):
    """A private note between officers; never shown to the applicant."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:40]


class Serial(models.Model):
    """The last daily serial of an implementing code; gapless, taken in the receipt transaction."""

    task_code = models.TextField()
    day = models.DateField()
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task_code", "day"], name="serial_once")]

    def __str__(self) -> str:
        return f"{self.task_code} {self.day} {self.last}"


class LetterSerial(models.Model):
    """The last document number of an organ for one kind of letter in a year; gapless."""

    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField()
    year = models.IntegerField()
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "kind", "year"], name="letter_serial_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.last}"


class Answered(models.Model):
    """A request that carried an Idempotency-Key, and what was answered: repeats get the same."""

    by = models.TextField()
    key = models.TextField()
    digest = models.TextField()  # of method, address and body
    status = models.IntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="answered_once")]
        indexes = [models.Index(fields=["at"], name="answered_at")]

    def __str__(self) -> str:
        return self.key


class PracticeRead(models.Model):
    """How far the analyser of practice has read the sealed record, in one row, and by which rules."""

    id = models.SmallIntegerField(primary_key=True)
    upto = models.BigIntegerField()  # leaf of the log; -1 before the first
    rules = models.TextField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="practice_read_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.upto)
