# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_policy_id = fields.Many2one(related="company_id.key_account_policy_id")
    key_account_count_own_companies = fields.Boolean(
        string="Count own companies",
        compute="_compute_key_account_count_own_companies",
        store=True,
        readonly=False,
        help="Also classify customers that are companies of this database.",
    )
    key_account_seasonal_is_recurring = fields.Boolean(
        string="Seasonal counts as recurring",
        compute="_compute_key_account_seasonal_is_recurring",
        store=True,
        readonly=False,
        help="Customers who buy every year in the same season can become active or passive partners.",
    )
    key_account_tz = fields.Selection(
        related="company_id.partner_id.tz",
        readonly=False,
        string="Time zone",
        help="Of the company's own contact: the day it is there decides which invoices count, what is due, and when all "
        "customers are refreshed anew. Empty is UTC.",
    )
    group_key_account_share_and_rank = fields.Boolean(
        string="Share and rank for everybody",
        implied_group="key_account_segmentation.group_share_and_rank",
        group="sales_team.group_sale_salesman",
        help="Salespeople who see only their own documents see share of revenue and rank of their customers too. With the "
        "revenue of a customer they tell the revenue of the company.",
    )
    key_account_lead_to_manager = fields.Boolean(related="company_id.key_account_lead_to_manager", readonly=False)
    key_account_lead_priority = fields.Boolean(related="company_id.key_account_lead_priority", readonly=False)
    key_account_tell_changes = fields.Boolean(related="company_id.key_account_tell_changes", readonly=False)
    key_account_limit = fields.Integer(related="company_id.key_account_limit", readonly=False)
    key_account_run_id = fields.Many2one(
        "key.account.run", string="Last refresh", compute="_compute_key_account_run_id"
    )
    key_account_run_state = fields.Selection(related="key_account_run_id.state", string="Refresh State")
    key_account_run_finished_at = fields.Datetime(related="key_account_run_id.finished_at")
    key_account_run_seconds = fields.Float(related="key_account_run_id.seconds")
    key_account_run_read_count = fields.Integer(related="key_account_run_id.read_count")
    key_account_run_message = fields.Text(related="key_account_run_id.message")

    # One method each: a value for one switch leaves the other as the policy has it.
    @api.depends("company_id")
    def _compute_key_account_count_own_companies(self):
        # sudo: whoever may open the settings may know what the policy says
        for settings in self:
            settings.key_account_count_own_companies = settings.key_account_policy_id.sudo().count_own_companies

    @api.depends("company_id")
    def _compute_key_account_seasonal_is_recurring(self):
        # sudo: whoever may open the settings may know what the policy says
        for settings in self:
            settings.key_account_seasonal_is_recurring = settings.key_account_policy_id.sudo().seasonal_is_recurring

    def _compute_key_account_run_id(self):
        # sudo: whoever may open the settings may know whether the figures are up to date
        runs = self.env["key.account.run"].sudo()
        for settings in self:
            settings.key_account_run_id = runs.search(runs._full_domain(settings.company_id), limit=1)

    def set_values(self):
        result = super().set_values()
        policy = self.company_id.key_account_policy_id
        switches = {
            "count_own_companies": self.key_account_count_own_companies,
            "seasonal_is_recurring": self.key_account_seasonal_is_recurring,
        }
        if policy and any(policy[name] != value for name, value in switches.items()):
            # A published policy never changes: the switches make a new version and publish it.
            policy.copy({"name": policy.name, **switches}).action_publish()
        return result

    def action_key_account_refresh(self):
        """Refresh all customers of the selected companies, with a progress bar."""
        return self.env["key.account.profile"].action_refresh_all()
