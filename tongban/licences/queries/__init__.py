"""Reading licences: the wallet, what is held, what anybody may verify, the status list."""

from tongban.licences.queries.holding import (
    Held,
    Stated,
    Used,
    annulled,
    items_held,
    of_cases,
    satisfying,
    stated,
    uses_of_case,
)
from tongban.licences.queries.public import Public, by_code

__all__ = [
    "Held",
    "Public",
    "Stated",
    "Used",
    "annulled",
    "by_code",
    "items_held",
    "of_cases",
    "satisfying",
    "stated",
    "uses_of_case",
]
