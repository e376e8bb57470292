# SPDX-License-Identifier: LGPL-3.0-only
"""What customers owe and how late they pay, by journal item; made and paid as accountants do it."""

from datetime import date, timedelta
from random import Random

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import KeyAccountPostingCase
from .roles import create_user
from .test_stale import StaleMixin

TODAY = date(2026, 3, 31)
PAYING = ("bank", "cash", "credit")


class PaymentCase(StaleMixin, KeyAccountPostingCase):
    """A customer of a company and a clerk with the least rights that post and pay; days are counted back from today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = create_user(cls.env, "key_account_clerk", "account.group_account_invoice", cls.company)
        cls.customer = cls._customer("Customer")
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.halves = cls._term([(50, 10), (50, 90)])
        cls.env["key.account.run"].refresh_all(cls.company)

    @classmethod
    def _term(cls, parts, **values):
        """A payment term of (percent, days after the invoice)."""
        lines = [{"value": "percent", "value_amount": share, "nb_days": days} for share, days in parts]
        return cls.env["account.payment.term"].create(
            {"name": "Term", "line_ids": [Command.create(line) for line in lines], **values}
        )

    @classmethod
    def _ago(cls, days):
        return TODAY - timedelta(days=days)

    def _by_clerk(self, name, **context):
        return self.env[name].with_user(self.clerk).with_context(**context)

    def _invoice(self, days, amount, due=None, customer=None, move_type="out_invoice", **values):
        """An invoice of so many days ago, due so many days ago."""
        if due is not None:
            values["invoice_date_due"] = self._ago(due)
        draft = self._document(customer or self.customer, self._ago(days), amount, move_type, **values)
        draft.with_user(self.clerk).action_post()
        return draft

    def _register(self, invoices, days, amount=None, **values):
        """Pay invoices by the button of the form, so many days ago."""
        if amount is not None:
            values["amount"] = amount
        wizards = self._by_clerk("account.payment.register", active_model="account.move", active_ids=invoices.ids)
        return wizards.create(
            {"payment_date": self._ago(days), "journal_id": self.bank.id, **values}
        )._create_payments()

    def _pay(self, days, amount, partner=None, payment_type="inbound", **values):
        """A payment that is posted and matched with nothing."""
        payment = self._by_clerk("account.payment").create(
            {
                "payment_type": payment_type,
                "partner_type": "customer",
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "date": self._ago(days),
                "journal_id": self.bank.id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def _statement_line(self, days, amount, partner=None):
        """What the bank says has come in."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": self._ago(days),
                "payment_ref": "Transfer",
                "amount": amount,
                "partner_id": (partner or self.customer).id,
            }
        )

    def _receivable(self, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _match(self, *moves):
        """Match what is open of these entries."""
        lines = self._receivable(self.env["account.move"].union(*moves)).filtered(lambda line: not line.reconciled)
        lines.with_user(self.clerk).reconcile()

    def _now(self, customer=None, company=None):
        """The profile once the scheduled action has worked."""
        self.env.flush_all()
        self._run_cron()
        self.env.invalidate_all()
        return self._live([customer or self.customer], company)

    def assertOwed(self, amount, overdue, days, share, customer=None):
        expected = {
            "open_amount": amount, "overdue_amount": overdue, "payment_overdue_days": days, "overdue_share": share
        }  # fmt: skip
        self.assertFigures(self._now(customer), [expected])

    def assertDaysLate(self, expected):
        self.assertFigures(self._now(), [{"days_late_12m": expected}])


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestOwed(PaymentCase):
    def test_nothing_open_is_zero(self):
        self._register(self._invoice(60, 1000, 30), 40)
        self.assertOwed(0, 0, 0, False)
        self.assertFigures(self._live(), [{"dso_days": 0}])

    def test_a_blocked_invoice_is_owed(self):
        blocked = self._invoice(60, 1000, 30)
        self._invoice(5, 250, -25)
        self.assertOwed(1250, 1000, 30, 0.8)
        blocked.with_user(self.clerk).action_toggle_block_payment()
        self.assertEqual(blocked.payment_state, "blocked")
        self.env["key.account.run"].refresh_all(self.company)
        self.assertOwed(1250, 1000, 30, 0.8)
        self.assertFigures(self._live(), [{"dso_days": 1250 * 365 / 1250}])

    def test_each_instalment_is_due_on_its_day(self):
        self._invoice(60, 1000, invoice_payment_term_id=self.halves.id)
        self.assertOwed(1000, 500, 50, 0.5)

    def test_due_today_is_not_overdue_and_yesterday_is(self):
        invoice = self._invoice(60, 100, 0)
        self.assertOwed(100, 0, 0, 0)
        self._receivable(invoice).with_user(self.clerk).date_maturity = self._ago(1)
        self.assertOwed(100, 100, 1, 1)

    def test_a_payment_that_is_matched_with_nothing_counts(self):
        self._invoice(60, 1000, 30)
        self._pay(31, 1000)
        self.assertOwed(0, 0, 0, False)

    def test_what_is_not_matched_pays_the_oldest_due_first(self):
        self._invoice(60, 1000, invoice_payment_term_id=self.halves.id)
        self._invoice(60, 100, 20)
        # 500 due 50 days ago, 100 due 20 days ago, 500 due in 30 days
        payments = self.env["account.payment"]
        for paid, overdue, days in ((200, 400, 50), (500, 100, 20), (590, 10, 20), (600, 0, 0), (650, 0, 0)):
            with self.subTest(paid=paid):
                payments += self._pay(5, paid - sum(payments.mapped("amount")))
                self.assertOwed(1100 - paid, overdue, days, overdue / (1100 - paid))

    def test_the_toy_of_the_definition(self):
        self._invoice(60, 1000, invoice_payment_term_id=self.halves.id)
        self._pay(5, 200)
        self.assertOwed(800, 300, 50, 0.375)
        self._invoice(1, 9000, -29)
        self.assertFigures(self._now(), [{"dso_days": 9800 * 365 / 10000}])

    def test_two_due_on_a_day_are_one_debt(self):
        self._invoice(60, 100, 30)
        self._invoice(60, 100, 30)
        self._pay(5, 150)
        self.assertOwed(50, 50, 30, 1)

    def test_an_overpayment(self):
        self._match(self._invoice(60, 1000, 30), self._pay(40, 1200).move_id)
        self.assertOwed(-200, 0, 0, False)
        self.assertFigures(self._live(), [{"dso_days": 0}])
        self._invoice(50, 300, 10)
        self.assertOwed(100, 100, 10, 1)

    def test_credit_notes_matched_and_not(self):
        invoice = self._invoice(60, 1000, 30)
        credit = self._invoice(20, 400, move_type="out_refund")
        self.assertOwed(600, 600, 30, 1)
        self._match(invoice, credit)
        self.assertOwed(600, 600, 30, 1)

    def test_a_payment_of_a_part(self):
        self._register(self._invoice(60, 1000, 30), 20, 400)
        self.assertOwed(600, 600, 30, 1)

    def test_a_receipt_is_due_as_well(self):
        self._invoice(60, 70, 30, move_type="out_receipt")
        self.assertOwed(70, 70, 30, 1)

    def test_what_is_owed_to_a_contact_is_of_the_customer_it_belongs_to_now(self):
        contact = self._customer("Contact", is_company=False, parent_id=self.customer.id)
        self._invoice(60, 1000, 30, contact)
        self._pay(5, 300, contact)
        self.assertOwed(700, 700, 30, 1)
        other = self._customer("Other")
        self._invoice(1, 1, -10, other)
        self._customer("Person", is_company=False)
        person = self._customer("Comes Along", is_company=False)
        self._invoice(60, 50, 30, person)
        self._pay(3, 20, person)
        self.assertOwed(30, 30, 30, 1, person)
        person.parent_id = other
        self.assertOwed(31, 30, 30, 30 / 31, other)

    def test_a_journal_entry_is_owed_too(self):
        """The open balance of the system before this one, say."""
        self._invoice(1, 1, -10)
        income = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "income")], limit=1
        )
        receivable = self.customer.with_company(self.company).property_account_receivable_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._ago(100),
                "line_ids": [
                    Command.create({"account_id": receivable.id, "partner_id": self.customer.id, "debit": 99}),
                    Command.create({"account_id": income.id, "credit": 99}),
                ],
            }
        )
        self.assertOwed(1, 0, 0, 0)
        entry.with_user(self.clerk).action_post()
        # without a due date it is due at once
        self.assertOwed(100, 99, 100, 0.99)

    def test_drafts_and_bills_are_no_debts_of_customers(self):
        self._invoice(60, 100, 30)
        self._document(self.customer, self._ago(60), 1000)
        self._document(self.customer, self._ago(60), 1000, "in_invoice").action_post()
        self.assertOwed(100, 100, 30, 1)

    def test_several_currencies_are_added_up_in_that_of_the_company(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 2}
        )
        self._invoice(60, 1000, 30, currency_id=dollar.id)
        self._invoice(60, 100, -30)
        self.assertOwed(600, 500, 30, 5 / 6)
        self._pay(5, 200, currency_id=dollar.id)
        self.assertOwed(500, 400, 30, 0.8)

    def test_each_company_has_its_own_debts(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids += branch
        self.clerk.company_ids += branch
        # Odoo gives a branch the chart of accounts of the company above it when the transaction ends
        self.env.cr.precommit.run()
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=(self.company + branch).ids))
        of_branch = self._document(
            self.customer.with_env(self.env), self._ago(60), 100, company=branch, invoice_date_due=self._ago(60)
        )
        of_branch.action_post()
        self._invoice(60, 1000, -5)
        self.assertOwed(1000, 0, 0, 0)
        profile = self._live([self.customer], branch)
        self.assertFigures(profile, [{"open_amount": 100, "overdue_amount": 100, "payment_overdue_days": 60}])
        # the company above pays in for its branch
        self._match(of_branch, self._pay(20, 100).move_id)
        self.assertFigures(self._now(company=branch), [{"open_amount": 0, "days_late_12m": 40}])
        self.assertFigures(self._live([self.customer]), [{"open_amount": 1000, "days_late_12m": False}])

    def test_a_past_day_knows_what_was_late_and_not_what_was_open(self):
        self._register(self._invoice(100, 1000, 90), 60)
        self._register(self._invoice(100, 1000, 90), 30)
        unknown = dict.fromkeys(
            ("open_amount", "overdue_amount", "payment_overdue_days", "overdue_share", "dso_days"), False
        )
        for days, late in ((61, False), (60, 30), (31, 30), (30, 45)):
            self.assertFigures(self._look_back(self._ago(days)), [unknown | {"days_late_12m": late}])


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestDaysLate(PaymentCase):
    def test_late_by_instalment(self):
        invoice = self._invoice(100, 1000, invoice_payment_term_id=self.halves.id)
        self._register(invoice, 50, 500)
        self._register(invoice, 10, 500)
        self.assertDaysLate(20)

    def test_a_credit_note_is_no_payment(self):
        invoice = self._invoice(200, 1000, 100)
        self._register(invoice, 100, 900)
        self._match(invoice, self._invoice(30, 100, move_type="out_refund"))
        self.assertDaysLate(0)
        self.assertOwed(0, 0, 0, False)

    def test_paid_back_late_is_not_paid_late(self):
        credit = self._invoice(100, 100, move_type="out_refund")
        self._match(credit, self._pay(10, 100, payment_type="outbound").move_id)
        self.assertDaysLate(False)

    def test_early_is_on_time_and_amounts_weigh(self):
        self._register(self._invoice(100, 300, 50), 90)
        self._register(self._invoice(100, 100, 50), 40)
        self.assertDaysLate(2.5)

    def test_paid_in_parts_without_being_paid_in_full(self):
        self._register(self._invoice(100, 1000, 50), 40, 100)
        self.assertDaysLate(10)

    def test_payments_of_twelve_months(self):
        days = (TODAY - date(2025, 3, 31)).days
        for ago, late in ((days, False), (days - 1, 4), (0, 8)):
            with self.subTest(ago=ago):
                self._register(self._invoice(600, 100, ago + (late or 7)), ago)
                self.assertDaysLate({days: False, days - 1: 4, 0: 6}[ago])

    def test_a_payment_of_tomorrow_counts_tomorrow(self):
        self._register(self._invoice(100, 100, 50), -1)
        self.assertDaysLate(False)
        with freeze_time("2026-04-01 12:00:00"):
            self.env["key.account.run"].refresh_all(self.company)
            self.assertDaysLate(51)

    def test_the_day_of_the_payment_counts_not_that_of_the_match(self):
        invoice = self._invoice(100, 100, 50)
        payment = self._pay(50, 100)
        self._match(invoice, payment.move_id)
        self.assertDaysLate(0)

    def test_a_payment_in_advance(self):
        payment = self._pay(100, 100)
        self._match(payment.move_id, self._invoice(80, 100, 50))
        self.assertDaysLate(0)

    def test_by_bank_statement_and_by_cash(self):
        line = self._statement_line(40, 100)
        self._balance_by_receivable(line)
        self._match(self._invoice(100, 100, 50), line.move_id)
        self.assertDaysLate(10)
        cash = self.env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash", "company_id": self.company.id}
        )
        self._register(self._invoice(100, 100, 50), 30, journal_id=cash.id)
        self.assertDaysLate(15)

    def _balance_by_receivable(self, line):
        """What the bank reconciliation writes when the customer is chosen: the suspense account becomes the receivable."""
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.customer.with_company(self.company).property_account_receivable_id

    def test_matched_with_a_write_off_of_another_journal(self):
        """What somebody has written off has not been paid."""
        invoice = self._invoice(100, 1000, 50)
        self._register(invoice, 50, 990)
        expense = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "expense")], limit=1
        )
        line = self._receivable(invoice)
        write_off = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._ago(5),
                "line_ids": [
                    Command.create({"account_id": line.account_id.id, "partner_id": self.customer.id, "credit": 10}),
                    Command.create({"account_id": expense.id, "debit": 10}),
                ],
            }
        )
        write_off.action_post()
        self._match(invoice, write_off)
        self.assertDaysLate(0)
        self.assertOwed(0, 0, 0, False)

    def test_a_write_off_of_the_register_wizard(self):
        expense = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "expense")], limit=1
        )
        self._register(
            self._invoice(100, 1000, 50),
            43,
            990,
            payment_difference_handling="reconcile",
            writeoff_account_id=expense.id,
        )
        self.assertDaysLate(7)
        self.assertOwed(0, 0, 0, False)

    def test_an_early_payment_discount(self):
        term = self._term([(100, 30)], early_discount=True, discount_percentage=2, discount_days=10)
        invoice = self._invoice(20, 1000, invoice_payment_term_id=term.id)
        self.assertOwed(1000, 0, 0, 0)
        payment = self._register(invoice, 12)
        self.assertEqual(payment.amount, 980)
        self.assertOwed(0, 0, 0, False)
        self.assertDaysLate(0)

    def test_an_exchange_difference_is_no_payment(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": dollar.id, "company_id": self.company.id, "name": day, "rate": rate}
                for day, rate in (("2020-01-01", 2), (self._ago(45), 1.25), (self._ago(25), 4))
            ]
        )
        # twice 500 euro: paid with 800 euro 40 days ago, of which 500 are matched, and with 250 euro 20 days ago
        for days in (40, 20):
            invoice = self._invoice(100, 1000, 50, currency_id=dollar.id)
            self._register(invoice, days, currency_id=dollar.id)
            self.assertEqual(invoice.amount_residual, 0)
            self.assertTrue(self._receivable(invoice).matched_credit_ids.exchange_move_id)
        self.assertDaysLate((500 * 10 + 250 * 30) / 750)
        self.assertOwed(0, 0, 0, False)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestPaymentMarks(PaymentCase):
    """Whatever changes what is owed, or since when, marks the customer; nothing else does."""

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(60, 1000, 30)
        self.mine = {(self.company.id, self.customer.id)}
        self._now()

    def assertMarks(self, action):
        self.assertEqual(self._marked(action), self.mine)

    def test_a_payment_by_the_button_of_the_invoice(self):
        self.assertMarks(lambda: self._register(self.invoice, 20))
        self.assertOwed(0, 0, 0, False)

    def test_a_payment_posted_drafted_and_deleted(self):
        self.assertMarks(lambda: self._pay(5, 400))
        self.assertOwed(600, 600, 30, 1)
        payment = self.env["account.payment"].search([("company_id", "=", self.company.id)]).with_user(self.clerk)
        self.assertMarks(payment.action_draft)
        self.assertOwed(1000, 1000, 30, 1)
        self.assertEqual(self._marked(payment.unlink), set())

    def test_a_match_made_and_undone(self):
        payment = self._pay(5, 1000)
        self._now()
        self.assertMarks(lambda: self._match(self.invoice, payment.move_id))
        self.assertFigures(self._now(), [{"days_late_12m": 25}])
        self.assertMarks(self._receivable(self.invoice).with_user(self.clerk).remove_move_reconcile)
        self.assertFigures(self._now(), [{"days_late_12m": False, "open_amount": 0}])

    def test_a_matched_payment_reset_to_draft(self):
        """Odoo keeps the match, and with it the invoice's residual."""
        payment = self._register(self.invoice, 20)
        self.assertFigures(self._now(), [{"days_late_12m": 10}])
        self.assertMarks(payment.action_draft)
        self.assertFigures(self._now(), [{"days_late_12m": False, "open_amount": self.invoice.amount_residual}])
        self.assertMarks(payment.action_post)
        self.assertFigures(self._now(), [{"days_late_12m": 10, "open_amount": 0}])

    def test_a_credit_note_made_from_the_invoice(self):
        self.assertMarks(lambda: self.invoice._reverse_moves(cancel=True))
        self.assertOwed(0, 0, 0, False)

    def test_another_due_date(self):
        line = self._receivable(self.invoice).with_user(self.clerk)
        self.assertMarks(lambda: line.write({"date_maturity": self._ago(3)}))
        self.assertOwed(1000, 1000, 3, 1)

    def test_a_statement_line_of_which_the_customer_is_chosen(self):
        line = self._statement_line(5, 400)
        self._now()
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = self._receivable(self.invoice).account_id
        self.assertMarks(lambda: suspense.write({"account_id": receivable.id}))
        self.assertOwed(600, 600, 30, 1)
        self.assertMarks(lambda: self._match(self.invoice, line.move_id))
        self.assertMarks(line.action_undo_reconciliation)
        self.assertOwed(1000, 1000, 30, 1)

    def test_a_statement_line_gets_its_counterpart_as_a_new_item(self):
        """So the bank reconciliation of the full accounting does it."""
        line = self._statement_line(5, 400)
        liquidity, _suspense, _other = line._seek_for_lines()
        values = {
            "account_id": self._receivable(self.invoice).account_id.id, "partner_id": self.customer.id, "balance": -400
        }  # fmt: skip
        entry = line.move_id.with_context(skip_readonly_check=True, force_delete=True)
        others = [Command.delete(it.id) for it in line.line_ids - liquidity]
        self.assertMarks(lambda: entry.write({"line_ids": [*others, Command.create(values)]}))
        self.assertOwed(600, 600, 30, 1)
        self.assertMarks(lambda: line.with_context(force_delete=True).unlink())
        self.assertOwed(1000, 1000, 30, 1)

    def test_another_customer_of_a_payment_marks_both(self):
        other = self._customer("Other")
        payment = self._pay(5, 400)
        line = self._receivable(payment.move_id).with_context(skip_readonly_check=True)
        marked = self._marked(lambda: line.write({"partner_id": other.id}))
        self.assertEqual(marked, self.mine | {(self.company.id, other.id)})

    def test_what_concerns_no_customer_marks_nobody(self):
        bill = self._document(self.customer, self._ago(60), 100, "in_invoice")
        self.assertEqual(self._marked(bill.action_post), set())
        self.assertEqual(self._marked(lambda: self._register(bill, 5)), set())
        supplier = {"payment_type": "outbound", "partner_type": "supplier"}
        self.assertEqual(self._marked(lambda: self._pay(5, 10, **supplier)), set())
        self.assertEqual(self._marked(lambda: self._statement_line(5, 10)), set())
        self.assertEqual(self._marked(self.invoice.with_user(self.clerk).action_toggle_block_payment), set())
        self.assertEqual(self._marked(lambda: self.invoice.line_ids.write({"name": "Other words"})), set())

    def test_paying_writes_nothing_of_ours_on_what_is_paid(self):
        """A mark waits for nobody: nothing is locked but what Odoo itself writes."""
        before = self._row_versions(self.customer), self._row_versions(self._live())
        self._register(self.invoice, 20)
        self.assertEqual((self._row_versions(self.customer), self._row_versions(self._live())), before)


