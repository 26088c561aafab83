"""Comparing time limits given in different units, on the cautious side."""

from fractions import Fraction

from tongban.catalogue.rules.guide import Limit, Unit

HOURS_A_DAY = 7  # of service: 9–12 and 13–17


def fits(promised: Limit, statutory: Limit) -> bool:
    """Whether `promised` can never end after `statutory` in weeks without holidays.

    Basis: 行政许可法 Art 42; configuration (承诺 ≤ 法定).
    """
    if promised.unit is statutory.unit:
        return promised.amount <= statutory.amount
    return most_days(promised) <= least_days(statutory)


def most_days(limit: Limit) -> int:
    """The most calendar days `limit` can take in ordinary weeks; working time meets every weekend it can."""
    if limit.unit is Unit.CALENDAR_DAYS:
        return limit.amount
    days = -(-limit.amount // HOURS_A_DAY) if limit.unit is Unit.WORKING_HOURS else limit.amount
    return days + 2 * -(-days // 5)


def least_days(limit: Limit) -> int:
    """The fewest calendar days `limit` can take, counted from a working day."""
    if limit.unit is Unit.CALENDAR_DAYS:
        return limit.amount
    days = limit.amount // HOURS_A_DAY if limit.unit is Unit.WORKING_HOURS else limit.amount
    return days + 2 * (days // 5)


def working_days(limit: Limit) -> Fraction:
    """`limit` as working days on average: seven calendar days are five, seven hours one. For figures only."""
    match limit.unit:
        case Unit.CALENDAR_DAYS:
            return Fraction(limit.amount * 5, 7)
        case Unit.WORKING_HOURS:
            return Fraction(limit.amount, HOURS_A_DAY)
    return Fraction(limit.amount)
