"""What an accountant checks: our revenue is the untaxed total of the Invoice Analysis, to the cent."""

from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date, Domain
from odoo.tests import tagged

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
