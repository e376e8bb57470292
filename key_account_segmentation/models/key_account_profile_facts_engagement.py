"""SQL for the work done with a customer: opportunities, meetings, activities. Returns SQL and runs nothing."""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountProfileEngagement(models.Model):
    _inherit = "key.account.profile"

    def _facts_engagement_sql(self, company, windows, customers):
        """One row per customer with any: partner_id and engagement_count, contacts rolled up."""
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   COUNT(*) AS engagement_count
              FROM (%(contacts)s) AS contact
              JOIN res_partner AS member
                ON member.id = contact.partner_id
             WHERE %(customers)s
             GROUP BY member.commercial_partner_id
            """,
            contacts=SQL(" UNION ALL ").join(
                [
                    self._facts_opportunity_sql(company, windows),
                    self._facts_meeting_sql(windows),
                    self._facts_activity_sql(company, windows),
                ]
            ),
            customers=customers(SQL.identifier("member", "commercial_partner_id")),
        )

    def _opportunity_domain(self, company, windows):
        """Opportunities that are open, or were begun or closed within the engagement window."""
        return Domain.AND(
            [
                Domain("type", "=", "opportunity"),
                Domain("company_id", "in", [company.id, False]),
                Domain("create_date", "<", windows.as_of + timedelta(days=1)),
                Domain("create_date", ">", windows.engagement)
                | Domain("date_closed", ">", windows.engagement)
                | (Domain("date_closed", "=", False) & Domain("active", "=", True)),
            ]
        )

    def _facts_opportunity_sql(self, company, windows):
        """The contact of each such opportunity."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        query = leads._search(self._opportunity_domain(company, windows), bypass_access=True)
        return query.subselect(SQL("%s AS partner_id", leads._field_to_sql(query.table, "partner_id", query)))

    def _facts_meeting_sql(self, windows):
        """The attendees of each meeting since the window began, those to come included."""
        query = self.env["calendar.event"]._search(
            [("start", ">", windows.engagement), ("create_date", "<", windows.as_of + timedelta(days=1))],
            bypass_access=True,
        )
        return SQL(
            """
            SELECT attendee.res_partner_id AS partner_id
              FROM calendar_event_res_partner_rel AS attendee
             WHERE attendee.calendar_event_id IN %s
            """,
            query.subselect(),
        )

    def _activity_query(self, model, windows):
        """Activities on records of a model: planned ones, and those done within the engagement window."""
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            ._search(
                Domain("res_model", "=", model)
                & Domain("create_date", "<", windows.as_of + timedelta(days=1))
                & (Domain("active", "=", True) | Domain("date_done", ">", windows.engagement)),
                bypass_access=True,
            )
        )

    def _facts_activity_sql(self, company, windows):
        """The contact of each activity on a contact or on an opportunity of the company."""
        activities = self.env["mail.activity"]
        on_contact = self._activity_query("res.partner", windows)
        on_lead = self._activity_query("crm.lead", windows)
        leads = self.env["crm.lead"].with_context(active_test=False)
        lead_query = leads._search([("company_id", "in", [company.id, False])], bypass_access=True)
        return SQL(
            """
            %(on_contact)s
            UNION ALL
            SELECT lead.partner_id
              FROM %(on_lead)s AS activity
              JOIN %(leads)s AS lead
                ON lead.id = activity.lead_id
            """,
            on_contact=on_contact.subselect(
                SQL("%s AS partner_id", activities._field_to_sql(on_contact.table, "res_id", on_contact))
            ),
            on_lead=on_lead.subselect(SQL("%s AS lead_id", activities._field_to_sql(on_lead.table, "res_id", on_lead))),
            leads=lead_query.subselect(
                SQL("%s AS id", leads._field_to_sql(lead_query.table, "id", lead_query)),
                SQL("%s AS partner_id", leads._field_to_sql(lead_query.table, "partner_id", lead_query)),
            ),
        )
