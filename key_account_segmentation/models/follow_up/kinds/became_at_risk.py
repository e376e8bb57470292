# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(
        selection_add=[("became_at_risk", "Became at risk")], ondelete={"became_at_risk": "cascade"}
    )

    def _became_at_risk_defaults(self):
        return self._event_defaults() | {"sequence": 4}

    def _became_at_risk_domain(self):
        return Domain("lifecycle", "=", "at_risk")

    def _became_at_risk_unseen(self):
        return self._silence_unseen()

    def _became_at_risk_lasting(self, rows, due):
        return self._silence_lasting(rows, due)

    def _became_at_risk_to_do(self):
        return self.env._("Get in touch")

    def _became_at_risk_reason(self, profile, _since, changes):
        sentence = self.env._("At risk since %s.", day_text(self.env, changes[-1:].date))
        return self._silent_sentence(sentence, profile)

    def _became_at_risk_gone(self, env):
        return env._("The customer is not at risk any more, or an order waits for its invoice")

    def _became_at_risk_explanation(self):
        return self.env._("A customer became at risk and still is.")
