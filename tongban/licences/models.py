"""Licences, what became of them, where they were used, and copies made of them; rows are added, hardly ever changed."""

from django.db import models
from django.db.models import F, Q

from tongban.licences.rules.proceedings import GROUNDS, KINDS
from tongban.licences.rules.standing import Status


class Licence(models.Model):
    """A result as it was issued. Only `status` and `ended_at` ever change, once; see the guard in migrations."""

    identifier = models.TextField(unique=True)  # 电子证照标识
    number = models.TextField()  # 证号; the same in each edition
    edition = models.IntegerField(default=1)  # 版本号
    code = models.TextField(unique=True)  # public verification code
    case_no = models.TextField()
    item = models.TextField()  # base code
    version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+", db_index=False)
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+", db_index=False)
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+", db_index=False)
    subject = models.JSONField(default=dict)  # {field code: value}: what it is about beside its holder
    document = models.JSONField()  # rules.documents.Document
    signature = models.BinaryField()  # detached, of the canonical document
    token = models.TextField()  # what its QR code carries
    letter = models.BigIntegerField(null=True)  # the letter that holds its PDF
    pdf = models.BinaryField(null=True)  # its PDF, where no letter holds it
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    status = models.TextField(default=Status.VALID.value)
    ended_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")

    class Meta:
        indexes = [
            models.Index(fields=["party", "-issued_at", "-id"], name="licence_of_party"),
            models.Index(fields=["organ", "-issued_at", "-id"], name="licence_of_organ"),
            models.Index(fields=["id"], name="licence_ended", condition=~Q(status="valid")),
            models.Index(fields=["number"], name="licence_by_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="licence_number_once"),
            models.UniqueConstraint(
                fields=["case_no"], name="licence_one_valid_per_case", condition=Q(status="valid")
            ),
            models.UniqueConstraint(
                fields=["number"], name="licence_one_valid_per_number", condition=Q(status="valid")
            ),
            models.CheckConstraint(
                name="licence_status_known", condition=Q(status__in=[status.value for status in Status])
            ),
            models.CheckConstraint(
                name="licence_ended_when_not_valid",
                condition=Q(status="valid", ended_at__isnull=True)
                | (~Q(status="valid") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="licence_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="licence_edition_replaces",
                condition=Q(edition=1, replaces__isnull=True) | Q(edition__gt=1, replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="licence_has_one_pdf",
                condition=Q(letter__isnull=False, pdf__isnull=True)
                | Q(letter__isnull=True, pdf__isnull=False),
            ),
            models.CheckConstraint(
                name="licence_identifier_form",
                condition=Q(
                    identifier__regex=r"^1\.2\.156\.3005\.2\.[0-9]{12}\.[0-9A-Z]{18}\.[0-9]{9}\.[0-9]{3}\.[0-9A-Z]$"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Use(models.Model):
    """A licence stood for a material of an application (使用记录); shown to its holder."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="uses", db_index=False)
    case_no = models.TextField()
    material = models.TextField()
    purpose = models.JSONField()  # {item: Text, material: Text}
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case_no"], name="licence_use_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["licence", "case_no", "material"], name="licence_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.material} of {self.case_no}"


class Copy(models.Model):
    """A copy of a licence for one purpose, one recipient and some days, with its own code."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="copies")
    code = models.TextField(unique=True)
    purpose = models.TextField()
    recipient = models.TextField()
    valid_to = models.DateField()
    pdf = models.BinaryField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="copy_says_for_what", condition=~Q(purpose="") & ~Q(recipient=""))
        ]

    def __str__(self) -> str:
        return self.code


class Proceeding(models.Model):
    """A proceeding to end a licence: opened by one officer, confirmed or rejected by another."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="proceedings")
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    ground = models.TextField(choices=[(ground, ground) for ground in GROUNDS])
    reason = models.TextField()
    changes = models.JSONField(default=dict)  # of a replacement: {place of the detail: new words}
    opened_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    outcome = models.TextField(null=True)  # confirmed | rejected
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["licence"], name="proceeding_one_open", condition=Q(outcome__isnull=True)
            ),
            models.CheckConstraint(
                name="proceeding_kind_and_ground_known",
                condition=Q(kind__in=sorted(KINDS), ground__in=sorted(GROUNDS)),
            ),
            models.CheckConstraint(
                name="proceeding_decided_by_another",
                condition=Q(outcome__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["confirmed", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("opened_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of licence {self.licence_id}"
