"""Follow-ups: what is due is planned once, handed on when nobody acts, taken back when its cause is gone.

    what is due          tools.follow_up over the customers who may be concerned        _due_of
    changes              key.account.transition since the last one looked at            _follow_up_changes
    for whom             account manager, salesperson, team leader, quadrant, rule      _follow_up_user
    one and no second    key.account.follow.up, unique while its cause lasts

A batch of customers is a transaction. One that cannot be followed up is skipped and told in the log; the others are not.
"""

import logging
from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.follow_up import Account, due
from .key_account_follow_up_rule import CHANGES

_logger = logging.getLogger(__name__)

#: Customers followed up in one transaction.
FOLLOW_UP_BATCH = 500

#: So many customers are named in a digest; the rest is a number.
NAMED_MAX = 10


class KeyAccountProfileFollowUp(models.Model):
    _inherit = "key.account.profile"

    follow_up_ids = fields.One2many("key.account.follow.up", "profile_id", string="Follow-ups")

    @api.model
    def _cron_follow_up(self):
        """Plan, hand on and take back follow-ups in every company, a batch of customers per transaction."""
        progress = self.env["ir.cron"]._commit_progress
        left = progress(remaining=1)
        for company in self.env["res.company"].search([("key_account_is_known", "=", True)]):
            planned = defaultdict(list)
            for _batch in self._follow_up_batches(company, planned):
                left = progress(1, remaining=1)
                if not left:
                    return
            self._send_digests(company, planned)
        self.env["key.account.hand.over"]._propose_hand_overs()
        progress(remaining=0)

    @api.model
    def _follow_up_companies(self, companies):
        """The same for these companies in this transaction; the number of follow-ups planned."""
        count = 0
        for company in companies.filtered("key_account_is_known"):
            planned = defaultdict(list)
            for _batch in self._follow_up_batches(company, planned):
                pass
            self._send_digests(company, planned)
            count += sum(map(len, planned.values()))
        return count

    def _follow_up_batches(self, company, planned):
        """Follow up a company's customers, batch by batch.

        :param planned: user -> follow-ups planned for them, added to
        """
        all_rules = self.env["key.account.follow.up.rule"].with_context(active_test=False)
        all_rules._ensure(company)
        all_rules = all_rules.search([("company_id", "=", company.id)])
        rules = all_rules.filtered("active")
        ids = self.search(self._concerned_domain(company, rules), order="id").ids
        for start in range(0, len(ids), FOLLOW_UP_BATCH):
            self.browse(ids[start : start + FOLLOW_UP_BATCH])._follow_up_safely(rules, planned, "_follow_up")
            yield
        for rule in all_rules.filtered(lambda it: it.kind in CHANGES):
            yield from self._follow_up_changes(rule, planned)

    def _concerned_domain(self, company, rules):
        """Customers of whom something may be due, and those of whom something is being followed up."""
        kinds = set(rules.mapped("kind"))
        today = fields.Date.context_today(self)
        ahead = today + timedelta(days=max([rule.days for rule in rules if rule.kind == "reminder"], default=0))
        concerned = Domain("follow_up_ids", "any", [("ended_on", "=", False)])
        if "contact" in kinds:
            concerned |= Domain("main_type_id.contact_days", ">", 0)
        if kinds & {"rhythm", "reminder"}:
            concerned |= Domain("recurrence", "in", ["monthly", "periodic"]) & Domain("expected_next_date", "<=", ahead)
        if "payment" in kinds:
            concerned |= Domain("overdue_share", ">", 0) & Domain("open_amount", ">", 0)
        if "review" in kinds:
            concerned |= Domain("review_date", "<=", today)
        return Domain("company_id", "=", company.id) & concerned

    def _follow_up_safely(self, rules, planned, method):
        """Follow up these customers; if one of them cannot be, it alone is skipped."""
        found = defaultdict(list)
        try:
            with self.env.cr.savepoint():
                getattr(self, method)(rules, found)
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except UniqueViolation:
            _logger.info("Somebody else is planning the follow-ups of %s customers", len(self))
        except Exception:
            if len(self) == 1:
                _logger.exception("The follow-ups of customer %s could not be planned", self.partner_id.id)
                return
            middle = len(self) // 2
            for half in (self[:middle], self[middle:]):
                half._follow_up_safely(rules, planned, method)
        else:
            for user, follow_ups in found.items():
                planned[user] += follow_ups

    def _follow_up(self, rules, planned):
        """Plan what has become due of these customers, hand on what nobody does, take back what has no cause any more."""
        today = fields.Date.context_today(self)
        by_kind = {rule.kind: rule for rule in rules}
        lasting = self.follow_up_ids.filtered(lambda it: not it.ended_on)
        known = {(it.profile_id, it.kind): it for it in lasting}
        dues = self._due_of(rules, today)
        obsolete = lasting.filtered(lambda it: not it._has_cause(by_kind, dues))
        obsolete._end(today, self.env._("Follow-ups taken back: there is no cause for them any more."))
        for follow_up in lasting - obsolete:
            follow_up._keep(by_kind[follow_up.kind], today)
        # what has ended makes room for the same matter anew
        lasting.flush_recordset()
        new = [
            (profile, kind, since)
            for profile in self
            for kind, since in dues[profile].items()
            if (profile, kind) not in known or known[profile, kind].ended_on
        ]
        self._plan(by_kind, new, today, planned)

    def _due_of(self, rules, today):
        """Profile -> kind -> since when, of what is due."""
        matters = rules._matters()
        orders = self._last_orders()
        by_kind = {rule.kind: rule for rule in rules}
        dues = {}
        for profile in self:
            found = due(profile._followed_account(orders), matters, today) if profile.partner_id.active else {}
            dues[profile] = {kind: since for kind, since in found.items() if by_kind[kind]._is_of(profile)}
        return dues

    def _followed_account(self, orders):
        last = [self.last_contact_date, self.last_invoice_date, orders.get(self.partner_id.id)]
        began = self.create_date.date() if self.create_date else None
        return Account(
            is_key_account=bool(self.main_type_id),
            contact_days=self.main_type_id.contact_days,
            last_contact=max(filter(None, last), default=began),
            recurrence=self.recurrence,
            lifecycle=self.lifecycle or None,
            expected_next_date=self.expected_next_date or None,
            open_amount=self.open_amount or 0.0,
            overdue_share=None if self.overdue_share is False else self.overdue_share,
            review_date=self.review_date or None,
        )

    def _last_orders(self):
        """Customer's id -> day of their last confirmed sales order, where Sales is installed."""
        if "sale.order" not in self.env or not self:
            return {}
        # sudo: when a customer last ordered counts, whoever took the order
        orders = self.env["sale.order"].sudo()
        groups = orders._read_group(
            [
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "=", "sale"),
            ],
            ["partner_id"],
            ["date_order:max"],
        )
        days = {}
        for contact, last in groups:
            customer = contact.commercial_partner_id.id
            days[customer] = max(days.get(customer, last.date()), last.date())
        return days

    def _follow_up_changes(self, rule, planned):
        """Follow up the changes of a kind since the last one that was looked at; those of a rule that is off are passed."""
        transitions = self.env["key.account.transition"]
        if not rule.active:
            rule.seen_number = transitions.search([], limit=1).id
            return
        what = [("cause", "=", "ended")] if rule.kind == "override_ended" else [("event", "=", rule.kind)]
        while changes := transitions.search(
            [*what, ("company_id", "=", rule.company_id.id), ("id", ">", rule.seen_number)],
            order="id",
            limit=FOLLOW_UP_BATCH,
        ):
            customers = changes.profile_id
            customers.with_context(key_account_changes=changes.ids)._follow_up_safely(rule, planned, "_plan_changes")
            rule.seen_number = changes[-1].id
            yield

    def _plan_changes(self, rule, planned):
        """Follow up the last of the changes in the context of each customer, if it still holds."""
        today = fields.Date.context_today(self)
        changes = self.env["key.account.transition"].browse(self.env.context["key_account_changes"])
        last = {change.profile_id: change for change in changes.filtered(lambda it: it.profile_id in self)}
        was = rule._was_of(last.values())
        lasting = self.follow_up_ids.filtered(lambda it: not it.ended_on and it.kind == rule.kind).profile_id
        new = [
            (profile, rule.kind, change.date)
            for profile, change in last.items()
            if profile not in lasting
            and profile.partner_id.active
            and (rule._is_of(profile) or profile in was)
            and change._holds()
        ]
        self._plan({rule.kind: rule}, new, today, planned, last)

    def _plan(self, rules, new, today, planned, changes=None):
        """Plan an activity, or a playbook, for each matter that is new.

        :param new: list of (profile, kind, since)
        :param changes: profile -> transition, where the matter is one
        """
        agreed = self._last_agreed([profile for profile, _kind, _since in new])
        rows, activities = [], []
        for profile, kind, since in new:
            rule = rules[kind]
            change = (changes or {}).get(profile, self.env["key.account.transition"])
            user = change.user_id if kind == "override_ended" else profile._follow_up_user(rule)
            user = user if user.active and not user.share else profile._follow_up_user(rule)
            if not user:
                _logger.info("Nobody to follow up customer %s (%s)", profile.partner_id.id, kind)
                continue
            words = profile.with_context(lang=user.lang or self.env.lang)
            reason = words._follow_up_reason(kind, change)
            row = {
                "profile_id": profile.id,
                "kind": kind,
                "since": since,
                "planned_on": today,
                "reason": reason,
                "user_id": user.id,
                "transition_id": change.id,
            }
            plan = rule.plan_id or (kind == "became_key_account" and profile.main_type_id.plan_id)
            if kind in CHANGES and plan and plan.template_ids:
                row["play_id"] = profile._play_for_follow_up(plan, user).id
            else:
                activities.append((len(rows), words._follow_up_activity(rule, reason, user, today, agreed)))
            rows.append(row)
        made = (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create([values for _place, values in activities])
        )
        for (place, _values), activity in zip(activities, made, strict=True):
            rows[place]["activity_id"] = activity.id
        for follow_up in self.env["key.account.follow.up"].create(rows):
            planned[follow_up.user_id].append(follow_up.id)

    def _play_for_follow_up(self, plan, user):
        """The open play of this playbook, started if there is none."""
        opened = self.open_play_ids.filtered(lambda play: play.plan_id == plan)[:1]
        return opened or self._start_play(plan, user, automated=True)

    def _follow_up_activity(self, rule, reason, user, today, agreed):
        """The values of the activity: why, and what was agreed last time."""
        note = Markup("<p>%s</p>") % reason
        if self.partner_id.id in agreed:
            day, text = agreed[self.partner_id.id]
            note += Markup("<p>%s</p>") % self.env._(
                "Last time, %(day)s: %(text)s", day=self._date_text(day), text=text
            )
        kind = rule.activity_type_id or self.env.ref("mail.mail_activity_data_todo")
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner_id.id,
            "activity_type_id": kind.id,
            "summary": dict(rule._fields["kind"]._description_selection(self.env))[rule.kind],
            "note": note,
            "user_id": user.id,
            "date_deadline": today,
            "automated": True,
        }

    def _follow_up_user(self, rule):
        """Who follows up: the first of those in question who is there and works here."""
        managers = self.account_manager_id | self.partner_id.user_id
        leaders = managers.with_context(active_test=False).crm_team_ids.user_id
        for user in managers | leaders | self.quadrant_id.responsible_id | rule.user_id:
            if user.active and not user.share:
                return user
        return self.env["res.users"]

    def _follow_up_reason(self, kind, change):
        """Why, with the figures, in a sentence."""
        if kind == "contact":
            last = max(filter(None, [self.last_contact_date, self.last_invoice_date]), default=None)
            return self.env._(
                "%(type)s: a contact every %(days)s days. Last contact: %(day)s.",
                type=self.main_type_id.name,
                days=self.main_type_id.contact_days,
                day=self._day_or_dash(last),
            )
        if kind in ("rhythm", "reminder"):
            return self.env._(
                "Buys in a rhythm (%(recurrence)s), last on %(last)s; the next purchase was expected on %(day)s. "
                "Revenue of 12 months: %(revenue)s.",
                recurrence=self._label("recurrence", self.recurrence),
                last=self._day_or_dash(self.last_invoice_date),
                day=self._day_or_dash(self.expected_next_date),
                revenue=self._money_text(self.revenue_12m),
            )
        if kind == "payment":
            return self.env._(
                "%(share)s %% of the open %(amount)s are overdue.",
                share=self._number_text(round(self.overdue_share * 100)),
                amount=self._money_text(self.open_amount),
            )
        if kind == "review":
            return self.env._(
                "To be looked at again on %(day)s: %(reason)s",
                day=self._day_or_dash(self.review_date),
                reason=self.manual_type_reason or self.main_type_id.name or "",
            )
        return change.with_context(lang=self.env.lang)._follow_up_sentence()

    def _last_agreed(self, profiles):
        """Customer's id -> day and feedback of the last activity that was done with them."""
        ids = [profile.partner_id.id for profile in profiles]
        if not ids:
            return {}
        self.env["mail.activity"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (res_id) res_id, date_done, COALESCE(NULLIF(feedback, ''), summary)
                  FROM mail_activity
                 WHERE res_model = 'res.partner'
                   AND res_id = ANY(%s)
                   AND date_done IS NOT NULL
                   AND COALESCE(NULLIF(feedback, ''), summary) IS NOT NULL
                 ORDER BY res_id, date_done DESC, id DESC
                """,
                ids,
            )
        )
        return {res_id: (day, text) for res_id, day, text in rows}

    def _send_digests(self, company, planned):
        """One message to each person, however many follow-ups were planned for them."""
        for user, follow_up_ids in planned.items():
            if not user.email and user.notification_type == "email":
                continue
            follow_ups = self.env["key.account.follow.up"].with_context(lang=user.lang).browse(follow_up_ids)
            words = follow_ups.env
            lines = [
                Markup("<li><b>%s</b>: %s</li>") % (it.partner_id.display_name, it.reason)
                for it in follow_ups[:NAMED_MAX]
            ]
            more = len(follow_ups) - NAMED_MAX
            if more > 0:
                lines.append(Markup("<li>%s</li>") % words._("%(count)s more, in your activities.", count=more))
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=words._(
                    "%(company)s: follow-ups for you: %(count)s", company=company.name, count=len(follow_ups)
                ),
                body=Markup("<ul>%s</ul>") % Markup().join(lines),
            )
