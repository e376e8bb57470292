# SPDX-License-Identifier: LGPL-3.0-only
"""Three sets of invoices whose every figure is known, computed apart from this module."""

import unittest
from collections import Counter
from math import ceil
from pathlib import Path

from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common import FIGURES, KeyAccountCase, KeyAccountPostingCase, read_csv

SHARED = Path(__file__).parents[3] / "shared"
NORTHWIND = SHARED / "data" / "northwind"
NORTHWIND_EXPECTED = SHARED / "expected" / "northwind"
NORTHWIND_MISSING = "the Northwind sample is not distributed with this project"

ORACLE_DAYS = ("2026-03-15", "2026-03-31")

#: Column of the expected portfolio -> field of the portfolio.
PORTFOLIO = {
    "g0_days": "usual_gap_days",
    "customers": "customer_count",
    "customers_rev_pos": "buyer_count",
    "revenue_12m": "revenue_12m",
    "revenue_12m_positive": "revenue_positive_12m",
    "hhi": "hhi",
    "n_effective": "effective_customers",
    "cr1": "cr1",
    "cr3": "cr3",
    "cr5": "cr5",
    "cr10": "cr10",
    "n_for_80pct": "customers_for_80",
    "gini": "gini",
    "major_customers_10pct": "major_count",
    "base_prev_12m": "base_prev_12m",
    "nrr": "nrr",
    "grr": "grr",
    "logo_retention": "logo_retention",
    "logos_base": "kept_base_count",
    "churned": "churned",
    "contraction": "contraction",
    "expansion": "expansion",
    "new_revenue": "new_revenue",
    "a_border": "a_border",
}

#: The files give the effective number of customers with four decimals, the other ratios with six or more.
DELTAS = {"n_effective": 5e-5, "hhi_points": 6e-3}

#: Beginning of a column of the expected portfolio -> field of which it counts the customers with a value.
COUNTED = {
    "class": "recurrence",
    "sbc": "demand_pattern",
    "cadence": "cadence",
    "life": "lifecycle",
    "abc": "abc",
    "place": "place",
}

#: Column of the expected portfolio -> field of which it counts the customers that have it.
FLAGGED = {"shrinking": "is_shrinking", "growing": "is_growing"}

#: Column of the expected portfolio -> what it is, from portfolio and snapshots.
COMPUTED = {
    "hhi_points": lambda portfolio, snapshots: portfolio.hhi * 10_000,
    "large_steady": lambda portfolio, snapshots: len(
        snapshots.filtered(lambda it: it.abc == "A" and it.loyalty >= 0.75 and it.lifecycle != "lost")
    ),
    "top20pct_share": lambda portfolio, snapshots: sum(
        sorted(snapshots.mapped("share"), reverse=True)[: ceil(portfolio.buyer_count / 5)]
    ),
}
LABELS = ("dataset", "as_of")


def oracle(day):
    return read_csv(f"oracle/expected_{day}.csv")


@tagged("post_install", "-at_install")
class TestSamples(KeyAccountCase):
    def _check(self, documents, expected):
        """Load documents, look back at each day, compare every column of every customer."""
        partners = self._load(documents)
        for day, rows in expected.items():
            with self.subTest(day=day):
                self.assertSample(self._look_back(day), partners, rows)
        self.assertFalse(self._live(), "a look back must not touch live figures")

    def test_oracle(self):
        self._check(read_csv("oracle/input.csv"), {day: oracle(day) for day in ORACLE_DAYS})

    def test_places(self):
        self._check(read_csv("places/input.csv"), {"2026-03-31": read_csv("places/expected_2026-03-31.csv")})

    def test_movement_at_the_end_of_a_february(self):
        self._check(read_csv("movement/input.csv"), {"2025-02-28": read_csv("movement/expected_2025-02-28.csv")})

    def test_bike_sales(self):
        self._check(read_csv("bike_sales/invoices.csv"), {"2011-12-31": read_csv("bike_sales/expected_2011-12-31.csv")})

    @unittest.skipUnless(NORTHWIND.exists(), NORTHWIND_MISSING)
    def test_northwind(self):
        self._check(
            read_csv(NORTHWIND / "invoices.csv"),
            {day: read_csv(NORTHWIND_EXPECTED / f"expected_{day}.csv") for day in ("1997-12-31", "1998-05-06")},
        )

    def test_live_figures_of_a_day_are_the_snapshot_of_that_day(self):
        partners = self._load(read_csv("oracle/input.csv"))
        for day in ORACLE_DAYS:
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                self.env["key.account.run"].refresh_all(self.company)
                self.assertSample(self._live(), partners, oracle(day))
        with freeze_time("2026-04-01 12:00:00"):
            self.env["key.account.run"].refresh_all(self.company)
            snapshots = self._look_back("2026-03-31")
        self.assertFalse(snapshots.filtered(lambda snapshot: snapshot.as_of_date != Date.to_date("2026-03-31")))
        self.assertEqual(set(self._live().mapped("as_of_date")), {Date.to_date("2026-04-01")})
        self.assertSample(snapshots, partners, oracle("2026-03-31"))


