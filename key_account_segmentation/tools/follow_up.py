"""What is due of a customer today: which matters call for an activity, and since when.

    contact     nobody has been in touch for the days of the key account's type
    rhythm      a monthly or periodic customer is late by their own rhythm, and not lost yet
    reminder    such a customer's next purchase is due in a few days
    payment     too much of what is open is overdue
    review      the day to look at a special account again has come

Changes (became a key account, at risk, lost ...) are not due for a while: they happen once, and are followed up once.
"""

from datetime import date, timedelta
from typing import NamedTuple

STEADY = frozenset({"monthly", "periodic"})
LATE = frozenset({"late", "at_risk"})


class Matter(NamedTuple):
    """What is followed up, and how: one for each kind a company has switched on."""

    #: of key accounts only, or of all customers
    key_accounts_only: bool = True
    days: int = 0
    limit: float = 0.0


class Account(NamedTuple):
    """What is known of a customer today. None is "no value"."""

    is_key_account: bool = False
    #: rhythm of contact of its type, 0 for none
    contact_days: int = 0
    #: latest contact of any kind: talk, message, order, invoice; before one, since when we know the customer
    last_contact: date | None = None
    recurrence: str = "none"
    lifecycle: str | None = None
    expected_next_date: date | None = None
    open_amount: float = 0.0
    overdue_share: float | None = None
    review_date: date | None = None


def due(account, matters, today):
    """Kind -> since when, of what is due today.

    :param matters: kind -> ``Matter``, of the kinds that are switched on

    >>> all_kinds = {"contact": Matter(), "rhythm": Matter(False), "reminder": Matter(False, days=5),
    ...     "payment": Matter(False, limit=0.3), "review": Matter()}
    >>> day = date(2026, 3, 31)
    >>> def of(**facts):
    ...     return {kind: str(since) for kind, since in due(Account(**facts), all_kinds, day).items()}
    >>> of(is_key_account=True, contact_days=30, last_contact=date(2026, 3, 1))
    {'contact': '2026-03-31'}
    >>> of(is_key_account=True, contact_days=30, last_contact=date(2026, 3, 2)), of(contact_days=30)
    ({}, {})
    >>> of(is_key_account=True, contact_days=30)
    {'contact': '2026-03-31'}
    >>> of(recurrence="monthly", lifecycle="late", expected_next_date=date(2026, 3, 20))
    {'rhythm': '2026-03-20'}
    >>> of(recurrence="monthly", lifecycle="lost", expected_next_date=date(2025, 3, 20))
    {}
    >>> of(recurrence="occasional", lifecycle="late", expected_next_date=date(2026, 3, 20))
    {}
    >>> [of(recurrence="periodic", lifecycle="active", expected_next_date=date(2026, 4, d)) for d in (5, 6)]
    [{'reminder': '2026-03-31'}, {}]
    >>> of(recurrence="periodic", lifecycle="active", expected_next_date=date(2026, 3, 30))
    {}
    >>> of(open_amount=100.0, overdue_share=0.3), of(open_amount=100.0, overdue_share=0.31)
    ({}, {'payment': '2026-03-31'})
    >>> of(is_key_account=True, review_date=day), of(is_key_account=True, review_date=date(2026, 4, 1))
    ({'review': '2026-03-31'}, {})
    """
    found = {}
    for kind, matter in matters.items():
        if kind in RULES and (account.is_key_account or not matter.key_accounts_only):
            since = RULES[kind](account, matter, today)
            if since is not None:
                found[kind] = since
    return found


def _contact(account, _matter, today):
    if not account.contact_days:
        return None
    if account.last_contact is None:
        return today
    since = account.last_contact + timedelta(days=account.contact_days)
    return since if since <= today else None


def _rhythm(account, _matter, _today):
    return account.expected_next_date if account.recurrence in STEADY and account.lifecycle in LATE else None


def _reminder(account, matter, today):
    expected = account.expected_next_date
    if account.recurrence not in STEADY or expected is None or expected < today:
        return None
    since = expected - timedelta(days=matter.days)
    return since if since <= today else None


def _payment(account, matter, today):
    is_due = account.open_amount > 0 and account.overdue_share is not None and account.overdue_share > matter.limit
    return today if is_due else None


def _review(account, _matter, today):
    return account.review_date if account.review_date is not None and account.review_date <= today else None


RULES = {"contact": _contact, "rhythm": _rhythm, "reminder": _reminder, "payment": _payment, "review": _review}


def is_overdue(deadline, today, days):
    """Whether an activity has been overdue for so many days; 0 days: never handed on.

    >>> [is_overdue(date(2026, 3, 24), date(2026, 3, day), 7) for day in (30, 31)], is_overdue(date.min, date.max, 0)
    ([False, True], False)
    """
    return days > 0 and deadline + timedelta(days=days) <= today
