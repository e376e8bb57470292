# SPDX-License-Identifier: LGPL-3.0-only
"""Account managers who leave: somebody is asked in time to hand over their key accounts."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..base.words import day_text

#: So many days before the last day the hand-over is proposed.
NOTICE_DAYS = 14


class KeyAccountHandOver(models.Model):
    """The hand-over of an account manager's key accounts, proposed once for a last day.

    It carries its own activity and notes, so that nobody reads them but who is asked, and sales administrators. Nothing
    of it stands on the person it is about. It stays when its activity is done, deleted or moved, so that there is no second
    one. When nothing is left to hand over, or the last day is another, it is over: one that was done is kept.
    """

    _name = "key.account.hand.over"
    _description = "Hand-Over of Key Accounts"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "user_id"
    # who is asked answers in its chatter, and writes nothing else
    _mail_post_access = "read"

    user_id = fields.Many2one("res.users", string="Account Manager", required=True, readonly=True, ondelete="cascade")
    leave_date = fields.Date(
        string="Last Day", readonly=True, help="The last day it was proposed for; empty if the user was just archived."
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")
    responsible_id = fields.Many2one(
        "res.users",
        string="Asked",
        compute="_compute_responsible_id",
        store=True,
        index=True,
        help="Whose activity it is; who had it last if it was deleted.",
    )
    summary = fields.Char(readonly=True, help="The activity as it was proposed.")
    is_over = fields.Boolean(
        readonly=True, help="It was done, and nothing is left to hand over or the last day is another."
    )
    key_account_ids = fields.Many2many(
        "key.account.profile", string="Key Accounts", compute="_compute_key_account_ids", help="Those you may see."
    )

    # The promise "never twice" is the database's: two workers may come here at the same time.
    _user_unique = models.UniqueIndex("(user_id) WHERE is_over IS NOT TRUE", "The hand-over has just been proposed.")

    @api.depends("activity_id.user_id")
    def _compute_responsible_id(self):
        for hand_over in self:
            hand_over.responsible_id = hand_over.activity_id.user_id or hand_over.responsible_id

    @api.depends("user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_ids(self):
        profiles = self.env["key.account.profile"].search(
            Domain("account_manager_id", "in", self.user_id.ids) & self._key_account_domain()
        )
        by_manager = profiles.grouped("account_manager_id")
        for hand_over in self:
            hand_over.key_account_ids = by_manager.get(hand_over.user_id)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """The user who is asked becomes a follower by an activity of anybody; all others need the right to write."""
        # sudo: whoever gives the activity away does not read it any more
        hand_overs = self.sudo()
        is_asked = set(partner_ids or ()) <= set(hand_overs.responsible_id.partner_id.ids) and len(self) == 1
        return super(KeyAccountHandOver, hand_overs if is_asked else self).message_subscribe(partner_ids, subtype_ids)

    @api.model
    def _key_account_domain(self):
        return Domain("is_key_account", "=", True) & Domain("partner_id.active", "=", True)

    @api.model
    def _propose_hand_overs(self):
        """Ask for the hand-over of key accounts whose manager leaves within two weeks or has left; take back the rest."""
        # sudo: account managers leave, and others are asked, whoever runs the proposals
        hand_overs = self.sudo().with_context(active_test=False)
        leaving = hand_overs._leaving()
        known = hand_overs.search([("is_over", "=", False)])
        obsolete = known.filtered(
            lambda it: it.user_id not in leaving or it.leave_date != it.user_id.key_account_leave_date
        )
        obsolete._take_back(leaving)
        kept = known - obsolete
        for hand_over in kept:
            hand_over._count_again(leaving[hand_over.user_id])
        for user, key_accounts in leaving.items():
            if user not in kept.user_id:
                hand_overs._propose(user, key_accounts)

    def _today(self, user):
        """The day in the company of who leaves."""
        return user.company_id._key_account_today()

    @api.model
    def _leaving(self):
        """Account managers who leave or have left -> their key accounts, the largest first."""
        # a company's day may be the next one already; whose is not is sorted out below
        horizon = fields.Date.today() + timedelta(days=NOTICE_DAYS + 1)
        is_leaving = Domain("account_manager_id.active", "=", False) | Domain(
            "account_manager_id.key_account_leave_date", "<=", horizon
        )
        key_accounts = self.env["key.account.profile"].search(self._key_account_domain() & is_leaving)
        return {
            user: of_user
            for user, of_user in key_accounts.grouped("account_manager_id").items()
            if not user.active or user.key_account_leave_date <= self._today(user) + timedelta(days=NOTICE_DAYS)
        }

    @api.model
    def _propose(self, user, key_accounts):
        """Plan the activity, unless there is nobody to ask."""
        responsible = self._responsible(user, key_accounts.company_id)
        if not responsible:
            return
        words = self.with_context(lang=responsible.lang)
        # first of all: who comes second fails here, before anybody is asked
        hand_over = self.create(
            {
                "user_id": user.id,
                "leave_date": user.key_account_leave_date,
                "summary": words._summary(user, key_accounts),
            }
        )
        hand_over.activity_id = hand_over.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=max(user.key_account_leave_date or self._today(user), self._today(user)),
            summary=hand_over.summary,
            note=words._note(user),
            user_id=responsible.id,
            automated=True,
        )

    @api.model
    def _responsible(self, user, companies):
        """The user who is asked and may hand over: a team leader of the user, else the first sales administrator."""
        # Odoo archives memberships with the user; of a user who works here, archived ones are of the past.
        memberships = self.env["crm.team.member"].search([("user_id", "=", user.id)], order="id desc")
        if user.active:
            memberships = memberships.filtered("active")
        administrators = self.env.ref("sales_team.group_sale_manager").all_user_ids.sorted("id")
        able = self.env.ref("sales_team.group_sale_salesman_all_leads").all_user_ids
        for candidate in memberships.crm_team_id.user_id | administrators:
            if candidate.active and candidate != user and candidate in able and candidate.company_ids & companies:
                return candidate
        return self.env["res.users"]

    @api.model
    def _summary(self, user, key_accounts):
        """The task and its day; a customer that is a key account in two companies counts once."""
        count = len(key_accounts.partner_id)
        day = user.key_account_leave_date
        if not user.active or not day or day < self._today(user):
            return self.env._(
                "Hand over the key accounts of %(name)s, who has left: %(count)s", name=user.name, count=count
            )
        return self.env._(
            "Hand over the key accounts of %(name)s before %(day)s: %(count)s",
            name=user.name,
            day=day_text(self.env, day),
            count=count,
        )

    @api.model
    def _note(self, user):
        """How it is done; whom it is about, the form shows to each as far as they may see it."""
        link = Markup('<a href="/odoo/key-account-managers">%s</a>') % self.env._("Account Managers")
        how = self.env._(
            "Open %(link)s and choose “Hand over” beside %(name)s, or assign the customers one by one.",
            link=link,
            name=user.name,
        )
        return Markup("<p>%s</p>") % how

    def _count_again(self, key_accounts):
        """Tell the present number in an activity that is open and as it was proposed."""
        words = self.with_context(lang=self.activity_id.user_id.lang)
        summary = words._summary(self.user_id, key_accounts)
        if self.activity_id.active and self.activity_id.summary == self.summary != summary:
            self.summary = self.activity_id.summary = summary

    def _take_back(self, leaving):
        """End these hand-overs: open activities are deleted, and their users are told why. Done ones are kept."""
        done = self.filtered(lambda it: it.activity_id and not it.activity_id.active)
        done.is_over = True
        for hand_over in self.filtered("activity_id.active"):
            words = self.with_context(lang=hand_over.activity_id.user_id.lang)
            why = (
                words.env._("The last day is another now")
                if hand_over.user_id in leaving
                else words._why_nothing_is_left(hand_over.user_id)
            )
            # on no record: nobody else reads it
            words.env["mail.thread"].message_notify(
                partner_ids=hand_over.activity_id.user_id.partner_id.ids,
                subject=words.env._("A hand-over is not needed any more"),
                body=words.env._("%(why)s: %(what)s", why=why, what=hand_over.summary),
            )
        (self - done).unlink()

    def _why_nothing_is_left(self, user):
        has_key_accounts = self.env["key.account.profile"].search_count(
            Domain("account_manager_id", "=", user.id) & self._key_account_domain(), limit=1
        )
        if has_key_accounts:
            return self.env._("Not leaving within two weeks any more")
        return self.env._("No key account left to hand over")

    def action_open_managers(self):
        """The account managers, where all key accounts of one are handed over at once."""
        return self.env["ir.actions.act_window"]._for_xml_id("key_account_segmentation.key_account_load_action")
