# SPDX-License-Identifier: LGPL-3.0-only
"""What the form tells a salesperson: each rule with figure and threshold, how far the next class is, what is urgent."""

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import KeyAccountCase


@tagged("post_install", "-at_install")
class TestExplanation(KeyAccountCase):
    def _explained(self, *documents):
        """The profile of a customer with invoices of 100 on these days, and its explanation as words."""
        customer = self._customer("Explained Ltd")
        self._insert_documents([(customer, "out_invoice", day, 100) for day in documents])
        self.env["key.account.refresh"]._refresh_customers(self.company, customer.ids)
        profile = self.profiles.search([("partner_id", "=", customer.id)])
        return profile, " ".join(html2plaintext(profile.explanation).split())

    def _days_ago(self, *days):
        return [Date.today() - relativedelta(days=number) for number in days]

    def _months_ago(self, *months):
        return [Date.today() - relativedelta(months=number) for number in months]

    def test_each_rule_stands_with_figure_and_threshold(self):
        _profile, text = self._explained(*self._months_ago(*range(1, 13)))
        self.assertIn("Recurrence: Monthly", text)
        self.assertIn("Months Between Active Months 1 has to be below 1.32", text)
        self.assertIn("Cannot Be Developed no has to be yes", text)
        self.assertNotIn("empty", text)

    def test_occasional_customers_are_told_how_far_it_is(self):
        profile, text = self._explained(*self._months_ago(2, 5, 6, 10))
        self.assertEqual(profile.recurrence, "occasional")
        self.assertRegex(text, r"\d more active months: monthly, and so a partner\.")

    def test_late_customers_show_what_silence_leads_to(self):
        profile, _text = self._explained(*self._days_ago(*range(45, 400, 30)))
        self.assertEqual(profile.lifecycle, "late")
        self.assertRegex(profile.next_step, r"^Without a new invoice: at risk from ")

    def test_passive_partners_show_the_way_to_active_ones(self):
        profile, text = self._explained(*self._months_ago(*range(1, 13)))
        self.assertEqual(profile.category, "passive_partner")
        self.assertEqual(
            profile.next_step,
            "An opportunity, a meeting or an activity with them within 12 months: active partner.",
        )
        self.assertIn(profile.next_step, text)
