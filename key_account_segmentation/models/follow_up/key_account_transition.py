# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models


class KeyAccountTransition(models.Model):
    """Which changes have been followed up. Each is looked at once, so that none is forgotten and none comes twice."""

    _inherit = "key.account.transition"

    is_followed_up = fields.Boolean(readonly=True)
    is_end_told = fields.Boolean(readonly=True, help="Whether the author knows that what was set by hand has ended.")

    _follow_up_idx = models.Index("(company_id, event) WHERE is_followed_up IS NOT TRUE AND event <> 'other'")
    _end_idx = models.Index("(company_id) WHERE is_end_told IS NOT TRUE AND cause = 'ended'")
