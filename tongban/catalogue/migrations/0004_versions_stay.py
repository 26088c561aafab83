"""A version changes as the workflow allows and no other way: what was submitted stays, what was published ends."""

from django.db import migrations

_GUARD = """
create or replace function catalogue_itemversion_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE'
        or (new.item_id, new.implementation_id, new.number) is distinct from
           (old.item_id, old.implementation_id, old.number)
        or old.status <> 'draft' and (new.guide, new.digest, new.overrides, new.standard_id, new.created_by)
           is distinct from (old.guide, old.digest, old.overrides, old.standard_id, old.created_by)
        or old.published_at is not null and (new.effective_from, new.published_at, new.published_by)
           is distinct from (old.effective_from, old.published_at, old.published_by)
    then
        raise exception 'a submitted version does not change' using errcode = 'insufficient_privilege';
    end if;
    if new.status <> old.status and old.status || '>' || new.status <> all (array[
        'draft>department_review', 'draft>discarded',
        'department_review>service_review', 'department_review>draft',
        'service_review>legal_review', 'service_review>published', 'service_review>draft',
        'legal_review>published', 'legal_review>draft',
        'published>suspended', 'published>cancelled', 'suspended>published', 'suspended>cancelled'])
    then
        raise exception 'a version does not go from % to %', old.status, new.status
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_versions")]
    operations = [migrations.RunSQL(_GUARD, migrations.RunSQL.noop)]
