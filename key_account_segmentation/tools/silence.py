# SPDX-License-Identifier: LGPL-3.0-only
"""How likely a silent customer is to stay silent, and after how many days of silence a customer is late, at risk and lost.

MBG/NBD (Batislam, Denizel and Filiztekin 2007) with a fixed prior, the usual gap of the company's customers, so that nothing
has to be fitted. Days are counted from the last purchase day. Silence only makes things worse.
"""

from math import floor
from typing import NamedTuple

#: Days of the two horizons: 12 months, and 6.
YEAR_DAYS = 365
HALF_YEAR_DAYS = 182


class Bought(NamedTuple):
    """What is known of a customer's purchases within the look-back."""

    #: gaps between purchase days
    gaps: int
    #: days from the first purchase day to the last one
    days: int
    #: whether the gaps follow a cadence: only a customer without one may stay silent by chance
    has_cadence: bool
    #: days, the company's usual gap, above zero
    usual_gap: float


def silence_probability(bought, silent, horizon=YEAR_DAYS):
    """Probability (0 to 1) that the customer buys nothing within the next ``horizon`` days.

    :param silent: days since the last purchase day

    >>> [round(silence_probability(Bought(0, 0, False, 60), silent), 6) for silent in (60, 315)]
    [0.697991, 0.83935]
    >>> [round(silence_probability(Bought(23, 700, False, 60), silent), 6) for silent in (30, 90)]
    [0.045545, 0.191138]
    """
    alpha, power = 2 * bought.usual_gap, bought.gaps + 0.5
    known = alpha + bought.days
    lived = known + silent
    try:
        odds = (lived / known) ** power / (3 + 2 * bought.gaps)
    except OverflowError:  # more silence than a float can hold is as lost as one can be
        return 1.0
    quiet = 0.0 if bought.has_cadence else (lived / (lived + horizon)) ** power
    return 1 - 1 / (1 + odds) * (1 - quiet)


def lost_probability(bought, silent):
    """Probability (0 to 1) that the customer has stopped buying, whatever the horizon; it decides nothing.

    >>> [round(lost_probability(Bought(0, 0, False, 60), silent), 6) for silent in (60, 315)]
    [0.4, 0.675676]
    >>> [round(lost_probability(Bought(23, 700, False, 60), silent), 6) for silent in (30, 90, 120)]
    [0.088754, 0.36076, 0.564731]
    """
    known = bought.usual_gap + bought.days
    try:
        odds = ((known + silent) / known) ** (1 + bought.gaps) / (3 + bought.gaps)
    except OverflowError:
        return 1.0
    return odds / (1 + odds)


class Limits(NamedTuple):
    """Days of silence from which on a customer is at least that bad."""

    late: int
    at_risk: int
    lost: int


def limits_by_cadence(gap, tolerance, thresholds):
    """Those of a customer with a cadence.

    :param gap: days from the last purchase to the one that is expected

    >>> from .thresholds import Thresholds
    >>> limits_by_cadence(31, 5.0, Thresholds()), limits_by_cadence(7, 2.0, Thresholds())
    (Limits(late=37, at_risk=63, lost=94), Limits(late=10, at_risk=15, lost=61))
    """
    late = gap + floor(tolerance) + 1
    at_risk = max(late, floor(thresholds.late_gaps * gap) + 1)
    return Limits(late, at_risk, max(at_risk, floor(thresholds.risk_gaps * gap) + 1, thresholds.lost_days_min + 1))


def limits_by_season(gap, thresholds):
    """Those of a seasonal customer.

    >>> from .thresholds import Thresholds
    >>> limits_by_season(335, Thresholds())
    Limits(late=351, at_risk=396, lost=516)
    """
    days = (thresholds.season_late_days, thresholds.season_risk_days, thresholds.season_lost_days)
    return Limits(*[gap + day + 1 for day in days])


def limits_by_silence(gap, year, bought, thresholds):
    """Those of a customer without a cadence.

    :param gap: days from the last purchase to the one that is expected, or the company's usual gap
    :param year: days from the last purchase day to the same day a year later: from then on a customer is lost

    >>> from .thresholds import Thresholds
    >>> limits_by_silence(60, 365, Bought(0, 0, False, 60), Thresholds())
    Limits(late=61, at_risk=121, lost=211)
    >>> limits_by_silence(30, 365, Bought(23, 700, False, 60), Thresholds())
    Limits(late=91, at_risk=148, lost=207)
    """
    beyond = floor(thresholds.late_gaps * gap) + 1
    lost = _first_day(bought, thresholds.silence_lost_min, beyond, year)
    at_risk = _first_day(bought, thresholds.silence_risk_min, beyond, lost)
    latest = min(at_risk, floor(thresholds.risk_gaps * gap) + 1)
    return Limits(_first_day(bought, thresholds.silence_late_min, gap + 1, latest), at_risk, lost)


def _first_day(bought, probability, low, high):
    """The first day of silence from ``low`` on, but not after ``high``, from which on it is so probable to last.

    The formula of ``silence_probability`` stands here once more, in place: a refresh asks this a million times. Looked at
    are the first day, the last one, and then the middle of what is left.
    """
    known, power, weight = 2 * bought.usual_gap + bought.days, bought.gaps + 0.5, 3 + 2 * bought.gaps
    first, last = low, high - 1
    day, following = first, last
    while first <= last:
        lived = known + day
        try:
            alive = 1 / (1 + (lived / known) ** power / weight)
        except OverflowError:  # more silence than a float can hold
            alive = 0.0
        if 1 - alive * (1 - (lived / (lived + YEAR_DAYS)) ** power) >= probability:
            last = day - 1
        else:
            first = day + 1
        day, following = following or (first + last) // 2, 0
    return min(first, high)
