"""What was sent and what came in stays as it was: only its fate is noted, and what is over is over."""

from django.db import migrations

_GUARDS = """
create function connectors_message_guard() returns trigger language plpgsql as $$
declare fate text[] := array['position', 'tries', 'due_at', 'leased_until', 'answered_at', 'status', 'problem',
    'accepted_at', 'failed_at', 'given_up_at'];
begin
    if tg_op = 'DELETE' or old.accepted_at is not null or old.given_up_at is not null
        or (to_jsonb(new) - fate) is distinct from (to_jsonb(old) - fate)
    then
        raise exception 'a message is not changed: it is accepted or given up, once'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger connectors_message_guard before update or delete on connectors_message
    for each row execute function connectors_message_guard();

create function connectors_received_guard() returns trigger language plpgsql as $$
declare handing text[] := array['handed_at', 'handler', 'refused'];
begin
    if tg_op = 'DELETE' or old.handed_at is not null
        or (to_jsonb(new) - handing) is distinct from (to_jsonb(old) - handing)
    then
        raise exception 'a received message is not changed: it is handed over, once'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger connectors_received_guard before update or delete on connectors_received
    for each row execute function connectors_received_guard();
"""

_UNGUARD = """
drop trigger connectors_received_guard on connectors_received;
drop function connectors_received_guard();
drop trigger connectors_message_guard on connectors_message;
drop function connectors_message_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("connectors", "0001_initial")]
    operations = [migrations.RunSQL(_GUARDS, _UNGUARD)]
