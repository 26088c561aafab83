"""Jobs of the construction room, deferred when events are sealed."""

from procrastinate.contrib.django import app

from tongban.construction.actions import stages
from tongban.kit.api import clock


@app.task(name="construction.stage_onward", retry=5)
def stage_onward(event_id: int, stream_kind: str, stream_id: str, kind: str) -> None:
    """An application for several items has ended; if it was for a stage, the stage may be closed."""
    stages.onward(bundle=stream_id, at=clock())
