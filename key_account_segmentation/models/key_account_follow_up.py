from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..tools.follow_up import is_overdue
from .key_account_follow_up_rule import KINDS


class KeyAccountFollowUp(models.Model):
    """A matter of a customer that is being followed up, from the day it was found until its cause is gone.

    While it lasts there is no second activity: not when the first one is overdue, was moved to another day, done or deleted.
    """

    _name = "key.account.follow.up"
    _description = "Follow-up"
    _order = "id desc"
    _rec_name = "kind"

    profile_id = fields.Many2one("key.account.profile", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", store=True)
    kind = fields.Selection(KINDS, string="Why", required=True, readonly=True)
    since = fields.Date(required=True, readonly=True, help="Since when there has been a cause.")
    planned_on = fields.Date(required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="For", readonly=True, ondelete="set null")
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")
    play_id = fields.Many2one("key.account.play", string="Playbook", readonly=True, ondelete="set null")
    transition_id = fields.Many2one("key.account.transition", readonly=True, ondelete="set null")
    escalated_on = fields.Date(string="Handed on", readonly=True)
    handled_on = fields.Date(readonly=True, help="When it was first seen that the activity was done or deleted.")
    ended_on = fields.Date(readonly=True, help="When the cause was gone.")
    state = fields.Selection(
        [("open", "Open"), ("handled", "Done"), ("ended", "Ended")],
        compute="_compute_state",
        help="Open: somebody still has to act. Done: they have, and the cause is still there. Ended: the cause is gone.",
    )

    # The promise "never twice" is the database's: two workers may find the same matter.
    _lasting_unique = models.UniqueIndex(
        "(profile_id, kind) WHERE ended_on IS NULL", "This is being followed up already."
    )

    @api.depends("ended_on", "activity_id.active", "play_id.is_open")
    def _compute_state(self):
        for follow_up in self:
            follow_up.state = "ended" if follow_up.ended_on else "open" if follow_up._is_open() else "handled"

    def _is_open(self):
        # sudo: activities may be somebody else's
        follow_up = self.sudo()
        return follow_up.play_id.is_open or bool(follow_up.activity_id.active)

    def _open_activities(self):
        activities = (self.activity_id | self.play_id.activity_ids).exists()
        return activities.filtered("active")

    def _end(self, today, sentence=None):
        """The cause is gone: take back what nobody has done yet, and say why on the contact."""
        opened = self.filtered(lambda it: it._is_open())
        customers = opened.partner_id
        opened._open_activities().unlink()
        self.ended_on = today
        if sentence and customers:
            customers._message_log_batch(dict.fromkeys(customers.ids, sentence))

    def _has_cause(self, rules, dues):
        """Whether it is still to be followed up: switched on, the customer there, the cause as well.

        :param rules: kind -> rule, of those that are on
        :param dues: profile -> kind -> since when
        """
        if self.kind not in rules or not self.partner_id.active:
            return False
        if self.transition_id:
            return self.transition_id._holds() and (self.kind != "override_ended" or self._is_open())
        return self.kind in dues[self.profile_id]

    def _keep(self, rule, today):
        """What lasts: handed on if nobody acts; noted when somebody has; forgotten in time if that was no contact."""
        if self._is_open():
            self._hand_on(rule, today)
        elif not self.handled_on:
            self.handled_on = today
        elif self.kind == "contact" and (today - self.handled_on).days >= self.profile_id.main_type_id.contact_days:
            self.ended_on = today

    def _hand_on(self, rule, today):
        """Give an activity that has been overdue for the rule's days to the leader of the sales team, once."""
        activity = self._open_activities()[:1]
        if self.escalated_on or not activity or not is_overdue(activity.date_deadline, today, rule.escalation_days):
            return
        leader = activity.user_id.crm_team_ids.user_id.filtered(
            lambda user: user.active and not user.share and user != activity.user_id
        )[:1]
        if not leader:
            return
        words = self.with_context(lang=leader.lang).env
        handed_on = words._(
            "Was to be done by %(user)s until %(day)s.",
            user=activity.user_id.name,
            day=format_date(words, activity.date_deadline),
        )
        activity.with_context(mail_activity_quick_update=True).write(
            {"user_id": leader.id, "note": (activity.note or Markup()) + Markup("<p>%s</p>") % handed_on}
        )
        self.write({"escalated_on": today, "user_id": leader.id})
