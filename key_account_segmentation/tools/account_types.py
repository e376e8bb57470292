# SPDX-License-Identifier: LGPL-3.0-only
"""Which kinds of key account a customer's figures suggest, and why.

large_steady   among the customers that bring most of the revenue, and in a steady rhythm
potential      small so far, and growing fast or with much more to win
image          brings others
tester         says what they think
special        never suggested: only people know such a reason
"""

from typing import NamedTuple

STEADY = frozenset({"monthly", "periodic"})
YOUNG = frozenset({"new", "occasional"})

#: A single purchase shows no growth.
GROWTH_EVENTS = 2


class Account(NamedTuple):
    """The figures the types go by. Amounts in the company's currency, of 12 months."""

    abc: str | None = None
    recurrence: str = "none"
    event_count: int = 0
    #: last purchase / first purchase
    last_to_first: float | None = None
    potential_amount: float = 0.0
    revenue_12m: float = 0.0
    referred_revenue_12m: float = 0.0
    feedback_count_12m: int = 0


class Limits(NamedTuple):
    """What the figures are measured by."""

    growth_min: float = 3.0
    #: potential from this amount on; None without an A customer to compare with
    potential_min: float | None = None
    #: referred revenue from this amount on; None without revenue to be a share of
    image_min: float | None = None
    feedback_min: int = 3


def suggested_types(account, limits):
    """Codes of the suggested types, each with the codes of what speaks for it.

    >>> limits = Limits(potential_min=5000.0, image_min=1000.0)
    >>> suggested_types(Account("A", "monthly"), limits)
    {'large_steady': ['steady_a']}
    >>> suggested_types(Account("A", "occasional"), limits), suggested_types(Account("B", "monthly"), limits)
    ({}, {})
    >>> suggested_types(Account("C", "new", 2, 3.0), limits), suggested_types(Account("C", "new", 2, 2.99), limits)
    ({'potential': ['growth']}, {})
    >>> suggested_types(Account("C", "new", 1, 3.0), limits), suggested_types(Account("C", "monthly", 9, 3.0), limits)
    ({}, {})
    >>> suggested_types(Account(potential_amount=5000.0), limits), suggested_types(Account(potential_amount=4999.0), limits)
    ({'potential': ['amount']}, {})
    >>> suggested_types(Account(potential_amount=5000.0), Limits())
    {}
    >>> suggested_types(Account(revenue_12m=500.0, referred_revenue_12m=500.0), limits)
    {'image': ['as_much']}
    >>> suggested_types(Account(revenue_12m=9000.0, referred_revenue_12m=1000.0), limits)
    {'image': ['share']}
    >>> suggested_types(Account(revenue_12m=-10.0), limits)
    {}
    >>> suggested_types(Account(feedback_count_12m=3), limits), suggested_types(Account(feedback_count_12m=2), limits)
    ({'tester': ['feedback']}, {})
    """
    reasons = {
        "large_steady": _large_steady(account),
        "potential": _potential(account, limits),
        "image": _image(account, limits),
        "tester": ["feedback"] if account.feedback_count_12m >= limits.feedback_min else [],
    }
    return {code: given for code, given in reasons.items() if given}


def _large_steady(account):
    return ["steady_a"] if account.abc == "A" and account.recurrence in STEADY else []


def _potential(account, limits):
    reasons = []
    is_young = account.recurrence in YOUNG and account.event_count >= GROWTH_EVENTS
    if is_young and account.last_to_first is not None and account.last_to_first >= limits.growth_min:
        reasons.append("growth")
    if limits.potential_min is not None and account.potential_amount >= max(limits.potential_min, 0.01):
        reasons.append("amount")
    return reasons


def _image(account, limits):
    brought = account.referred_revenue_12m
    if brought <= 0:
        return []
    reasons = ["as_much"] if brought >= account.revenue_12m else []
    if limits.image_min is not None and brought >= limits.image_min:
        reasons.append("share")
    return reasons
