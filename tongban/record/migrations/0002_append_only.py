"""The record refuses change in the database itself: only an announced erasure may empty facts and salt."""

from django.db import migrations

_GUARD = """
create function record_event_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('tongban.erasing', true) = 'on'
        and new.facts is null and new.salt is null
        and to_jsonb(new) - 'facts' - 'salt' = to_jsonb(old) - 'facts' - 'salt'
    then
        return new;
    end if;
    raise exception 'the record is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger record_event_guard before update or delete on record_event
    for each row execute function record_event_guard();

create function record_guard() returns trigger language plpgsql as $$
begin
    raise exception 'the record is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger record_logentry_guard before update or delete on record_logentry
    for each row execute function record_guard();
create trigger record_treenode_guard before update or delete on record_treenode
    for each row execute function record_guard();
create trigger record_checkpoint_guard before delete or update of size, root, at on record_checkpoint
    for each row execute function record_guard();
create trigger record_refusal_guard before update or delete on record_refusal
    for each row execute function record_guard();
create index record_event_order on record_event (tx, id);
"""

_UNGUARD = """
drop index record_event_order;
drop trigger record_refusal_guard on record_refusal;
drop trigger record_checkpoint_guard on record_checkpoint;
drop trigger record_treenode_guard on record_treenode;
drop trigger record_logentry_guard on record_logentry;
drop trigger record_event_guard on record_event;
drop function record_guard();
drop function record_event_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunSQL(_GUARD, _UNGUARD)]
