# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models

from ..base.ownership import check_stays
from ..base.text_lengths import NAME_MAX, TEXT_MAX, check_lengths


class KeyAccountCollaboration(models.Model):
    """A joint project of a company and an active partner."""

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

    @api.constrains("name", "description")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "description": TEXT_MAX})

    def write(self, vals):
        check_stays(self, vals)
        return super().write(vals)
