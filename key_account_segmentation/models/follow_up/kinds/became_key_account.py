# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(
        selection_add=[("became_key_account", "Became a key account")], ondelete={"became_key_account": "cascade"}
    )

    def _became_key_account_defaults(self):
        return self._event_defaults() | {"sequence": 3, "scope": "key_accounts"}

    def _became_key_account_domain(self):
        return Domain("main_type_id", "!=", False)

    def _became_key_account_plan(self, profile):
        """The playbook of the type comes first."""
        return profile.main_type_id.plan_id or self.plan_id

    def _became_key_account_to_do(self):
        return self.env._("Agree how often to talk")

    def _became_key_account_reason(self, profile, _since, changes):
        return self.env._(
            "Became a key account of the type “%(type)s” on %(day)s.",
            type=profile.main_type_id.name,
            day=day_text(self.env, changes[-1:].date),
        )

    def _became_key_account_gone(self, env):
        return env._("The customer is no key account any more")

    def _became_key_account_explanation(self):
        return self.env._("A customer became a key account.")
