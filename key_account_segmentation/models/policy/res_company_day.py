# SPDX-License-Identifier: LGPL-3.0-only
"""Whose day it is: the company's, wherever those who ask may be.

    _key_account_today    the day in the company's time zone     (what is due, what has ended, what may be entered)
    _key_account_as_of    the day figures are worked out for     (refreshes and what settles by them)

The second is never before a day for which figures were worked out already: somebody may correct the time zone or the clock.
"""

from datetime import datetime, time, timezone

from odoo import fields, models

#: When follow-ups are planned and people are told, where the company is.
MORNING = time(4, 30)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _key_account_today(self):
        """The day it is in the time zone of the company's own contact, in UTC if that has none."""
        self.ensure_one()
        return fields.Date.context_today(self._in_own_zone())

    def _in_own_zone(self):
        # sudo: where a company is may be known to whoever works with its customers
        return self.with_context(tz=self.sudo().partner_id.tz or "UTC")

    def _key_account_morning(self, day):
        """The moment, in UTC, when a day's work begins where the company is."""
        moment = self._in_own_zone().env.tz.localize(datetime.combine(day, MORNING))
        return moment.astimezone(timezone.utc).replace(tzinfo=None)

    def _key_account_as_of(self):
        """The day for which figures are worked out now."""
        today = self._key_account_today()
        return max(today, self.env["key.account.run"]._latest_day(self) or today)
