# SPDX-License-Identifier: LGPL-3.0-only
"""What an accountant checks: our revenue is the untaxed total of the Invoice Analysis, to the cent."""

from random import Random

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command
from odoo.fields import Date, Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountPostingCase

#: Days at month ends, on leap days and in between.
DAYS = ("2024-02-29", "2024-12-31", "2025-02-28", "2025-05-17")


@tagged("post_install", "-at_install")
class TestReconciliation(KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro, cls.dollar, cls.franc = (cls.env.ref(f"base.{code}") for code in ("EUR", "USD", "CHF"))
        (cls.euro + cls.dollar + cls.franc).active = True
        cls.american = cls._create_company("American Inc", cls.dollar)
        rates = [("2022-01-01", 1.0831, 0.9517), ("2024-03-01", 1.1279, 0.9366), ("2025-01-01", 0.9973, 1.0441)]
        for company in cls.company + cls.american:
            foreign = cls.dollar if company == cls.company else cls.euro
            cls.env["res.currency.rate"].create(
                [
                    {"currency_id": currency.id, "company_id": company.id, "name": day, "rate": rate}
                    for day, *values in rates
                    for currency, rate in zip((foreign, cls.franc), values, strict=True)
                ]
            )

    def _random_documents(self, chance, company, customers, count):
        """Posted documents of one to three lines, with discounts, taxes and currencies."""
        tax = self.env["account.tax"].search([("company_id", "=", company.id), ("type_tax_use", "=", "sale")], limit=1)
        drafts = self.env["account.move"]
        for _number in range(count):
            lines = [
                {
                    "name": "Goods",
                    "quantity": chance.choice([1, 3, 7, 0.333]),
                    "price_unit": chance.choice([0, 0.01, 9.99, 123.45, 1000 / 3]),
                    "discount": chance.choice([0, 0, 12.5]),
                    "tax_ids": [Command.set(tax.ids if chance.random() < 0.5 else [])],
                }
                for _line in range(chance.randint(1, 3))
            ]
            drafts += self._document(
                chance.choice(customers),
                Date.to_date("2025-05-20") - relativedelta(days=chance.randint(0, 1200)),
                0,
                chance.choice(["out_invoice", "out_invoice", "out_invoice", "out_refund", "out_receipt"]),
                company=company,
                currency_id=chance.choice([self.euro, self.dollar, self.franc]).id,
                invoice_line_ids=[Command.create(line) for line in lines],
            )
        drafts.action_post()
        drafts[:3].button_draft()
        drafts[:2].button_cancel()

    def _analysis(self, company, after, until):
        """Untaxed total by customer, as the Invoice Analysis shows it."""
        report = self.env["account.invoice.report"].with_context(allowed_company_ids=company.ids)
        domain = Domain("company_id", "=", company.id) & Domain("state", "=", "posted")
        domain &= Domain("move_type", "in", ["out_invoice", "out_refund", "out_receipt"])
        domain &= Domain("invoice_date", "<=", until)
        if after:
            domain &= Domain("invoice_date", ">", after)
        return dict(report._read_group(domain, ["commercial_partner_id"], ["price_subtotal:sum"]))

    def assertReconciled(self, company, day):
        snapshots = self._look_back(day, company=company)
        day = Date.to_date(day)
        year, two_years = day - relativedelta(months=12), day - relativedelta(months=24)
        for name, after, until in [
            ("revenue_12m", year, day), ("revenue_prev_12m", two_years, year), ("revenue_lifetime", None, day)
        ]:  # fmt: skip
            analysis = self._analysis(company, after, until)
            ours = {snapshot.partner_id: snapshot[name] for snapshot in snapshots}
            self.assertLessEqual(set(analysis), set(ours))
            for customer, revenue in ours.items():
                self.assertEqual(round(revenue * 100), round(analysis.get(customer, 0) * 100), (customer.name, name))
            self.assertEqual(round(sum(ours.values()) * 100), round(sum(analysis.values()) * 100), name)
        self.assertTrue(snapshots)

    def test_random_documents_of_two_companies(self):
        chance = Random("reconciliation")
        customers = [self._customer(f"Customer {number}") for number in range(5)]
        customers += [
            self._customer("Contact", is_company=False, parent_id=customer.id, active=active)
            for customer, active in zip(customers, (True, False, True), strict=False)
        ]
        for company in self.company + self.american:
            self._random_documents(chance, company, customers, 30)
        for company in self.company + self.american:
            for day in DAYS:
                with self.subTest(company=company.name, day=day):
                    self.assertReconciled(company, day)

    def test_a_reversed_invoice(self):
        customer = self._customer("Customer")
        invoice = self._post(customer, "2025-01-10", 333.33, currency_id=self.dollar.id)
        invoice._reverse_moves([{"invoice_date": Date.to_date("2025-02-28")}], cancel=True)
        self.assertReconciled(self.company, "2025-02-27")
        self.assertReconciled(self.company, "2025-02-28")
        self.assertFigures(self._look_back("2025-02-28"), [{"revenue_12m": 0, "refund_count_12m": 1}])

    def test_cash_rounding_is_the_one_difference(self):
        """Odoo counts it to the untaxed amount of an invoice, as we do, and leaves it out of its Invoice Analysis."""
        income = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "income")], limit=1
        )
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five cents", "rounding": 0.05, "strategy": "add_invoice_line", "rounding_method": "HALF-UP",
                "profit_account_id": income.id, "loss_account_id": income.id,
            }
        )  # fmt: skip
        customer = self._customer("Customer")
        invoice = self._post(customer, "2025-01-10", 99.98, invoice_cash_rounding_id=rounding.id)
        self.assertEqual(invoice.amount_untaxed_signed, 100)
        self.assertFigures(self._look_back("2025-02-28"), [{"revenue_12m": 100}])
        analysis = self._analysis(self.company, None, Date.to_date("2025-02-28"))
        self.assertAlmostEqual(analysis[customer], 99.98, 2)

    def test_the_default_filter_of_the_analysis_leaves_receipts_out(self):
        """Receipts are revenue; "Customers", which the Invoice Analysis opens with, shows invoices and credit notes only."""
        customer = self._customer("Customer")
        self._post(customer, "2025-01-10", 100)
        self._post(customer, "2025-01-11", 25, "out_receipt")
        self.assertReconciled(self.company, "2025-02-28")
        self.assertFigures(self._look_back("2025-02-28"), [{"revenue_12m": 125}])
        analysis = self.env["account.invoice.report"].with_context(allowed_company_ids=self.company.ids)
        filtered = Domain(safe_eval(self._filter_domain("customer"))) & Domain("company_id", "=", self.company.id)
        self.assertEqual(analysis._read_group(filtered, [], ["price_subtotal:sum"]), [(100,)])

    def _filter_domain(self, name):
        """The domain of a filter of the Invoice Analysis, as Odoo ships it."""
        arch = self.env["account.invoice.report"].get_view(view_type="search")["arch"]
        return etree.fromstring(arch).find(f".//filter[@name='{name}']").get("domain")

    def test_a_receipt_of_nobody_is_nobodys_revenue(self):
        self._post(self._customer("Customer"), "2025-01-10", 100)
        self._post(self.env["res.partner"], "2025-01-11", 25, "out_receipt")
        analysis = self._analysis(self.company, None, Date.to_date("2025-02-28"))
        self.assertEqual(sum(analysis.values()), 125)
        self.assertFigures(self._look_back("2025-02-28"), [{"revenue_12m": 100}])

    def test_who_joined_a_company_counts_for_it_with_all_that_was_bought_before(self):
        """Odoo moves the journal items along, so the Invoice Analysis says the same."""
        shop, holding = self._customer("Shop"), self._customer("Holding")
        self._post(shop, "2025-01-10", 100)
        self._post(holding, "2025-01-10", 10)
        shop.write({"parent_id": holding.id, "is_company": False})
        self.assertEqual(self._analysis(self.company, None, Date.to_date("2025-02-28")), {holding: 110})
        self.assertFigures(
            self._look_back("2025-02-28"), [{"partner_id": holding.id, "revenue_12m": 110, "revenue_lifetime": 110}]
        )

    def test_ones_own_companies_are_no_customers(self):
        self._post(self.american.partner_id, "2025-01-10", 100)
        self._post(self._customer("Customer"), "2025-01-10", 10)
        analysis = self._analysis(self.company, None, Date.to_date("2025-02-28"))
        self.assertEqual(sum(analysis.values()), 110)
        self.assertFigures(self._look_back("2025-02-28"), [{"revenue_12m": 10, "share": 1}])

    def test_a_branch_is_a_company_of_its_own(self):
        """Its invoices count in the branch; the company above it neither has nor adds them."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids += branch
        # Odoo gives a branch the chart of accounts of the company above it when the transaction ends
        self.env.cr.precommit.run()
        both = self.env(context=dict(self.env.context, allowed_company_ids=(self.company + branch).ids))
        customer = self._customer("Customer").with_env(both)
        self._post(customer, "2025-01-10", 100)
        self._post(customer, "2025-01-11", 25, company=branch)
        for company, revenue in [(self.company, 100), (branch, 25)]:
            self.assertFigures(self._look_back("2025-02-28", company=company), [{"revenue_12m": revenue, "share": 1}])

    def test_an_invoice_of_tomorrow_counts_tomorrow(self):
        """It is posted and in the Invoice Analysis, and no revenue until its day."""
        customer = self._customer("Customer")
        self._post(customer, "2025-01-10", 100)
        self._post(customer, "2025-03-01", 25)
        self.assertEqual(self._analysis(self.company, None, Date.to_date("2025-12-31")), {customer: 125})
        for day, revenue in [("2025-02-28", 100), ("2025-03-01", 125)]:
            self.assertFigures(self._look_back(day), [{"revenue_12m": revenue}])
