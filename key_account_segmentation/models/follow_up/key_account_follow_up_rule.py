# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.follow_up import DAYS_MAX, ENDED
from ..base.ownership import check_readable
from .key_account_follow_up import KINDS

#: Kinds that are of any use to a company before somebody thinks about them.
SWITCHED_OFF = ("reminder",)

#: Kinds for which somebody is called; the others are something to do.
CALLS = ("contact", "rhythm", "reminder")


class KeyAccountFollowUpRule(models.Model):
    """What a company wants to be followed up, by whom at last, and how patiently."""

    _name = "key.account.follow.up.rule"
    _description = "Follow-Up Rule"
    _order = "company_id, sequence, id"
    _rec_name = "kind"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(KINDS, string="Why", required=True, readonly=True)
    explanation = fields.Char(string="What It Does", compute="_compute_explanation")
    active = fields.Boolean(
        string="Switched On", default=True, help="Switched off: what is open is closed at the next run, with a note."
    )
    scope = fields.Selection(
        [
            ("key_accounts", "Key accounts"),
            ("partners", "Key accounts and active partners"),
            ("all", "All customers"),
        ],
        string="For",
        required=True,
        default="partners",
        help="Whom it is about. A change counts for those who were one of these until that day: who is lost is often no key "
        "account any more.",
    )
    days = fields.Integer(string="Days Before", default=7, help="So many days before the expected purchase.")
    overdue_limit = fields.Float(
        string="Overdue Above",
        default=0.3,
        digits=(16, 2),
        help="Overdue residual / residual of the customer's posted documents, as a share: above it somebody asks.",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Playbook",
        domain="[('res_model', '=', 'res.partner')]",
        check_company=True,
        ondelete="set null",
        help="Its activities are planned when it happens; without one, a single activity. New key accounts get the playbook "
        "of their type if it has one.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        required=True,
        ondelete="restrict",
        domain="[('res_model', 'in', [False, 'res.partner'])]",
        default=lambda self: self.env.ref("mail.mail_activity_data_todo"),
    )
    escalation_days = fields.Integer(
        string="Hand On After (Days)",
        default=7,
        help="An activity that is overdue for so many days goes to the team leader, once. 0: never.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="If There Is Nobody Else",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="set null",
        help="Who is asked: the account manager, else the salesperson, else the leader of their team, else who answers for "
        "the quadrant, else this user. Nobody who is archived.",
    )
    last_run = fields.Datetime(readonly=True)
    last_result = fields.Text(readonly=True, help="What came of the last run, and whom it could not be planned for.")

    _kind_unique = models.UniqueIndex("(company_id, kind)")
    _margins = models.Constraint(
        "CHECK (days >= 0 AND escalation_days >= 0 AND overdue_limit >= 0 AND overdue_limit <= 1)",
        "Days are 0 or more, a share lies between 0 and 100%.",
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_explanation(self):
        words = self._explanations()
        for rule in self:
            rule.explanation = words.get(rule.kind, False)

    def _explanations(self):
        return {
            "contact": self.env._(
                "Key accounts with whom nobody has been in touch for the days of their type: no activity done, meeting, "
                "message, order or invoice."
            ),
            "rhythm": self.env._("Monthly and periodic customers whose purchase is late: call before they are gone."),
            "reminder": self.env._("Monthly and periodic customers who will buy soon: ask what they need."),
            "became_key_account": self.env._("A customer became a key account."),
            "became_at_risk": self.env._("A customer became at risk and still is."),
            "became_lost": self.env._("A customer became lost and still is."),
            "fell_quadrant": self.env._("A customer fell a quadrant by its figures, and has not risen since."),
            "became_major": self.env._("A customer brings so much of the revenue that the business depends on it."),
            "payment": self.env._("Too much of what a customer owes is overdue."),
            "review": self.env._("The day has come to look again whether a special account still is one."),
            ENDED: self.env._("What somebody set by hand has ended: its author is told."),
        }

    def write(self, vals):
        check_readable(self, [vals], "plan_id")
        return super().write(vals)

    @api.constrains("days", "escalation_days")
    def _check_days(self):
        for rule in self:
            if fault := rule._days_fault():
                raise ValidationError(fault)

    def _days_fault(self):
        """Why no day can be worked out by this rule; nothing if it can."""
        if max(self.days, self.escalation_days) <= DAYS_MAX:
            return ""
        return self.env._(
            "“%(rule)s” has %(days)s days. %(most)s, ten years, are the most.",
            rule=self.display_name,
            days=max(self.days, self.escalation_days),
            most=DAYS_MAX,
        )

    @api.constrains("plan_id", "activity_type_id")
    def _check_models(self):
        for rule in self:
            for chosen in (rule.plan_id, rule.activity_type_id):
                if chosen.res_model and chosen.res_model != "res.partner":
                    raise ValidationError(
                        self.env._(
                            "“%(name)s” is not for contacts, on which follow-ups are planned. Choose another one.",
                            name=chosen.display_name,
                        )
                    )

    @api.depends("kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.kind)

    @api.model
    def _ensure_rules(self, companies=None):
        """Give every company (or these) the rules it lacks; those there are stay as they are."""
        # sudo: whoever may create a company need not be a sales administrator
        rules = self.sudo().with_context(active_test=False)
        companies = companies if companies is not None else rules.env["res.company"].search([])
        there = {(rule.company_id.id, rule.kind) for rule in rules.search([("company_id", "in", companies.ids)])}
        rules.create(
            [
                rules._begin_with(company, kind, number)
                for company in companies
                for number, (kind, _label) in enumerate(KINDS)
                if (company.id, kind) not in there
            ]
        )

    def _begin_with(self, company, kind, number):
        """What a rule begins with."""
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        values = {
            "company_id": company.id,
            "kind": kind,
            "sequence": number,
            "active": kind not in SWITCHED_OFF,
            "scope": "key_accounts" if kind in ("contact", "became_key_account") else "partners",
        }
        return values | ({"activity_type_id": call.id} if kind in CALLS and call else {})

    def action_run_now(self):
        """Have the scheduled action work now."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales administrators may run the follow-ups."))
        # sudo: triggering a scheduled action is reserved to the system
        self.env.ref("key_account_segmentation.ir_cron_follow_up").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Follow-ups are being planned"),
                "message": self.env._("In a minute at most the list says what came of it. Reload it then."),
            },
        }

    def _problem(self, plan):
        """Why nothing can be planned by this rule, with this playbook if there is one; nothing if it can."""
        kind = self.activity_type_id
        if plan and not plan.template_ids:
            return self.env._("The playbook “%s” has no activities.", plan.name)
        if plan.company_id and plan.company_id != self.company_id:
            return self.env._("The playbook “%s” belongs to another company.", plan.name)
        if plan and plan.res_model != "res.partner":
            return self.env._("The playbook “%s” is not for contacts.", plan.name)
        if not plan and kind.res_model and kind.res_model != "res.partner":
            return self.env._("The activity type “%s” is not for contacts.", kind.name)
        return ""
