# SPDX-License-Identifier: LGPL-3.0-only
"""The portfolio of each account manager: customers, due activities, and room for more key accounts."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..models.base.fields_empty import FloatOrEmpty, IntegerOrEmpty
from ..models.base.groups import SEEING_SHARES

#: What sales administrators enter here -> the field of the user that keeps it.
KEPT_BY_USER = {"leave_date": "key_account_leave_date", "own_limit": "key_account_limit"}


class KeyAccountLoad(models.Model):
    """An account manager in a company; without one, what nobody looks after there."""

    _name = "key.account.load"
    _description = "Account Manager"
    _auto = False
    _rec_name = "account_manager_id"
    _order = "key_account_count desc, customer_count desc, id"
    _depends = {
        "key.account.profile": [
            "company_id", "partner_id", "account_manager_id", "main_type_id", "revenue_12m", "share",
        ],
        "mail.activity": ["res_model", "res_id", "user_id", "date_deadline", "active"],
        "res.company": ["currency_id", "key_account_limit", "partner_id"],
        "res.partner": ["active", "commercial_partner_id", "tz"],
        "res.users": ["active", "key_account_leave_date", "key_account_limit"],
    }  # fmt: skip

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    account_manager_id = fields.Many2one("res.users", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True, help="Customers who are not archived.")
    key_account_count = fields.Integer(
        string="Key Accounts", readonly=True, help="Those of them who have a key account type."
    )
    revenue_12m = fields.Monetary(
        string="Revenue (12 Months)",
        readonly=True,
        help="Revenue of 12 months of all their customers, in the company's currency: untaxed invoices and receipts less "
        "credit notes. What archived customers bought is in it.",
    )
    revenue_share = FloatOrEmpty(
        string="Share of Revenue",
        readonly=True,
        groups=SEEING_SHARES,
        help="Sum of the shares of their customers: revenue of 12 months / that of all customers of the company above zero.",
    )
    due_count = fields.Integer(
        string="Due",
        readonly=True,
        help="Open activities of the account manager on these customers and their contacts, for today or earlier.",
    )
    overdue_count = fields.Integer(string="Overdue", readonly=True, help="Those of them that were for an earlier day.")
    own_limit = fields.Integer(
        help="So many key accounts fit in, in each company. 0: as many as the company's settings say.",
        aggregator=None,
    )
    key_account_limit = IntegerOrEmpty(
        string="Limit",
        readonly=True,
        aggregator=None,
        help="The account manager's own limit, else the company's. Empty if there is none.",
    )
    is_over_limit = fields.Boolean(string="Over the Limit", readonly=True, help="More key accounts than the limit.")
    capacity = fields.Selection(
        [("over", "Over the limit"), ("full", "At the limit"), ("free", "Has room")],
        readonly=True,
        help="Key accounts against the limit. Empty without a limit.",
    )
    leave_date = fields.Date(
        string="Last Day With Us",
        help="Two weeks before, the team leader is asked to hand over the key accounts.",
    )
    presence = fields.Selection(
        [("leaving", "Leaving"), ("left", "Has left")],
        readonly=True,
        help="Leaving: has a last day. Has left: that day has passed, or the user is archived.",
    )

    @property
    def _table_query(self):
        # sudo: the days of companies the reader does not see are in no row that the reader sees
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([])
        return self._load_sql({company.id: company._key_account_today() for company in companies})

    @api.model
    def _load_sql(self, days):
        """One row per company and account manager. Its number is made of both: another one's is never mistaken for it.

        :param days: company's id -> the day it is there
        """
        day = SQL("UNNEST(%s::int[], %s::date[]) AS day (company_id, today)", list(days), list(days.values()))
        return SQL(
            """
            SELECT COALESCE(load.account_manager_id, 0)::bigint * 65536 + load.company_id AS id,
                   load.*,
                   company.currency_id,
                   COALESCE(due.due_count, 0) AS due_count,
                   COALESCE(due.overdue_count, 0) AS overdue_count,
                   COALESCE(manager.key_account_limit, 0) AS own_limit,
                   in_force.key_account_limit,
                   COALESCE(load.key_account_count > in_force.key_account_limit, FALSE) AS is_over_limit,
                   CASE WHEN load.key_account_count > in_force.key_account_limit THEN 'over'
                        WHEN load.key_account_count = in_force.key_account_limit THEN 'full'
                        WHEN load.key_account_count < in_force.key_account_limit THEN 'free'
                   END AS capacity,
                   manager.key_account_leave_date AS leave_date,
                   CASE WHEN NOT manager.active OR manager.key_account_leave_date < day.today THEN 'left'
                        WHEN manager.key_account_leave_date IS NOT NULL THEN 'leaving'
                   END AS presence
              FROM (%(customers)s) AS load
              JOIN res_company AS company ON company.id = load.company_id
              JOIN %(day)s ON day.company_id = load.company_id
              LEFT JOIN res_users AS manager ON manager.id = load.account_manager_id
              LEFT JOIN (%(due)s) AS due
                     ON due.company_id = load.company_id AND due.account_manager_id = load.account_manager_id
              LEFT JOIN LATERAL (
                   SELECT COALESCE(NULLIF(manager.key_account_limit, 0), NULLIF(company.key_account_limit, 0))
                          AS key_account_limit
                    WHERE manager.id IS NOT NULL
                   ) AS in_force ON TRUE
            """,
            day=day,
            customers=self._customers_sql(),
            due=self._due_sql(day),
        )

    @api.model
    def _customers_sql(self):
        return SQL(
            """
            SELECT profile.company_id,
                   profile.account_manager_id,
                   COUNT(*) FILTER (WHERE customer.active) AS customer_count,
                   COUNT(profile.main_type_id) FILTER (WHERE customer.active) AS key_account_count,
                   COALESCE(SUM(profile.revenue_12m), 0) AS revenue_12m,
                   SUM(profile.share) AS revenue_share
              FROM key_account_profile AS profile
              JOIN res_partner AS customer ON customer.id = profile.partner_id
             GROUP BY profile.company_id, profile.account_manager_id
            """
        )

    @api.model
    def _due_sql(self, day):
        """Activities of account managers on their own customers, by company: who has customers in two has them in both.

        :param day: SQL of a table of companies and the day it is there
        """
        return SQL(
            """
            SELECT profile.company_id,
                   profile.account_manager_id,
                   COUNT(*) AS due_count,
                   COUNT(*) FILTER (WHERE activity.date_deadline < day.today) AS overdue_count
              FROM mail_activity AS activity
              JOIN res_partner AS contact ON contact.id = activity.res_id
              JOIN key_account_profile AS profile
                   ON profile.partner_id = contact.commercial_partner_id
                      AND profile.account_manager_id = activity.user_id
              JOIN %(day)s ON day.company_id = profile.company_id
             WHERE activity.res_model = 'res.partner'
                   AND activity.active
                   AND activity.date_deadline <= day.today
             GROUP BY profile.company_id, profile.account_manager_id
            """,
            day=day,
        )

    @api.depends("account_manager_id")
    def _compute_display_name(self):
        for load in self:
            load.display_name = load.account_manager_id.display_name or self.env._("No account manager")

    def write(self, vals):
        """Keep last day and limit with the user: sales administrators need not be allowed to change users.

        :raise AccessError: for users without the right, and for any other field than these two
        :raise UserError: for the row of what nobody looks after
        """
        self.check_access("write")
        if not vals.keys() <= KEPT_BY_USER.keys():
            raise AccessError(self.env._("Of an account manager only the last day and the limit are entered here."))
        if not all(load.account_manager_id for load in self):
            raise UserError(
                self.env._("Nobody looks after these customers: there is nobody to have a last day or a limit.")
            )
        # sudo: sales administrators decide these two and nothing else of a user
        self.account_manager_id.sudo().write({KEPT_BY_USER[name]: value for name, value in vals.items()})
        self.invalidate_model()
        # nothing is left to be written here: the rows are read from a query
        return super().write({})

    def _customer_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("account_manager_id", "=", self.account_manager_id.id),
            ("partner_id.active", "=", True),
        ]

    @api.readonly
    def action_open_customers(self):
        """The customers who are not archived."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers: %(manager)s", manager=self.display_name),
            "res_model": "key.account.profile",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": self._customer_domain(),
        }

    @api.readonly
    def action_open_due(self):
        """The open activities on these customers and their contacts, for today or earlier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Due: %(manager)s", manager=self.display_name),
            "res_model": "mail.activity",
            "views": [
                (self.env.ref("mail.mail_activity_view_tree_open_target").id, "list"),
                (self.env.ref("mail.mail_activity_view_kanban_open_target").id, "kanban"),
            ],
            "domain": [("id", "in", self._due_activities().ids)],
            "context": {"create": False},
        }

    def _due_activities(self):
        today = self.company_id._key_account_today()
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("user_id", "=", self.account_manager_id.id),
                ("date_deadline", "<=", today),
            ]
        )
        managed = self.env["key.account.profile"]._search(
            [("company_id", "=", self.company_id.id), ("account_manager_id", "=", self.account_manager_id.id)]
        )
        contacts = self.env["res.partner"].with_context(active_test=False)
        found = contacts.search(
            [
                ("id", "in", activities.mapped("res_id")),
                ("commercial_partner_id", "in", managed.subselect("partner_id")),
            ]
        )
        return activities.filtered(lambda activity: activity.res_id in found._ids)

    @api.readonly
    def action_hand_over(self):
        """The assistant that gives the key accounts to somebody else."""
        self.ensure_one()
        self.env["key.account.assign"].check_access("create")
        key_accounts = self.env["key.account.profile"].search([*self._customer_domain(), ("is_key_account", "=", True)])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over: %(manager)s", manager=self.display_name),
            "res_model": "key.account.assign",
            "views": [(self.env.ref("key_account_segmentation.key_account_assign_view_form_hand_over").id, "form")],
            "target": "new",
            "context": {"default_profile_ids": [Command.set(key_accounts.ids)]},
        }
