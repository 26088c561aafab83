"""A draft may carry the definition of its bundle: of a stage of a construction project."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_bundles'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='defined',
            field=models.JSONField(null=True),
        ),
    ]
