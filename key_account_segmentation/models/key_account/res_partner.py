# SPDX-License-Identifier: LGPL-3.0-only
"""Referrals: the customer through whom another one came.

A referral is between customers: it stands on the company (the commercial partner), whichever of its people spoke. The
referrer may be one of the people, and counts for their company of today.
"""

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..base.fields_empty import MonetaryOrEmpty
from ..base.groups import SEEING_ALL
from ..base.ownership import HIERARCHY_FIELDS


class ResPartner(models.Model):
    _inherit = "res.partner"

    key_account_referrer_id = fields.Many2one(
        "res.partner",
        string="Referred by",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Who told this customer about you: another customer, one of its people, or somebody who buys nothing.",
    )
    key_account_referral_count = fields.Integer(
        string="Referred Customers",
        compute="_compute_key_account_referral_count",
        help="Customers who came through this one or one of its people.",
    )
    key_account_referred_revenue_12m = MonetaryOrEmpty(
        related="key_account_profile_id.referred_revenue_12m",
        string="Referred Revenue (12 Months)",
        currency_field="key_account_currency_id",
        aggregator=None,
        groups=",".join(SEEING_ALL),
    )

    key_account_feedback_count = fields.Integer(
        string="Feedback",
        compute="_compute_key_account_feedback_count",
        groups="sales_team.group_sale_salesman,account.group_account_invoice,account.group_account_readonly",
        help="What anybody of the customer said, as far as you may see it.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_referral_count(self):
        domain = self.commercial_partner_id._key_account_referrals_domain()
        counts = Counter()
        for referrer, count in self._read_group(domain, ["key_account_referrer_id"], ["__count"]):
            # sudo: which company a referrer belongs to today, who may see the customers they brought
            counts[referrer.sudo().commercial_partner_id.id] += count
        for partner in self:
            partner.key_account_referral_count = counts[partner.commercial_partner_id._origin.id]

    def _key_account_referrals_domain(self):
        """The customers who came through these (commercial partners) or one of their people."""
        return Domain("key_account_referrer_id.commercial_partner_id", "in", self.ids)

    def action_open_key_account_referrals(self):
        """The customers who came through this one."""
        self.ensure_one()
        self.check_access("read")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referred by %(customer)s", customer=customer.display_name),
            "res_model": "res.partner",
            "views": [
                (self.env.ref("key_account_segmentation.res_partner_view_list_referred").id, "list"),
                (False, "kanban"),
                (False, "form"),
            ],
            "domain": list(customer._key_account_referrals_domain()),
            "context": {"create": False},
        }

    @api.constrains("key_account_referrer_id", "company_id")
    def _check_key_account_referrer(self):
        # sudo: a circle may lead through contacts the user may not see; the message names only what they entered
        for partner in self.sudo().filtered("key_account_referrer_id"):
            if reason := partner._key_account_referrer_fault(partner.key_account_referrer_id):
                raise ValidationError(reason)

    def _key_account_referrer_fault(self, referrer):
        """Why this partner cannot have come through ``referrer``, in a sentence; None if it can."""
        names = {
            "customer": self.display_name,
            "referrer": referrer.display_name,
            "company": self.commercial_partner_id.display_name,
        }
        if referrer == self:
            return self.env._(
                "“%(customer)s” cannot be referred by itself. Choose who told them about you, or leave “Referred by” "
                "empty.",
                **names,
            )
        if self != self.commercial_partner_id:
            return self.env._(
                "“%(customer)s” is a contact of “%(company)s”. Enter on “%(company)s” who referred it.", **names
            )
        if referrer.commercial_partner_id == self:
            return self.env._(
                "“%(referrer)s” is a contact of “%(customer)s” itself. Choose somebody of another company, or leave "
                "“Referred by” empty.",
                **names,
            )
        fitting = referrer._check_company_domain(self.company_id)
        if fitting and not referrer.filtered_domain(fitting):
            return self.env._(
                "“%(referrer)s” belongs to another company of yours than “%(customer)s”. Choose somebody who belongs to the "
                "same one or to no company.",
                **names,
            )
        if self in referrer._key_account_referrers():
            return self.env._(
                "“%(referrer)s” came through “%(customer)s”, directly or through others, so it cannot be the other way "
                "round as well. Choose somebody else, or first empty “Referred by” of “%(referrer)s”.",
                **names,
            )
        return None

    def _key_account_referrers(self):
        """The customers (commercial partners) through whom this one came: the nearest first, each once."""
        found, customer = self.browse(), self.commercial_partner_id
        while (customer := customer.key_account_referrer_id.commercial_partner_id) and customer not in found:
            found += customer
        return found

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._key_account_check_referrer_readable(vals)
        partners = super().create(vals_list)
        partners.filtered("key_account_referrer_id")._key_account_note_referrals()
        return partners

    def write(self, vals):
        referred = self.browse()
        self._key_account_check_referrer_readable(vals)
        if "key_account_referrer_id" in vals:
            referred = self.filtered(
                lambda partner: partner.key_account_referrer_id.id != vals["key_account_referrer_id"]
            )
            referred._key_account_mark_referrals()
        # sudo: contacts the user may not see move along all the same
        moved = self.browse() if HIERARCHY_FIELDS.isdisjoint(vals) else self.sudo()._key_account_members()
        result = super().write(vals)
        referred._key_account_note_referrals()
        moved._key_account_move_referrals()
        return result

    @api.model
    def _key_account_check_referrer_readable(self, vals):
        """Whoever enters a referrer may read that contact: its name and what follows from it are no guess.

        :raises AccessError: which does not name the contact
        """
        referrer = vals.get("key_account_referrer_id")
        if referrer and not self.env.su and not self.browse(referrer).has_access("read"):
            raise AccessError(
                self.env._("You may not see the contact entered as “Referred by”. Choose one that you may see.")
            )

    def _key_account_note_referrals(self):
        """Mark these customers and their referrers for a refresh; a referrer without purchases gets a profile."""
        self._key_account_mark_referrals()
        # sudo: the referrer may be a contact the user may not see
        if referrers := self.sudo().key_account_referrer_id.commercial_partner_id:
            self.env["key.account.refresh"]._ensure_profiles(self.env.company, referrers)

    def _key_account_mark_referrals(self):
        # sudo: the referrer may be a contact the user may not see
        partners = self.sudo()
        customers = partners.commercial_partner_id | partners.key_account_referrer_id.commercial_partner_id
        self.env["key.account.stale"]._mark({(0, customer.id) for customer in customers})

    def _key_account_move_referrals(self):
        """After contacts have moved: hand a referral up to their company, and forget one that closes a circle."""
        customers = self.commercial_partner_id
        for contact in (self - customers).filtered("key_account_referrer_id"):
            referrer, contact.key_account_referrer_id = contact.key_account_referrer_id, False
            contact.commercial_partner_id._key_account_take_referrer(referrer)
        for customer in customers:
            if customer in customer._key_account_referrers():
                customer.key_account_referrer_id = False

    def _key_account_take_referrer(self, referrer):
        """Let this customer have come through ``referrer`` if it has none yet and that can be."""
        if not self.key_account_referrer_id and not self._key_account_referrer_fault(referrer):
            self.key_account_referrer_id = referrer

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_feedback_count(self):
        customers = self.commercial_partner_id
        counts = self.env["key.account.feedback"]._count_by_customer(customers)
        for partner in self:
            partner.key_account_feedback_count = counts.get(partner.commercial_partner_id._origin.id, 0)

    def action_open_key_account_feedback(self):
        """Open the feedback of all contacts of the customer."""
        self.ensure_one()
        self.check_access("read")
        return self.env["key.account.feedback"]._customer_action(self)
