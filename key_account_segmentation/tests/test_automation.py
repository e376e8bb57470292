# SPDX-License-Identifier: LGPL-3.0-only
"""Automation rules of people see changes, which are written by SQL."""

from unittest import SkipTest

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .roles import create_user
from .test_settling import START, SettlingCase

LOGGER = "odoo.addons.key_account_segmentation.models.override.key_account_transition"


@tagged("post_install", "-at_install")
class TestAutomationRules(SettlingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "base.automation" not in cls.env:
            raise SkipTest("Automation Rules are not installed")

    def _rule(self, code, trigger="on_create", **values):
        """A rule for changes, as people make it under Settings, Technical."""
        model = self.env["ir.model"]._get("key.account.transition")
        action = {"name": "Do it", "model_id": model.id, "state": "code", "code": code, "usage": "base_automation"}
        rule = self.env["base.automation"].create(
            {
                "name": "When a key account changes",
                "model_id": model.id,
                "trigger": trigger,
                "action_server_ids": [Command.create(action)],
                **values,
            }
        )
        self.addCleanup(rule._unregister_hook)
        return rule

    def _note(self, trigger="on_create", **values):
        """A rule that notes the change on its customer, in a field that nobody uses."""
        return self._rule("record.partner_id.write({'ref': record.what + ' ' + record.new_label})", trigger, **values)

    def test_a_rule_for_new_changes_runs_for_those_of_a_night(self):
        for trigger in ("on_create", "on_create_or_write"):
            with self.subTest(trigger=trigger), self.env.cr.savepoint() as savepoint:
                rule = self._note(trigger, filter_domain="[('what', '=', 'category')]")
                self._night(START)
                self.assertFalse(self.customer.ref, "the first night changes nothing")
                self._engage(START)
                self._night("2025-06-16")
                self.assertEqual(self.customer.ref, "category Active partner")
                self.assertFalse(self.other.ref)
                self.assertEqual(self._profile().transition_ids.create_uid, self.env.user)
                rule._unregister_hook()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_rules_for_other_changes_do_not_run(self):
        self._note("on_write")
        self._note(filter_domain="[('event', '=', 'became_major')]")
        self._note(active=False)
        self._night(START)
        self._engage(START)
        self._night("2025-06-16")
        self.assertTrue(self._changes())
        self.assertFalse(self.customer.ref)

    def test_a_rule_runs_for_what_somebody_sets_by_hand(self):
        self._note(filter_domain="[('cause', '=', 'hand')]")
        self._night(START)
        salesperson = create_user(self.env, "kas_salesperson", "sales_team.group_sale_salesman", self.company)
        self.customer.user_id = salesperson
        self._profile().with_user(salesperson).write(
            {"manual_category": "client", "manual_category_reason": "They say so"}
        )
        self.assertEqual(self.customer.ref, "category Client")
        change = self._profile().transition_ids[:1]
        self.assertEqual((change.create_uid, change.user_id), (salesperson, salesperson))

    def test_a_rule_that_fails_stops_neither_the_night_nor_other_rules(self):
        self._rule("record.partner_id.write({'ref': 'half'})\nraise ValueError('no sense')")
        self._note(filter_domain="[('what', '=', 'category')]")
        self._night(START)
        self._engage(START)
        with mute_logger(LOGGER), self.assertLogs(LOGGER, "ERROR") as logs:
            self._night("2025-06-16")
        self.assertIn("When a key account changes", logs.output[0])
        self.assertEqual(self.customer.ref, "category Active partner")
        self.assertEqual(self._changes(), [("category", "passive_partner", "active_partner", "other", "figures")])
