"""What happens elsewhere after an event: event kind → names of the jobs deferred when it is sealed."""

REACTIONS: dict[str, tuple[str, ...]] = {}
