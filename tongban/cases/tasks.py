"""Jobs of the cases room, deferred when events are sealed."""

from procrastinate.contrib.django import app

from tongban.cases.actions import bundles, letters, outside, practice
from tongban.cases.rules.bundles import ENDS
from tongban.cases.rules.outside import ARRIVES
from tongban.kit.api import clock
from tongban.record import queries as record

LAST = -10  # priority: letters come first


@app.task(name="cases.issue_letters", retry=5)
def issue_letters(event_id: int, stream_kind: str, stream_id: str, kind: str) -> None:
    """Issue the letters an event needs; a repeat finds them issued. Then what needs the result can begin, and what
    has come in goes to the system of its organ, if it has one for the item.
    """
    letters.issue(case_no=stream_id, position=record.event(event_id).position, at=clock())
    if kind in ARRIVES:
        outside.hand_out(case_no=stream_id, at=clock())
    if kind in ENDS:
        bundles.onward(case_no=stream_id, at=clock())


@app.periodic(cron="* * * * *")
@app.task(
    name="cases.analyse_practice",
    queueing_lock="cases.analyse_practice",
    lock="cases.analyse_practice",
    priority=LAST,
)
def analyse_practice(timestamp: int) -> None:
    """Read on in the record for what no guide says; nothing new costs a few statements."""
    practice.analyse(at=clock())


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="cases.retry_members", queueing_lock="cases.retry_members", lock="cases.retry_members", priority=LAST
)
def retry_members(timestamp: int) -> None:
    """Try members again that could not be received when their turn came."""
    bundles.retry(at=clock())


@app.task(name="cases.undelivered", retry=5)
def undelivered(event_id: int, stream_kind: str, stream_id: str, kind: str) -> None:
    """A message was not taken: if it carried a case, the organ's officers have it again."""
    outside.undelivered(message=stream_id, at=clock())


@app.task(name="cases.bundle_onward", retry=5)
def bundle_onward(event_id: int, stream_kind: str, stream_id: str, kind: str) -> None:
    """A case has ended without a letter: the bundle it is a member of goes on. Nothing is done twice."""
    bundles.onward(case_no=stream_id, at=clock())
