"""What is translated: Chinese wordings and where they stand, translations with their three hands, editions."""

from django.db import models
from django.db.models import Q

from tongban.bilingual.rules.workflow import OPEN, Status
from tongban.people.rules import Language


class Message(models.Model):
    """A Chinese wording at its place: of the interface, a guide, a letter or a sign; said now, or from a day to come."""

    part = models.TextField()
    key = models.TextField()  # of the place: what it says may change
    zh = models.TextField()
    context = models.TextField(default="")
    digest = models.TextField()  # rules.wording.digest of what it says now
    former = models.TextField(
        default=""
    )  # digest of the last wording before that had an approved translation
    place = models.TextField(default="")  # where a reader finds it
    said_at = models.DateTimeField()  # since when it says this; of a planned one: since when that is known
    begins_at = models.DateTimeField(
        null=True
    )  # of a planned one: from when it stands in place of what is said
    retired_at = models.DateTimeField(null=True)  # since when it is said no more

    class Meta:
        indexes = [
            models.Index(fields=["part", "id"], name="message_said", condition=Q(retired_at__isnull=True)),
            models.Index(fields=["part", "digest"], name="message_of_wording"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "key", "begins_at"], name="message_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.key}"


class Translation(models.Model):
    """Words for a Chinese wording in a language, from draft to approval; places that say the same share it."""

    part = models.TextField()
    digest = models.TextField()
    zh = models.TextField()
    context = models.TextField(default="")
    language = models.TextField(choices=[(one.value, one.value) for one in Language])
    words = models.TextField()
    source = models.TextField()  # who vouches for the words: an authority, a glossary, the translator
    status = models.TextField(choices=[(status.value, status.value) for status in Status])
    note = models.TextField(default="")  # why it was returned or withdrawn last
    translated_by = models.TextField()
    translated_at = models.DateTimeField()
    reviewed_by = models.TextField(default="")
    reviewed_at = models.DateTimeField(null=True)
    approved_by = models.TextField(default="")
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["part", "digest", "language"], name="translation_of_wording"),
            models.Index(
                fields=["language", "id"],
                name="translation_shown",
                condition=Q(status=Status.APPROVED.value),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "digest", "language"],
                name="translation_one_open",
                condition=Q(status__in=[status.value for status in OPEN]),
            ),
            models.UniqueConstraint(
                fields=["part", "digest", "language"],
                name="translation_one_approved",
                condition=Q(status=Status.APPROVED.value),
            ),
            models.CheckConstraint(
                name="translation_by_three",
                condition=~Q(status=Status.APPROVED.value)
                | (
                    ~Q(reviewed_by="")
                    & ~Q(approved_by="")
                    & ~Q(reviewed_by=models.F("translated_by"))
                    & ~Q(approved_by=models.F("translated_by"))
                    & ~Q(approved_by=models.F("reviewed_by"))
                ),
            ),
            models.CheckConstraint(
                name="translation_language_known",
                condition=Q(language__in=[one.value for one in Language]),
            ),
            models.CheckConstraint(name="translation_vouched", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.status}"


class Edition(models.Model):
    """Changes with whatever is approved or withdrawn in a language: a process sees that its words are old."""

    language = models.TextField(primary_key=True)
    token = models.TextField()  # another one after every change

    def __str__(self) -> str:
        return f"{self.language} {self.token}"
