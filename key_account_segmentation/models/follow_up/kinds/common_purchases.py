# SPDX-License-Identifier: LGPL-3.0-only
"""The common answers of kinds about purchases: the purchase that is expected, and the last one."""

from odoo import models
from odoo.fields import Domain

from ....tools.thresholds import CADENCE_DAYS
from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _expecting(self, domain, *names):
        """Monthly and periodic customers of whom a purchase is expected, by figures."""
        steady = Domain("recurrence", "in", ["monthly", "periodic"])
        return self._figures(self._scope_domain() & steady & domain, "expected_next_date", "cadence", *names)

    def _tolerances(self):
        """Cadence -> days a purchase may be late without meaning anything; others have no steady rhythm."""
        thresholds = self.company_id.key_account_policy_id._thresholds()
        return {cadence: thresholds.tolerance(cadence) for cadence in CADENCE_DAYS}

    def _silent_sentence(self, sentence, profile):
        """The sentence, and when the customer bought last."""
        if not profile.last_invoice_date:
            return sentence
        last = self.env._(
            "The last purchase was on %(day)s, %(count)s days ago.",
            day=day_text(self.env, profile.last_invoice_date),
            count=(self._today() - profile.last_invoice_date).days,
        )
        return f"{sentence} {last}"
