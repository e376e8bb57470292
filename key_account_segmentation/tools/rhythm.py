# SPDX-License-Identifier: LGPL-3.0-only
"""When a customer buys: the gaps between purchase days, the cadence in them, and the next purchase to expect.

A purchase day (*event*) is a date with at least one invoice or receipt above zero. Days are numbered as
``date.toordinal()`` does.
"""

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import pairwise
from math import floor, sqrt

from .months import YEAR, day_in_month, month_number, observed_months
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


def round_half_up(days):
    """Whole days.

    >>> round_half_up(7.5), round_half_up(7.4)
    (8, 7)
    """
    return floor(days + 0.5)


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
    return date.fromordinal(events[-1] + round_half_up(median_gap))


def months_of(events):
    """Numbers of the months with a purchase day.

    >>> months_of(day_numbers("2026-01-01", "2026-01-31", "2026-02-01"))
    {24312, 24313}
    """
    days = map(date.fromordinal, events)
    return {day.year * YEAR + day.month - 1 for day in days}


#: More days than two years have: no earlier purchase belongs to the months that a season is found in.
TWO_YEARS_DAYS = 2 * 366 + 31


def season_of(events, thresholds):
    """``season`` of purchase days, ascending; most customers have too few.

    >>> from .thresholds import Thresholds
    >>> season_of(day_numbers("2023-11-05", "2023-12-05", "2024-11-05", "2024-12-05"), Thresholds())
    (11, 12)
    """
    late = events[bisect_left(events, events[-1] - TWO_YEARS_DAYS) :]
    return season(months_of(late), thresholds) if len(late) >= 2 * thresholds.season_months_min else ()


def season(months, thresholds):
    """The months of the year (1 to 12, ascending) a customer buys in every year, empty if there is no such season.

    Compared are the twelve calendar months ending with that of the last purchase, and the twelve before: a season that was
    missed is a season all the same.

    :param months: numbers of the months with a purchase day

    >>> from .thresholds import Thresholds
    >>> winters = day_numbers("2023-11-05", "2023-12-05", "2024-11-05", "2024-12-05")
    >>> season(months_of(winters), Thresholds()), season(months_of(winters[1:]), Thresholds())
    ((11, 12), ())
    """
    last = max(months)
    this_year = {month % YEAR + 1 for month in months if month > last - YEAR}
    year_before = {month % YEAR + 1 for month in months if last - 2 * YEAR < month <= last - YEAR}
    least, most = thresholds.season_months_min, thresholds.season_months_max
    if not (least <= len(this_year) <= most and least <= len(year_before) <= most):
        return ()
    union = this_year | year_before
    if len(this_year & year_before) < thresholds.season_overlap_min * len(union):
        return ()
    return tuple(sorted(union))


def loyalty_by_cadence(months, cadence_months, first_month, last_month):
    """How far a customer keeps a cadence of several months, 0 to 1: the months with a purchase / those there should be.

    :param months: numbers of the months with a purchase day
    :param last_month: the last complete one

    >>> loyalty_by_cadence({3, 6, 12}, 3, 3, 14), loyalty_by_cadence({3, 6, 9, 12, 14}, 3, 3, 14)
    (0.75, 1.0)
    """
    window = max(YEAR, 4 * cadence_months)
    observed = observed_months(first_month, last_month, window)
    bought = [month for month in months if last_month - window < month <= last_month]
    return min(1.0, len(bought) * cadence_months / observed) if observed else None


def loyalty_by_season(months, season, first_month, last_month):
    """The share of the season's months, among the last 24 complete ones, with a purchase.

    >>> loyalty_by_season({10, 22}, (11, 12), 10, 24)
    0.5
    """
    begin = max(last_month - 2 * YEAR + 1, first_month)
    seasonal = [month for month in range(begin, last_month + 1) if month % YEAR + 1 in season]
    return len(months.intersection(seasonal)) / len(seasonal) if seasonal else None
