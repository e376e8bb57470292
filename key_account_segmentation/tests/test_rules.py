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
from ..tools import classification, months, rhythm, verdict
from ..tools.thresholds import CADENCE_DAYS, Thresholds

MODULES = [name for _finder, name, _is_package in pkgutil.iter_modules(tools.__path__)]
USUAL = Thresholds()

NEVER_BOUGHT = {
    "event_count": 0,
    "event_count_12m": 0,
    "observed_months": 0,
    "active_months": 0,
    "adi": None,
    "cadence": "none",
    "is_seasonal": False,
    "as_of": date(2026, 3, 31),
    "periodic_until": None,
}


def figures(**values):
    """A customer's figures: an irregular one who bought six times, unless the values say otherwise."""
    usual = {"event_count": 6, "event_count_12m": 4, "observed_months": 12, "active_months": 4, "adi": 3.0}
    return SimpleNamespace(**NEVER_BOUGHT | usual | {"cadence": "irregular"} | values)


def bought_on(*days, as_of, amount=100.0):
    """A classified customer with one invoice on each day."""
    days = sorted(date.fromisoformat(day) for day in days)
    as_of = date.fromisoformat(as_of)
    nets = {}
    for day in days:
        nets[months.month_number(day)] = nets.get(months.month_number(day), 0) + amount
    customer = verdict.Customer(
        as_of=as_of,
        events=[day.toordinal() for day in days if day > months.add_months(as_of, -48)],
        month_nets=nets,
        first_invoice_date=days[0],
        last_invoice_date=days[-1],
        event_count=len(days),
        event_count_12m=len([day for day in days if day > months.add_months(as_of, -12)]),
    )
    return verdict.classify(customer, USUAL)


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
    def test_twelve_months_are_calendar_months(self):
        for day, earlier in [
            ("2024-02-29", "2023-02-28"),
            ("2025-02-28", "2024-02-28"),
            ("2026-03-31", "2025-03-31"),
            ("2026-01-01", "2025-01-01"),
        ]:
            self.assertEqual(months.add_months(date.fromisoformat(day), -12), date.fromisoformat(earlier), day)

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

    def test_a_season_has_two_to_six_months(self):
        for length, seasonal in [(0, False), (1, False), (2, True), (6, True), (7, False)]:
            season = set(range(1, length + 1))
            self.assertEqual(bool(months.season(season, season, USUAL)), seasonal, length)
        self.assertFalse(months.season({1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6, 7}, USUAL))
        self.assertFalse(months.season({1, 2, 3, 4, 5, 6, 7}, {1, 2, 3, 4, 5, 6}, USUAL))

    def test_two_years_share_three_of_five_months(self):
        for this_year, before, season in [
            ({1, 2, 3, 4}, {1, 2, 3, 5}, (1, 2, 3, 4, 5)),  # 0.6
            ({1, 2, 3}, {1, 2, 4}, ()),  # 0.5
            ({1, 2}, {1, 2, 3}, (1, 2, 3)),  # 0.667
        ]:
            self.assertEqual(months.season(this_year, before, USUAL), season)

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

    def test_lost_probability_of_the_worked_examples(self):
        for gap_count, bought, silent, expected in [
            (0, 0, 60, 0.4),
            (0, 0, 315, 0.675676),
            (23, 700, 30, 0.088754),
            (23, 700, 90, 0.36076),
            (23, 700, 120, 0.564731),
        ]:
            got = rhythm.lost_probability(gap_count, bought, bought + silent, 60)
            self.assertAlmostEqual(got, expected, delta=1e-6)

    def test_lost_probability_of_a_very_long_silence_is_one(self):
        self.assertEqual(rhythm.lost_probability(400, 400, 40_000, 1), 1.0)


