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
        >>> Check("coverage", ">=", "steady_min").holds(Facts(coverage=0.75), Thresholds())
        True
        >>> Check("coverage", ">=", "steady_min").holds(Facts(coverage=None), Thresholds())
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


#: The dates say from which day on a customer who stays silent is at least that bad, see ``tools.silence``.
LIFECYCLE = (
    Rule("lost", (Check("as_of", ">=", "lost_from"),)),
    Rule("at_risk", (Check("as_of", ">=", "at_risk_from"),)),
    Rule("late", (Check("as_of", ">=", "late_from"),)),
    Rule("active"),
)

RECURRENCE = (
    Rule("none", (Check("event_count", "=", 0),)),
    Rule("monthly", (Check("coverage", ">=", "steady_min"), Check("active_months", ">=", "monthly_active_min"))),
    Rule("periodic", (Check("cadence", "in", PERIODIC_CADENCES), Check("as_of", "<=", "periodic_until"))),
    Rule("seasonal", (Check("is_seasonal", "=", True), Check("as_of", "<", "lost_from"))),
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


def lifecycle(facts, thresholds):
    """``active``, ``late``, ``at_risk`` or ``lost``; None for a customer who never bought.

    >>> from types import SimpleNamespace as Facts
    >>> from .thresholds import Thresholds
    >>> states = [Facts(event_count=9, as_of=day, late_from=37, at_risk_from=63, lost_from=94) for day in (36, 37, 63, 94)]
    >>> [lifecycle(facts, Thresholds()) for facts in states]
    ['active', 'late', 'at_risk', 'lost']
    """
    return first_fit(LIFECYCLE, facts, thresholds) if facts.event_count else None


def recurrence(facts, thresholds):
    """The recurrence class, see ``RECURRENCE``.

    >>> from types import SimpleNamespace as Facts
    >>> from .thresholds import Thresholds
    >>> def customer(active, **kwargs):
    ...     figures = dict(event_count=9, coverage=active / 12, active_months=active, observed_months=12, is_seasonal=False,
    ...                    cadence="irregular", event_count_12m=9, as_of=0, periodic_until=None, lost_from=9)
    ...     return Facts(**figures | kwargs)
    >>> [recurrence(customer(active), Thresholds()) for active in (8, 9)]
    ['occasional', 'monthly']
    >>> recurrence(customer(1, event_count=1), Thresholds()), recurrence(customer(1, observed_months=5), Thresholds())
    ('one_off', 'new')
    >>> [recurrence(customer(4, is_seasonal=True, as_of=day), Thresholds()) for day in (8, 9)]
    ['seasonal', 'occasional']
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
