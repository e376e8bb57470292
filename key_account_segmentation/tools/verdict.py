# SPDX-License-Identifier: LGPL-3.0-only
"""From a customer's purchase days and monthly nets to rhythm and verdict, and what would change the verdict.

This is the one way every verdict is made: each night, after a single invoice, for a day in the past and in tests.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from . import classification, lately, months, rhythm, silence
from .thresholds import CADENCE_DAYS, CADENCE_MONTHS, PERIODIC_CADENCES

#: Days of the shortest month.
SHORTEST_MONTH = 28

#: States of a customer who stays silent, the mildest first.
SILENT = ("late", "at_risk", "lost")


@dataclass(slots=True)
class Customer:
    """The facts of a customer on a day, and the conclusions the rules draw from them.

    Dates are dates, purchase days (``events``) are day numbers, ratios and shares are fractions, None is "no value".
    """

    as_of: date
    #: purchase days, ascending; the rhythm is that of those within the look-back
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
    #: days, the usual gap of the company's customers
    prior_gap_days: float = 90.0
    #: revenue of the company's smallest A customer, None if nobody has any
    a_border: float | None = None
    #: purchase days within the look-back
    known_events: list | None = None

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
    silence_probability: float | None = None
    silence_6m: float | None = None
    late_from: date | None = None
    at_risk_from: date | None = None
    lost_from: date | None = None

    loyalty: float | None = None
    recent_3m: float = 0.0
    recent_3m_prev: float = 0.0
    recent_change: float | None = None
    money_lost: float = 0.0
    is_shrinking: bool = False
    is_growing: bool = False

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
    _classify_silence(customer, thresholds)
    _classify_class(customer, thresholds)
    _classify_loyalty(customer, thresholds)
    _classify_lately(customer, thresholds)
    return customer


def _first_month(customer):
    return months.month_number(customer.first_invoice_date) if customer.first_invoice_date else None


def _classify_months(customer, thresholds):
    last, first_month = months.last_complete_month(customer.as_of), _first_month(customer)
    nets = [(month, net) for month, net in customer.month_nets.items() if month > last - months.YEAR]
    customer.negative_months = len([1 for month, net in nets if net < 0])
    observed = customer.observed_months = months.observed_months(first_month, last)
    if not observed:
        return
    seen = [net for month, net in nets if month >= first_month]
    active = [net for net in seen if net > 0]
    customer.active_months = len(active)
    customer.coverage = len(active) / observed
    customer.adi, customer.cv2, customer.volatility = months.regularity(active, seen, observed)
    if active:
        customer.revenue_per_active_month, _deviation = months.mean_and_deviation(active, len(active))
    customer.demand_pattern = months.demand_pattern(customer.adi, customer.cv2, thresholds)


def _within_lookback(events, thresholds):
    """The purchase days in the look-back, which ends with the last one: who is silent for long keeps the rhythm."""
    if not events or events[0] > events[-1] - thresholds.lookback_months * SHORTEST_MONTH:
        return events
    last = date.fromordinal(events[-1])
    begin = months.months_before(last, thresholds.lookback_months).toordinal()
    return events[bisect_right(events, begin) :]


def _classify_rhythm(customer, thresholds):
    events = customer.known_events = _within_lookback(customer.events, thresholds)
    gaps = rhythm.gaps_between(events)
    customer.gap_count = len(gaps)
    if gaps:
        customer.median_gap_days = rhythm.median(gaps)
        customer.mean_gap_days = sum(gaps) / len(gaps)
        customer.gap_cv = rhythm.gap_variation(gaps, customer.mean_gap_days)
    customer.cadence, customer.cadence_share = rhythm.cadence_of(gaps, thresholds)
    customer.cadence_months = CADENCE_MONTHS.get(customer.cadence)
    if customer.cadence == "irregular":
        customer.season = rhythm.season_of(events, thresholds)
        customer.is_seasonal = bool(customer.season)
    customer.expected_next_date = rhythm.expected_next(
        events, customer.cadence, customer.season, customer.median_gap_days
    )
    derive_limits(customer, thresholds)


def derive_limits(customer, thresholds):
    """Fill in the tolerance of the cadence, and the day until which an overdue customer is still periodic."""
    if customer.cadence in CADENCE_DAYS:
        customer.cadence_tolerance = thresholds.tolerance(customer.cadence)
    if customer.cadence_months and customer.expected_next_date:
        customer.periodic_until = months.add_months(customer.expected_next_date, customer.cadence_months)


def bought(customer, thresholds):
    """What the probability of silence is made from, as ``silence.Bought``; None for a customer who never bought."""
    events = customer.known_events
    if events is None:
        events = _within_lookback(customer.events, thresholds)
    if not events:
        return None
    has_cadence = customer.cadence in CADENCE_DAYS
    return silence.Bought(len(events) - 1, events[-1] - events[0], has_cadence, customer.prior_gap_days)


def _classify_silence(customer, thresholds):
    known = bought(customer, thresholds)
    if not known:
        return
    last = customer.last_invoice_date
    customer.tenure_years = (customer.as_of - customer.first_invoice_date).days / 365.25
    silent = customer.days_since_last = (customer.as_of - last).days
    expected = customer.expected_next_date
    if expected:
        customer.overdue_ratio = silent / (expected - last).days
        customer.overdue_days = max(0, (customer.as_of - expected).days)
    customer.lost_probability = silence.lost_probability(known, silent)
    customer.silence_probability = silence.silence_probability(known, silent)
    customer.silence_6m = silence.silence_probability(known, silent, silence.HALF_YEAR_DAYS)
    limits = _limits(customer, known, thresholds)
    customer.late_from, customer.at_risk_from, customer.lost_from = [last + timedelta(days=days) for days in limits]


def _usual_days(customer):
    """Days from the last purchase to the one that is expected; after a single purchase day the company's usual gap."""
    if customer.expected_next_date:
        return (customer.expected_next_date - customer.last_invoice_date).days
    return rhythm.round_half_up(customer.prior_gap_days)


