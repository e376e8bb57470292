# SPDX-License-Identifier: LGPL-3.0-only
"""When a follow-up is due, when it is not any more, and what happens to one that is there already.

A follow-up has a cause that lasts: nobody has been in touch, a purchase is late, an invoice is overdue. As long as it
lasts there is one follow-up and no second one, whatever became of its activity.
"""

from datetime import timedelta
from typing import NamedTuple

from .effective import NO_PLACE, PLACE_LEVELS

#: Days of a rhythm or a delay: with more than ten years a date may leave the calendar.
DAYS_MAX = 3660

#: Of what was agreed last time so many characters are told.
AGREED_MAX = 300


class Known(NamedTuple):
    """A follow-up that is there and has not ended."""

    #: the activity has been done or deleted, the cause is still there
    is_handled: bool
    #: what it counts from: a last contact, an expected purchase; a number may stand for a change
    since: object = None
    #: the day it was found done or deleted
    handled: object = None


def contact_since(last_contact, days, today):
    """The last contact, if there should have been another one by now; None if not.

    >>> from datetime import date
    >>> [contact_since(date(2026, 3, 1), 30, date(2026, 3, day)) for day in (30, 31)]
    [None, datetime.date(2026, 3, 1)]
    >>> contact_since(date(2020, 1, 1), 0, date(2026, 3, 1))
    """
    return last_contact if days and last_contact + timedelta(days=days) <= today else None


def rhythm_since(expected, tolerance, lifecycle, today):
    """The day a purchase was expected, if it is late by more than the tolerance of the rhythm; None if not.

    :param tolerance: days, None without a steady rhythm: then the lifecycle says who is late

    >>> from datetime import date
    >>> [rhythm_since(date(2026, 3, 1), 5.0, "late", date(2026, 3, day)) for day in (6, 7)]
    [None, datetime.date(2026, 3, 1)]
    >>> [rhythm_since(date(2026, 3, 1), None, lifecycle, date(2026, 3, 9)) for lifecycle in ("active", "at_risk")]
    [None, datetime.date(2026, 3, 1)]
    >>> rhythm_since(date(2026, 3, 9), None, "at_risk", date(2026, 3, 9))
    """
    is_late = lifecycle != "active" if tolerance is None else (today - expected).days > tolerance
    return expected if is_late and expected < today else None


def reminder_since(expected, days, tolerance, today):
    """The day a purchase is expected, from some days before until it is late; None at other times.

    >>> from datetime import date
    >>> [bool(reminder_since(date(2026, 3, 10), 7, 5.0, date(2026, 3, day))) for day in (2, 3, 15, 16)]
    [False, True, True, False]
    """
    is_near = expected - timedelta(days=days) <= today <= expected + timedelta(days=tolerance or 0)
    return expected if is_near else None


def has_not_risen(place, place_then):
    """Whether a customer that fell to a place of the matrix is no higher now; no place is the lowest.

    >>> [has_not_risen(place, "low_high") for place in ("high_high", "high_low", "low_low", None)]
    [False, True, True, True]
    >>> has_not_risen("low_low", None), has_not_risen(None, None)
    (False, True)
    """
    return PLACE_LEVELS.get(place, NO_PLACE) <= PLACE_LEVELS.get(place_then, NO_PLACE)


def is_planned(known, since, today, again_after=0):
    """Whether a cause gets an activity, given the follow-up that is there for it.

    :param known: ``Known``, None if there is none
    :param since: what the cause counts from now
    :param again_after: days after which a cause that is still the same gets another one; 0 is never

    >>> from datetime import date
    >>> march, today = date(2026, 3, 1), date(2026, 5, 1)
    >>> is_planned(None, march, today), is_planned(Known(False, march), today, today)
    (True, False)
    >>> is_planned(Known(True, march, march), march, today), is_planned(Known(True, march, march), date(2026, 4, 1), today)
    (False, True)
    >>> [is_planned(Known(True, march, date(2026, 4, day)), march, today, 30) for day in (1, 2)]
    [True, False]
    """
    if known is None:
        return True
    if not known.is_handled:
        return False
    if since is not None and known.since is not None and since > known.since:
        return True
    return bool(again_after and known.handled and known.handled + timedelta(days=again_after) <= today)


def is_escalated(deadline, days, today):
    """Whether an activity has been overdue for so many days; 0 is never.

    >>> from datetime import date
    >>> [is_escalated(date(2026, 3, 1), days, date(2026, 3, day)) for days, day in [(7, 7), (7, 8), (0, 31)]]
    [False, True, False]
    """
    return bool(days) and (today - deadline).days >= days


def shortened(text):
    """The beginning of a text, on one line.

    >>> shortened("Call again\\n in May"), len(shortened("x" * 999))
    ('Call again in May', 301)
    """
    line = " ".join(text.split())
    return line if len(line) <= AGREED_MAX else f"{line[:AGREED_MAX]}…"
