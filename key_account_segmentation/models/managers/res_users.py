# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from ..base.groups import SEEING_ALL, SELLERS, SELLERS_OF_ALL


class ResUsers(models.Model):
    _inherit = "res.users"

    key_account_leave_date = fields.Date(
        string="Last Day With Us",
        groups=SELLERS_OF_ALL,
        copy=False,
        help="Two weeks before, the team leader is asked to hand over the key accounts.",
    )
    key_account_limit = fields.Integer(
        string="Limit of Key Accounts",
        groups=SELLERS_OF_ALL,
        help="So many key accounts fit in, in each company. 0: as many as the company's settings say.",
    )

    _key_account_limit_positive = models.Constraint(
        "CHECK (key_account_limit >= 0)", "A limit of key accounts is 0 (the company's) or more."
    )

    def _check_may_look_after(self, company):
        """Customers of a company are looked after by people who work there and have a right on Sales.

        :raise ValidationError: who may not, and why
        """
        # sudo: whether colleagues are archived and which companies they see decides here, and is told to nobody else
        for user in self.sudo():
            if not user.active:
                raise ValidationError(
                    self.env._("%(name)s is archived and looks after nobody. Choose somebody else.", name=user.name)
                )
            if user.share:
                raise ValidationError(
                    self.env._("%(name)s is a portal user. Choose somebody who works with you.", name=user.name)
                )
            if not user.has_group(SELLERS):
                raise ValidationError(
                    self.env._(
                        "%(name)s has no right on Sales and could not open the customer. Choose somebody who has, or give "
                        "the right at the user first.",
                        name=user.name,
                    )
                )
            if company not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s may not see %(company)s. Choose somebody who may, or allow it at the user first.",
                        name=user.name,
                        company=company.name,
                    )
                )

    def _key_account_decides(self):
        """Whether this user says who looks after any customer: has *All Documents*, or is Odoo itself."""
        return self.id == SUPERUSER_ID or self.has_group(SELLERS_OF_ALL)

    def _key_account_sees_all(self):
        """Whether this user sees all customers anyway, so that moving one tells them nothing new."""
        return self.id == SUPERUSER_ID or any(self.has_group(group) for group in SEEING_ALL)

    @api.model
    def _key_account_seller_ids(self):
        """Ids of all who have a right on Sales, those who have left too."""
        # sudo: who sells is no secret, and decides who can be an account manager whoever is at work
        users = self.sudo().with_context(active_test=False)
        return users.search([("all_group_ids", "in", self.env.ref(SELLERS).ids), ("share", "=", False)]).ids

    def _key_account_limit_in(self, company):
        """How many key accounts fit in; 0 is as many as there are."""
        # sudo: the company's limit is part of the warning
        return self.key_account_limit or company.sudo().key_account_limit
