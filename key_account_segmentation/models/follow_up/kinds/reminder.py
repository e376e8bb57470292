# SPDX-License-Identifier: LGPL-3.0-only
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ....tools.follow_up import reminder_since
from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("reminder", "Purchase is coming")], ondelete={"reminder": "cascade"})

    def _reminder_defaults(self):
        """Switched off: of no use to a company before somebody thinks about it."""
        return {"sequence": 2, "active": False, "scope": "partners", "days": 7} | self._call()

    def _reminder_due(self, _known):
        today, tolerances = self._today(), self._tolerances()
        soon = Domain("expected_next_date", "<=", today + timedelta(days=self.days))
        return {
            row["id"]: since
            for row in self._expecting(soon)
            if (since := reminder_since(row["expected_next_date"], self.days, tolerances.get(row["cadence"]), today))
        }

    def _reminder_summary(self):
        return self.env._("Ask what they will need")

    def _reminder_to_do(self):
        return self.env._("Ask what they will need")

    def _reminder_reason(self, profile, since, _changes):
        return self.env._(
            "The next purchase is expected on %(day)s. The last one was on %(last)s; usually there are %(gap)s days between "
            "two.",
            day=day_text(self.env, since),
            last=day_text(self.env, profile.last_invoice_date),
            gap=round(profile.median_gap_days or 0),
        )

    def _reminder_gone(self, env):
        return env._("The purchase came, an order waits for its invoice, or its time is over")

    def _reminder_explanation(self):
        return self.env._("Monthly and periodic customers who will buy soon: ask what they need.")
