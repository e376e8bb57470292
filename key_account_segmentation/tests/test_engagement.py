# SPDX-License-Identifier: LGPL-3.0-only
"""What counts as work with a customer, which makes the active partner out of the passive one, and until when."""

from ast import literal_eval
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command
from odoo.fields import Date, Datetime
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import KeyAccountCase
from .roles import create_user


class EngagementCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other, cls.client = (cls._customer(name) for name in ("Customer", "Other", "Client"))
        cls.contact = cls._customer("Contact", is_company=False, parent_id=cls.customer.id)
        cls.seller = create_user(cls.env, "engaged_seller", "sales_team.group_sale_salesman_all_leads", cls.company)
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

    def _lost(self, created, closed):
        opportunity = self._opportunity(created)
        with freeze_time(closed):
            opportunity.action_set_lost()
        self.assertEqual((opportunity.won_status, opportunity.date_closed), ("lost", closed.replace(microsecond=0)))
        return opportunity

    def _meeting(self, start, *partners, **values):
        return (
            self.env["calendar.event"]
            .with_user(self.seller)
            .create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.set([partner.id for partner in partners])],
                    **values,
                }
            )
        )

    def _planned(self, record=None, kind="mail.mail_activity_data_call"):
        return (record or self.contact).with_user(self.seller).activity_schedule(
            kind, automated=False, user_id=self.seller.id
        )  # fmt: skip

    def _done(self, when, record=None, **values):
        activity = self._planned(record, **values)
        with freeze_time(when):
            activity.action_feedback("Content")
            self.env.flush_all()
        return activity

    def assertEngaged(self, count, customer=None):
        """So many engagements; with one the customer is an active partner, without a passive one."""
        self.env["key.account.run"].refresh_all(self.company)
        category = "active_partner" if count else "passive_partner"
        figures = {"engagement_count": count, "computed_category": category}
        self.assertFigures(self._live([customer or self.customer]), [figures])


