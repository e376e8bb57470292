from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.follow_up import Matter

KINDS = [
    ("contact", "Nobody talked to them for too long"),
    ("rhythm", "The expected purchase did not come"),
    ("reminder", "The next purchase is due soon"),
    ("payment", "Too much is overdue"),
    ("review", "A special account is to be reviewed"),
    ("became_key_account", "Became a key account"),
    ("became_at_risk", "Became at risk"),
    ("became_lost", "Was lost"),
    ("fell_quadrant", "Fell a quadrant"),
    ("became_major", "Became a major customer"),
    ("override_ended", "What was set by hand has ended"),
]

#: Kinds that are changes: they happen once.
CHANGES = ("became_key_account", "became_at_risk", "became_lost", "fell_quadrant", "became_major", "override_ended")

#: What a company begins with, where it is not what the field has.
DEFAULTS = {
    "rhythm": {"scope": "partners"},
    "reminder": {"active": False, "days": 5, "scope": "partners"},
    "payment": {"limit": 0.3, "scope": "partners"},
    "became_at_risk": {"scope": "partners"},
    "became_lost": {"scope": "partners"},
    "fell_quadrant": {"active": False},
    "became_major": {"scope": "all"},
    "override_ended": {"scope": "all"},
}


class KeyAccountFollowUpRule(models.Model):
    """One matter a company wants followed up, and how."""

    _name = "key.account.follow.up.rule"
    _description = "Follow-up Rule"
    _order = "company_id, sequence, id"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, string="When", required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(string="On", default=True)
    scope = fields.Selection(
        [
            ("key_accounts", "Key accounts"),
            ("partners", "Key accounts and active partners"),
            ("all", "All customers"),
        ],
        string="Of",
        default="key_accounts",
        required=True,
        help="Whose follow-ups are planned.",
    )
    days = fields.Integer(
        string="Days Before", help="Only where the next purchase is due soon: how many days before it is expected."
    )
    limit = fields.Float(help="Only where too much is overdue: from this share of what is open on.")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity",
        domain="[('res_model', 'in', [False, 'res.partner'])]",
        ondelete="set null",
        help="What is planned, for the day it is found; a to-do if it is left empty.",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Playbook",
        domain="[('res_model', '=', 'res.partner')]",
        ondelete="set null",
        help="Only for changes: the activities that are planned instead of a single one. Who becomes a key account gets "
        "the playbook of the type, unless there is one here.",
    )
    escalation_days = fields.Integer(
        string="Hand on After (Days)",
        default=7,
        help="An activity that has been overdue for so many days goes to the leader of the sales team. 0: never.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Else For",
        domain=[("share", "=", False)],
        ondelete="set null",
        help="Who gets it if a customer has no account manager, salesperson, team leader or responsible for the quadrant.",
    )
    seen_number = fields.Integer(readonly=True, help="Number of the last change that was looked at.")

    _kind_unique = models.UniqueIndex("(company_id, kind)", "A company has one rule of each kind.")
    _days_positive = models.Constraint(
        "CHECK (days >= 0 AND escalation_days >= 0)", "Days cannot be negative; 0 switches them off."
    )

    @api.constrains("limit")
    def _check_limit(self):
        for rule in self:
            if not 0 <= rule.limit < 1:
                raise ValidationError(self.env._("The overdue share lies between 0 and 100 %, 100 % excluded."))

    @api.constrains("plan_id")
    def _check_plan(self):
        for rule in self:
            model = rule.plan_id.res_model
            if model and model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” is a plan for %(model)s, not for contacts, on which a playbook plans its activities.",
                        plan=rule.plan_id.name,
                        model=self.env["ir.model"]._get(model).name,
                    )
                )

    @api.model
    def _ensure(self, companies):
        """The rules of these companies, those made that are missing; changes of before are not looked at any more."""
        # sudo: whoever may create a company need not be a sales administrator
        rules = self.sudo().with_context(active_test=False)
        known = {(rule.company_id, rule.kind) for rule in rules.search([("company_id", "in", companies.ids)])}
        # sudo: as above
        last = self.env["key.account.transition"].sudo().search([], limit=1).id
        return rules.create(
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "sequence": place,
                    "seen_number": last,
                    **DEFAULTS.get(kind, {}),
                }
                for company in companies
                for place, (kind, _label) in enumerate(KINDS)
                if (company, kind) not in known
            ]
        )

    def _matters(self):
        """Kind -> how it is followed up, as ``tools.follow_up`` takes it, of the rules that are no changes."""
        return {
            rule.kind: Matter(rule.scope == "key_accounts", rule.days, rule.limit)
            for rule in self
            if rule.kind not in CHANGES
        }

    def _is_of(self, profile):
        """Whether a customer's matters of this kind are followed up."""
        return (
            self.scope == "all"
            or bool(profile.main_type_id)
            or (self.scope == "partners" and profile.category == "active_partner")
        )

    def _was_of(self, changes):
        """Of these changes the customers whose matters were followed up until that day: who is lost falls at once."""
        transitions = self.env["key.account.transition"]
        changes = transitions.union(*changes)
        same_day = transitions.search(
            [
                ("profile_id", "in", changes.profile_id.ids),
                ("date", "in", changes.mapped("date")),
                ("old_value", "!=", False),
            ]
        )
        days = {(change.profile_id, change.date) for change in changes}
        fallen = same_day.filtered(
            lambda it: (
                (it.profile_id, it.date) in days
                and (
                    it.event == "no_key_account"
                    or (self.scope == "partners" and it.what == "category" and it.old_value == "active_partner")
                )
            )
        )
        return fallen.profile_id

    def action_run(self):
        """Plan the follow-ups of the selected companies now."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales administrators may plan the follow-ups of everybody."))
        # sudo: everybody gets theirs; who may ask for it has just been checked
        planned = self.env["key.account.profile"].sudo()._follow_up_companies(self.env.companies)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Follow-ups planned: %(count)s", count=planned),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
