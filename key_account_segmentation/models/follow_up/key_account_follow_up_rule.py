# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools.follow_up import DAYS_MAX
from ..base.ownership import check_readable


class KeyAccountFollowUpRule(models.Model):
    """A rule of a company: the cause it follows up, the last person responsible, and the patience.

    How a rule is planned is in ``key_account_follow_up_planning.py``, what each kind is about in ``kinds/``.
    """

    _name = "key.account.follow.up.rule"
    _description = "Follow-Up Rule"
    _order = "company_id, sequence, id"
    _rec_name = "kind"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    # Every file of ``kinds/`` adds one, and so may other modules.
    kind = fields.Selection([], string="Why", required=True, readonly=True)
    explanation = fields.Char(string="What It Does", compute="_compute_explanation")
    # Names of the fields that the kind has a default for. The list hides the settings that are not among them.
    settings = fields.Json(compute="_compute_settings")
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
        help="Whom it is about. A change counts for those who were one of these until that day: who is lost is often no "
        "key account any more.",
    )
    days = fields.Integer(string="Days Before", help="So many days before the expected purchase.")
    overdue_share_min = fields.Float(
        string="Overdue From (Share of the A Border)",
        digits=(16, 4),
        default=0.01,
        help="From this overdue amount on somebody asks, as a share of the A border: the revenue of 12 months of the "
        "smallest A customer, as of the last night. Without an A customer any amount counts.",
    )
    grace_days = fields.Integer(
        string="Grace (Days)",
        default=5,
        help="Nobody asks before the oldest instalment has been overdue for more than so many days.",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Playbook",
        domain="[('res_model', '=', 'res.partner')]",
        check_company=True,
        ondelete="set null",
        help="Its activities are planned when it happens; without one, a single activity. New key accounts get the "
        "playbook of their type if it has one.",
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
        "the quadrant, else this user. Nobody who is archived. About overdue invoices this user is asked first, and "
        "without one an accountant of the company.",
    )
    last_run = fields.Datetime(readonly=True)
    last_result = fields.Text(readonly=True, help="What came of the last run, and whom it could not be planned for.")

    _kind_unique = models.UniqueIndex("(company_id, kind)")
    _margins = models.Constraint(
        "CHECK (days >= 0 AND escalation_days >= 0 AND grace_days >= 0 AND overdue_share_min BETWEEN 0 AND 1)",
        "Days are 0 or more, a share lies between 0 and 100%.",
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for rule in self:
            rule.explanation = rule._is_known_kind() and rule._by_kind("explanation")

    @api.depends("kind")
    def _compute_settings(self):
        for rule in self:
            rule.settings = rule._is_known_kind() and list(rule._by_kind("defaults"))

    def _is_known_kind(self):
        """Whether the module that added the kind is still there."""
        return self.kind in self._fields["kind"].get_values(self.env)

    def _by_kind(self, what, *args):
        """The answer of the rule's kind, see ``kinds/__init__.py``."""
        return self._kind_method(self.kind, what)(*args)

    @api.model
    def _kind_method(self, kind, what):
        """``_<kind>_<what>``; a kind without one has that of all changes if a change causes it, else that of any kind."""
        is_event = kind in self.env["key.account.transition"]._fields["event"].get_values(self.env)
        for owner in (kind, "event", "any") if is_event else (kind, "any"):
            if method := getattr(self, f"_{owner}_{what}", None):
                return method
        raise NotImplementedError(f"The follow-up kind {kind} has no method _{kind}_{what}")

    def write(self, vals):
        check_readable(self, [vals], "plan_id")
        return super().write(vals)

    @api.constrains("days", "escalation_days", "grace_days")
    def _check_days(self):
        for rule in self:
            if fault := rule._days_fault():
                raise ValidationError(fault)

    def _days_fault(self):
        """Why this rule gives no day, in a sentence; empty if it does."""
        days = max(self.days, self.escalation_days, self.grace_days)
        if days <= DAYS_MAX:
            return ""
        return self.env._(
            "“%(rule)s” has %(days)s days. %(most)s, ten years, are the most.",
            rule=self.display_name,
            days=days,
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
        kinds = self._fields["kind"].get_values(self.env)
        rules.create(
            [
                {"company_id": company.id, "kind": kind} | rules._kind_method(kind, "defaults")()
                for company in companies
                for kind in kinds
                if (company.id, kind) not in there
            ]
        )

    def _call(self):
        """Defaults of a kind for which somebody is called; the others are something to do."""
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        return {"activity_type_id": call.id} if call else {}

    @api.ondelete(at_uninstall=True)
    def _unlink_follow_ups(self):
        """Delete the follow-ups of these rules and what is still to be done of them.

        A rule goes when the module goes that added its kind. This module leaves the activities when it goes itself.
        """
        if self.env["ir.module.module"]._get(self._original_module).state == "to remove":
            return
        for rule in self:
            # sudo: the follow-ups of all account managers go, whoever uninstalls
            rows = self.env["key.account.follow.up"].sudo().search(rule._follow_up_domain())
            rows._open_activities().unlink()
            rows.unlink()

    def _follow_up_domain(self):
        return Domain("company_id", "=", self.company_id.id) & Domain("kind", "=", self.kind)

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
