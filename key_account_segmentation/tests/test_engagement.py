# SPDX-License-Identifier: LGPL-3.0-only
"""What counts as work with a customer, which makes the active partner out of the passive one."""

from ast import literal_eval
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command
from odoo.fields import Date, Datetime
from odoo.tests import tagged
from odoo.tools import SQL

from .common import KeyAccountCase


class EngagementCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other, cls.client = (cls._customer(name) for name in ("Customer", "Other", "Client"))
        cls.contact = cls._customer("Contact", is_company=False, parent_id=cls.customer.id)
        today = Date.today()
        cls._insert_documents(
            [
                (partner, "out_invoice", today - relativedelta(months=month), 100)
                for partner in (cls.customer, cls.other)
                for month in range(14)
            ]
            + [(cls.client, "out_invoice", today - relativedelta(months=5), 100)]
        )

    def _ago(self, **period):
        return Datetime.now() - relativedelta(**period)

    def _created(self, record, when):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE %s SET create_date = %s WHERE id = %s", SQL.identifier(record._table), when, record.id)
        )
        record.invalidate_recordset()

    def _opportunity(self, created, **values):
        opportunity = self.env["crm.lead"].create(
            {"name": "New bottles", "type": "opportunity", "partner_id": self.contact.id, **values}
        )
        self._created(opportunity, created)
        return opportunity

    def _meeting(self, start, *partners):
        return self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set([partner.id for partner in partners])],
            }
        )


@tagged("post_install", "-at_install")
class TestEngagement(EngagementCase):
    def assertEngaged(self, count, customer=None):
        """So many engagements; with one the customer is an active partner, without a passive one."""
        self.env["key.account.run"].refresh_all(self.company)
        category = "active_partner" if count else "passive_partner"
        figures = {"engagement_count": count, "computed_category": category}
        self.assertFigures(self._live([customer or self.customer]), [figures])

    def test_nothing(self):
        self.assertEngaged(0)

    def test_an_open_opportunity_however_old(self):
        self._opportunity(self._ago(years=4))
        self.assertEngaged(1)
        self.assertEngaged(0, self.other)

    def test_an_opportunity_begun_within_twelve_months(self):
        for created, closed, count in [
            (self._ago(months=11), self._ago(months=11), 1),
            (self._ago(years=4), self._ago(months=11), 2),
            (self._ago(years=4), self._ago(months=13), 2),
        ]:
            self._opportunity(created, date_closed=closed)
            self.assertEngaged(count)

    def test_a_lost_opportunity(self):
        for created, closed, count in [
            (self._ago(years=4), self._ago(months=13), 0),
            (self._ago(years=4), self._ago(months=11), 1),
            (self._ago(months=11), False, 2),
            (self._ago(years=4), False, 2),
        ]:
            opportunity = self._opportunity(created)
            opportunity.active = False
            opportunity.date_closed = closed
            self.assertEngaged(count)

    def test_a_lead_is_no_opportunity(self):
        self._opportunity(self._ago(months=1), type="lead")
        self.assertEngaged(0)

    def test_opportunities_of_other_companies_do_not_count(self):
        self._opportunity(self._ago(months=1), company_id=self._create_company("Other Ltd").id)
        self.assertEngaged(0)
        self._opportunity(self._ago(months=1), company_id=False)
        self._opportunity(self._ago(months=1), company_id=self.company.id)
        self.assertEngaged(2)

    def test_a_meeting(self):
        self._meeting(self._ago(months=13), self.contact)
        self.assertEngaged(0)
        self._meeting(self._ago(months=11), self.contact)
        self.assertEngaged(1)
        self._meeting(self._ago(months=-2), self.contact, self.other)
        self.assertEngaged(2)
        self.assertEngaged(1, self.other)

    def test_an_activity_on_a_contact(self):
        activity = self.contact.activity_schedule("mail.mail_activity_data_todo", automated=False)
        self._created(activity, self._ago(years=3))
        self.assertEngaged(1)
        self.assertEngaged(0, self.other)

    def test_what_the_system_has_planned_counts_once_it_is_done(self):
        activity = self.contact.activity_schedule("mail.mail_activity_data_todo")
        self.assertTrue(activity.automated)
        self.assertEngaged(0)
        activity.action_feedback()
        self.assertEngaged(1)

    def test_an_activity_that_was_done(self):
        activity = self.contact.activity_schedule("mail.mail_activity_data_todo")
        self._created(activity, self._ago(years=3))
        activity.action_feedback()
        self.assertTrue(activity.exists())
        for done, count in [(self._ago(months=11), 1), (self._ago(months=13), 0)]:
            activity.date_done = done.date()
            self.assertEngaged(count)

    def test_an_activity_on_an_opportunity(self):
        opportunity = self._opportunity(self._ago(years=4), date_closed=self._ago(years=3))
        self.assertEngaged(0)
        opportunity.activity_schedule("mail.mail_activity_data_todo", automated=False)
        self.assertEngaged(1)
        opportunity.company_id = self._create_company("Other Ltd")
        self.assertEngaged(0)

    def test_a_client_stays_a_client(self):
        self._opportunity(self._ago(months=1), partner_id=self.client.id)
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFigures(self._live([self.client]), [{"engagement_count": 1, "category": "client"}])

    def test_who_cannot_be_developed_stays_passive(self):
        self._opportunity(self._ago(months=1))
        self.assertEngaged(1)
        self._live([self.customer]).cannot_be_developed = True
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFigures(
            self._live([self.customer]), [{"engagement_count": 1, "computed_category": "passive_partner"}]
        )

    def test_work_of_today_is_not_counted_in_the_past(self):
        self._opportunity(self._ago(days=0))
        yesterday = Date.today() - timedelta(days=1)
        self.assertFigures(self._look_back(yesterday, self.customer), [{"engagement_count": 0}])
        self.assertEngaged(1)


