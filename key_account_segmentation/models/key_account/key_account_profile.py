# SPDX-License-Identifier: LGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models

from ..base.fields_empty import MonetaryOrEmpty
from ..base.groups import SEEING_ALL


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

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
    main_type_id = fields.Many2one(
        "key.account.type",
        string="Key Account Type",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        group_expand="_read_group_expand_full",
        falsy_value_label="No key account",
        help="Why this customer gets more attention than others; customers without a type are no key accounts.",
    )
    is_key_account = fields.Boolean(
        compute="_compute_is_key_account", search="_search_is_key_account", help="Has a key account type."
    )
    wallet_size = MonetaryOrEmpty(
        help="What the customer buys in a year of what we could sell, from anyone, without tax, in the company's currency: "
        "your own estimate.",
        entered=True,
    )
    # For the badge of the type
    main_type_icon = fields.Char(related="main_type_id.icon", string="Icon of the Type")
    main_type_color = fields.Integer(related="main_type_id.color", string="Color of the Type")
    type_reasons = fields.Html(
        string="Why a Key Account",
        compute="_compute_type_reasons",
        sanitize=False,
        help="Each suggested type with the figures that speak for it.",
    )

    # What makes a key account
    pipeline_amount = fields.Monetary(
        string="Pipeline",
        readonly=True,
        help="Open opportunities with the customer and its contacts: expected revenue x probability, in the company's "
        "currency. One without company counts in its team's, else its salesperson's; without these nowhere.",
        source="key_accounts",
    )
    potential_amount = fields.Monetary(
        string="Potential",
        readonly=True,
        help="What could come on top: the pipeline, or the wallet size less the revenue of 12 months if that is more.",
        source="key_accounts",
        history=True,
    )
    referral_count = fields.Integer(
        string="Referred Customers", readonly=True, help="Customers who came through this one.", source="key_accounts"
    )
    referred_revenue_12m = fields.Monetary(
        string="Referred Revenue (12 Months)",
        readonly=True,
        groups=",".join(SEEING_ALL),
        help="Revenue above zero of 12 months of the customers who came through this one, in the company's currency.",
        source="key_accounts",
        history=True,
    )
    feedback_count_12m = fields.Integer(
        string="Feedback (12 Months)",
        readonly=True,
        help="Feedback given in the 12 months up to the as-of date.",
        source="key_accounts",
        history=True,
    )

    @api.depends("main_type_id")
    def _compute_is_key_account(self):
        for profile in self:
            profile.is_key_account = bool(profile.main_type_id)

    def _search_is_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("main_type_id", "!=" if True in value else "=", False)]

    @api.depends("suggested_type_ids")
    @api.depends_context("lang", "uid")
    def _compute_type_reasons(self):
        words = self.env["key.account.type.words"]
        for profile in self:
            lines = [
                Markup("<li><b>%s</b>: %s</li>") % (account_type.name, " ".join(sentences))
                for account_type, sentences in words._type_sentences(profile)
            ]
            profile.type_reasons = Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup().join(lines) if lines else False
