# SPDX-License-Identifier: LGPL-3.0-only
"""The rules without a database: their examples, and every threshold on, just below and just above its limit."""

import ast
import doctest
import pkgutil
import unittest
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from .. import tools
from ..tools import classification, lately, months, rhythm, silence, verdict
from ..tools.silence import Bought
from ..tools.thresholds import CADENCE_DAYS, Thresholds

MODULES = [name for _finder, name, _is_package in pkgutil.iter_modules(tools.__path__)]
USUAL = Thresholds()

NEVER_BOUGHT = {
    "event_count": 0,
    "event_count_12m": 0,
    "observed_months": 0,
    "active_months": 0,
    "coverage": None,
    "cadence": "none",
    "is_seasonal": False,
    "as_of": date(2026, 3, 31),
    "periodic_until": None,
    "lost_from": None,
}


def figures(**values):
    """A customer's figures: an irregular one who bought six times, unless the values say otherwise."""
    usual = {"event_count": 6, "event_count_12m": 4, "observed_months": 12, "active_months": 4, "coverage": 1 / 3}
    return SimpleNamespace(**NEVER_BOUGHT | usual | {"cadence": "irregular", "lost_from": date(2026, 4, 1)} | values)


def bought_on(*days, as_of, amount=100.0, usual_gap=90.0, a_border=None, thresholds=USUAL):
    """A classified customer with one invoice on each day up to ``as_of``."""
    as_of = date.fromisoformat(as_of)
    days = sorted(day for day in map(date.fromisoformat, days) if day <= as_of)
    nets = {}
    for month in map(months.month_number, days):
        if month <= months.last_complete_month(as_of):
            nets[month] = nets.get(month, 0) + amount
    customer = verdict.Customer(
        as_of=as_of,
        events=[day.toordinal() for day in days],
        month_nets=nets,
        first_invoice_date=days[0],
        last_invoice_date=days[-1],
        event_count=len(days),
        event_count_12m=len([day for day in days if day > months.months_before(as_of, 12)]),
        prior_gap_days=usual_gap,
        a_border=a_border,
    )
    return verdict.classify(customer, thresholds)


def later(day, days):
    """The ISO date so many days later."""
    return str(date.fromisoformat(day) + timedelta(days=days))


def every(months_between, count, first):
    """Days of the month of ``first``, ``months_between`` apart."""
    first = date.fromisoformat(first)
    return [str(months.add_months(first, months_between * number)) for number in range(count)]


@tagged("post_install", "-at_install")
class TestExamples(BaseCase):
    def test_examples_of_every_module_hold(self):
        for name in MODULES:
            with self.subTest(module=name):
                examples = doctest.DocTestSuite(import_module("..tools." + name, __package__))
                result = unittest.TestResult()
                examples.run(result)
                self.assertGreater(result.testsRun, 0)
                self.assertEqual([text for _test, text in result.failures + result.errors], [])

    def test_rules_know_nothing_of_odoo(self):
        for name in MODULES:
            tree = ast.parse(Path(tools.__path__[0], name + ".py").read_text(encoding="utf-8"))
            imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
            self.assertEqual({module for module in imported if module.split(".")[0] == "odoo"}, set(), name)


