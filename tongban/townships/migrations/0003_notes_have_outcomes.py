"""What is said on deciding a deed stands with what was decided."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("townships", "0002_deeds_stay")]
    operations = [
        migrations.AddConstraint(
            model_name="deed",
            constraint=models.CheckConstraint(
                name="deed_note_has_outcome", condition=Q(note="") | Q(outcome__isnull=False)
            ),
        ),
    ]
