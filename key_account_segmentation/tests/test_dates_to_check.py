# SPDX-License-Identifier: LGPL-3.0-only
"""A mistyped year moves money out of every window: the refresh says so, and counts the document where its date says."""

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import tagged

from .common import KeyAccountPostingCase


@tagged("post_install", "-at_install")
class TestDatesToCheck(KeyAccountPostingCase):
    def _refresh(self):
        return self.env["key.account.run"].refresh_all(self.company)

    def test_years_a_century_ago_and_far_ahead_are_named(self):
        customer, today = self._customer("Mistyped Ltd"), Date.today()
        self._post(customer, today, 100)
        self.assertFalse(self._refresh().message)
        then = self._post(customer, today.replace(year=1926, day=1), 200)
        ahead = self._post(customer, today.replace(year=2062, day=1), 300)
        run = self._refresh()
        self.assertIn("Dates to check: 2 documents", run.message)
        self.assertIn(then.name, run.message)
        self.assertIn(ahead.name, run.message)
        self.assertEqual(run.state, "done")
        profile = self._live([customer])
        self.assertEqual((profile.revenue_12m, profile.revenue_lifetime), (100, 300))

    def test_a_date_some_weeks_ahead_is_none_of_them(self):
        customer = self._customer("Ahead Ltd")
        self._post(customer, Date.today() + relativedelta(months=2), 100)
        self._post(customer, Date.today() - relativedelta(years=20), 100)
        self.assertFalse(self._refresh().message)
