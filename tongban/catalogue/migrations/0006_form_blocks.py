"""Shared blocks of forms: wordings are added, and stay."""

from django.db import migrations, models

_GUARD = """
create function catalogue_formblock_guard() returns trigger language plpgsql as $$
begin
    raise exception 'a wording of a block stays' using errcode = 'insufficient_privilege';
end $$;
create trigger catalogue_formblock_guard before update or delete on catalogue_formblock
    for each row execute function catalogue_formblock_guard();
"""

_UNGUARD = """
drop trigger catalogue_formblock_guard on catalogue_formblock;
drop function catalogue_formblock_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_workbooks")]
    operations = [
        migrations.CreateModel(
            name="FormBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                ("number", models.IntegerField()),
                ("block", models.JSONField()),
                ("digest", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code", "number"), name="form_block_once")]
            },
        ),
        migrations.RunSQL(_GUARD, _UNGUARD),
    ]
