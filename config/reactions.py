"""What happens elsewhere: after an event, and when an organ outside sends something.

REACTIONS: event kind → names of the jobs deferred when it is sealed.
HANDLERS: kind of a message from outside → dotted name of the one action that takes it, called with
`(*, message: connectors.actions.Incoming, by: str, at: datetime)` in the transaction that notes it.
RECEIPTS: series of a bundle that a room defines → dotted name of its action, called with
`(*, draft: UUID, bundle: str, by: str, at: datetime)` in the transaction that receives the bundle; it may refuse.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
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
    ),
    "withdrawn": ("cases.bundle_onward",),
    "message_received": ("connectors.hand_over",),
    "bundle_closed": ("construction.stage_onward",),
}

HANDLERS: dict[str, str] = {}

RECEIPTS: dict[str, str] = {"GG": "tongban.construction.actions.stages.receive"}
