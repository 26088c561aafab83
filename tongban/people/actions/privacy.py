"""Personal data: read in the clear only with a purpose, corrected, sealed anew, erased."""

from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField
from django.db.models.functions import Substr

from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.people import queries
from tongban.people.actions import streams
from tongban.people.models import Party, PlainView, Representation
from tongban.people.rules import (
    Caller,
    PartyKind,
    check_phone,
    require_power,
    require_purpose,
    require_reader,
)

_FIELDS = {"id_number": ("code_cipher", queries.CODE), "phone": ("phone_cipher", queries.PHONE)}
ERASED = "（已注销）"


@transaction.atomic
def view_plain(
    *, party: int, field: str, purpose: str, caller: Caller, at: datetime, organ: int | None = None
) -> str:
    """An ID number or phone in the clear; who read it and why is kept and shown to that person.

    `field` is "id_number" or "phone"; `purpose` is the case number or the ground in words. Whoever asks
    for a case's applicant has checked before that the case is the caller's. Empty when nothing is known.
    Refuses reader_not_allowed, purpose_missing, party_unknown, field_unknown.
    Basis: 个人信息保护法 Art 6, 34, 51(3), 54.
    """
    if field not in _FIELDS:
        raise Refused("field_unknown", field=field)
    row = note_plain_view(party=party, field=field, purpose=purpose, caller=caller, at=at, organ=organ)
    column, place = _FIELDS[field]
    sealed = getattr(row, column)
    return vault.open_sealed(sealed, place=place) if sealed else ""


@transaction.atomic
def note_plain_view(
    *, party: int, field: str, purpose: str, caller: Caller, at: datetime, organ: int | None = None
) -> Party:
    """Keep that the caller reads `field` of `party` in the clear; for data kept by other rooms.

    `organ` is where the caller reads it; the first post's organ if not said.
    The party's own reading is its right and is not noted; that of a limited agent is. Refusals as `view_plain`.
    Basis: 个人信息保护法 Art 44, 45, 51, 54.
    """
    if caller.may(None, party):
        return queries.party(party)
    require_reader(caller)
    ground = require_purpose(purpose)
    row = streams.locked_party(party)
    view = PlainView.objects.create(
        party=row,
        field=field,
        purpose=ground,
        account_id=caller.account,
        organ_id=organ if organ in caller.organs else caller.organs[0],
        by=caller.by,
        at=at,
    )
    facts = {"view": view.pk, "field": field, "purpose": ground, "organ": view.organ_id}
    streams.append(row, "plain_viewed", facts, by=caller.by, at=at)
    return row


@transaction.atomic
def change_phone(*, party: int, phone: str, caller: Caller, at: datetime) -> None:
    """A party's telephone number is corrected. Refuses not_your_party, outside_mandate and as `rules.check_phone`.

    Basis: 个人信息保护法 Art 46.
    """
    require_power(caller, None, party)
    row = streams.locked_party(party)
    row.phone_cipher = vault.seal(check_phone(phone), place=queries.PHONE)
    row.save(update_fields=["phone_cipher"])
    streams.append(row, "phone_changed", {}, by=caller.by, at=at)


@transaction.atomic
def erase(*, party: int, reason: str, caller: Caller, at: datetime) -> None:
    """Forget a natural person: numbers and name go, the account closes, what it may act for ends.

    The caller is the person, or the system after the retention period; whoever calls has checked that no
    case of the party is open, because the law wants those kept. Refuses not_your_party, erased_already,
    only_persons_erased, holds_post.
    Basis: 个人信息保护法 Art 47.
    """
    if party not in caller.parties and caller.kind != "system":
        raise Refused("not_your_party")
    row = streams.locked_party(party)
    if row.kind != PartyKind.PERSON:
        raise Refused("only_persons_erased")
    if row.erased_at:
        raise Refused("erased_already")
    _forget_account(row, at)
    Representation.objects.filter(party=row, ended_at=None).update(ended_at=at)
    row.name, row.code_cipher, row.code_hash, row.phone_cipher = ERASED, None, None, None
    row.erased_at = at
    row.save(update_fields=["name", "code_cipher", "code_hash", "phone_cipher", "erased_at"])
    streams.append(row, "person_erased", {"reason": reason}, by=caller.by, at=at)


def _forget_account(row: Party, at: datetime) -> None:
    """Close the account that is this person, under a name that says nothing."""
    own = Representation.objects.filter(party=row, kind="self").first()
    if own is None:
        return
    account = streams.locked_account(own.account_id)
    if account.posts.filter(queries.in_force(queries.today(at))).exists() or account.admin_kind:
        raise Refused("holds_post")
    account.representations.filter(ended_at=None).update(ended_at=at)
    account.tokens.filter(revoked_at=None).update(revoked_at=at)
    account.username, account.display_name, account.is_active = f"erased-{account.pk}", ERASED, False
    account.set_unusable_password()
    account.save(update_fields=["username", "display_name", "is_active", "password"])


@transaction.atomic
def reseal(*, at_most: int, by: str, at: datetime) -> int:
    """Seal parties that are under an old key or cipher anew, at most `at_most` of them; how many were.

    A phone is never sealed under an older key than the number beside it, so the number decides.
    Basis: 密评 (key replacement).
    """
    old = list(
        Party.objects.select_for_update(skip_locked=True)
        .filter(erased_at=None)
        .alias(head=Substr("code_cipher", 1, vault.HEAD, output_field=BinaryField()))
        .exclude(head=vault.current_head())
        .order_by("id")[:at_most]
    )
    for row in old:
        for column, place in _FIELDS.values():
            if sealed := getattr(row, column):
                setattr(row, column, vault.seal(vault.open_sealed(sealed, place=place), place=place))
        row.save(update_fields=["code_cipher", "phone_cipher"])
        streams.append(row, "sealed_anew", {}, by=by, at=at)
    return len(old)