@tagged("post_install", "-at_install")
class TestPostedSamples(KeyAccountPostingCase):
    def test_oracle_posted_as_people_post(self):
        rows = [row for row in read_csv("oracle/input.csv") if float(row["amount_signed"])]
        partners = {ref: self._customer(ref) for ref in sorted({row["partner_ref"] for row in rows})}
        drafts = self.env["account.move"]
        for row in rows:
            amount = abs(float(row["amount_signed"]))
            drafts += self._document(partners[row["partner_ref"]], row["invoice_date"], amount, row["move_type"])
        drafts.action_post()
        for day in ORACLE_DAYS:
            with self.subTest(day=day):
                expected = [row for row in oracle(day) if row["partner_ref"] in partners]
                self.assertEqual(len(oracle(day)) - len(expected), 0, "nobody has documents of zero only")
                self.assertSample(self._look_back(day), partners, expected)


@tagged("post_install", "-at_install")
class TestPortfolioSamples(KeyAccountCase):
    def assertPortfolio(self, day, expected):
        snapshots = self._look_back(day)
        portfolio = self.env["key.account.portfolio"].search(
            [("company_id", "=", self.company.id), ("as_of_date", "=", day)]
        )
        for column, text in expected.items():
            with self.subTest(day=day, column=column):
                if column in PORTFOLIO and text:
                    got = portfolio[PORTFOLIO[column]]
                    self.assertAlmostEqual(got, float(text), delta=DELTAS.get(column, 1e-6))
                elif column in PORTFOLIO and PORTFOLIO[column] in ("nrr", "grr", "logo_retention"):
                    self.assertIs(portfolio[PORTFOLIO[column]], False)
                elif column in COMPUTED:
                    self.assertAlmostEqual(
                        COMPUTED[column](portfolio, snapshots), float(text or 0), delta=DELTAS.get(column, 1e-6)
                    )
                elif column in FLAGGED:
                    self.assertEqual(len(snapshots.filtered(FLAGGED[column])), float(text or 0))
                elif column.split("_")[0] in COUNTED:
                    kind, value = column.split("_", 1)
                    counted = Counter(snapshots.mapped(COUNTED[kind]))
                    self.assertEqual(counted[value], float(text or 0))
                else:
                    self.assertTrue(column in LABELS or (column in PORTFOLIO and not text), "a column nobody looks at")
        self.assertEqual(portfolio.policy_id, self.company.key_account_policy_id)

    def test_oracle(self):
        self._load(read_csv("oracle/input.csv"))
        self.assertPortfolio("2026-03-31", read_csv("oracle/portfolio_2026-03-31.csv")[0])

    def test_places(self):
        self._load(read_csv("places/input.csv"))
        self.assertPortfolio("2026-03-31", read_csv("places/portfolio_2026-03-31.csv")[0])

    def test_bike_sales(self):
        self._load(read_csv("bike_sales/invoices.csv"))
        self.assertPortfolio("2011-12-31", read_csv("bike_sales/portfolio.csv")[0])

    @unittest.skipUnless(NORTHWIND.exists(), NORTHWIND_MISSING)
    def test_northwind(self):
        self._load(read_csv(NORTHWIND / "invoices.csv"))
        rows = [
            row for row in read_csv(SHARED / "expected" / "portfolio_expected.csv") if row["dataset"] == "northwind"
        ]
        self.assertEqual(len(rows), 3)
        for row in rows:
            self.assertPortfolio(row["as_of"], row)


