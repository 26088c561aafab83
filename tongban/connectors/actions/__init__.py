"""Writing: send a message out, carry it, take one in, hand it over, decide on one that failed."""

from tongban.connectors.actions.carrying import Claimed, claim, note
from tongban.connectors.actions.deciding import give_up, resend
from tongban.connectors.actions.handing import Incoming, hand_over, hand_over_waiting
from tongban.connectors.actions.receiving import receive
from tongban.connectors.actions.sending import send

__all__ = [
    "Claimed",
    "Incoming",
    "claim",
    "give_up",
    "hand_over",
    "hand_over_waiting",
    "note",
    "receive",
    "resend",
    "send",
]
