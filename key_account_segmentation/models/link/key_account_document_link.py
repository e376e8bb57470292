# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models
from odoo.tools import SQL


class KeyAccountDocumentLink(models.AbstractModel):
    """The link of documents: each shows the figures of its own company, among those the user works in."""

    _name = "key.account.document.link"
    _inherit = ["key.account.profile.link"]
    _description = "Link of a Document to the Key Account Profile"

    def _key_account_companies(self):
        return self.env.companies

    def _key_account_customers(self):
        # sudo: as for opportunities. The customer's company of today: documents keep the one of their time.
        return {
            document: (document.company_id.id, document.sudo().commercial_partner_id.commercial_partner_id.id)
            for document in self
        }

    def _key_account_is_of_sql(self, alias, profile, query):
        customer = self._key_account_join_contact(alias, "commercial_partner_id", query)
        return SQL(
            "%s = %s AND %s = %s",
            SQL.identifier(profile, "partner_id"),
            SQL.identifier(customer, "commercial_partner_id"),
            SQL.identifier(profile, "company_id"),
            self._field_to_sql(alias, "company_id", query),
        )