def _limits(customer, known, thresholds):
    last, gap = customer.last_invoice_date, _usual_days(customer)
    if known.has_cadence:
        return silence.limits_by_cadence(gap, customer.cadence_tolerance, thresholds)
    if customer.is_seasonal:
        return silence.limits_by_season(gap, thresholds)
    year = (months.add_months(last, months.YEAR) - last).days
    return silence.limits_by_silence(gap, year, known, thresholds)


class Cause(NamedTuple):
    """What a day of the lifecycle was counted by."""

    #: expected: days after the purchase that was expected; last: days after the last purchase; silence: the same, and as
    #: soon as silence is so probable; year: 12 months after the last purchase
    code: str
    days: float = 0.0
    #: probability of silence
    silence: float | None = None


def lifecycle_causes(customer, thresholds):
    """Why a silent customer is late, at risk and lost on these days: state -> ``Cause``.

    >>> from .thresholds import Thresholds
    >>> days = [date(2025, month, 1) for month in range(1, 13)]
    >>> it = classify(Customer(as_of=date(2026, 1, 1), events=[day.toordinal() for day in days], month_nets={},
    ...     first_invoice_date=days[0], last_invoice_date=days[-1], event_count=12, event_count_12m=11), Thresholds())
    >>> for state, cause in lifecycle_causes(it, Thresholds()).items():
    ...     print(state, getattr(it, state + "_from"), cause.code, cause.days)
    late 2026-01-07 expected 5.0
    at_risk 2026-02-02 last 62.0
    lost 2026-03-05 last 93.0
    >>> once = Customer(date(2026, 1, 1), [days[-1].toordinal()], {}, days[-1], days[-1], 1, 1, prior_gap_days=60.0)
    >>> lifecycle_causes(classify(once, Thresholds()), Thresholds())["lost"]
    Cause(code='silence', days=120.0, silence=0.8)
    """
    known = bought(customer, thresholds)
    gap = _usual_days(customer)
    if known.has_cadence:
        return _causes_by_cadence(gap, _limits(customer, known, thresholds), customer, thresholds)
    if customer.is_seasonal:
        days = (thresholds.season_late_days, thresholds.season_risk_days, thresholds.season_lost_days)
        return {state: Cause("expected", day) for state, day in zip(SILENT, days, strict=True)}
    return _causes_by_silence(gap, _limits(customer, known, thresholds), known, thresholds)


