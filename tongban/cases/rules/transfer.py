"""Where a matter belongs after its case was moved (移送)."""

COUNTY_DIGITS = 6


def place(before: str, division: str) -> str:
    """The place of a matter after a move to an organ of `division`: it stays within the new organ's area, else it
    was lodged in the wrong one and becomes that area. Codes of 6, 9 or 12 digits; a city's ends in 00.

    Basis: 行政许可法 Art 24, 32(2).
    """
    city = len(division) == COUNTY_DIGITS and division.endswith("00")
    return before if before.startswith(division[:4] if city else division) else division
