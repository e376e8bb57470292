# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_limit = fields.Integer(
        string="Limit of Key Accounts",
        help="So many key accounts fit in for one account manager, unless the account manager has an own limit. 0: there is "
        "none.",
    )

    _key_account_limit_positive = models.Constraint(
        "CHECK (key_account_limit >= 0)", "A limit of key accounts is 0 (none) or more."
    )
