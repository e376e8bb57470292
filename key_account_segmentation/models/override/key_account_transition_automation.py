# SPDX-License-Identifier: LGPL-3.0-only
"""Automation rules see changes, although these are written by SQL. Only where Odoo's Automation Rules are installed."""

import logging

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

#: What a new record sets off, as ``base.automation`` has it.
CREATE_TRIGGERS = (
    "on_create",
    "on_create_or_write",
    "on_priority_set",
    "on_stage_set",
    "on_state_set",
    "on_tag_set",
    "on_user_set",
)


class KeyAccountTransition(models.Model):
    _inherit = "key.account.transition"

    def _run_automation_rules(self):
        """Run the rules that people have made for new changes; one that fails is logged, and the refresh goes on."""
        if not self or "base.automation" not in self.env:
            return
        rules = self.env["base.automation"]._get_actions(self, CREATE_TRIGGERS)
        for rule in rules.with_context(old_values=None):
            try:
                with self.env.cr.savepoint():
                    rule._process(rule._filter_post(self.with_env(rule.env), feedback=True))
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                # sudo: the rule's name, for whoever reads the log
                _logger.exception("The automation rule %s failed for changes of key accounts", rule.sudo().name)
