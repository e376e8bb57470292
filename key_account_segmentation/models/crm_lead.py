from odoo import models
from odoo.tools import SQL


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "key.account.profile.link"]

    def _key_account_customers(self):
        # sudo: an opportunity may name a contact its reader may not open; the profile is shown only to who may see it
        leads = self.sudo()
        leads.partner_id.fetch(["commercial_partner_id"])
        return {lead: (self.env.company.id, lead.sudo().partner_id.commercial_partner_id.id) for lead in self}

    def _key_account_is_of_sql(self, alias, profile):
        return SQL(
            "%s = (SELECT contact.commercial_partner_id FROM res_partner AS contact WHERE contact.id = %s)",
            SQL.identifier(profile, "partner_id"),
            self._field_to_sql(alias, "partner_id"),
        )
