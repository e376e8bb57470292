# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class ResPartnerJudgement(models.Model):
    _inherit = "res.partner"

    def action_judge_key_account(self):
        """The assistant to judge the contact's customer by hand: make it a key account, for example."""
        self.ensure_one()
        self.check_access("read")
        return self.env["key.account.profile"]._judge_customer_action(self)
