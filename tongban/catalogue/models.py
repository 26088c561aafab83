"""The catalogue's tables: items, versions of their guides, where they run, the calendar's decisions."""

from datetime import date, datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce

from tongban.catalogue.rules.standing import DUE, Source, Stand
from tongban.catalogue.rules.workflow import OPEN, Status
from tongban.engine.competence import Mode


def _alone_or_none(column: str) -> Func:
    """`column` as a one-value range, 0 when it is null."""
    value = Coalesce(F(column), Value(0, output_field=models.BigIntegerField()))
    return Func(value, value, Value("[]"), function="int8range")


def _number_alone(column: str) -> Func:
    """The number in a text `column` as a one-value range."""
    value = Cast(F(column), models.BigIntegerField())
    return Func(value, value, Value("[]"), function="int8range")


class Item(models.Model):
    """A standard item (事项) by its base code; what it says stands in its versions."""

    base_code = models.TextField(unique=True)
    number = models.IntegerField()
    department = models.TextField()
    kind = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="item_base_code_12", condition=Q(base_code__regex=r"^[0-9]{12}$"))
        ]

    def __str__(self) -> str:
        return self.base_code


class Versions(models.QuerySet["ItemVersion"]):
    def in_force(self, at: datetime) -> "Versions":
        """Those published whose time has come and has not ended."""
        begun = self.filter(status=Status.PUBLISHED, effective_from__lte=at)
        return begun.filter(Q(effective_to=None) | Q(effective_to__gt=at))


class ItemVersion(models.Model):
    """One wording of an item's guide (实施清单). Once submitted it does not change; once published it ends.

    A local version has the implementation it is for, the standard it was made from, and its overrides.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    implementation = models.ForeignKey("Implementation", models.PROTECT, null=True, related_name="versions")
    standard = models.ForeignKey("self", models.PROTECT, null=True, related_name="local_versions")
    number = models.IntegerField()
    guide = models.JSONField()
    overrides = models.JSONField(default=dict)
    digest = models.TextField()
    status = models.TextField(choices=[(status.value, status.value) for status in Status])
    effective_from = models.DateTimeField(null=True)  # of a draft: when it is meant to come into force
    effective_to = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    created_by = models.TextField(default="")
    published_at = models.DateTimeField(null=True)
    published_by = models.TextField(default="")

    objects = Versions.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "implementation", "number"], name="item_version_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["item", "implementation"],
                name="item_version_one_open",
                condition=Q(status__in=sorted(status.value for status in OPEN)),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="item_version_published_since",
                condition=~Q(status="published")
                | Q(effective_from__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="item_version_local_has_standard",
                condition=Q(implementation__isnull=True, standard__isnull=True)
                | Q(implementation__isnull=False, standard__isnull=False),
            ),
            ExclusionConstraint(
                name="item_version_one_in_force",
                expressions=[
                    (Func(F("item"), F("item"), Value("[]"), function="int8range"), "&&"),
                    (_alone_or_none("implementation"), "&&"),
                    (Func(F("effective_from"), F("effective_to"), function="tstzrange"), "&&"),
                ],
                condition=Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class VersionStep(models.Model):
    """Who brought a version from one state to the next, when, and with which words (审核记录)."""

    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="passed")
    status = models.TextField()  # the state it left
    outcome = models.TextField(choices=[(word, word) for word in ("submitted", "approved", "returned")])
    by = models.TextField()
    at = models.DateTimeField()
    note = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.version_id} {self.status} {self.outcome}"


class LintAnswer(models.Model):
    """What a department says to a finding about a version that may stand: why it is lawful or harmless."""

    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="answers")
    rule = models.TextField()
    where = models.TextField()
    answer = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "rule", "where"], name="lint_answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.rule} {self.where}"


class StandingFinding(models.Model):
    """A finding about a version in force or about practice: the folded state and the columns it is found by.

    The key is the finding's identity; its history is the record's stream "finding" of that name.
    """

    key = models.TextField(primary_key=True)
    source = models.TextField(choices=[(source.value, source.value) for source in Source])
    rule = models.TextField()
    base_code = models.TextField()
    path = models.TextField()
    department = models.TextField()
    division_code = models.TextField()
    organ = models.ForeignKey("people.Organ", models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")
    subject = models.TextField(default="")  # digest of the part it is about
    message = models.JSONField()
    told = models.JSONField()  # the rule in words: title, basis, mend
    state = models.JSONField()
    stand = models.TextField(choices=[(stand.value, stand.value) for stand in Stand])
    due_on = models.DateField(null=True)
    escalated = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["department", "stand", "due_on"], name="finding_of_department"),
            models.Index(fields=["base_code", "source"], name="finding_of_item"),
            models.Index(
                fields=["due_on"],
                name="finding_due",
                condition=Q(stand__in=sorted(stand.value for stand in DUE)),
            ),
            models.Index(fields=["-settled_at", "key"], name="finding_settled"),
        ]
        constraints = [
            models.CheckConstraint(
                name="finding_due_has_day",
                condition=~Q(stand__in=sorted(stand.value for stand in DUE)) | Q(due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.base_code} {self.path}"


class FindingCase(models.Model):
    """An event of a case in which a finding about practice was seen."""

    finding = models.ForeignKey(StandingFinding, models.PROTECT, related_name="cases")
    case_no = models.TextField()
    position = models.IntegerField()
    at = models.DateTimeField()
    what = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "case_no", "position"], name="finding_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.case_no} #{self.position}"


class Inspection(models.Model):
    """A run over every guide in force: by which rules, over what, what was new and what was gone."""

    at = models.DateTimeField()
    rules = models.TextField()  # digest of the rules
    versions = models.TextField()  # digest of all that was looked at
    items = models.IntegerField()
    found = models.IntegerField()
    raised = models.IntegerField()
    closed = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="inspection_latest")]

    def __str__(self) -> str:
        return f"{self.at} {self.found}"


class Workbook(models.Model):
    """A workbook handed in, kept until it is imported or replaced by its owner's next one."""

    by = models.TextField(primary_key=True)
    digest = models.TextField()
    name = models.TextField()
    content = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class FormBlock(models.Model):
    """One wording of a shared block of forms; rows are only added, the newest counts."""

    code = models.TextField()
    number = models.IntegerField()
    block = models.JSONField()  # rules.blocks.Block
    digest = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="form_block_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class Implementations(models.QuerySet["Implementation"]):
    def on(self, day: date) -> "Implementations":
        """Those that run on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Implementation(models.Model):
    """An item as one organ runs it (实施编码): where and on which telephone."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="implementations")
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+")
    task_code = models.TextField(unique=True)
    level = models.TextField()
    division_code = models.TextField()
    place = models.TextField()
    place_en = models.TextField(default="")
    hours = models.TextField(default="")
    hours_en = models.TextField(default="")
    phone = models.TextField()
    complaint_phone = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = Implementations.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="implementation_task_code_31", condition=Q(task_code__regex=r"^[0-9A-Z]{31}$")
            ),
            models.CheckConstraint(
                name="implementation_two_phones", condition=~Q(phone=F("complaint_phone"))
            ),
        ]

    def __str__(self) -> str:
        return self.task_code


