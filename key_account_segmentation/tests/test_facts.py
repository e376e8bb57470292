# SPDX-License-Identifier: LGPL-3.0-only
"""Which documents count, for whom, and in which window: each case a few documents and the figures they give."""

from odoo import Command
from odoo.fields import Date
from odoo.tests import tagged

from .common import KeyAccountCase, KeyAccountPostingCase


@tagged("post_install", "-at_install")
class TestDocuments(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer("Customer")

    def _facts(self, *documents, day="2024-12-31"):
        """The snapshot of the one customer, from (move type, date, signed amount)."""
        self._insert_documents([(self.customer, *document) for document in documents])
        return self._look_back(day, self.customer)

    def test_a_refund_on_another_day_reduces_revenue_on_its_own_date(self):
        facts = self._facts(
            ("out_invoice", "2023-12-10", 1000),
            ("out_refund", "2024-01-05", -300),
            ("out_invoice", "2024-06-01", 500),
        )
        self.assertFigures(facts, [{
            "revenue_12m": 200, "revenue_prev_12m": 1000, "gross_12m": 500, "refunds_12m": 300, "refund_ratio_12m": 0.6,
            "growth": -0.8, "revenue_lifetime": 1200, "event_count": 2, "event_count_12m": 1, "invoice_count_12m": 1,
            "refund_count_12m": 1, "active_months": 1, "negative_months": 1, "observed_months": 12, "gap_count": 1,
        }])  # fmt: skip

    def test_refunds_above_the_sales_leave_a_negative_revenue(self):
        other = self._customer("Other")
        self._insert_documents([(other, "out_invoice", "2024-05-01", 100)])
        facts = self._facts(("out_invoice", "2024-06-01", 500), ("out_refund", "2024-06-20", -800))
        self.assertFigures(facts, [{
            "revenue_12m": -300, "gross_12m": 500, "refunds_12m": 800, "refund_ratio_12m": 1.6, "active_months": 0,
            "negative_months": 1, "observed_months": 7, "coverage": 0, "adi": False, "cv2": False,
            "volatility": False, "demand_pattern": False, "share": 0, "rank": 2, "abc": False, "is_major": False,
            "event_count": 1,
        }])  # fmt: skip
        self.assertFigures(self._look_back("2024-12-31", other), [
            {"revenue_12m": 100, "share": 1, "rank": 1, "abc": "A", "is_major": True}
        ])  # fmt: skip

    def test_a_month_that_refunds_cancel_out_is_neither_active_nor_negative(self):
        facts = self._facts(
            ("out_invoice", "2024-11-02", 400), ("out_refund", "2024-11-30", -400), ("out_invoice", "2024-12-02", 50)
        )
        self.assertFigures(facts, [
            {"observed_months": 2, "active_months": 1, "negative_months": 0, "coverage": 0.5, "adi": 2}
        ])  # fmt: skip

    def test_a_customer_who_was_only_refunded_never_bought(self):
        self.assertFigures(self._facts(("out_refund", "2024-06-01", -100)), [{
            "event_count": 0, "first_invoice_date": False, "last_invoice_date": False, "days_since_last": False,
            "revenue_12m": -100, "gross_12m": 0, "refunds_12m": 100, "refund_ratio_12m": False, "recurrence": "none",
            "lifecycle": False, "lost_probability": False, "category": "client", "observed_months": 0,
        }])  # fmt: skip

    def test_zero_and_negative_documents_are_no_purchase(self):
        facts = self._facts(
            ("out_invoice", "2024-03-01", 0),
            ("out_invoice", "2024-04-01", -50),
            ("out_receipt", "2024-05-01", 200),
            ("out_receipt", "2024-06-01", 0),
        )
        self.assertFigures(facts, [{
            "event_count": 1, "first_invoice_date": Date.to_date("2024-05-01"), "invoice_count_12m": 1,
            "refund_count_12m": 1, "revenue_12m": 150, "gross_12m": 200, "refunds_12m": 50,
        }])  # fmt: skip

    def test_three_invoices_a_day_are_one_purchase(self):
        day = "2024-06-01"
        facts = self._facts(("out_invoice", day, 10), ("out_invoice", day, 20), ("out_receipt", day, 30))
        self.assertFigures(facts, [{
            "event_count": 1, "event_count_12m": 1, "invoice_count_12m": 3, "revenue_12m": 60, "gap_count": 0,
            "median_gap_days": False, "cadence": "none", "expected_next_date": False, "overdue_days": False,
        }])  # fmt: skip

    def test_an_invoice_and_a_refund_that_does_not_say_what_it_reverses_are_a_purchase(self):
        facts = self._facts(("out_invoice", "2024-06-01", 10), ("out_refund", "2024-06-01", -10))
        self.assertFigures(facts, [{"event_count": 1, "revenue_12m": 0, "gross_12m": 10, "active_months": 0}])

    def test_only_posted_customer_documents_count(self):
        for state in ("draft", "cancel"):
            self._insert_documents([(self.customer, "out_invoice", "2024-06-01", 1000)], state=state)
        facts = self._facts(
            ("in_invoice", "2024-06-01", -1000),
            ("in_refund", "2024-06-01", 1000),
            ("in_receipt", "2024-06-01", -1000),
            ("entry", "2024-06-01", 1000),
            ("out_invoice", "2024-06-01", 7),
        )
        self.assertFigures(facts, [{"revenue_lifetime": 7, "invoice_count_12m": 1, "event_count": 1}])

    def test_documents_after_the_day_do_not_count(self):
        facts = self._facts(("out_invoice", "2024-12-31", 7), ("out_invoice", "2025-01-01", 1000))
        self.assertFigures(facts, [{"revenue_lifetime": 7, "event_count": 1, "days_since_last": 0}])

    def test_a_customer_of_later_days_has_no_figures_yet(self):
        self.assertFalse(self._facts(("out_invoice", "2025-01-01", 1000)))

    def test_growth_is_empty_without_revenue_before(self):
        facts = self._facts(("out_refund", "2023-06-01", -5), ("out_invoice", "2024-06-01", 100))
        self.assertFigures(facts, [{"revenue_prev_12m": -5, "growth": False}])


@tagged("post_install", "-at_install")
class TestWindows(KeyAccountCase):
    def _revenues(self, day, *dates):
        """revenue_12m and revenue_prev_12m of a new customer with invoices of 1, 10, 100 ... on the dates."""
        customer = self._customer("Customer")
        self._insert_documents([(customer, "out_invoice", date, 10**place) for place, date in enumerate(dates)])
        facts = self._look_back(day, customer)
        return facts.revenue_12m, facts.revenue_prev_12m

    def test_twelve_months_begin_the_day_after(self):
        dates = ("2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01", "2024-12-31")
        self.assertEqual(self._revenues("2024-12-31", *dates), (11000, 110))

    def test_from_a_leap_day_back(self):
        dates = ("2022-02-28", "2022-03-01", "2023-02-28", "2023-03-01", "2024-02-29")
        self.assertEqual(self._revenues("2024-02-29", *dates), (11000, 110))

    def test_back_to_a_leap_year(self):
        """Twelve months before the last day of a February is the last day of a February."""
        dates = ("2023-02-28", "2023-03-01", "2024-02-29", "2024-03-01", "2025-02-28")
        self.assertEqual(self._revenues("2025-02-28", *dates), (11000, 110))
        dates = ("2023-02-27", "2023-02-28", "2024-02-27", "2024-02-28", "2025-02-27")
        self.assertEqual(self._revenues("2025-02-27", *dates), (11000, 110))

    def test_from_the_day_before_a_leap_day(self):
        dates = ("2022-02-28", "2022-03-01", "2023-02-28", "2023-03-01", "2024-02-28")
        self.assertEqual(self._revenues("2024-02-28", *dates), (11000, 110))

    def test_two_years_before_a_february_of_28_days(self):
        dates = ("2024-02-29", "2024-03-01", "2025-02-28", "2025-03-01", "2026-02-28")
        self.assertEqual(self._revenues("2026-02-28", *dates), (11000, 110))

    def test_from_the_middle_of_a_month(self):
        dates = ("2022-05-15", "2022-05-16", "2023-05-15", "2023-05-16", "2024-05-15")
        self.assertEqual(self._revenues("2024-05-15", *dates), (11000, 110))

    def _months(self, day, *dates):
        customer = self._customer("Customer")
        self._insert_documents([(customer, "out_invoice", date, 100) for date in dates])
        facts = self._look_back(day, customer)
        return facts.observed_months, facts.active_months

    def test_the_month_counts_on_its_last_day(self):
        dates = ("2023-03-31", "2023-04-01", "2024-03-01")
        self.assertEqual(self._months("2024-03-31", *dates), (12, 2))
        self.assertEqual(self._months("2024-03-30", *dates), (12, 2))  # March 2023 instead of March 2024
        self.assertEqual(self._months("2024-04-30", *dates), (12, 1))

    def test_the_month_of_a_leap_day(self):
        self.assertEqual(self._months("2024-02-29", "2024-02-01"), (1, 1))
        self.assertEqual(self._months("2024-02-28", "2024-02-01"), (0, 0))
        self.assertEqual(self._months("2023-02-28", "2023-02-01"), (1, 1))

    def test_trailing_empty_months_are_observed(self):
        self.assertEqual(self._months("2024-12-31", "2024-07-31"), (6, 1))

    def test_gaps_are_looked_for_in_48_months_before_the_last_purchase(self):
        customer = self._customer("Customer")
        self._insert_documents(
            [
                (customer, "out_invoice", date, 100)
                for date in ("2016-12-01", "2016-12-31", "2017-01-01", "2020-12-01", "2020-12-31")
            ]
        )
        for day in ("2020-12-31", "2021-01-31", "2025-12-31"):
            self.assertFigures(self._look_back(day, customer), [
                {"event_count": 5, "gap_count": 2, "median_gap_days": 730.0, "mean_gap_days": 730.0}
            ])  # fmt: skip

    def test_the_look_back_from_the_last_day_of_a_february(self):
        customer = self._customer("Customer")
        self._insert_documents(
            [(customer, "out_invoice", date, 100) for date in ("2020-02-29", "2020-03-01", "2024-02-29")]
        )
        self.assertFigures(self._look_back("2024-12-31", customer), [{"event_count": 3, "gap_count": 1}])

    def test_who_is_silent_for_longer_than_the_look_back_keeps_the_rhythm(self):
        customer = self._customer("Customer")
        self._insert_documents([(customer, "out_invoice", f"2019-{month:02}-15", 100) for month in range(1, 13)])
        facts = self._look_back("2024-12-31", customer)
        self.assertFigures(facts, [{
            "event_count": 12, "gap_count": 11, "cadence": "monthly", "expected_next_date": Date.to_date("2020-01-15"),
            "overdue_ratio": 1843 / 31, "overdue_days": 1812, "days_since_last": 1843, "lifecycle": "lost",
            "late_from": Date.to_date("2020-01-21"), "lost_from": Date.to_date("2020-03-18"), "recurrence": "dormant",
            "category": "client", "revenue_12m": 0, "revenue_lifetime": 1200, "observed_months": 12,
            "active_months": 0, "abc": False, "loyalty": 0,
        }])  # fmt: skip
        # eleven gaps in 334 days, 1843 days ago, usual gap 90 days
        lost = 1 - 1 / (1 + ((90 + 334 + 1843) / (90 + 334)) ** 12 / 14)
        self.assertAlmostEqual(facts.lost_probability, lost, delta=1e-6)


@tagged("post_install", "-at_install")
class TestUsualGap(KeyAccountCase):
    def _usual_gap(self, gaps):
        """The company's usual gap in days, from customers with two purchases as far apart as given."""
        for gap in gaps:
            customer = self._customer("Customer")
            self._insert_documents(
                [(customer, "out_invoice", day, 10) for day in ("2024-01-01", f"2024-01-{1 + gap:02}")]
            )
        self._insert_documents([(self._customer("Once"), "out_invoice", "2024-01-01", 10)])
        return self._look_back("2024-12-31").mapped("prior_gap_days")

    def test_four_customers_who_bought_twice_are_too_few(self):
        self.assertEqual(self._usual_gap([10, 11, 12, 13]), [90] * 5)

    def test_five_customers_who_bought_twice_are_enough(self):
        self.assertEqual(self._usual_gap([10, 11, 12, 20, 30]), [12] * 6)

    def test_halfway_between_the_two_in_the_middle(self):
        self.assertEqual(self._usual_gap([10, 11, 12, 13, 20, 30]), [12.5] * 7)

    def test_who_bought_nothing_within_the_look_back_says_nothing_of_it(self):
        for number, last in enumerate(["2020-12-31", "2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01"]):
            customer, last = self._customer("Customer"), Date.to_date(last)
            self._insert_documents(
                [(customer, "out_invoice", day, 10) for day in (last, Date.subtract(last, days=10 + number))]
            )
        self.assertEqual(self._look_back("2024-12-31").mapped("prior_gap_days"), [90] * 5)
        self.assertEqual(self._look_back("2024-12-30").mapped("prior_gap_days"), [12] * 5)


@tagged("post_install", "-at_install")
class TestCustomers(KeyAccountCase):
    def test_contacts_roll_up_to_their_company(self):
        company = self._customer("Company")
        archived_child = self._customer("Archived", is_company=False, parent_id=company.id, active=False)
        child = self._customer("Child", is_company=False, parent_id=company.id)
        grandchild = self._customer("Grandchild", is_company=False, parent_id=child.id)
        subsidiary = self._customer("Subsidiary", parent_id=company.id)
        clerk = self._customer("Clerk", is_company=False, parent_id=subsidiary.id)
        self._insert_documents(
            [
                (partner, "out_invoice", "2024-06-01", 10**place)
                for place, partner in enumerate([company, archived_child, child, grandchild, subsidiary, clerk])
            ]
        )
        self.assertFigures(self._look_back("2024-12-31"), [
            {"partner_id": company.id, "revenue_12m": 1111, "invoice_count_12m": 4, "event_count": 1},
            {"partner_id": subsidiary.id, "revenue_12m": 110000, "invoice_count_12m": 2, "event_count": 1},
        ])  # fmt: skip

    def test_archived_customers_count(self):
        customer = self._customer("Archived", active=False)
        self._insert_documents([(customer, "out_invoice", "2024-06-01", 10)])
        self.assertFigures(self._look_back("2024-12-31"), [{"partner_id": customer.id, "revenue_12m": 10}])

    def _own_companies(self):
        """Partner ids with figures, after invoices to a customer, to another own company and to its clerk."""
        sister = self._create_company("Sister Ltd").partner_id
        clerk = self._customer("Clerk", is_company=False, parent_id=sister.id)
        customer = self._customer("Customer")
        self._insert_documents(
            [
                (partner, "out_invoice", "2024-06-01", 10)
                for partner in (customer, sister, clerk, self.company.partner_id)
            ]
        )
        names = self._look_back("2024-12-31").partner_id.mapped("name")
        return sorted(names)

    def test_own_companies_are_left_out(self):
        self.assertEqual(self._own_companies(), ["Customer"])

    def test_own_companies_count_where_the_policy_says_so(self):
        policy = self.company.key_account_policy_id.copy({"count_own_companies": True})
        policy.action_publish()
        self.assertEqual(self._own_companies(), ["Customer", "Segmented Ltd", "Sister Ltd"])

    def test_companies_are_apart(self):
        other = self._create_company("Other Inc", self.env.ref("base.USD"))
        customer = self._customer("Customer")
        self._insert_documents([(customer, "out_invoice", "2024-06-01", 10)])
        self._insert_documents([(customer, "out_invoice", "2024-06-02", 500)], company=other)
        rows = self._look_back("2024-12-31") + self._look_back("2024-12-31", company=other)
        self.assertFigures(rows, [
            {"company_id": self.company.id, "currency_id": self.env.ref("base.EUR").id, "revenue_12m": 10, "share": 1},
            {"company_id": other.id, "currency_id": self.env.ref("base.USD").id, "revenue_12m": 500, "share": 1},
        ])  # fmt: skip


@tagged("post_install", "-at_install")
class TestCurrencies(KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer("Customer")
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.dollar.id, "company_id": cls.company.id, "name": name, "rate": rate}
                for name, rate in [("2023-01-01", 2.0), ("2024-07-01", 4.0)]
            ]
        )

    def test_foreign_documents_count_at_the_rate_of_their_day(self):
        self._post(self.customer, "2024-06-15", 1000, currency_id=self.dollar.id)
        self._post(self.customer, "2024-07-15", 1000, currency_id=self.dollar.id)
        self._post(self.customer, "2024-08-15", 400, "out_refund", currency_id=self.dollar.id)
        self._post(self.customer, "2024-09-15", 30)
        self.assertFigures(self._look_back("2024-12-31"), [
            {"revenue_12m": 680, "gross_12m": 780, "refunds_12m": 100, "event_count": 3, "refund_count_12m": 1}
        ])  # fmt: skip

    def test_a_refund_in_another_currency_above_the_sales(self):
        self._post(self.customer, "2024-06-15", 100)
        self._post(self.customer, "2024-06-20", 250, "out_refund", currency_id=self.dollar.id)
        self.assertFigures(self._look_back("2024-12-31"), [
            {"revenue_12m": -25, "gross_12m": 100, "refunds_12m": 125, "event_count": 1, "abc": False}
        ])  # fmt: skip

    def test_taxes_and_sections_are_not_revenue(self):
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")], limit=1
        )
        taxed = {"tax_ids": [Command.set(tax.ids)]}
        self._post(
            self.customer, "2024-06-15", 0,
            invoice_line_ids=[
                Command.create({"display_type": "line_section", "name": "Goods"}),
                Command.create({"name": "Goods", "quantity": 3, "price_unit": 50, **taxed}),
                Command.create({"name": "Discount", "quantity": 1, "price_unit": -20, **taxed}),
            ],
        )  # fmt: skip
        self.assertTrue(tax.amount)
        self.assertFigures(self._look_back("2024-12-31"), [{"revenue_12m": 130, "gross_12m": 130}])

    def test_two_companies_with_two_currencies(self):
        american = self._create_company("American Inc", self.dollar)
        self.env["res.currency.rate"].create(
            {"currency_id": self.env.ref("base.EUR").id, "company_id": american.id, "name": "2023-01-01", "rate": 0.5}
        )
        self._post(self.customer, "2024-06-15", 100)
        self._post(self.customer, "2024-06-15", 100, company=american, currency_id=self.env.ref("base.EUR").id)
        rows = self._look_back("2024-12-31") + self._look_back("2024-12-31", company=american)
        self.assertFigures(rows, [
            {"company_id": self.company.id, "revenue_12m": 100}, {"company_id": american.id, "revenue_12m": 200}
        ])  # fmt: skip
