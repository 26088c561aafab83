"""The newest cases of the whole city, as supervisors read them, without reading all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_archive")]
    operations = [
        migrations.AddIndex("case", models.Index(fields=["-received_at", "case_no"], name="case_newest")),
    ]
