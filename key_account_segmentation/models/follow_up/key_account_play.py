# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models


class KeyAccountPlay(models.Model):
    """A playbook that was started for a customer, and the activities that came of it.

    It is open as long as one of them is. Done and deleted ones close it, and then it can be started again.
    """

    _name = "key.account.play"
    _description = "Started Playbook"
    _order = "id desc"
    _rec_name = "name"

    profile_id = fields.Many2one("key.account.profile", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    plan_id = fields.Many2one("mail.activity.plan", string="Playbook", ondelete="set null")
    name = fields.Char(required=True, help="The playbook's name when it was started.")
    quadrant_id = fields.Many2one("key.account.quadrant", ondelete="set null")
    user_id = fields.Many2one("res.users", string="Account Manager", ondelete="set null")
    activity_ids = fields.Many2many("mail.activity", string="Activities", context={"active_test": False})
    is_open = fields.Boolean(compute="_compute_is_open", store=True)

    # The promise "never twice" is the database's: two people may click at the same time.
    _open_unique = models.UniqueIndex(
        "(profile_id, plan_id) WHERE is_open",
        "Somebody has just started this playbook for one of these customers. Try again to see for whom.",
    )

    @api.depends("activity_ids.active")
    def _compute_is_open(self):
        for play in self:
            play.is_open = any(play.activity_ids.mapped("active"))