@tagged("post_install", "-at_install")
class TestPortfolioToys(KeyAccountCase):
    def _portfolio(self, *revenues, before=()):
        """The portfolio and snapshots of customers with these revenues, and those of the year before."""
        for year, amounts in (("2024", revenues), ("2023", before)):
            for place, amount in enumerate(amounts):
                customer = self.env["res.partner"].search([("ref", "=", f"toy {place}")]) or self._customer(
                    f"Toy {place}", ref=f"toy {place}"
                )
                if amount:
                    kind = "out_invoice" if amount > 0 else "out_refund"
                    self._insert_documents([(customer, kind, f"{year}-06-01", amount)])
        snapshots = self._look_back("2024-12-31")
        return snapshots, self.env["key.account.portfolio"].search([("company_id", "=", self.company.id)])

    def test_five_customers(self):
        snapshots, portfolio = self._portfolio(50, 25, 15, 6, 4)
        self.assertFigures(snapshots, [
            {"share": 0.5, "rank": 1, "abc": "A", "is_major": True},
            {"share": 0.25, "rank": 2, "abc": "A", "is_major": True},
            {"share": 0.15, "rank": 3, "abc": "A", "is_major": True},
            {"share": 0.06, "rank": 4, "abc": "B", "is_major": False},
            {"share": 0.04, "rank": 5, "abc": "C", "is_major": False},
        ])  # fmt: skip
        self.assertAlmostEqual(portfolio.hhi, 0.3402)
        self.assertAlmostEqual(portfolio.effective_customers, 2.9394, 4)
        self.assertAlmostEqual(portfolio.gini, 0.444)
        self.assertFigures(portfolio, [{
            "cr1": 0.5, "cr3": 0.9, "cr5": 1, "cr10": 1, "customers_for_80": 3, "major_count": 3, "customer_count": 5,
            "buyer_count": 5, "revenue_12m": 100, "nrr": False, "grr": False, "logo_retention": False,
        }])  # fmt: skip

    def test_a_customer_at_the_cut_is_of_the_next_class(self):
        snapshots, _portfolio = self._portfolio(80, 15, 5)
        self.assertEqual(snapshots.mapped("abc"), ["A", "B", "C"])

    def test_equal_revenues_rank_by_the_older_partner(self):
        snapshots, portfolio = self._portfolio(10, 10, 10, 10, 10, 10, 10, 10, 10, 10)
        self.assertEqual(snapshots.mapped("rank"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        self.assertEqual(set(snapshots.mapped("is_major")), {True})
        self.assertAlmostEqual(portfolio.gini, 0)
        self.assertEqual(portfolio.customers_for_80, 8)

    def test_who_was_refunded_more_has_no_share(self):
        snapshots, portfolio = self._portfolio(75, 25, -40)
        self.assertFigures(snapshots, [
            {"share": 0.75, "rank": 1, "abc": "A"}, {"share": 0.25, "rank": 2, "abc": "A"},
            {"share": 0, "rank": 3, "abc": False},
        ])  # fmt: skip
        self.assertFigures(portfolio, [
            {"revenue_12m": 60, "revenue_positive_12m": 100, "buyer_count": 2, "customer_count": 3}
        ])  # fmt: skip

    def test_revenue_kept_lost_and_won(self):
        _snapshots, portfolio = self._portfolio(150, 40, 0, 30, -10, before=(100, 100, 50, 0, 20))
        self.assertFigures(portfolio, [{
            "base_prev_12m": 270, "kept_base_count": 4, "churned": 80, "contraction": 60, "expansion": 50,
            "new_revenue": 30, "logo_retention": 0.5, "nrr": 180 / 270, "grr": 140 / 270,
        }])  # fmt: skip
        self.assertEqual(270 - 80 - 60 + 50 + 30, portfolio.revenue_12m)

    def test_nobody_brings_revenue(self):
        snapshots, portfolio = self._portfolio(-10, before=(100,))
        self.assertFigures(snapshots, [{"share": False, "rank": 1, "abc": False, "is_major": False}])
        self.assertFigures(portfolio, [{
            "revenue_12m": -10, "hhi": False, "effective_customers": False, "gini": False, "customers_for_80": 0,
            "major_count": 0, "nrr": -0.1, "grr": 0,
        }])  # fmt: skip

    def test_every_figure_of_the_samples_is_a_field(self):
        self.assertEqual(set(FIGURES) - set(self.env["key.account.snapshot"]._fields), set())
        self.assertEqual(set(PORTFOLIO.values()) - set(self.env["key.account.portfolio"]._fields), set())