class Book:
    """What a customer owes, computed apart from the module: item by item, in cents."""

    def __init__(self, lines, partials):
        self.lines = lines
        self.partials = partials

    def owed(self):
        """open, overdue, days, share"""
        debts, credit, total = [], 0, 0
        for line in self.lines:
            cents = round(line.amount_residual * 100)
            total += cents
            if cents > 0:
                debts.append([line.date_maturity or line.date, cents])
            else:
                credit -= cents
        debts.sort()
        for debt in debts:
            paid = min(credit, debt[1])
            credit -= paid
            debt[1] -= paid
        late = [(due, left) for due, left in debts if left and due < TODAY]
        overdue = sum(left for _due, left in late)
        days = (TODAY - late[0][0]).days if late else 0
        return total / 100, overdue / 100, days, overdue / total if total > 0 else False

    def days_late(self):
        weights = late = 0
        for partial in self.partials:
            paid = partial.credit_move_id
            if date(2025, 3, 31) < paid.date <= TODAY and paid.journal_id.type in PAYING:
                due = partial.debit_move_id.date_maturity
                weights += partial.amount
                late += partial.amount * max(0, (paid.date - due).days)
        return late / weights if weights else False


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestRandomBooks(PaymentCase):
    def test_random_books_against_a_plain_recomputation(self):
        chance = Random("payments")
        customers = [self._customer(f"Customer {number}") for number in range(6)]
        for customer in customers:
            self._trade(chance, customer, 8)
        self.env.flush_all()
        self.env["key.account.run"].refresh_all(self.company)
        self.env.invalidate_all()
        figures = []
        for customer in customers:
            with self.subTest(customer=customer.name):
                book = self._book(customer)
                amount, overdue, days, share = book.owed()
                figures.append((amount, overdue, days, share, book.days_late()))
                self.assertOwed(amount, overdue, days, share, customer)
                self.assertFigures(self._live([customer]), [{"days_late_12m": book.days_late()}])
        self.assertGreater(len(set(figures)), 4)
        by_night = self._stored(self._live(customers), "write_date", "write_uid")
        self.env["key.account.stale"]._mark({(self.company.id, customer.id) for customer in customers})
        self._run_cron()
        self.assertEqual(self._stored(self._live(customers), "write_date", "write_uid"), by_night)

    def _trade(self, chance, customer, count):
        """Invoices, paid in full, in part, twice, by credit note or not at all."""
        for _number in range(count):
            days, amount = chance.randint(5, 500), chance.choice([100, 333.33, 1000, 0.05])
            term = chance.choice([{"invoice_payment_term_id": self.halves.id}, {"due": days - chance.randint(0, 60)}])
            invoice = self._invoice(days, amount, customer=customer, **term)
            paid = chance.randint(0, days)
            if (what := chance.choice(["none", "full", "part", "unmatched", "credit", "credited"])) == "full":
                self._register(invoice, paid)
            elif what == "part" and amount > 1:
                self._register(invoice, paid, round(amount * chance.choice([0.3, 0.5, 0.7]), 2))
            elif what == "unmatched":
                self._pay(paid, chance.choice([10, amount, amount + 50]), customer)
            elif what != "none":
                credit = self._invoice(paid, amount / 2 if amount > 1 else amount, None, customer, "out_refund")
                if what == "credited":
                    self._match(invoice, credit)

    def _book(self, customer):
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", customer.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        invoiced = lines.filtered(lambda line: line.move_id.move_type in ("out_invoice", "out_receipt"))
        return Book(lines, invoiced.matched_credit_ids)
