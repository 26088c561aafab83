"""Devolutions to towns, and the periods a town's organ uses the power."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_standing_findings'),
        ('people', '0005_party_by_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Devolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.TextField(choices=[('by_law', 'by_law'), ('authorisation', 'authorisation'), ('delegation', 'delegation')])),
                ('basis', models.JSONField()),
                ('instrument', models.TextField()),
                ('notice_on', models.DateField()),
                ('notice_at', models.TextField(default='')),
                ('created_at', models.DateTimeField()),
                ('grantor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organ')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devolutions', to='catalogue.item')),
            ],
        ),
        migrations.CreateModel(
            name='TownPower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_code', models.TextField()),
                ('effective_from', models.DateField()),
                ('effective_to', models.DateField(null=True)),
                ('devolution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='powers', to='catalogue.devolution')),
                ('grantee', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organ')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
            ],
        ),
        migrations.AddConstraint(
            model_name='devolution',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['by_law', 'authorisation', 'delegation'])), name='devolution_mode_known'),
        ),
        migrations.AddIndex(
            model_name='townpower',
            index=models.Index(fields=['division_code', 'item'], name='town_power_of_town'),
        ),
        migrations.AddIndex(
            model_name='townpower',
            index=models.Index(fields=['item', 'effective_from'], name='town_power_of_item'),
        ),
        migrations.AddConstraint(
            model_name='townpower',
            constraint=models.CheckConstraint(condition=models.Q(('division_code__regex', '^[0-9]{9}$')), name='town_power_in_a_town'),
        ),
        migrations.AddConstraint(
            model_name='townpower',
            constraint=models.CheckConstraint(condition=models.Q(('effective_to__isnull', True), ('effective_to__gte', models.F('effective_from')), _connector='OR'), name='town_power_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='townpower',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('item'), models.F('item'), models.Value('[]'), function='int8range'), '&&'), (models.Func(django.db.models.functions.comparison.Cast(models.F('division_code'), models.BigIntegerField()), django.db.models.functions.comparison.Cast(models.F('division_code'), models.BigIntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('effective_from'), models.F('effective_to'), models.Value('[]'), function='daterange'), '&&')], name='town_power_one_at_a_time'),
        ),
    ]
