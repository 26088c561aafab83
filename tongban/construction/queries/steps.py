"""What an applicant does next: one clear action, or whose turn it is."""

import msgspec

from tongban.construction.queries.projects import Opened, Part
from tongban.engine.bundle import State
from tongban.engine.lifecycle.state import Stage


class Next(msgspec.Struct, frozen=True):
    """`kind`: correct, fill, apply, works, beside, wait, blocked, done; the stage and the case it is about."""

    kind: str
    part: Part | None = None
    case_no: str = ""


def next_step(found: Opened) -> Next:
    """The one thing to do next: what only the applicant can do comes first."""
    for standing in found.standings:
        if standing.case and standing.case.stage is Stage.CORRECTING:
            return Next("correct", case_no=standing.case_no)
    if found.row.completed_at:
        return Next("done")
    for part in found.parts:
        if part.application:
            return Next("fill", part)
    current = found.current
    assert current is not None
    if current.state == "open":
        return Next("apply", current)
    if not found.row.started_on and not found.missing_for_works:
        return Next("works")
    side = next(part for part in found.parts if part.table.parallel)
    if side.state == "open" and any(line.mandatory and not line.missing for line in side.free):
        return Next("beside", side)
    if any(one.state is State.RUNNING for one in found.standings):
        return Next("wait", current)
    return Next("blocked", current)
