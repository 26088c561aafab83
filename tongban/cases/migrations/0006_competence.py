"""The place a matter belongs to, and the competence a case keeps, found by its columns."""

import django.db.models.fields.json
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_newest'),
        ('catalogue', '0009_devolutions_stay'),
        ('people', '0005_party_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='in_name_of',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('in_name_of', django.db.models.fields.json.KeyTextTransform('competence', 'state')), models.BigIntegerField()), output_field=models.BigIntegerField(null=True)),
        ),
        migrations.AddField(
            model_name='case',
            name='mode',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.fields.json.KeyTextTransform('mode', django.db.models.fields.json.KeyTextTransform('competence', 'state')), output_field=models.TextField(null=True)),
        ),
        migrations.AddField(
            model_name='draft',
            name='place',
            field=models.TextField(default=''),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('in_name_of__isnull', False)), fields=['in_name_of', '-received_at'], name='case_in_name_of'),
        ),
        migrations.RunSQL(
            "update cases_draft set place = run.division_code"
            " from catalogue_implementation run where run.id = implementation_id",
            migrations.RunSQL.noop,
        ),
    ]
