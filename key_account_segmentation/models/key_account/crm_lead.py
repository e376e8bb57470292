# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    key_account_feedback_count = fields.Integer(
        string="Feedback",
        compute="_compute_key_account_feedback_count",
        groups="sales_team.group_sale_salesman,account.group_account_invoice,account.group_account_readonly",
        help="What anybody of the opportunity's customer said, as far as you may see it.",
    )

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_feedback_count(self):
        # sudo: an opportunity may name a contact its reader may not open; counted is what they may see
        customers = {lead: lead.sudo().partner_id.commercial_partner_id for lead in self}
        found = self.env["res.partner"].union(*customers.values())
        counts = self.env["key.account.feedback"]._count_by_customer(found)
        for lead in self:
            lead.key_account_feedback_count = counts.get(customers[lead].id, 0)

    def action_open_key_account_feedback(self):
        """Open the feedback of all contacts of the opportunity's customer."""
        self.ensure_one()
        self.check_access("read")
        return self.env["key.account.feedback"]._customer_action(self.partner_id)
