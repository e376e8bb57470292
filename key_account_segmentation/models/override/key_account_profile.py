# SPDX-License-Identifier: LGPL-3.0-only
"""Overrides beside computed values."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools.effective import is_in_force
from ..base.ownership import check_readable
from ..base.text_lengths import LINE_MAX, check_lengths
from ..profile.key_account_figures import LIFECYCLES
from ..profile.overrides import AUTHOR, BY_HAND, COMPARED, EFFECTIVE, REASON, SETTING, UNTIL, differs, has_override


class KeyAccountProfile(models.Model):
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
        entered=True,
    )
    manual_quadrant_reason = fields.Char(string="Reason for the Quadrant", entered=True)
    manual_quadrant_until = fields.Date(
        string="Quadrant Until", help="Last day it counts; empty is until further notice.", entered=True
    )
    manual_quadrant_by_id = fields.Many2one("res.users", string="Quadrant Set by", readonly=True, ondelete="set null")
    manual_category_by_id = fields.Many2one("res.users", string="Category Set by", readonly=True, ondelete="set null")
    cannot_be_developed_reason = fields.Char(string="Why It Cannot Be Developed", entered=True)
    cannot_be_developed_until = fields.Date(help="Last day it counts; empty is until further notice.", entered=True)
    cannot_be_developed_by_id = fields.Many2one(
        "res.users", string="Cannot Be Developed, Set by", readonly=True, ondelete="set null"
    )

    manual_type_id = fields.Many2one(
        "key.account.type",
        string="Type by Hand",
        ondelete="set null",
        check_company=True,
        help="Counts instead of the suggested type until the end date.",
        entered=True,
    )
    not_key_account = fields.Boolean(
        string="No Key Account by Hand",
        help="Not a key account, whatever the figures suggest, until the end date.",
        entered=True,
    )
    manual_type_reason = fields.Char(string="Reason for the Type", entered=True)
    manual_type_until = fields.Date(
        string="Type Until", help="Last day it counts; empty is until further notice.", entered=True
    )
    manual_type_by_id = fields.Many2one("res.users", string="Type Set by", readonly=True, ondelete="set null")
    category_differs = fields.Boolean(
        compute="_compute_judgement_differs",
        search="_search_category_differs",
        help="The category set by hand is another than the computed one.",
    )
    judgement_differs = fields.Boolean(
        string="By Hand Differs",
        compute="_compute_judgement_differs",
        search="_search_judgement_differs",
        help="Category, quadrant or key account type set by hand is another than the computed one.",
    )
    review_date = fields.Date(help="When to look again whether a special account still is one.", entered=True)
    category_falling_since = fields.Date(
        readonly=True, help="Since when the figures lead to a lower category; it takes effect after the policy's days."
    )
    quadrant_falling_since = fields.Date(
        readonly=True, help="Since when the figures lead to a lower quadrant; it takes effect after the policy's days."
    )
    type_falling_since = fields.Date(
        readonly=True,
        help="Since when the figures suggest a lesser type or none; it takes effect after the policy's days.",
    )

    # The values that the last logged change led to
    recorded_lifecycle = fields.Selection(LIFECYCLES, readonly=True)
    recorded_major = fields.Boolean(readonly=True)
    transition_ids = fields.One2many(
        "key.account.transition", "profile_id", string="Changes", help="What the customer was and became, when and why."
    )

    # For the strip of a card and its clock
    quadrant_color = fields.Integer(
        related="quadrant_id.color", string="Color of the Quadrant", help="As the matrix shows it."
    )
    activity_state = fields.Selection(
        related="partner_id.activity_state",
        string="Activities of the Contact",
        help="Whether an activity on the contact is overdue, due today or planned.",
    )
    judgement_table = fields.Html(
        string="By Hand and Pending",
        compute="_compute_judgement_table",
        sanitize=False,
        help="What somebody set by hand, why and until when, beside what the figures say; and what they will change soon.",
    )

    @api.depends(*[name for names in COMPARED.values() for name in names], "not_key_account")
    def _compute_judgement_differs(self):
        for profile in self:
            profile.category_differs = differs(profile, "category")
            profile.judgement_differs = any(differs(profile, what) for what in EFFECTIVE)

    def _search_judgement_differs(self, operator, value):
        return self._search_differs(operator, value, EFFECTIVE)

    def _search_category_differs(self, operator, value):
        return self._search_differs(operator, value, ("category",))

    def _search_differs(self, operator, value, whats):
        if operator != "in":
            return NotImplemented
        by_hand = Domain.OR(Domain(name, "!=", False) for what in whats for name in SETTING[what])
        ids = self.search(by_hand).filtered(lambda profile: any(differs(profile, what) for what in whats)).ids
        return [("id", "in" if True in value else "not in", ids)]

    @api.constrains(*REASON.values())
    def _check_lengths(self):
        check_lengths(self, dict.fromkeys(REASON.values(), LINE_MAX))

    @api.constrains(*[name for names in BY_HAND.values() for name in names])
    def _check_reasons(self):
        for profile in self:
            for what in BY_HAND:
                reason = profile[REASON[what]]
                if has_override(profile, what) and what != "development" and not (reason or "").strip():
                    raise ValidationError(
                        self.env._(
                            "Please say why “%(customer)s” has another %(what)s than the computed one.",
                            customer=profile.partner_id.display_name,
                            what=self.env["key.account.override.words"]._label_in_sentence(what),
                        )
                    )

    @api.constrains(*UNTIL.values())
    def _check_until(self):
        days = {company: company._key_account_as_of() for company in self.company_id}
        for profile in self:
            for until in UNTIL.values():
                if profile[until] and not is_in_force(profile[until], days[profile.company_id]):
                    raise ValidationError(
                        self.env._(
                            "%(day)s has passed: what is set by hand for “%(customer)s” would not count for a single day. "
                            "Choose a day to come, or none.",
                            day=fields.Date.to_string(profile[until]),
                            customer=profile.partner_id.display_name,
                        )
                    )

    @api.constrains("manual_type_id", "not_key_account", "review_date")
    def _check_type(self):
        for profile in self:
            if profile.not_key_account and profile.manual_type_id:
                raise ValidationError(
                    self.env._(
                        "“%(customer)s” cannot be no key account and one of the type “%(type)s” at the same time.",
                        customer=profile.partner_id.display_name,
                        type=profile.manual_type_id.name,
                    )
                )
            if profile.manual_type_id.code == "special" and not profile.review_date:
                raise ValidationError(
                    self.env._(
                        "A special account is looked at again some day: please give “%(customer)s” a review date.",
                        customer=profile.partner_id.display_name,
                    )
                )

    @api.constrains("manual_quadrant_id")
    def _check_manual_quadrant(self):
        for profile in self:
            quadrant = profile.manual_quadrant_id
            if quadrant and quadrant.policy_id != profile.company_id.key_account_policy_id:
                raise ValidationError(
                    self.env._(
                        "“%(quadrant)s” belongs to another policy than the one that counts. Choose one of its quadrants: "
                        "%(names)s.",
                        quadrant=quadrant.name,
                        names=", ".join(profile.company_id.key_account_policy_id.quadrant_ids.mapped("name")),
                    )
                )

    def write(self, vals):
        """Keep the author of an override, and make it effective at once."""
        overridden = frozenset(what for what, names in BY_HAND.items() if not vals.keys().isdisjoint(names))
        if not overridden:
            return super().write(vals)
        check_readable(self, [vals], "manual_type_id", "manual_quadrant_id")
        self._check_may_override()
        result = super().write(vals)
        # sudo: the user gives the override, the module its author
        super(KeyAccountProfile, self.sudo()).write(self._authors(vals, overridden))
        # again: one write must not override a customer and name somebody else its account manager
        self._check_may_override()
        self.env["key.account.refresh"]._take_effect_by_hand(self, overridden)
        return result

    def _authors(self, vals, overridden):
        """The author of each override; empty where it is taken back."""
        authors = {}
        for what in overridden:
            if AUTHOR[what] not in vals and not vals.keys().isdisjoint(SETTING[what]):
                is_set = any(vals.get(name) for name in SETTING[what])
                authors[AUTHOR[what]] = self.env.uid if is_set else False
        return authors

    def _check_may_override(self):
        """The account manager and sales administrators override; without an account manager, everybody who may write it.

        *All Documents* is enough to take a customer over, but not to override what the figures lead to: for that, somebody
        else has to name the account manager.

        :raises AccessError: naming whom to ask
        """
        if self.env.su or self.env.user.has_group("sales_team.group_sale_manager"):
            return
        for profile in self:
            if colleague := profile._taken_from(self.env.user):
                raise AccessError(
                    self.env._(
                        "You have taken over “%(customer)s” from %(manager)s yourself. Before you override its figures, "
                        "%(manager)s or a sales administrator has to name you as its account manager.",
                        customer=profile.display_name,
                        manager=colleague.name,
                    )
                )
        others = self.filtered(lambda profile: profile.account_manager_id not in (self.env.user, self.env["res.users"]))
        if others:
            raise AccessError(
                self.env._(
                    "Only the account manager of “%(customer)s”, %(manager)s, or a sales administrator may override its "
                    "figures.",
                    customer=others[0].display_name,
                    manager=others[0].account_manager_id.name,
                )
            )

    @api.depends(
        *EFFECTIVE.values(),
        *[name for names in COMPARED.values() for name in names],
        *[name for names in BY_HAND.values() for name in names],
        *[f"{what}_falling_since" for what in EFFECTIVE],
    )
    @api.depends_context("lang")
    def _compute_judgement_table(self):
        words = self.env["key.account.override.words"]
        for profile in self:
            rows = words._rows(profile)
            profile.judgement_table = bool(rows) and self.env["ir.qweb"]._render(
                "key_account_segmentation.profile_judgement", {"rows": rows}
            )

    def action_judge(self, what="type"):
        """Open the assistant that overrides these customers.

        :param what: what it asks first, see the assistant
        :raises AccessError: if somebody else may override one of them, not the user
        """
        self.check_access("write")
        self._check_may_override()
        return self.env["key.account.judgement"]._action({"default_profile_ids": self.ids, "default_what": what})
