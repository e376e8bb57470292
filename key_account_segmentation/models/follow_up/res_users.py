# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _may_be_asked(self, company):
        """Whether somebody works here, in this company."""
        # sudo: that somebody has left, or works elsewhere, decides who is asked, whoever plans
        user = self.sudo()
        return bool(user.active and not user.share and company in user.company_ids)

    def _may_follow_up(self, company):
        """Whether somebody works here and may read why a customer is to be followed up."""
        return self._may_be_asked(company) and self.env["key.account.follow.up"].with_user(self).has_access("read")

    def _key_account_team_leaders(self):
        """User -> the leader of their team.

        Odoo archives memberships together with the user: an archived user's archived membership is valid.
        """
        memberships = self.env["crm.team.member"].with_context(active_test=False)
        found = memberships.search([("user_id", "in", self.ids)], order="id")
        return {
            member.user_id: member.crm_team_id.user_id
            for member in found
            if member.crm_team_id.user_id and (member.active or not member.user_id.active)
        }
