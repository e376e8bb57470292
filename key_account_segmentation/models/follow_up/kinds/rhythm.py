# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ....tools.follow_up import rhythm_since
from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("rhythm", "Purchase is late")], ondelete={"rhythm": "cascade"})

    def _rhythm_defaults(self):
        return {"sequence": 1, "scope": "partners"} | self._call()

    def _rhythm_due(self, known):
        """Customers who are lost already are not called before being gone; a call that is planned stays."""
        today, tolerances = self._today(), self._tolerances()
        return {
            row["id"]: since
            for row in self._expecting(Domain("expected_next_date", "<", today), "lifecycle")
            if (row["lifecycle"] != "lost" or row["id"] in known)
            and (
                since := rhythm_since(
                    row["expected_next_date"], tolerances.get(row["cadence"]), row["lifecycle"], today
                )
            )
        }

    def _rhythm_summary(self):
        return self.env._("Call before they are gone")

    def _rhythm_to_do(self):
        return self.env._("Ask what they will need")

    def _rhythm_reason(self, profile, since, _changes):
        return self.env._(
            "The next purchase was expected on %(day)s, %(count)s days ago. The last one was on %(last)s; usually there are "
            "%(gap)s days between two.",
            day=day_text(self.env, since),
            count=(self._today() - since).days,
            last=day_text(self.env, profile.last_invoice_date),
            gap=round(profile.median_gap_days or 0),
        )

    def _rhythm_gone(self, env):
        return env._("The purchase came, an order waits for its invoice, or no purchase is expected any more")

    def _rhythm_explanation(self):
        return self.env._("Monthly and periodic customers whose purchase is late: call before they are gone.")
