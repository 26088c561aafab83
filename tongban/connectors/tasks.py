"""Jobs of the connectors room, deferred when events are sealed."""

from procrastinate.contrib.django import app

from tongban.connectors import actions
from tongban.kit.api import clock
from tongban.record import queries as record


@app.task(name="connectors.hand_over", retry=5)
def hand_over(event_id: int, stream_kind: str, stream_id: str, kind: str) -> None:
    """Hand over the messages of a received one's sender and subject; a repeat finds none left."""
    facts = record.event(event_id).facts or {}
    actions.hand_over(sender=facts["sender"], subject=facts["subject"], at=clock())
