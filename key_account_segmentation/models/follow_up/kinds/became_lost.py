# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("became_lost", "Became lost")], ondelete={"became_lost": "cascade"})

    def _became_lost_defaults(self):
        return self._event_defaults() | {"sequence": 5}

    def _became_lost_domain(self):
        return Domain("lifecycle", "=", "lost")

    def _became_lost_unseen(self):
        return self._silence_unseen()

    def _became_lost_lasting(self, rows, due):
        return self._silence_lasting(rows, due)

    def _became_lost_to_do(self):
        return self.env._("Get in touch")

    def _became_lost_reason(self, profile, _since, changes):
        sentence = self.env._("Lost since %s.", day_text(self.env, changes[-1:].date))
        return self._silent_sentence(sentence, profile)

    def _became_lost_gone(self, env):
        return env._("The customer is not lost any more, or an order waits for its invoice")

    def _became_lost_explanation(self):
        return self.env._("A customer became lost and still is.")