class Devolution(models.Model):
    """A power a county's department moved to towns by one document (下放): in which legal form, on what law."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="devolutions")
    grantor = models.ForeignKey("people.Organ", models.PROTECT, related_name="+")
    mode = models.TextField(choices=[(mode.value, mode.value) for mode in Mode])
    basis = models.JSONField()  # rules.guide.Basis
    instrument = models.TextField()  # number of the decision, of a delegation also of its agreement
    notice_on = models.DateField()  # announced on
    notice_at = models.TextField(default="")  # where it was announced
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="devolution_mode_known", condition=Q(mode__in=[mode.value for mode in Mode])
            )
        ]

    def __str__(self) -> str:
        return self.instrument


class TownPowers(models.QuerySet["TownPower"]):
    def on(self, day: date) -> "TownPowers":
        """Those in force on a day."""
        return self.filter(Q(effective_to=None) | Q(effective_to__gte=day), effective_from__lte=day)


class TownPower(models.Model):
    """A town's organ uses a devolved power from one day to another, both included; at most one at a time."""

    devolution = models.ForeignKey(Devolution, models.PROTECT, related_name="powers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    grantee = models.ForeignKey("people.Organ", models.PROTECT, related_name="+", db_index=False)
    division_code = models.TextField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    objects = TownPowers.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "item"], name="town_power_of_town"),
            models.Index(fields=["item", "effective_from"], name="town_power_of_item"),
        ]
        constraints = [
            models.CheckConstraint(
                name="town_power_in_a_town", condition=Q(division_code__regex=r"^[0-9]{9}$")
            ),
            models.CheckConstraint(
                name="town_power_ends_after_start",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
            ),
            ExclusionConstraint(
                name="town_power_one_at_a_time",
                expressions=[
                    (Func(F("item"), F("item"), Value("[]"), function="int8range"), "&&"),
                    (_number_alone("division_code"), "&&"),
                    (Func(F("effective_from"), F("effective_to"), Value("[]"), function="daterange"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.division_code}"


class CalendarDay(models.Model):
    """A decision that a day works or not; the newest for a day counts."""

    day = models.DateField()
    working = models.BooleanField()
    document = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["day", "-at", "-id"], name="calendar_day_newest")]

    def __str__(self) -> str:
        return f"{self.day} {'works' if self.working else 'rests'}"


class CalendarYear(models.Model):
    """A year whose arrangement has been entered in full."""

    year = models.IntegerField(primary_key=True)
    document = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.year)
