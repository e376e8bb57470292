# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.tools import SQL

from .key_account_preview import OUTSIDE


class KeyAccountPreviewLine(models.TransientModel):
    _name = "key.account.preview.line"
    _description = "Customers of a Preview Who Move Alike"
    _order = "kind, customer_count desc, id"

    preview_id = fields.Many2one("key.account.preview", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection([("category", "Category"), ("quadrant", "Quadrant")], required=True, readonly=True)
    old = fields.Char(string="Now", readonly=True, help="Category, id of a quadrant, none, or outside.")
    new = fields.Char(string="By the Draft", readonly=True, help="Category, id of a quadrant, none, or outside.")
    currency_id = fields.Many2one(related="preview_id.currency_id")
    customer_count = fields.Integer(string="Customers", readonly=True)
    revenue_12m = fields.Monetary(string="Revenue (12 Months)", readonly=True)
    partner_ids = fields.Json(readonly=True, prefetch=False)

    def _labels(self):
        """The class of the customers now, and by the draft."""
        return [self.preview_id._heads(self.kind, side, self)[self[side]]["label"] for side in ("old", "new")]

    def _stays(self):
        """Whether the customers would be what they are, by the name people see: each policy has quadrants of its own."""
        old, new = self._labels()
        return old == new

    def action_open(self):
        """The names: the profiles, or the contacts of customers who have no profile yet."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": " → ".join(self._labels()),
            "res_model": "key.account.profile",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("preview_line_id", "=", self.id)],
        }
        if self.old == OUTSIDE:
            action |= {"res_model": "res.partner", "domain": [("id", "in", self.partner_ids)]}
        return action


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

    preview_line_id = fields.Many2one(
        "key.account.preview.line",
        string="Moves in Preview",
        compute="_compute_preview_line_id",
        search="_search_preview_line_id",
        groups="sales_team.group_sale_manager",
        exportable=False,
        help="To search for: the customers of a line of a preview.",
    )

    def _compute_preview_line_id(self):
        self.preview_line_id = False

    def _search_preview_line_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["key.account.preview.line"].search([("id", "in", value)])
        partners = SQL(
            """(
                SELECT JSONB_ARRAY_ELEMENTS(partner_ids)::int
                  FROM key_account_preview_line
                 WHERE id IN %s
            )""",
            lines._ids or (0,),
        )
        return [("company_id", "in", lines.preview_id.company_id.ids), ("partner_id", "in", partners)]
