# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models


class ResPartnerFeedback(models.Model):
    _inherit = "res.partner"

    key_account_feedback_count = fields.Integer(
        string="Feedback",
        compute="_compute_key_account_feedback_count",
        groups="sales_team.group_sale_salesman,account.group_account_invoice,account.group_account_readonly",
        help="What anybody of the customer said, as far as you may see it.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_feedback_count(self):
        customers = self.commercial_partner_id
        counts = self.env["key.account.feedback"]._count_by_customer(customers)
        for partner in self:
            partner.key_account_feedback_count = counts.get(partner.commercial_partner_id._origin.id, 0)

    def action_open_key_account_feedback(self):
        """What anybody of the customer said."""
        self.ensure_one()
        self.check_access("read")
        return self.env["key.account.feedback"]._customer_action(self)
