# SPDX-License-Identifier: LGPL-3.0-only
"""The records by which Odoo knows of a contact, each made as people make it: by the composer, a button, an e-mail, a job."""

from unittest import SkipTest
from unittest.mock import patch

from odoo import Command
from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged

from .common import KeyAccountPostingCase
from .roles import create_user

TODAY = "2026-03-31"
SELLER = "sales_team.group_sale_salesman_all_leads,account.group_account_invoice"


def needs(env, model, module):
    if model not in env:
        raise SkipTest(f"Odoo's module {module} is not installed")


class RecordsCase(KeyAccountPostingCase):
    """A monthly customer with a contact, and another customer; everything happens on 31 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer("Steady Brewery", email="office@brewery.example.com")
        cls.person = cls._customer(
            "Barbara", is_company=False, parent_id=cls.customer.id, email="barbara@brewery.example.com",
            phone="+32456001122",
        )  # fmt: skip
        cls.other = cls._customer("Other Brewery", email="other@example.com")
        cls.seller = create_user(cls.env, "records_seller", SELLER, cls.company, email="seller@example.com")
        cls._insert_documents(
            [
                (partner, "out_invoice", Date.subtract(Date.to_date(TODAY), months=months), 100)
                for partner in (cls.customer, cls.other)
                for months in range(1, 15)
            ]
        )

    def setUp(self):
        super().setUp()
        self._clock_at("2026-03-31 12:00:00")

    def _clock_at(self, moment):
        clock = freeze_time(moment)
        clock.start()
        self.addCleanup(clock.stop)

    def _by_seller(self, records):
        return records.with_user(self.seller).with_context(
            allowed_company_ids=self.company.ids, tracking_disable=False, mail_create_nolog=True
        )

    def assertRecorded(self, contact=None, work=0, customer=None):
        """So many pieces of work, the last contact that day; the other customer has neither."""
        self.env["key.account.run"].refresh_all(self.company)
        customer = customer or self.customer
        rows = [
            {
                "engagement_count": work,
                "last_contact_date": Date.to_date(contact) or False,
                "category": "active_partner" if work else "passive_partner",
            },
            {"engagement_count": 0, "last_contact_date": False, "category": "passive_partner"},
        ]
        self.assertFigures(self._live([customer, (self.customer | self.other) - customer]), rows)

    def assertContact(self):
        self.assertRecorded(TODAY)

    def assertNoContact(self):
        self.assertRecorded()

    def _compose(self, records, mode="comment", composer=None, **values):
        """What somebody writes in the composer and sends."""
        composer = self._by_seller(self.env["mail.compose.message"]) if composer is None else composer
        composer = composer.with_context(
            default_composition_mode=mode, default_model=records._name, default_res_ids=records.ids
        )
        return composer.create({"subject": "News", "body": "<p>Hello</p>", **values})._action_send_mail()

    def _quotation(self, user=None, partner=None, **values):
        needs(self.env, "sale.order", "sale")
        product = self.env["product.product"].create(
            {"name": "Barrel", "list_price": 500, "invoice_policy": "delivery", "taxes_id": False, "type": "service"}
        )
        orders = self.env["sale.order"].with_user(user or self.seller).with_company(self.company)
        return orders.create(
            {
                "partner_id": (partner or self.person).id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1, "tax_ids": []})],
                **values,
            }
        )

    def _opportunity(self, **values):
        """One that was closed long ago, which is no work."""
        with freeze_time("2024-01-10 12:00:00"):
            lead = self.env["crm.lead"].create(
                {"name": "Barrels", "type": "opportunity", "partner_id": self.person.id, **values}
            )
            lead.action_set_lost()
        return lead

    def _send_invoice(self, user):
        invoice = self._document(self.person, "2026-03-31", 100)
        invoice.action_post()
        wizard = self.env["account.move.send.wizard"].with_user(user).with_company(self.company)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"move_id": invoice.id, "sending_methods": ["email"]}
        )
        wizard.action_send_and_print(allow_fallback_pdf=True)
        return invoice

    def _incoming(self, sender, record, message):
        """An answer to a message, as the mail server hands it over."""
        self.env["mail.thread"].message_process(
            record._name,
            f"From: {sender}\nTo: seller@example.com\nSubject: Re: News\nMessage-Id: <answer-{record.id}@example.com>\n"
            f"In-Reply-To: {message.message_id}\nReferences: {message.message_id}\n"
            "Content-Type: text/plain; charset=utf-8\n\nFine, thank you.\n",
        )


@tagged("post_install", "-at_install")
class TestSentByAPerson(RecordsCase):
    def test_the_composer_on_a_contact(self):
        self._compose(self.person, partner_ids=self.person.ids)
        self.assertContact()

    def test_a_comment_in_the_chatter(self):
        self._by_seller(self.person).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.person.ids
        )
        self.assertContact()

    def test_a_comment_that_the_customer_reads_as_a_follower(self):
        opportunity = self._opportunity()
        opportunity.message_subscribe(self.person.ids)
        self._by_seller(opportunity).message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertContact()

    def test_a_letter_to_several_by_write_to(self):
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._by_seller(self._live([self.customer]))
        context = {
            "default_composition_mode": "mass_mail",
            "default_model": "res.partner",
            "default_res_ids": self.customer.ids,
            "default_subtype_xmlid": "mail.mt_comment",
        }
        if "mailing.mailing" not in self.env:
            context = profile.action_write_to()["context"]
        composer = self._by_seller(self.env["mail.compose.message"]).with_context(**context)
        composer.create({"subject": "News", "body": "<p>Hello</p>"})._action_send_mail()
        self.assertContact()

    def test_a_mail_template(self):
        template = self.env["mail.template"].create(
            {
                "name": "Greeting",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello",
                "body_html": "<p>Hello</p>",
                "use_default_to": True,
            }
        )
        person = self._by_seller(self.person)
        ways = {
            "in the composer": lambda: self._compose(self.person, template_id=template.id, partner_ids=self.person.ids),
            "sent": lambda: person.message_mail_with_source(template),
            "posted": lambda: person.message_post_with_source(
                template, message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.person.ids
            ),
            "at once": lambda: template.with_user(self.seller).send_mail(self.person.id),
        }
        for way, send in ways.items():
            with self.subTest(way):
                savepoint = self.env.cr.savepoint()
                send()
                self.assertContact()
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_a_text_message(self):
        needs(self.env, "sms.composer", "sms")
        composer = self._by_seller(self.env["sms.composer"]).create(
            {"composition_mode": "comment", "res_model": "res.partner", "res_id": self.person.id, "body": "Hello"}
        )
        with patch.object(self.env.registry["sms.sms"], "send", lambda *args, **kwargs: None):
            composer.action_send_sms()
        self.assertContact()

    def test_a_quotation_by_e_mail(self):
        order = self._quotation()
        action = order.action_quotation_send()
        composer = self.env["mail.compose.message"].with_user(self.seller).with_company(self.company)
        form = Form(composer.with_context(**action["context"]))
        form.save()._action_send_mail()
        self.assertContact()

    def test_an_invoice_by_e_mail(self):
        self._send_invoice(self.seller)
        self.assertContact()


@tagged("post_install", "-at_install")
class TestReceived(RecordsCase):
    def _asked(self, record):
        """Something nobody counts, which the customer answers."""
        return record.message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")

    def test_an_answer(self):
        for record in (self.person, self._opportunity()):
            with self.subTest(record._name):
                savepoint = self.env.cr.savepoint()
                self._incoming("Barbara <Barbara@brewery.example.com>", record, self._asked(record))
                self.assertContact()
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_an_answer_from_an_address_without_author(self):
        message = self._asked(self.person)
        self._incoming("Barbara <barbara@brewery.example.com>", self.person, message)
        answer = self.person.message_ids.filtered(lambda it: it.message_type == "email")
        answer.author_id = False
        self.assertContact()
        answer.email_from = "somebody@elsewhere.example.com"
        self.assertNoContact()

    def test_an_answer_of_somebody_else_on_their_record(self):
        self._incoming("Somebody <somebody@elsewhere.example.com>", self.person, self._asked(self.person))
        self.assertNoContact()

    def test_a_comment_in_the_portal(self):
        order = self._quotation()
        portal = create_user(self.env, "records_portal", "base.group_portal", self.company, partner_id=self.person.id)
        order.with_user(portal).sudo().message_post(
            body="May I have two?", message_type="comment", subtype_xmlid="mail.mt_comment",
            author_id=self.person.id,
        )  # fmt: skip
        self.assertContact()


@tagged("post_install", "-at_install")
class TestNoContact(RecordsCase):
    def test_an_invoice(self):
        self._post(self.person, "2026-03-31", 100)
        self.assertNoContact()

    def test_an_invoice_that_a_job_sends(self):
        self._send_invoice(self.env.ref("base.user_root"))
        self.assertNoContact()

    def test_what_a_job_posts(self):
        job = self.person.with_user(self.env.ref("base.user_root"))
        job.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.person.ids
        )
        self._compose(self.person, mode="mass_mail", composer=job.env["mail.compose.message"])
        self.assertNoContact()

    def test_notes_logs_and_what_is_internal(self):
        person = self._by_seller(self.person)
        person.message_post(body="A note", message_type="comment", subtype_xmlid="mail.mt_note")
        person.message_post(
            body="A note", message_type="comment", subtype_xmlid="mail.mt_note", partner_ids=self.person.ids
        )
        person.message_post(body="To nobody", message_type="comment", subtype_xmlid="mail.mt_comment")
        person.message_post(
            body="To a colleague", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=self.seller.partner_id.ids,
        )  # fmt: skip
        for kind in ("notification", "auto_comment", "out_of_office"):
            person.message_post(
                body="By itself", message_type=kind, subtype_xmlid="mail.mt_comment", partner_ids=self.person.ids
            )
        person.message_notify(body="You have been told", subject="Told", partner_ids=self.person.ids)
        person.message_post(
            body="Internal", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=self.person.ids,
            is_internal=True,
        )  # fmt: skip
        self.assertNoContact()

    def test_messages_of_other_companies(self):
        opportunity = self._opportunity(company_id=False)
        self._compose(opportunity, partner_ids=self.person.ids)
        self.assertContact()
        opportunity.company_id = self._create_company("Other Ltd")
        self.assertNoContact()


@tagged("post_install", "-at_install", "key_account_mailing")
class TestNewsletter(RecordsCase):
    def test_a_newsletter(self):
        if "mailing.mailing" not in self.env:
            self.skipTest("Email Marketing is not installed")
        for keep in (True, False):
            mailing = self.env["mailing.mailing"].with_user(self.seller).sudo().create(
                {
                    "name": "Newsletter", "subject": "Newsletter", "body_html": "<p>Hello</p>", "keep_archives": keep,
                    "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "mailing_domain": repr([("id", "=", self.person.id)]), "reply_to_mode": "update",
                }
            )  # fmt: skip
            mailing.action_send_mail()
            self.assertEqual(len(mailing.mailing_trace_ids), 1)
            self.assertTrue(self.person.message_ids.filtered(lambda it: it.message_type == "email_outgoing"))
            self.assertNoContact()


@tagged("post_install", "-at_install")
class TestOrders(RecordsCase):
    def test_an_order_that_a_colleague_entered_counts_on_its_day(self):
        order = self._quotation()
        self.assertNoContact()
        order.action_confirm()
        order.date_order = "2026-03-20 10:00:00"
        self.assertRecorded("2026-03-20")
        order._action_cancel()
        self.assertNoContact()

    def test_an_order_from_a_shop_or_a_portal(self):
        """Odoo's shop enters orders as OdooBot; a portal user's own are their own."""
        portal = create_user(self.env, "records_portal", "base.group_portal", self.company, partner_id=self.person.id)
        for user in (self.env.ref("base.user_root"), portal):
            order = self._quotation().sudo()
            order = order.with_user(user).sudo().copy()
            order.action_confirm()
            self.assertEqual(order.create_uid, user)
        self.assertNoContact()


@tagged("post_install", "-at_install")
class TestAllTogether(RecordsCase):
    def test_what_proves_nothing(self):
        """An invoice, a meeting they declined, a call that is planned: no work, never."""
        self._post(self.person, "2026-03-31", 100)
        meeting = self._by_seller(self.env["calendar.event"]).create(
            {"name": "Visit", "start": "2026-03-10 09:00:00", "stop": "2026-03-10 10:00:00",
             "partner_ids": [Command.link(self.person.id)]}
        )  # fmt: skip
        meeting.attendee_ids.filtered(lambda it: it.partner_id == self.person).do_decline()
        self._by_seller(self.person).activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        self.assertNoContact()

    def test_a_call_done_a_text_message_and_an_answer(self):
        call = self._by_seller(self.person).activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        with freeze_time("2026-03-03 12:00:00"):
            call.action_feedback("Content")
            self.env.flush_all()
        self.assertRecorded("2026-03-03", work=1)
        if "sms.composer" in self.env:
            with freeze_time("2026-03-09 12:00:00"):
                self._by_seller(self.person)._message_sms("Hello", partner_ids=self.person.ids)
            self.assertRecorded("2026-03-09", work=1)
        with freeze_time("2026-03-12 12:00:00"):
            question = self.person.message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")
            self._incoming("barbara@brewery.example.com", self.person, question)
        self.assertRecorded("2026-03-12", work=1)

    def test_nobody_is_asked_after_a_letter(self):
        """A key account, last invoice 120 days ago, written to today: the last contact is today, nothing is due."""
        kind = self.env["key.account.type"].search([("code", "=", "special")])
        kind.contact_days = 30
        rule = self.env["key.account.follow.up.rule"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "contact")]
        )
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([self.customer])
        self.env.cr.execute("UPDATE key_account_profile SET create_date = '2025-01-01' WHERE id = %s", [profile.id])
        profile.write({"main_type_id": kind.id})
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        self.assertIn(profile.id, rule._contact_due({}))
        self._compose(self.person, mode="mass_mail")
        self.assertNotIn(profile.id, rule._contact_due({}))
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self._compose(self.person, partner_ids=self.person.ids)
        self.assertNotIn(profile.id, rule._contact_due({}))


@tagged("post_install", "-at_install")
class TestOrdersOnTheirWay(RecordsCase):
    """While an order newer than the last purchase waits for its invoice, nobody is asked why there was no purchase."""

    def setUp(self):
        super().setUp()
        self._clock_at("2026-04-29 12:00:00")
        rules = self.env["key.account.follow.up.rule"].with_context(active_test=False)
        self.rules = rules.search([("company_id", "=", self.company.id)]).grouped("kind")
        self.rules["rhythm"].scope = self.rules["became_at_risk"].scope = self.rules["became_lost"].scope = "all"
        self.rules["reminder"].write({"active": True, "scope": "all", "days": 40})
        needs(self.env, "sale.order", "sale")
        # the last invoice is two months old
        self.env.cr.execute(
            "DELETE FROM account_move WHERE company_id = %s AND invoice_date > '2026-03-01'", [self.company.id]
        )
        self._refresh()

    def _refresh(self):
        self.env["key.account.run"].refresh_all(self.company)
        self.profile = self._live([self.customer])

    def _asked(self, kind="rhythm"):
        """Whether the rule has an open follow-up for the customer after a run."""
        for _done in self.rules[kind]._follow_up():
            self.env.flush_all()
        rows = self.env["key.account.follow.up"].search(
            [("profile_id", "=", self.profile.id), ("kind", "=", kind), ("state", "=", "open")]
        )
        return bool(rows)

    def _ordered(self, day="2026-04-28"):
        with freeze_time(f"{day} 12:00:00"):
            order = self._quotation()
            order.action_confirm()
        self.assertEqual(order.invoice_status, "no")
        return order

    def _user(self):
        user = create_user(self.env, "records_manager", "sales_team.group_sale_salesman_all_leads", self.company)
        self.customer.user_id = user
        self._refresh()

    def test_an_order_on_delivery(self):
        self._user()
        self.assertTrue(self._asked())
        order = self._ordered()
        self.assertFalse(self._asked())
        order._action_cancel()
        self.assertTrue(self._asked())

    def test_until_its_invoice_is_posted(self):
        self._user()
        order = self._ordered()
        self.assertFalse(self._asked())
        order.order_line.qty_delivered = 1
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertFalse(self._asked())
        invoice = order.sudo()._create_invoices()
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertFalse(self._asked(), "a draft is not posted")
        invoice.invoice_date = "2026-02-28"
        invoice.action_post()
        self._refresh()
        self.assertTrue(self._asked(), "the purchase it became is two months ago")

    def test_an_order_older_than_the_last_purchase_or_of_somebody_else(self):
        self._user()
        self._ordered("2026-02-20")
        with freeze_time("2026-04-28 12:00:00"):
            self._quotation(partner=self.other).action_confirm()
        self.assertTrue(self._asked())

    def test_no_reminder(self):
        self._user()
        self._post(self.customer, "2026-04-10", 100)
        self._refresh()
        self.assertTrue(self._asked("reminder"))
        self._ordered()
        self.assertFalse(self._asked("reminder"))

    def test_who_became_at_risk_or_lost(self):
        self._user()
        for lifecycle, event in (("at_risk", "became_at_risk"), ("lost", "became_lost")):
            for first in (True, False):
                with self.subTest(event, asked_first=first):
                    savepoint = self.env.cr.savepoint()
                    self.profile.lifecycle = lifecycle
                    self.env["key.account.transition"].create(
                        {"profile_id": self.profile.id, "date": Date.today(), "what": "lifecycle", "old_value": "active",
                         "new_value": lifecycle, "event": event, "cause": "figures"}
                    )  # fmt: skip
                    if first:
                        self.assertTrue(self._asked(event))
                    order = self._ordered()
                    self.assertFalse(self._asked(event))
                    self.assertFalse(self._asked(event))
                    order._action_cancel()
                    self.assertTrue(self._asked(event))
                    savepoint.close(rollback=True)
                    self.env.invalidate_all()
