"""What people judge by hand, beside what the figures lead to."""

from odoo import api, fields, models

#: Each thing that can be judged: the fields of the computed value, the one by hand, the effective one.
JUDGED = {
    "category": ("computed_category", "manual_category", "category"),
    "quadrant": ("computed_quadrant_id", "manual_quadrant_id", "quadrant_id"),
    "type": ("computed_type_id", "manual_type_id", "main_type_id"),
}


class KeyAccountProfileJudgement(models.Model):
    _inherit = "key.account.profile"

    computed_quadrant_id = fields.Many2one(
        "key.account.quadrant",
        readonly=True,
        ondelete="set null",
        help="The quadrant the figures lead to.",
    )
    manual_quadrant_id = fields.Many2one(
        "key.account.quadrant",
        string="Quadrant by Hand",
        ondelete="set null",
        domain="[('policy_id', '=', policy_id)]",
        help="Counts instead of the computed quadrant until the end date, as long as the policy counts it belongs to.",
    )
    manual_quadrant_reason = fields.Char(string="Reason for the Quadrant")
    manual_quadrant_until = fields.Date(string="Quadrant Until", help="Last day it counts; empty is until further notice.")
    manual_quadrant_by_id = fields.Many2one(
        "res.users", string="Quadrant Set by", readonly=True, ondelete="set null"
    )
    manual_category_by_id = fields.Many2one(
        "res.users", string="Category Set by", readonly=True, ondelete="set null"
    )
    cannot_be_developed_reason = fields.Char(string="Why It Cannot Be Developed")
    cannot_be_developed_until = fields.Date(
        string="Cannot Be Developed Until", help="Last day it counts; empty is until further notice."
    )
    cannot_be_developed_by_id = fields.Many2one(
        "res.users", string="Cannot Be Developed, Set by", readonly=True, ondelete="set null"
    )

    suggested_type_ids = fields.Many2many(
        "key.account.type",
        "key_account_profile_type_rel",
        "profile_id",
        "type_id",
        string="Suggested Types",
        readonly=True,
        context={"active_test": False},
        help="The kinds of key account the figures suggest.",
    )
    computed_type_id = fields.Many2one(
        "key.account.type",
        string="Suggested Main Type",
        readonly=True,
        ondelete="set null",
        help="The first of the suggested types.",
    )
    manual_type_id = fields.Many2one(
        "key.account.type",
        string="Type by Hand",
        ondelete="set null",
        help="Counts instead of the suggested type until the end date.",
    )
    not_key_account = fields.Boolean(
        string="No Key Account by Hand", help="Not a key account, whatever the figures suggest, until the end date."
    )
    manual_type_reason = fields.Char(string="Reason for the Type")
    manual_type_until = fields.Date(string="Type Until", help="Last day it counts; empty is until further notice.")
    manual_type_by_id = fields.Many2one("res.users", string="Type Set by", readonly=True, ondelete="set null")
    review_date = fields.Date(help="When to look again whether a special account still is one.")
    main_type_id = fields.Many2one(
        "key.account.type",
        string="Key Account Type",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        group_expand=True,
        help="Why this customer gets more attention than others; customers without a type are no key accounts.",
    )
    is_key_account = fields.Boolean(
        compute="_compute_is_key_account", search="_search_is_key_account", help="Has a key account type."
    )
    wallet_size = fields.Monetary(
        help="What the customer buys in a year of what we could sell, from anyone, without tax, in the company's currency: "
        "your own estimate."
    )

    category_falling_since = fields.Date(
        readonly=True, help="Since when the figures lead to a lower category; it takes effect after the policy's days."
    )
    quadrant_falling_since = fields.Date(
        readonly=True, help="Since when the figures lead to a lower quadrant; it takes effect after the policy's days."
    )
    type_falling_since = fields.Date(
        readonly=True, help="Since when the figures suggest a lesser type or none; it takes effect after the policy's days."
    )

    # Facts of the types
    last_to_first = fields.Float(
        string="Last / First Purchase",
        readonly=True,
        aggregator=None,
        help="Amount of the last purchase day / amount of the first one, both without tax, credit notes left out.",
    )
    pipeline_amount = fields.Monetary(
        string="Pipeline",
        readonly=True,
        help="Open opportunities with the customer and its contacts: expected revenue x probability, in the company's "
        "currency.",
    )
    potential_amount = fields.Monetary(
        string="Potential",
        readonly=True,
        help="What could come on top: the pipeline, or the wallet size less the revenue of 12 months if that is more.",
    )
    referral_count = fields.Integer(
        string="Referred Customers", readonly=True, help="Customers who came through this one."
    )
    referred_revenue_12m = fields.Monetary(
        string="Referred Revenue (12 Months)",
        readonly=True,
        help="Revenue above zero of 12 months of the customers who came through this one, in the company's currency.",
    )
    feedback_count_12m = fields.Integer(
        string="Feedback (12 Months)", readonly=True, help="Feedback given in the 12 months up to the as-of date."
    )

    transition_ids = fields.One2many("key.account.transition", "profile_id", string="Changes")

    @api.depends("main_type_id")
    def _compute_is_key_account(self):
        for profile in self:
            profile.is_key_account = bool(profile.main_type_id)

    def _search_is_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("main_type_id", "!=" if True in value else "=", False)]

    @api.model
    def _ensure(self, company, partners):
        """The profiles of these customers (commercial partners) in a company, made for those who have none.

        Who has no documents keeps the row as long as something is judged, referred or said of them.
        """
        partners = partners.commercial_partner_id
        company._ensure_key_account_policy()
        # sudo: that there is a row says nothing of the customer; who may see it, the record rules decide
        profiles = self.sudo()
        known = profiles.search([("company_id", "=", company.id), ("partner_id", "in", partners.ids)])
        today = fields.Date.context_today(self)
        made = profiles.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "as_of_date": today,
                    "policy_id": company.key_account_policy_id.id,
                    "recurrence": "none",
                    "computed_category": "client",
                    "category": "client",
                }
                for partner in partners - known.partner_id
            ]
        )
        return (known | made).sudo(False)
