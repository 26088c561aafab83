"""Where a decision can be contested: the reviewing government and the court of the organ's seat."""

from collections.abc import Sequence

from tongban.cases.rules import letters
from tongban.catalogue.rules.guide import Text


def lines(
    place: str, place_en: str, *, seat: tuple[str, str] | None = None, respondent: Text | None = None
) -> tuple[Text, ...]:
    """The remedies against a decision of an organ that the government of `place` reviews.

    `seat` is the district the organ sits in, where that is not `place`: the basic court there has the case.
    `respondent` is named where the power was devolved: of a delegation the principal, else the organ itself.
    Basis: 行政许可法 Art 24 para 2, 38; 行政复议法 Art 19, 20, 24 (the government at the same level reviews);
    行政诉讼法 Art 14, 18, 26 para 5, 46.
    """
    court, court_en = seat or (place, place_en)
    return letters.remedies(
        reviewer=Text(zh=f"{place}人民政府", en=f"the People's Government of {place_en}"),
        court=Text(zh=f"{court}人民法院", en=f"the People's Court of {court_en}"),
        respondent=respondent,
    )


def wording(said: Sequence[Text]) -> str:
    """The authoritative wording, in one paragraph, as the event keeps it."""
    return "".join(line.zh for line in said)


def printed(kept: str, standard: Sequence[Text]) -> tuple[Text, ...]:
    """The lines a letter prints for the wording an event kept; bilingual when it is the standard one."""
    return tuple(standard) if kept == wording(standard) else (Text(zh=kept, en=""),)
