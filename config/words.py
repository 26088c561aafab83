"""Refusals and events in words, by the room whose they are; shared by pages, the API and the command line."""

from tongban.bilingual import phrases as bilingual_phrases
from tongban.cases import phrases
from tongban.catalogue import phrases as catalogue_phrases
from tongban.connectors import phrases as connectors_phrases
from tongban.construction import phrases as construction_phrases
from tongban.engine.refusal import Refused
from tongban.enterprise import phrases as enterprise_phrases
from tongban.kit.phrases import worded
from tongban.licences import phrases as licences_phrases
from tongban.people import phrases as people_phrases
from tongban.simulated import phrases as simulated_phrases
from tongban.townships import phrases as townships_phrases

EVENTS = (
    phrases.EVENTS
    | connectors_phrases.EVENTS
    | construction_phrases.EVENTS
    | simulated_phrases.EVENTS
    | enterprise_phrases.EVENTS
)  # event kind → words for readers of the record


def problem(refused: Refused) -> dict:
    """The refusal as a problem document (RFC 9457): title says what was wrong, detail what to do."""
    document = phrases.problem(refused)
    rooms = (
        phrases,
        catalogue_phrases,
        bilingual_phrases,
        connectors_phrases,
        licences_phrases,
        townships_phrases,
        construction_phrases,
        simulated_phrases,
        enterprise_phrases,
        people_phrases,
    )
    for room in rooms:
        if refused.code in room.REFUSALS:
            wrong, mend = worded(room.REFUSALS[refused.code], refused)
            return {**document, "title": wrong, "detail": mend, "status": room.STATUS.get(refused.code, 422)}
    return document
