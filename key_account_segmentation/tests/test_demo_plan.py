# SPDX-License-Identifier: LGPL-3.0-only
"""The demo company shows every kind of customer, on whatever day it is installed."""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from statistics import median

from odoo.tests import BaseCase, tagged

from ..demo import plan
from ..demo.plan import ARTWORK, HISTORY_MONTHS, HOME_CURRENCY, PRICES, dollars_per_euro
from ..tools.months import YEAR, add_months, last_complete_month, month_number, months_before
from ..tools.thresholds import Thresholds
from ..tools.verdict import Customer, classify

DEMO = Path(__file__).parent.parent / "demo"

#: Month ends, leap days and everything in between.
DAYS = [
    date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29), date(2026, 12, 31),
    *[date(2026, 3, 1) + timedelta(days=19 * step) for step in range(60)],
]  # fmt: skip


#: A day is planned once for all tests.
documents = cache(plan.documents)


def amount(document):
    """What a document adds to revenue, in the currency of its company; nothing if it is reversed."""
    if document.reversed_on:
        return 0
    home = HOME_CURRENCY[document.company]
    value = document.amount if document.move_type == "out_invoice" else -document.amount
    if document.currency == home:
        return value
    rate = dollars_per_euro(document.day)
    return value * rate if home == "USD" else value / rate


@cache
def verdicts_of(company, today):
    """Verdicts by name."""
    return {name: classify(facts, Thresholds()) for name, facts in customers_of(company, today).items()}


def customers_of(company, today):
    """Facts of a company's customers, by name."""
    planned = defaultdict(list)
    for document in documents(today):
        if document.company == company:
            planned[document.customer].append(document)
    found = {name: facts_of(theirs, today) for name, theirs in planned.items()}
    gaps = [
        (facts.events[-1] - facts.events[0]) / (len(facts.events) - 1)
        for facts in found.values()
        if len(facts.events) > 1
    ]
    shares, revenue = shares_of(company, today), revenue_of(company, today)
    for facts in found.values():
        facts.prior_gap_days = median(gaps)
        facts.a_border = min(revenue[name] for name, letter in abc_of(shares).items() if letter == "A")
    return found


def facts_of(planned, today):
    """The facts that the database would give."""
    year_ago = months_before(today, YEAR)
    bought = [document for document in planned if document.move_type == "out_invoice" and not document.reversed_on]
    events = sorted({document.day.toordinal() for document in bought})
    last_month = last_complete_month(today)
    nets = Counter()
    for document in planned:
        if last_month - 2 * YEAR < month_number(document.day) <= last_month:
            nets[month_number(document.day)] += amount(document)
    return Customer(
        as_of=today,
        events=events,
        month_nets=dict(nets),
        first_invoice_date=date.fromordinal(events[0]) if events else None,
        last_invoice_date=date.fromordinal(events[-1]) if events else None,
        event_count=len(events),
        event_count_12m=len([event for event in events if event > year_ago.toordinal()]),
    )


def revenue_of(company, today):
    """Revenue of the last twelve months, by name."""
    revenue = Counter()
    for document in documents(today):
        if document.company == company and document.day > months_before(today, YEAR):
            revenue[document.customer] += amount(document)
    return revenue


@cache
def shares_of(company, today):
    """Share of that revenue, by name."""
    revenue = revenue_of(company, today)
    total = sum(max(value, 0) for value in revenue.values())
    return {name: max(value, 0) / total for name, value in revenue.items()}


def abc_of(shares):
    """The classes of those with revenue, by name and the default cuts."""
    found, before = {}, 0
    for name, share in sorted(shares.items(), key=lambda of: -of[1]):
        if share:
            found[name] = "A" if before < 0.8 else "B" if before < 0.95 else "C"
        before += share
    return found


def place_of(verdict, letter):
    """Where the matrix has the customer; nobody of the demo company is new and grows so fast that it would count."""
    if verdict.recurrence == "none":
        return None
    if verdict.lifecycle == "lost":
        return "lost"
    if verdict.recurrence == "new" and letter != "A":
        return "newcomer"
    return {
        ("A", True): "pillar", ("A", False): "big ticket"
    }.get((letter, verdict.loyalty >= 0.75), "loyal" if verdict.loyalty >= 0.75 else "passer-by")  # fmt: skip


