"""What only the database can hold: administrators keep no post, and the log of plain views only grows."""

from django.db import migrations

SEPARATION = """
create function people_powers_separated() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'people_post' then
        if new.ended_at is null
            and exists (select 1 from people_account where id = new.account_id and admin_kind is not null) then
            raise exception 'an administrator holds no post' using errcode = 'check_violation',
                constraint = 'powers_separated';
        end if;
    elsif new.admin_kind is not null
        and exists (select 1 from people_post where account_id = new.id and ended_at is null
            and (valid_to is null or valid_to >= current_date)) then
        raise exception 'a holder of a post is no administrator' using errcode = 'check_violation',
            constraint = 'powers_separated';
    end if;
    return new;
end $$;
create trigger people_post_separated before insert or update on people_post
    for each row execute function people_powers_separated();
create trigger people_account_separated before insert or update of admin_kind on people_account
    for each row execute function people_powers_separated();
"""

LOG = """
create function people_plainview_stays() returns trigger language plpgsql as $$
begin
    raise exception 'plain views are only added';
end $$;
create trigger people_plainview_stays before update or delete on people_plainview
    for each row execute function people_plainview_stays();
"""

UNDO = """
drop trigger people_post_separated on people_post;
drop trigger people_account_separated on people_account;
drop function people_powers_separated();
drop trigger people_plainview_stays on people_plainview;
drop function people_plainview_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(SEPARATION + LOG, UNDO)]
