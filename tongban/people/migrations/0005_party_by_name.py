"""Applicants are found by the beginning of their name without reading them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_reviewer_roles")]
    operations = [
        migrations.AddIndex(
            "party",
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="party_by_name"),
        ),
    ]
