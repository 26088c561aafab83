"""What was approved stays as it was approved: it can only be withdrawn; nothing is deleted."""

from django.db import migrations

_GUARDS = """
create function bilingual_translation_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.status = 'withdrawn'
        or (old.status = 'approved' and (new.status not in ('approved', 'withdrawn')
            or (to_jsonb(new) - 'status' - 'withdrawn_at' - 'note')
               is distinct from (to_jsonb(old) - 'status' - 'withdrawn_at' - 'note')))
        or (old.status = 'draft' and new.status = 'approved')
    then
        raise exception 'a translation is reviewed before it is approved, and then only withdrawn'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger bilingual_translation_guard before update or delete on bilingual_translation
    for each row execute function bilingual_translation_guard();
create function bilingual_translation_begins() returns trigger language plpgsql as $$
begin
    if new.status <> 'draft' then
        raise exception 'a translation begins as a draft' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger bilingual_translation_begins before insert on bilingual_translation
    for each row execute function bilingual_translation_begins();
"""

_UNGUARD = """
drop trigger bilingual_translation_guard on bilingual_translation;
drop function bilingual_translation_guard();
drop trigger bilingual_translation_begins on bilingual_translation;
drop function bilingual_translation_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("bilingual", "0001_initial")]
    operations = [migrations.RunSQL(_GUARDS, _UNGUARD)]
