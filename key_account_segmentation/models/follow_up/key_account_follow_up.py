# SPDX-License-Identifier: LGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models

from ...tools.follow_up import is_escalated

#: No e-mail for each activity: there is a digest.
QUIET = {"mail_activity_quick_update": True, "mail_notify_force_send": False}

#: So many customers are named in a digest; the rest is a number.
NAMED_MAX = 20


class KeyAccountFollowUp(models.Model):
    """One cause to get active for a customer, and the activity that was planned for it.

    Why stands here, for those who may see the customer's figures or are asked. The activity is on the contact, which
    everybody reads: it says what to do and links to this.

    It lasts as long as its cause. While it is there no second activity is planned, also when the first one is overdue, was
    moved to a later day, done or deleted.
    """

    _name = "key.account.follow.up"
    _description = "Follow-Up"
    _order = "id desc"
    _rec_name = "summary"

    profile_id = fields.Many2one("key.account.profile", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Customer", store=True, index=True)
    # The rules' own: a module adds a kind to these and to nothing else.
    kind = fields.Selection(
        lambda self: self.env["key.account.follow.up.rule"]._fields["kind"]._description_selection(self.env),
        string="Why",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("handled", "Handled"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="open",
        help="Open: the activity is to be done. Handled: it was done or deleted, the cause is still there. "
        "Ended: the cause is gone.",
    )
    since = fields.Date(
        readonly=True,
        help="What it counts from: the last contact, the expected purchase, the review date, the day of the change.",
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")
    play_id = fields.Many2one(
        "key.account.play", string="Playbook", readonly=True, ondelete="set null", index="btree_not_null"
    )
    transition_id = fields.Many2one("key.account.transition", string="Change", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Asked", readonly=True, ondelete="set null", index=True)
    summary = fields.Char(readonly=True)
    reason = fields.Text(readonly=True, help="Why somebody should get active, in the words of the day it was planned.")
    agreed = fields.Text(string="Last Time", readonly=True, help="What was agreed last time, when it was planned.")
    phone = fields.Char(compute="_compute_phone", help="Of the contact, for those who may read it.")
    has_open_activity = fields.Boolean(
        compute="_compute_has_open_activity", help="Whether something is to be done that one may open."
    )
    handled_date = fields.Date(
        string="Handled", readonly=True, help="The day the activity was done, or was found deleted."
    )
    ended_date = fields.Date(string="Ended", readonly=True)
    end_reason = fields.Char(string="Why It Ended", readonly=True)
    escalated_date = fields.Date(
        string="Handed On", readonly=True, help="The day it was given to the team leader, for being overdue."
    )
    is_told = fields.Boolean(readonly=True, help="Whether who is asked has got the digest it stands in.")

    # The promise "never twice" is the database's: two workers may come here at the same time.
    _open_unique = models.UniqueIndex(
        "(profile_id, kind) WHERE state <> 'ended'", "This follow-up has just been planned by somebody else."
    )
    _untold_idx = models.Index("(user_id) WHERE is_told IS NOT TRUE")

    @api.depends("partner_id.phone")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_phone(self):
        readable = self.partner_id._filtered_access("read")
        for row in self:
            row.phone = row.partner_id in readable and row.partner_id.phone

    @api.depends("activity_id.active", "play_id.activity_ids.active")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_has_open_activity(self):
        for row in self:
            # sudo: which activities there are; those one may read decide
            open_ones = row.sudo()._open_activities().sudo(False)
            row.has_open_activity = bool(open_ones._filtered_access("read"))

    def _open_activities(self):
        return (self.activity_id | self.play_id.activity_ids).filtered("active")

    def _close(self, why):
        """End these without a word to anybody."""
        for company, rows in self.grouped("company_id").items():
            rows.write({"state": "ended", "ended_date": company._key_account_today(), "end_reason": why})

    def _end(self, why):
        """End these: what is still to be done is deleted, and the row says why.

        Deleted, not done: who is asked has not been in touch with anybody.

        :param why: function from an environment, in the language of who was asked, to the reason
        """
        self._open_activities().unlink()
        for lang, rows in self.grouped(lambda row: row.user_id.lang).items():
            rows._close(why(rows.with_context(lang=lang).env))

    def _hand_on(self, days):
        """Give what is overdue by so many days to the team leader, who is told; the number of follow-ups handed on."""
        late = {row: row._late_activities(days) for row in self}
        leaders = self.env["res.users"].concat(*[it.user_id for it in late.values()])._key_account_team_leaders()
        handed_on = self.browse()
        for row, activities in late.items():
            leader = leaders.get(activities.user_id[:1])
            if leader and leader not in activities.user_id and leader._may_follow_up(row.company_id):
                activities.user_id = leader
                row.write({"user_id": leader.id, "is_told": False})
                handed_on += row
        for company, rows in handed_on.grouped("company_id").items():
            rows.escalated_date = company._key_account_today()
        return len(handed_on)

    def _late_activities(self, days):
        """The open activities of a follow-up that are overdue for so many days where who is asked lives."""

        def is_late(activity):
            today = fields.Date.context_today(self.with_context(tz=activity.user_id.tz))
            return is_escalated(activity.date_deadline, days, today)

        return self._open_activities().filtered(is_late)

    @api.model
    def _tell(self):
        """Send somebody the digest of what is new; nothing is left to be told if this returns nobody."""
        first = self.search([("is_told", "!=", True), ("user_id", "!=", False)], limit=1)
        if not first:
            return self.env["res.users"]
        user = first.user_id
        untold = self.search([("is_told", "!=", True), ("user_id", "=", user.id)])
        news = untold.filtered(lambda row: row.state == "open")
        untold.is_told = True
        if news and user.active and (user.notification_type != "email" or user.email):
            words = news.with_context(lang=user.lang, **QUIET)
            words.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids, subject=words._digest_subject(), body=words._digest_body()
            )
        return user

    def _digest_subject(self):
        return self.env._("Follow-ups for you: %s", len(self))

    def _digest_body(self):
        """The new follow-ups of a user: each customer once, with its tasks."""
        labels = [
            Markup('<li><a href="/odoo/res.partner/%s">%s</a>: %s</li>')
            % (row.partner_id.id, row.partner_id.display_name, row.summary or "")
            for row in self[:NAMED_MAX]
        ]
        if len(self) > NAMED_MAX:
            labels.append(Markup("<li>%s</li>") % self.env._("%s more", len(self) - NAMED_MAX))
        link = Markup('<a href="/odoo/key-account-follow-ups">%s</a>') % self.env._("All follow-ups")
        return Markup("<ul>%s</ul><p>%s</p>") % (Markup("").join(labels), link)

    def _in_lines(self):
        """Why each of these is to be followed up, below each other with a link; nothing if there is none."""
        return Markup("").join(
            Markup('<div><a href="/odoo/key-account-follow-ups/%s">%s</a>: %s</div>')
            % (row.id, row.summary or row.display_name, row.reason or "")
            for row in self
        )

    def action_open_customer(self):
        """The customer's contact, where the activity is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_open_activity(self):
        """Open the next activity: its form, with the button that marks it as done."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Activity"),
            "res_model": "mail.activity",
            "res_id": self._open_activities().sorted("date_deadline")[:1].id,
            "views": [(self.env.ref("mail.mail_activity_view_form_popup").id, "form")],
            "target": "new",
        }
