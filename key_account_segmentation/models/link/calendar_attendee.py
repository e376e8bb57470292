# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # Odoo finds the attendees of a meeting. A refresh looks for the meetings of a few contacts.
    _key_account_idx = models.Index("(partner_id)")
