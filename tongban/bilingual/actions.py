"""Writing the bilingual service: which wordings there are, and translations from draft to approval."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from tongban.bilingual.models import Edition, Message, Translation
from tongban.bilingual.rules import wording, workflow
from tongban.bilingual.rules.wording import Source
from tongban.bilingual.rules.workflow import OPEN, Deed, Hands, Status
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, Language
from tongban.record import actions as record_actions
from tongban.record import queries as record

STREAM = "translation"

_SAID = """
unnest(%(keys)s::text[], %(zhs)s::text[], %(contexts)s::text[], %(digests)s::text[], %(places)s::text[])
    as said(key, zh, context, digest, place)
"""
_SAY = f"""
insert into bilingual_message as held (part, key, zh, context, digest, former, place, said_at)
select %(part)s, said.key, said.zh, said.context, said.digest, '', said.place, %(at)s from {_SAID}
on conflict (part, key, begins_at) do update set
    zh = excluded.zh, context = excluded.context, digest = excluded.digest, place = excluded.place,
    former = case when held.digest <> excluded.digest and exists (
            select 1 from bilingual_translation t
            where t.part = held.part and t.digest = held.digest and t.status = 'approved'
        ) then held.digest else held.former end,
    said_at = case when held.digest <> excluded.digest or held.retired_at is not null
        then excluded.said_at else held.said_at end,
    retired_at = null
where (held.digest, held.place) is distinct from (excluded.digest, excluded.place) or held.retired_at is not null
"""

# A wording planned for a place that says something else until then, or nothing.
_PLAN = f"""
insert into bilingual_message as held (part, key, zh, context, digest, former, place, said_at, begins_at)
select %(part)s, said.key, said.zh, said.context, said.digest, coalesce(before.digest, ''), said.place, %(at)s, %(begins)s
from {_SAID} left join lateral (
    select digest from bilingual_message m where m.part = %(part)s and m.key = said.key and m.retired_at is null
        and coalesce(m.begins_at, '-infinity') < %(begins)s
    order by m.begins_at desc nulls last limit 1
) as before on true
where before.digest is distinct from said.digest
on conflict (part, key, begins_at) do update set
    zh = excluded.zh, context = excluded.context, digest = excluded.digest, former = excluded.former,
    place = excluded.place, retired_at = null
"""

# What a place was to say from then on or later, and is not any more.
_UNPLAN = f"""
update bilingual_message set retired_at = %(at)s
where part = %(part)s and retired_at is null and begins_at >= %(begins)s
    and split_part(key, '/', 1) = any(%(within)s::text[]) and not (begins_at = %(begins)s
        and exists (select from {_SAID} where said.key = bilingual_message.key
            and said.digest = bilingual_message.digest))
"""

# What is not said any more; a whole part says nothing about what is planned.
_RETIRE = """
update bilingual_message set retired_at = %(at)s
where part = %(part)s and retired_at is null
    and (begins_at is not null or key not in (select unnest(%(keys)s::text[])))
    and case when %(within)s::text[] is null then coalesce(begins_at, '-infinity') <= %(at)s
        else split_part(key, '/', 1) = any(%(within)s::text[]) end
