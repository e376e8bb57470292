# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_limit = fields.Integer(related="company_id.key_account_limit", readonly=False)
