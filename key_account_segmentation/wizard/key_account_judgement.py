# SPDX-License-Identifier: LGPL-3.0-only
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..models.base.ownership import check_readable
from ..models.base.text_lengths import LINE_MAX, check_lengths
from ..models.profile.key_account_figures import CATEGORIES
from ..models.profile.overrides import BY_HAND, COMPARED, REASON, UNTIL, has_override

WHATS = [
    ("type", "Key account type"),
    ("no_type", "No key account"),
    ("category", "Category"),
    ("quadrant", "Quadrant"),
    ("development", "Cannot be developed"),
]

#: The field of the assistant that holds the value, by what is set by hand.
VALUES = {"type": "type_id", "category": "category", "quadrant": "quadrant_id"}


class KeyAccountJudgement(models.TransientModel):
    """Assistant: overrides one or several customers, with reason and end."""

    _name = "key.account.judgement"
    _description = "Override"

    profile_ids = fields.Many2many("key.account.profile", string="Customers")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, help="A customer who has no profile yet."
    )
    policy_id = fields.Many2one("key.account.policy", compute="_compute_policy_id")
    mode = fields.Selection(
        [("set", "Set by hand"), ("back", "Take back: let the figures decide")], default="set", required=True
    )
    what = fields.Selection(WHATS, default="type", required=True)
    types_of_id = fields.Many2one("res.company", compute="_compute_policy_id")
    type_id = fields.Many2one("key.account.type", domain="[('company_id', 'in', [types_of_id, False])]")
    type_code = fields.Char(related="type_id.code")
    category = fields.Selection(CATEGORIES)
    quadrant_id = fields.Many2one("key.account.quadrant", domain="[('policy_id', '=', policy_id)]")
    reason = fields.Char(help="Everybody who sees the customer will read it.")
    until = fields.Date(help="Last day it counts. Empty: until further notice.")
    review_date = fields.Date(
        string="Review on",
        compute="_compute_review_date",
        store=True,
        readonly=False,
        help="When to look again whether it still is a special account.",
    )
    figures_say = fields.Char(compute="_compute_figures_say", help="What the figures alone lead to.")
    is_by_hand = fields.Boolean(compute="_compute_is_by_hand")
    by_hand_now = fields.Char(compute="_compute_is_by_hand")

    @api.model
    def _action(self, context):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium", **context},
        }

    @api.constrains("reason")
    def _check_lengths(self):
        check_lengths(self, {"reason": LINE_MAX})

    @api.model_create_multi
    def create(self, vals_list):
        check_readable(self, vals_list, "type_id", "quadrant_id")
        return super().create(vals_list)

    def write(self, vals):
        check_readable(self, [vals], "type_id", "quadrant_id")
        return super().write(vals)

    @api.depends("profile_ids")
    def _compute_policy_id(self):
        """The company whose types and quadrants are offered; for customers of several companies only shared types."""
        for override in self:
            company = override.profile_ids.company_id or self.env.company
            override.types_of_id = company if len(company) == 1 else False
            override.policy_id = override.types_of_id.key_account_policy_id

    @api.depends("what", "type_id")
    def _compute_review_date(self):
        for override in self:
            if override.what != "type" or override.type_id.code != "special":
                override.review_date = False

    @api.depends("what", "profile_ids")
    def _compute_figures_say(self):
        for override in self:
            names = COMPARED.get(override._matter())
            override.figures_say = names and override._counted(names[0])

    def _counted(self, name):
        """What the figures lead to: of one customer a word, of several how many of each."""
        what = self._matter()
        words = self.env["key.account.override.words"]
        labels = Counter(words._value_text(what, profile[name]) for profile in self.profile_ids)
        if len(self.profile_ids) == 1:
            return next(iter(labels))
        return format_list(self.env, [f"{count} × {label}" for label, count in labels.most_common()])

    @api.depends("what", "profile_ids")
    def _compute_is_by_hand(self):
        words = self.env["key.account.override.words"]
        for override in self:
            what = override._matter()
            by_hand = override.profile_ids.filtered(lambda profile, what=what: has_override(profile, what))
            override.is_by_hand = bool(by_hand)
            override.by_hand_now = False
            if len(override.profile_ids) == 1 and by_hand:
                override.by_hand_now = " ".join(words._by_hand_sentences(by_hand, what)[:2])

    @api.onchange("what")
    def _onchange_what(self):
        if not self.is_by_hand:
            self.mode = "set"

    def _matter(self):
        """The key of ``BY_HAND`` to override: "type" and "no_type" are the same one."""
        return "type" if self.what == "no_type" else self.what

    def action_apply(self):
        """Write the override on the customers, as the user; a customer without a profile gets one."""
        self.ensure_one()
        self._check_complete()
        profiles = self.profile_ids or self._made_profile()
        profiles.write(self._values())
        if self.what == "development":
            profiles.action_refresh()
        return {"type": "ir.actions.act_window_close"}

    def _check_complete(self):
        if not self.profile_ids and not self.partner_id:
            raise UserError(self.env._("Select the customers first."))
        if self.mode == "back":
            return
        if self.what in VALUES and not self[VALUES[self.what]]:
            raise UserError(self.env._("Choose what should count."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: whoever looks after the customer later will want to know."))

    def _made_profile(self):
        self.partner_id._key_account_check_may_override(self.env.company)
        return self.env["key.account.refresh"]._ensure_profiles(self.env.company, self.partner_id)

    def _values(self):
        """Everything it takes up on a profile; all of it empty if it is taken back."""
        what = self._matter()
        values = {name: False for name in BY_HAND[what] if not name.endswith("_by_id")}
        if self.mode == "back":
            return values
        values |= {REASON[what]: self.reason.strip(), UNTIL[what]: self.until}
        return (
            values
            | {
                "type": {"manual_type_id": self.type_id.id, "review_date": self.review_date},
                "no_type": {"not_key_account": True},
                "category": {"manual_category": self.category},
                "quadrant": {"manual_quadrant_id": self.quadrant_id.id},
                "development": {"cannot_be_developed": True},
            }[self.what]
        )
