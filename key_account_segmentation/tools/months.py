# SPDX-License-Identifier: LGPL-3.0-only
"""Calendar months, and how evenly money comes in over the last twelve complete ones.

A month is numbered ``year * 12 + month - 1``, so that windows are plain integer ranges and December meets January.
Money is in the company's currency, net of credit notes.
"""

from datetime import date
from functools import lru_cache
from math import fsum, sqrt

YEAR = 12

#: What is left of a sum below this share of its parts is nothing: floats have fifteen digits.
FLOAT_NOISE = 1e-12


def month_number(day):
    """The number of a date's calendar month.

    >>> month_number(date(2026, 1, 31)) - month_number(date(2025, 12, 1))
    1
    """
    return day.year * YEAR + day.month - 1


def month_length(month):
    """Days in a numbered month.

    >>> month_length(month_number(date(2024, 2, 1))), month_length(month_number(date(2026, 12, 1)))
    (29, 31)
    """
    following = date(*divmod_month(month + 1), 1)
    return following.toordinal() - date(*divmod_month(month), 1).toordinal()


def divmod_month(month):
    """Year and month (1 to 12) of a numbered month.

    >>> divmod_month(month_number(date(2026, 12, 5)))
    (2026, 12)
    """
    year, index = divmod(month, YEAR)
    return year, index + 1


def day_in_month(month, day_of_month):
    """A date in a numbered month; a day the month does not have becomes its last.

    >>> day_in_month(month_number(date(2026, 2, 1)), 31)
    datetime.date(2026, 2, 28)
    """
    if day_of_month > 28:
        day_of_month = min(day_of_month, month_length(month))
    return date(*divmod_month(month), day_of_month)


def add_months(day, months):
    """Calendar arithmetic, as PostgreSQL's ``date + interval``: the day is clipped to the month's length.

    >>> add_months(date(2024, 2, 29), -12), add_months(date(2026, 1, 31), 1)
    (datetime.date(2023, 2, 28), datetime.date(2026, 2, 28))
    """
    return day_in_month(month_number(day) + months, day.day)


def months_before(day, months):
    """The day so many months earlier: the same day of that month, clipped; of a month's last day, that month's last day.

    PostgreSQL's ``date - interval`` and relativedelta keep the 28th of February where the 29th is meant.

    >>> months_before(date(2025, 2, 28), 12), months_before(date(2024, 2, 29), 12)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28))
    >>> months_before(date(2025, 6, 30), 1), months_before(date(2026, 3, 30), 1)
    (datetime.date(2025, 5, 31), datetime.date(2026, 2, 28))
    """
    month = month_number(day)
    return day_in_month(month - months, 31 if day.day == month_length(month) else day.day)


@lru_cache(maxsize=32)  # all customers are classified as of the same day
def last_complete_month(as_of):
    """Number of the last month that is over on ``as_of``: its own only on its last day.

    >>> last_complete_month(date(2026, 3, 31)) == month_number(date(2026, 3, 1))
    True
    >>> last_complete_month(date(2026, 3, 30)) == month_number(date(2026, 2, 1))
    True
    """
    month = month_number(as_of)
    return month if as_of.day == month_length(month) else month - 1


def observed_months(first_month, last_month, most=YEAR):
    """How many of the last months up to ``last_month`` are not before the customer's first purchase.

    :param most: how many months are looked at

    >>> observed_months(None, 24314), observed_months(24310, 24314), observed_months(20000, 24314)
    (0, 5, 12)
    """
    if first_month is None:
        return 0
    return max(0, min(most, last_month - first_month + 1))


def mean_and_deviation(values, count):
    """Mean and population standard deviation of ``values`` filled up with zeros to ``count``.

    Summed exactly, so that the result does not depend on the order in which the database hands the values out.

    >>> mean_and_deviation([0.1, 0.2, -0.3], 3)[0]
    0.0

    >>> mean_and_deviation([2.0, 4.0], 2)
    (3.0, 1.0)
    >>> mean_and_deviation([4.0], 4)[0]
    1.0
    >>> mean_and_deviation([0.0000001, 0.0000003], 2)[0]
    2e-07
    """
    total = fsum(values)
    # 0.1 + 0.2 - 0.3 is nothing; what a float cannot say is relative to the amounts, whatever a currency's decimals are
    if abs(total) <= FLOAT_NOISE * fsum(map(abs, values)):
        total = 0.0
    mean = total / count
    squares = fsum([(value - mean) ** 2 for value in values]) + (count - len(values)) * mean * mean
    return mean, sqrt(squares / count)


def regularity(active_nets, observed_nets, observed):
    """``adi``, ``cv2`` and ``volatility`` of the last twelve complete months.

    :param active_nets: nets of the months with net > 0
    :param observed_nets: nets, whatever their sign, of the observed months that have documents
    :param observed: number of observed months, those without documents included
    :returns: months between active months (1.0 is every month), the squared coefficient of variation of the active
        months, and standard deviation / mean of all observed months; each None where it has no meaning.
        Source: Syntetos, Boylan and Croston (2005), population moments.

    >>> regularity([100.0, 100.0], [100.0, 100.0, -20.0], 4)[:2]
    (2.0, 0.0)
    >>> regularity([], [], 5)
    (None, None, None)
    """
    adi = cv2 = volatility = None
    if active_nets:
        adi = observed / len(active_nets)
        mean, deviation = mean_and_deviation(active_nets, len(active_nets))
        cv2 = (deviation / mean) ** 2
    if observed_nets:
        mean, deviation = mean_and_deviation(observed_nets, observed)
        if mean > 0:
            volatility = deviation / mean
    return adi, cv2, volatility


def demand_pattern(adi, cv2, thresholds):
    """Smooth, erratic, intermittent or lumpy (Syntetos, Boylan and Croston 2005); None without an active month.

    >>> from .thresholds import Thresholds
    >>> [demand_pattern(adi, cv2, Thresholds()) for adi, cv2 in [(1, 0), (1, 0.49), (1.32, 0.48), (1.32, 0.49)]]
    ['smooth', 'erratic', 'intermittent', 'lumpy']
    """
    if adi is None:
        return None
    even = cv2 < thresholds.pattern_cv2
    if adi < thresholds.pattern_adi:
        return "smooth" if even else "erratic"
    return "intermittent" if even else "lumpy"
