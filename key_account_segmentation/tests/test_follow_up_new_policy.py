# SPDX-License-Identifier: LGPL-3.0-only
"""Figures by a new policy come with the next refresh: until then nobody is asked, and nothing that is open is closed."""

from odoo.tests import tagged

from .test_follow_up import FollowUpCase

CRON = "key_account_segmentation.ir_cron_follow_up"


@tagged("post_install", "-at_install")
class TestNewPolicy(FollowUpCase):
    def _plan(self):
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()

    def test_follow_ups_wait_for_the_refresh_by_a_new_policy(self):
        runs, triggers = self.env["key.account.run"], self.env["ir.cron.trigger"]
        self._due("review")
        runs.refresh_all(self.company)
        self.company.key_account_policy_id.copy().action_publish()
        self._plan()
        self.assertFalse(self._activities())
        self.assertFalse(self.rules["review"].last_run)
        before = triggers.search_count([("cron_id", "=", self.env.ref(CRON).id)])
        runs.refresh_all(self.company)
        self.assertEqual(triggers.search_count([("cron_id", "=", self.env.ref(CRON).id)]), before + 1)
        self._plan()
        self.assertEqual(len(self._activities()), 1)
