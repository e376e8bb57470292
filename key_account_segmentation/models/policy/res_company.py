# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_policy_id = fields.Many2one(
        "key.account.policy",
        compute="_compute_key_account_policy_id",
        help="The published policy: the thresholds this company's customers are judged by.",
    )

    key_account_is_known = fields.Boolean(
        readonly=True, copy=False, help="All customers have been judged once: from now on a change is a change."
    )

    key_account_lead_to_manager = fields.Boolean(
        string="New leads of a key account go to its account manager",
        help="Unless somebody else is named. Salespeople who see only their own documents keep what they enter.",
    )
    key_account_lead_priority = fields.Boolean(
        string="New leads of a key account get a high priority", help="Unless they are given another one."
    )

    key_account_tell_changes = fields.Boolean(
        string="Changes of key accounts are noted on their contacts",
        help="Whoever may read the contact reads there what the customer becomes: key account type, category, quadrant, "
        "lifecycle. Never on contacts that other companies of this database read, too.",
    )

    def _key_account_lead_options(self):
        """Whether new leads of key accounts are treated in any way of their own."""
        # sudo: whoever enters a lead gets what the company has switched on
        company = self.sudo()
        return company.key_account_lead_to_manager or company.key_account_lead_priority

    def _compute_key_account_policy_id(self):
        # sudo: which policy counts is no secret, and the refresh asks on behalf of every user
        policies = (
            self.env["key.account.policy"].sudo().search([("state", "=", "published"), ("company_id", "in", self.ids)])
        )
        by_company = policies.grouped("company_id")
        for company in self:
            company.key_account_policy_id = by_company.get(company)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._ensure_key_account_policy()
        self.env["key.account.follow.up.rule"]._ensure_rules(companies)
        return companies

    def _ensure_key_account_policy(self):
        """Publish a policy with the default values for companies that have none."""
        # sudo: whoever may create a company need not be a sales administrator
        policies = self.env["key.account.policy"].sudo()
        self.invalidate_recordset(["key_account_policy_id"])
        for company in self.filtered(lambda company: not company.key_account_policy_id):
            policies.with_context(default_company_id=company.id).create(
                {
                    "name": self.env._("Standard policy"),
                    "company_id": company.id,
                    "state": "published",
                    "published_date": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                }
            )
        self.invalidate_recordset(["key_account_policy_id"])
