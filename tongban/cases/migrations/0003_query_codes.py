"""The sequence short query codes are made from; gaps are harmless."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]
    operations = [
        migrations.RunSQL("create sequence cases_query_code", "drop sequence cases_query_code"),
    ]