@tagged("post_install", "-at_install")
class TestDemoPlan(BaseCase):
    def test_every_class_on_every_day(self):
        for today in DAYS:
            verdicts = verdicts_of("main", today).values()
            with self.subTest(today=today):
                self.assertEqual(
                    {verdict.recurrence for verdict in verdicts},
                    {"monthly", "periodic", "seasonal", "occasional", "new", "one_off", "dormant", "none"},
                )
                self.assertEqual(
                    {verdict.lifecycle for verdict in verdicts} - {None}, {"active", "late", "at_risk", "lost"}
                )
                self.assertLessEqual(
                    {"weekly", "biweekly", "monthly", "bimonthly", "quarterly", "semiannual", "annual", "irregular"},
                    {verdict.cadence for verdict in verdicts},
                )

    def test_every_place_and_flag_on_every_day(self):
        for today in DAYS:
            verdicts, letters = verdicts_of("main", today), abc_of(shares_of("main", today))
            with self.subTest(today=today):
                places = {name: place_of(verdict, letters.get(name)) for name, verdict in verdicts.items()}
                self.assertEqual(
                    set(places.values()), {"pillar", "loyal", "big ticket", "passer-by", "newcomer", "lost", None}
                )
                self.assertEqual(places["zenith"], "big ticket")
                self.assertTrue(verdicts["northfield"].is_shrinking)
                self.assertTrue(verdicts["kestrel"].is_growing)

    def test_two_customers_are_major_together(self):
        for today in DAYS:
            shares = shares_of("main", today)
            with self.subTest(today=today):
                self.assertLess(shares["meridian"], 0.1)
                self.assertGreater(shares["meridian"] + shares["cascade"], 0.1)

    def test_an_invoice_that_was_a_mistake_is_no_purchase(self):
        for today in DAYS:
            with self.subTest(today=today):
                self.assertEqual(verdicts_of("main", today)["old_harbour"].recurrence, "none")

    def test_concentration_on_every_day(self):
        for today in DAYS:
            shares = shares_of("main", today)
            with self.subTest(today=today):
                self.assertEqual(set(abc_of(shares).values()), {"A", "B", "C"})
                self.assertTrue(0.3 < shares["harvest_lane"] < 0.36)
                self.assertTrue(0.1 < shares["saltmarsh"] < 0.15)

    def test_customers_keep_their_class(self):
        expected = {
            "harvest_lane": ("monthly", "active"),
            "northfield": ("monthly", "active"),
            "pinecrest": ("monthly", "late"),
            "glasshouse": ("monthly", "at_risk"),
            "ridgeway": ("occasional", "lost"),
            "hexa": ("periodic", "late"),
            "riverbend": ("periodic", "late"),
            "paper_compass": ("periodic", "active"),
            "trailhead": ("occasional", "at_risk"),
            "greystone": ("dormant", "lost"),
        }
        for today in DAYS:
            verdicts = verdicts_of("main", today)
            with self.subTest(today=today):
                found = {name: (verdicts[name].recurrence, verdicts[name].lifecycle) for name in expected}
                self.assertEqual(found, expected)

    def test_companies_classify_a_shared_customer_differently(self):
        for today in DAYS:
            main, europe = verdicts_of("main", today), verdicts_of("europe", today)
            with self.subTest(today=today):
                shared = {name: (main[name].recurrence, europe[name].recurrence) for name in main.keys() & europe}
                self.assertEqual(
                    shared,
                    {
                        "sonnhalde": ("one_off", "monthly"),
                        "verlaine": ("monthly", "occasional"),
                        "lowen_apotheke": ("monthly", "periodic"),
                    },
                )

    def test_size_and_span(self):
        for today in DAYS:
            planned = documents(today)
            with self.subTest(today=today):
                self.assertTrue(500 < len(planned) < 1000)
                self.assertLessEqual(planned[-1].day, today)
                self.assertGreater(min(document.day for document in planned), add_months(today, -HISTORY_MONTHS - 4))
                self.assertTrue(all(document.amount > 0 for document in planned))
                self.assertTrue(
                    all(document.day <= document.paid_on <= today for document in planned if document.paid_on)
                )

    def test_everybody_planned_is_in_the_demo_files(self):
        known = set()
        for path in DEMO.glob("res.partner-*.csv"):
            with open(path, newline="", encoding="utf-8") as file:
                known |= {row["id"] for row in csv.DictReader(file)}
        planned = {name for document in documents(DAYS[0]) for name in (document.customer, document.contact)}
        self.assertLessEqual({f"customer_{name}" for name in planned}, known)
        products = (DEMO / "product_product_demo.xml").read_text(encoding="utf-8")
        for name in (*PRICES, ARTWORK):
            self.assertIn(f'id="{name}"', products)
