# SPDX-License-Identifier: LGPL-3.0-only
"""What people judge by hand, beside what the figures lead to."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.settling import is_in_force
from ..base.fields_empty import MonetaryOrEmpty
from ..base.groups import SEEING_ALL
from ..base.text_lengths import LINE_MAX, check_lengths
from ..base.words import day_text
from ..profile.key_account_figures import LIFECYCLES
from ..profile.overrides import BY_HAND, COMPARED, JUDGED, REASON, SETTING, UNTIL
from ..refresh.targets import Live
from ..refresh.work import Work

#: What counts, by what it is.
COUNTS = {"type": "main_type_id", "category": "category", "quadrant": "quadrant_id"}

#: What a row begins with, in the order of ``_bare_insert_sql``.
BARE_COLUMNS = (
    "company_id",
    "partner_id",
    "as_of_date",
    "policy_id",
    "recurrence",
    "computed_category",
    "category",
)


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

    # Facts of the types
    pipeline_amount = fields.Monetary(
        string="Pipeline",
        readonly=True,
        help="Open opportunities with the customer and its contacts: expected revenue x probability, in the company's "
        "currency.",
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

    # What counted when the last change was put on record
    settled_lifecycle = fields.Selection(LIFECYCLES, readonly=True)
    settled_major = fields.Boolean(readonly=True)
    transition_ids = fields.One2many(
        "key.account.transition", "profile_id", string="Changes", help="What the customer was and became, when and why."
    )

    # For the badge of the type, the strip of a card and its clock
    main_type_icon = fields.Char(related="main_type_id.icon", string="Icon of the Type")
    main_type_color = fields.Integer(related="main_type_id.color", string="Color of the Type")
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

    @api.depends("main_type_id")
    def _compute_is_key_account(self):
        for profile in self:
            profile.is_key_account = bool(profile.main_type_id)

    def _search_is_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("main_type_id", "!=" if True in value else "=", False)]

    @api.depends(*[name for names in COMPARED.values() for name in names], "not_key_account")
    def _compute_judgement_differs(self):
        for profile in self:
            profile.category_differs = profile._differs("category")
            profile.judgement_differs = any(profile._differs(what) for what in JUDGED)

    def _differs(self, what):
        """Whether what was set by hand is another than what the figures lead to."""
        computed, manual = COMPARED[what]
        if what == "type" and self.not_key_account:
            return bool(self[computed])
        return bool(self[manual]) and self[manual] != self[computed]

    def _search_judgement_differs(self, operator, value):
        return self._search_differs(operator, value, JUDGED)

    def _search_category_differs(self, operator, value):
        return self._search_differs(operator, value, ("category",))

    def _search_differs(self, operator, value, whats):
        if operator != "in":
            return NotImplemented
        by_hand = Domain.OR(Domain(COMPARED[what][1], "!=", False) for what in whats)
        if "type" in whats:
            by_hand |= Domain("not_key_account", "=", True)
        ids = self.search(by_hand).filtered(lambda profile: any(profile._differs(what) for what in whats)).ids
        return [("id", "in" if True in value else "not in", ids)]

    @api.constrains(*REASON.values())
    def _check_lengths(self):
        check_lengths(self, dict.fromkeys(REASON.values(), LINE_MAX))

    @api.constrains(*[name for names in BY_HAND.values() for name in names])
    def _check_reasons(self):
        for profile in self:
            for what in BY_HAND:
                reason = profile[REASON[what]]
                if profile._is_by_hand(what) and what != "development" and not (reason or "").strip():
                    raise ValidationError(
                        self.env._(
                            "Please say why “%(customer)s” has another %(what)s than the computed one.",
                            customer=profile.partner_id.display_name,
                            what=profile._what_label(what),
                        )
                    )

    def _what_label(self, what):
        return {
            "category": self.env._("category"),
            "quadrant": self.env._("quadrant"),
            "type": self.env._("key account type"),
        }[what]

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

    @api.model
    def _judged_by(self, vals):
        """What these values judge by hand."""
        return frozenset(what for what, names in BY_HAND.items() if not vals.keys().isdisjoint(names))

    def _check_may_judge(self):
        """The account manager and sales administrators judge; of an account without manager everybody who may write it.

        Who has *All Documents* may take a customer over, but not to judge it: a colleague's customer is judged by who was
        named by somebody else.

        :raises AccessError: naming whom to ask
        """
        if self.env.su or self.env.user.has_group("sales_team.group_sale_manager"):
            return
        for profile in self:
            if colleague := profile._taken_from(self.env.user):
                raise AccessError(
                    self.env._(
                        "You have taken over “%(customer)s” from %(manager)s yourself. Before you judge it, %(manager)s or "
                        "a sales administrator has to name you as its account manager.",
                        customer=profile.display_name,
                        manager=colleague.name,
                    )
                )
        others = self.filtered(lambda profile: profile.account_manager_id not in (self.env.user, self.env["res.users"]))
        if others:
            raise AccessError(
                self.env._(
                    "“%(customer)s” is judged by its account manager, %(manager)s, or by a sales administrator.",
                    customer=others[0].display_name,
                    manager=others[0].account_manager_id.name,
                )
            )

    def _with_authors(self, vals, judged):
        """The values with who set what by hand; nobody where it is taken back."""
        authors = {}
        for what in judged:
            if not vals.keys().isdisjoint(SETTING[what]):
                is_set = any(vals.get(name) for name in SETTING[what])
                authors[BY_HAND[what][-1]] = self.env.uid if is_set else False
        return authors | vals

    def _let_count(self, judged):
        """Let what was set or taken back by hand count at once, without waiting for the next refresh."""
        self.env.flush_all()
        # sudo: users write the judgement, what follows from it is ours
        profiles = self.sudo()
        for company, customers in profiles.grouped("company_id").items():
            if policy := company.key_account_policy_id:
                target, partner_ids = Live(profiles.env), tuple(customers.partner_id.ids)
                work = Work(company, company._key_account_as_of(), policy._thresholds(), 0, target, partner_ids)
                customers.env["key.account.refresh"]._settle(work, judged, "hand")

    @api.model
    def _ensure(self, company, partners):
        """The profiles of these customers (commercial partners) in a company, made for those who have none.

        Who has no documents keeps the row as long as something is judged, referred or said of them. Somebody else may be at
        the same customer: the one who comes second waits for the other, and then begins anew (a serialization failure)
        instead of being refused.
        """
        partners = partners.commercial_partner_id
        company._ensure_key_account_policy()
        # sudo: that there is a row says nothing of the customer; who may see it, the record rules decide
        profiles = self.sudo()
        of_partners = Domain("company_id", "=", company.id) & Domain("partner_id", "in", partners.ids)
        if missing := partners - profiles.search(of_partners).partner_id:
            self.env.flush_all()
            self.env.cr.execute(profiles._bare_insert_sql(company, missing.ids))
            made = profiles.browse([row[0] for row in self.env.cr.fetchall()])
            made.modified(BARE_COLUMNS)
        return profiles.search(of_partners).sudo(False)

    def _bare_insert_sql(self, company, partner_ids):
        """Add rows without a figure, unless somebody else just has."""
        return SQL(
            """
            INSERT INTO key_account_profile (
                %(columns)s, salesperson_id, account_manager_id, create_uid, write_uid, create_date, write_date
            )
            SELECT %(company)s, customer.id, %(as_of)s, %(policy)s, 'none', 'client', 'client',
                   seller.id, seller.id, %(user)s, %(user)s, %(now)s, %(now)s
              FROM res_partner AS customer
              LEFT JOIN UNNEST(%(sellers)s) AS seller (id)
                ON seller.id = customer.user_id
             WHERE customer.id = ANY(%(partners)s)
                ON CONFLICT (company_id, partner_id) DO NOTHING
         RETURNING id
            """,
            columns=SQL(", ").join([SQL.identifier(name) for name in BARE_COLUMNS]),
            company=company.id,
            as_of=company._key_account_as_of(),
            policy=company.key_account_policy_id.id,
            user=self.env.uid,
            now=self.env.cr.now(),
            partners=partner_ids,
            sellers=self.env["res.users"]._key_account_seller_ids(),
        )

    @api.depends(
        *COUNTS.values(),
        *[name for names in COMPARED.values() for name in names],
        *[name for names in BY_HAND.values() for name in names],
        *[f"{what}_falling_since" for what in COUNTS],
    )
    @api.depends_context("lang")
    def _compute_judgement_table(self):
        for profile in self:
            rows = [
                row for what in ("type", "category", "quadrant", "development") if (row := profile._judged_row(what))
            ]
            profile.judgement_table = bool(rows) and self.env["ir.qweb"]._render(
                "key_account_segmentation.profile_judgement", {"rows": rows}
            )

    def _judged_row(self, what):
        """Label, value and sentences of what was set by hand or is about to change; nothing if neither is the case."""
        if self._is_by_hand(what):
            sentences = self._by_hand_sentences(what)
        elif what in COUNTS and self[f"{what}_falling_since"]:
            sentences = [self._falling_sentence(what)]
        else:
            return None
        return {
            "label": self._judged_labels()[what],
            "value": self.env._("No") if what == "development" else self._judged_label(what, self[COUNTS[what]]),
            "sentences": sentences,
        }

    def _judged_labels(self):
        return {
            "type": self.env._("Key account type"),
            "category": self.env._("Category"),
            "quadrant": self.env._("Quadrant"),
            "development": self.env._("Can be developed"),
        }

    def _is_by_hand(self, what):
        """Whether somebody has set it by hand; that it is none is set, too."""
        return any(self[name] for name in SETTING[what])

    def _by_hand_sentences(self, what):
        """Who set it, until when and why; and what the figures say, if that is something else."""
        # sudo: who judged a customer may be known to all who see the judgement, whatever company they work in
        author = self.sudo()[BY_HAND[what][-1]].name or self.env._("somebody")
        until = self[UNTIL[what]]
        sentences = [
            self.env._("Set by %(user)s until %(day)s.", user=author, day=day_text(self.env, until))
            if until
            else self.env._("Set by %(user)s until further notice.", user=author)
        ]
        if self[REASON[what]]:
            sentences.append(self.env._("“%s”", self[REASON[what]]))
        if what == "type" and self.review_date:
            sentences.append(self.env._("To be reviewed on %s.", day_text(self.env, self.review_date)))
        if what in COMPARED and self._differs(what):
            sentences.append(self.env._("The figures say: %s.", self._judged_label(what, self[COMPARED[what][0]])))
        return sentences

    def _falling_sentence(self, what):
        since = self[f"{what}_falling_since"]
        days = self.company_id.key_account_policy_id._thresholds().stability_days
        return self.env._(
            "The figures have said “%(value)s” since %(since)s; it counts from %(day)s if it stays like that.",
            value=self._judged_label(what, self[COMPARED[what][0]]),
            since=day_text(self.env, since),
            day=day_text(self.env, since + timedelta(days=days)),
        )

    def _judged_label(self, what, value):
        """A category, quadrant or key account type in words."""
        if what == "category":
            return dict(self._fields["category"]._description_selection(self.env)).get(value, "")
        none = {"quadrant": self.env._("No quadrant"), "type": self.env._("No key account")}
        return value.name or none[what]

    def action_judge(self, what="type"):
        """The assistant that asks what to judge by hand of these customers, and why.

        :param what: what it asks first, see the assistant
        :raises AccessError: if somebody else judges one of them
        """
        self.check_access("write")
        self._check_may_judge()
        return self._judge_action({"default_profile_ids": self.ids, "default_what": what})

    @api.model
    def _judge_customer_action(self, partner):
        """The assistant for a customer of the company one works in, whether there is a profile yet or not."""
        customer = partner.commercial_partner_id
        profile = customer.key_account_profile_id
        if profile:
            return profile.action_judge()
        self.env["key.account.judgement"].check_access("create")
        self._check_may_judge_customer(self.env.company, customer)
        return self._judge_action({"default_partner_id": customer.id})

    def _judge_action(self, context):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Judge by Hand"),
            "res_model": "key.account.judgement",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium", **context},
        }

    @api.model
    def _check_may_judge_customer(self, company, customer):
        """Of a customer whose profile one does not see, or that has none yet: who may judge it.

        :raises AccessError: naming whom to ask
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_manager"):
            return
        # sudo: that somebody looks after a customer is no secret, and the way to get on
        profile = self.sudo().search([("company_id", "=", company.id), ("partner_id", "=", customer.id)])
        manager = profile.account_manager_id if profile else customer.sudo().user_id
        if manager and manager != user:
            raise AccessError(
                self.env._(
                    "“%(customer)s” is judged by its account manager, %(manager)s, or by a sales administrator.",
                    customer=customer.display_name,
                    manager=manager.name,
                )
            )
        if not manager and not user.has_group("sales_team.group_sale_salesman_all_leads"):
            raise AccessError(
                self.env._(
                    "Nobody looks after “%s” yet. Become the salesperson of the contact, or ask a sales administrator.",
                    customer.display_name,
                )
            )
