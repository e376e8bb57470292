from odoo import api, models


class ResCompanyFollowUp(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["key.account.follow.up.rule"]._ensure_rules(companies)
        return companies
