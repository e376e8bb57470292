# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_judge_key_account(self):
        """The assistant to set by hand what the contact's customer is: a key account, for example."""
        self.ensure_one()
        self.check_access("read")
        return self._key_account_override_action()

    def _key_account_override_action(self):
        """The assistant for a customer of the company one works in, whether there is a profile yet or not."""
        customer = self.commercial_partner_id
        if profile := customer.key_account_profile_id:
            return profile.action_judge()
        assistant = self.env["key.account.judgement"]
        assistant.check_access("create")
        customer._key_account_check_may_override(self.env.company)
        return assistant._action({"default_partner_id": customer.id})

    def _key_account_check_may_override(self, company):
        """Of a customer whose profile one does not see, or that has none yet: who may override what it is.

        :raises AccessError: naming whom to ask
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_manager"):
            return
        # sudo: that somebody looks after a customer is no secret, and the way to get on
        profiles = self.env["key.account.profile"].sudo()
        profile = profiles.search([("company_id", "=", company.id), ("partner_id", "=", self.id)])
        # sudo: as above
        manager = profile.account_manager_id if profile else self.sudo().user_id
        if manager and manager != user:
            raise AccessError(
                self.env._(
                    "Only the account manager of “%(customer)s”, %(manager)s, or a sales administrator may override its "
                    "figures.",
                    customer=self.display_name,
                    manager=manager.name,
                )
            )
        if not manager and not user.has_group("sales_team.group_sale_salesman_all_leads"):
            raise AccessError(
                self.env._(
                    "Nobody looks after “%s” yet. Become the salesperson of the contact, or ask a sales administrator.",
                    self.display_name,
                )
            )