@tagged("post_install", "-at_install")
class TestHabits(BaseCase):
    """Habits of this code that no linter knows."""

    def _calls(self, pattern):
        """Each call in the files of a pattern: file, function or method called, node."""
        root = Path(__file__).parents[1]
        for path in sorted(root.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    yield path.name, called, node

    def test_facts_return_sql_and_run_nothing(self):
        calls = [(file, called) for file, called, _node in self._calls("models/facts/*.py")]
        self.assertGreater(calls.count(("key_account_facts_documents.py", "SQL")), 5)
        self.assertEqual([call for call in calls if call[1] in ("execute", "execute_query", "fetchall", "search")], [])

    def test_sql_begins_with_its_own_text(self):
        """What comes from elsewhere is a value or an identifier, never the statement."""
        composed = [
            (file, node.lineno)
            for file, called, node in self._calls("models/**/*.py")
            if called == "SQL" and node.args and not isinstance(node.args[0], ast.Constant)
        ]
        self.assertEqual(composed, [])


@tagged("post_install", "-at_install")
class TestMonths(BaseCase):
    def test_months_back_from_the_last_day_of_a_month_end_on_one(self):
        for day, number, earlier in [
            ("2024-02-29", 12, "2023-02-28"),
            ("2025-02-28", 12, "2024-02-29"),
            ("2025-02-27", 12, "2024-02-27"),
            ("2024-02-28", 12, "2023-02-28"),
            ("2024-02-28", 48, "2020-02-28"),
            ("2026-02-28", 24, "2024-02-29"),
            ("2026-03-31", 12, "2025-03-31"),
            ("2025-04-30", 1, "2025-03-31"),
            ("2025-03-30", 1, "2025-02-28"),
            ("2025-03-31", 1, "2025-02-28"),
            ("2026-01-01", 12, "2025-01-01"),
        ]:
            self.assertEqual(months.months_before(date.fromisoformat(day), number), date.fromisoformat(earlier), day)

    def test_months_ahead_keep_the_day(self):
        for day, number, ahead in [("2026-02-28", 3, "2026-05-28"), ("2026-01-31", 1, "2026-02-28")]:
            self.assertEqual(months.add_months(date.fromisoformat(day), number), date.fromisoformat(ahead), day)

    def test_the_last_complete_month_is_this_one_only_on_its_last_day(self):
        for day, month in [
            ("2026-03-31", (2026, 3)),
            ("2026-03-30", (2026, 2)),
            ("2024-02-29", (2024, 2)),
            ("2024-02-28", (2024, 1)),
            ("2026-01-01", (2025, 12)),
        ]:
            self.assertEqual(months.divmod_month(months.last_complete_month(date.fromisoformat(day))), month, day)

    def test_months_are_observed_from_the_first_purchase_on(self):
        march = months.month_number(date(2026, 3, 1))
        for first, observed in [(None, 0), (march + 1, 0), (march, 1), (march - 11, 12), (march - 12, 12)]:
            self.assertEqual(months.observed_months(first, march), observed)

    def test_demand_pattern_at_both_cuts(self):
        for adi, cv2, pattern in [
            (1.3199, 0.4899, "smooth"),
            (1.3199, 0.49, "erratic"),
            (1.32, 0.4899, "intermittent"),
            (1.32, 0.49, "lumpy"),
            (1.3201, 0.4901, "lumpy"),
            (None, None, None),
        ]:
            self.assertEqual(months.demand_pattern(adi, cv2, USUAL), pattern, (adi, cv2))

    def test_regularity_counts_months_without_revenue(self):
        adi, cv2, volatility = months.regularity([100.0, 300.0], [100.0, 300.0], 4)
        self.assertEqual((adi, cv2), (2.0, 0.25))
        self.assertAlmostEqual(volatility, 1.224745, 6)  # sd of 100, 300, 0, 0 is 122.4745; mean 100

    def test_regularity_does_not_depend_on_the_order_of_the_months(self):
        nets = [0.1, 1234.56, 7000.07, 0.3, 19.99, 1e9]
        self.assertEqual(months.regularity(nets, nets, 12), months.regularity(nets[::-1], nets[::-1], 12))

    def test_volatility_is_empty_when_nothing_is_left(self):
        self.assertEqual(months.regularity([100.0], [100.0, -100.0], 3)[2], None)
        self.assertEqual(months.regularity([100.0], [100.0, -150.0], 3)[2], None)
        self.assertEqual(months.regularity([0.1, 0.2], [0.1, 0.2, -0.3], 3)[2], None)


@tagged("post_install", "-at_install")
class TestRhythm(BaseCase):
    def test_first_and_last_day_of_every_cadence(self):
        for cadence, first, last in [
            ("weekly", 5, 9),
            ("biweekly", 11, 17),
            ("monthly", 26, 35),
            ("bimonthly", 53, 68),
            ("quarterly", 82, 101),
            ("semiannual", 168, 197),
            ("annual", 346, 385),
        ]:
            found = [rhythm.cadence_of([gap] * 3, USUAL)[0] for gap in (first - 1, first, last, last + 1)]
            self.assertEqual(found, ["irregular", cadence, cadence, "irregular"], cadence)

    def test_a_gap_between_two_cadences_belongs_to_none(self):
        named = {rhythm.cadence_of([gap] * 3, USUAL)[0] for gap in range(1, 400)}
        self.assertEqual(named, {*CADENCE_DAYS, "irregular"})
        self.assertEqual(rhythm.cadence_of([10] * 3, USUAL), ("irregular", None))

    def test_three_of_four_gaps_make_a_cadence(self):
        self.assertEqual(rhythm.cadence_of([12, 30, 30, 30], USUAL), ("monthly", 0.75))
        self.assertEqual(rhythm.cadence_of([12, 30, 30], USUAL), ("irregular", None))
        self.assertEqual(rhythm.cadence_of([12] * 26 + [30] * 74, USUAL), ("irregular", None))

    def test_gaps_needed(self):
        for gap, enough in [(7, 3), (14, 3), (30, 3), (61, 3), (91, 3), (183, 2), (365, 2)]:
            self.assertEqual(rhythm.cadence_of([gap] * (enough - 1), USUAL)[0], "irregular", gap)
            self.assertNotEqual(rhythm.cadence_of([gap] * enough, USUAL)[0], "irregular", gap)

    def test_no_gap_is_no_cadence(self):
        self.assertEqual(rhythm.cadence_of([], USUAL), ("none", None))

    def test_a_tie_goes_to_the_shorter(self):
        overlapping = Thresholds(tolerance_weekly=4, tolerance_biweekly=4)
        self.assertEqual(rhythm.cadence_of([10, 10, 10], overlapping), ("weekly", 1.0))

    def test_sample_deviation_of_the_gaps(self):
        self.assertEqual(rhythm.gap_variation([10], 10.0), None)
        self.assertAlmostEqual(rhythm.gap_variation([10, 30], 20.0), 0.707107, 6)

    def test_expected_next(self):
        for days, cadence, season, median, expected in [
            (["2026-01-31", "2026-02-28"], "monthly", (), 28.0, "2026-03-31"),
            (["2026-01-30", "2026-01-31"], "monthly", (), 1.0, "2026-02-28"),
            (["2023-12-31", "2024-01-31"], "monthly", (), 31.0, "2024-02-29"),
            (["2025-11-15"], "quarterly", (), 91.0, "2026-02-15"),
            (["2024-02-29"], "annual", (), 366.0, "2025-02-28"),
            (["2025-12-10"], "irregular", (11, 12), 30.0, "2026-11-10"),
            (["2025-11-10"], "irregular", (11, 12), 30.0, "2025-12-10"),
            (["2025-06-10"], "irregular", (2, 11), 30.0, "2025-11-10"),
            (["2026-01-01"], "irregular", (), 10.5, "2026-01-12"),
            (["2026-01-01"], "irregular", (), 10.49, "2026-01-11"),
            (["2026-01-01"], "weekly", (), 7.0, "2026-01-08"),
        ]:
            got = rhythm.expected_next(rhythm.day_numbers(*days), cadence, season, median)
            self.assertEqual(got, date.fromisoformat(expected), (days, cadence))
        self.assertIsNone(rhythm.expected_next(rhythm.day_numbers("2026-01-01"), "none", (), None))
        self.assertIsNone(rhythm.expected_next([], "none", (), None))

    def test_the_day_of_the_month_is_the_upper_median_of_the_last_six(self):
        days = ["2025-06-01", "2025-07-10", "2025-08-10", "2025-09-10", "2025-10-20", "2025-11-20", "2025-12-20"]
        self.assertEqual(rhythm.usual_day_of_month(rhythm.day_numbers(*days)), 20)
        self.assertEqual(rhythm.usual_day_of_month(rhythm.day_numbers(*days[:3])), 10)

    def _season(self, this_year, year_before):
        """The season of somebody who bought in these months of 2025, and of 2024."""
        return rhythm.season(
            {months.month_number(date(2025, month, 1)) for month in this_year}
            | {months.month_number(date(2024, month, 1)) for month in year_before},
            USUAL,
        )

    def test_a_season_has_two_to_six_months(self):
        for length, seasonal in [(1, False), (2, True), (6, True), (7, False)]:
            season = range(13 - length, 13)
            self.assertEqual(bool(self._season(season, season)), seasonal, length)
        self.assertFalse(self._season(range(7, 13), range(6, 13)))
        self.assertFalse(self._season(range(6, 13), range(7, 13)))

    def test_two_years_share_three_of_five_months(self):
        for this_year, before, season in [
            ({8, 9, 10, 12}, {9, 10, 11, 12}, (8, 9, 10, 11, 12)),  # 0.6
            ({9, 10, 12}, {9, 11, 12}, ()),  # 0.5
            ({11, 12}, {10, 11, 12}, (10, 11, 12)),  # 0.667
        ]:
            self.assertEqual(self._season(this_year, before), season)

    def test_the_two_years_of_a_season_end_with_the_last_purchase(self):
        """November and December, then only a November: the year that ends with it has a December, too."""
        winters = ["2023-11-05", "2023-11-25", "2023-12-20", "2024-11-02", "2024-12-24", "2025-11-03"]
        for as_of in ("2024-12-31", "2025-07-31", "2025-11-30", "2027-11-30"):
            self.assertEqual(bought_on(*winters, as_of=as_of).seasonal_months, "11 12", as_of)

    def test_purchases_of_48_months_before_the_last_one_make_the_rhythm(self):
        days = ["2020-02-28", "2020-02-29", "2022-01-01", "2024-02-29"]
        for as_of in ("2024-02-29", "2024-12-31", "2031-01-01"):
            self.assertEqual(bought_on(*days, as_of=as_of).gap_count, 1, as_of)
        self.assertEqual(bought_on(*days[:-1], "2024-02-28", as_of="2024-02-29").gap_count, 2)


@tagged("post_install", "-at_install")
class TestLoyalty(BaseCase):
    """How far a customer keeps a rhythm of his own."""

    def test_a_cadence_of_months_is_measured_by_itself(self):
        quarterly = every(3, 8, "2024-02-15")  # the last on 2025-11-15
        for as_of, loyalty in [("2025-12-31", 1.0), ("2026-02-27", 1.0), ("2026-02-28", 0.75), ("2026-05-31", 0.5)]:
            self.assertEqual(bought_on(*quarterly, as_of=as_of).loyalty, loyalty, as_of)

    def test_a_yearly_customer_is_looked_at_for_four_years(self):
        yearly = every(12, 6, "2020-06-30")
        self.assertEqual(bought_on(*yearly, as_of="2026-05-31").loyalty, 1.0)
        self.assertEqual(bought_on(*yearly, as_of="2026-06-30").loyalty, 0.75)
        self.assertEqual(bought_on(*yearly[:3], as_of="2022-07-31").loyalty, 1.0, "36 / 26 months is not more than all")

    def test_months_before_the_first_purchase_are_not_missed(self):
        self.assertEqual(bought_on(*every(2, 4, "2025-09-10"), as_of="2026-03-31").loyalty, 1.0)

    def test_a_seasonal_customer_is_measured_by_the_season(self):
        winters = ["2023-11-05", "2023-11-25", "2023-12-20", "2024-11-02", "2024-12-24"]
        for as_of, loyalty in [("2025-10-31", 1.0), ("2025-11-29", 1.0), ("2025-11-30", 0.75), ("2025-12-31", 0.5)]:
            self.assertEqual(bought_on(*winters, as_of=as_of).loyalty, loyalty, as_of)

    def test_a_new_customer_has_to_earn_it(self):
        self.assertEqual(bought_on("2026-01-10", "2026-02-20", as_of="2026-03-31").loyalty, 2 / 6)
        monthly = every(1, 3, "2026-01-10")
        self.assertEqual(bought_on(*monthly, as_of="2026-03-31").loyalty, 1.0, "monthly is not new")

    def test_everybody_else_by_the_months_that_brought_money(self):
        days = ["2025-04-02", "2025-05-20", "2025-05-28", "2025-11-01", "2026-03-09"]
        customer = bought_on(*days, as_of="2026-03-31")
        self.assertEqual((customer.recurrence, customer.loyalty), ("occasional", 4 / 12))

    def test_who_never_bought_has_none(self):
        customer = verdict.classify(verdict.Customer(date(2026, 3, 31), [], {}), USUAL)
        self.assertIsNone(customer.loyalty)


@tagged("post_install", "-at_install")
class TestSilence(BaseCase):
    def test_the_worked_examples(self):
        for gaps, bought, silent, expected in [
            (0, 0, 60, 0.697991),
            (0, 0, 315, 0.839350),
            (23, 700, 30, 0.045545),
            (23, 700, 90, 0.191138),
        ]:
            got = silence.silence_probability(Bought(gaps, bought, False, 60), silent)
            self.assertAlmostEqual(got, expected, delta=1e-6)

    def test_who_has_a_cadence_is_not_silent_by_chance(self):
        # odds ((120 + 360 + 60) / 480) ** 12.5 / 27, and no more
        got = silence.silence_probability(Bought(12, 360, True, 60), 60)
        self.assertAlmostEqual(got, 1 - 1 / (1 + (540 / 480) ** 12.5 / 27), delta=1e-12)

    def test_a_shorter_time_is_silent_more_likely(self):
        known = Bought(5, 200, False, 60)
        self.assertLess(silence.silence_probability(known, 20), silence.silence_probability(known, 20, 182))

    def test_lost_probability_of_the_worked_examples(self):
        for gaps, bought, silent, expected in [
            (0, 0, 60, 0.4),
            (0, 0, 315, 0.675676),
            (23, 700, 30, 0.088754),
            (23, 700, 90, 0.36076),
            (23, 700, 120, 0.564731),
        ]:
            got = silence.lost_probability(Bought(gaps, bought, False, 60), silent)
            self.assertAlmostEqual(got, expected, delta=1e-6)

    def test_a_very_long_silence_is_certain(self):
        known = Bought(400, 400, False, 1)
        self.assertEqual(silence.lost_probability(known, 40_000), 1.0)
        self.assertEqual(silence.silence_probability(known, 40_000), 1.0)


@tagged("post_install", "-at_install")
class TestLifecycle(BaseCase):
    def assertStates(self, last, bought, **first_days):
        """State of every day from the last purchase on: the days of silence on which each begins."""
        before, found = None, {}
        for silent in range(800):
            state = bought(later(last, silent)).lifecycle
            if state != before:
                self.assertNotIn(state, found, "it only gets worse")
                found[state] = silent
            before = state
        self.assertEqual(found, {"active": 0, **first_days})

    def assertDays(self, customer, *silent):
        dates = [customer.late_from, customer.at_risk_from, customer.lost_from]
        self.assertEqual([(day - customer.last_invoice_date).days for day in dates], list(silent))

    def test_with_a_cadence(self):
        days = every(1, 12, "2025-01-01")  # expected on 2026-01-01, 31 days after the last
        self.assertStates(days[-1], lambda as_of: bought_on(*days, as_of=as_of), late=37, at_risk=63, lost=94)

    def test_every_cadence_has_its_own_tolerance(self):
        for gap, late, at_risk, lost in [
            (7, 10, 15, 61), (14, 18, 29, 61), (61, 70, 123, 184), (91, 102, 183, 274),
        ]:  # fmt: skip
            limits = silence.limits_by_cadence(gap, USUAL.tolerance(rhythm.cadence_of([gap] * 3, USUAL)[0]), USUAL)
            self.assertEqual(limits, (late, at_risk, lost), gap)

    def test_nobody_with_a_cadence_is_lost_within_60_days(self):
        days = [str(date(2026, 1, 1) + timedelta(7 * week)) for week in range(8)]
        self.assertStates(days[-1], lambda as_of: bought_on(*days, as_of=as_of), late=10, at_risk=15, lost=61)
        for gap, lost in [(20, 61), (21, 64)]:
            self.assertEqual(silence.limits_by_cadence(gap, 3, USUAL).lost, lost)

    def test_a_tolerance_longer_than_the_gap(self):
        """Paid on the 31st, expected on the 1st: who is within the tolerance is on time, whatever twice the gap is."""
        self.assertEqual(silence.limits_by_cadence(1, 5.0, USUAL), (7, 7, 61))
        self.assertEqual(silence.limits_by_cadence(5, 5.5, USUAL), (11, 11, 61))

    def test_a_season_has_limits_of_its_own(self):
        winters = ["2023-11-05", "2023-11-25", "2023-12-20", "2024-11-02", "2024-12-24"]
        customer = bought_on(*winters, as_of="2025-06-30")
        expected = (date(2025, 11, 20) - date(2024, 12, 24)).days
        self.assertEqual(customer.expected_next_date, date(2025, 11, 20))
        self.assertDays(customer, expected + 16, expected + 61, expected + 181)
        self.assertStates(
            winters[-1],
            lambda as_of: bought_on(*winters, as_of=as_of),
            late=expected + 16,
            at_risk=expected + 61,
            lost=expected + 181,
        )

    def test_a_single_purchase(self):
        self.assertDays(bought_on("2026-01-10", as_of="2026-01-10", usual_gap=60), 61, 121, 211)
        self.assertStates(
            "2026-01-10",
            lambda as_of: bought_on("2026-01-10", as_of=as_of, usual_gap=60),
            late=61, at_risk=121, lost=211,
        )  # fmt: skip
        self.assertEqual(bought_on("2026-01-10", as_of="2026-01-10", usual_gap=60.5).late_from, date(2026, 3, 13))

    def test_without_a_cadence(self):
        limits = silence.limits_by_silence(30, 365, Bought(23, 700, False, 60), USUAL)
        self.assertEqual(limits, (91, 148, 207))

    def test_the_same_day_a_year_later_is_lost(self):
        """Who buys seldom is not silent long enough to be lost by the probability."""
        days = ["2021-05-01", "2022-02-28", "2023-09-10", "2024-02-29"]
        customer = bought_on(*days, as_of="2024-03-01", usual_gap=300)
        self.assertEqual(customer.cadence, "irregular")
        self.assertEqual(customer.lost_from, date(2025, 2, 28))
        self.assertEqual(bought_on(*days, as_of="2025-02-27", usual_gap=300).event_count_12m, 1)
        self.assertEqual(bought_on(*days, as_of="2025-02-28", usual_gap=300).event_count_12m, 0)

    def test_the_limits_hold_from_their_day_on(self):
        """Silence as likely as the limit is enough, a gap as long as the limit is not."""
        known = Bought(9, 300, False, 60)
        usual = silence.limits_by_silence(45, 365, known, USUAL)
        for state, name in (
            ("late", "silence_late_min"),
            ("at_risk", "silence_risk_min"),
            ("lost", "silence_lost_min"),
        ):
            day = getattr(usual, state)
            exactly = silence.silence_probability(known, day)
            for limit, first in [(exactly, day), (exactly + 1e-9, day + 1)]:
                limits = silence.limits_by_silence(45, 365, known, Thresholds(**{name: limit}))
                self.assertEqual(getattr(limits, state), first, (state, limit))
        for gap, late in [(120, 121), (27, 82)]:
            self.assertEqual(silence.limits_by_silence(gap, 365, known, USUAL).late, late, gap)

    def test_who_never_bought_has_none(self):
        customer = verdict.classify(verdict.Customer(date(2026, 3, 31), [], {}), USUAL)
        self.assertEqual((customer.lifecycle, customer.late_from, customer.lost_from), (None, None, None))

    def test_what_is_foretold_comes_true(self):
        """The days are the same on every later day, the state is theirs, and it only gets worse."""
        for days in (
            every(1, 20, "2024-08-15"),
            every(3, 8, "2024-05-31"),
            every(6, 6, "2023-05-31"),
            every(12, 4, "2022-05-31"),
            ["2023-11-05", "2023-11-25", "2023-12-20", "2024-11-02", "2024-12-24"],
            ["2025-01-03", "2025-01-20", "2025-06-11", "2025-11-02", "2026-02-01"],
            ["2020-02-20", "2021-11-20", "2022-04-11", "2023-12-02", "2024-02-29"],
            ["2026-01-10"],
        ):
            for usual_gap in (7.0, 60.5, 400.0):
                self.assertForetold(days, usual_gap)

    def assertForetold(self, days, usual_gap):
        first = bought_on(*days, as_of=days[-1], usual_gap=usual_gap)
        foretold = [first.late_from, first.at_risk_from, first.lost_from]
        limits = [(day - first.last_invoice_date).days for day in foretold]
        for silent in sorted({*range(0, limits[-1] + 400, 13), *limits, *[limit - 1 for limit in limits]}):
            as_of = later(days[-1], silent)
            now = bought_on(*days, as_of=as_of, usual_gap=usual_gap)
            self.assertEqual([now.late_from, now.at_risk_from, now.lost_from], foretold, (days, as_of))
            badness = len([day for day in foretold if date.fromisoformat(as_of) >= day])
            self.assertEqual(now.lifecycle, ["active", "late", "at_risk", "lost"][badness], (days, as_of))
        bought = bought_on(*days, later(days[-1], silent), as_of=later(days[-1], silent), usual_gap=usual_gap)
        self.assertEqual(bought.lifecycle, "active", "who buys is on time again")


@tagged("post_install", "-at_install")
class TestLately(BaseCase):
    """The last three complete months against the same months a year before, and against a usual quarter."""

    def _nets(self, *quarter, year=(100.0,) * 12):
        """Nets by numbered month, the last one is 100; the year before the last three, its first three are compared with."""
        return dict(zip(range(86, 98), year, strict=True)) | dict(zip((98, 99, 100), quarter, strict=True))

    def _trend(self, *quarter, border=1000.0, thresholds=USUAL, **nets):
        by_month = self._nets(*quarter, **nets)
        return lately.trend(lately.lately(by_month, 100), by_month, 100, border, thresholds)

    def test_three_quarters_are_shrinking_and_four_thirds_growing(self):
        for quarter, trend in [
            ((75, 75, 75), -1), ((75, 75, 75.01), 0), ((0, 0, 0), -1), ((-50, 0, 0), -1),
            ((133.34, 133.33, 133.33), 1), ((133.33, 133.33, 133.33), 0),
        ]:  # fmt: skip
            self.assertEqual(self._trend(*quarter), trend, quarter)

    def test_both_last_year_and_a_usual_quarter_have_to_be_missed(self):
        best_months = (150, 150, 150, *[100] * 9)  # 450 last year, a usual quarter 337.5
        self.assertEqual(self._trend(253.12, 0, 0, year=best_months), -1)
        self.assertEqual(self._trend(253.13, 0, 0, year=best_months), 0)
        worst_months = (80, 80, 80, *[100] * 9)  # 240 last year, a usual quarter 285
        self.assertEqual(self._trend(180, 0, 0, year=worst_months), -1)
        self.assertEqual(self._trend(180.01, 0, 0, year=worst_months), 0)

    def test_the_own_ups_and_downs_are_no_news(self):
        wild = (300, 0) * 6  # usual quarter 450, noise sqrt(3) x 150 = 259.81; the same months last year brought 600
        self.assertEqual(self._trend(190, 0, 0, year=wild), -1)
        self.assertEqual(self._trend(190.19, 0, 0, year=wild), -1)
        self.assertEqual(self._trend(190.20, 0, 0, year=wild), 0)
        quiet = Thresholds(shrinking_noise=0)
        self.assertEqual(self._trend(190.20, 0, 0, year=wild, thresholds=quiet), -1)

    def test_six_months_have_to_have_brought_money(self):
        self.assertEqual(self._trend(0, 0, 0, year=(300, 0) * 6), -1)
        self.assertEqual(self._trend(0, 0, 0, year=(300, 0) * 5 + (0, 0)), 0)

    def test_nothing_a_year_before_is_nothing_to_compare_with(self):
        self.assertEqual(self._trend(10, 0, 0, year=(0, 0, 0, *[100] * 9)), 0)
        self.assertEqual(self._trend(999, 999, 999, year=(50, 0, -50, *[100] * 9)), 0)

    def test_it_has_to_matter_to_the_company(self):
        for border, trend in [(1500.0, -1), (1500.01, 0), (None, 0)]:
            self.assertEqual(self._trend(75, 75, 75, border=border), trend, border)
        for border, trend in [(2000.0, 1), (2000.01, 0)]:
            self.assertEqual(self._trend(133.34, 133.33, 133.33, border=border), trend, border)

    def _monthly(self, first, amount=100.0, as_of="2026-03-31", without=()):
        days = [day for day in every(1, 40, first) if day[:7] not in without]
        return bought_on(*days, as_of=as_of, amount=amount, a_border=100.0)

    def test_only_whole_months_count(self):
        missing = ("2026-01", "2026-02", "2026-03")
        customer = self._monthly("2024-01-05", without=(*missing, "2026-04"), as_of="2026-03-31")
        self.assertEqual((customer.recent_3m, customer.recent_3m_prev, customer.money_lost), (0, 300, 300))
        self.assertEqual(customer.recent_change, -1)
        self.assertEqual(self._monthly("2024-01-05", as_of="2026-03-30").recent_3m, 300)

    def test_who_began_within_the_year_is_not_compared(self):
        shrunk = {"without": ("2026-02", "2026-03"), "as_of": "2026-03-31"}
        for first, shrinking in [("2025-01-31", True), ("2025-02-01", False)]:
            customer = self._monthly(first, **shrunk)
            self.assertEqual((customer.lifecycle != "lost", customer.is_shrinking), (True, shrinking), first)

    def test_who_is_lost_does_not_shrink(self):
        missing = ("2025-12", "2026-01", "2026-02", "2026-03")
        customer = self._monthly("2024-01-05", without=missing, as_of="2026-03-31")
        self.assertEqual((customer.lifecycle, customer.is_shrinking), ("lost", False))


@tagged("post_install", "-at_install")
class TestRecurrence(BaseCase):
    def assertRecurrence(self, expected, **values):
        self.assertEqual(classification.recurrence(figures(**values), USUAL), expected, values)

    def test_the_rules_from_the_top(self):
        self.assertRecurrence("none", event_count=0, coverage=1.0, active_months=12)
        self.assertRecurrence("monthly", coverage=0.75, active_months=3, observed_months=4)
        self.assertRecurrence("periodic", cadence="quarterly", periodic_until=date(2026, 3, 31), is_seasonal=True)
        self.assertRecurrence("seasonal", is_seasonal=True, event_count_12m=0)
        self.assertRecurrence("dormant", event_count_12m=0, event_count=1)
        self.assertRecurrence("one_off", event_count=1, observed_months=6)
        self.assertRecurrence("new", event_count=1, observed_months=5)
        self.assertRecurrence("occasional", event_count=2, observed_months=6)

    def test_nine_of_twelve_months_are_monthly(self):
        self.assertRecurrence("occasional", coverage=8 / 12, active_months=8)
        self.assertRecurrence("monthly", coverage=9 / 12, active_months=9)
        self.assertRecurrence("occasional", coverage=8 / 11, active_months=8, observed_months=11)

    def test_monthly_takes_three_active_months(self):
        self.assertRecurrence("new", coverage=1.0, active_months=2, observed_months=2, event_count=2)
        self.assertRecurrence("monthly", coverage=1.0, active_months=3, observed_months=3)

    def test_a_season_that_is_lost_is_none(self):
        for lost_from, recurrence in [("2026-04-01", "seasonal"), ("2026-03-31", "dormant")]:
            self.assertRecurrence(
                recurrence, is_seasonal=True, event_count_12m=0, lost_from=date.fromisoformat(lost_from)
            )

    def test_only_cadences_above_a_month_are_periodic(self):
        later = date(2026, 12, 31)
        for cadence in ("bimonthly", "quarterly", "semiannual", "annual"):
            self.assertRecurrence("periodic", cadence=cadence, periodic_until=later)
        for cadence in ("weekly", "biweekly", "monthly", "irregular"):
            self.assertRecurrence("occasional", cadence=cadence, periodic_until=later)

    def test_periodic_until_one_more_period_is_over(self):
        days = every(3, 6, "2024-01-31")  # last on 2025-04-30, next expected 2025-07-31, one more period: 2025-10-31
        self.assertEqual(bought_on(*days, as_of="2025-05-01").expected_next_date, date(2025, 7, 31))
        self.assertEqual(bought_on(*days, as_of="2025-10-31").recurrence, "periodic")
        self.assertEqual(bought_on(*days, as_of="2025-11-01").recurrence, "occasional")

    def test_months_missing_to_monthly(self):
        def missing(active, observed):
            customer = verdict.Customer(date(2026, 3, 31), [], {}, observed_months=observed, active_months=active)
            return verdict.months_to_monthly(customer, USUAL)

        self.assertEqual([missing(*it) for it in [(12, 12), (8, 12), (0, 12), (2, 2), (1, 4)]], [0, 1, 9, 1, 8])


@tagged("post_install", "-at_install")
class TestCategory(BaseCase):
    def test_only_monthly_and_periodic_are_recurring(self):
        for recurrence in ("monthly", "periodic"):
            self.assertTrue(classification.is_recurring(recurrence, USUAL))
        for recurrence in ("none", "seasonal", "dormant", "one_off", "new", "occasional"):
            self.assertFalse(classification.is_recurring(recurrence, USUAL))

    def test_seasonal_is_recurring_where_the_policy_says_so(self):
        counting = Thresholds(seasonal_is_recurring=True)
        self.assertTrue(classification.is_recurring("seasonal", counting))
        self.assertFalse(classification.is_recurring("occasional", counting))

    def test_category(self):
        for recurring, stuck, engagements, expected in [
            (False, False, 9, "client"),
            (True, False, 1, "active_partner"),
            (True, False, 0, "passive_partner"),
            (True, True, 9, "passive_partner"),
        ]:
            customer = SimpleNamespace(is_recurring=recurring, cannot_be_developed=stuck, engagement_count=engagements)
            self.assertEqual(classification.category(customer, USUAL), expected)

    def test_a_category_by_hand_counts_up_to_its_last_day(self):
        last = date(2026, 3, 31)
        for today, expected in [(last, "active_partner"), (last + timedelta(1), "client")]:
            self.assertEqual(classification.effective_category("client", "active_partner", last, today), expected)
        self.assertEqual(classification.effective_category("client", "active_partner", None, last), "active_partner")
        self.assertEqual(classification.effective_category("client", None, None, last), "client")
