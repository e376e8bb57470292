# SPDX-License-Identifier: LGPL-3.0-only
"""Which kinds of key account a customer's figures suggest, and why.

large_steady   among the customers that bring most of the revenue, keeping a rhythm of their own, and not lost
potential      small so far, and growing fast or with much more to win
image          brings others
tester         says what they think
special        never suggested: only people know such a reason
"""

from collections.abc import Callable
from typing import NamedTuple

YOUNG = frozenset({"new", "occasional"})

#: A single purchase shows no growth.
GROWTH_EVENTS = 2

#: Nothing is no potential, however low the limit.
AMOUNT_MIN = 0.01


class Limits(NamedTuple):
    """The limits that figures are compared with. Amounts in the company's currency."""

    growth_min: float = 3.0
    #: loyalty of a steady customer
    steady_min: float = 0.75
    #: potential from this amount on; None without an A customer to compare with
    potential_min: float | None = None
    #: referred revenue from this amount on; None without revenue to be a share of
    image_min: float | None = None
    feedback_min: int = 3


class TypeRule(NamedTuple):
    """When figures suggest a type.

    An account is an object with the figures as attributes, read as Odoo reads them: a number is None only where the field
    can be empty.
    """

    #: code of the type
    code: str
    #: names of the figures it looks at
    figures: tuple
    #: function from the limits to a domain that finds each account with a reason, and perhaps others
    domain: Callable
    #: function from account and limits to the codes of the reasons; none is no suggestion
    reasons: Callable


def _large_steady_domain(limits):
    return [("abc", "=", "A"), ("loyalty", ">=", limits.steady_min), ("lifecycle", "!=", "lost")]


def _large_steady(account, limits):
    is_loyal = account.loyalty is not None and account.loyalty >= limits.steady_min
    return ["steady_a"] if account.abc == "A" and is_loyal and account.lifecycle != "lost" else []


def _potential_domain(limits):
    return [
        "|",
        ("potential_amount", ">", 0),
        "&",
        ("last_to_first", ">=", limits.growth_min),
        ("recurrence", "in", sorted(YOUNG)),
    ]


def _potential(account, limits):
    reasons = []
    is_young = account.recurrence in YOUNG and account.event_count >= GROWTH_EVENTS
    if is_young and account.last_to_first is not None and account.last_to_first >= limits.growth_min:
        reasons.append("growth")
    if limits.potential_min is not None and account.potential_amount >= max(limits.potential_min, AMOUNT_MIN):
        reasons.append("amount")
    return reasons


def _image_domain(limits):
    return [("referred_revenue_12m", ">", 0)]


def _image(account, limits):
    brought = account.referred_revenue_12m
    if brought <= 0:
        return []
    reasons = ["as_much"] if brought >= (account.revenue_12m or 0) else []
    if limits.image_min is not None and brought >= limits.image_min:
        reasons.append("share")
    return reasons


def _tester_domain(limits):
    return [("feedback_count_12m", ">=", limits.feedback_min)]


def _tester(account, limits):
    return ["feedback"] if account.feedback_count_12m >= limits.feedback_min else []


#: The rules of the types that come with this module.
RULES = (
    TypeRule("large_steady", ("abc", "loyalty", "lifecycle"), _large_steady_domain, _large_steady),
    TypeRule(
        "potential",
        ("recurrence", "event_count", "last_to_first", "potential_amount"),
        _potential_domain,
        _potential,
    ),
    TypeRule("image", ("revenue_12m", "referred_revenue_12m"), _image_domain, _image),
    TypeRule("tester", ("feedback_count_12m",), _tester_domain, _tester),
)


def figures_of(rules):
    """Names of the figures that some of the rules look at, each once.

    >>> figures_of(RULES[:2])
    ('abc', 'loyalty', 'lifecycle', 'recurrence', 'event_count', 'last_to_first', 'potential_amount')
    """
    return tuple(dict.fromkeys(name for rule in rules for name in rule.figures))


def suggested_types(account, limits, rules=RULES):
    """Codes of the suggested types, each with the codes of its reasons.

    >>> from types import SimpleNamespace
    >>> usual = dict(lifecycle="active", loyalty=None, potential_amount=0.0, revenue_12m=0.0, referred_revenue_12m=0.0,
    ...              feedback_count_12m=0)
    >>> limits = Limits(potential_min=5000.0, image_min=1000.0)
    >>> def types(abc=None, recurrence="none", event_count=0, last_to_first=None, limits=limits, **more):
    ...     figures = dict(abc=abc, recurrence=recurrence, event_count=event_count, last_to_first=last_to_first)
    ...     return suggested_types(SimpleNamespace(**usual | figures | more), limits)
    >>> types("A", loyalty=0.75), types("A", loyalty=0.74)
    ({'large_steady': ['steady_a']}, {})
    >>> types("B", loyalty=1.0), types("A", loyalty=1.0, lifecycle="lost")
    ({}, {})
    >>> types("C", "new", 2, 3.0), types("C", "new", 2, 2.99)
    ({'potential': ['growth']}, {})
    >>> types("C", "new", 1, 3.0), types("C", "monthly", 9, 3.0)
    ({}, {})
    >>> types(potential_amount=5000.0), types(potential_amount=4999.0)
    ({'potential': ['amount']}, {})
    >>> types(potential_amount=5000.0, limits=Limits())
    {}
    >>> types(revenue_12m=500.0, referred_revenue_12m=500.0)
    {'image': ['as_much']}
    >>> types(revenue_12m=9000.0, referred_revenue_12m=1000.0)
    {'image': ['share']}
    >>> types(revenue_12m=-10.0)
    {}
    >>> types(feedback_count_12m=3), types(feedback_count_12m=2)
    ({'tester': ['feedback']}, {})
    """
    found = {rule.code: rule.reasons(account, limits) for rule in rules}
    return {code: reasons for code, reasons in found.items() if reasons}
