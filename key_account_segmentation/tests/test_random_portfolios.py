# SPDX-License-Identifier: LGPL-3.0-only
"""Any documents whatever: the figures are those of a slow recomputation, written from the definitions alone.

Nothing here calls the rules or the SQL of the module: the definitions are written down a second time, plainly. Days from
which on a customer is late, at risk or lost are found by walking there day by day.
"""

import unittest
from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median, pstdev, stdev
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged
from odoo.tools import SQL

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
    date(2024, 2, 29), date(2024, 2, 28), date(2024, 3, 31), date(2024, 4, 30), date(2025, 2, 28), date(2025, 1, 1),
    date(2024, 12, 31), date(2025, 6, 15), date(2025, 7, 30), date(2025, 3, 1),
]  # fmt: skip

STATES = ["active", "late", "at_risk", "lost"]

#: Customer -> the one whose subsidiary it is; the fourth is one by way of a company that buys nothing itself.
PARENTS = {2: 0, 3: 0, 5: 4}
BETWEEN = 3

EXAMPLES = 150


class Document(NamedTuple):
    customer: int
    kind: str
    day: date
    amount: Decimal
    #: place of the invoice that it reverses
    reverses: int | None = None
    is_foreign: bool = False
    is_draft: bool = False


def months(count):
    """For first days of months only: on the last day of a month relativedelta is wrong."""
    return relativedelta(months=count)


def is_month_end(day):
    return (day + timedelta(days=1)).month != day.month


def months_before(day, count):
    first = day.replace(day=1) - months(count)
    length = monthrange(first.year, first.month)[1]
    return first.replace(day=length if is_month_end(day) else min(day.day, length))


def half_up(days):
    return int(Decimal(str(days)).quantize(Decimal(1), ROUND_HALF_UP))


def undone(day, documents):
    """Places of the documents that credit notes have taken back."""
    known = [it for it in documents if it.day <= day and not it.is_draft]
    places = set()
    for place, document in enumerate(documents):
        credited = [
            it.amount
            for it in known
            if it.reverses == place and not it.is_foreign and it.day <= document.day + timedelta(days=30)
        ]
        if credited and -sum(credited) == document.amount:
            places.add(place)
    return places


