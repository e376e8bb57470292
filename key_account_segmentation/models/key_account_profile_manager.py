from odoo import api, models


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

    @api.constrains("assigned_manager_id")
    def _check_assigned_manager(self):
        for company, profiles in self.grouped("company_id").items():
            profiles.assigned_manager_id._check_may_look_after(company)
