# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models

from ..models.base.words import day_text

#: More customers than these are told as a number.
NAMED_MAX = 20


class KeyAccountAssign(models.TransientModel):
    _name = "key.account.assign"
    _description = "Assign Account Manager"

    profile_ids = fields.Many2many(
        "key.account.profile",
        string="Customers",
        default=lambda self: self.env.context.get("active_ids"),
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Account Manager",
        domain=[("share", "=", False)],
        help="Leave it empty to go back to the salesperson of each contact.",
    )
    profile_count = fields.Integer(string="Number of Customers", compute="_compute_profile_count")
    are_named = fields.Boolean(compute="_compute_profile_count")
    load_message = fields.Text(compute="_compute_load")
    is_over_limit = fields.Boolean(compute="_compute_load")
    leave_message = fields.Char(compute="_compute_leave_message")

    @api.depends("profile_ids")
    def _compute_profile_count(self):
        for wizard in self:
            wizard.profile_count = len(wizard.profile_ids)
            wizard.are_named = wizard.profile_count <= NAMED_MAX

    @api.depends("profile_ids", "user_id")
    def _compute_load(self):
        for wizard in self:
            loads = list(wizard._loads()) if wizard.user_id else []
            wizard.load_message = "\n".join(wizard._load_sentence(*load) for load in loads)
            wizard.is_over_limit = any(limit and then > limit for _company, _now, then, limit in loads)

    def _loads(self):
        """For each company: how many key accounts the account manager has, would have, and the limit."""
        user = self.user_id
        key_accounts = self.profile_ids._origin.filtered("is_key_account")
        for company in self.profile_ids._origin.company_id:
            # sudo: a number, also of customers one does not see
            now = (
                self.env["key.account.profile"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", company.id),
                        ("account_manager_id", "=", user.id),
                        ("is_key_account", "=", True),
                        ("partner_id.active", "=", True),
                    ]
                )
            )
            then = now | key_accounts.filtered(lambda profile, company=company: profile.company_id == company)
            yield company, len(now), len(then), user._key_account_limit_in(company)

    def _load_sentence(self, company, now, then, limit):
        name = f"{self.user_id.name} ({company.name})" if len(self.profile_ids.company_id) > 1 else self.user_id.name
        if limit:
            return self.env._(
                "Key accounts of %(name)s: %(now)s now, %(then)s with these. The limit is %(limit)s.",
                name=name,
                now=now,
                then=then,
                limit=limit,
            )
        return self.env._("Key accounts of %(name)s: %(now)s now, %(then)s with these.", name=name, now=now, then=then)

    @api.depends("user_id")
    def _compute_leave_message(self):
        for wizard in self:
            day = wizard.user_id.key_account_leave_date
            wizard.leave_message = day and self.env._(
                "The last day of %(name)s is %(day)s.", name=wizard.user_id.name, day=day_text(self.env, day)
            )

    @api.constrains("user_id", "profile_ids")
    def _check_user(self):
        for wizard in self:
            for company in wizard.profile_ids.company_id:
                wizard.user_id._check_may_look_after(company)

    def action_assign(self):
        """Give all selected customers the account manager, or back to their salespersons."""
        if self.user_id:
            self.profile_ids.account_manager_id = self.user_id
        else:
            self.profile_ids._back_to_salesperson()
        return {"type": "ir.actions.act_window_close"}
