"""What was issued stays: a licence only ends, once; uses and copies are only added; a proceeding is decided once."""

from django.db import migrations

_GUARDS = """
create function licences_licence_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.status <> 'valid'
        or (to_jsonb(new) - 'status' - 'ended_at') is distinct from (to_jsonb(old) - 'status' - 'ended_at')
    then
        raise exception 'a licence is not changed: it ends, once' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger licences_licence_guard before update or delete on licences_licence
    for each row execute function licences_licence_guard();

create function licences_stays() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are only added', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger licences_use_stays before update or delete on licences_use
    for each row execute function licences_stays();
create trigger licences_copy_stays before update or delete on licences_copy
    for each row execute function licences_stays();

create function licences_proceeding_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.outcome is not null
        or (to_jsonb(new) - 'outcome' - 'decided_by_id' - 'decided_at')
           is distinct from (to_jsonb(old) - 'outcome' - 'decided_by_id' - 'decided_at')
    then
        raise exception 'a proceeding is not changed: it is decided, once' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger licences_proceeding_guard before update or delete on licences_proceeding
    for each row execute function licences_proceeding_guard();
"""

_UNGUARD = """
drop trigger licences_licence_guard on licences_licence;
drop function licences_licence_guard();
drop trigger licences_use_stays on licences_use;
drop trigger licences_copy_stays on licences_copy;
drop function licences_stays();
drop trigger licences_proceeding_guard on licences_proceeding;
drop function licences_proceeding_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]
    operations = [migrations.RunSQL(_GUARDS, _UNGUARD)]
