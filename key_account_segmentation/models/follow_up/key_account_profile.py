# SPDX-License-Identifier: LGPL-3.0-only
"""The only place that plans, hands on and closes follow-ups.

    _cron_follow_up       every company, rule by rule, a batch per transaction
    _follow_up_rule       note what was done, close what is over, plan what is due, hand on what is overdue
    _plan_batch           rows, activities and playbooks of some customers
                          (why stands in the row, which is guarded; what to do on the contact, which everybody reads)
    _tell                 one digest per person

What is to be done is worked out anew by every run from what is stored: interrupted anywhere, the next one goes on from
there. Each batch first writes its rule, so that of two workers at the same rule the second begins again, and finds what
the first has planned; the unique index of the follow-ups stands behind that. A customer that cannot be followed up is
skipped: its batch is taken back and tried again in halves.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.follow_up import ENDED, EVENTS, STATES, is_escalated
from ..base.errors import concerns_one_customer, reason_of

_logger = logging.getLogger(__name__)

#: Customers planned, closed or handed on in one transaction.
FOLLOW_UP_BATCH = 200

#: Of what was agreed last time so many characters are told.
AGREED_MAX = 300

#: No e-mail for each activity: there is a digest.
QUIET = {"mail_activity_quick_update": True, "mail_notify_force_send": False}


@dataclass
class Result:
    """What came of a rule: numbers of follow-ups, and (name, reason) of who was skipped."""

    planned: int = 0
    closed: int = 0
    escalated: int = 0
    nobody: int = 0
    skipped: list = field(default_factory=list)
    #: steps of playbooks that went to somebody else than they were meant for, in words
    remarks: list = field(default_factory=list)


class KeyAccountProfileFollowUp(models.Model):
    _inherit = "key.account.profile"

    follow_up_ids = fields.One2many("key.account.follow.up", "profile_id", string="Follow-Ups")
    open_follow_ups = fields.Html(
        string="To Be Followed Up",
        compute="_compute_open_follow_ups",
        sanitize=False,
        help="The open follow-ups of this customer, and why.",
    )

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
        """Who is no customer any more is not followed up."""
        # sudo: whoever deletes the figures ends what was planned because of them
        rows = (
            self.env["key.account.follow.up"].sudo().search([("profile_id", "in", self.ids), ("state", "!=", "ended")])
        )
        rows._end(lambda env: env._("There are no figures of this customer any more"))

    @api.model
    def _cron_follow_up(self):
        """Plan what is due, close what is over, tell everybody once, in every company."""
        rules = self.env["key.account.follow.up.rule"].with_context(active_test=False)
        rules._ensure_rules()
        left = rules.search([])
        in_time = self.env["ir.cron"]._commit_progress(remaining=len(left) + 1)
        for rule in left:
            for done in self._follow_up_or_log(rule):
                if not in_time:
                    return
                in_time = self.env["ir.cron"]._commit_progress(done, remaining=len(left) + 1)
            left -= rule
        self.env["key.account.refresh"]._retrying(self.env["key.account.hand.over"]._propose_hand_overs)
        while in_time and self.env["key.account.refresh"]._retrying(self._tell):
            in_time = self.env["ir.cron"]._commit_progress(1, remaining=1)
        if in_time:
            self.env["ir.cron"]._commit_progress(1, remaining=0)

    def _follow_up_or_log(self, rule):
        """The same as ``_follow_up_rule``; a rule that fails says so, and does not stop the others."""
        try:
            yield from self._follow_up_rule(rule)
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all()
            reason = reason_of(self.env, error)
            self.env["key.account.refresh"]._retrying(lambda: self._claim(rule, reason))
            _logger.exception("Follow-ups (%s) of %s failed", rule.kind, rule.company_id.name)
            yield 0

    @api.model
    def _follow_up_rule(self, rule):
        """Follow up by one rule; yields the number of follow-ups after each batch, to be committed."""
        self, rule = self.with_context(**QUIET), rule.with_context(**QUIET)
        result = Result()
        rows = self.env["key.account.follow.up"]
        planned, over = self.env["key.account.refresh"]._retrying(lambda: rule._to_do(rows._noted_and_lasting(rule)))
        for batch in batches(over.ids):
            yield self.env["key.account.refresh"]._retrying(lambda batch=batch: self._end_batch(rule, batch, result))
        for batch in batches(list(planned)):
            due = {profile_id: planned[profile_id] for profile_id in batch}
            yield self.env["key.account.refresh"]._retrying(lambda due=due: self._plan_or_skip(rule, due, result))
        for batch in batches(rows._overdue(rule).ids):
            yield self.env["key.account.refresh"]._retrying(
                lambda batch=batch: self._hand_on_batch(rule, batch, result)
            )
        self.env["key.account.refresh"]._retrying(lambda: self._claim(rule, rule._result_text(result)))
        yield 0

    def _claim(self, rule, result=None):
        """Write the rule now, not when the batch is through: another worker at it has to begin its batch anew."""
        rule.write({"last_run": fields.Datetime.now(), **({"last_result": result} if result else {})})
        rule.flush_recordset()

    def _end_batch(self, rule, ids, result):
        self._claim(rule)
        rows = self.env["key.account.follow.up"].browse(ids).exists()
        rows = rows.filtered(lambda row: row.state != "ended")
        rows._end(rule._why_gone)
        result.closed += len(rows)
        return len(rows)

    def _hand_on_batch(self, rule, ids, result):
        self._claim(rule)
        rows = self.env["key.account.follow.up"].browse(ids).exists()
        handed_on = rows.filtered(lambda row: row.state == "open" and not row.escalated_date)._hand_on()
        result.escalated += handed_on
        return handed_on

    def _plan_or_skip(self, rule, due, result):
        """Plan for these customers; of a batch that fails those are skipped who cannot be planned for alone.

        :raises: what is no matter of a customer: a lock, a time limit
        """
        self._claim(rule)
        # Outside of what is tried: the savepoint would write what others left, and its error be a customer's.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                return self._plan_batch(rule, due, result)
        except Exception as error:
            if not concerns_one_customer(error):
                raise
            self.env.invalidate_all()
            if len(due) == 1:
                self._skip(rule, self.browse(due), reason_of(self.env, error), result)
                return 0
        ids = list(due)
        middle = len(ids) // 2
        return sum(
            self._plan_or_skip(rule, {profile_id: due[profile_id] for profile_id in half}, result)
            for half in (ids[:middle], ids[middle:])
        )

    def _skip(self, rule, profiles, reason, result):
        for customer in profiles.partner_id.mapped("display_name"):
            result.skipped.append((customer, reason))
            _logger.warning("No follow-up (%s) for %s: %s", rule.kind, customer, reason)

    def _plan_batch(self, rule, due, result):
        """Plan for these customers, unless somebody else just has; the number of follow-ups."""
        rows = self.env["key.account.follow.up"]
        there = rows.search([("profile_id", "in", list(due)), ("kind", "=", rule.kind), ("state", "!=", "ended")])
        open_for = there.filtered(lambda row: row.state == "open").profile_id
        profiles = self.browse(due).exists() - open_for
        problems = {profile: rule._problem(rule._plan_for(profile)) for profile in profiles}
        possible = profiles.filtered(lambda profile: not problems[profile])
        users = possible._whom_to_ask(rule, due)
        asked = possible.filtered(users.get)
        there.filtered(lambda row: row.profile_id in asked)._close(self.env._("It is due once more"))
        drafts = [self._draft(rule, profile, due[profile.id], users[profile]) for profile in asked]
        self._fill_in(asked, drafts)
        planned = rows.create([draft["row"] for draft in drafts])
        self._plan_work(rule, planned, drafts, result)
        self.env["key.account.transition"].concat(*[draft["changes"] for draft in drafts])[rule._mark()] = True
        self.env.flush_all()
        result.planned += len(drafts)
        result.nobody += len(possible - asked)
        for problem, customers in (profiles - possible).grouped(problems.get).items():
            self._skip(rule, customers, problem, result)
        return len(drafts)

    def _draft(self, rule, profile, since, user):
        """A follow-up in the words and on the day of who is asked."""
        changes = rule._changes_of(profile, since)
        words = rule.with_context(lang=user.lang, tz=user.tz)
        of_words = {"lang": user.lang, "tz": user.tz}
        reason = words._reason(profile.with_context(**of_words), since, changes.with_context(**of_words))
        return {
            "profile": profile,
            "user": user,
            "words": words,
            "changes": changes,
            "plan": rule._plan_for(profile),
            "row": {
                "profile_id": profile.id,
                "kind": rule.kind,
                "since": changes[-1:].date if changes else since or rule._today(),
                "transition_id": changes[-1:].id,
                "user_id": user.id,
                "summary": words._summary(),
                "reason": reason,
            },
        }

    def _fill_in(self, profiles, drafts):
        """Note in the rows what was agreed last time, and where a playbook that is open already serves as well."""
        agreed = profiles._agreed_last_time()
        for draft in drafts:
            profile, words, row = draft["profile"], draft["words"], draft["row"]
            row["agreed"] = words._agreed_sentence(agreed.get(profile.partner_id.id))
            if draft["plan"] and profile._has_open_play(draft["plan"]):
                row.update(state="handled", handled_date=words._today())

    def _plan_work(self, rule, rows, drafts, result):
        """Plan the activities of follow-ups that are to be done, single ones or those of a playbook."""
        single, playbooks = [], defaultdict(list)
        for row, draft in zip(rows, drafts, strict=True):
            if not draft["plan"]:
                single.append((row, draft["words"]))
            elif row.state == "open":
                playbooks[draft["plan"], draft["user"]].append((row, draft["words"]))
        self._plan_single(rule, single)
        for (plan, user), of_plan in playbooks.items():
            self._plan_playbook(plan, user, of_plan, result)

    def _plan_single(self, rule, planned):
        activities = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": row.partner_id.id,
                    "activity_type_id": rule.activity_type_id.id,
                    "summary": words._what_to_do(),
                    "note": words._link(row),
                    "user_id": row.user_id.id,
                    # the day it shows as today to who is asked, wherever that is
                    "date_deadline": fields.Date.context_today(words),
                    "automated": True,
                }
                for row, words in planned
            ]
        )
        for (row, _words), activity in zip(planned, activities, strict=True):
            row.activity_id = activity

    def _plan_playbook(self, plan, user, planned, result):
        """Start a playbook for customers with the same person."""
        links = {row.profile_id: words._link(row) for row, words in planned}
        plays, remarks = self.browse([profile.id for profile in links])._start_plan(plan, user, links)
        for (row, _words), play in zip(planned, plays, strict=True):
            row.play_id = play
        result.remarks += [remark for remark in remarks if remark not in result.remarks]

    def _whom_to_ask(self, rule, due):
        """Profile -> who is asked, the first who works here; who set something by hand is asked first when it ends."""
        company = rule.company_id
        teams = self._team_leaders(self.account_manager_id | self.partner_id.user_id)
        users = {}
        for profile in self:
            authors = rule._changes_of(profile, due[profile.id]).user_id if rule.kind == ENDED else []
            managers = (profile.account_manager_id, profile.partner_id.user_id)
            candidates = [
                *authors,
                *managers,
                *[teams.get(manager) for manager in managers],
                profile.quadrant_id.responsible_id,
                rule.user_id,
            ]
            if user := next((user for user in candidates if user and user._may_follow_up(company)), None):
                users[profile] = user
        return users

    @api.model
    def _team_leaders(self, users):
        """User -> the leader of their team. Odoo archives memberships with the user: those of archived users count."""
        memberships = self.env["crm.team.member"].with_context(active_test=False)
        found = memberships.search([("user_id", "in", users.ids)], order="id")
        return {
            member.user_id: member.crm_team_id.user_id
            for member in found
            if member.crm_team_id.user_id and (member.active or not member.user_id.active)
        }

    def _agreed_last_time(self):
        """Customer's id -> day and text of the last activity done with feedback or, if later, of the last meeting.

        Of contacts that the company shares: what was agreed with another company's is not told.
        """
        partner_ids = self.partner_id.ids
        if not partner_ids:
            return {}
        self.env.flush_all()
        agreed = {
            partner_id: (day, feedback)
            for partner_id, day, feedback in self.env.execute_query(
                self.env["key.account.facts"]._agreed_sql(self.company_id, partner_ids)
            )
        }
        meetings = self.env["key.account.facts"]._last_meeting_sql(self.company_id, partner_ids, fields.Datetime.now())
        found = dict(self.env.execute_query(meetings))
        # sudo: which meetings are private is looked up to leave these out
        events = self.env["calendar.event"].sudo().browse(found.values())
        by_id = {event.id: event for event in events if event.effective_privacy != "private"}
        for partner_id, event_id in found.items():
            event = by_id.get(event_id)
            if event and (partner_id not in agreed or agreed[partner_id][0] < event.start.date()):
                agreed[partner_id] = (event.start.date(), event._key_account_agreed())
        return {partner_id: (day, shortened(text)) for partner_id, (day, text) in agreed.items()}

    @api.model
    def _tell(self):
        """Send somebody the digest of what is new; nothing is left to be told if this returns nobody."""
        rows = self.env["key.account.follow.up"]
        first = rows.search([("is_told", "!=", True), ("user_id", "!=", False)], limit=1)
        if not first:
            return self.env["res.users"]
        user = first.user_id
        untold = rows.search([("is_told", "!=", True), ("user_id", "=", user.id)])
        news = untold.filtered(lambda row: row.state == "open")
        untold.is_told = True
        if news and user.active and (user.notification_type != "email" or user.email):
            words = news.with_context(lang=user.lang, **QUIET)
            words.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids, subject=words._digest_subject(), body=words._digest_body()
            )
        return user


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _changes_of(self, profile, since):
        """What has changed: the event that counts, or all that ended of the same author."""
        changes = self.env["key.account.transition"]
        if self.kind in STATES:
            return changes
        change = changes.browse(since)
        if self.kind != ENDED:
            return change
        return profile.transition_ids.filtered(
            lambda it: it.cause == "ended" and not it.is_end_told and it.user_id == change.user_id
        ).sorted("id")

    def _plan_for(self, profile):
        """The playbook of an event, none for a single activity."""
        if self.kind not in EVENTS:
            return self.plan_id.browse()
        of_type = profile.main_type_id.plan_id if self.kind == "became_key_account" else self.plan_id.browse()
        return of_type or self.plan_id


class KeyAccountFollowUp(models.Model):
    _inherit = "key.account.follow.up"

    def _noted_and_lasting(self, rule):
        """The follow-ups of a rule that have not ended, once what was done is noted."""
        self._note_handled(rule)
        return self.search(
            [("company_id", "=", rule.company_id.id), ("kind", "=", rule.kind), ("state", "!=", "ended")]
        )

    def _overdue(self, rule):
        """Follow-ups that may have been overdue for too long: people's calendars differ from the company's by a day."""
        if not rule.escalation_days or not rule.active:
            return self.browse()
        day = rule._today() - timedelta(days=rule.escalation_days - 1)
        late = Domain("active", "=", True) & Domain("date_deadline", "<=", day)
        return self.search(
            Domain("company_id", "=", rule.company_id.id)
            & Domain("kind", "=", rule.kind)
            & Domain("state", "=", "open")
            & Domain("escalated_date", "=", False)
            & (Domain("activity_id", "any", late) | Domain("play_id.activity_ids", "any", late))
        )

    def _hand_on(self):
        """Give what is overdue for too long to the team leader, who is told; the number of follow-ups handed on."""
        rules = self.env["key.account.follow.up.rule"].search([("company_id", "in", self.company_id.ids)])
        days = {(rule.company_id, rule.kind): rule.escalation_days for rule in rules}
        late = {row: row._late_activities(days.get((row.company_id, row.kind), 0)) for row in self}
        leaders = self.profile_id._team_leaders(self.env["res.users"].concat(*[it.user_id for it in late.values()]))
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


class ResUsers(models.Model):
    _inherit = "res.users"

    def _may_be_asked(self, company):
        """Whether somebody works here, in this company."""
        # sudo: that somebody has left, or works elsewhere, decides who is asked, whoever plans
        user = self.sudo()
        return bool(user.active and not user.share and company in user.company_ids)

    def _may_follow_up(self, company):
        """Whether somebody works here and may read why a customer is to be followed up."""
        return self._may_be_asked(company) and self.env["key.account.follow.up"].with_user(self).has_access("read")


def batches(ids):
    """The ids in batches."""
    return [ids[start : start + FOLLOW_UP_BATCH] for start in range(0, len(ids), FOLLOW_UP_BATCH)]


def shortened(text):
    """The beginning of a text, on one line.

    >>> shortened("Call again\\n in May"), len(shortened("x" * 999))
    ('Call again in May', 301)
    """
    line = " ".join(text.split())
    return line if len(line) <= AGREED_MAX else f"{line[:AGREED_MAX]}…"
