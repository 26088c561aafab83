"""Wordings that a place says from a day to come stand beside what it says now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bilingual", "0002_guards")]
    operations = [
        migrations.AddField("message", "begins_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("message", "message_once"),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                fields=["part", "key", "begins_at"], name="message_once", nulls_distinct=False
            ),
        ),
    ]
