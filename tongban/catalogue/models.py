"""The catalogue's tables: items, versions of their guides, where they run, the calendar's decisions."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value

STATUSES = ("draft", "published", "suspended", "cancelled")


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


class ItemVersion(models.Model):
    """One wording of an item's guide (实施清单). Once published only its status and end can change."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    guide = models.JSONField()
    digest = models.TextField()
    status = models.TextField(choices=[(status, status) for status in STATUSES])
    effective_from = models.DateTimeField()
    effective_to = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_once"),
            ExclusionConstraint(
                name="item_version_one_in_force",
                expressions=[
                    (Func(F("item"), F("item"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("effective_from"), F("effective_to"), function="tstzrange"), "&&"),
                ],
                condition=Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class Implementation(models.Model):
    """An item as one organ runs it (实施编码): where and on which telephone."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="implementations")
    organ = models.ForeignKey("people.Organ", models.PROTECT, related_name="+")
    task_code = models.TextField(unique=True)
    level = models.TextField()
    division_code = models.TextField()
    place = models.TextField()
    place_en = models.TextField(default="")
    phone = models.TextField()
    complaint_phone = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

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
