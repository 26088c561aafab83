"""The demo's bilingual service: drafts from a published word list; nothing in it is approved."""

from datetime import datetime

import babel
from babel import Locale

from tongban.bilingual import actions
from tongban.bilingual.queries import LANGUAGES
from tongban.people.rules import Language

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def seed_bilingual(*, at: datetime) -> None:
    """Names of the weekdays as Unicode CLDR gives them, as drafts; safe to run again.

    Nobody of the house vouches for more: everything else waits for a translator (待译).
    """
    source = f"Unicode CLDR（随 Babel {babel.__version__} 发布），未经审校"
    for language in LANGUAGES:
        names = Locale(language).days["format"]["wide"]
        for number, zh in enumerate(_WEEKDAYS):
            words = names[number]
            actions.keep_draft(
                part="interface",
                zh=zh,
                language=Language(language),
                words=words,
                source=source,
                by="system:seeding",
                at=at,
            )
