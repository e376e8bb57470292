"""Whose day it is: the company's, wherever those who ask may be.

    _key_account_today    the day in the company's time zone     (what is due, what has ended, what may be entered)
    _key_account_as_of    the day figures are worked out for     (refreshes and what settles by them)

The second is never before a day for which figures were worked out already: somebody may correct the time zone or the clock.
"""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _key_account_today(self):
        """The day it is in the time zone of the company's own contact, in UTC if that has none."""
        self.ensure_one()
        # sudo: where a company is may be known to whoever works with its customers
        zone = self.sudo().partner_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _key_account_as_of(self):
        """The day for which figures are worked out now."""
        today = self._key_account_today()
        return max(today, self.env["key.account.run"]._latest_day(self) or today)
