"""Officers and their languages: at an organ, and in the towns."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from django.db import connection

from tongban.people.models import LanguageSkill, Post
from tongban.people.queries.callers import in_force, today
from tongban.people.rules import Fluency, Language


class Speaker(msgspec.Struct, frozen=True):
    """An officer with a post in a division and a language in force."""

    division: str
    account: int
    name: str
    language: str
    fluency: str
    valid_from: date
    valid_to: date | None
    document: str


_SPEAKERS = """
select distinct organ.division_id, account.id, account.display_name, skill.language, skill.fluency,
    skill.valid_from, skill.valid_to, skill.document
from people_languageskill skill
    join people_account account on account.id = skill.account_id and account.is_active
    join people_post post on post.account_id = account.id and post.ended_at is null
        and post.valid_from <= %(on)s and (post.valid_to is null or post.valid_to >= %(on)s)
    join people_organ organ on organ.id = post.organ_id
where skill.ended_at is null and skill.valid_from <= %(on)s
    and (skill.valid_to is null or skill.valid_to >= %(on)s)
    and organ.division_id = any(%(divisions)s::text[])
order by organ.division_id, account.id, skill.language
"""


def speakers(divisions: Sequence[str], at: datetime) -> list[Speaker]:
    """Who works in these divisions on the day of `at` and is attested in a language; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEAKERS, {"on": today(at), "divisions": list(divisions)})
        return [Speaker(*row) for row in cursor.fetchall()]


def skills_at(organ_id: int, at: datetime) -> list[LanguageSkill]:
    """The attestations, not ended, of those who hold a post at an organ: run out, in force and to come."""
    posts = Post.objects.filter(in_force(today(at)), organ_id=organ_id).values("account")
    rows = LanguageSkill.objects.select_related("account").filter(account__in=posts, ended_at=None)
    return list(rows.order_by("account__username", "language", "valid_from"))


def holds_post(account: int, organ_id: int, at: datetime) -> bool:
    """Whether an account holds a post at an organ on the day of `at`."""
    return Post.objects.filter(in_force(today(at)), account=account, organ_id=organ_id).exists()


_SERVING = """
select 1 from people_languageskill skill
    join people_post post on post.account_id = skill.account_id and post.ended_at is null
        and post.valid_from <= {on} and (post.valid_to is null or post.valid_to >= {on})
    join people_account speaker on speaker.id = skill.account_id and speaker.is_active
where skill.ended_at is null and skill.valid_from <= {on} and (skill.valid_to is null or skill.valid_to >= {on})
    and skill.fluency = any({fluencies}) and skill.language = {language}
    and post.organ_id = {organ} and {duty} = any(post.roles)
"""


def serving_sql(*, on: str, organ: str, duty: str, language: str) -> str:
    """A sub-query: somebody with this duty at this organ serves in this language; arguments are SQL."""
    good = ", ".join(f"'{one.value}'" for one in Fluency if one.reaches(Fluency.SERVES))
    return _SERVING.format(on=on, organ=organ, duty=duty, language=language, fluencies=f"array[{good}]")


def bilingual_windows(organs: Iterable[int], at: datetime) -> dict[int, tuple[str, ...]]:
    """{organ: languages its windows serve in} on the day of `at`, of `organs` that have such a window.

    A window serves in a language while a clerk at it is attested to. One statement.
    """
    language = serving_sql(on="%(on)s", organ="organ.id", duty="'clerk'", language="said.language")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select organ.id, array_agg(said.language order by said.language)
            from people_organ organ cross join unnest(%(languages)s::text[]) as said(language)
            where organ.id = any(%(organs)s::bigint[]) and exists ({language}) group by organ.id""",
            {"on": today(at), "organs": list(organs), "languages": [one.value for one in Language]},
        )
        return {organ: tuple(languages) for organ, languages in cursor.fetchall()}
