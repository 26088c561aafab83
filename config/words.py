"""A refusal in words, by the room whose rule it is; shared by the API and the command line."""

from tongban.cases import phrases
from tongban.engine.refusal import Refused
from tongban.people import phrases as people_phrases


def problem(refused: Refused) -> dict:
    """The refusal as a problem document (RFC 9457): title says what was wrong, detail what to do."""
    document = phrases.problem(refused)
    if refused.code in phrases.REFUSALS or refused.code not in people_phrases.REFUSALS:
        return document
    wrong, mend = people_phrases.words(refused)
    return {**document, "title": wrong, "detail": mend, "status": people_phrases.status(refused.code)}
