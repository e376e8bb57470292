"""What an axis of the quadrant matrix is, the four places it makes with another one, and when it is drawn to a log scale.

A place says x first: ``high_low`` is high on the x axis and low on the y axis. High is the good side: on an axis where
less is better (``reversed``) the smaller values are the high ones, and they are drawn to the right or on top all the same.
"""

import math
from itertools import pairwise
from typing import NamedTuple

#: What the values of an axis are; it decides how they are written. Percent are fractions (0.8 is 80 %).
UNITS = ("money", "percent", "days", "months", "years", "count", "ratio", "score")

#: The places in reading order: top left, top right, bottom left, bottom right.
PLACES = ("low_high", "high_high", "low_low", "high_low")

#: Above this skewness (third standardised moment) most values would lie on top of each other beside a few large ones:
#: that of an exponential distribution is 2, sales by customer are usually far beyond it.
SKEWNESS_MAX = 2.0


class Axis(NamedTuple):
    """A numeric fact that customers can be compared by. Label and explanation are the field's own string and help.

    >>> Axis("money")
    Axis(unit='money', reversed=False)
    >>> Axis("days", reversed=True).reversed
    True
    """

    #: one of ``UNITS``
    unit: str
    #: whether less is better
    reversed: bool = False


def best_scale(lowest, skewness):
    """The scale that shows most: logarithmic for values that are all above zero and skewed, else linear.

    Without values (None) it is linear.

    >>> [best_scale(*of) for of in ((0.01, 2.1), (0.01, 2.0), (0.0, 5.0), (-3.0, 5.0), (None, 0.0))]
    ['log', 'linear', 'linear', 'linear', 'linear']
    """
    return "log" if lowest is not None and lowest > 0 and skewness > SKEWNESS_MAX else "linear"


def grid(lowest, highest, scale, cells):
    """Edges of at most so many cells that hold all values: each from its edge up to, but not including, the next one.

    Inner edges are rounded to a tenth of a cell, so that a cell can be written as a condition people can read.

    >>> grid(0.0, 40.0, "linear", 4)
    [0.0, 10.0, 20.0, 30.0, 40.00000000000001]
    >>> grid(1.0, 1000.0, "log", 3)
    [1.0, 10.0, 100.0, 1000.0000000000001]
    >>> grid(7.0, 7.0, "linear", 40), grid(None, None, "linear", 40)
    ([7.0, 7.000000000000001], [])
    """
    if lowest is None:
        return []
    there, back = (math.log, math.exp) if scale == "log" else (float, float)
    start, end = there(lowest), there(highest)
    edges = [back(start + (end - start) * number / cells) for number in range(cells)]
    inner = {_rounded(edge, edge - before) for before, edge in pairwise(edges) if edge > before}
    return [lowest, *sorted(edge for edge in inner if lowest < edge < highest), math.nextafter(highest, math.inf)]


def _rounded(value, width):
    return round(value, 1 - math.floor(math.log10(width)))
