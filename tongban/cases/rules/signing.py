"""Signing an application (电子签名): who may sign for whom, and whether the name stated is the signer's.

A drawn signature would be decoration: what counts is that only the signer could have signed, and that nothing
was changed afterwards. Basis: 电子签名法 Art 13, 14; 国务院令第716号 Art 8; 民法典 Art 161, 165.
"""

import unicodedata
from datetime import date

import msgspec

from tongban.engine.lifecycle.state import Signature
from tongban.engine.refusal import Refused

CAPACITIES = frozenset({"self", "legal_representative", "agent"})


class Standing(msgspec.Struct, frozen=True):
    """For what reason an account may sign for a party; an agent names its authority and how long it lasts."""

    capacity: str
    mandate: int | None = None
    until: date | None = None


class Signed(msgspec.Struct, frozen=True):
    """What a signer declared: the name, the digest of what was shown, and how identity was proven again."""

    name: str
    digest: str
    method: str


def same_name(stated: str, registered: str) -> bool:
    """Whether a name stated is the registered one; width, spaces and the dot within names do not matter.

    Basis: 电子签名法 Art 2 (a signature identifies the signer).
    """
    return bool(_plain(stated)) and _plain(stated) == _plain(registered)


def _plain(name: str) -> str:
    words = unicodedata.normalize("NFKC", name).replace("•", "·").replace("・", "·")
    return "".join(words.split()).casefold()


def signature(
    signed: Signed, *, signer: str, registered: str, standing: Standing | None, on: date
) -> Signature:
    """The signature of an application. Refuses name_not_signers, not_your_party, mandate_ended.

    Basis: 电子签名法 Art 13(1), (2); 民法典 Art 165 (an authority names agent, matter and term).
    """
    if standing is None or standing.capacity not in CAPACITIES:
        raise Refused("not_your_party")
    if standing.until is not None and standing.until < on:
        raise Refused("mandate_ended")
    if not same_name(signed.name, registered):
        raise Refused("name_not_signers")
    return Signature(
        signer=signer,
        name=registered,
        capacity=standing.capacity,
        method=signed.method,
        digest=signed.digest,
        mandate=standing.mandate,
        mandate_until=standing.until if standing.mandate else None,
    )
