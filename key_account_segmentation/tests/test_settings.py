# SPDX-License-Identifier: LGPL-3.0-only
"""The settings screen: switches that make a new version of the policy, and how the last refresh went."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .roles import create_user, create_users


@tagged("post_install", "-at_install")
class TestSettings(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.policy = cls.company.key_account_policy_id
        cls.customer = cls._customer("Customer")
        cls._insert_documents([(cls.customer, "out_invoice", "2024-06-01", 10)])

    def _settings(self, **values):
        return self.env["res.config.settings"].create(values)

    def _policies(self):
        return self.env["key.account.policy"].search([("company_id", "=", self.company.id)], order="id")

    def test_the_switches_show_the_policy(self):
        published = self.policy.copy({"count_own_companies": True, "seasonal_is_recurring": True})
        published.action_publish()
        self.assertFigures(
            self._settings(),
            [
                {
                    "key_account_policy_id": published.id,
                    "key_account_count_own_companies": True,
                    "key_account_seasonal_is_recurring": True,
                }
            ],
        )

    def test_a_switch_publishes_a_new_version(self):
        for name in ("seasonal_is_recurring", "count_own_companies"):
            with self.subTest(switch=name):
                before, policies = self.company.key_account_policy_id, self._policies()
                self._settings(**{f"key_account_{name}": True}).execute()
                (new,) = self._policies() - policies
                self.assertEqual(self.company.key_account_policy_id, new)
                self.assertFigures(
                    before + new, [{"state": "archived", name: False}, {"state": "published", name: True}]
                )
                self.assertEqual(new.name, before.name)
        self.assertTrue(new.seasonal_is_recurring)

    def test_thresholds_go_along(self):
        own = self.policy.copy({"engagement_months": 7})
        own.action_publish()
        self._settings(key_account_count_own_companies=True).execute()
        self.assertFigures(self.company.key_account_policy_id, [{"engagement_months": 7, "count_own_companies": True}])

    def test_saving_without_a_change_makes_no_version(self):
        self.policy.copy({"seasonal_is_recurring": True}).action_publish()
        before = self._stored(self._policies())
        self._settings().execute()
        self._settings(key_account_count_own_companies=False).execute()
        self.assertEqual(self._stored(self._policies()), before)

    def test_other_companies_keep_their_policy(self):
        other = self._create_company("Other Ltd")
        before = other.key_account_policy_id
        self._settings(key_account_count_own_companies=True).execute()
        self.assertEqual(other.key_account_policy_id, before)
        self.assertFigures(before, [{"state": "published", "count_own_companies": False}])

    def test_how_the_last_refresh_went(self):
        self.assertFigures(self._settings(), [{"key_account_run_id": False, "key_account_run_state": False}])
        run = self.env["key.account.run"].refresh_all(self.company)
        shown = {
            "key_account_run_id": run.id,
            "key_account_run_state": "done",
            "key_account_run_finished_at": run.finished_at,
            "key_account_run_seconds": run.seconds,
            "key_account_run_read_count": 1,
        }
        self.assertFigures(self._settings(), [shown])
        self._look_back("2024-12-31")
        self.env["key.account.run"].refresh_all(self._create_company("Other Ltd"))
        self.assertFigures(self._settings(), [shown])
        run.copy({"state": "failed", "message": "The disk is full"})
        self.assertFigures(
            self._settings(), [{"key_account_run_state": "failed", "key_account_run_message": "The disk is full"}]
        )

    def test_refresh_now_opens_the_dialog(self):
        action = self._settings().action_key_account_refresh()
        self.assertEqual((action["tag"], action["target"]), ("key_account_refresh", "new"))

    def test_who_may_open_the_settings(self):
        for role in self.users:
            with (
                self.subTest(role=role),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.env.cr.savepoint(),
            ):
                self.env["res.config.settings"].with_user(self.users[role]).create({})

    def test_a_system_administrator_without_sales_rights_saves_other_settings(self):
        user = create_user(self.env, "key_account_system", "base.group_system", self.company)
        settings = self.env["res.config.settings"].with_user(user)
        self.assertNotIn('data-string="Key Accounts"', settings.get_view(view_type="form")["arch"])
        before = self._stored(self._policies())
        settings.create({}).execute()
        self.assertEqual(self._stored(self._policies()), before)
