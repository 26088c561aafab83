"""Jobs of the catalogue: looking at the guides in force, and at the deadlines of what was found."""

from procrastinate.contrib.django import app

from tongban.catalogue.actions import standing
from tongban.kit.api import clock

LAST = -10  # priority: letters come first


@app.periodic(cron="* * * * *")
@app.task(
    name="catalogue.inspect", queueing_lock="catalogue.inspect", lock="catalogue.inspect", priority=LAST
)
def inspect(timestamp: int) -> None:
    """Look when the rules or the versions in force have changed and once a day; escalate what is overdue."""
    standing.inspect_when_due(at=clock())
    standing.follow_up(at=clock())
