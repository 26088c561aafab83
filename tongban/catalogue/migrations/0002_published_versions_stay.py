"""A published version never changes: only its end and its status may be set."""

from django.db import migrations

_GUARD = """
create function catalogue_itemversion_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.status <> 'draft' and
        (new.item_id, new.number, new.guide, new.digest, new.effective_from, new.published_at, new.published_by)
        is distinct from
        (old.item_id, old.number, old.guide, old.digest, old.effective_from, old.published_at, old.published_by)
    then
        raise exception 'a published version does not change' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger catalogue_itemversion_guard before update or delete on catalogue_itemversion
    for each row execute function catalogue_itemversion_guard();
"""

_UNGUARD = """
drop trigger catalogue_itemversion_guard on catalogue_itemversion;
drop function catalogue_itemversion_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(_GUARD, _UNGUARD)]
