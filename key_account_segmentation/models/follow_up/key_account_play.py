# SPDX-License-Identifier: LGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models


class KeyAccountPlay(models.Model):
    """A playbook that was started for a customer, and the activities that came of it.

    It is open as long as one of them is. Done and deleted ones close it, and then it can be started again.
    """

    _name = "key.account.play"
    _description = "Started Playbook"
    _order = "id desc"
    _rec_name = "name"

    profile_id = fields.Many2one("key.account.profile", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    plan_id = fields.Many2one("mail.activity.plan", string="Playbook", ondelete="set null")
    name = fields.Char(required=True, help="The playbook's name when it was started.")
    quadrant_id = fields.Many2one("key.account.quadrant", ondelete="set null")
    user_id = fields.Many2one("res.users", string="Account Manager", ondelete="set null")
    activity_ids = fields.Many2many("mail.activity", string="Activities", context={"active_test": False})
    is_open = fields.Boolean(compute="_compute_is_open", store=True)

    # The promise "never twice" is the database's: two people may click at the same time.
    _open_unique = models.UniqueIndex(
        "(profile_id, plan_id) WHERE is_open",
        "Somebody has just started this playbook for one of these customers. Try again to see for whom.",
    )

    @api.depends("activity_ids.active")
    def _compute_is_open(self):
        for play in self:
            play.is_open = any(play.activity_ids.mapped("active"))

    @api.model
    def _start_of_quadrant(self, profile):
        """Start the playbook of the customer's quadrant: the play, and sentences about its steps."""
        quadrant = profile.quadrant_id
        candidates = (profile.account_manager_id, quadrant.responsible_id, self.env.user)
        able = [user for user in candidates if user._may_be_asked(profile.company_id)]
        play, remarks = self._start(profile, quadrant.plan_id, able[0] if able else self.env["res.users"])
        play.quadrant_id = quadrant
        return play, remarks

    @api.model
    def _start(self, profiles, plan, manager, links=None):
        """Start a playbook for customers of a company with the same account manager.

        Odoo's own assistant would post what is started, and for whom, on the contact, where everybody reads it.

        :param manager: who does the steps that are not somebody else's
        :param links: profile -> the link to its follow-up, where nobody has asked for the playbook
        :return: the plays in the order of the customers, none without a step for anybody; and sentences about steps that
            went to somebody else or to nobody
        """
        steps, remarks = self._steps(profiles, plan, manager)
        if not steps:
            return self.browse(), remarks
        activities = self.env["mail.activity"].create(
            [self._activity_of(profile, step, user, links) for profile in profiles for step, user in steps]
        )
        # sudo: that it was started is noted for everybody and written by nobody
        plays = self.sudo().create(
            [
                {
                    "profile_id": profile.id,
                    "plan_id": plan.id,
                    "name": plan.name,
                    "user_id": manager.id,
                    "activity_ids": activities[number * len(steps) : (number + 1) * len(steps)].ids,
                }
                for number, profile in enumerate(profiles)
            ]
        )
        return plays, remarks

    def _steps(self, profiles, plan, manager):
        """The steps of a playbook, each with its user; and sentences about those meant for somebody else."""
        company = profiles.company_id
        steps, remarks = [], []
        for step in plan.template_ids:
            meant = step._determine_responsible(manager, profiles.partner_id[:1])["responsible"]
            if meant and meant._may_be_asked(company):
                steps.append((step, meant))
                continue
            if manager:
                steps.append((step, manager))
            remarks.append(self._step_remark(company, step, meant, manager))
        return steps, remarks

    def _step_remark(self, company, step, meant, manager):
        what = step.summary or step.activity_type_id.name
        if not meant:
            return self.env._("The step “%(step)s” was left out: there is nobody to do it.", step=what)
        names = {
            "step": what,
            # sudo: as above, the name of who is not asked
            "name": meant.sudo().name,
            "company": company.name,
        }
        if manager:
            return self.env._(
                "The step “%(step)s” is for %(name)s, who is archived or does not work in %(company)s: %(manager)s got it.",
                manager=manager.name,
                **names,
            )
        return self.env._(
            "The step “%(step)s” was left out: it is for %(name)s, who is archived or does not work in %(company)s, and "
            "there is nobody else to do it.",
            **names,
        )

    def _activity_of(self, profile, step, user, links):
        """The activity of a step on the customer's contact."""
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": profile.partner_id.id,
            "activity_type_id": step.activity_type_id.id,
            "summary": step.summary,
            "note": Markup(step.note or "") + (links[profile] if links else ""),
            "user_id": user.id,
            "date_deadline": step._get_date_deadline(),
            # what nobody has asked for is no contact with the customer
            "automated": bool(links),
        }
