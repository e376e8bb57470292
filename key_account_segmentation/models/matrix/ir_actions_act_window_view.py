# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models


class IrActionsActWindowView(models.Model):
    _inherit = "ir.actions.act_window.view"

    view_mode = fields.Selection(selection_add=[("quadrant", "Matrix")], ondelete={"quadrant": "cascade"})
