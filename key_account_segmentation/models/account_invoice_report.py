from odoo import models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    _name = "account.invoice.report"
    _inherit = ["account.invoice.report", "key.account.profile.link"]

    def _key_account_companies(self):
        return self.env.companies

    def _key_account_customers(self):
        # sudo: as for opportunities. The customer's company of today: documents keep the one of their time.
        return {line: (line.company_id.id, line.sudo().commercial_partner_id.commercial_partner_id.id) for line in self}

    def _key_account_is_of_sql(self, alias, profile):
        return SQL(
            """
            (%s, %s) = (
                %s, (SELECT customer.commercial_partner_id FROM res_partner AS customer WHERE customer.id = %s)
            )
            """,
            SQL.identifier(profile, "company_id"),
            SQL.identifier(profile, "partner_id"),
            self._field_to_sql(alias, "company_id"),
            self._field_to_sql(alias, "commercial_partner_id"),
        )
