# SPDX-License-Identifier: LGPL-3.0-only
"""Any documents whatever: the figures are those of a slow recomputation, written from the definitions alone.

Nothing here calls the rules or the SQL of the module: the definitions are written down a second time, plainly.
"""

import unittest
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median, pstdev, stdev

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .common import FIGURES, KeyAccountCase

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ImportError:
    st = None

CADENCES = [
    # name, nominal days, tolerance, whole months, gaps needed
    ("weekly", 7, 2, None, 3),
    ("biweekly", 14, 3, None, 3),
    ("monthly", 30.4375, 5, 1, 3),
    ("bimonthly", 60.875, 8, 2, 3),
    ("quarterly", 91.3125, 10, 3, 3),
    ("semiannual", 182.625, 15, 6, 2),
    ("annual", 365.25, 20, 12, 2),
]

#: Month ends, leap days, first days and days in between.
DAYS = [
    date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2025, 2, 28), date(2025, 1, 1), date(2024, 12, 31),
    date(2025, 6, 15), date(2025, 7, 30), date(2025, 3, 1),
]  # fmt: skip

EXAMPLES = 150


def months(count):
    return relativedelta(months=count)


class Recomputation:
    """The figures of one customer: attributes named as the columns, None where there is no value."""

    def __init__(self, day, documents):
        self.day = day
        self.documents = sorted(it for it in documents if it[1] <= day)
        self.events = sorted({when for kind, when, amount in self.documents if kind != "out_refund" and amount > 0})
        self._sums()
        self._months()
        self._rhythm()

    def _between(self, after, until):
        return [it for it in self.documents if after < it[1] <= until]

    def _sums(self):
        year_ago = self.day - months(12)
        year = self._between(year_ago, self.day)
        before = self._between(self.day - months(24), year_ago)
        self.first_invoice_date = self.events[0] if self.events else None
        self.last_invoice_date = self.events[-1] if self.events else None
        self.event_count = len(self.events)
        self.event_count_12m = len([when for when in self.events if when > year_ago])
        self.invoice_count_12m = len([1 for _kind, _when, amount in year if amount > 0])
        self.refund_count_12m = len([1 for _kind, _when, amount in year if amount < 0])
        self.revenue_12m = sum(amount for *_it, amount in year)
        self.revenue_prev_12m = sum(amount for *_it, amount in before)
        self.gross_12m = sum(amount for *_it, amount in year if amount > 0)
        self.refunds_12m = -sum(amount for *_it, amount in year if amount < 0)
        self.refund_ratio_12m = self.refunds_12m / self.gross_12m if self.gross_12m else None
        self.revenue_lifetime = sum(amount for *_it, amount in self.documents)
        self.growth = None
        if self.revenue_prev_12m > 0:
            self.growth = (self.revenue_12m - self.revenue_prev_12m) / self.revenue_prev_12m

    def _net_of_month(self, first):
        return sum(amount for _kind, when, amount in self.documents if first <= when < first + months(1))

    def _last_complete_month(self):
        """Its first day."""
        this_month = self.day.replace(day=1)
        is_last_day = (self.day + timedelta(days=1)).month != self.day.month
        return this_month if is_last_day else this_month - months(1)

    def _months(self):
        last = self._last_complete_month()
        self.year = [last - months(number) for number in range(12)]
        self.year_before = [last - months(number) for number in range(12, 24)]
        nets = {first: self._net_of_month(first) for first in self.year}
        first_month = self.first_invoice_date.replace(day=1) if self.events else date.max
        observed = [first for first in self.year if first >= first_month]
        active = [net for net in nets.values() if net > 0]
        self.observed_months, self.active_months = len(observed), len(active)
        self.negative_months = len([net for net in nets.values() if net < 0])
        self.coverage = len(active) / len(observed) if observed else None
        self.adi = len(observed) / len(active) if active else None
        self.cv2 = (float(pstdev(active)) / float(mean(active))) ** 2 if active else None
        observed_nets = [nets[first] for first in observed]
        self.volatility = None
        if observed and sum(observed_nets) > 0:
            self.volatility = float(pstdev(observed_nets)) / float(mean(observed_nets))
        self.demand_pattern = None
        if active:
            often, even = self.adi < 1.32, self.cv2 < 0.49
            names = {(1, 1): "smooth", (1, 0): "erratic", (0, 1): "intermittent", (0, 0): "lumpy"}
            self.demand_pattern = names[often, even]

    def _rhythm(self):
        self.recent = [when for when in self.events if when > self.day - months(48)]
        self.gaps = [(after - before).days for before, after in zip(self.recent, self.recent[1:], strict=False)]
        self.gap_count = len(self.gaps)
        self.median_gap_days = median(self.gaps) if self.gaps else None
        self.mean_gap_days = mean(self.gaps) if self.gaps else None
        self.gap_cv = stdev(self.gaps) / self.mean_gap_days if len(self.gaps) > 1 else None
        self._cadence()
        self._season()
        self._expected_next()
        self.days_since_last = (self.day - self.events[-1]).days if self.events else None
        self.overdue_ratio = self.overdue_days = None
        if self.expected_next_date:
            expected = (self.expected_next_date - self.events[-1]).days
            self.overdue_ratio = self.days_since_last / expected
            self.overdue_days = max(0, (self.day - self.expected_next_date).days)

    def _cadence(self):
        self.cadence = "irregular" if self.gaps else "none"
        self.cadence_months = self.cadence_share = self.tolerance = None
        best = Decimal("0.75")
        for name, nominal, tolerance, whole_months, needed in CADENCES:
            fitting = len([gap for gap in self.gaps if nominal - tolerance <= gap <= nominal + tolerance])
            share = Decimal(fitting) / max(1, len(self.gaps))
            if len(self.gaps) >= needed and (share > best or (share == best and self.cadence_share is None)):
                best = share
                self.cadence, self.cadence_months, self.tolerance = name, whole_months, tolerance
                self.cadence_share = float(share)

    def _season(self):
        one = {first.month for first in self.year if self._net_of_month(first) > 0}
        two = {first.month for first in self.year_before if self._net_of_month(first) > 0}
        self.is_seasonal = (
            self.cadence == "irregular"
            and 2 <= len(one) <= 6
            and 2 <= len(two) <= 6
            and Decimal(len(one & two)) / len(one | two) >= Decimal("0.6")
        )
        self.season = sorted(one | two) if self.is_seasonal else []
        self.seasonal_months = " ".join(str(month) for month in self.season) or None

    def _expected_next(self):
        self.expected_next_date = None
        if self.cadence_months or self.is_seasonal:
            month = self.events[-1].replace(day=1)
            if self.cadence_months:
                month += months(self.cadence_months)
            else:
                month += months(1)
                while month.month not in self.season:
                    month += months(1)
            days = sorted(when.day for when in self.recent[-6:])
            # relativedelta clips an absolute day to the length of the month
            self.expected_next_date = month + relativedelta(day=days[len(days) // 2])
        elif self.gaps:
            days = int(Decimal(str(self.median_gap_days)).quantize(Decimal(1), ROUND_HALF_UP))
            self.expected_next_date = self.events[-1] + timedelta(days=days)

    def classify(self, usual_gap):
        """What depends on the company's usual gap."""
        self.lost_probability = None
        if self.events:
            first, last = (self.recent[0], self.recent[-1]) if self.recent else (self.events[-1],) * 2
            x = self.gap_count
            silence = (usual_gap + (self.day - first).days) / (usual_gap + (last - first).days)
            self.lost_probability = 1 - 1 / (1 + 1 / (3 + x) * silence ** (1 + x))
        self.lifecycle = self._lifecycle() if self.events else None
        self.recurrence = self._recurrence()

    def _lifecycle(self):
        if self.tolerance:
            if self.overdue_days <= self.tolerance:
                return "active"
            return "late" if self.overdue_ratio <= 2 else "at_risk" if self.overdue_ratio <= 3 else "lost"
        if self.lost_probability >= 0.8 or (not self.event_count_12m and not self.is_seasonal):
            return "lost"
        if self.lost_probability >= 0.5:
            return "at_risk"
        return "late" if self.overdue_ratio is not None and self.overdue_ratio > 1.5 else "active"

    def _recurrence(self):
        if not self.events:
            return "none"
        if self.adi is not None and self.adi < 1.32 and self.active_months >= 3:
            return "monthly"
        is_long = self.cadence in ("bimonthly", "quarterly", "semiannual", "annual")
        if is_long and self.day <= self.expected_next_date + months(self.cadence_months):
            return "periodic"
        if self.is_seasonal:
            return "seasonal"
        if not self.event_count_12m:
            return "dormant"
        if self.event_count == 1 and self.observed_months >= 3:
            return "one_off"
        return "new" if self.observed_months < 3 else "occasional"


def recompute(day, documents):
    """Figures by customer, of documents by customer; the order of the customers breaks ties of the rank."""
    customers = [Recomputation(day, its) for its in documents]
    mean_gaps = [customer.mean_gap_days for customer in customers if customer.gaps]
    usual_gap = median(mean_gaps) if len(mean_gaps) >= 5 else 90
    total = sum(max(customer.revenue_12m, 0) for customer in customers if customer.documents)
    ranked = sorted((customer for customer in customers if customer.documents), key=lambda it: -it.revenue_12m)
    before = Decimal(0)
    for rank, customer in enumerate(ranked, 1):
        customer.classify(usual_gap)
        positive = max(customer.revenue_12m, 0)
        customer.rank = rank
        customer.share = positive / total if total else None
        customer.is_major = bool(total) and positive >= total * Decimal("0.1")
        customer.abc = None
        if positive:
            customer.abc = "A" if before < total * Decimal("0.8") else "B" if before < total * Decimal("0.95") else "C"
        before += positive
    return customers


def strategies():
    """A day, and for each of up to eight customers the documents: (move type, days before the day, cents)."""
    sizes = st.sampled_from([1, 10, 9999, 10000, 123456]) | st.integers(1, 2_000_000)
    kinds = st.sampled_from(["out_invoice"] * 6 + ["out_receipt", "out_refund"])

    def documents(offsets):
        return st.tuples(kinds, offsets, sizes)

    anything = st.lists(documents(st.integers(-40, 2200)), max_size=25)

    @st.composite
    def rhythmic(draw):
        period = draw(st.sampled_from([7, 14, 30, 30.4375, 45, 61, 91.3, 182.6, 365.25]))
        silent, jitter = draw(st.integers(0, 120)), draw(st.sampled_from([0, 0, 2, 6, 20]))
        count = draw(st.integers(3, min(40, int(1500 / period) + 2)))
        steps = [silent + round(number * period) + draw(st.integers(0, jitter)) for number in range(count)]
        amounts = draw(st.sampled_from([st.just(10000), sizes]))
        bought = [("out_invoice", step, draw(amounts)) for step in steps]
        return bought + draw(st.lists(documents(st.integers(0, 800)), max_size=2))

    @st.composite
    def seasonal(draw):
        start, length = draw(st.integers(0, 330)), draw(st.integers(35, 150))
        days = st.lists(st.integers(start, start + length), min_size=2, max_size=6)
        return [
            ("out_invoice", day + 365 * year, 10000) for year in range(draw(st.integers(1, 3))) for day in draw(days)
        ]

    customer = st.one_of(anything, rhythmic(), rhythmic(), seasonal())
    return st.sampled_from(DAYS), st.lists(customer, min_size=2, max_size=8)


@tagged("post_install", "-at_install")
@unittest.skipUnless(st, "hypothesis is not installed")
class TestRandomPortfolios(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [cls._customer(f"Customer {number}") for number in range(8)]
        cls.contacts = [
            cls._customer("Contact", is_company=False, parent_id=partner.id, active=False) for partner in cls.partners
        ]
        cls.seen = {"recurrence": set(), "lifecycle": set(), "cadence": set(), "demand_pattern": set(), "abc": set()}

    def test_figures_are_those_of_the_definitions(self):
        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(*strategies())
        def check(day, portfolio):
            documents = [
                [
                    (kind, day - timedelta(days=offset), Decimal(cents if kind != "out_refund" else -cents) / 100)
                    for kind, offset, cents in customer
                ]
                for customer in portfolio
            ]
            with self.env.cr.savepoint() as savepoint:
                self.assertPortfolio(day, documents)
                savepoint.rollback()
                self.env.invalidate_all()

        check()
        for name, values in self.seen.items():
            classes = {value for value, _label in self.profiles._fields[name].selection}
            self.assertEqual(classes - values, set(), "every class has been met")

    def assertPortfolio(self, day, documents):
        """The stored rows of these documents are the recomputed ones; every third document names a contact."""
        self._insert_documents(
            [
                ((self.contacts if number % 3 == 2 else self.partners)[place], *document)
                for place, customer in enumerate(documents)
                for number, document in enumerate(customer)
            ]
        )
        stored = self._figures(self._look_back(day))
        customers = recompute(day, documents)
        having = {self.partners[place].id for place, customer in enumerate(customers) if customer.documents}
        self.assertEqual(set(stored), having)
        for partner, customer in zip(self.partners, customers, strict=False):
            if not customer.documents:
                continue
            for name in FIGURES:
                self.assertSame(name, stored[partner.id][name], getattr(customer, name))
            for name, values in self.seen.items():
                values.add(stored[partner.id][name])

    def assertSame(self, name, got, expected):
        if isinstance(expected, (float, Decimal)) and not isinstance(expected, bool):
            self.assertIsNotNone(got, name)
            self.assertAlmostEqual(float(got), float(expected), delta=1e-6 * max(1, abs(float(expected))), msg=name)
        else:
            self.assertEqual(got, expected, name)
