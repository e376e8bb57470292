# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models
from odoo.tools import html2plaintext


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _key_account_agreed(self):
        """The meeting's name and what somebody wrote about it, without the addresses that Odoo writes below."""
        addresses = html2plaintext(self._get_contact_details_description(self.user_id, self.partner_ids)).strip()
        text = html2plaintext(self.description or "").strip().removesuffix(addresses).strip()
        return f"{self.name}: {text}" if text else self.name
