"""Where a decision can be contested: the reviewing government and the court of the organ's seat."""

from tongban.cases.rules import letters
from tongban.catalogue.rules.guide import Text


def lines(place: str, place_en: str) -> tuple[Text, ...]:
    """The remedies against a decision of an organ of `place`.

    Basis: 行政许可法 Art 38; 行政复议法 Art 20, 24 (the government at the same level reviews);
    行政诉讼法 Art 18, 46.
    """
    return letters.remedies(
        reviewer=Text(zh=f"{place}人民政府", en=f"the People's Government of {place_en}"),
        court=Text(zh=f"{place}人民法院", en=f"the People's Court of {place_en}"),
    )


def wording(place: str, place_en: str) -> str:
    """The authoritative wording, in one paragraph, as the event keeps it."""
    return "".join(line.zh for line in lines(place, place_en))


def printed(kept: str, place: str, place_en: str) -> tuple[Text, ...]:
    """The lines a letter prints for the wording an event kept; bilingual when it is the standard one."""
    return lines(place, place_en) if kept == wording(place, place_en) else (Text(zh=kept, en=""),)
