# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models


class KeyAccountRunFailure(models.Model):
    """A customer that a refresh left out, and why; its figures stay as they were."""

    _name = "key.account.run.failure"
    _description = "Skipped Customer"
    _order = "id"
    _rec_name = "partner_id"

    run_id = fields.Many2one("key.account.run", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    can_open_documents = fields.Boolean(
        compute="_compute_can_open_documents", help="Whether you may read invoices: only then the way to them is shown."
    )
    reason = fields.Text(required=True, readonly=True, help="What is wrong with the customer's documents.")

    @api.depends_context("uid")
    def _compute_can_open_documents(self):
        self.can_open_documents = self.env["key.account.profile"]._may_open_documents()

    def action_open_documents(self):
        """The posted documents of the customer, among them the one that is wrong."""
        self.ensure_one()
        return self.env["key.account.profile"]._customer_documents_action(
            self.env._("Documents of %(customer)s", customer=self.display_name),
            self.company_id,
            self.partner_id,
            self.run_id.as_of_date,
        )