@tagged("post_install", "-at_install")
class TestLifecycle(BaseCase):
    def test_with_a_cadence(self):
        for overdue_days, overdue_ratio, lifecycle in [
            (0, 0.5, "active"),
            (5, 1.17, "active"),
            (6, 1.2, "late"),
            (30, 2.0, "late"),
            (31, 2.0001, "at_risk"),
            (60, 3.0, "at_risk"),
            (61, 3.0001, "lost"),
        ]:
            customer = figures(
                cadence="monthly", cadence_tolerance=5.0, overdue_days=overdue_days, overdue_ratio=overdue_ratio
            )
            self.assertEqual(classification.lifecycle(customer, USUAL), lifecycle, overdue_days)

    def test_every_cadence_has_its_own_tolerance(self):
        for cadence, days in [("weekly", 2), ("biweekly", 3), ("monthly", 5), ("bimonthly", 8), ("quarterly", 10),
                              ("semiannual", 15), ("annual", 20)]:  # fmt: skip
            customer = SimpleNamespace(cadence=cadence, cadence_months=None, expected_next_date=None, event_count=5)
            verdict.derive_limits(customer, USUAL)
            for overdue_days, lifecycle in [(days, "active"), (days + 1, "late")]:
                customer.overdue_days, customer.overdue_ratio = overdue_days, 1.1
                self.assertEqual(classification.lifecycle(customer, USUAL), lifecycle, cadence)

    def test_without_a_cadence(self):
        for probability, ratio, in_a_year, seasonal, lifecycle in [
            (0.8, 1.0, 4, False, "lost"),
            (0.7999, 1.0, 4, False, "at_risk"),
            (0.5, 1.0, 4, False, "at_risk"),
            (0.4999, 1.0, 4, False, "active"),
            (0.4999, 1.5, 4, False, "active"),
            (0.4999, 1.5001, 4, False, "late"),
            (0.4999, None, 1, False, "active"),
            (0.1, 1.0, 0, False, "lost"),
            (0.1, 1.0, 0, True, "active"),
            (0.8, 1.0, 0, True, "lost"),
        ]:
            customer = figures(
                lost_probability=probability, overdue_ratio=ratio, event_count_12m=in_a_year, is_seasonal=seasonal
            )
            self.assertEqual(classification.lifecycle(customer, USUAL), lifecycle, (probability, ratio, in_a_year))

    def test_who_never_bought_has_none(self):
        self.assertIsNone(classification.lifecycle(figures(event_count=0, cadence="none"), USUAL))

    def test_what_is_foretold_comes_true(self):
        """On the days silence is said to change the verdict it does, also when purchases leave the look-back."""
        for days in (
            every(1, 20, "2024-08-15"),
            every(3, 8, "2024-05-31"),
            every(6, 6, "2023-05-31"),
            every(12, 4, "2022-05-31"),
            ["2025-01-03", "2025-01-20", "2025-06-11", "2025-11-02", "2026-02-01"],
            ["2026-01-10"],
        ):
            ahead = verdict.lifecycle_ahead(bought_on(*days, as_of="2026-03-31"), USUAL)
            self.assertEqual(ahead[-1][1], "lost", days)
            before = bought_on(*days, as_of="2026-03-31").lifecycle
            for day, lifecycle in ahead:
                self.assertEqual(bought_on(*days, as_of=str(day - timedelta(1))).lifecycle, before, (days, day))
                self.assertEqual(bought_on(*days, as_of=str(day)).lifecycle, lifecycle, (days, day))
                before = lifecycle


@tagged("post_install", "-at_install")
class TestRecurrence(BaseCase):
    def assertRecurrence(self, expected, **values):
        self.assertEqual(classification.recurrence(figures(**values), USUAL), expected, values)

    def test_the_rules_from_the_top(self):
        self.assertRecurrence("none", event_count=0, adi=1.0, active_months=12)
        self.assertRecurrence("monthly", adi=1.3199, active_months=3, observed_months=3)
        self.assertRecurrence("periodic", cadence="quarterly", periodic_until=date(2026, 3, 31), is_seasonal=True)
        self.assertRecurrence("seasonal", is_seasonal=True, event_count_12m=0)
        self.assertRecurrence("dormant", event_count_12m=0, event_count=1)
        self.assertRecurrence("one_off", event_count=1, observed_months=3)
        self.assertRecurrence("new", event_count=1, observed_months=2)
        self.assertRecurrence("occasional", event_count=2, observed_months=3)

    def test_ten_of_twelve_months_are_monthly(self):
        self.assertRecurrence("occasional", adi=1.32, active_months=9)
        self.assertRecurrence("occasional", adi=12 / 9, active_months=9)
        self.assertRecurrence("monthly", adi=12 / 10, active_months=10)

    def test_monthly_takes_three_active_months(self):
        self.assertRecurrence("new", adi=1.0, active_months=2, observed_months=2, event_count=2)
        self.assertRecurrence("monthly", adi=1.0, active_months=3, observed_months=3)

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

        self.assertEqual([missing(*it) for it in [(12, 12), (9, 12), (0, 12), (2, 2), (1, 4)]], [0, 1, 10, 1, 9])


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
