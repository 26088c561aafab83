"""Deeds: what one officer proposes about a devolved power, and another confirms or rejects."""

from django.db import models
from django.db.models import F, Q

from tongban.engine.competence import Mode
from tongban.townships.rules import Kind


class Deed(models.Model):
    """A grant, a renewal or a recall of a power of towns (下放、续期、收回); decided once."""

    kind = models.TextField(choices=[(kind.value, kind.value) for kind in Kind])
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+", db_index=False)
    grantor = models.ForeignKey("people.Organ", models.PROTECT, related_name="+")
    about = models.ForeignKey(
        "catalogue.Devolution", models.PROTECT, null=True, related_name="+"
    )  # renewed, recalled
    made = models.OneToOneField("catalogue.Devolution", models.PROTECT, null=True, related_name="+")
    towns = models.JSONField()  # {town's code: [check passed, …]}
    mode = models.TextField(default="", choices=[(mode.value, mode.value) for mode in Mode])
    basis = models.JSONField(null=True)  # catalogue.rules.guide.Basis
    instrument = models.TextField(default="")
    notice_on = models.DateField(null=True)
    notice_at = models.TextField(default="")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    reason = models.TextField(default="")
    agreement = models.JSONField(null=True)  # {digest, name, media_type, size} of the file
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    outcome = models.TextField(null=True, choices=[(word, word) for word in ("confirmed", "rejected")])
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="deed_waiting", condition=Q(outcome__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="deed_kind_known", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(
                name="deed_about_what_stands",
                condition=Q(kind="grant", about__isnull=True)
                | Q(kind__in=["renewal", "recall"], about__isnull=False),
            ),
            models.CheckConstraint(
                name="deed_decided_by_another",
                condition=Q(outcome__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["confirmed", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="deed_note_has_outcome", condition=Q(note="") | Q(outcome__isnull=False)
            ),
            models.CheckConstraint(
                name="deed_makes_what_is_confirmed",
                condition=Q(made__isnull=True) | Q(outcome="confirmed", kind__in=["grant", "renewal"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
