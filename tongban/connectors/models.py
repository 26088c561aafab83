"""Tables of the connectors room: lanes, messages out, messages in."""

import uuid

from django.db import models
from django.db.models import F, Q

OPEN = Q(accepted_at=None, given_up_at=None)


class Lane(models.Model):
    """What is kept in order: one receiver and one subject, and how many messages it has had."""

    id = models.BigAutoField(primary_key=True)
    receiver = models.TextField()
    subject = models.TextField()
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receiver", "subject"], name="connector_lane_once")]

    def __str__(self) -> str:
        return f"{self.receiver} {self.subject}"


class Message(models.Model):
    """A message to an organ outside. `body` is sealed; `position` is that of its last event.

    Open until accepted or given up. `failed_at`: on the list of failures, waiting for somebody's decision.
    `status` and `problem` are those of the last try.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    receiver = models.TextField()
    subject = models.TextField()
    sequence = models.IntegerField()
    kind = models.TextField()
    body = models.BinaryField()
    issued_at = models.DateTimeField()
    by = models.TextField()
    position = models.IntegerField(default=1)
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    problem = models.JSONField(null=True)
    accepted_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "subject", "sequence"], name="connector_message_in_its_place"
            ),
            models.CheckConstraint(
                name="connector_message_ends_once",
                condition=Q(accepted_at=None) | Q(given_up_at=None, failed_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "due_at"], name="connector_message_due", condition=OPEN),
            models.Index(
                fields=["receiver", "subject", "sequence"], name="connector_message_open", condition=OPEN
            ),
            models.Index(F("receiver"), F("answered_at").desc(), name="connector_message_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver} {self.subject} #{self.sequence} {self.kind}"


class Received(models.Model):
    """A message from an organ outside, as it came: `payload` is sealed, `signature` its three headers.

    Only added; `handed_at` and `handler` say once to whom it was handed over, `refused` with which refusal.
    """

    id = models.BigAutoField(primary_key=True)
    sender = models.TextField()
    message_id = models.TextField()
    subject = models.TextField()
    kind = models.TextField()
    in_reply_to = models.UUIDField(null=True)
    payload = models.BinaryField()
    digest = models.BinaryField()
    signature = models.JSONField()
    received_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    handler = models.TextField(default="", blank=True)
    refused = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "message_id"], name="connector_received_once")
        ]
        indexes = [
            models.Index(
                fields=["sender", "subject", "id"],
                name="connector_received_waiting",
                condition=Q(handed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.message_id} {self.kind}"
