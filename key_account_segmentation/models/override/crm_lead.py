# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_judge_key_account(self):
        """The assistant to set by hand what the opportunity's customer is: a key account, for example."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id._key_account_override_action()
