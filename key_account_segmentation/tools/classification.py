# SPDX-License-Identifier: LGPL-3.0-only
"""The classes of a customer: lifecycle, recurrence class and category, each a table of rules read from the top.

A rule is a class and the checks that all have to hold for it; the first rule that fits decides. The refresh, the
preview of a policy and the explanation on the screen all walk these same tables: a threshold is compared in one place.
"""

import operator
from typing import NamedTuple

from .effective import is_in_force
from .thresholds import PERIODIC_CADENCES, Thresholds

THRESHOLDS = frozenset(Thresholds.__dataclass_fields__)

RECURRING = frozenset({"monthly", "periodic"})

OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
    "in": lambda figure, choices: figure in choices,
}


class Check(NamedTuple):
    """One comparison: a figure of the customer, an operator, and a constant or the name of a policy threshold."""

    figure: str
    operator: str
    threshold: object

    def limit(self, facts, thresholds):
        """The value compared against: a threshold of the policy, another figure of the customer, or the constant."""
        name = self.threshold
        if name.__class__ is not str:
            return name
        return getattr(thresholds if name in THRESHOLDS else facts, name)

    def holds(self, facts, thresholds):
        """Whether it holds; a figure that is empty fulfils nothing.

        >>> from types import SimpleNamespace as Facts
        >>> from .thresholds import Thresholds
        >>> Check("adi", "<", "monthly_adi").holds(Facts(adi=1.2), Thresholds())
        True
        >>> Check("adi", "<", "monthly_adi").holds(Facts(adi=None), Thresholds())
        False
        """
        figure, limit = getattr(facts, self.figure), self.limit(facts, thresholds)
        return figure is not None and limit is not None and OPERATORS[self.operator](figure, limit)


class Rule(NamedTuple):
    """A class and the checks that all have to hold for it."""

    result: str
    checks: tuple = ()

    def fits(self, facts, thresholds):
        """Whether all checks hold."""
        for check in self.checks:
            if not check.holds(facts, thresholds):
                return False
        return True


#: Facts section 4, for customers with a cadence.
LIFECYCLE_WITH_CADENCE = (
    Rule("active", (Check("overdue_days", "<=", "cadence_tolerance"),)),
    Rule("late", (Check("overdue_ratio", "<=", "cadence_late_ratio"),)),
    Rule("at_risk", (Check("overdue_ratio", "<=", "cadence_risk_ratio"),)),
    Rule("lost"),
)

#: Facts section 4, for customers without one.
LIFECYCLE_WITHOUT_CADENCE = (
    Rule("lost", (Check("lost_probability", ">=", "lost_probability_min"),)),
    Rule("lost", (Check("event_count_12m", "=", 0), Check("is_seasonal", "=", False))),
    Rule("at_risk", (Check("lost_probability", ">=", "risk_probability_min"),)),
    Rule("late", (Check("overdue_ratio", ">", "late_ratio"),)),
    Rule("active"),
)

RECURRENCE = (
    Rule("none", (Check("event_count", "=", 0),)),
    Rule("monthly", (Check("adi", "<", "monthly_adi"), Check("active_months", ">=", "monthly_active_min"))),
    Rule("periodic", (Check("cadence", "in", PERIODIC_CADENCES), Check("as_of", "<=", "periodic_until"))),
    Rule("seasonal", (Check("is_seasonal", "=", True),)),
    Rule("dormant", (Check("event_count_12m", "=", 0),)),
    Rule("one_off", (Check("event_count", "=", 1), Check("observed_months", ">=", "new_months"))),
    Rule("new", (Check("observed_months", "<", "new_months"),)),
    Rule("occasional"),
)

CATEGORY = (
    Rule("client", (Check("is_recurring", "=", False),)),
    Rule("passive_partner", (Check("cannot_be_developed", "=", True),)),
    Rule("active_partner", (Check("engagement_count", ">", 0),)),
    Rule("passive_partner"),
)


