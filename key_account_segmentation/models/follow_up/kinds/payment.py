# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import float_round

from ...base.words import money_text

#: Who keeps the books, the first of whom is asked. The second is all that Odoo has to offer without the full accounting.
ACCOUNTANTS = ("account.group_account_user", "account.group_account_manager")


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("payment", "Invoices overdue")], ondelete={"payment": "cascade"})

    def _payment_defaults(self):
        return {"sequence": 8, "scope": "partners", "overdue_share_min": 0.01, "grace_days": 5}

    def _payment_due(self, _known):
        late = Domain("overdue_amount", ">=", self._overdue_min()) & Domain(
            "payment_overdue_days", ">", self.grace_days
        )
        return {row["id"]: None for row in self._figures(self._scope_domain() & late)}

    def _overdue_min(self):
        """The least amount that somebody asks about, in whole cents: what lies below it by less is not owed."""
        last = self.env["key.account.portfolio"].search([("company_id", "=", self.company_id.id)], limit=1)
        rounding = self.company_id.currency_id.rounding
        least = self.overdue_share_min * (last.a_border or 0)
        return float_round(least, precision_rounding=rounding, rounding_method="UP")

    def _payment_left_alone(self, rows):
        """Nobody knows what is overdue before the first night with this figure."""
        return rows.filtered(lambda row: row.profile_id.overdue_amount is False)

    def _payment_asked_first(self, _profile, _since):
        """The user of the rule, then an accountant of the company, one who does not run Odoo as well if there is one."""
        data = self.env["ir.model.data"]
        # sudo: who belongs to a group is read by system administrators only
        groups = self.env["res.groups"].sudo().browse([data._xmlid_to_res_id(name) for name in ACCOUNTANTS])
        members = self.env["res.users"].browse(groups.all_user_ids.ids)
        accountants = members.filtered(lambda user: user._may_follow_up(self.company_id))
        return self.user_id | accountants.sorted(lambda user: (user.has_group("base.group_system"), user.id))[:1]

    def _payment_summary(self):
        return self.env._("Ask about overdue invoices")

    def _payment_to_do(self):
        return self.env._("Talk about invoices")

    def _payment_reason(self, profile, _since, _changes):
        amount, days = money_text(profile, profile.overdue_amount), profile.payment_overdue_days
        if days == 1:
            return self.env._("%(amount)s overdue, the oldest for 1 day.", amount=amount)
        return self.env._("%(amount)s overdue, the oldest for %(days)s days.", amount=amount, days=days)

    def _payment_gone(self, env):
        return env._("Enough has been paid")

    def _payment_explanation(self):
        return self.env._("A customer has owed too much for too long.")
