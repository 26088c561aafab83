"""Simulations of applications and the opinions given on them; an application itself stays a draft of the cases room."""

from django.db import models
from django.db.models import Q

from tongban.engine.refusal import Refused


def stays(collector, field, found, using) -> None:
    """A draft with a simulation on it is not given up: opinions of officers rest on it. Refuses `draft_simulated`."""
    raise Refused("draft_simulated")


class Simulation(models.Model):
    """A draft under simulated approval; it becomes a case only by being submitted after its precondition has come."""

    number = models.TextField(primary_key=True)
    draft = models.OneToOneField("cases.Draft", stays, related_name="+")
    item = models.TextField()  # base code
    name = models.JSONField()
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+", db_index=False)
    division_code = models.TextField()  # where the matter is; the rule is that place's
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    parameters = models.JSONField()  # {field: answer} when opened or last looked at
    precondition = models.JSONField(null=True)  # of the document given: name, media type, size, digest
    precondition_at = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    converted_at = models.DateTimeField(null=True)
    position = models.IntegerField()  # of its last event

    class Meta:
        indexes = [models.Index(fields=["organ", "-opened_at", "number"], name="simulation_of_organ")]
        constraints = [
            models.CheckConstraint(name="simulation_number", condition=Q(number__startswith="MN")),
            models.CheckConstraint(
                name="simulation_converted_has_precondition",
                condition=Q(converted_at__isnull=True) | Q(precondition_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Opinion(models.Model):
    """A simulated opinion (模拟审批意见): internal, without legal effect; superseded ones are kept."""

    simulation = models.ForeignKey(Simulation, models.PROTECT, related_name="opinions")
    aspect = models.TextField()
    step = models.TextField()
    passed = models.BooleanField()
    words = models.TextField()
    number = models.TextField(unique=True)
    digest = models.TextField()  # of the parameters it rests on
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    valid_until = models.DateField()
    pdf = models.BinaryField()
    invalidated_at = models.DateTimeField(null=True)
    changed = models.JSONField(default=list)  # the fields whose change took it back
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["simulation", "aspect"],
                name="opinion_once",
                condition=Q(invalidated_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.number


class Serial(models.Model):
    """The last number of a series of simulations or opinions."""

    series = models.TextField(primary_key=True)
    last = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
