# SPDX-License-Identifier: LGPL-3.0-only
"""An axis of the quadrant matrix, the places it makes with another one, and the choice of a log scale.

A place says x first: ``high_low`` is high on the x axis and low on the y axis. High is the good side: on an axis where
less is better (``reversed``) the smaller values are the high ones, and they are drawn to the right or on top all the same.
"""

import math
from itertools import pairwise
from typing import NamedTuple

#: The places in reading order: top left, top right, bottom left, bottom right.
PLACES = ("low_high", "high_high", "low_low", "high_low")

#: The places beside the picture: who is too new to be placed by figures, and who is gone.
BESIDE = ("newcomer", "win_back")

#: Above this skewness (third standardised moment) most values would lie on top of each other beside a few large ones:
#: that of an exponential distribution is 2, sales by customer are usually far beyond it.
SKEWNESS_MAX = 2.0

#: A logarithmic scale cannot show zero and below. It is worth its price as long as so much of the values is above zero:
#: the others are listed beside the picture.
ABOVE_ZERO_MIN = 0.8


class Axis(NamedTuple):
    """A numeric fact that customers can be compared by. Label and explanation are the field's own string and help.

    >>> Axis("money")
    Axis(unit='money', reversed=False)
    >>> Axis("days", reversed=True).reversed
    True
    """

    #: money, percent (fractions: 0.8 is 80%), days, months, years, count, ratio or score: how values are written
    unit: str
    #: whether less is better
    reversed: bool = False


def best_scale(above_zero, skewness, cut):
    """The scale that shows most: logarithmic if nearly all values are above zero and those are skewed, else linear.

    A cut at zero or below has to be seen, on a linear scale. Without values (None) it is linear.

    :param above_zero: share of the values that are above zero, 0 to 1
    :param skewness: that of the values above zero

    >>> [best_scale(*of) for of in ((1.0, 2.1, 5.0), (0.8, 2.1, None), (0.79, 9.0, 5.0), (1.0, 2.0, 5.0))]
    ['log', 'log', 'linear', 'linear']
    >>> [best_scale(*of) for of in ((0.9, 9.0, 0.0), (0.9, 9.0, -5.0), (None, 0.0, None))]
    ['linear', 'linear', 'linear']
    """
    can_be_log = above_zero is not None and above_zero >= ABOVE_ZERO_MIN and (cut is None or cut > 0)
    return "log" if can_be_log and skewness > SKEWNESS_MAX else "linear"


def grid(lowest, highest, scale, cells, least=None):
    """Edges of at most so many cells that hold all values: each from its edge up to, but not including, the next one.

    Inner edges are rounded to a tenth of a cell, so that a cell can be written as a condition people can read. What a
    logarithmic scale cannot show has a cell of its own, below the ``least`` value above zero.

    >>> grid(0.0, 40.0, "linear", 4)
    [0.0, 10.0, 20.0, 30.0, 40.00000000000001]
    >>> grid(1.0, 1000.0, "log", 3)
    [1.0, 10.0, 100.0, 1000.0000000000001]
    >>> grid(-5.0, 1000.0, "log", 3, least=1.0)
    [-5.0, 1.0, 10.0, 100.0, 1000.0000000000001]
    >>> grid(7.0, 7.0, "linear", 40), grid(None, None, "linear", 40)
    ([7.0, 7.000000000000001], [])
    """
    if lowest is None:
        return []
    if scale == "log" and least is not None and lowest < least:
        return [lowest, *grid(least, highest, scale, cells)]
    there, back = (math.log, math.exp) if scale == "log" else (float, float)
    start, end = there(lowest), there(highest)
    edges = [back(start + (end - start) * number / cells) for number in range(cells)]
    inner = {_rounded(edge, edge - before) for before, edge in pairwise(edges) if edge > before}
    return [lowest, *sorted(edge for edge in inner if lowest < edge < highest), math.nextafter(highest, math.inf)]


def _rounded(value, width):
    return round(value, 1 - math.floor(math.log10(width)))
