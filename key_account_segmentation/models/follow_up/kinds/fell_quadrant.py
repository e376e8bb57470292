# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models

from ....tools.follow_up import has_not_risen
from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("fell_quadrant", "Fell a quadrant")], ondelete={"fell_quadrant": "cascade"})

    def _fell_quadrant_defaults(self):
        return self._event_defaults() | {"sequence": 6}

    def _fell_quadrant_holding(self, changes):
        """Of these changes those whose customer is no higher now than it fell then; not if that quadrant is deleted."""
        quadrants = self.env["key.account.quadrant"].search([("company_id", "=", self.company_id.id)])
        places = {quadrant.id: quadrant.place for quadrant in quadrants}
        rows = self._figures(self._customers_domain(changes), "quadrant_id")
        places_now = {row["id"]: places.get(row["quadrant_id"]) for row in rows}

        def holds(change):
            customer_id, then = change.profile_id.id, int(change.new_value or 0)
            is_known = customer_id in places_now and (not then or then in places)
            return is_known and has_not_risen(places_now[customer_id], places.get(then))

        return changes.filtered(holds)

    def _fell_quadrant_reason(self, _profile, _since, changes):
        change = changes[-1:]
        return self.env._(
            "Fell from “%(old)s” to “%(new)s” on %(day)s.",
            old=change.old_label,
            new=change.new_label,
            day=day_text(self.env, change.date),
        )

    def _fell_quadrant_gone(self, env):
        return env._("The customer has risen again")

    def _fell_quadrant_explanation(self):
        return self.env._("A customer fell a quadrant by its figures, and has not risen since.")
