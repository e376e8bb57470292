# SPDX-License-Identifier: LGPL-3.0-only
"""What people judge by hand beside what the figures say, in words, and the way to the assistant that asks for it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .key_account_judged import BY_HAND, COMPARED, REASON, SETTING, UNTIL
from .words import day_text

#: What counts, by what it is.
COUNTS = {"type": "main_type_id", "category": "category", "quadrant": "quadrant_id"}


class KeyAccountProfileJudging(models.Model):
    _inherit = "key.account.profile"

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
