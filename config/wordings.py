"""What the house says in Chinese, for translators: the portal's interface, letters, signs, guides in force."""

import re
from datetime import datetime

from babel.messages.pofile import read_po
from django.conf import settings

from tongban.bilingual import actions
from tongban.bilingual import queries as bilingual
from tongban.bilingual.rules.wording import Source
from tongban.cases.rules import rendering
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import translating

_CHINESE = re.compile(r"[一-鿿]")
# Files that only officers, operators and developers read.
_WORKBENCH = re.compile(r"desk|specimen|^config/|catalogue/(forms|rules)/|keys")


def interface() -> list[Source]:
    """Every Chinese message of the portal, from the compiled catalogue; its own words are its key."""
    path = settings.LOCALE_PATHS[0] / "en" / "LC_MESSAGES" / "django.po"
    with open(path, "rb") as file:
        catalog = read_po(file)
    found = []
    for message in catalog:
        words = str(message.id[0] if isinstance(message.id, tuple | list) else message.id)
        files = sorted({name for name, _line in message.locations if not _WORKBENCH.search(name)})
        if files and _CHINESE.search(words):
            context = str(message.context or "")
            found.append(Source(f"{context}::{words}" if context else words, words, files[0], context))
    return found


def say_all(*, at: datetime) -> dict[str, int]:
    """Tell the bilingual room everything that is said; returns {part: wordings}. Safe to repeat."""
    said = {
        "interface": interface(),
        "guides": [
            *translating.scene_sources({scene.key: scene.name.zh for scene in catalogue.scenes()}),
            *translating.sources(row.guide for row in catalogue.items()),
        ],
        "letters": rendering.sources(),
        "signs": bilingual.sign_sources(),
    }
    for part, sources in said.items():
        actions.say(part=part, sources=sources, at=at)
    return {part: len(sources) for part, sources in said.items()}