@tagged("post_install", "-at_install")
class TestEngagement(EngagementCase):
    def test_nothing(self):
        self.assertEngaged(0)

    def test_an_open_opportunity_however_old(self):
        self._opportunity(self._ago(years=4))
        self.assertEngaged(1)
        self.assertEngaged(0, self.other)

    def test_a_lost_opportunity_counts_for_twelve_months(self):
        for closed, count in [(self._ago(months=13), 0), (self._ago(months=12), 0), (self._ago(months=11), 1)]:
            self._lost(self._ago(years=4), closed)
            self.assertEngaged(count)

    def test_a_won_opportunity_counts_for_twelve_months(self):
        for closed, count in [(self._ago(months=13), 0), (self._ago(months=12, days=-1), 1)]:
            opportunity = self._opportunity(self._ago(years=4))
            with freeze_time(closed):
                opportunity.action_set_won()
            self.assertEngaged(count)

    def test_an_opportunity_put_away_without_being_lost_is_closed(self):
        opportunity = self._opportunity(self._ago(years=4), probability=30)
        with freeze_time(self._ago(months=13)):
            opportunity.action_archive()
        self.assertEqual(opportunity.won_status, "pending")
        self.assertEngaged(0)

    def test_a_lead_is_no_opportunity(self):
        self._opportunity(self._ago(months=1), type="lead")
        self.assertEngaged(0)

    def test_opportunities_of_other_companies_do_not_count(self):
        self._opportunity(self._ago(months=1), company_id=self._create_company("Other Ltd").id)
        self.assertEngaged(0)
        self._opportunity(self._ago(months=1), company_id=False)
        self._opportunity(self._ago(months=1), company_id=self.company.id)
        self.assertEngaged(2)

    def test_a_meeting_that_took_place(self):
        self._meeting(self._ago(months=13), self.contact)
        self._meeting(self._ago(months=-2), self.contact, self.other)
        self._meeting(self._ago(minutes=10), self.contact)
        self.assertEngaged(0)
        self._meeting(self._ago(months=11), self.contact, self.customer)
        self.assertEngaged(1)
        self._meeting(self._ago(hours=1), self.contact, self.other)
        self.assertEngaged(2)
        self.assertEngaged(1, self.other)

    def test_a_meeting_that_was_cancelled(self):
        self._meeting(self._ago(months=1), self.contact).action_archive()
        self.assertEngaged(0)

    def test_a_declined_meeting(self):
        """A monthly customer who declined stays passive, and nobody was in touch; their colleague may come."""
        meeting = self._meeting(self._ago(days=15), self.contact, self.customer)
        theirs = meeting.attendee_ids.filtered(lambda it: it.partner_id in self.contact | self.customer)
        theirs.do_decline()
        self.assertEngaged(0)
        self.assertFigures(self._live([self.customer]), [{"last_contact_date": False, "category": "passive_partner"}])
        theirs[0].do_accept()
        self.assertEngaged(1)
        self.assertFigures(self._live([self.customer]), [{"last_contact_date": self._ago(days=15).date()}])

    def test_an_activity_counts_once_it_is_done(self):
        activity = self._planned()
        self._created(activity, self._ago(months=1))
        self.assertEngaged(0)
        activity.action_feedback("Content")
        self.assertEngaged(1)
        self.assertEngaged(0, self.other)

    def test_an_activity_counts_for_twelve_months(self):
        for done, count in [(self._ago(months=12), 0), (self._ago(months=12, days=-1), 1)]:
            self._done(done)
            self.assertEngaged(count)

    def test_an_uploaded_file_is_no_work(self):
        self._done(self._ago(days=3), kind="mail.mail_activity_data_upload_document")
        self.assertEngaged(0)

    def test_an_activity_on_an_opportunity(self):
        opportunity = self._lost(self._ago(years=4), self._ago(years=3))
        self._done(self._ago(days=3), opportunity)
        self.assertEngaged(1)
        opportunity.company_id = self._create_company("Other Ltd")
        self.assertEngaged(0)

    def test_a_started_playbook_alone(self):
        """Its activities are planned, whoever started it: nothing has been done."""
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([self.customer])
        self.assertTrue(profile.quadrant_id.plan_id.template_ids)
        profile.with_user(self.seller).with_context(allowed_company_ids=self.company.ids).action_start_playbook()
        self.assertTrue(self.customer.activity_ids)
        self.assertEngaged(0)
        self.customer.activity_ids[:1].with_user(self.seller).action_feedback("Content")
        self.assertEngaged(1)

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

    def test_a_past_day_knows_dated_work_only(self):
        """Of a day half a year ago: what was open, had been closed, held or done by then."""
        day = self._ago(months=6)
        self._opportunity(day - timedelta(days=1))
        self._lost(day - timedelta(days=9), day + timedelta(days=9))
        self._lost(day - relativedelta(months=13), day - relativedelta(months=11))
        self._meeting(day - timedelta(days=2), self.contact)
        self._done(day - timedelta(days=2))
        later = day + timedelta(days=1)
        self._opportunity(later)
        self._lost(day - relativedelta(months=15), day - relativedelta(months=13))
        self._meeting(later, self.contact)
        self._done(later)
        self.assertFigures(
            self._look_back(day.date(), self.customer),
            [{"engagement_count": 5, "last_contact_date": (day - timedelta(days=2)).date()}],
        )

    def test_work_of_today_is_not_counted_in_the_past(self):
        self._opportunity(self._ago(days=0))
        yesterday = Date.today() - timedelta(days=1)
        self.assertFigures(self._look_back(yesterday, self.customer), [{"engagement_count": 0}])
        self.assertEngaged(1)

    def test_days_are_the_companys(self):
        """10 February, 09:30 in Auckland: a visit of 08:00 was today, and one of 10 February a year ago is over."""
        self.company.partner_id.tz = "Pacific/Auckland"
        self._insert_documents([(self.customer, "out_invoice", f"2025-{month:02}-05", 9) for month in range(1, 13)])
        for start, count, day in [
            ("2025-02-10 08:00:00", 0, "2025-02-10"),
            ("2025-02-10 11:30:00", 1, "2025-02-11"),
            ("2026-02-09 19:00:00", 2, "2026-02-10"),
        ]:
            self._meeting(datetime.fromisoformat(start), self.contact)
            with freeze_time("2026-02-09 20:30:00"):
                self.env["key.account.run"].refresh_all(self.company)
            figures = {"engagement_count": count, "last_contact_date": Date.to_date(day)}
            self.assertFigures(self._live([self.customer]), [figures])


