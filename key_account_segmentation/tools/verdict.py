# SPDX-License-Identifier: LGPL-3.0-only
"""From a customer's purchase days and monthly nets to rhythm and verdict, and what would change the verdict.

This is the one way every verdict is made: each night, after a single invoice, for a day in the past and in tests.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from . import classification, months, rhythm
from .thresholds import CADENCE_DAYS, CADENCE_MONTHS

#: The forecast without a new invoice ends here.
HORIZON_DAYS = 366 * 3


@dataclass(slots=True)
class Customer:
    """The facts of a customer on a day, and the conclusions the rules draw from them.

    Dates are dates, purchase days (``events``) are day numbers, ratios and shares are fractions, None is "no value".
    """

    as_of: date
    #: purchase days within the look-back, ascending
    events: list
    #: net per numbered month, for months with documents among the last 24 complete ones
    month_nets: dict
    first_invoice_date: date | None = None
    last_invoice_date: date | None = None
    event_count: int = 0
    event_count_12m: int = 0
    engagement_count: int = 0
    cannot_be_developed: bool = False
    manual_category: str | None = None
    manual_category_until: date | None = None
    prior_gap_days: float = 90.0

    tenure_years: float | None = None
    observed_months: int = 0
    active_months: int = 0
    revenue_per_active_month: float | None = None
    negative_months: int = 0
    coverage: float | None = None
    adi: float | None = None
    cv2: float | None = None
    demand_pattern: str | None = None
    volatility: float | None = None

    gap_count: int = 0
    median_gap_days: float | None = None
    mean_gap_days: float | None = None
    gap_cv: float | None = None
    cadence: str = "none"
    cadence_months: int | None = None
    cadence_share: float | None = None
    cadence_tolerance: float | None = None
    is_seasonal: bool = False
    season: tuple = ()

    expected_next_date: date | None = None
    periodic_until: date | None = None
    days_since_last: int | None = None
    overdue_ratio: float | None = None
    overdue_days: int | None = None
    lost_probability: float | None = None

    lifecycle: str | None = None
    recurrence: str = "none"
    is_recurring: bool = False
    computed_category: str = "client"
    category: str = "client"

    @property
    def seasonal_months(self):
        """Months of the season as text, ``"11 12"``; None without a season."""
        return " ".join(map(str, self.season)) or None


def classify(customer, thresholds):
    """Fill in all conclusions from a customer's facts: rhythm, lifecycle, recurrence class and category.

    >>> from .rhythm import day_numbers
    >>> from .thresholds import Thresholds
    >>> days = [date(2025, month, 15) for month in range(1, 13)]
    >>> nets = {months.month_number(day): 100.0 for day in days}
    >>> it = classify(Customer(as_of=date(2025, 12, 31), events=[day.toordinal() for day in days], month_nets=nets,
    ...     first_invoice_date=days[0], last_invoice_date=days[-1], event_count=12, event_count_12m=12), Thresholds())
    >>> it.cadence, it.expected_next_date, it.lifecycle, it.recurrence, it.category
    ('monthly', datetime.date(2026, 1, 15), 'active', 'monthly', 'passive_partner')
    """
    _classify_months(customer, thresholds)
    _classify_rhythm(customer, thresholds)
    _classify_silence(customer)
    _classify_class(customer, thresholds)
    return customer


def _classify_months(customer, thresholds):
    last = months.last_complete_month(customer.as_of)
    first_event = customer.first_invoice_date
    first_month = months.month_number(first_event) if first_event else None
    start = last - months.YEAR + 1
    nets = [(month, net) for month, net in customer.month_nets.items() if month >= start]
    active = [net for month, net in nets if net > 0]
    observed = customer.observed_months = months.observed_months(first_month, last)
    customer.active_months = len(active)
    customer.negative_months = len([1 for month, net in nets if net < 0])
    if not observed:
        return
    customer.coverage = len(active) / observed
    customer.adi, customer.cv2, customer.volatility = months.regularity(
        active, [net for month, net in nets if month >= first_month], observed
    )
    if active:
        customer.revenue_per_active_month, _deviation = months.mean_and_deviation(active, len(active))
    customer.demand_pattern = months.demand_pattern(customer.adi, customer.cv2, thresholds)


def _classify_rhythm(customer, thresholds):
    gaps = rhythm.gaps_between(customer.events)
    customer.gap_count = len(gaps)
    if gaps:
        customer.median_gap_days = rhythm.median(gaps)
        customer.mean_gap_days = sum(gaps) / len(gaps)
        customer.gap_cv = rhythm.gap_variation(gaps, customer.mean_gap_days)
    customer.cadence, customer.cadence_share = rhythm.cadence_of(gaps, thresholds)
    customer.cadence_months = CADENCE_MONTHS.get(customer.cadence)
    if customer.cadence == "irregular":
        customer.season = _season(customer, thresholds)
        customer.is_seasonal = bool(customer.season)
    customer.expected_next_date = rhythm.expected_next(
        customer.events, customer.cadence, customer.season, customer.median_gap_days
    )
    derive_limits(customer, thresholds)


def derive_limits(customer, thresholds):
    """Fill in the tolerance of the cadence, and the day until which an overdue customer is still periodic."""
    if customer.cadence in CADENCE_DAYS:
        customer.cadence_tolerance = thresholds.tolerance(customer.cadence)
    if customer.cadence_months and customer.expected_next_date:
        customer.periodic_until = months.add_months(customer.expected_next_date, customer.cadence_months)


def _season(customer, thresholds):
    last = months.last_complete_month(customer.as_of)
    this_year, year_before = set(), set()
    for month, net in customer.month_nets.items():
        if net > 0 and last - 2 * months.YEAR < month <= last:
            (this_year if month > last - months.YEAR else year_before).add(month % months.YEAR + 1)
    return months.season(this_year, year_before, thresholds)


def _classify_silence(customer):
    last = customer.last_invoice_date
    if last is None:
        return
    customer.tenure_years = (customer.as_of - customer.first_invoice_date).days / 365.25
    customer.days_since_last = (customer.as_of - last).days
    expected = customer.expected_next_date
    if expected:
        customer.overdue_ratio = customer.days_since_last / (expected - last).days
        customer.overdue_days = max(0, (customer.as_of - expected).days)
    # Silent for longer than the look-back: the last purchase is the only purchase day known.
    first, last = (customer.events[0], customer.events[-1]) if customer.events else (last.toordinal(),) * 2
    customer.lost_probability = rhythm.lost_probability(
        customer.gap_count, last - first, customer.as_of.toordinal() - first, customer.prior_gap_days
    )


def _classify_class(customer, thresholds):
    customer.lifecycle = classification.lifecycle(customer, thresholds)
    customer.recurrence = classification.recurrence(customer, thresholds)
    customer.is_recurring = classification.is_recurring(customer.recurrence, thresholds)
    customer.computed_category = classification.category(customer, thresholds)
    customer.category = classification.effective_category(
        customer.computed_category, customer.manual_category, customer.manual_category_until, customer.as_of
    )


def months_to_monthly(customer, thresholds):
    """How many more active months make the customer monthly, 0 if they are, None if twelve would not do.

    A month counted on top is active; while fewer than twelve months are observed it is observed as well, afterwards it
    takes the place of one without revenue.

    >>> from .thresholds import Thresholds
    >>> def active(count, observed=12):
    ...     return Customer(date(2026, 3, 31), [], {}, observed_months=observed, active_months=count)
    >>> [months_to_monthly(active(count), Thresholds()) for count in (10, 8, 0)]
    [0, 2, 10]
    >>> months_to_monthly(active(1, observed=1), Thresholds())
    2
    """
    for more in range(months.YEAR + 1):
        active = min(customer.active_months + more, months.YEAR)
        observed = min(customer.observed_months + more, months.YEAR)
        trial = Customer(
            customer.as_of, [], {}, event_count=1, active_months=active, adi=observed / active if active else None
        )
        if classification.recurrence(trial, thresholds) == "monthly":
            return more
    return None


def months_above_monthly(customer, thresholds):
    """How many active months a monthly customer can lose and still be monthly.

    >>> from .thresholds import Thresholds
    >>> months_above_monthly(Customer(date(2026, 3, 31), [], {}, observed_months=12, active_months=12), Thresholds())
    2
    """
    for fewer in range(customer.active_months + 1):
        active = customer.active_months - fewer
        trial = Customer(
            customer.as_of,
            [],
            {},
            event_count=1,
            event_count_12m=1,
            observed_months=customer.observed_months,
            active_months=active,
            adi=customer.observed_months / active if active else None,
        )
        if classification.recurrence(trial, thresholds) != "monthly":
            return fewer - 1
    return customer.active_months


def silent_until(customer, day, thresholds):
    """The customer classified as of a later ``day``, if no invoice comes before it.

    Purchases leave the look-back and months the last twelve as they will: this is the verdict of that day.
    """
    lookback = months.add_months(day, -thresholds.lookback_months).toordinal()
    year_ago = months.add_months(day, -months.YEAR).toordinal()
    return classify(
        Customer(
            as_of=day,
            events=[event for event in customer.events if event > lookback],
            month_nets=customer.month_nets,
            first_invoice_date=customer.first_invoice_date,
            last_invoice_date=customer.last_invoice_date,
            event_count=customer.event_count,
            event_count_12m=len([event for event in customer.events if event > year_ago]),
            prior_gap_days=customer.prior_gap_days,
        ),
        thresholds,
    )


def lifecycle_ahead(customer, thresholds):
    """When a customer who stays silent gets late, at risk and lost: a list of (first day, lifecycle).

    >>> from .thresholds import Thresholds
    >>> days = [date(2025, month, 1) for month in range(4, 13)] + [date(2026, month, 1) for month in (1, 2, 3)]
    >>> it = classify(Customer(as_of=date(2026, 3, 1), events=[day.toordinal() for day in days], month_nets={},
    ...     first_invoice_date=days[0], last_invoice_date=days[-1], event_count=12, event_count_12m=12), Thresholds())
    >>> [(str(day), state) for day, state in lifecycle_ahead(it, Thresholds())]
    [('2026-04-07', 'late'), ('2026-05-03', 'at_risk'), ('2026-06-03', 'lost')]
    """
    ahead = []
    state, day = customer.lifecycle, customer.as_of
    end = day + timedelta(days=HORIZON_DAYS)
    while state not in (None, "lost"):
        day = _first_day_not(state, customer, thresholds, day, end)
        if day is None:
            break
        state = silent_until(customer, day, thresholds).lifecycle
        ahead.append((day, state))
    return ahead


def _first_day_not(state, customer, thresholds, after, end):
    """Bisection: silence only ever makes things worse, so the days of one state lie side by side."""
    low, high = after.toordinal(), end.toordinal()

    def differs(number):
        return silent_until(customer, date.fromordinal(number), thresholds).lifecycle != state

    if not differs(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if differs(middle) else (middle, high)
    return date.fromordinal(high)
