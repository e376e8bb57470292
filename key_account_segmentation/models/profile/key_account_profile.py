# SPDX-License-Identifier: LGPL-3.0-only
import json
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..base.errors import reason_of
from ..base.ownership import check_readable
from .key_account_figures import ABC, CATEGORIES
from .overrides import BY_HAND

#: What people enter that figures depend on.
REFRESHING = {"cannot_be_developed", "cannot_be_developed_until", "wallet_size"}


class KeyAccountProfile(models.Model):
    """One customer of one company: the facts from its posted invoices, and the verdict."""

    _name = "key.account.profile"
    _description = "Key Account Profile"
    _inherit = ["key.account.figures"]
    # The order by rank, without the rank, which some users may not read.
    _order = "revenue_12m desc nulls last, id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    # Not named "active": an archived customer's revenue stays in the sums, as it does in the Invoice Analysis.
    partner_active = fields.Boolean(related="partner_id.active", string="Contact Active")
    country_id = fields.Many2one(related="partner_id.country_id")

    manual_category = fields.Selection(
        CATEGORIES,
        string="Category by Hand",
        help="Counts instead of the computed category until the end date. The computed one stays visible beside it.",
        entered=True,
    )
    manual_category_reason = fields.Char(string="Reason", help="Why the computed category does not fit.", entered=True)
    manual_category_until = fields.Date(
        string="Until", help="Last day the category by hand counts; empty is until further notice.", entered=True
    )
    cannot_be_developed = fields.Boolean(
        help="Nothing we could do would make this customer buy more: a passive partner however much we do.",
        entered=True,
    )
    collaboration_id = fields.Many2one(
        "key.account.collaboration",
        check_company=True,
        help="What we do together with an active partner. The list is yours to edit.",
        ondelete="restrict",
        entered=True,
    )
    opportunity_count = fields.Integer(
        string="Opportunities",
        compute="_compute_opportunity_count",
        groups="sales_team.group_sale_salesman",
        help="With the customer and its contacts, closed ones too.",
    )
    can_open_documents = fields.Boolean(
        compute="_compute_can_open_documents", help="Whether you may read invoices: only then the way to them is shown."
    )
    tier = fields.Selection(
        ABC, compute="_compute_tier", help="Active partners by revenue: A, B or C, cut as the ABC classes."
    )

    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,
        help="Each rule with the customer's figure and the threshold of the policy, and how far the next class is.",
    )
    why = fields.Char(compute="_compute_why", help="The verdict in a sentence or two.")
    months_chart = fields.Text(
        string="Revenue by Month",
        compute="_compute_months_chart",
        help="Untaxed revenue of each of the last 12 complete months and of the current one, credit notes deducted.",
    )
    next_step = fields.Char(
        compute="_compute_explanation", help="What would change the verdict soonest: upwards, or by silence."
    )

    _customer_unique = models.UniqueIndex("(company_id, partner_id)")
    # "Who is above" is counted in the index alone.
    _revenue_idx = models.Index("(company_id, revenue_12m, partner_id)")

    @api.private
    def init(self):
        """Leave room on each page for the next version of its rows: every night writes all of them, and no index has to."""
        self.env.cr.execute(SQL("ALTER TABLE key_account_profile SET (fillfactor = 50)"))
        return super().init()

    def _compute_opportunity_count(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        counts = dict(
            leads._read_group(
                [("partner_id.commercial_partner_id", "in", self.partner_id.ids), ("type", "=", "opportunity")],
                ["partner_id"],
                ["__count"],
            )
        )
        by_customer = Counter()
        for contact, count in counts.items():
            by_customer[contact.commercial_partner_id] += count
        for profile in self:
            profile.opportunity_count = by_customer[profile.partner_id]

    @api.depends_context("lang")
    def _compute_explanation(self):
        waiting = self._waiting_for_the_night()
        explanation = self.env["key.account.explanation"]
        for profile in self:
            policy = profile.policy_id
            profile.next_step = False
            if not policy or profile in waiting:
                profile.explanation = profile in waiting and Markup("<p>%s</p>") % self.env._(
                    "Documents were moved to or from this customer: it is refreshed in the coming night."
                )
                continue
            sections = explanation._sections_of(profile)
            profile.explanation = self.env["ir.qweb"]._render(
                "key_account_segmentation.profile_explanation", {"sections": sections, "policy": policy}
            )
            profile.next_step = explanation._most_urgent(profile, sections)

    def _waiting_for_the_night(self):
        """The customers whose documents are not read before the refresh of all customers."""
        waiting = self.browse()
        for company, profiles in self.grouped("company_id").items():
            partner_ids = self.env["key.account.stale"]._waiting(company)
            waiting |= profiles.filtered(lambda profile, ids=partner_ids: profile.partner_id.id in ids)
        return waiting

    @api.depends_context("lang")
    def _compute_why(self):
        for profile in self:
            profile.why = " ".join(self.env["key.account.explanation"]._why_sentences(profile)) or False

    @api.depends_context("lang")
    def _compute_months_chart(self):
        waiting = self._waiting_for_the_night()
        explanation = self.env["key.account.explanation"]
        for profile in self:
            is_known = profile.policy_id and profile not in waiting
            profile.months_chart = json.dumps(explanation._months_chart(profile)) if is_known else False

    @api.depends_context("uid")
    def _compute_can_open_documents(self):
        self.can_open_documents = self._may_open_documents()

    @api.model
    def _may_open_documents(self):
        """Where there are no sales orders, Odoo lets salespeople read no invoices: the buttons to them are hidden then."""
        return self.env["account.move"].sudo(False).has_access("read")

    @api.depends("category", "abc")
    def _compute_tier(self):
        for profile in self:
            profile.tier = profile.abc if profile.category == "active_partner" else False

    def write(self, vals):
        if not self.env.su and not vals.keys() <= self._editable():
            raise AccessError(self.env._("Figures come from posted invoices and cannot be entered by hand."))
        check_readable(self, [vals], "collaboration_id")
        result = super().write(vals)
        if not REFRESHING.isdisjoint(vals):
            # sudo: marks belong to nobody
            self.env["key.account.stale"]._mark({(p.company_id.id, p.partner_id.id) for p in self})
        return result

    @api.model
    def _editable(self):
        """Names of the fields that users may write. The account manager they enter is kept in another column."""
        return {*self._entered(), "account_manager_id"} - {"assigned_manager_id"}

    @api.model
    def _policy_axes(self):
        """Add the quadrants and the cuts of the last night, if the records are of one company."""
        company = self.env.companies
        # sudo: the cuts of the policy are for every user who sees some of the customers
        policy = company.sudo().key_account_policy_id
        if len(company) != 1 or not self._shows_axes_of(policy):
            return super()._policy_axes()
        # sudo: the two cuts of the whole company name no customer
        cuts = self.env["key.account.portfolio"].sudo()._last_cuts(company) or (None, None)
        return (policy.axis_x, policy.axis_y, *cuts, policy.quadrant_ids.sudo(False))

    def action_open_documents(self):
        """The posted documents behind the figures."""
        self.ensure_one()
        return self._documents_action(self.env._("Documents of %(customer)s", customer=self.display_name), [])

    def action_open_invoices_12m(self):
        """The invoices and receipts above zero of the last twelve months."""
        self.ensure_one()
        return self._documents_action(
            self.env._("Invoices of 12 months: %(customer)s", customer=self.display_name),
            [*self._window_domain(), ("amount_untaxed_signed", ">", 0)],
        )

    def action_open_refunds_12m(self):
        """The documents below zero of the last twelve months."""
        self.ensure_one()
        return self._documents_action(
            self.env._("Credit notes of 12 months: %(customer)s", customer=self.display_name),
            [*self._window_domain(), ("amount_untaxed_signed", "<", 0)],
        )

    def _window_domain(self):
        windows = self.env["key.account.facts"]._windows(
            self.as_of_date, self.company_id.key_account_policy_id._thresholds()
        )
        return [("invoice_date", ">", windows.year_ago)]

    def _documents_action(self, name, domain):
        return self._customer_documents_action(name, self.company_id, self.partner_id, self.as_of_date, domain)

    @api.model
    def _customer_documents_action(self, name, company, partner, as_of, domain=()):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "views": [(self.env.ref("account.view_out_invoice_tree").id, "list"), (False, "form")],
            "domain": [
                *self.env["key.account.facts"]._document_domain(company, as_of),
                ("commercial_partner_id.commercial_partner_id", "=", partner.id),
                *domain,
            ],
            "context": {"create": False},
        }

    def action_open_opportunities(self):
        """The opportunities with the customer and its contacts, won and lost ones included."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opportunities: %(customer)s", customer=self.display_name),
            "res_model": "crm.lead",
            "view_mode": "kanban,list,form",
            "views": [(False, "kanban"), (False, "list"), (False, "form")],
            "domain": [("partner_id.commercial_partner_id", "=", self.partner_id.id), ("type", "=", "opportunity")],
            "context": {"active_test": False, "default_partner_id": self.partner_id.id, "default_type": "opportunity"},
        }

    def action_set_developed(self):
        """Say that more can be sold to several customers; they are refreshed at once."""
        self.write(dict.fromkeys(name for name in BY_HAND["development"] if not name.endswith("_by_id")))
        return self.action_refresh()

    def action_refresh_all(self):
        """Refresh all customers of the selected companies; a dialog shows the progress."""
        self.env["key.account.run"]._check_may_refresh()
        return {
            "type": "ir.actions.client",
            "name": self.env._("Refresh All Customers"),
            "tag": "key_account_refresh",
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def action_refresh(self):
        """Refresh these customers now; a message names those that were skipped."""
        self.check_access("read")
        skipped = {}
        # sudo: only the refresh writes figures; every user who sees a customer may ask for it
        refresh = self.env["key.account.refresh"].sudo()
        for company, profiles in self.grouped("company_id").items():
            skipped |= refresh._refresh_customers(company, profiles.partner_id.ids).skipped
        return self._skipped_notification(skipped) if skipped else None

    def _skipped_notification(self, skipped):
        """A message that stays, with the skipped customers and the reasons."""
        lines = [
            f"{self.partner_id.browse(partner_id).display_name}: {reason_of(self.env, error)}"
            for partner_id, error in skipped.items()
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not refreshed, the figures stay as they were"),
                "message": "\n".join(lines),
            },
        }

    @api.model
    def _cron_refresh_stale(self):
        """Scheduled actions of databases set up before ``key.account.refresh`` call this method."""
        self.env["key.account.refresh"]._cron_refresh_stale()
