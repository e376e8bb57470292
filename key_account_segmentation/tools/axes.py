"""What an axis of the quadrant matrix is, the four places it makes with another one, and when it is drawn to a log scale.

A place says x first: ``high_low`` is high on the x axis and low on the y axis. High is the good side: on an axis where
less is better (``reversed``) the smaller values are the high ones, and they are drawn to the right or on top all the same.
"""

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


def scale(lowest, skewness):
    """The scale that shows most: logarithmic for values that are all above zero and skewed, else linear.

    Without values (None) it is linear.

    >>> scale(0.01, 2.1), scale(0.01, 2.0), scale(0.0, 5.0), scale(-3.0, 5.0), scale(None, 0.0)
    ('log', 'linear', 'linear', 'linear', 'linear')
    """
    return "log" if lowest is not None and lowest > 0 and skewness > SKEWNESS_MAX else "linear"
