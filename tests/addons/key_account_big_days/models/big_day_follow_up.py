# SPDX-License-Identifier: LGPL-3.0-only
"""A kind of follow-up: one file."""

from odoo import fields, models
from odoo.fields import Domain


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("big_day", "A big day is long ago")], ondelete={"big_day": "cascade"})

    def _big_day_defaults(self):
        return {"sequence": 20, "scope": "all"}

    def _big_day_due(self, known):
        """Who bought big and is at risk of leaving."""
        rows = self._figures(self._scope_domain() & Domain("big_day_12m", ">", 0) & Domain("lifecycle", "!=", "active"))
        return {row["id"]: None for row in rows}

    def _big_day_summary(self):
        return self.env._("Ask when the next big order comes")

    def _big_day_to_do(self):
        return self.env._("Get in touch")

    def _big_day_reason(self, profile, since, changes):
        return self.env._("Their biggest day brought %s.", profile.big_day_12m)

    def _big_day_gone(self, env):
        return env._("They keep their rhythm again")

    def _big_day_explanation(self):
        return self.env._("Customers who bought big on a day of 12 months and do not keep their rhythm.")
