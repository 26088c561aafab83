"""What has been promised for later in a case, and a case returned because it did not come."""

import django.db.models.fields.json
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_cosignatures'),
        ('catalogue', '0009_devolutions_stay'),
        ('people', '0008_founded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='case',
            name='case_ended_has_no_duty',
        ),
        migrations.AddField(
            model_name='case',
            name='promise',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.fields.json.KeyTextTransform('state', django.db.models.fields.json.KeyTextTransform('promise', 'state')), output_field=models.TextField(null=True)),
        ),
        migrations.AddField(
            model_name='case',
            name='promise_due',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.fields.json.KeyTextTransform('due_on', django.db.models.fields.json.KeyTextTransform('promise', 'state')), output_field=models.TextField(null=True)),
        ),
        migrations.AlterField(
            model_name='case',
            name='stage',
            field=models.TextField(choices=[('new', 'new'), ('received', 'received'), ('correcting', 'correcting'), ('pre_review', 'pre_review'), ('handling', 'handling'), ('suspended', 'suspended'), ('granted', 'granted'), ('refused', 'refused'), ('delivered', 'delivered'), ('not_accepted', 'not_accepted'), ('returned', 'returned'), ('withdrawn', 'withdrawn'), ('archived', 'archived')]),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('promise', 'open')), fields=['promise_due', 'case_no'], name='case_promise_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('promise__isnull', False)), fields=['party', 'promise'], name='case_promises_of'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ['archived', 'delivered', 'not_accepted', 'returned', 'withdrawn']), _negated=True), ('duty', ''), _connector='OR'), name='case_ended_has_no_duty'),
        ),
    ]
