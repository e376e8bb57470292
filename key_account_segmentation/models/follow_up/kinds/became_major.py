# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(
        selection_add=[("became_major", "Became a major customer")], ondelete={"became_major": "cascade"}
    )

    def _became_major_defaults(self):
        return self._event_defaults() | {"sequence": 7}

    def _became_major_domain(self):
        return Domain("is_major", "=", True)

    def _became_major_reason(self, _profile, _since, changes):
        return self.env._(
            "Brings so much of the revenue since %s that the business depends on this customer.",
            day_text(self.env, changes[-1:].date),
        )

    def _became_major_gone(self, env):
        return env._("The customer does not bring that much of the revenue any more")

    def _became_major_explanation(self):
        return self.env._("A customer brings so much of the revenue that the business depends on it.")
