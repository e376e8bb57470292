# SPDX-License-Identifier: LGPL-3.0-only
"""When a customer buys: the gaps between purchase days, the cadence in them, and the next purchase to expect.

A purchase day (*event*) is a date with at least one invoice or receipt above zero. Days are numbered as
``date.toordinal()`` does.
"""

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import pairwise
from math import floor, sqrt

from .months import day_in_month, month_number
from .thresholds import CADENCE_MONTHS

#: How many of the last purchase days decide on which day of the month the next one falls.
DAY_OF_MONTH_EVENTS = 6


def day_numbers(*texts):
    """Day numbers of ISO dates, for examples and tests.

    >>> day_numbers("2026-01-01", "2026-01-08")
    [739617, 739624]
    """
    return [date.fromisoformat(text).toordinal() for text in texts]


def gaps_between(events):
    """Days between consecutive purchase days, shortest first.

    >>> gaps_between(day_numbers("2026-01-01", "2026-02-01", "2026-02-08"))
    [7, 31]
    """
    return sorted([after - before for before, after in pairwise(events)])


def median(ordered):
    """The middle of sorted numbers, halfway between the two middle ones if their number is even.

    >>> median([1, 2, 10]), median([1, 2, 3, 10])
    (2.0, 2.5)
    """
    half, odd = divmod(len(ordered), 2)
    return float(ordered[half]) if odd else (ordered[half - 1] + ordered[half]) / 2


def gap_variation(gaps, mean):
    """Sample standard deviation / mean of the gaps; None below two gaps.

    >>> gap_variation([7], 7.0), gap_variation([7, 7, 7], 7.0)
    (None, 0.0)
    """
    if len(gaps) < 2:
        return None
    return sqrt(sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)) / mean


def cadence_of(gaps, thresholds):
    """The cadence most gaps agree on, and the share of gaps that do (a fraction).

    ``irregular`` where none reaches the share the policy asks for, ``none`` without a gap; both have no share.

    :param gaps: sorted

    >>> from .thresholds import Thresholds
    >>> cadence_of([30, 30, 31], Thresholds()), cadence_of([30, 31], Thresholds())
    (('monthly', 1.0), ('irregular', None))
    >>> cadence_of([365, 366], Thresholds()), cadence_of([], Thresholds())
    (('annual', 1.0), ('none', None))
    >>> cadence_of([12, 30, 31, 31], Thresholds())
    ('monthly', 0.75)
    """
    if not gaps:
        return "none", None
    best, best_count = "irregular", 0
    for cadence, shortest, longest, needed in thresholds.cadence_windows:
        if len(gaps) >= needed:
            count = bisect_right(gaps, longest) - bisect_left(gaps, shortest)
            if count > best_count:
                best, best_count = cadence, count
    share = best_count / len(gaps)
    if not best_count or share < thresholds.cadence_share_min:
        return "irregular", None
    return best, share


def usual_day_of_month(events):
    """Upper median of the day of the month of the last purchase days: the 31st survives a February.

    >>> usual_day_of_month(day_numbers("2026-01-31", "2026-02-28", "2026-03-31"))
    31
    """
    days = sorted([date.fromordinal(event).day for event in events[-DAY_OF_MONTH_EVENTS:]])
    return days[len(days) // 2]


def next_month_in_season(month, season):
    """Number of the first month after ``month`` that belongs to the season (months of the year, ascending).

    >>> from .months import divmod_month
    >>> divmod_month(next_month_in_season(month_number(date(2025, 12, 3)), (11, 12)))
    (2026, 11)
    """
    of_year = month % 12 + 1
    for candidate in season:
        if candidate > of_year:
            return month + candidate - of_year
    return month + 12 + season[0] - of_year


def expected_next(events, cadence, season, median_gap):
    """The day the next purchase is expected, None after a single one.

    A cadence counted in months keeps its day of the month, a seasonal customer comes in the next month of the season,
    everybody else after their median gap, rounded half up.

    >>> expected_next(day_numbers("2026-01-31", "2026-02-28"), "monthly", (), 28.0)
    datetime.date(2026, 3, 31)
    >>> expected_next(day_numbers("2026-01-01", "2026-01-08"), "weekly", (), 7.5)
    datetime.date(2026, 1, 16)
    >>> expected_next(day_numbers("2026-01-01"), "none", (), None)
    """
    if not events:
        return None
    months = CADENCE_MONTHS.get(cadence)
    if months or season:
        last_month = month_number(date.fromordinal(events[-1]))
        month = last_month + months if months else next_month_in_season(last_month, season)
        return day_in_month(month, usual_day_of_month(events))
    if median_gap is None:
        return None
    return date.fromordinal(events[-1] + floor(median_gap + 0.5))


def lost_probability(gap_count, days_bought, days_observed, prior_gap_days):
    """Probability (0 to 1) that the customer will not come back.

    1 - P(alive) of the MBG/NBD model (Batislam, Denizel and Filiztekin 2007) with a fixed prior, so that nothing has
    to be fitted: the prior is the company's median of its customers' mean gaps.

    :param gap_count: gaps in the look-back
    :param days_bought: days from the first to the last purchase day in the look-back
    :param days_observed: days from that first purchase day to the day of the verdict
    :param prior_gap_days: the company's usual gap, above zero

    >>> [round(lost_probability(0, 0, silent, 60), 6) for silent in (60, 315)]
    [0.4, 0.675676]
    >>> [round(lost_probability(23, 700, 700 + silent, 60), 6) for silent in (30, 90, 120)]
    [0.088754, 0.36076, 0.564731]
    """
    silence = (prior_gap_days + days_observed) / (prior_gap_days + days_bought)
    try:
        odds = silence ** (1 + gap_count) / (3 + gap_count)
    except OverflowError:  # more silence than a float can hold is as lost as one can be
        return 1.0
    return odds / (1 + odds)