class Recomputation:
    """The figures of one customer: attributes named as the columns, None where there is no value."""

    def __init__(self, day, documents, events):
        self.day = day
        self.documents = [it for it in documents if it.day <= day and not it.is_draft]
        self.events = sorted(events)
        self._sums()
        self._months()
        self._rhythm()
        self._lately()

    def _between(self, after, until):
        return [it.amount for it in self.documents if after < it.day <= until]

    def _sums(self):
        year_ago = months_before(self.day, 12)
        year = self._between(year_ago, self.day)
        before = self._between(months_before(self.day, 24), year_ago)
        self.first_invoice_date = self.events[0] if self.events else None
        self.last_invoice_date = self.events[-1] if self.events else None
        self.event_count = len(self.events)
        self.event_count_12m = len([when for when in self.events if when > year_ago])
        self.invoice_count_12m = len([1 for amount in year if amount > 0])
        self.refund_count_12m = len([1 for amount in year if amount < 0])
        self.revenue_12m = sum(year)
        self.revenue_prev_12m = sum(before)
        self.gross_12m = sum(amount for amount in year if amount > 0)
        self.refunds_12m = -sum(amount for amount in year if amount < 0)
        self.refund_ratio_12m = self.refunds_12m / self.gross_12m if self.gross_12m else None
        self.revenue_lifetime = sum(it.amount for it in self.documents)
        self.growth = None
        if self.revenue_prev_12m > 0:
            self.growth = (self.revenue_12m - self.revenue_prev_12m) / self.revenue_prev_12m

    def is_growing_young(self):
        """Whether the last purchase is three times the first one of a new or occasional customer."""
        first, last = (
            sum(it.amount for it in self.documents if it.day == day and it.amount > 0)
            for day in (self.events[0], self.events[-1])
        )
        return self.recurrence in ("new", "occasional") and len(self.events) > 1 and last >= 3 * first

    def _net_of_month(self, first):
        return sum(it.amount for it in self.documents if it.day.replace(day=1) == first)

    def _last_months(self, count, skipped=0):
        """First days of complete months, the last one first."""
        this_month = self.day.replace(day=1)
        last = this_month if is_month_end(self.day) else this_month - months(1)
        return [last - months(number) for number in range(skipped, skipped + count)]

    def _since_first(self, firsts):
        """Those of the months that are not before the first purchase."""
        return [first for first in firsts if self.events and first >= self.events[0].replace(day=1)]

    def _with_event(self, firsts):
        bought = {when.replace(day=1) for when in self.events}
        return [first for first in firsts if first in bought]

    def _months(self):
        nets = {first: self._net_of_month(first) for first in self._last_months(12)}
        observed = [nets[first] for first in self._since_first(nets)]
        active = [net for net in observed if net > 0]
        self.observed_months, self.active_months = len(observed), len(active)
        self.negative_months = len([net for net in nets.values() if net < 0])
        self.coverage = len(active) / len(observed) if observed else None
        self.adi = len(observed) / len(active) if active else None
        self.cv2 = (float(pstdev(active)) / float(mean(active))) ** 2 if active else None
        self.volatility = None
        if observed and sum(observed) > 0:
            self.volatility = float(pstdev(observed)) / float(mean(observed))
        self.demand_pattern = None
        if active:
            often, even = self.adi < 1.32, self.cv2 < 0.49
            names = {(1, 1): "smooth", (1, 0): "erratic", (0, 1): "intermittent", (0, 0): "lumpy"}
            self.demand_pattern = names[often, even]

    def _rhythm(self):
        begin = months_before(self.events[-1], 48) if self.events else None
        self.recent = [when for when in self.events if when > begin]
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
        self.is_seasonal, self.season = False, []
        if self.cadence == "irregular":
            last = self.events[-1].replace(day=1)
            one = {first.month for first in self._with_event([last - months(number) for number in range(12)])}
            two = {first.month for first in self._with_event([last - months(number) for number in range(12, 24)])}
            self.is_seasonal = (
                2 <= len(one) <= 6 and 2 <= len(two) <= 6 and Decimal(len(one & two)) / len(one | two) >= Decimal("0.6")
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
            self.expected_next_date = self.events[-1] + timedelta(days=half_up(self.median_gap_days))

    def _lately(self):
        self.recent_3m = sum(self._net_of_month(first) for first in self._last_months(3))
        self.recent_3m_prev = sum(self._net_of_month(first) for first in self._last_months(3, skipped=12))
        self.money_lost = self.recent_3m_prev - self.recent_3m
        self.recent_change = -self.money_lost / self.recent_3m_prev if self.recent_3m_prev > 0 else None

    def classify(self, usual_gap):
        """What depends on the company's usual gap."""
        self.usual_gap = usual_gap
        self.lost_probability = self.silence_probability = self.silence_6m = self.lifecycle = None
        self.late_from = self.at_risk_from = self.lost_from = None
        if self.events:
            silent = self.days_since_last
            self.lost_probability = self._has_stopped(silent)
            self.silence_probability, self.silence_6m = self._silence(silent, 365), self._silence(silent, 182)
            self.lifecycle = STATES[self._badness(silent)]
            self._walk()
        self.recurrence = self._recurrence()
        self.loyalty = self._loyalty()

    def _has_stopped(self, silent):
        x, bought = self.gap_count, (self.recent[-1] - self.recent[0]).days
        return 1 - 1 / (1 + ((self.usual_gap + bought + silent) / (self.usual_gap + bought)) ** (1 + x) / (3 + x))

    def _silence(self, silent, horizon):
        x, bought, alpha = self.gap_count, (self.recent[-1] - self.recent[0]).days, 2 * self.usual_gap
        odds = ((alpha + bought + silent) / (alpha + bought)) ** (x + 0.5) / (3 + 2 * x)
        quiet = ((alpha + bought + silent) / (alpha + bought + silent + horizon)) ** (x + 0.5)
        return 1 - 1 / (1 + odds) * (1 - (0 if self.tolerance else quiet))

    def _badness(self, silent):
        """Place among the states after so many days of silence."""
        last = self.events[-1]
        gap = (self.expected_next_date - last).days if self.expected_next_date else half_up(self.usual_gap)
        if self.tolerance:
            if silent - gap <= self.tolerance:
                return 0
            return 1 if silent <= 2 * gap else 2 if silent <= 3 * gap or silent <= 60 else 3
        if self.is_seasonal:
            return len([limit for limit in (15, 60, 180) if silent - gap > limit])
        silence = self._silence(silent, 365)
        if months_before(last + timedelta(days=silent), 12) >= last or (silent > 2 * gap and silence >= 0.8):
            return 3
        if silent > 2 * gap and silence >= 0.5:
            return 2
        return 1 if silent > gap and (silence >= 0.3 or silent > 3 * gap) else 0

    def _walk(self):
        silent = badness = 0
        while badness < 3:
            silent += 1
            if self._badness(silent) > badness:
                for worse in STATES[badness + 1 : self._badness(silent) + 1]:
                    setattr(self, f"{worse}_from", self.events[-1] + timedelta(days=silent))
                badness = self._badness(silent)

    def _recurrence(self):
        if not self.events:
            return "none"
        if self.coverage is not None and self.coverage >= 0.75 and self.active_months >= 3:
            return "monthly"
        is_long = self.cadence in ("bimonthly", "quarterly", "semiannual", "annual")
        # same day, clipped: here relativedelta is right
        if is_long and self.day <= self.expected_next_date + months(self.cadence_months):
            return "periodic"
        if self.is_seasonal and self.lifecycle != "lost":
            return "seasonal"
        if not self.event_count_12m:
            return "dormant"
        if self.event_count == 1 and self.observed_months >= 6:
            return "one_off"
        return "new" if self.observed_months < 6 else "occasional"

    def _loyalty(self):
        if (self.cadence_months or 0) >= 2:
            observed = self._since_first(self._last_months(max(12, 4 * self.cadence_months)))
            return min(1, len(self._with_event(observed)) * self.cadence_months / len(observed))
        if self.is_seasonal:
            seasonal = [first for first in self._since_first(self._last_months(24)) if first.month in self.season]
            return len(self._with_event(seasonal)) / len(seasonal)
        return self.active_months / 6 if self.recurrence == "new" else self.coverage

    def compare(self, a_border):
        """What depends on the company's A border: whether the customer shrinks or grows."""
        firsts = self._last_months(12, skipped=3)
        year = [self._net_of_month(first) for first in firsts]
        quarter = sum(year) / Decimal(4)
        recent, before = self.recent_3m, self.recent_3m_prev
        comparable = (
            self._since_first(firsts) == firsts
            and len([net for net in year if net > 0]) >= 6
            and before > 0
            and self.lifecycle != "lost"
            and not self.is_seasonal
            and a_border is not None
        )
        self.is_shrinking = self.is_growing = False
        if comparable:
            # both sides of the comparison with the noise squared, in whole cents
            spread = 12 * sum(int(net * 100) ** 2 for net in year) - int(sum(year) * 100) ** 2
            is_loud = 3 * int((sum(year) - 4 * recent) * 100) ** 2 >= spread
            least, part = Decimal("0.05") * a_border, Decimal("0.75")
            less = recent <= part * before and recent <= part * quarter
            more = recent * part >= before and recent * part >= quarter
            self.is_shrinking = is_loud and less and before - recent >= least
            self.is_growing = is_loud and more and recent - before >= least


def recompute(day, documents, customers):
    """Figures of so many customers; the order of the customers breaks ties of the rank."""
    gone = undone(day, documents)
    figures = []
    for number in range(customers):
        its = [(place, it) for place, it in enumerate(documents) if it.customer == number]
        events = {
            it.day
            for place, it in its
            if it.kind != "out_refund" and it.amount > 0 and it.day <= day and place not in gone
        }
        figures.append(Recomputation(day, [it for _place, it in its], events))
    _classify(day, figures)
    _rank(figures)
    return figures


def _classify(day, customers):
    mean_gaps = [it.mean_gap_days for it in customers if it.gaps and it.events[-1] > months_before(day, 48)]
    usual_gap = median(mean_gaps) if len(mean_gaps) >= 5 else 90
    for customer in customers:
        customer.classify(usual_gap)


def _rank(customers):
    """Share, rank, letter, major customers, and what is measured at the A border."""
    ranked = sorted((it for it in customers if it.documents), key=lambda it: -it.revenue_12m)
    total = sum(max(it.revenue_12m, 0) for it in ranked)
    before, a_border = Decimal(0), None
    for rank, customer in enumerate(ranked, 1):
        positive = max(customer.revenue_12m, 0)
        customer.rank = rank
        customer.share = positive / total if total else None
        customer.abc = None
        if positive:
            customer.abc = "A" if before < total * Decimal("0.8") else "B" if before < total * Decimal("0.95") else "C"
            a_border = positive if customer.abc == "A" else a_border
        before += positive
    holdings = {}
    for number, customer in enumerate(customers):
        top = PARENTS.get(number, number)
        holdings[top] = holdings.get(top, 0) + customer.revenue_12m
    of_all = sum(max(revenue, 0) for revenue in holdings.values())
    for number, customer in enumerate(customers):
        of_holding = holdings[PARENTS.get(number, number)]
        customer.is_major = customer.revenue_12m > 0 and of_holding > 0 and of_holding * 10 >= of_all
        customer.compare(a_border)
        customer.place = _place(customer, a_border)


def _place(customer, a_border):
    """By the axes that a policy begins with; of a past day it is not known what could come on top."""
    if customer.recurrence == "none":
        return None
    if customer.lifecycle == "lost":
        return "win_back"
    if customer.recurrence == "new" and customer.abc != "A" and not customer.is_growing_young():
        return "newcomer"
    if a_border is None or customer.loyalty is None:
        return None
    across, up = customer.revenue_12m >= a_border, customer.loyalty >= 0.75
    return f"{'high' if across else 'low'}_{'high' if up else 'low'}"


def reversals(documents, picks):
    """Credit notes of the picked invoices: (number of the invoice, how, days later)."""
    invoices = [place for place, it in enumerate(documents) if it.kind != "out_refund"]
    notes = []
    for number, how, days in picks if invoices else ():
        place = invoices[number % len(invoices)]
        invoice = documents[place]
        whole = Document(invoice.customer, "out_refund", invoice.day + timedelta(days=days), -invoice.amount, place)
        half = (invoice.amount / 2).quantize(Decimal("0.01"))
        notes += {
            "whole": [whole],
            "half": [whole._replace(amount=-half)],
            "two": [whole._replace(amount=-half, day=invoice.day), whole._replace(amount=half - invoice.amount)],
            "elsewhere": [whole._replace(customer=0)],
            "foreign": [whole._replace(is_foreign=True)],
            "draft": [whole._replace(is_draft=True)],
        }[how]
    return [note for note in notes if note.amount]


def strategies():
    """A day; for up to eight customers the documents: (move type, days before the day, cents); and what is reversed."""
    sizes = st.sampled_from([1, 10, 9999, 10000, 123456]) | st.integers(1, 2_000_000)
    kinds = st.sampled_from(["out_invoice"] * 6 + ["out_receipt", "out_refund"])

    def documents(offsets):
        return st.tuples(kinds, offsets, sizes)

    anything = st.lists(documents(st.integers(-40, 2200)), max_size=25)

    @st.composite
    def rhythmic(draw):
        period = draw(st.sampled_from([7, 14, 30, 30.4375, 45, 61, 91.3, 182.6, 365.25, 365.25]))
        silent, jitter = draw(st.integers(0, 120)), draw(st.sampled_from([0, 0, 0, 2, 6, 20]))
        count = draw(st.integers(3, min(40, int(1500 / period) + 2)))
        steps = [silent + round(number * period) + draw(st.integers(0, jitter)) for number in range(count)]
        amounts = draw(st.sampled_from([st.just(10000), sizes]))
        bought = [("out_invoice", step, draw(amounts)) for step in steps]
        return bought + draw(st.lists(documents(st.integers(0, 800)), max_size=2))

    @st.composite
    def seasonal(draw):
        start, length = draw(st.integers(0, 700)), draw(st.integers(35, 150))
        days = st.lists(st.integers(start, start + length), min_size=2, max_size=6)
        return [
            ("out_invoice", day + 365 * year, 10000) for year in range(draw(st.integers(1, 3))) for day in draw(days)
        ]

    @st.composite
    def changing(draw):
        """A purchase a month, the last ones larger or smaller."""
        usual, lately = draw(st.sampled_from([10000, 40000])), draw(st.sampled_from([50, 75, 76, 100, 133, 134, 250]))
        since, uneven = draw(st.sampled_from([90, 100, 120])), draw(st.sampled_from([0, 0, 4000]))
        return [
            ("out_invoice", day, usual * (lately if day < since else 100) // 100 + (uneven if number % 2 else 0))
            for number, day in enumerate(range(draw(st.integers(0, 25)), 800, 30))
        ]

    once = st.tuples(documents(st.integers(0, 500))).map(list)
    customer = st.one_of(anything, once, rhythmic(), rhythmic(), seasonal(), changing())
    hows = st.sampled_from(["whole", "whole", "half", "two", "elsewhere", "foreign", "draft"])
    reversed_ones = st.lists(
        st.tuples(st.integers(0, 200), hows, st.sampled_from([0, 1, 29, 30, 31]) | st.integers(-3, 60)), max_size=6
    )
    return st.sampled_from(DAYS), st.lists(customer, min_size=2, max_size=8), reversed_ones


@tagged("post_install", "-at_install")
@unittest.skipUnless(st, "hypothesis is not installed")
class TestRandomPortfolios(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [cls._customer(f"Customer {number}") for number in range(8)]
        for number, parent in PARENTS.items():
            cls.partners[number].parent_id = cls.partners[parent]
        cls.partners[BETWEEN].parent_id = cls._customer("In between", parent_id=cls.partners[PARENTS[BETWEEN]].id)
        cls.contacts = [
            cls._customer("Contact", is_company=False, parent_id=partner.id, active=False) for partner in cls.partners
        ]
        cls.foreign = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", cls.company.currency_id.id)], limit=1)
        )
        cls.seen = {"recurrence": set(), "lifecycle": set(), "cadence": set(), "demand_pattern": set(), "abc": set()}
        cls.seen |= {name: set() for name in ("is_seasonal", "is_major", "is_shrinking", "is_growing")}
        cls.undone = 0

    def test_figures_are_those_of_the_definitions(self):
        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(*strategies())
        def check(day, portfolio, reversed_ones):
            documents = [
                Document(
                    number, kind, day - timedelta(days=offset), Decimal(cents if kind != "out_refund" else -cents) / 100
                )
                for number, customer in enumerate(portfolio)
                for kind, offset, cents in customer
            ]
            documents += reversals(documents, reversed_ones)
            with self.env.cr.savepoint() as savepoint:
                self.assertPortfolio(day, documents, len(portfolio))
                savepoint.rollback()
                self.env.invalidate_all()

        check()
        for name, values in self.seen.items():
            field = self.profiles._fields[name]
            classes = {True, False} if field.type == "boolean" else {value for value, _label in field.selection}
            self.assertEqual(classes - values, set(), f"{name}: every class has been met")
        self.assertGreater(self.undone, EXAMPLES / 3, "purchases were undone")

    def _insert(self, documents):
        """The documents in the company's books; every third one names a contact."""
        moves = self._insert_documents(
            [
                ((self.contacts if place % 3 == 2 else self.partners)[it.customer], it.kind, it.day, it.amount)
                for place, it in enumerate(documents)
            ]
        )
        self._link_reversals(
            {moves[place]: moves[it.reverses] for place, it in enumerate(documents) if it.reverses is not None}
        )
        for place, it in enumerate(documents):
            if it.is_foreign or it.is_draft:
                currency = self.foreign if it.is_foreign else self.company.currency_id
                state = "draft" if it.is_draft else "posted"
                self.env.cr.execute(
                    SQL(
                        "UPDATE account_move SET currency_id = %s, state = %s WHERE id = %s",
                        currency.id,
                        state,
                        moves[place],
                    )
                )

    def assertPortfolio(self, day, documents, count):
        """The stored rows of these documents are the recomputed ones."""
        self._insert(documents)
        type(self).undone += len(undone(day, documents))
        stored = self._figures(self._look_back(day))
        customers = recompute(day, documents, count)
        having = {self.partners[place].id for place, customer in enumerate(customers) if customer.documents}
        self.assertEqual(set(stored), having)
        for partner, customer in zip(self.partners, customers, strict=False):
            if not customer.documents:
                continue
            for name in [*FIGURES, "money_lost"]:
                self.assertSame(name, stored[partner.id][name], getattr(customer, name))
            for name, values in self.seen.items():
                values.add(stored[partner.id][name])

    def assertSame(self, name, got, expected):
        if isinstance(expected, (float, Decimal)) and not isinstance(expected, bool):
            self.assertIsNotNone(got, name)
            self.assertAlmostEqual(float(got), float(expected), delta=1e-6 * max(1, abs(float(expected))), msg=name)
        else:
            self.assertEqual(got, expected, name)
