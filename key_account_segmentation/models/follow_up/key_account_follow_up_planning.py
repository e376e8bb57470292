# SPDX-License-Identifier: LGPL-3.0-only
"""How follow-ups are planned, handed on and closed: the only place that does it.

    _cron_follow_up       every company, rule by rule, a batch per transaction
    _follow_up            note what was done, close what is over, plan what is due, hand on what is overdue
    _due_and_over         what is due and what is over: the kind says so
    _plan_batch           rows, activities and playbooks of some customers
                          (why stands in the row, which is guarded; what to do on the contact, which everybody reads)

Every run finds out anew from what is stored what is to be done: interrupted anywhere, the next one goes on from there.
Each batch first writes its rule, so that of two workers at the same rule the second begins again, and finds what the first
has planned; the unique index of the follow-ups stands behind that. A customer that cannot be followed up is skipped: its
batch is taken back and tried again in halves.

On the contact stands ``_what_to_do`` alone, for everybody. The rest is for those who may read the follow-up: dates, days and
shares; of money only what is overdue, which nobody can be asked about without it.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.follow_up import Known, is_planned, shortened
from ..base.errors import concerns_one_customer, reason_of
from ..base.words import day_text
from .key_account_follow_up import NAMED_MAX, QUIET

_logger = logging.getLogger(__name__)

#: Customers planned, closed or handed on in one transaction.
FOLLOW_UP_BATCH = 200


@dataclass
class Result:
    """The outcome of a rule: numbers of follow-ups, and (name, reason) of skipped customers."""

    planned: int = 0
    closed: int = 0
    escalated: int = 0
    nobody: int = 0
    skipped: list = field(default_factory=list)
    #: steps of playbooks that went to somebody else than they were meant for, in words
    remarks: list = field(default_factory=list)


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    @api.model
    def _cron_follow_up(self):
        """Plan what is due, close what is over, tell everybody once, in every company.

        As long as no refresh by a new policy is done, its company waits: figures that are not there yet would close what is
        open.
        """
        self._ensure_rules()
        left = self.with_context(active_test=False).search([])
        ready = left.company_id.filtered(lambda company: not self.env["key.account.run"]._is_policy_new(company))
        left = left.filtered(lambda rule: rule.company_id in ready)
        in_time = self.env["ir.cron"]._commit_progress(remaining=len(left) + 1)
        for rule in left:
            for done in rule._follow_up_or_log():
                if not in_time:
                    return
                in_time = self.env["ir.cron"]._commit_progress(done, remaining=len(left) + 1)
            left -= rule
        self._retrying(self.env["key.account.hand.over"]._propose_hand_overs)
        while in_time and self._retrying(self.env["key.account.follow.up"]._tell):
            in_time = self.env["ir.cron"]._commit_progress(1, remaining=1)
        if in_time:
            self.env["ir.cron"]._commit_progress(1, remaining=0)

    def _retrying(self, action):
        return self.env["key.account.refresh"]._retrying(action)

    def _follow_up_or_log(self):
        """The same as ``_follow_up``; a rule that fails says so, and does not stop the others."""
        try:
            yield from self._follow_up()
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all()
            reason = reason_of(self.env, error)
            self._retrying(lambda: self._claim(reason))
            _logger.exception("Follow-ups (%s) of %s failed", self.kind, self.company_id.name)
            yield 0

    def _follow_up(self):
        """Follow up by this rule; yields the number of follow-ups after each batch, to be committed."""
        rule, result = self.with_context(**QUIET), Result()
        planned, over = self._retrying(lambda: rule._due_and_over(rule._noted_and_lasting()))
        for batch in batches(over.ids):
            yield self._retrying(lambda batch=batch: rule._end_batch(batch, result))
        for batch in batches(list(planned)):
            due = {profile_id: planned[profile_id] for profile_id in batch}
            yield self._retrying(lambda due=due: rule._plan_or_skip(due, result))
        for batch in batches(rule._overdue().ids):
            yield self._retrying(lambda batch=batch: rule._hand_on_batch(batch, result))
        self._retrying(lambda: rule._claim(rule._result_text(result)))
        yield 0

    def _claim(self, result=None):
        """Write the rule now, not when the batch is through: another worker at it has to begin its batch anew."""
        self.write({"last_run": fields.Datetime.now(), **({"last_result": result} if result else {})})
        self.flush_recordset()

    # What is due, and what is over

    def _noted_and_lasting(self):
        """The follow-ups of this rule that have not ended, once what was done is noted."""
        self._note_handled()
        return self._follow_ups(Domain("state", "!=", "ended"))

    def _follow_ups(self, domain):
        return self.env["key.account.follow.up"].search(self._follow_up_domain() & domain)

    def _note_handled(self):
        """Note whose activities have been done or deleted; an archived user's were deleted by Odoo, and are planned anew."""
        rows = self.with_context(active_test=False)._follow_ups(
            Domain("state", "=", "open")
            & (
                Domain("play_id", "=", False)
                & (Domain("activity_id", "=", False) | Domain("activity_id.active", "=", False))
                | Domain("play_id", "!=", False) & Domain("play_id.is_open", "=", False)
            )
        )
        today = self._today()
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
        if not self._by_kind("lasts"):
            rows._close(self.env._("Done or deleted"))

    def _due_and_over(self, rows):
        """What is to be planned: profile id -> what it counts from; and those of the follow-ups whose cause is gone.

        :param rows: the follow-ups of this kind that have not ended
        """
        if not self.active:
            self._by_kind("see", self._by_kind("unseen"))
            return {}, rows
        if fault := self._days_fault():
            raise UserError(fault)
        known = self._known(rows)
        due = self._by_kind("due", known)
        lasting = self._by_kind("lasting", rows, due)
        again_after, today = self._by_kind("again_after", known), self._today()
        planned = {
            profile_id: since
            for profile_id, since in due.items()
            if is_planned(known.get(profile_id), since, today, again_after.get(profile_id, 0))
        }
        left_alone = self._by_kind("left_alone", rows)
        return planned, (rows - left_alone).filtered(
            lambda row: row.profile_id.id not in lasting and row.profile_id.id not in planned
        )

    def _known(self, rows):
        """Profile id -> what is known of its follow-up."""
        return {
            row.profile_id.id: Known(
                row.state == "handled", self._by_kind("counts_from", row), row.handled_date or None
            )
            for row in rows
        }

    def _today(self):
        return self.company_id._key_account_today()

    def _living(self):
        """Customers of the company whose contact is not archived."""
        return Domain("company_id", "=", self.company_id.id) & Domain("partner_id.active", "=", True)

    def _scope_domain(self):
        """Customers that the rule is about as they are today."""
        if self.scope == "all":
            return self._living()
        key_accounts = Domain("main_type_id", "!=", False)
        if self.scope == "key_accounts":
            return self._living() & key_accounts
        return self._living() & (key_accounts | Domain("category", "=", "active_partner"))

    def _figures(self, domain, *names):
        """Customers, each a dict of its ``id`` and these figures. The query flushes what it reads."""
        profiles = self.env["key.account.profile"]
        query = profiles._search(domain)
        columns = [
            SQL("%s AS %s", profiles._field_to_sql(query.table, name, query), SQL.identifier(name))
            for name in ("id", *names)
        ]
        return self.env.execute_query_dict(query.select(*columns))

    # Batches

    def _end_batch(self, ids, result):
        self._claim()
        rows = self.env["key.account.follow.up"].browse(ids).exists()
        rows = rows.filtered(lambda row: row.state != "ended")
        rows._end(self._why_gone)
        result.closed += len(rows)
        return len(rows)

    def _overdue(self):
        """Follow-ups that may have been overdue for too long: people's calendars differ from the company's by a day."""
        if not self.escalation_days or not self.active:
            return self.env["key.account.follow.up"]
        day = self._today() - timedelta(days=self.escalation_days - 1)
        late = Domain("active", "=", True) & Domain("date_deadline", "<=", day)
        return self._follow_ups(
            Domain("state", "=", "open")
            & Domain("escalated_date", "=", False)
            & (Domain("activity_id", "any", late) | Domain("play_id.activity_ids", "any", late))
        )

    def _hand_on_batch(self, ids, result):
        self._claim()
        rows = self.env["key.account.follow.up"].browse(ids).exists()
        late = rows.filtered(lambda row: row.state == "open" and not row.escalated_date)
        handed_on = late._hand_on(self.escalation_days if self.active else 0)
        result.escalated += handed_on
        return handed_on

    def _plan_or_skip(self, due, result):
        """Plan for these customers; of a batch that fails those are skipped who cannot be planned for alone.

        :raises: what is no matter of a customer: a lock, a time limit
        """
        self._claim()
        # Outside of what is tried: the savepoint would write what others left, and its error be a customer's.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                return self._plan_batch(due, result)
        except Exception as error:
            if not concerns_one_customer(error):
                raise
            self.env.invalidate_all()
            if len(due) == 1:
                self._skip(self.env["key.account.profile"].browse(due), reason_of(self.env, error), result)
                return 0
        ids = list(due)
        middle = len(ids) // 2
        return sum(
            self._plan_or_skip({profile_id: due[profile_id] for profile_id in half}, result)
            for half in (ids[:middle], ids[middle:])
        )

    def _skip(self, profiles, reason, result):
        for customer in profiles.partner_id.mapped("display_name"):
            result.skipped.append((customer, reason))
            _logger.warning("No follow-up (%s) for %s: %s", self.kind, customer, reason)

    def _plan_batch(self, due, result):
        """Plan for these customers, unless somebody else just has; the number of follow-ups."""
        there = self.env["key.account.follow.up"].search(
            [("profile_id", "in", list(due)), ("kind", "=", self.kind), ("state", "!=", "ended")]
        )
        open_for = there.filtered(lambda row: row.state == "open").profile_id
        profiles = self.env["key.account.profile"].browse(due).exists() - open_for
        problems = {profile: self._problem(self._by_kind("plan", profile)) for profile in profiles}
        possible = profiles.filtered(lambda profile: not problems[profile])
        users = self._whom_to_ask(possible, due)
        asked = possible.filtered(users.get)
        there.filtered(lambda row: row.profile_id in asked)._close(self.env._("It is due once more"))
        self._plan_drafts([self._draft(profile, due[profile.id], users[profile]) for profile in asked], result)
        result.planned += len(asked)
        result.nobody += len(possible - asked)
        for problem, customers in (profiles - possible).grouped(problems.get).items():
            self._skip(customers, problem, result)
        return len(asked)

    def _plan_drafts(self, drafts, result):
        """Create the follow-ups and their activities; the changes that caused them are followed up with that."""
        self._fill_in(drafts)
        rows = self.env["key.account.follow.up"].create([draft["row"] for draft in drafts])
        self._plan_work(rows, drafts, result)
        self._by_kind("see", self.env["key.account.transition"].concat(*[draft["changes"] for draft in drafts]))
        self.env.flush_all()

    def _draft(self, profile, since, user):
        """A follow-up in the words and on the day of who is asked."""
        changes = self._by_kind("changes", profile, since)
        words = self.with_context(lang=user.lang, tz=user.tz)
        of_words = {"lang": user.lang, "tz": user.tz}
        reason = words._by_kind("reason", profile.with_context(**of_words), since, changes.with_context(**of_words))
        return {
            "profile": profile,
            "user": user,
            "words": words,
            "changes": changes,
            "plan": self._by_kind("plan", profile),
            "row": {
                "profile_id": profile.id,
                "kind": self.kind,
                "since": changes[-1:].date if changes else since or self._today(),
                "transition_id": changes[-1:].id,
                "user_id": user.id,
                "summary": words._by_kind("summary"),
                "reason": reason,
            },
        }

    def _fill_in(self, drafts):
        """Note in the rows what was agreed last time, and where a playbook that is open already serves as well."""
        agreed = self._agreed_last_time([draft["profile"].partner_id.id for draft in drafts])
        for draft in drafts:
            profile, words, row = draft["profile"], draft["words"], draft["row"]
            row["agreed"] = words._agreed_sentence(agreed.get(profile.partner_id.id))
            if draft["plan"] and profile._has_open_play(draft["plan"]):
                row.update(state="handled", handled_date=words._today())

    def _plan_work(self, rows, drafts, result):
        """Plan the activities of follow-ups that are to be done, single ones or those of a playbook."""
        single, playbooks = [], defaultdict(list)
        for row, draft in zip(rows, drafts, strict=True):
            if not draft["plan"]:
                single.append((row, draft["words"]))
            elif row.state == "open":
                playbooks[draft["plan"], draft["user"]].append((row, draft["words"]))
        self._plan_single(single)
        for (plan, user), of_plan in playbooks.items():
            self._plan_playbook(plan, user, of_plan, result)

    def _plan_single(self, planned):
        activities = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": row.partner_id.id,
                    "activity_type_id": self.activity_type_id.id,
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
        profiles = self.env["key.account.profile"].browse([profile.id for profile in links])
        plays, remarks = self.env["key.account.play"]._start(profiles, plan, user, links)
        for (row, _words), play in zip(planned, plays, strict=True):
            row.play_id = play
        result.remarks += [remark for remark in remarks if remark not in result.remarks]

    def _problem(self, plan):
        """Why nothing can be planned by this rule, with this playbook if there is one; nothing if it can."""
        kind = self.activity_type_id
        if plan and not plan.template_ids:
            return self.env._("The playbook “%s” has no activities.", plan.name)
        if plan.company_id and plan.company_id != self.company_id:
            return self.env._("The playbook “%s” belongs to another company.", plan.name)
        if plan and plan.res_model != "res.partner":
            return self.env._("The playbook “%s” is not for contacts.", plan.name)
        if not plan and kind.res_model and kind.res_model != "res.partner":
            return self.env._("The activity type “%s” is not for contacts.", kind.name)
        return ""

    def _whom_to_ask(self, profiles, due):
        """Profile -> who is asked, the first who works here and may read the follow-up."""
        leaders = (profiles.account_manager_id | profiles.partner_id.user_id)._key_account_team_leaders()
        users = {}
        for profile in profiles:
            managers = (profile.account_manager_id, profile.partner_id.user_id)
            candidates = [
                *self._by_kind("asked_first", profile, due[profile.id]),
                *managers,
                *[leaders.get(manager) for manager in managers],
                profile.quadrant_id.responsible_id,
                self.user_id,
            ]
            able = (user for user in candidates if user and user._may_follow_up(self.company_id))
            if user := next(able, None):
                users[profile] = user
        return users

    # Words

    def _what_to_do(self):
        """The summary of the activity on the contact: the task, and nothing of how the customer stands."""
        return self._by_kind("to_do")

    def _link(self, follow_up):
        """The note of an activity: the way to the follow-up."""
        return Markup('<p><a href="/odoo/key-account-follow-ups/%s">%s</a></p>') % (
            follow_up.id,
            self.env._("Open the follow-up"),
        )

    def _why_gone(self, env):
        """Why a follow-up of this rule is closed."""
        if not self.active:
            return env._("Such follow-ups have been switched off")
        return self._by_kind("gone", env)

    def _agreed_last_time(self, partner_ids):
        """Customer's id -> day and text of the last activity done with feedback or, if later, of the last meeting.

        Of contacts that the company shares: what was agreed with another company's is not told.
        """
        if not partner_ids:
            return {}
        facts = self.env["key.account.facts"]
        # the SQL reads activities, meetings, their attendees and contacts
        self.env.flush_all()
        done = self.env.execute_query_dict(facts._agreed_sql(self.company_id, partner_ids))
        agreed = {row["partner_id"]: (row["day"], row["feedback"]) for row in done}
        zone = self.company_id._in_own_zone()
        for partner_id, event in self._last_meetings(partner_ids).items():
            day = event.start_date if event.allday else fields.Datetime.context_timestamp(zone, event.start).date()
            if partner_id not in agreed or agreed[partner_id][0] < day:
                agreed[partner_id] = (day, event._key_account_agreed())
        return {partner_id: (day, shortened(text)) for partner_id, (day, text) in agreed.items()}

    def _last_meetings(self, partner_ids):
        """Customer's id -> the last meeting, unless it is private."""
        facts = self.env["key.account.facts"]
        meetings = facts._last_meeting_sql(self.company_id, partner_ids, fields.Datetime.now())
        self.env.flush_all()
        found = {row["partner_id"]: row["id"] for row in self.env.execute_query_dict(meetings)}
        # sudo: which meetings are private is looked up to leave these out
        events = self.env["calendar.event"].sudo().browse(found.values())
        by_id = {event.id: event for event in events if event.effective_privacy != "private"}
        return {partner_id: by_id[event_id] for partner_id, event_id in found.items() if event_id in by_id}

    def _agreed_sentence(self, agreed):
        """The sentence on the last agreement, from its day and text; empty if there is none."""
        if not agreed:
            return False
        day, text = agreed
        return self.env._("Last time, on %(day)s: %(text)s", day=day_text(self.env, day), text=text)

    def _result_text(self, result):
        """The outcome of a run, for sales administrators."""
        lines = [
            self.env._(
                "%(planned)s planned, %(closed)s closed, %(escalated)s handed on.",
                planned=result.planned,
                closed=result.closed,
                escalated=result.escalated,
            )
        ]
        if result.nobody:
            lines.append(self.env._("For %s customers there is nobody to ask.", result.nobody))
        lines += self._by_kind("faults")
        lines += [f"{name}: {reason}" for name, reason in result.skipped[:NAMED_MAX]]
        lines += result.remarks[:NAMED_MAX]
        return "\n".join(lines)


def batches(ids):
    """The ids in batches."""
    return [ids[start : start + FOLLOW_UP_BATCH] for start in range(0, len(ids), FOLLOW_UP_BATCH)]
