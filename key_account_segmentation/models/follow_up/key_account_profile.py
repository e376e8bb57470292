# SPDX-License-Identifier: LGPL-3.0-only
"""A customer's follow-ups, and acting on customers: playbooks of their quadrant, letters to them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

#: So many names stand in a message; the rest is a number.
NAMED_MAX = 5


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

    follow_up_ids = fields.One2many("key.account.follow.up", "profile_id", string="Follow-Ups")
    open_follow_ups = fields.Html(
        string="To Be Followed Up",
        compute="_compute_open_follow_ups",
        sanitize=False,
        help="The open follow-ups of this customer, and why.",
    )
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

    @api.depends("follow_up_ids.state", "follow_up_ids.reason")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_open_follow_ups(self):
        # the contact reads this in sudo: what may be seen is decided by who is really asking
        rows = self.env["key.account.follow.up"].sudo(False)
        if rows.has_access("read"):
            rows = rows.search([("profile_id", "in", self.ids), ("state", "=", "open")])
        by_profile = rows.grouped(lambda row: row.profile_id.id)
        for profile in self:
            profile.open_follow_ups = by_profile.get(profile.id, rows.browse())._in_lines()

    @api.ondelete(at_uninstall=False)
    def _unlink_end_follow_ups(self):
        """A contact that is no customer any more is not followed up."""
        # sudo: whoever deletes the figures ends what was planned because of them
        rows = (
            self.env["key.account.follow.up"].sudo().search([("profile_id", "in", self.ids), ("state", "!=", "ended")])
        )
        rows._end(lambda env: env._("There are no figures of this customer any more"))

    @api.model
    def _cron_follow_up(self):
        """Plan follow-ups. Scheduled actions of databases made before the rules did it call it here."""
        self.env["key.account.follow.up.rule"]._cron_follow_up()

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
            *busy._sentence_about(self.env._("Already open for %s.")),
            *without_quadrant._sentence_about(self.env._("In no quadrant, for want of a value on an axis: %s.")),
        ]
        started = self.browse()
        for profile in ready - busy:
            play, remarks = self.env["key.account.play"]._start_of_quadrant(profile)
            started += profile if play else self.browse()
            reasons += [remark for remark in remarks if remark not in reasons]
        if not started:
            raise UserError("\n".join(reasons) or self.env._("Select the customers first."))
        return self._started_notification(started, reasons)

    def _has_open_play(self, plan):
        # sudo: what a colleague has started counts too
        return bool(self.sudo().open_play_ids.filtered(lambda play: play.plan_id == plan))

    def _without_plan_reasons(self):
        for quadrant, profiles in self.grouped("quadrant_id").items():
            yield self.env._(
                "The quadrant “%(quadrant)s” has no playbook with activities (%(customers)s): choose one at the policy, "
                "under Matrix.",
                quadrant=quadrant.name,
                customers=profiles._names(),
            )

    def _sentence_about(self, sentence):
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
