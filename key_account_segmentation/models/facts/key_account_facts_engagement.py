# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for the work done with a customer, and for the days people were in touch. Returns SQL and runs nothing.

    place      the records that are about a customer: contacts, leads, orders, invoices      _place_sql
    touch      one row per opportunity, meeting, activity, message, order:                   _touches_sql
               customer_id, day (None: no contact), is_work (it makes an active partner)

Worked example, as of 2026-03-31: an invoice, a newsletter, a declined meeting and a call that is planned are no touch. A
call done on 3 March (work), a text message on 9 March and an answer on 12 March (contact alone) are three:
engagement_count 1, last_contact_date 2026-03-12.
"""

from datetime import time, timedelta
from typing import NamedTuple

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.columns import read_sql
from .key_account_facts_documents import DOCUMENT_TYPES

#: Types of messages that go to the record they stand on, whoever else reads them.
SENT_TYPES = ("email_outgoing", "sms", "snailmail")


class Moments(NamedTuple):
    """The window of work where the company is: a time zone, and moments in UTC."""

    zone: str
    #: work begins to count
    since: object
    #: what is over by then took place: now, or the end of a past day
    until: object
    is_past: bool


class KeyAccountFactsEngagement(models.AbstractModel):
    _name = "key.account.facts.engagement"
    _description = "SQL of Work with Customers"

    def _engagement_sql(self, company, windows, customers):
        """One row per customer with any: partner_id, engagement_count and last_contact_date, contacts rolled up.

        Each source reads the contacts of these customers only: of few customers that is a few rows by index, however many
        messages there are. Found once, for all sources: PostgreSQL would look for them in each.
        """
        return SQL(
            """
            WITH member AS MATERIALIZED (
                SELECT id, commercial_partner_id
                  FROM res_partner
                 WHERE %(customers)s
            )
            SELECT customer_id AS partner_id,
                   COUNT(*) FILTER (WHERE is_work) AS engagement_count,
                   MAX(day) FILTER (WHERE day <= %(as_of)s) AS last_contact_date
              FROM (%(touches)s) AS touch
             GROUP BY customer_id
            """,
            as_of=windows.as_of,
            customers=customers(SQL.identifier("commercial_partner_id")),
            touches=SQL(" UNION ALL ").join(self._touches_sql(company, windows, self._moments(company, windows))),
        )

    def _moments(self, company, windows):
        """The window of work as moments; a day before the company's today is over."""
        end = company._key_account_moment(windows.as_of + timedelta(days=1), time.min)
        is_past = windows.as_of < company._key_account_today()
        return Moments(
            zone=company._in_own_zone().env.tz.zone,
            since=company._key_account_moment(windows.engagement + timedelta(days=1), time.min),
            until=end if is_past else fields.Datetime.now(),
            is_past=is_past,
        )

    def _local_day_sql(self, column, moments):
        """The company's day of a moment."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, moments.zone)

    def _touches_sql(self, company, windows, moments):
        """The sources, each a table of (customer_id, day, is_work); ``member`` holds the contacts of the customers."""
        touches = [self._opportunity_sql(company, moments), self._meeting_sql(moments)]
        for model, place in self._places_sql(company).items():
            touches.append(self._message_sql(model, place, moments))
            if model != "account.move":
                touches.append(self._activity_sql(model, place, windows, moments))
        if "sale.order" in self.env:
            touches.append(self._order_sql(company, moments))
        return touches

    def _people_sql(self):
        """Ids of the people who work here, those who have left too; what a job does, OdooBot does."""
        return SQL("(SELECT id FROM res_users WHERE NOT share AND id <> %s)", SUPERUSER_ID)

    # Records about a customer

    def _places_sql(self, company):
        """Model -> SQL of its records about these customers: id, customer_id."""
        of_company = Domain("company_id", "=", company.id)
        places = {
            "res.partner": SQL("SELECT id, commercial_partner_id AS customer_id FROM member"),
            "crm.lead": self._place_sql("crm.lead", Domain("company_id", "in", [company.id, False])),
            "account.move": self._place_sql("account.move", of_company & Domain("move_type", "in", DOCUMENT_TYPES)),
        }
        if "sale.order" in self.env:
            places["sale.order"] = self._place_sql("sale.order", of_company)
        return places

    def _place_sql(self, model, domain, **names):
        """The records of a domain whose contact is one of these customers': id, customer_id, and columns by their fields."""
        read = {"id": "id", "contact_id": "partner_id"} | names
        return SQL(
            """
            SELECT member.commercial_partner_id AS customer_id, record.*
              FROM %(records)s AS record
              JOIN member
                ON member.id = record.contact_id
            """,
            records=read_sql(self.env[model].with_context(active_test=False), domain, **read),
        )

    # Work

    def _opportunity_domain(self, company, moments):
        """Opportunities that are open, or were closed within the window; of a past day those that were there by then.

        One that was closed after a past day was open on it.
        """
        is_open = Domain("won_status", "=", "pending") & Domain("active", "=", True)
        domain = Domain("type", "=", "opportunity") & Domain("company_id", "in", [company.id, False])
        domain &= is_open | Domain("date_closed", ">=", moments.since)
        return domain & Domain("create_date", "<", moments.until) if moments.is_past else domain

    def _opportunity_sql(self, company, moments):
        return SQL(
            "SELECT customer_id, NULL::date AS day, TRUE AS is_work FROM (%s) AS opportunity",
            self._place_sql("crm.lead", self._opportunity_domain(company, moments)),
        )

    def _meeting_sql(self, moments):
        """The meetings that took place with somebody of the customer who had not declined, each once per customer.

        A meeting of whole days has its days wherever one is.
        """
        return SQL(
            """
            SELECT member.commercial_partner_id AS customer_id,
                   CASE WHEN event.allday THEN event.start_date ELSE %(day)s END AS day,
                   event.start >= %(since)s AS is_work
              FROM member
              JOIN calendar_attendee AS attendee
                ON attendee.partner_id = member.id
              JOIN calendar_event AS event
                ON event.id = attendee.event_id
             WHERE %(took_place)s
             GROUP BY member.commercial_partner_id, event.id
            """,
            day=self._local_day_sql(SQL.identifier("event", "start"), moments),
            since=moments.since,
            took_place=self._took_place_sql(moments.until),
        )

    def _took_place_sql(self, moment):
        """Condition: a meeting is over by that moment, and its attendee had not declined."""
        return SQL("attendee.state IS DISTINCT FROM 'declined' AND event.active AND event.stop <= %s", moment)

    def _activity_sql(self, model, place, windows, moments):
        """The activities done on records of a model; a file that was uploaded is none.

        Odoo notes the day in UTC, which may be the company's tomorrow: what is done counts today at the latest.
        """
        done = SQL.identifier("activity", "date_done")
        return SQL(
            """
            SELECT place.customer_id, %(day)s AS day, activity.date_done > %(since)s AS is_work
              FROM (%(place)s) AS place
              JOIN mail_activity AS activity
                ON activity.res_id = place.id
               AND activity.res_model = %(model)s
               AND NOT activity.active
               AND %(day)s <= %(as_of)s
              LEFT JOIN mail_activity_type AS kind
                ON kind.id = activity.activity_type_id
             WHERE kind.category IS DISTINCT FROM 'upload_file'
            """,
            day=done if moments.is_past else SQL("LEAST(%s, %s)", done, windows.as_of),
            as_of=windows.as_of,
            since=windows.engagement,
            place=place,
            model=model,
        )

    # Contact alone

    def _order_sql(self, company, moments):
        """The confirmed orders that somebody who works here has entered; what a shop or a portal takes is no contact."""
        confirmed = Domain("company_id", "=", company.id) & Domain("state", "=", "sale")
        return SQL(
            """
            SELECT customer_id, %(day)s AS day, FALSE AS is_work
              FROM (%(orders)s) AS placed
             WHERE entered_by IN %(people)s
            """,
            day=self._local_day_sql(SQL.identifier("ordered"), moments),
            orders=self._place_sql("sale.order", confirmed, ordered="date_order", entered_by="create_uid"),
            people=self._people_sql(),
        )

    def _message_sql(self, model, place, moments):
        """The messages on records of a model that a person sent to the customer, or that the customer sent."""
        return SQL(
            """
            SELECT place.customer_id, %(day)s AS day, FALSE AS is_work
              FROM (%(place)s) AS place
              JOIN mail_message AS message
                ON message.model = %(model)s
               AND message.res_id = place.id
               AND message.message_type IN %(types)s
             WHERE (%(sent)s OR %(received)s)
               AND %(personal)s
            """,
            day=self._local_day_sql(SQL.identifier("message", "date"), moments),
            place=place,
            model=model,
            types=("comment", "email", *SENT_TYPES),
            sent=self._sent_sql(),
            received=self._received_sql(),
            personal=self._personal_sql(),
        )

    def _sent_sql(self):
        """Condition: a person sent the message, a comment to somebody of the customer; a note stays in the house."""
        return SQL(
            """
            message.create_uid IN %(people)s AND (
                message.message_type IN %(types)s
                OR message.message_type = 'comment'
               AND message.is_internal IS NOT TRUE
               AND NOT EXISTS (
                        SELECT FROM mail_message_subtype AS subtype
                         WHERE subtype.id = message.subtype_id
                           AND subtype.internal
                   )
               AND (
                    EXISTS (
                        SELECT FROM mail_message_res_partner_rel AS recipient
                          JOIN res_partner AS addressed
                            ON addressed.id = recipient.res_partner_id
                           AND addressed.commercial_partner_id = place.customer_id
                         WHERE recipient.mail_message_id = message.id
                    )
                    OR EXISTS (
                        SELECT FROM mail_notification AS recipient
                          JOIN res_partner AS addressed
                            ON addressed.id = recipient.res_partner_id
                           AND addressed.commercial_partner_id = place.customer_id
                         WHERE recipient.mail_message_id = message.id
                    )
               )
            )
            """,
            people=self._people_sql(),
            types=SENT_TYPES,
        )

    def _received_sql(self):
        """Condition: somebody of the customer wrote the message; who is told by the address if Odoo knew no author."""
        return SQL(
            """
            message.message_type IN ('email', 'comment') AND (
                EXISTS (
                    SELECT FROM res_partner AS author
                     WHERE author.id = message.author_id
                       AND author.commercial_partner_id = place.customer_id
                )
                OR message.author_id IS NULL
               AND EXISTS (
                    SELECT FROM res_partner AS sender
                     WHERE sender.commercial_partner_id = place.customer_id
                       AND sender.email_normalized = LOWER(
                               COALESCE(SUBSTRING(message.email_from FROM '<([^<>]+)>'), TRIM(message.email_from))
                           )
                )
            )
            """
        )

    def _personal_sql(self):
        """Condition: the message is no copy of a mailing's, which goes to many."""
        if "mailing.trace" not in self.env:
            return SQL("TRUE")
        return SQL(
            """
            NOT EXISTS (SELECT FROM mail_mail AS mail WHERE mail.mail_message_id = message.id AND mail.mailing_id > 0)
            AND NOT EXISTS (SELECT FROM mailing_trace AS trace WHERE trace.message_id = message.message_id)
            """
        )
