# SPDX-License-Identifier: LGPL-3.0-only
"""The effective value of a customer: the one set by hand, the computed one, or for a while still the one of before.

By hand wins until its end date. Otherwise a value rises at once and falls only when the figures have led to less for a
number of days without a break, so that a customer near a border does not go up and down with every invoice.
"""

from datetime import date
from typing import NamedTuple

from .axes import BESIDE

#: From least to most.
CATEGORY_LEVELS = {"client": 0, "passive_partner": 1, "active_partner": 2}

#: How often a place of the matrix is high. The two places beside the picture have levels, too, which say when they take
#: effect: a newcomer gets a quadrant at once, and back to the newcomers it is a fall; from the lost everything is a rise,
#: and a fall to them is not held up, because no value of a lost customer is.
PLACE_LEVELS = {"win_back": -1, "newcomer": 0, "low_low": 0, "low_high": 1, "high_low": 1, "high_high": 2}

#: The level of no place.
NO_PLACE = -1


class Candidate(NamedTuple):
    """The values that may be effective: the one so far, the computed one, and the one set by hand. None is "no value"."""

    effective: object
    computed: object
    falling_since: date | None = None
    #: whether there is an override: its value may be None, too
    is_manual: bool = False
    manual: object = None
    manual_until: date | None = None


class Effective(NamedTuple):
    value: object
    #: since when the figures have led to less than the effective value; None if they do not
    falling_since: date | None = None
    #: the end date of the override has passed
    has_ended: bool = False


def effective(candidate, today, level, days):
    """The value that is effective today.

    :param level: function from a value to how high it is
    :param days: how long figures have to lead to less before it takes effect; 0 is at once

    >>> def client(since=None, **by_hand):
    ...     return Candidate("active_partner", "client", since, **by_hand)
    >>> level = CATEGORY_LEVELS.get
    >>> effective(client(), date(2026, 3, 1), level, 30)
    Effective(value='active_partner', falling_since=datetime.date(2026, 3, 1), has_ended=False)
    >>> effective(client(date(2026, 3, 1)), date(2026, 3, 30), level, 30).value
    'active_partner'
    >>> effective(client(date(2026, 3, 1)), date(2026, 3, 31), level, 30)
    Effective(value='client', falling_since=None, has_ended=False)
    >>> effective(Candidate("client", "active_partner"), date(2026, 3, 1), level, 30).value
    'active_partner'
    >>> by_hand = dict(is_manual=True, manual="passive_partner", manual_until=date(2026, 3, 31))
    >>> effective(client(**by_hand), date(2026, 3, 31), level, 30).value
    'passive_partner'
    >>> effective(client(**by_hand), date(2026, 4, 1), level, 30)
    Effective(value='client', falling_since=None, has_ended=True)
    """
    if candidate.is_manual:
        if is_in_force(candidate.manual_until, today):
            return Effective(candidate.manual)
        return Effective(candidate.computed, has_ended=True)
    if candidate.effective is None or level(candidate.computed) >= level(candidate.effective):
        return Effective(candidate.computed)
    since = candidate.falling_since or today
    if (today - since).days >= days:
        return Effective(candidate.computed)
    return Effective(candidate.effective, since)


def is_in_force(until, today):
    """Whether an override that ends on a day (None or False: until further notice) is still in force.

    >>> [is_in_force(date(2026, 3, 31), date(2026, month, 1)) for month in (3, 4)], is_in_force(None, date(2026, 3, 1))
    ([True, False], True)
    """
    return not until or until >= today


LIFECYCLE_LEVELS = {None: 0, "active": 0, "late": 1, "at_risk": 2, "lost": 3}


def lifecycle_event(old, new):
    """The kind of change that a new lifecycle is.

    >>> [lifecycle_event(*change) for change in [("late", "at_risk"), ("lost", "at_risk"), ("at_risk", "lost")]]
    ['became_at_risk', 'came_back', 'became_lost']
    >>> [lifecycle_event(*change) for change in [("at_risk", "late"), ("late", "active"), (None, "active")]]
    ['came_back', 'other', 'other']
    """
    was, now = LIFECYCLE_LEVELS[old], LIFECYCLE_LEVELS[new]
    if now > was and new in ("at_risk", "lost"):
        return f"became_{new}"
    return "came_back" if was > now and was >= LIFECYCLE_LEVELS["at_risk"] else "other"


def quadrant_event(old, new):
    """The kind of change that another place of the same matrix is; None is no place.

    Into and out of the places beside the picture nobody falls or rises: the lifecycle tells who is lost or came back, and a
    newcomer had no quadrant to fall from.

    >>> [quadrant_event("high_high", new) for new in ("low_high", "high_high", "win_back", None)]
    ['fell_quadrant', 'other', 'other', 'fell_quadrant']
    >>> [quadrant_event(old, "high_low") for old in ("low_low", "low_high", "newcomer", "win_back", None)]
    ['rose_quadrant', 'other', 'other', 'other', 'rose_quadrant']
    """
    was, now = PLACE_LEVELS.get(old, NO_PLACE), PLACE_LEVELS.get(new, NO_PLACE)
    if was == now or old in BESIDE or new in BESIDE:
        return "other"
    return "rose_quadrant" if now > was else "fell_quadrant"
