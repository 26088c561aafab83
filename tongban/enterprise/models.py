"""Service projects, mandates, the log, blockers, consultations and their tasks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.enterprise.rules import GRANTABLE, Act, Rating


class ServiceProject(models.Model):
    """A project served by the Enterprise Service Centre: a construction project by its code, or a plain one."""

    construction = models.ForeignKey("construction.Project", models.PROTECT, null=True, related_name="+")
    name = models.TextField()
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    division = models.ForeignKey("people.Division", models.PROTECT, related_name="+")
    theme = models.TextField(default="")  # of a plain project: what kind of building it will be, if any
    investment = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # yuan
    key = models.BooleanField()  # 重点项目
    started_on = models.DateField(null=True)  # of a plain project: building began
    entered_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    steward = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    planned_from = models.DateField(null=True)  # the day the plan counts from: when the first steward came
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    rating = models.SmallIntegerField(null=True)  # GB/T 39046-2020 A.8: 1 is the best
    words = models.TextField(default="")
    position = models.IntegerField()  # of its last event

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["construction"], name="service_once_at_a_time", condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="service_planned_for_steward",
                condition=Q(steward__isnull=True, planned_from__isnull=True)
                | Q(steward__isnull=False, planned_from__isnull=False),
            ),
            models.CheckConstraint(
                name="service_closed_with_rating",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, rating__isnull=True, words="")
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    rating__isnull=False,
                    rating__in=[one.value for one in Rating],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.pk}"


class Mandate(models.Model):
    """A mandate (代办委托书): drawn up for a principal, signed or declined by it once; its representation ends it."""

    project = models.ForeignKey(ServiceProject, models.PROTECT, related_name="mandates")
    party = models.ForeignKey("people.Party", models.PROTECT, related_name="+")
    steward = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    scope = ArrayField(models.TextField())
    data = models.BooleanField()  # consent: the steward may use what the platform knows of the enterprise
    until = models.DateField()
    drawn_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    drawn_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signature = models.JSONField(null=True)  # engine.lifecycle.state.Signature
    representation = models.OneToOneField(
        "people.Representation", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandate_scope_known",
                condition=Q(scope__len__gt=0, scope__contained_by=sorted(one.value for one in GRANTABLE)),
            ),
            models.CheckConstraint(
                name="mandate_signed_or_declined",
                condition=Q(signed_at__isnull=True, signature__isnull=True, representation__isnull=True)
                | Q(
                    signed_at__isnull=False,
                    signature__isnull=False,
                    representation__isnull=False,
                    declined_at__isnull=True,
                ),
            ),
            models.UniqueConstraint(
                fields=["party", "steward"],
                name="mandate_drawn_up_once",
                condition=Q(signed_at__isnull=True, declined_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"mandate {self.pk}"


class LogEntry(models.Model):
    """What a steward did (服务日志); a service only with evidence. Never changed."""

    project = models.ForeignKey(ServiceProject, models.PROTECT, related_name="log")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="+", db_index=False)
    steward = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    act = models.TextField(choices=[(act.value, act.value) for act in Act])
    what = models.TextField()
    minutes = models.IntegerField()
    outcome = models.TextField(default="")
    event = models.ForeignKey(
        "record.Event", models.PROTECT, null=True, related_name="+", db_constraint=False
    )  # the record stands alone: no table of a room holds on to it
    file = models.JSONField(null=True)  # {digest, name, media_type, size}
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["on", "project"], name="log_by_day")]
        constraints = [
            models.CheckConstraint(name="log_minutes", condition=Q(minutes__gte=1, minutes__lte=1440)),
            models.CheckConstraint(
                name="log_under_mandate", condition=Q(act=Act.ADVISE.value) | Q(mandate__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.on}"


class Blocker(models.Model):
    """What holds a project up (堵点): what, whose, since when; resolved once."""

    project = models.ForeignKey(ServiceProject, models.PROTECT, related_name="blockers")
    step = models.TextField(default="")  # base code of the step it holds up
    what = models.TextField()
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+")
    since = models.DateField()
    raised_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )
    how = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="blocker_resolved_by_somebody",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, how="")
                | Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(how=""),
            )
        ]

    def __str__(self) -> str:
        return f"blocker {self.pk}"


class Consultation(models.Model):
    """An ad-hoc consultation about a blocker (一事一会商): convened, then concluded once."""

    blocker = models.ForeignKey(Blocker, models.PROTECT, related_name="consultations")
    on = models.DateField()
    question = models.TextField()
    organs = models.ManyToManyField("people.Organ", related_name="+")
    convened_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    convened_at = models.DateTimeField()
    conclusion = models.TextField(default="")
    concluded_at = models.DateTimeField(null=True)
    concluded_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["blocker"], name="consultation_open_once", condition=Q(concluded_at__isnull=True)
            ),
            models.CheckConstraint(
                name="consultation_concluded_in_words",
                condition=Q(concluded_at__isnull=True, concluded_by__isnull=True, conclusion="")
                | Q(concluded_at__isnull=False, concluded_by__isnull=False) & ~Q(conclusion=""),
            ),
        ]

    def __str__(self) -> str:
        return f"consultation {self.pk}"


class Task(models.Model):
    """Who does what by when, after a consultation; done once."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="tasks")
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+")
    who = models.TextField()
    what = models.TextField()
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["due", "id"], name="task_open", condition=Q(done_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                name="task_done_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(name="task_names_somebody", condition=~Q(who="") & ~Q(what="")),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"
