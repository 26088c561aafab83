"""Using a held licence as a material of an application: checked, locked, logged, told to its holder."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.licences.actions import streams
from tongban.licences.models import Licence, Use
from tongban.licences.queries.holding import Held


def use(*, held: Sequence[Held], case_no: str, item: Text, by: str, at: datetime) -> None:
    """Log that these licences stand for materials of a case; in the transaction that receives it.

    `held` was read under lock in the same transaction (`holding.satisfying`, lock=True), so none of them
    can have ended meanwhile. Basis: 国务院令第716号 Art 10; 个人信息保护法 Art 17, 44 (the holder sees it).
    """
    for one in sorted(held, key=lambda one: (one.licence.pk, one.material.code)):
        _use(one.licence, one.material, case_no=case_no, item=item, by=by, at=at)


def _use(licence: Licence, material, *, case_no: str, item: Text, by: str, at: datetime) -> None:
    Use.objects.create(
        licence=licence,
        case_no=case_no,
        material=material.code,
        purpose=msgspec.to_builtins({"item": item, "material": material.name}),
        by=by,
        at=at,
    )
    streams.append(licence, "licence_used", {"case_no": case_no, "material": material.code}, by=by, at=at)
