"""The record's tables: events, the sealed order, tree nodes, checkpoints, refusals; append-only. And how far it is sealed."""

from django.db import models


class Xid8Field(models.BigIntegerField):
    """A transaction id, given by the database."""

    def db_type(self, connection) -> str:
        return "xid8"


class Event(models.Model):
    """Something that happened. `id` and `tx` are the database's; the leaf covers all the rest.

    After an erasure `facts` and `salt` are null and the leaf stays.
    """

    id = models.BigAutoField(primary_key=True)
    tx = Xid8Field(editable=False)
    stream_kind = models.TextField()
    stream_id = models.TextField()
    position = models.IntegerField()
    kind = models.TextField()
    facts = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    leaf = models.BinaryField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream_kind", "stream_id", "position"], name="event_position_once"
            ),
            models.CheckConstraint(name="event_position_from_one", condition=models.Q(position__gte=1)),
            models.CheckConstraint(
                name="event_whole_or_erased",
                condition=models.Q(facts__isnull=False, salt__isnull=False)
                | models.Q(facts__isnull=True, salt__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_kind} {self.stream_id} #{self.position} {self.kind}"


class LogEntry(models.Model):
    """The sealed order: leaf `index` of the log is event `event_id`, committed by transaction `tx`."""

    index = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    tx = models.BigIntegerField()
    leaf = models.BinaryField()

    def __str__(self) -> str:
        return str(self.index)


class Horizon(models.Model):
    """How far the log has sealed, in one row: the largest (tx, event_id) that was gathered.

    `base` is added to this server's transaction ids: after a restore into a younger server they begin
    again from below, and the order must go on.
    """

    id = models.SmallIntegerField(primary_key=True)
    base = models.BigIntegerField()
    tx = models.BigIntegerField()
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="horizon_is_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.tx}/{self.event_id}"


class TreeNode(models.Model):
    """A complete subtree of 2**level leaves: its hash."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed root of the first `size` leaves; `note` carries the signatures, witnesses' included."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)


class Refusal(models.Model):
    """A command that a rule refused: who asked for what, when, and which rule said no."""

    id = models.BigAutoField(primary_key=True)
    stream_kind = models.TextField()
    stream_id = models.TextField()
    code = models.TextField()
    facts = models.JSONField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="refusal_latest")]

    def __str__(self) -> str:
        return f"{self.code} {self.stream_id}"
