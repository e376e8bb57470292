# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for the work done with a customer: opportunities, meetings, activities, messages. Returns SQL and runs nothing.

Each source is a table of (partner_id, day, is_engagement): the contact it concerns, the day somebody was in touch with
them (None for what is only planned or merely noted), and whether it makes an active partner.
"""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountFactsEngagement(models.AbstractModel):
    _name = "key.account.facts.engagement"
    _description = "SQL of Work with Customers"

    def _engagement_sql(self, company, windows, customers):
        """One row per customer with any: partner_id, engagement_count and last_contact_date, contacts rolled up.

        Each source reads the contacts of these customers only: of few customers that is a few rows by index, however many
        messages there are. Found once, for all sources: PostgreSQL would look for them in each.
        """
        members = SQL("(SELECT id FROM member)")
        return SQL(
            """
            WITH member AS MATERIALIZED (
                SELECT id, commercial_partner_id
                  FROM res_partner
                 WHERE %(customers)s
            )
            SELECT member.commercial_partner_id AS partner_id,
                   COUNT(*) FILTER (WHERE contact.is_engagement) AS engagement_count,
                   MAX(contact.day) FILTER (WHERE contact.day <= %(as_of)s) AS last_contact_date
              FROM (%(contacts)s) AS contact
              JOIN member
                ON member.id = contact.partner_id
             GROUP BY member.commercial_partner_id
            """,
            as_of=windows.as_of,
            customers=customers(SQL.identifier("commercial_partner_id")),
            contacts=SQL(" UNION ALL ").join(
                [
                    self._opportunity_sql(company, windows, members),
                    self._meeting_sql(windows, members),
                    self._activity_sql(company, windows, members),
                    self._message_sql(company, windows, members),
                ]
            ),
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

    def _opportunity_sql(self, company, windows, members):
        """The contact of each such opportunity."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        # bypass: figures include all work with a customer, whichever user did it
        query = leads._search(self._opportunity_domain(company, windows), bypass_access=True)
        query.add_where(SQL("%s IN %s", leads._field_to_sql(query.table, "partner_id", query), members))
        return query.subselect(
            SQL("%s AS partner_id", leads._field_to_sql(query.table, "partner_id", query)),
            SQL("NULL::date AS day"),
            SQL("TRUE AS is_engagement"),
        )

    def _meeting_sql(self, windows, members):
        """The attendees of each meeting since the window began, those to come included."""
        events = self.env["calendar.event"]
        query = events._search(
            [("start", ">", windows.engagement), ("create_date", "<", windows.as_of + timedelta(days=1))],
            bypass_access=True,  # bypass: as for opportunities
        )
        return SQL(
            """
            SELECT attendee.res_partner_id AS partner_id, event.day, TRUE AS is_engagement
              FROM %(events)s AS event
              JOIN calendar_event_res_partner_rel AS attendee
                ON attendee.calendar_event_id = event.id
             WHERE attendee.res_partner_id IN %(members)s
            """,
            members=members,
            events=query.subselect(
                SQL("%s AS id", events._field_to_sql(query.table, "id", query)),
                SQL("%s::date AS day", events._field_to_sql(query.table, "start", query)),
            ),
        )

    def _activity_sql(self, company, windows, members):
        """The contact of each activity on a contact or on an opportunity of the company."""
        return SQL(
            "SELECT partner_id, day, TRUE AS is_engagement FROM (%s) AS activity",
            self._contacts_of_sql(
                company,
                members,
                self._activities_on_sql("res.partner", windows),
                self._activities_on_sql("crm.lead", windows),
            ),
        )

    def _activities_on_sql(self, model, windows):
        """Activities on records of a model, planned or done within the engagement window: record_id, day.

        An activity planned by the system is no work with the customer until it is done.
        """
        activities = self.env["mail.activity"].with_context(active_test=False)
        query = activities._search(
            Domain("res_model", "=", model)
            & Domain("create_date", "<", windows.as_of + timedelta(days=1))
            & (
                (Domain("active", "=", True) & Domain("automated", "=", False))
                | Domain("date_done", ">", windows.engagement)
            ),
            bypass_access=True,  # bypass: as for opportunities
        )
        return query.subselect(
            SQL("%s AS record_id", activities._field_to_sql(query.table, "res_id", query)),
            SQL("%s AS day", activities._field_to_sql(query.table, "date_done", query)),
        )

    def _message_sql(self, company, windows, members):
        """The contact of each message on a contact or on an opportunity of the company.

        A message is a sign of life, not work with the customer: it makes no active partner.
        """
        return SQL(
            "SELECT partner_id, day, FALSE AS is_engagement FROM (%s) AS message",
            self._contacts_of_sql(
                company,
                members,
                self._messages_on_sql("res.partner", windows),
                self._messages_on_sql("crm.lead", windows),
            ),
        )

    def _messages_on_sql(self, model, windows):
        """Messages written to or received on records of a model, no notes and no log: record_id, day."""
        messages = self.env["mail.message"]
        query = messages._search(
            [
                ("model", "=", model),
                ("date", ">", windows.engagement),
                ("date", "<", windows.as_of + timedelta(days=1)),
                ("message_type", "in", ["comment", "email", "email_outgoing"]),
                ("is_internal", "=", False),
                ("subtype_id.internal", "=", False),
            ],
            bypass_access=True,  # bypass: as for opportunities
        )
        return query.subselect(
            SQL("%s AS record_id", messages._field_to_sql(query.table, "res_id", query)),
            SQL("%s::date AS day", messages._field_to_sql(query.table, "date", query)),
        )

    def _contacts_of_sql(self, company, members, on_contact, on_lead):
        """What is kept on contacts and on opportunities of the company, by contact: partner_id, day.

        :param members: SQL of the ids of the contacts in question
        :param on_contact: SQL of (record_id, day), records being contacts
        :param on_lead: the same, records being leads and opportunities
        """
        return SQL(
            """
            SELECT kept.record_id AS partner_id, kept.day
              FROM %(on_contact)s AS kept
             WHERE kept.record_id IN %(members)s
             UNION ALL
            SELECT lead.partner_id, kept.day
              FROM %(on_lead)s AS kept
              JOIN %(leads)s AS lead
                ON lead.id = kept.record_id
            """,
            on_contact=on_contact,
            on_lead=on_lead,
            members=members,
            leads=self._lead_contacts_sql(company, members),
        )

    def _lead_contacts_sql(self, company, members):
        """Leads and opportunities of the company with these contacts: id, partner_id."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        # bypass: as above, work counts whoever did it
        query = leads._search([("company_id", "in", [company.id, False])], bypass_access=True)
        query.add_where(SQL("%s IN %s", leads._field_to_sql(query.table, "partner_id", query), members))
        return query.subselect(
            SQL("%s AS id", leads._field_to_sql(query.table, "id", query)),
            SQL("%s AS partner_id", leads._field_to_sql(query.table, "partner_id", query)),
        )