@tagged("post_install", "-at_install")
class TestLastContact(EngagementCase):
    """When somebody was last in touch with the customer, in either direction."""

    def _message(self, record, when, subtype="mail.mt_comment", message_type="comment", **values):
        message = record.message_post(body="Hello", subtype_xmlid=subtype, message_type=message_type)
        message.write({"date": when, **values})
        return message

    def assertLastContact(self, when, customer=None):
        self.env["key.account.run"].refresh_all(self.company)
        day = when.date() if when else False
        self.assertFigures(self._live([customer or self.customer]), [{"last_contact_date": day}])

    def test_nothing(self):
        self.assertLastContact(False)

    def test_a_meeting_once_it_took_place(self):
        self._meeting(self._ago(days=-5), self.contact)
        self.assertLastContact(False)
        self._meeting(self._ago(days=20), self.contact, self.other)
        self._meeting(self._ago(days=30), self.contact)
        self.assertLastContact(self._ago(days=20))
        self.assertLastContact(self._ago(days=20), self.other)
        self.assertLastContact(False, self.client)

    def test_an_activity_once_it_is_done(self):
        activity = self.contact.activity_schedule("mail.mail_activity_data_todo")
        self.assertLastContact(False)
        activity.action_feedback()
        activity.date_done = self._ago(days=9).date()
        self.assertLastContact(self._ago(days=9))

    def test_an_opportunity_alone_is_no_contact(self):
        self._opportunity(self._ago(days=3))
        self.assertLastContact(False)

    def test_messages_to_and_from_the_customer(self):
        for days, message_type in [(40, "comment"), (30, "email"), (20, "email_outgoing")]:
            self._message(self.contact, self._ago(days=days), message_type=message_type)
            self.assertLastContact(self._ago(days=days))
        self._message(self.customer, self._ago(days=10))
        self.assertLastContact(self._ago(days=10))
        self.assertLastContact(False, self.other)

    def test_what_colleagues_note_is_no_contact(self):
        self._message(self.contact, self._ago(days=2), subtype="mail.mt_note")
        self._message(self.contact, self._ago(days=2), message_type="notification")
        self._message(self.contact, self._ago(days=2), is_internal=True)
        self.assertLastContact(False)

    def test_messages_on_opportunities(self):
        opportunity = self._opportunity(self._ago(years=4))
        self._message(opportunity, self._ago(days=15))
        self.assertLastContact(self._ago(days=15))
        opportunity.active = False
        self.assertLastContact(self._ago(days=15))
        opportunity.company_id = self._create_company("Other Ltd")
        self.assertLastContact(False)
        opportunity.company_id = self.company
        self.assertLastContact(self._ago(days=15))

    def test_done_activities_of_opportunities_of_other_companies_do_not_count(self):
        opportunity = self._opportunity(self._ago(years=4), company_id=self._create_company("Other Ltd").id)
        opportunity.activity_schedule("mail.mail_activity_data_todo").action_feedback()
        self.assertLastContact(False)
        opportunity.company_id = self.company
        self.assertLastContact(self._ago(days=0))

    def test_what_was_longer_ago_than_an_engagement_counts(self):
        self._message(self.contact, self._ago(months=13))
        self._meeting(self._ago(months=13), self.contact)
        self.assertLastContact(False)
        self._message(self.contact, self._ago(months=11))
        self.assertLastContact(self._ago(months=11))

    def test_a_message_is_no_engagement(self):
        self._message(self.contact, self._ago(days=2))
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFigures(self._live([self.customer]), [{"engagement_count": 0, "category": "passive_partner"}])

    def test_looking_back(self):
        self._message(self.contact, self._ago(days=50))
        self._message(self.contact, self._ago(days=5))
        day = (self._ago(days=30)).date()
        self.assertFigures(
            self._look_back(day, self.customer, self.other),
            [{"last_contact_date": self._ago(days=50).date()}, {"last_contact_date": False}],
        )
        self.assertLastContact(self._ago(days=5))

    def test_no_contact_for_sixty_days(self):
        self._message(self.contact, self._ago(days=60))
        self._message(self.other, self._ago(days=61))
        self.env["key.account.run"].refresh_all(self.company)
        arch = etree.fromstring(self.profiles.get_view(view_type="search")["arch"])
        domain = literal_eval(arch.find(".//filter[@name='no_contact']").get("domain"))
        found = self.profiles.search([("company_id", "=", self.company.id), *domain], order="partner_id")
        self.assertEqual(found.partner_id.sorted("id"), self.other + self.client)
