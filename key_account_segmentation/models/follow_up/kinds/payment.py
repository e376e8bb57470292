# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import percent_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("payment", "Invoices overdue")], ondelete={"payment": "cascade"})

    def _payment_defaults(self):
        return {"sequence": 8, "scope": "partners", "overdue_limit": 0.3}

    def _payment_due(self, _known):
        late = Domain("overdue_share", ">", self.overdue_limit) & Domain("open_amount", ">", 0)
        return {row["id"]: None for row in self._figures(self._scope_domain() & late)}

    def _payment_summary(self):
        return self.env._("Ask about overdue invoices")

    def _payment_to_do(self):
        return self.env._("Talk about invoices")

    def _payment_reason(self, profile, _since, _changes):
        return self.env._(
            "%(share)s of what they owe is overdue; more than %(limit)s is too much.",
            share=percent_text(self.env, profile.overdue_share or 0, digits=0),
            limit=percent_text(self.env, self.overdue_limit, digits=0),
        )

    def _payment_gone(self, env):
        return env._("Enough has been paid")

    def _payment_explanation(self):
        return self.env._("Too much of what a customer owes is overdue.")