def first_fit(rules, facts, thresholds):
    """The class of the first rule that fits."""
    for rule in rules:
        if rule.fits(facts, thresholds):
            return rule.result
    raise ValueError("a table of rules has to end with one that always fits")


def lifecycle_rules(facts):
    """The table that applies: a cadence classifies its customers, the probability those without one.

    >>> from types import SimpleNamespace as Facts
    >>> lifecycle_rules(Facts(event_count=3, cadence="irregular"))[-1].result
    'active'
    >>> lifecycle_rules(Facts(event_count=0, cadence="none"))
    ()
    """
    if not facts.event_count:
        return ()
    return LIFECYCLE_WITHOUT_CADENCE if facts.cadence in ("irregular", "none") else LIFECYCLE_WITH_CADENCE


def lifecycle(facts, thresholds):
    """``active``, ``late``, ``at_risk`` or ``lost``; None for a customer who never bought.

    >>> from types import SimpleNamespace as Facts
    >>> from .thresholds import Thresholds
    >>> def monthly(days, ratio):
    ...     return Facts(event_count=9, cadence="monthly", cadence_tolerance=5.0, overdue_days=days, overdue_ratio=ratio)
    >>> [lifecycle(monthly(*x), Thresholds()) for x in [(5, 1.16), (6, 1.2), (31, 2.0), (32, 2.03), (62, 3), (63, 3.03)]]
    ['active', 'late', 'late', 'at_risk', 'at_risk', 'lost']
    """
    rules = lifecycle_rules(facts)
    return first_fit(rules, facts, thresholds) if rules else None


def recurrence(facts, thresholds):
    """The recurrence class, see ``RECURRENCE``.

    >>> from types import SimpleNamespace as Facts
    >>> from .thresholds import Thresholds
    >>> def customer(active, **kwargs):
    ...     figures = dict(event_count=9, adi=12 / active, active_months=active, observed_months=12, is_seasonal=False,
    ...                    cadence="irregular", event_count_12m=9, as_of=0, periodic_until=None)
    ...     return Facts(**figures | kwargs)
    >>> [recurrence(customer(active), Thresholds()) for active in (9, 10)]
    ['occasional', 'monthly']
    >>> recurrence(customer(1, event_count=1), Thresholds()), recurrence(customer(1, observed_months=2), Thresholds())
    ('one_off', 'new')
    """
    return first_fit(RECURRENCE, facts, thresholds)


def is_recurring(recurrence_class, thresholds):
    """Whether money of this class comes steadily.

    >>> from .thresholds import Thresholds
    >>> is_recurring("seasonal", Thresholds()), is_recurring("seasonal", Thresholds(seasonal_is_recurring=True))
    (False, True)
    """
    return recurrence_class in RECURRING or (recurrence_class == "seasonal" and thresholds.seasonal_is_recurring)


def category(facts, thresholds):
    """``client``, ``active_partner`` or ``passive_partner``.

    >>> from types import SimpleNamespace as Facts
    >>> from .thresholds import Thresholds
    >>> def customer(recurring, developable, engagements):
    ...     return Facts(is_recurring=recurring, cannot_be_developed=not developable, engagement_count=engagements)
    >>> cases = [(False, True, 3), (True, True, 1), (True, True, 0), (True, False, 3)]
    >>> [category(customer(*case), Thresholds()) for case in cases]
    ['client', 'active_partner', 'passive_partner', 'passive_partner']
    """
    return first_fit(CATEGORY, facts, thresholds)


def effective_category(computed, manual, manual_until, today):
    """The effective category: the one set by hand until its end date has passed, else the computed one.

    >>> from datetime import date
    >>> end = date(2026, 3, 31)
    >>> [effective_category("client", "active_partner", end, date(2026, month, 31)) for month in (3, 5)]
    ['active_partner', 'client']
    """
    return manual if manual and is_in_force(manual_until, today) else computed
