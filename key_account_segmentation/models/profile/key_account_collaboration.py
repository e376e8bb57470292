# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models

from .ownership import check_stays


class KeyAccountCollaboration(models.Model):
    """What a company and its active partners do together."""

    _name = "key.account.collaboration"
    _description = "Collaboration Type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
        help="Whose customers it is for.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    description = fields.Text(translate=True, help="What the two companies do together, for colleagues who are new.")

    def write(self, vals):
        check_stays(self, vals)
        return super().write(vals)
