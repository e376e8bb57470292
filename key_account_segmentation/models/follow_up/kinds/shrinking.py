# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import money_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("shrinking", "Shrinking")], ondelete={"shrinking": "cascade"})

    def _shrinking_defaults(self):
        return {"sequence": 11, "scope": "partners"} | self._call()

    def _shrinking_due(self, _known):
        shrinking = self._scope_domain() & Domain("is_shrinking", "=", True)
        return {row["id"]: None for row in self._figures(shrinking)}

    def _shrinking_summary(self):
        return self.env._("Ask what has changed")

    def _shrinking_to_do(self):
        return self.env._("Ask what has changed")

    def _shrinking_reason(self, profile, _since, _changes):
        return self.env._(
            "%(recent)s in the last 3 months, %(before)s in the same months a year before.",
            recent=money_text(profile, profile.recent_3m),
            before=money_text(profile, profile.recent_3m_prev),
        )

    def _shrinking_gone(self, env):
        return env._("The customer does not shrink any more")

    def _shrinking_explanation(self):
        return self.env._(
            "A customer buys clearly less than a year ago and than usual, beyond its own ups and downs: ask what changed."
        )
