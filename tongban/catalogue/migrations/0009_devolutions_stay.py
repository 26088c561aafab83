"""A devolution never changes; of a town's power only the end may be set, and no row goes."""

from django.db import migrations

_GUARD = """
create function catalogue_devolution_guard() returns trigger language plpgsql as $$
begin
    raise exception 'a devolution does not change' using errcode = 'insufficient_privilege';
end $$;
create trigger catalogue_devolution_guard before update or delete on catalogue_devolution
    for each row execute function catalogue_devolution_guard();
create function catalogue_townpower_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or
        (new.devolution_id, new.item_id, new.grantee_id, new.division_code, new.effective_from)
        is distinct from
        (old.devolution_id, old.item_id, old.grantee_id, old.division_code, old.effective_from)
    then
        raise exception 'of a town''s power only the end changes' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger catalogue_townpower_guard before update or delete on catalogue_townpower
    for each row execute function catalogue_townpower_guard();
"""

_UNGUARD = """
drop trigger catalogue_townpower_guard on catalogue_townpower;
drop function catalogue_townpower_guard();
drop trigger catalogue_devolution_guard on catalogue_devolution;
drop function catalogue_devolution_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_devolutions")]
    operations = [migrations.RunSQL(_GUARD, _UNGUARD)]
