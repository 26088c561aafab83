"""A draft with a simulation on it is not given up; nothing changes in the database."""

from django.db import migrations, models

import tongban.simulated.models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_tolerance"), ("simulated", "0001_simulations")]

    operations = [
        migrations.AlterField(
            model_name="simulation",
            name="draft",
            field=models.OneToOneField(
                on_delete=tongban.simulated.models.stays, related_name="+", to="cases.draft"
            ),
        ),
    ]
