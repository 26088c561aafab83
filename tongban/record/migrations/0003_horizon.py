"""How far the log has sealed; no truncation; a checkpoint's note may only grow by signatures."""

from django.db import migrations, models

_START = """
insert into record_horizon (id, base, tx, event_id)
select 1, 0, coalesce(max(last.tx), 0), coalesce(max(last.event_id), 0)
from (select tx, event_id from record_logentry order by index desc limit 1) last
"""

_GUARD = """
create function record_note_guard() returns trigger language plpgsql as $$
begin
    if starts_with(new.note, old.note) then
        return new;
    end if;
    raise exception 'the record is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger record_checkpoint_note_guard before update of note on record_checkpoint
    for each row execute function record_note_guard();
create trigger record_event_truncation before truncate on record_event
    for each statement execute function record_guard();
create trigger record_logentry_truncation before truncate on record_logentry
    for each statement execute function record_guard();
create trigger record_treenode_truncation before truncate on record_treenode
    for each statement execute function record_guard();
create trigger record_checkpoint_truncation before truncate on record_checkpoint
    for each statement execute function record_guard();
create trigger record_refusal_truncation before truncate on record_refusal
    for each statement execute function record_guard();
"""

_UNGUARD = """
drop trigger record_refusal_truncation on record_refusal;
drop trigger record_checkpoint_truncation on record_checkpoint;
drop trigger record_treenode_truncation on record_treenode;
drop trigger record_logentry_truncation on record_logentry;
drop trigger record_event_truncation on record_event;
drop trigger record_checkpoint_note_guard on record_checkpoint;
drop function record_note_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("base", models.BigIntegerField()),
                ("tx", models.BigIntegerField()),
                ("event_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="horizon_is_one")
                ],
            },
        ),
        migrations.RunSQL(_START, migrations.RunSQL.noop),
        migrations.RunSQL(_GUARD, _UNGUARD),
    ]