@tagged("post_install", "-at_install")
class TestLastContact(EngagementCase):
    """When somebody was last in touch with the customer, in either direction. The records: ``test_contact_records.py``."""

    def _write_to(self, record, when, *people):
        with freeze_time(when):
            return record.with_user(self.seller).message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=[person.id for person in people or (self.contact,)],
            )

    def assertLastContact(self, when, customer=None):
        self.env["key.account.run"].refresh_all(self.company)
        day = when.date() if when else False
        self.assertFigures(self._live([customer or self.customer]), [{"last_contact_date": day}])

    def test_never(self):
        self.assertLastContact(False)

    def test_a_meeting_once_it_took_place(self):
        self._meeting(self._ago(days=-5), self.contact)
        self.assertLastContact(False)
        self._meeting(self._ago(days=20), self.contact, self.other)
        self._meeting(self._ago(days=30), self.contact)
        self.assertLastContact(self._ago(days=20))
        self.assertLastContact(self._ago(days=20), self.other)
        self.assertLastContact(False, self.client)

    def test_a_meeting_of_whole_days_has_its_day_wherever_one_is(self):
        self.company.partner_id.tz = "Pacific/Honolulu"
        day = self._ago(days=9).date()
        self.env["calendar.event"].with_user(self.seller).create(
            {"name": "Fair", "allday": True, "start_date": day, "stop_date": day,
             "partner_ids": [Command.link(self.contact.id)]}
        )  # fmt: skip
        self.assertLastContact(self._ago(days=9))

    def test_an_activity_once_it_is_done(self):
        self._planned()
        self.assertLastContact(False)
        self._done(self._ago(days=9))
        self.assertLastContact(self._ago(days=9))

    def test_an_opportunity_alone_is_no_contact(self):
        self._opportunity(self._ago(days=3))
        self.assertLastContact(False)

    def test_messages_on_opportunities(self):
        opportunity = self._opportunity(self._ago(years=4))
        self._write_to(opportunity, self._ago(days=15))
        self.assertLastContact(self._ago(days=15))
        opportunity.active = False
        self.assertLastContact(self._ago(days=15))
        opportunity.company_id = self._create_company("Other Ltd")
        self.assertLastContact(False)
        opportunity.company_id = self.company
        self.assertLastContact(self._ago(days=15))

    def test_done_activities_of_opportunities_of_other_companies_do_not_count(self):
        opportunity = self._opportunity(self._ago(years=4))
        self._done(self._ago(days=3), opportunity)
        opportunity.company_id = self._create_company("Other Ltd")
        self.assertLastContact(False)
        opportunity.company_id = self.company
        self.assertLastContact(self._ago(days=3))

    def test_what_is_longer_ago_than_work_counts_is_still_no_never(self):
        for contact in (self._write_to(self.contact, self._ago(months=30)), None):
            if not contact:
                self._meeting(self._ago(months=20), self.contact)
            self.assertLastContact(self._ago(months=30 if contact else 20))
            self.assertFigures(self._live([self.customer]), [{"engagement_count": 0, "category": "passive_partner"}])

    def test_looking_back(self):
        self._write_to(self.contact, self._ago(days=50))
        self._write_to(self.contact, self._ago(days=5))
        day = (self._ago(days=30)).date()
        self.assertFigures(
            self._look_back(day, self.customer, self.other),
            [{"last_contact_date": self._ago(days=50).date()}, {"last_contact_date": False}],
        )
        self.assertLastContact(self._ago(days=5))

    def test_no_contact_for_sixty_days(self):
        self._write_to(self.contact, self._ago(days=60))
        self._write_to(self.other, self._ago(days=61), self.other)
        self.env["key.account.run"].refresh_all(self.company)
        arch = etree.fromstring(self.profiles.get_view(view_type="search")["arch"])
        domain = literal_eval(arch.find(".//filter[@name='no_contact']").get("domain"))
        found = self.profiles.search([("company_id", "=", self.company.id), *domain], order="partner_id")
        self.assertEqual(found.partner_id.sorted("id"), self.other + self.client)
