from odoo import api, fields, models


class KeyAccountTypeRule(models.Model):
    _inherit = "key.account.type"

    has_rule = fields.Boolean(
        string="Suggest by a rule",
        compute="_compute_has_rule",
        inverse="_inverse_has_rule",
        help="Customers that fit the rule are suggested. Otherwise the type is given by hand only.",
    )

    @api.depends("rule_domain")
    def _compute_has_rule(self):
        for account_type in self:
            account_type.has_rule = bool(account_type.rule_domain)

    def _inverse_has_rule(self):
        self.filtered(lambda account_type: not account_type.has_rule).rule_domain = False
