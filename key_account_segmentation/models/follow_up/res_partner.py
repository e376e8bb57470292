# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models

from ..link.fields_linked import LinkedHtml


class ResPartner(models.Model):
    _inherit = "res.partner"

    key_account_open_follow_ups = LinkedHtml(
        related="key_account_profile_id.open_follow_ups", string="To Be Followed Up", sanitize=False
    )
