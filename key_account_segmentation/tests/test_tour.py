# SPDX-License-Identifier: LGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date, Datetime
from odoo.tests import HttpCase, tagged

from .common import KeyAccountCase, KeyAccountPostingCase
from .roles import create_users


@tagged("post_install", "-at_install")
class TestTour(KeyAccountCase, HttpCase):
    """A sales administrator walks through every screen in a browser; any error on its console fails the test."""

    def test_walk_through_every_screen(self):
        today = Date.today()
        brewery, festival, starter = [
            self._customer(name) for name in ("Steady Brewery", "Once Upon a Fair", "First Order Ltd")
        ]
        self._insert_documents(
            [(brewery, "out_invoice", today - relativedelta(months=month), 1200) for month in range(24)]
            + [(festival, "out_invoice", today - relativedelta(months=month), 300) for month in (2, 5, 10, 17)]
            + [(starter, "out_invoice", today - relativedelta(days=3), 80)]
        )
        self.env["crm.lead"].create({"name": "New bottles", "type": "opportunity", "partner_id": brewery.id})
        self.env["key.account.run"].refresh_all(self.company)
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        admin.company_id = self.company
        self.start_tour("/odoo/key-accounts", "key_account_walk", login="admin")


@tagged("post_install", "-at_install")
class TestTourOfRoles(KeyAccountPostingCase, HttpCase):
    """People with exactly the rights of their role; names that would run a script if a screen took them for markup."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        markup = """<img src=x onerror="console.error('taken for markup')"> O'Neil "שלום" 🍺"""
        today = Date.today()
        salesperson = cls.users["own"]
        brewery = cls._customer(f"Steady Brewery {markup}", user_id=salesperson.id)
        festival, cls.starter = (cls._customer(name) for name in ("Once Upon a Fair", "First Order Ltd"))
        cls._post(festival, today - relativedelta(months=5), 300)
        cls._insert_documents(
            [(brewery, "out_invoice", today - relativedelta(months=month), 1200) for month in range(24)]
            + [(cls.starter, "out_invoice", today, 80)]
        )
        cls._post(brewery, today - relativedelta(months=5), 1000)
        for name, partner in [(f"New bottles {markup}", brewery), ("Festival tent", festival)]:
            cls.env["crm.lead"].create(
                {"name": name, "type": "opportunity", "partner_id": partner.id, "user_id": salesperson.id}
            )
        start = Datetime.now() - relativedelta(days=1)
        cls.env["calendar.event"].create(
            {"name": "Visit", "start": start, "stop": start, "partner_ids": [Command.set(brewery.ids)]}
        )
        brewery.message_post(body="See you on Monday", message_type="comment", subtype_xmlid="mail.mt_comment")
        cls.festival = festival
        cls.env["key.account.run"].refresh_all(cls.company)

    def test_a_salesperson_from_the_pipeline_to_the_profile(self):
        self.start_tour("/odoo/action-crm.crm_lead_action_pipeline", "key_account_salesperson", login="key_account_own")

    def test_a_manager_from_the_report_to_the_invoices_and_back_to_the_customers(self):
        manager = self.users["manager"]
        manager.group_ids += self.env.ref("account.group_account_invoice")
        self.start_tour("/odoo/key-accounts", "key_account_manager", login=manager.login)
        profiles = self._live([self.starter, self.festival])
        self.assertEqual(profiles.account_manager_id, self.users["own"])

    def test_an_administrator_on_the_settings(self):
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        admin.company_id = self.company
        before = self.company.key_account_policy_id
        self.start_tour("/odoo/key-accounts", "key_account_settings", login="admin")
        self.env.invalidate_all()
        self.assertNotEqual(self.company.key_account_policy_id, before)
        self.assertFalse(before.seasonal_is_recurring)
        self.assertTrue(self.company.key_account_policy_id.seasonal_is_recurring)

    def test_the_first_steps(self):
        for role in ("own", "manager"):
            self.start_tour("/odoo", "key_account_tour", login=self.users[role].login)
