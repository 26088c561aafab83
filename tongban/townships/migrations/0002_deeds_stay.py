"""A deed is decided once: what was proposed never changes, what was decided neither, and no row goes."""

from django.db import migrations

_GUARD = """
create function townships_deed_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.outcome is not null or
        to_jsonb(new) - array['outcome', 'made_id', 'decided_by_id', 'decided_at', 'note']
        is distinct from
        to_jsonb(old) - array['outcome', 'made_id', 'decided_by_id', 'decided_at', 'note']
    then
        raise exception 'a deed is decided once and never changes' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger townships_deed_guard before update or delete on townships_deed
    for each row execute function townships_deed_guard();
"""

_UNGUARD = """
drop trigger townships_deed_guard on townships_deed;
drop function townships_deed_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("townships", "0001_deeds")]
    operations = [migrations.RunSQL(_GUARD, _UNGUARD)]
