# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models
from odoo.tools import SQL

from ..base.ownership import HIERARCHY_FIELDS


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "key.account.profile.link"]

    def _key_account_customers(self):
        return {partner: (self.env.company.id, partner.commercial_partner_id.id) for partner in self}

    def _key_account_is_of_sql(self, alias, profile, query):
        customer = self._field_to_sql(alias, "commercial_partner_id", query)
        return SQL("%s = %s", SQL.identifier(profile, "partner_id"), customer)

    def _key_account_is_only_of(self, company):
        """Whether only users of the company read this contact."""
        # sudo: companies the user may not see share it as well
        companies = self.env["res.company"].sudo()
        if companies.search_count([], limit=2) == 1:
            return True
        return self.company_id == company and not companies.search_count([("parent_id", "=", company.id)], limit=1)

    def _key_account_members(self):
        """The contacts whose invoices move along when these contacts change their company."""
        return self.with_context(active_test=False).search([("id", "child_of", self.ids)])

    def write(self, vals):
        moves = not HIERARCHY_FIELDS.isdisjoint(vals)
        if not moves and "user_id" not in vals:
            return super().write(vals)
        # sudo: contacts the user may not see move along all the same
        members = self.sudo()._key_account_members() if moves else self.sudo()
        before = {member: (member.commercial_partner_id.id, member.user_id) for member in members}
        result = super().write(vals)
        moved = [(before[member][0], member.commercial_partner_id.id) for member in members]
        pairs = {pair for pair in moved if pair[0] != pair[1]}
        self.env["key.account.stale"]._mark_moved({(0, partner) for pair in pairs for partner in pair})
        # a contact without a salesperson takes over that of the company above it
        followed = members.filtered(lambda member: member.user_id != before[member][1])
        self.env["key.account.profile"]._follow_salespersons(followed)
        return result
