# SPDX-License-Identifier: LGPL-3.0-only
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..base.groups import SEEING_ALL
from ..base.words import choice_text

_logger = logging.getLogger(__name__)

WHATS = [
    ("type", "Key account type"),
    ("category", "Category"),
    ("quadrant", "Quadrant"),
    ("lifecycle", "Lifecycle"),
    ("major", "Major customer"),
    ("development", "Can be developed"),
    ("manager", "Account manager"),
]
CAUSES = [
    ("figures", "Figures"),
    ("hand", "Set by hand"),
    ("ended", "End of what was set by hand"),
    ("policy", "New version of the policy"),
    ("merged", "Contacts merged"),
    ("contact", "Salesperson of the contact"),
]
EVENTS = [
    ("became_key_account", "Became a key account"),
    ("no_key_account", "No key account any more"),
    ("became_at_risk", "Became at risk"),
    ("became_lost", "Became lost"),
    ("came_back", "Came back"),
    ("fell_quadrant", "Fell a quadrant"),
    ("rose_quadrant", "Rose a quadrant"),
    ("became_major", "Became a major customer"),
    ("no_major", "No major customer any more"),
    ("other", "Other"),
]

#: What a value of each kind refers to.
MODELS = {"quadrant": "key.account.quadrant", "type": "key.account.type", "manager": "res.users"}

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
    """A change of what a customer is: from what to what, when and why."""

    _name = "key.account.transition"
    _description = "Key Account Transition"
    _order = "id desc"
    _rec_name = "what"

    profile_id = fields.Many2one("key.account.profile", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", store=True, index=True)
    date = fields.Date(required=True, readonly=True, help="The day the figures were refreshed for.")
    what = fields.Selection(WHATS, required=True, readonly=True)
    old_value = fields.Char(readonly=True)
    new_value = fields.Char(readonly=True)
    old_label = fields.Char(string="From", compute="_compute_labels")
    new_label = fields.Char(string="To", compute="_compute_labels")
    event = fields.Selection(EVENTS, required=True, readonly=True, default="other")
    cause = fields.Selection(CAUSES, string="Why", required=True, readonly=True)
    reason = fields.Char(readonly=True, help="What whoever set it by hand gave as the reason.")
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null", help="Who set it by hand.")
    # Share, rank and referred revenue are among them.
    figures = fields.Json(readonly=True, groups=",".join(SEEING_ALL), help="The customer's figures of that day.")
    policy_id = fields.Many2one("key.account.policy", readonly=True, ondelete="set null")

    @api.depends("what", "old_value", "new_value")
    @api.depends_context("lang")
    def _compute_labels(self):
        names = self._record_names()
        for transition in self:
            transition.old_label = transition._label(transition.old_value, names)
            transition.new_label = transition._label(transition.new_value, names)

    def _record_names(self):
        """(what, value) -> name, of the quadrants and types that are still there."""
        names = {}
        for what, model in MODELS.items():
            changes = self.filtered(lambda change, what=what: change.what == what)
            ids = {int(value) for change in changes for value in (change.old_value, change.new_value) if value}
            # sudo: the name of what a customer was is part of a change that may be seen
            records = self.env[model].sudo().browse(ids).exists()
            names.update({(what, str(record.id)): record.name for record in records})
        return names

    def _label(self, value, names):
        """A value in words; records that are gone say so."""
        if self.what in MODELS:
            return self._record_label(value, names)
        if self.what == "development":
            return self.env._("No") if value else self.env._("Yes")
        if self.what == "major":
            return self.env._("Major customer") if value else self.env._("No major customer")
        if not value:
            return self.env._("None")
        return choice_text(self.env["key.account.profile"], self.what, value)

    def _record_label(self, value, names):
        if not value:
            return {
                "quadrant": self.env._("None"),
                "type": self.env._("No key account"),
                "manager": self.env._("Nobody"),
            }[self.what]
        return names.get((self.what, value)) or self.env._("Deleted")

    def _tell_in_chatter(self):
        """A note on the contact of each change, if the company wants it and shares the contact with no other."""
        # sudo: what the company has chosen, and with whom it shares the contact, is the same whoever causes the change
        told = self.sudo().filtered(
            lambda change: (
                change.company_id.key_account_tell_changes
                and change.partner_id._key_account_is_only_of(change.company_id)
            )
        )
        bodies = {
            partner.id: Markup("<br/>").join([change._sentence() for change in changes])
            for partner, changes in told.grouped("partner_id").items()
        }
        if bodies:
            told.partner_id._message_log_batch(bodies)

    def _sentence(self):
        return self.env._(
            "%(what)s: %(old)s → %(new)s",
            what=choice_text(self, "what", self.what),
            old=self.old_label,
            new=self.new_label,
        )

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
