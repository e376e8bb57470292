# SPDX-License-Identifier: LGPL-3.0-only
"""The choices of a company, its policy, and its day, which does not depend on the user's time zone.

    _key_account_today    the day in the company's time zone     (what is due, what has ended, what may be entered)
    _key_account_as_of    the day figures are refreshed for      (refreshes and what takes effect by them)

The second is never before a day for which figures were refreshed already: somebody may correct the time zone or the clock.
"""

from datetime import datetime, time, timezone

from odoo import api, fields, models

#: The local hour at which follow-ups are planned and people are told.
MORNING = time(4, 30)


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_policy_id = fields.Many2one(
        "key.account.policy",
        compute="_compute_key_account_policy_id",
        help="The published policy: the thresholds that classify this company's customers.",
    )

    key_account_is_known = fields.Boolean(
        readonly=True, copy=False, help="All customers have been classified once: from now on a change is a change."
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

    key_account_limit = fields.Integer(
        string="Limit of Key Accounts",
        help="So many key accounts fit in for one account manager, unless the account manager has an own limit. 0: there is "
        "none.",
    )

    _key_account_limit_positive = models.Constraint(
        "CHECK (key_account_limit >= 0)", "A limit of key accounts is 0 (none) or more."
    )

    def _key_account_lead_options(self):
        """Whether new leads of key accounts are treated in any way of their own."""
        # sudo: the switch of the company holds for every user who enters a lead
        company = self.sudo()
        return company.key_account_lead_to_manager or company.key_account_lead_priority

    def _compute_key_account_policy_id(self):
        # sudo: every user may know which policy is published, and the refresh asks on behalf of every user
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

    def _key_account_today(self):
        """The day it is in the time zone of the company's own contact, in UTC if that has none."""
        self.ensure_one()
        return fields.Date.context_today(self._in_own_zone())

    def _in_own_zone(self):
        # sudo: users who work with a company's customers may know its time zone
        return self.with_context(tz=self.sudo().partner_id.tz or "UTC")

    def _key_account_morning(self, day):
        """The moment, in UTC, when a day's work begins where the company is."""
        return self._key_account_moment(day, MORNING)

    def _key_account_moment(self, day, local_time):
        """The moment, in UTC, of a day's local time where the company is."""
        moment = self._in_own_zone().env.tz.localize(datetime.combine(day, local_time))
        return moment.astimezone(timezone.utc).replace(tzinfo=None)

    def _key_account_as_of(self):
        """The day for which figures are refreshed now."""
        today = self._key_account_today()
        return max(today, self.env["key.account.run"]._latest_day(self) or today)
