# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for the last agreement with a customer. Returns SQL and runs nothing."""

from odoo import models
from odoo.tools import SQL

from ..base.columns import read_sql


class KeyAccountFactsAgreed(models.AbstractModel):
    _name = "key.account.facts.agreed"
    _description = "SQL of What Was Agreed"

    def _agreed_sql(self, company, partner_ids):
        """The last activity that was done with feedback: partner_id, day, feedback; one row per customer with any."""
        activities = self.env["mail.activity"].with_context(active_test=False)
        agreed = [("res_model", "=", "res.partner"), ("active", "=", False), ("feedback", "!=", False)]
        return SQL(
            """
            SELECT DISTINCT ON (contact.commercial_partner_id)
                   contact.commercial_partner_id AS partner_id, done.day, done.feedback
              FROM %(activities)s AS done
              JOIN res_partner AS contact
                ON contact.id = done.contact_id
             WHERE contact.commercial_partner_id = ANY(%(partners)s)
               AND (contact.company_id IS NULL OR contact.company_id = ANY(%(companies)s))
             ORDER BY contact.commercial_partner_id, done.day DESC, done.id DESC
            """,
            activities=read_sql(activities, agreed, id="id", contact_id="res_id", day="date_done", feedback="feedback"),
            partners=list(partner_ids),
            companies=company.ids,
        )

    def _last_meeting_sql(self, company, partner_ids, moment):
        """The last meeting that is over by a moment: partner_id, event_id; one row per customer with any."""
        return SQL(
            """
            SELECT DISTINCT ON (contact.commercial_partner_id)
                   contact.commercial_partner_id AS partner_id, event.id
              FROM res_partner AS contact
              JOIN calendar_attendee AS attendee
                ON attendee.partner_id = contact.id
              JOIN calendar_event AS event
                ON event.id = attendee.event_id
             WHERE contact.commercial_partner_id = ANY(%(partners)s)
               AND (contact.company_id IS NULL OR contact.company_id = ANY(%(companies)s))
               AND %(took_place)s
             ORDER BY contact.commercial_partner_id, event.start DESC, event.id DESC
            """,
            partners=list(partner_ids),
            companies=company.ids,
            took_place=self._took_place_sql(moment),
        )
