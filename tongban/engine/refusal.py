"""The one way a rule says no."""


class Refused(Exception):
    """A rule was broken. `code` names the rule; `facts` hold what the words for the reader need."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts
