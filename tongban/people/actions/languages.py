"""Languages of officers (双语通): who is attested in one, how well, by which document, until when."""

from datetime import date, datetime

from django.db import transaction

from tongban.engine.refusal import Refused
from tongban.people.actions import streams
from tongban.people.models import LanguageSkill
from tongban.people.rules import Caller, Fluency, Language, Role, require_role


@transaction.atomic
def attest_language(
    *,
    account: int,
    language: Language,
    fluency: Fluency,
    document: str,
    valid_from: date,
    valid_to: date | None = None,
    caller: Caller,
    at: datetime,
) -> LanguageSkill:
    """An account is attested in a language, both days included; one level per language at a time.

    Refuses role_needed, account_unknown, skill_unattested, skill_dates_reversed, skill_already.
    """
    require_role(caller, Role.SYSTEM_ADMIN)
    if not document.strip():
        raise Refused("skill_unattested")
    if valid_to and valid_to < valid_from:
        raise Refused("skill_dates_reversed")
    row = streams.locked_account(account)
    skill = LanguageSkill(
        account=row,
        language=language.value,
        fluency=fluency.value,
        document=document.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        by=caller.by,
        created_at=at,
    )
    already = Refused("skill_already")
    streams.insert(skill, **{f"language_skill_once_{one.value}": already for one in Language})
    facts = {
        "language": skill.language,
        "fluency": skill.fluency,
        "document": skill.document,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    streams.append(row, "language_attested", facts, by=caller.by, at=at)
    return skill


@transaction.atomic
def end_language(*, skill: int, caller: Caller, at: datetime) -> None:
    """An attestation ends now. Refuses role_needed, skill_unknown."""
    require_role(caller, Role.SYSTEM_ADMIN)
    holder = LanguageSkill.objects.filter(pk=skill).values_list("account", flat=True).first()
    account = streams.locked_account(holder) if holder else None
    row = LanguageSkill.objects.filter(pk=skill, ended_at=None).first()
    if account is None or row is None:
        raise Refused("skill_unknown", skill=skill)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    streams.append(account, "language_ended", {"language": row.language}, by=caller.by, at=at)