returning key, zh, place, context
"""


@transaction.atomic
def say(
    *,
    part: str,
    sources: Sequence[Source],
    at: datetime,
    within: Sequence[str] | None = None,
    begins_at: datetime | None = None,
) -> int:
    """What a part says in Chinese now; returns how many wordings it said and says no more. Safe to repeat.

    `within`: only what stands below these keys (the item's code in a guide); otherwise the whole part.
    `begins_at`, after `at`: what it will say from then on, told in time to be translated; until then it says what it
    says, and whatever was planned for later is given up.
    Where a wording moved, what was approved for the former one is stale.
    """
    _settle(part, at)
    if begins_at is not None and begins_at > at:
        assert within is not None  # a plan is of something, never of a whole part
        params = _params(part, sources, at) | {"within": list(within), "begins": begins_at}
        with connection.cursor() as cursor:
            cursor.execute(_PLAN, params)
            cursor.execute(_UNPLAN, params)
            return cursor.rowcount
    known = set(Message.objects.filter(part=part, retired_at=None).values_list("key", flat=True))
    params = _params(part, sources, at) | {"within": list(within) if within is not None else None}
    with connection.cursor() as cursor:
        cursor.execute(_SAY, params)
        cursor.execute(_RETIRE, params)
        gone = [Source(*row) for row in cursor.fetchall()]
    if gone:
        _follow(part, gone, [one for one in sources if one.key not in known])
    return len(gone)


def _params(part: str, sources: Sequence[Source], at: datetime) -> dict[str, Any]:
    return {
        "part": part,
        "keys": [one.key for one in sources],
        "zhs": [one.zh for one in sources],
        "contexts": [one.context for one in sources],
        "digests": [wording.digest(one.zh, one.context) for one in sources],
        "places": [one.place for one in sources],
        "at": at,
    }


def _settle(part: str, at: datetime) -> None:
    """A planned wording whose time has come is what its place says."""
    due = Message.objects.filter(part=part, retired_at=None, begins_at__lte=at)
    for row in due.order_by("begins_at", "id"):
        source = Source(row.key, row.zh, row.place, row.context)
        with connection.cursor() as cursor:
            cursor.execute(_SAY, _params(part, [source], row.begins_at or at))
    due.update(retired_at=at)


def _follow(part: str, gone: Sequence[Source], come: Sequence[Source]) -> None:
    """Where words are their own key, a wording that came in place of another remembers it."""
    translated = set(
        Translation.objects.filter(
            part=part, status=Status.APPROVED, digest__in=[wording.digest(o.zh, o.context) for o in gone]
        ).values_list("digest", flat=True)
    )
    left = [old for old in gone if wording.digest(old.zh, old.context) in translated]
    for key, old in wording.moved(left, come).items():
        former = wording.digest(old.zh, old.context)
        Message.objects.filter(part=part, key=key, former="").update(former=former)


@transaction.atomic
def write(
    *, message: int, language: Language, words: str, source: str, caller: Caller, at: datetime
) -> Translation:
    """A draft for what a message says, or its draft written over.

    Refuses message_unknown, translation_not_open, translation_moved, role_needed, language_not_attested and the refusals of
    `wording.check`.
    """
    said = Message.objects.select_for_update().filter(pk=message, retired_at=None).first()
    if said is None:
        raise Refused("message_unknown")
    row = (
        Translation.objects.select_for_update()
        .filter(part=said.part, digest=said.digest, language=language.value, status__in=OPEN)
        .first()
    )
    status = Status(row.status) if row else None
    workflow.permit(
        caller, status=status, deed=Deed.WRITE, part=said.part, language=language.value, hands=Hands()
    )
    given = {
        "words": wording.check(words, zh=said.zh, language=language.value, source=source),
        "source": source.strip(),
        "translated_by": caller.by,
        "translated_at": at,
        "note": "",
    }
    if row is None:
        row = Translation(
            part=said.part,
            digest=said.digest,
            zh=said.zh,
            context=said.context,
            language=language.value,
            status=Status.DRAFT.value,
        )
    for name, value in given.items():
        setattr(row, name, value)
    _store(row)
    _tell(row, "translation_drafted", {"words": row.words, "source": row.source}, by=caller.by, at=at)
    return row


def _store(row: Translation) -> None:
    """Save a draft; somebody else may have begun one for the same words at another place."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused("translation_moved") from error


@transaction.atomic
def keep_draft(
    *, part: str, zh: str, language: Language, words: str, source: str, by: str, at: datetime
) -> bool:
    """A draft from a published word list, where nobody has translated the wording yet; for seeding.

    It is a draft like any other: shown to nobody until a second person has reviewed it and a third approved it.
    """
    digest = wording.digest(zh)
    if Translation.objects.filter(part=part, digest=digest, language=language.value).exists():
        return False
    if not Message.objects.filter(part=part, digest=digest, retired_at=None).exists():
        return False
    row = Translation.objects.create(
        part=part,
        digest=digest,
        zh=zh,
        language=language.value,
        words=wording.check(words, zh=zh, language=language.value, source=source),
        source=source,
        status=Status.DRAFT.value,
        translated_by=by,
        translated_at=at,
    )
    _tell(row, "translation_drafted", {"words": row.words, "source": row.source}, by=by, at=at)
    return True


@transaction.atomic
def decide(
    *, translation: int, deed: Deed, caller: Caller, at: datetime, note: str = "", seen: str | None = None
) -> Translation:
    """Review, return, approve or withdraw a translation. `seen`: the words the decider had before the eyes.

    Approved words are shown from the next page on, everywhere the same Chinese stands.
    Refuses translation_unknown, translation_moved, translation_not_open, role_needed, language_not_attested,
    own_translation, reason_missing, wording_gone.
    """
    row = Translation.objects.select_for_update().filter(pk=translation).first()
    if row is None:
        raise Refused("translation_unknown")
    if seen is not None and seen != row.words:
        raise Refused("translation_moved")
    to = workflow.permit(
        caller,
        status=Status(row.status),
        deed=deed,
        part=row.part,
        language=row.language,
        hands=Hands(row.translated_by, row.reviewed_by),
    )
    if deed in {Deed.RETURN, Deed.WITHDRAW} and not note.strip():
        raise Refused("reason_missing")
    if deed in {Deed.REVIEW, Deed.APPROVE}:
        _still_said(row)
    _hand(row, deed, to, by=caller.by, at=at, note=note.strip())
    _tell(row, _KINDS[deed], {"note": note.strip()} if note.strip() else {}, by=caller.by, at=at)
    return row


_KINDS = {
    Deed.REVIEW: "translation_reviewed",
    Deed.RETURN: "translation_returned",
    Deed.APPROVE: "translation_approved",
    Deed.WITHDRAW: "translation_withdrawn",
}


def _hand(row: Translation, deed: Deed, to: Status, *, by: str, at: datetime, note: str) -> None:
    """The row after the deed; an approval replaces the translation shown before."""
    shown = row.status == Status.APPROVED
    if deed is Deed.REVIEW:
        row.reviewed_by, row.reviewed_at = by, at
    elif deed is Deed.RETURN:
        row.reviewed_by, row.reviewed_at = "", None
    elif deed is Deed.APPROVE:
        row.approved_by, row.approved_at = by, at
        same = Translation.objects.filter(part=row.part, digest=row.digest, language=row.language)
        same.filter(status=Status.APPROVED).update(status=Status.WITHDRAWN, withdrawn_at=at)
    else:
        row.withdrawn_at = at
    row.status, row.note = to.value, note
    row.save()
    if deed is Deed.APPROVE or shown:
        Edition.objects.update_or_create(language=row.language, defaults={"token": uuid.uuid4().hex})


def _still_said(row: Translation) -> None:
    if not Message.objects.filter(part=row.part, digest=row.digest, retired_at=None).exists():
        raise Refused("wording_gone")


def _tell(row: Translation, kind: str, facts: dict, *, by: str, at: datetime) -> None:
    """One event in the stream of the translation, in the transaction of what it tells."""
    told = {"part": row.part, "digest": row.digest, "language": row.language, **facts}
    record_actions.append(
        stream_kind=STREAM,
        stream_id=str(row.pk),
        position=record.last_position(STREAM, str(row.pk)) + 1,
        entries=[(kind, told)],
        by=by,
        at=at,
    )
