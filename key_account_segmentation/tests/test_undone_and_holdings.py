# SPDX-License-Identifier: LGPL-3.0-only
"""Invoices that were taken back are no purchase, and companies of one holding are one customer where size is asked.

Everything is posted, and reversed with the wizard, as people do.
"""

from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common import FIGURES, KeyAccountPostingCase
from .test_stale import StaleMixin

TODAY = "2026-03-31"

#: What a customer is who has bought nothing.
NOTHING_BOUGHT = {
    "event_count": 0,
    "event_count_12m": 0,
    "first_invoice_date": False,
    "last_invoice_date": False,
    "expected_next_date": False,
    "lifecycle": False,
    "late_from": False,
    "silence_probability": False,
    "recurrence": "none",
    "place": False,
    "quadrant_id": False,
    "category": "client",
    "loyalty": False,
    "observed_months": 0,
}


class PostedCase(StaleMixin, KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other = cls._customer("Wrong Ltd"), cls._customer("Right Ltd")
        cls._post(cls.other, "2026-01-10", 1000)
        cls.env["key.account.run"].refresh_all(cls.company)

    def _reverse(self, invoice, day, amount=None, **changes):
        """The draft of a credit note, from the wizard on the invoice; the amount is changed by hand."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": day, "reason": "Wrong customer", "journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        credit_note = wizard.new_move_ids
        if changes:
            credit_note.write(changes)
        if amount is not None:
            credit_note.invoice_line_ids.price_unit = amount
        return credit_note

    def _take_back(self, *args, **kwargs):
        credit_note = self._reverse(*args, **kwargs)
        credit_note.action_post()
        return credit_note

    def _now(self, customer=None):
        """The profile after the scheduled action; the night would not find it otherwise."""
        customer = customer or self.customer
        self._run_cron()
        few = self._own_figures(customer)
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._own_figures(customer), few)
        return self._live([customer])

    def _own_figures(self, customer):
        """Those that do not hang on where the night has cut."""
        names = [name for name in FIGURES if name != "place"]
        return [{name: row[name] for name in names} for row in self._stored(self._live([customer]))]


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestUndone(PostedCase):
    def test_reversed_in_full_the_next_day(self):
        """An invoice to the wrong customer: the money stays in the sums, the purchase does not."""
        invoice = self._post(self.customer, "2026-03-10", 5000)
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": 5000, "recurrence": "new", "abc": "A"}])
        self._take_back(invoice, "2026-03-11")
        self.assertFigures(self._now(), [NOTHING_BOUGHT | {
            "revenue_12m": 0, "gross_12m": 5000, "refunds_12m": 5000, "invoice_count_12m": 1, "refund_count_12m": 1,
            "share": 0, "abc": False, "is_major": False,
        }])  # fmt: skip

    def test_reversed_and_reset(self):
        """The credit note is a mistake itself."""
        invoice = self._post(self.customer, "2026-03-10", 5000)
        credit_note = self._take_back(invoice, "2026-03-11")
        self.assertFigures(self._now(), [NOTHING_BOUGHT])
        credit_note.button_draft()
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": 5000, "lifecycle": "active"}])

    def test_half_of_it(self):
        self._take_back(self._post(self.customer, "2026-03-10", 5000), "2026-03-11", 2500)
        self.assertFigures(self._now(), [
            {"event_count": 1, "revenue_12m": 2500, "lifecycle": "active", "recurrence": "new"}
        ])  # fmt: skip

    def test_a_cent_less_or_more(self):
        for amount, events in [(99.99, 1), (100, 0), (100.01, 1)]:
            with self.subTest(amount=amount):
                customer = self._customer("Customer")
                self._take_back(self._post(customer, "2026-03-10", 100), "2026-03-11", amount)
                self.assertEqual(self._now(customer).event_count, events)

    def test_within_thirty_days(self):
        for day, events in [("2026-02-10", 0), ("2026-03-12", 0), ("2026-03-13", 1)]:
            with self.subTest(day=day):
                customer = self._customer("Customer")
                self._take_back(self._post(customer, "2026-02-10", 100), day)
                self.assertFigures(self._now(customer), [{"event_count": events, "revenue_12m": 0}])

    def test_two_credit_notes_that_add_up(self):
        for second, events in [("2026-03-12", 0), ("2026-03-13", 1)]:
            with self.subTest(second=second):
                customer = self._customer("Customer")
                invoice = self._post(customer, "2026-02-10", 100)
                self._take_back(invoice, "2026-02-11", 40)
                self.assertEqual(self._now(customer).event_count, 1)
                self._take_back(invoice, second, 60)
                self.assertFigures(self._now(customer), [{"event_count": events, "revenue_12m": 0}])

    def test_a_draft_takes_nothing_back(self):
        self._reverse(self._post(self.customer, "2026-03-10", 5000), "2026-03-11")
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": 5000}])

    def test_a_purchase_of_the_same_day_stays(self):
        self._post(self.customer, "2026-03-10", 70)
        self._take_back(self._post(self.customer, "2026-03-10", 5000), "2026-03-11")
        self.assertFigures(self._now(), [
            {"event_count": 1, "revenue_12m": 70, "last_invoice_date": Date.to_date("2026-03-10")}
        ])  # fmt: skip

    def test_a_receipt(self):
        self._take_back(self._post(self.customer, "2026-03-10", 50, "out_receipt"), "2026-03-11")
        self.assertFigures(self._now(), [NOTHING_BOUGHT | {"revenue_12m": 0, "gross_12m": 50}])

    def test_the_purchase_before_is_the_last_one(self):
        for month in (9, 10, 11, 12):
            self._post(self.customer, f"2025-{month:02}-05", 100)
        late = {
            "event_count": 4,
            "last_invoice_date": Date.to_date("2025-12-05"),
            "late_from": Date.to_date("2026-01-11"),
        }
        self.assertFigures(self._now(), [late])
        invoice = self._post(self.customer, "2026-03-10", 5000)
        self.assertEqual(self._now().last_invoice_date, Date.to_date("2026-03-10"))
        self._take_back(invoice, "2026-03-11")
        self.assertFigures(self._now(), [late])

    def test_a_credit_note_in_another_customers_name(self):
        """It takes the purchase back all the same; both customers are refreshed within a minute."""
        invoice = self._post(self.customer, "2026-03-10", 5000)
        self._now()
        credit_note = self._reverse(invoice, "2026-03-11", partner_id=self.other.id)
        marked = self._marked(credit_note.action_post)
        self.assertEqual(marked, {(self.company.id, it.id) for it in (self.customer, self.other)})
        self.assertFigures(self._now(), [NOTHING_BOUGHT | {"revenue_12m": 5000, "gross_12m": 5000}])
        self.assertFigures(self._live([self.other]), [{"event_count": 1, "revenue_12m": -4000}])
        self.assertEqual(self._marked(credit_note.button_draft), marked)
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": 5000}])

    def test_a_credit_note_of_a_later_day_takes_nothing_back_yet(self):
        with freeze_time("2026-04-02 12:00:00"):
            invoice = self._post(self.customer, "2026-03-20", 5000)
            self._take_back(invoice, "2026-04-01")
            for day, figures in [
                ("2026-03-31", {"event_count": 1, "revenue_12m": 5000, "recurrence": "new"}),
                ("2026-04-01", NOTHING_BOUGHT | {"revenue_12m": 0}),
            ]:
                self.assertFigures(self._look_back(day, self.customer), [figures])
            self.assertFigures(self._now(), [NOTHING_BOUGHT])

    def test_the_policy_says_within_how_many_days(self):
        self._take_back(self._post(self.customer, "2026-03-10", 5000), "2026-03-11")
        self.company.key_account_policy_id.copy({"undone_days": 0}).action_publish()
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live([self.customer]).event_count, 1)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestUndoneInAnotherCurrency(PostedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.dollar.id, "company_id": cls.company.id, "name": name, "rate": rate}
                for name, rate in [("2023-01-01", 2.0), ("2026-03-11", 4.0)]
            ]
        )

    def test_at_another_rate(self):
        """Dollars are dollars, though in euro something is left."""
        invoice = self._post(self.customer, "2026-03-10", 1000, currency_id=self.dollar.id)
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": 500}])
        self._take_back(invoice, "2026-03-11")
        self.assertFigures(self._now(), [NOTHING_BOUGHT | {"revenue_12m": 250, "gross_12m": 500, "refunds_12m": 250}])

    def test_the_same_number_in_another_currency(self):
        invoice = self._post(self.customer, "2026-03-10", 1000, currency_id=self.dollar.id)
        credit_note = self._take_back(invoice, "2026-03-11", 1000, currency_id=self.company.currency_id.id)
        self.assertEqual(credit_note.reversed_entry_id, invoice)
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": -500}])

    def test_the_same_money_in_another_currency(self):
        invoice = self._post(self.customer, "2026-03-10", 1000, currency_id=self.dollar.id)
        self._take_back(invoice, "2026-03-10", 500, currency_id=self.company.currency_id.id)
        self.assertFigures(self._now(), [{"event_count": 1, "revenue_12m": 0}])


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestHoldings(StaleMixin, KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.top = cls._customer("Holding")
        cls.first = cls._customer("First", parent_id=cls.top.id)
        cls.between = cls._customer("Buys nothing", parent_id=cls.top.id)
        cls.second = cls._customer("Second", parent_id=cls.between.id)
        cls.members = cls.top + cls.first + cls.second
        cls.single = cls._customer("Single")

    def _buy(self, revenues):
        for customer, revenue in revenues.items():
            self._post(customer, "2026-02-10", abs(revenue), "out_invoice" if revenue > 0 else "out_refund")

    def _others(self, revenue, count):
        self._buy({self._customer(f"Other {number}"): revenue for number in range(count)})

    def _night(self):
        self.env["key.account.run"].refresh_all(self.company)
        return self._live(self.members)

    def test_who_is_not_major_alone_is_by_the_holding(self):
        self._buy({self.top: 100, self.first: 600, self.second: 600})
        self._others(882, 10)
        major = {"holding_id": self.top.id, "holding_share": 1300 / 10120, "is_major": True}
        self.assertFigures(self._night(), [
            {"revenue_12m": 100, "share": 100 / 10120, **major},
            {"revenue_12m": 600, "share": 600 / 10120, **major},
            {"revenue_12m": 600, "share": 600 / 10120, **major},
        ])  # fmt: skip
        self.assertEqual(self._live().filtered("is_major").partner_id, self.members)
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", self.company.id)])
        self.assertEqual(portfolio.major_count, 3)
        with freeze_time("2026-04-01 12:00:00"):
            self.assertFigures(self._look_back(TODAY, *self.members), [major] * 3)

    def test_a_subsidiary_buys_and_its_siblings_follow_at_night(self):
        self._buy({self.top: 100, self.first: 300, self.second: 300})
        self._others(882, 10)
        self._run_cron()
        self.assertEqual(self._night().mapped("is_major"), [False] * 3)
        self._post(self.first, "2026-03-30", 600)
        self._run_cron()
        share = {"holding_share": 1300 / 10120, "holding_id": self.top.id}
        self.assertFigures(self._live([self.first]), [share | {"is_major": True}])
        self.assertEqual(self._live(self.top + self.second).mapped("is_major"), [False] * 2)
        of_one = self._stored(self._live([self.first]), "write_date")
        self.assertFigures(self._night(), [share | {"is_major": True}] * 3)
        self.assertEqual(self._stored(self._live([self.first]), "write_date"), of_one)

    def test_a_new_subsidiary(self):
        """It joins a holding that was known as a customer of its own; its figures are those of the night."""
        self._buy({self.top: 500})
        self._others(900, 10)
        self._run_cron()
        self._night()
        newcomer = self._customer("Newcomer", parent_id=self.top.id)
        self._buy({newcomer: 600})
        self._run_cron()
        few = self._stored(self._live([newcomer]), "write_date")
        self.assertFigures(self._live([newcomer]), [{"is_major": True, "holding_share": 1100 / 10100}])
        self._night()
        self.assertEqual(self._stored(self._live([newcomer]), "write_date"), few)
        self.assertTrue(self._live([self.top]).is_major)

    def test_exactly_ten_per_cent(self):
        for revenue, is_major in [(500, True), (499.99, False)]:
            with self.subTest(revenue=revenue), self.env.cr.savepoint() as savepoint:
                self._buy({self.first: revenue, self.second: 500})
                self._others(900, 10)
                self.assertEqual(self._night().mapped("is_major"), [is_major] * 2)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_member_whose_credit_notes_are_more(self):
        """They are off the holding's revenue, and off that of all; a member without revenue is no major customer."""
        self._buy({self.first: 600, self.second: -100})
        self._others(450, 10)
        profiles = self._night()
        self.assertFigures(profiles, [
            {"partner_id": self.first.id, "is_major": True, "holding_share": 0.1},
            {"partner_id": self.second.id, "is_major": False, "holding_share": 0.1},
        ])  # fmt: skip

    def test_a_holding_that_brings_nothing(self):
        self._buy({self.first: 600, self.second: -700, self.single: 50})
        self.assertFigures(self._night(), [{"is_major": False, "holding_share": 0}] * 2)
        self.assertFigures(self._live([self.single]), [{"is_major": True, "holding_id": False, "holding_share": 1}])

    def test_contacts_are_their_company(self):
        clerk = self._customer("Clerk", is_company=False, parent_id=self.first.id)
        self._buy({clerk: 600, self.single: 500})
        self._night()
        self.assertFigures(self._live([self.first]), [{"revenue_12m": 600, "holding_share": 600 / 1100}])
        self.assertFigures(self._live([self.single]), [{"is_major": True, "holding_share": 500 / 1100}])
