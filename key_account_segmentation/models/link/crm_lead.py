# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, models
from odoo.tools import SQL

#: The priority of a new lead of a key account, and the priority it is raised to.
LOW_PRIORITY, HIGH_PRIORITY = "0", "2"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "key.account.profile.link"]

    def _key_account_customers(self):
        # sudo: an opportunity may name a contact its reader may not open; the profile is shown only to who may see it
        leads = self.sudo()
        leads.partner_id.fetch(["commercial_partner_id"])
        return {lead: (self.env.company.id, lead.sudo().partner_id.commercial_partner_id.id) for lead in self}

    def _key_account_is_of_sql(self, alias, profile, query):
        contact = self._key_account_join_contact(alias, "partner_id", query)
        return SQL("%s = %s", SQL.identifier(profile, "partner_id"), SQL.identifier(contact, "commercial_partner_id"))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._key_account_defaults(vals) for vals in vals_list])

    @api.model
    def _key_account_defaults(self, vals):
        """The values of a new lead, with account manager and priority if its customer is a key account."""
        given = {name: self.env.context.get(f"default_{name}") for name in ("user_id", "priority", "partner_id")} | vals
        company = self.env["res.company"].browse(given.get("company_id")) or self.env.company
        if not self._key_account_proposes_in(company):
            return vals
        customer = given["partner_id"] or given.get("commercial_partner_id")
        proposed = self._key_account_proposal(company, self.env["res.partner"].browse(customer))
        if given["user_id"]:
            proposed.pop("user_id", None)
        if given["priority"] not in (None, False, LOW_PRIORITY):
            proposed.pop("priority", None)
        return vals | proposed

    @api.onchange("partner_id")
    def _onchange_partner_id_key_account(self):
        """Propose the values ``create`` would give, where the form has no other value yet."""
        company = self.company_id or self.env.company
        if self._origin or not self._key_account_proposes_in(company):
            return
        proposed = self._key_account_proposal(company, self.partner_id._origin)
        if "user_id" in proposed and self.user_id in (self.env["res.users"], self.env.user):
            self.user_id = proposed["user_id"]
        if "priority" in proposed and self.priority in (False, LOW_PRIORITY):
            self.priority = proposed["priority"]

    @api.model
    def _key_account_proposes_in(self, company):
        """Whether the company, one of the user's, proposes values; other companies give nothing away."""
        is_ours = self.env.su or company in self.env.user.company_ids
        return is_ours and company._key_account_lead_options()

    @api.model
    def _key_account_proposal(self, company, partner):
        """Salesperson and priority of a new lead of this customer; none if it is no key account."""
        # sudo: users who enter a lead need not see the customer; the company has chosen that it goes to the manager
        company, partner = company.sudo(), partner.sudo()
        profile = partner and self.env["key.account.profile"].sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("main_type_id", "!=", False),
            ]
        )
        if not profile:
            return {}
        proposal = {}
        if company.key_account_lead_to_manager and self._may_take(company, profile.account_manager_id):
            proposal["user_id"] = profile.account_manager_id.id
        if company.key_account_lead_priority:
            proposal["priority"] = HIGH_PRIORITY
        return proposal

    @api.model
    def _may_take(self, company, manager):
        """Whether the user still sees the lead after it has gone to the account manager."""
        if not manager.active or company not in manager.company_ids:
            return False
        user = self.env.user
        return (
            self.env.su
            or manager == user
            or user.has_group("sales_team.group_sale_salesman_all_leads")
            or not user.has_group("sales_team.group_sale_salesman")
        )
