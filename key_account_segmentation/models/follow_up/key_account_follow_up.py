# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models

from ...tools.follow_up import ENDED, EVENTS, STATES, Known
from ..override.key_account_transition import EVENTS as EVENT_NAMES

KINDS = [
    ("contact", "No contact"),
    ("rhythm", "Purchase is late"),
    ("reminder", "Purchase is coming"),
    *((event, dict(EVENT_NAMES)[event]) for event in EVENTS),
    ("payment", "Invoices overdue"),
    ("review", "Review date"),
    (ENDED, "End of what was set by hand"),
]


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
    kind = fields.Selection(KINDS, string="Why", required=True, readonly=True)
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

    def _known(self):
        """Profile id -> what is known of its follow-up."""
        return {
            row.profile_id.id: Known(row.state == "handled", row._counts_from(), row.handled_date or None)
            for row in self
        }

    def _counts_from(self):
        """Changes are told apart by their order: two of them may be of the same day."""
        if self.kind in STATES:
            return self.since or None
        return self.transition_id.id or 0

    def _open_activities(self):
        return (self.activity_id | self.play_id.activity_ids).filtered("active")

    @api.model
    def _note_handled(self, rule):
        """Note whose activities have been done or deleted; an archived user's were deleted by Odoo, and are planned anew."""
        rows = self.with_context(active_test=False).search(
            [
                ("company_id", "=", rule.company_id.id),
                ("kind", "=", rule.kind),
                ("state", "=", "open"),
                "|",
                "&", ("play_id", "=", False), "|", ("activity_id", "=", False), ("activity_id.active", "=", False),
                "&", ("play_id", "!=", False), ("play_id.is_open", "=", False),
            ]
        )  # fmt: skip
        today = rule._today()
        left_alone = rows.filtered(
            lambda row: not row.user_id.active and not row.activity_id and not row.play_id.activity_ids
        )
        # what was caused by a change is caused by it again
        left_alone.transition_id.write({"is_followed_up": False, "is_end_told": False})
        left_alone._close(self.env._("Whoever was asked has been archived"))
        rows -= left_alone
        rows.state = "handled"
        for day, of_that_day in rows.grouped(lambda row: row.activity_id.date_done or today).items():
            of_that_day.handled_date = day
        # that something ended is told once, there is nothing that lasts
        rows.filtered(lambda row: row.kind == ENDED)._close(self.env._("Done or deleted"))

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
        """What is to be done next: its form, with the button that says it is done."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Activity"),
            "res_model": "mail.activity",
            "res_id": self._open_activities().sorted("date_deadline")[:1].id,
            "views": [(self.env.ref("mail.mail_activity_view_form_popup").id, "form")],
            "target": "new",
        }
