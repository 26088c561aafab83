"""What happens elsewhere after an event: event kind → names of the jobs deferred when it is sealed."""

REACTIONS: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        "received",
        "corrected",
        "correction_noticed",
        "accepted",
        "acceptance_refused",
        "special_started",
        "extended",
        "granted",
        "refused",
        "delivered",
    ),
    ("cases.issue_letters",),
)
REACTIONS["withdrawn"] = ("cases.bundle_onward",)
