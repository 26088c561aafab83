"""Deeds about devolved powers: proposed by one officer, decided by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0009_devolutions_stay'),
        ('people', '0005_party_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Deed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('grant', 'grant'), ('renewal', 'renewal'), ('recall', 'recall')])),
                ('towns', models.JSONField()),
                ('mode', models.TextField(choices=[('by_law', 'by_law'), ('authorisation', 'authorisation'), ('delegation', 'delegation')], default='')),
                ('basis', models.JSONField(null=True)),
                ('instrument', models.TextField(default='')),
                ('notice_on', models.DateField(null=True)),
                ('notice_at', models.TextField(default='')),
                ('first_day', models.DateField(null=True)),
                ('last_day', models.DateField(null=True)),
                ('reason', models.TextField(default='')),
                ('agreement', models.JSONField(null=True)),
                ('proposed_at', models.DateTimeField()),
                ('outcome', models.TextField(choices=[('confirmed', 'confirmed'), ('rejected', 'rejected')], null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.TextField(default='')),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.devolution')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grantor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organ')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
                ('made', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.devolution')),
                ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('outcome__isnull', True)), fields=['-id'], name='deed_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['grant', 'renewal', 'recall'])), name='deed_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('about__isnull', True), ('kind', 'grant')), models.Q(('about__isnull', False), ('kind__in', ['renewal', 'recall'])), _connector='OR'), name='deed_about_what_stands'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('outcome__in', ['confirmed', 'rejected']), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='deed_decided_by_another'), models.CheckConstraint(condition=models.Q(('made__isnull', True), models.Q(('kind__in', ['grant', 'renewal']), ('outcome', 'confirmed')), _connector='OR'), name='deed_makes_what_is_confirmed')],
            },
        ),
    ]
