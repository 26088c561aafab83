"""What happens elsewhere: after an event, and when an organ outside sends something.

REACTIONS: event kind → names of the jobs deferred when it is sealed.
HANDLERS: kind of a message from outside → dotted name of the one action that takes it, called with
`(*, message: connectors.actions.Incoming, by: str, at: datetime)` in the transaction that notes it.
RECEIPTS: series of a bundle that a room defines → dotted name of its action, called with
  `(*, draft: UUID, bundle: str, by: str, at: datetime)` in the transaction that receives the bundle; it may refuse.
  `case`: of an application for one item, called likewise with `item: str, case_no: str` in the place of `bundle`.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "received",
            "corrected",
            "correction_noticed",
            "promised",
            "pre_accepted",
            "supplemented",
            "promise_broken",
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
    "message_failed": ("cases.undelivered",),
    "message_received": ("connectors.hand_over",),
    "bundle_closed": ("construction.stage_onward",),
}

HANDLERS: dict[str, str] = dict.fromkeys(
    (
        "name.reserved",
        "name.referred",
        "seal.carved",
        "seal.refused",
        "tax.registered",
        "tax.referred",
        "invoices.approved",
        "invoices.referred",
        "social_insurance.registered",
        "social_insurance.refused",
        "medical_insurance.registered",
        "medical_insurance.refused",
        "housing_fund.opened",
        "housing_fund.refused",
        "bank.pre_opened",
        "bank.refused",
    ),
    "tongban.cases.actions.outside.answered",
)

RECEIPTS: dict[str, str] = {
    "GG": "tongban.construction.actions.stages.receive",
    "case": "tongban.simulated.actions.receive",
}