def _causes_by_cadence(gap, limits, customer, thresholds):
    tolerance = Cause("expected", customer.cadence_tolerance)
    twice, thrice = Cause("last", thresholds.late_gaps * gap), Cause("last", thresholds.risk_gaps * gap)
    at_risk = tolerance if limits.at_risk > twice.days + 1 else twice
    least = Cause("last", thresholds.lost_days_min)
    return {"late": tolerance, "at_risk": at_risk, "lost": max(thrice, least, key=lambda cause: cause.days)}


def _causes_by_silence(gap, limits, known, thresholds):
    twice, thrice = thresholds.late_gaps * gap, thresholds.risk_gaps * gap
    sooner = {
        "late": Cause("silence", gap, thresholds.silence_late_min),
        "at_risk": Cause("silence", twice, thresholds.silence_risk_min),
        "lost": Cause("silence", twice, thresholds.silence_lost_min),
    }
    causes, worse = {}, Cause("year")
    for state, days in zip(reversed(SILENT), reversed(limits), strict=True):
        is_silent = silence.silence_probability(known, days) >= sooner[state].silence
        if is_silent:
            worse = sooner[state]
        elif state == "late" and limits.late < limits.at_risk:
            worse = Cause("last", thrice)
        causes[state] = worse
    return causes


def _classify_loyalty(customer, thresholds):
    if customer.recurrence == "new":
        customer.loyalty = customer.active_months / thresholds.new_months
    else:
        customer.loyalty = customer.coverage
    is_slow = customer.cadence in PERIODIC_CADENCES
    if not (is_slow or customer.is_seasonal):
        return
    last, first_month = months.last_complete_month(customer.as_of), _first_month(customer)
    bought_in = rhythm.months_of(customer.events)
    customer.loyalty = (
        rhythm.loyalty_by_cadence(bought_in, customer.cadence_months, first_month, last)
        if is_slow
        else rhythm.loyalty_by_season(bought_in, customer.season, first_month, last)
    )


def _classify_lately(customer, thresholds):
    last = months.last_complete_month(customer.as_of)
    sums = lately.lately(customer.month_nets, last)
    customer.recent_3m, customer.recent_3m_prev = sums.recent / lately.UNITS, sums.before / lately.UNITS
    customer.money_lost = (sums.before - sums.recent) / lately.UNITS
    if sums.before > 0:
        customer.recent_change = (sums.recent - sums.before) / sums.before
    first_month = _first_month(customer)
    is_old = first_month is not None and first_month <= last - lately.QUARTER - months.YEAR + 1
    if is_old and customer.lifecycle != "lost" and not customer.is_seasonal:
        trend = lately.trend(sums, customer.month_nets, last, customer.a_border, thresholds)
        customer.is_shrinking, customer.is_growing = trend < 0, trend > 0


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
    >>> [months_to_monthly(active(count), Thresholds()) for count in (9, 8, 0)]
    [0, 1, 9]
    >>> months_to_monthly(active(1, observed=1), Thresholds())
    2
    """
    for more in range(months.YEAR + 1):
        active = min(customer.active_months + more, months.YEAR)
        observed = min(customer.observed_months + more, months.YEAR)
        trial = Customer(
            customer.as_of,
            [],
            {},
            event_count=1,
            active_months=active,
            coverage=active / observed if observed else None,
        )
        if classification.recurrence(trial, thresholds) == "monthly":
            return more
    return None


def months_above_monthly(customer, thresholds):
    """How many active months a monthly customer can lose and still be monthly.

    >>> from .thresholds import Thresholds
    >>> months_above_monthly(Customer(date(2026, 3, 31), [], {}, observed_months=12, active_months=12), Thresholds())
    3
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
            coverage=active / customer.observed_months,
        )
        if classification.recurrence(trial, thresholds) != "monthly":
            return fewer - 1
    return customer.active_months
