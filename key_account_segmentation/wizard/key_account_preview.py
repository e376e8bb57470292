# SPDX-License-Identifier: LGPL-3.0-only
"""The changes a draft would make: customers and revenue by class, now and then. A preview writes no profile."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.base.fields_empty import FloatOrEmpty
from ..models.profile.key_account_figures import CATEGORIES

#: The words of a line for customers without a quadrant, and for those outside the draft's windows.
NONE = "none"
OUTSIDE = "outside"


class KeyAccountPreview(models.TransientModel):
    _name = "key.account.preview"
    _description = "Preview of a Policy"

    policy_id = fields.Many2one("key.account.policy", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    published_id = fields.Many2one(
        "key.account.policy",
        string="Compared with",
        readonly=True,
        help="The policy that counts now: whose classes are stored.",
    )
    draft_date = fields.Datetime(readonly=True, help="When the draft was last changed before it was previewed.")
    customer_count = fields.Integer(
        string="Customers",
        readonly=True,
        help="Customers the draft would classify: those with a posted document, ever.",
    )
    revenue_12m = fields.Monetary(
        string="Revenue (12 Months)",
        readonly=True,
        help="Their untaxed revenue of 12 months, credit notes deducted, in the company's currency.",
    )
    cut_x = FloatOrEmpty(readonly=True)
    cut_y = FloatOrEmpty(readonly=True)
    axis_x_text = fields.Char(
        string="Horizontal Axis", compute="_compute_axis_texts", help="From where on customers would be on the right."
    )
    axis_y_text = fields.Char(
        string="Vertical Axis", compute="_compute_axis_texts", help="From where on customers would be on top."
    )
    summary = fields.Char(
        compute="_compute_tables", help="How many customers would move, and their revenue of 12 months."
    )
    warnings = fields.Html(readonly=True, sanitize=False)
    line_ids = fields.One2many("key.account.preview.line", "preview_id", readonly=True)
    quadrant_table = fields.Json(
        string="Quadrants",
        compute="_compute_tables",
        help="Rows: where customers are now. Columns: where they would be.",
    )
    category_table = fields.Json(
        string="Categories",
        compute="_compute_tables",
        help="Rows: what customers are now. Columns: what they would be.",
    )

    @api.depends("policy_id")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("Preview of “%(policy)s”", policy=preview.policy_id.name)

    @api.depends("cut_x", "cut_y")
    def _compute_axis_texts(self):
        for preview in self:
            preview.axis_x_text = preview._axis_text(preview.policy_id.axis_x, preview.cut_x)
            preview.axis_y_text = preview._axis_text(preview.policy_id.axis_y, preview.cut_y)

    @api.depends("line_ids")
    def _compute_tables(self):
        for preview in self:
            preview.quadrant_table = preview._moves("quadrant")
            preview.category_table = preview._moves("category")
            preview.summary = preview._summary_text()

    @api.model
    def _of(self, policy):
        """A new preview of the policy; the user's earlier ones of the same policy are deleted."""
        # sudo: users read previews, and all customers of the company count; who may change its policy is checked before
        previews, policy = self.sudo(), policy.sudo()
        previews.search([("policy_id", "=", policy.id), ("create_uid", "=", self.env.uid)]).unlink()
        preview = previews.create(
            {
                "policy_id": policy.id,
                "published_id": policy.company_id.key_account_policy_id.id,
                "draft_date": policy.write_date,
            }
        )
        preview._work_out()
        return preview.sudo(False)

    def _work_out(self):
        """Fill the preview from two temporary tables: see ``key_account_profile_trial``."""
        outcome = self.env["key.account.trial"]._try_out(self.policy_id)
        self.cut_x, self.cut_y = self.policy_id._cuts(SQL("key_account_draft WHERE is_counted"), SQL("beside IS NULL"))
        self.flush_recordset()
        self.env.cr.execute(self._line_insert_sql())
        self.invalidate_recordset(["line_ids", "quadrant_table", "category_table"])
        quadrants = self.line_ids.filtered(lambda line: line.kind == "quadrant" and line.new != OUTSIDE)
        self.customer_count = sum(quadrants.mapped("customer_count"))
        self.revenue_12m = sum(quadrants.mapped("revenue_12m"))
        self.warnings = self._list_html([*self._matrix_warnings(), *self._figure_warnings(outcome)])

    def _line_insert_sql(self):
        """One line per category now and then, and per quadrant now and then, with the customers in it."""
        policy = self.policy_id
        return SQL(
            """
            INSERT INTO key_account_preview_line (
                preview_id, kind, old, new, customer_count, revenue_12m, partner_ids,
                create_uid, write_uid, create_date, write_date
            )
            SELECT %(preview)s,
                   move.kind,
                   CASE WHEN customer.was_counted THEN COALESCE(move.old, %(none)s) ELSE %(outside)s END,
                   CASE WHEN customer.is_counted THEN COALESCE(move.new, %(none)s) ELSE %(outside)s END,
                   COUNT(*),
                   SUM(customer.revenue_12m),
                   JSONB_AGG(customer.partner_id),
                   %(user)s, %(user)s, %(now)s, %(now)s
              FROM (SELECT *, %(place)s AS place FROM key_account_draft) AS customer
              LEFT JOIN key_account_quadrant AS quadrant
                ON quadrant.policy_id = %(policy)s
               AND quadrant.place = customer.place
             CROSS JOIN LATERAL (
                    VALUES ('category', customer.old_category, customer.category),
                           ('quadrant', customer.old_quadrant_id::text, quadrant.id::text)
                   ) AS move (kind, old, new)
             GROUP BY 1, 2, 3, 4
            """,
            preview=self.id,
            none=NONE,
            outside=OUTSIDE,
            user=self.env.uid,
            now=self.env.cr.now(),
            place=self._place_sql(),
            policy=policy.id,
        )

    def _place_sql(self):
        """The place of a customer by the draft, one of the four quadrants or beside them."""
        profiles, names = self.env["key.account.profile"], self.policy_id._axis_names()
        axes = profiles._axes()
        quadrant = profiles._place_sql(
            *map(SQL.identifier, names), self.cut_x, self.cut_y, *[axes[name].reversed for name in names]
        )
        return self.env["key.account.refresh"]._whole_place_sql(SQL.identifier("beside"), quadrant)

    def _moves(self, kind):
        """A table of moves: rows are what customers are now, columns what they would be.

        :returns: dict with ``columns``, ``rows`` (each with its ``cells``, None where nobody is) and ``total``; a row, a
            column and the total have the customers and the revenue of all cells in it
        """
        lines = self.line_ids.filtered(lambda line: line.kind == kind)
        old, new = (self._heads(kind, side, lines) for side in ("old", "new"))
        return {
            "columns": [self._sums(lines.filtered(lambda line, key=key: line.new == key)) | new[key] for key in new],
            "rows": [self._row(lines.filtered(lambda line, key=key: line.old == key), new) | old[key] for key in old],
            "total": self._sums(lines),
            "currency_id": self.currency_id.id,
        }

    def _sums(self, lines):
        return {"customers": sum(lines.mapped("customer_count")), "revenue": sum(lines.mapped("revenue_12m"))}

    def _row(self, lines, columns):
        cells = {line.new: line for line in lines}
        return self._sums(lines) | {"cells": [self._cell(cells.get(key)) for key in columns]}

    def _cell(self, line):
        return line and {
            "id": line.id,
            "customers": line.customer_count,
            "revenue": line.revenue_12m,
            "stays": line._stays(),
        }

    def _heads(self, kind, side, lines):
        """Label and colour (of a quadrant only) by key, of all classes there are, and of "none" where somebody has none."""
        used = set(lines.mapped(side))
        if kind == "category":
            labels = dict(self.env["key.account.profile"]._fields["category"]._description_selection(self.env))
            heads = {key: {"label": labels[key], "color": False} for key, _label in CATEGORIES}
        else:
            heads = self._quadrant_heads(self.published_id if side == "old" else self.policy_id, used)
        none = self.env._("No quadrant") if kind == "quadrant" else self.env._("No category")
        outside = self.env._("Not counted now") if side == "old" else self.env._("Not counted")
        extra = {NONE: {"label": none, "color": False}, OUTSIDE: {"label": outside, "color": False}}
        return heads | {key: head for key, head in extra.items() if key in used}

    def _quadrant_heads(self, policy, used):
        """Those of the policy, and those of an earlier one that customers are still in."""
        quadrants = self.env["key.account.quadrant"].browse(int(key) for key in used - {NONE, OUTSIDE})
        quadrants = policy.quadrant_ids.sorted("sequence") | quadrants.sorted("sequence")
        return {str(quadrant.id): {"label": quadrant.name, "color": quadrant.color} for quadrant in quadrants}

    def action_publish(self):
        """Publish the draft, as long as both it and what it was compared with are as they were."""
        self.ensure_one()
        policy = self.policy_id
        policy._lock_to_publish()
        if policy.company_id.key_account_policy_id != self.published_id:
            now = policy.company_id.key_account_policy_id
            raise UserError(
                self.env._(
                    "“%(now)s” was published by %(user)s after this preview was made. Go back to the draft and preview it "
                    "again: it would be compared with another policy.",
                    now=now.name,
                    user=now.published_by_id.name,
                )
            )
        if policy.write_date != self.draft_date:
            raise UserError(
                self.env._("The draft was changed after this preview was made. Go back to it and preview it again.")
            )
        policy.action_publish()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "“%(policy)s” counts from now on. All customers are being classified by it in the background.",
                    policy=policy.name,
                ),
                "next": self.action_back(),
            },
        }

    def action_back(self):
        """The policy, where the user came from."""
        return {"type": "ir.actions.client", "tag": "key_account_back", "params": {"next": self.policy_id._open_form()}}
