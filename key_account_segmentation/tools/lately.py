# SPDX-License-Identifier: LGPL-3.0-only
"""How the last three complete months compare with the same months a year before, and with a usual quarter.

A customer shrinks, or grows, only where three questions agree: against last year, against a usual quarter, and beyond the
customer's own ups and downs; and where the money matters to the company. Amounts are whole units of a ten-thousandth of the
company's currency, so that a customer on a border lies on the same side every time.
"""

from typing import NamedTuple

from .months import YEAR

QUARTER = 3

#: Ten-thousandths: of a unit of money, and of a share.
UNITS = 10_000


class Lately(NamedTuple):
    """Sums in units: the last 3 complete months, and the same 3 a year before."""

    recent: int
    before: int


def lately(month_nets, last_month):
    """What there is to compare.

    :param month_nets: net per numbered month
    :param last_month: the last complete one

    >>> lately({100: 10.0, 99: 5.0, 88: 7.5}, 100)
    Lately(recent=150000, before=75000)
    """
    return Lately(_quarter(month_nets, last_month), _quarter(month_nets, last_month - YEAR))


def _quarter(month_nets, last_month):
    nets = [month_nets[month] for month in range(last_month - QUARTER + 1, last_month + 1) if month in month_nets]
    return sum([round(net * UNITS) for net in nets]) if nets else 0


def trend(sums, month_nets, last_month, a_border, thresholds):
    """-1: shrinking, 1: growing, 0: neither.

    :param sums: ``Lately`` of these months
    :param a_border: money, the revenue of the smallest A customer; None: nobody has any

    >>> from .thresholds import Thresholds
    >>> def of(*quarter, year=100.0, border=1000.0):
    ...     nets = {month: year for month in range(86, 98)} | dict(zip((98, 99, 100), quarter))
    ...     return trend(lately(nets, 100), nets, 100, border, Thresholds())
    >>> of(75.0, 75.0, 75.0), of(75.0, 75.0, 75.01), of(133.34, 133.33, 133.33), of(133.33, 133.33, 133.33)
    (-1, 0, 1, 0)
    >>> of(75.0, 75.0, 75.0, border=1500.0), of(75.0, 75.0, 75.0, border=1500.01)
    (-1, 0)
    """
    if sums.before <= 0 or not a_border:
        return 0
    year_end = last_month - QUARTER
    nets = [round(month_nets.get(month, 0) * UNITS) for month in range(year_end - YEAR + 1, year_end + 1)]
    if len([1 for net in nets if net > 0]) < thresholds.shrinking_months_min:
        return 0
    difference = abs(sums.before - sums.recent)
    if difference * UNITS < round(thresholds.shrinking_share_min * UNITS) * round(a_border * UNITS):
        return 0
    year = sum(nets)
    if not _is_beyond_noise(sums.recent, nets, year, thresholds.shrinking_noise):
        return 0
    limit = round(thresholds.shrinking_max * UNITS)
    if sums.recent * UNITS <= limit * sums.before and 4 * sums.recent * UNITS <= limit * year:
        return -1
    if sums.recent * limit >= sums.before * UNITS and 4 * sums.recent * limit >= year * UNITS:
        return 1
    return 0


def _is_beyond_noise(recent, nets, year, times):
    """Whether the quarter differs from a usual one (a fourth of the year) by more than quarters do: sqrt(3) x the population
    standard deviation of the months. Both sides squared, and multiplied by what they are divided by."""
    spread = YEAR * sum([net * net for net in nets]) - year**2
    return 3 * (year - 4 * recent) ** 2 >= times * times * spread
