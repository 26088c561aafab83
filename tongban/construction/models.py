"""Projects, who takes part in them, their applications for stages, and the stages that are closed."""

from django.db import models
from django.db.models import Q


class Project(models.Model):
    """A construction project (工程建设项目) under its unified code; `edition` names the definition it began with."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    theme = models.TextField()
    edition = models.TextField()
    facts = models.JSONField()  # {fact: value}: which items apply
    answers = models.JSONField()  # {field of the one form: value}, given at registration
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    division_code = models.TextField()
    town = models.TextField()
    registered_at = models.DateTimeField()
    started_on = models.DateField(null=True)  # of the works
    started_at = models.DateTimeField(null=True)  # when that was told
    completed_at = models.DateTimeField(null=True)
    position = models.IntegerField()  # of its last event

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "-registered_at", "code"], name="project_of_division"),
        ]
        constraints = [
            models.CheckConstraint(
                name="project_code_24",
                condition=Q(code__regex=r"^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}$"),
            ),
            models.CheckConstraint(
                name="project_started_when_told",
                condition=Q(started_on__isnull=True, started_at__isnull=True)
                | Q(started_on__isnull=False, started_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Participant(models.Model):
    """A firm in a role (参建单位): with its qualification and the leader of its work; replaced, never changed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="participants")
    role = models.TextField()
    name = models.TextField()
    uscc = models.TextField()
    qualification = models.TextField()
    leader = models.TextField()
    certificate = models.TextField(default="")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "role"], name="participant_once", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.project_id}"


class Application(models.Model):
    """An application for a stage: a draft of its items, then the bundle it was received as."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="applications")
    stage = models.TextField()
    draft = models.OneToOneField("cases.Draft", models.CASCADE, related_name="+")
    bundle = models.OneToOneField("cases.Bundle", models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "stage"], name="application_open_once", condition=Q(bundle__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} of {self.project_id}"


class Closing(models.Model):
    """A stage is closed: when, by whom; once."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="closings")
    stage = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "stage"], name="closing_once")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.project_id}"
