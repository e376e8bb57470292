# SPDX-License-Identifier: LGPL-3.0-only
"""Acting on customers: playbooks of their quadrant, and letters to them."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

#: So many names stand in a message; the rest is a number.
NAMED_MAX = 5


class KeyAccountProfileActing(models.Model):
    _inherit = "key.account.profile"

    play_ids = fields.One2many(
        "key.account.play", "profile_id", string="Playbooks", help="Playbooks started for this customer."
    )
    open_play_ids = fields.One2many(
        "key.account.play",
        "profile_id",
        string="Open Playbooks",
        domain=[("is_open", "=", True)],
        help="Playbooks of which an activity is still to be done.",
    )
    open_play_count = fields.Integer(
        string="Number of Open Playbooks",
        compute="_compute_open_play_count",
        help="Playbooks of which an activity is still to be done.",
    )
    quadrant_advice = fields.Text(related="quadrant_id.advice", string="What to Do")

    @api.depends("play_ids.is_open")
    def _compute_open_play_count(self):
        for profile in self:
            profile.open_play_count = len(profile.open_play_ids)

    def action_start_playbook(self):
        """Plan the activities of each customer's quadrant, for its account manager.

        A customer for whom the same playbook is still open is left as it is.

        :return: a message that says for whom it was started, for whom not, and why
        :raise UserError: if it could be started for nobody; nothing has been planned then
        """
        self.check_access("read")
        without_quadrant = self.filtered(lambda profile: not profile.quadrant_id)
        without_plan = (self - without_quadrant).filtered(lambda profile: not profile.quadrant_id.plan_id.template_ids)
        ready = self - without_quadrant - without_plan
        busy = ready.filtered(lambda profile: profile._has_open_play(profile.quadrant_id.plan_id))
        reasons = [
            *without_plan._without_plan_reasons(),
            *busy._reason(self.env._("Already open for %s.")),
            *without_quadrant._reason(self.env._("In no quadrant, for want of a value on an axis: %s.")),
        ]
        started = self.browse()
        for profile in ready - busy:
            play, remarks = profile._start_play()
            started += profile if play else self.browse()
            reasons += [remark for remark in remarks if remark not in reasons]
        if not started:
            raise UserError("\n".join(reasons) or self.env._("Select the customers first."))
        return self._started_notification(started, reasons)

    def _has_open_play(self, plan):
        # sudo: what a colleague has started counts too
        return bool(self.sudo().open_play_ids.filtered(lambda play: play.plan_id == plan))

    def _start_play(self):
        """Start the playbook of the customer's quadrant: the play, and what is to be said of its steps."""
        self.ensure_one()
        quadrant = self.quadrant_id
        candidates = (self.account_manager_id, quadrant.responsible_id, self.env.user)
        able = [user for user in candidates if user._may_be_asked(self.company_id)]
        play, remarks = self._start_plan(quadrant.plan_id, able[0] if able else self.env["res.users"])
        play.quadrant_id = quadrant
        return play, remarks

    def _start_plan(self, plan, manager, links=None):
        """Start a playbook for customers of a company with the same account manager.

        Odoo's own assistant would post what is started, and for whom, on the contact, where everybody reads it.

        :param manager: who does the steps that are not somebody else's
        :param links: profile -> the link to its follow-up, where nobody has asked for the playbook
        :return: the plays in the order of the customers, none without a step for anybody; and sentences about steps that
            went to somebody else or to nobody
        """
        steps, remarks = self._steps(plan, manager)
        if not steps:
            return self.env["key.account.play"], remarks
        activities = self.env["mail.activity"].create(
            [profile._activity_of(step, user, links) for profile in self for step, user in steps]
        )
        # sudo: that it was started is noted for everybody and written by nobody
        plays = self.env["key.account.play"].sudo()
        return (
            plays.create(
                [
                    {
                        "profile_id": profile.id,
                        "plan_id": plan.id,
                        "name": plan.name,
                        "user_id": manager.id,
                        "activity_ids": activities[number * len(steps) : (number + 1) * len(steps)].ids,
                    }
                    for number, profile in enumerate(self)
                ]
            ),
            remarks,
        )

    def _steps(self, plan, manager):
        """The steps of a playbook, each with who does it; and what is to be said of those meant for somebody else."""
        company = self.company_id
        steps, remarks = [], []
        for step in plan.template_ids:
            meant = step._determine_responsible(manager, self.partner_id[:1])["responsible"]
            if meant and meant._may_be_asked(company):
                steps.append((step, meant))
                continue
            if manager:
                steps.append((step, manager))
            remarks.append(self._step_remark(step, meant, manager))
        return steps, remarks

    def _step_remark(self, step, meant, manager):
        what = step.summary or step.activity_type_id.name
        if not manager:
            return self.env._("The step “%(step)s” was left out: there is nobody to do it.", step=what)
        return self.env._(
            "The step “%(step)s” is for %(name)s, who is archived or does not work in %(company)s: %(manager)s got it.",
            step=what,
            # sudo: as above, the name of who is not asked
            name=meant.sudo().name,
            company=self.company_id.name,
            manager=manager.name,
        )

    def _activity_of(self, step, user, links):
        """The activity of a step on the customer's contact."""
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner_id.id,
            "activity_type_id": step.activity_type_id.id,
            "summary": step.summary,
            "note": Markup(step.note or "") + (links[self] if links else ""),
            "user_id": user.id,
            "date_deadline": step._get_date_deadline(),
            # what nobody has asked for is no contact with the customer
            "automated": bool(links),
        }

    def _without_plan_reasons(self):
        for quadrant, profiles in self.grouped("quadrant_id").items():
            yield self.env._(
                "The quadrant “%(quadrant)s” has no playbook with activities (%(customers)s): choose one at the policy, "
                "under Matrix.",
                quadrant=quadrant.name,
                customers=profiles._names(),
            )

    def _reason(self, sentence):
        return [sentence % self._names()] if self else []

    def _names(self):
        """The first few customers by name."""
        names = self[:NAMED_MAX].mapped("display_name")
        if len(self) > NAMED_MAX:
            names.append(self.env._("%s more", len(self) - NAMED_MAX))
        return format_list(self.env, names)

    def _started_notification(self, started, reasons):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if reasons else "success",
                "sticky": bool(reasons),
                "title": self.env._("Playbook started for %s", started._names()),
                "message": "\n".join(reasons),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_write_to(self):
        """A letter to the selected customers: a mailing for who may write one, else an e-mail to each of them.

        :raise UserError: nobody is selected
        """
        if not self:
            raise UserError(self.env._("Select the customers first."))
        self.check_access("read")
        customers = self.partner_id
        if "mailing.mailing" in self.env and self.env["mailing.mailing"].has_access("create"):
            return self._mailing_action(customers)
        action = self.env["ir.actions.act_window"]._for_xml_id("mail.action_partner_mass_mail")
        return action | {
            "name": self.env._("Write to %s", self._names()),
            "context": {
                "active_model": "res.partner",
                "active_ids": customers.ids,
                "default_composition_mode": "mass_mail",
                "default_model": "res.partner",
                "default_res_ids": customers.ids,
                "default_subtype_xmlid": "mail.mt_comment",
                "default_reply_to_force_new": True,
            },
        }

    @api.model
    def _mailing_action(self, customers):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing"),
            "res_model": "mailing.mailing",
            "views": [(False, "form")],
            "context": {
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "default_mailing_domain": repr([("id", "in", customers.ids)]),
                "default_mailing_type": "mail",
            },
        }
