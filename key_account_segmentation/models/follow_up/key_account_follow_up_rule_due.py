# SPDX-License-Identifier: LGPL-3.0-only
"""What is due by a rule: a domain finds the customers it may be about, a rule of ``tools.follow_up`` decides.

    by how customers stand     contact, rhythm, reminder, payment, review       _due_*
    by what has changed        events, and the end of what was set by hand      _pending

``known`` is what is there already: profile id -> ``tools.follow_up.Known``.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.effective import PLACE_LEVELS
from ...tools.follow_up import (
    ENDED,
    STATES,
    contact_since,
    event_holds,
    is_planned,
    reminder_since,
    rhythm_since,
)
from ...tools.thresholds import CADENCE_DAYS
from ..profile.overrides import BY_HAND, has_override


class Standing(NamedTuple):
    """How a customer stands, as far as changes are about it."""

    is_key_account: bool
    lifecycle: str | None
    is_major: bool
    #: how high its quadrant is
    level: int


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _to_do(self, rows):
        """What is to be planned: profile id -> what it counts from; and those of the follow-ups whose cause is gone.

        :param rows: the follow-ups of this kind that have not ended
        """
        if not self.active:
            self._unseen()[self._mark()] = True
            return {}, rows
        known = rows._known()
        if fault := self._days_fault():
            raise UserError(fault)
        if self.kind in STATES:
            due = holding = getattr(self, f"_due_{self.kind}")(known)
        else:
            due, holding = self._pending(known), self._still_holding(rows)
        again_after = self._again_after(known) if self.kind == "contact" else {}
        today = self._today()
        planned = {
            profile_id: since
            for profile_id, since in due.items()
            if is_planned(known.get(profile_id), since, today, again_after.get(profile_id, 0))
        }
        left_alone = self._left_alone(rows)
        return planned, (rows - left_alone).filtered(
            lambda row: row.profile_id.id not in holding and row.profile_id.id not in planned
        )

    def _types(self):
        """The key account types of the company, archived ones too."""
        return self.env["key.account.type"].with_context(active_test=False)._of(self.company_id)

    def _type_faults(self):
        """Why nobody is contacted in the rhythm of some types."""
        faults = [account_type._contact_fault() for account_type in self._types()] if self.kind == "contact" else []
        return list(filter(None, faults))

    def _left_alone(self, rows):
        """Of these follow-ups those that stay as they are, because no rhythm can be worked out."""
        if self.kind != "contact":
            return rows.browse()
        return rows.filtered(lambda row: row.profile_id.main_type_id._contact_fault())

    def _today(self):
        return self.company_id._key_account_today()

    def _scope_domain(self):
        """Whom the rule is about as they are today."""
        living = Domain("company_id", "=", self.company_id.id) & Domain("partner_id.active", "=", True)
        if self.scope == "all":
            return living
        key_accounts = Domain("main_type_id", "!=", False)
        if self.scope == "key_accounts":
            return living & key_accounts
        return living & (key_accounts | Domain("category", "=", "active_partner"))

    def _figures(self, domain, *names):
        """Rows of (profile id, figures...)."""
        profiles = self.env["key.account.profile"]
        query = profiles._search(domain)
        return self.env.execute_query(
            query.select(*[profiles._field_to_sql(query.table, name, query) for name in ("id", *names)])
        )

    def _due_contact(self, known):
        """Key accounts whom nobody has contacted for the days of their type: by the last night, then by today."""
        today = self._today()
        candidates = []
        types = self._types().filtered(lambda it: it.contact_days and not it._contact_fault())
        domain = self._scope_domain() & Domain("create_date", "<", today + timedelta(days=1))
        for account_type in types:
            day = today - timedelta(days=account_type.contact_days)
            silent = Domain.AND(
                Domain(name, "=", False) | Domain(name, "<=", day)
                for name in ("last_contact_date", "last_invoice_date")
            )
            rows = self._figures(
                domain & silent & Domain("main_type_id", "=", account_type.id),
                "partner_id", "last_contact_date", "last_invoice_date", "create_date",
            )  # fmt: skip
            candidates += [(account_type.contact_days, *row) for row in rows]
        touched = self._last_touch([partner_id for _days, _id, partner_id, *_dates in candidates])
        due = {}
        for days, profile_id, partner_id, contacted, invoiced, known_since in candidates:
            contacts = [day for day in (contacted, invoiced, touched.get(partner_id)) if day]
            # contacts are remembered as long as the policy counts work with a customer
            remembered = known[profile_id].since if profile_id in known else known_since.date()
            since = contact_since(max(contacts, default=remembered), days, today)
            if since:
                due[profile_id] = since
        return due

    def _last_touch(self, partner_ids):
        """The last contact up to now by customer: activities, meetings, messages, orders."""
        if not partner_ids:
            return {}
        facts = self.env["key.account.facts"]
        windows = facts._windows(self._today(), self.company_id.key_account_policy_id._thresholds())
        self.env.flush_all()
        rows = self.env.execute_query(
            facts._engagement_sql(
                self.company_id, windows, lambda column: facts._customers_listed_sql(column, partner_ids)
            )
        )
        touched = {partner_id: day for partner_id, _count, day in rows if day}
        for partner_id, day in self._last_order(partner_ids).items():
            touched[partner_id] = max(day, touched.get(partner_id, day))
        return touched

    def _last_order(self, partner_ids):
        """The day of the last confirmed order by customer, where orders are taken in Odoo."""
        if "sale.order" not in self.env:
            return {}
        # sudo: a confirmed order is a contact, whoever took it
        latest = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "sale"),
                    ("partner_id.commercial_partner_id", "in", partner_ids),
                ],
                ["partner_id"],
                ["date_order:max"],
            )
        )
        days = {}
        for contact, ordered in latest:
            customer = contact.commercial_partner_id.id
            days[customer] = max(ordered.date(), days.get(customer, ordered.date()))
        return days

    def _again_after(self, known):
        """Days after which somebody is asked again to get in touch: the rhythm of the type."""
        profiles = self.env["key.account.profile"].browse(known)
        return {
            profile.id: profile.main_type_id.contact_days
            for profile in profiles.exists()
            if not profile.main_type_id._contact_fault()
        }

    def _expecting(self, domain, *names):
        """Monthly and periodic customers of whom a purchase is expected."""
        steady = Domain("recurrence", "in", ["monthly", "periodic"])
        return self._figures(self._scope_domain() & steady & domain, "expected_next_date", "cadence", *names)

    def _tolerance(self, cadence):
        """Days a purchase may be late without meaning anything; None without a steady rhythm."""
        return (
            self.company_id.key_account_policy_id._thresholds().tolerance(cadence) if cadence in CADENCE_DAYS else None
        )

    def _due_rhythm(self, known):
        """Who is lost already is not called before being gone; a call that is planned stays."""
        today = self._today()
        tolerance = {cadence: self._tolerance(cadence) for cadence in (*CADENCE_DAYS, "irregular", "none", None)}
        return {
            profile_id: since
            for profile_id, expected, cadence, lifecycle in self._expecting(
                Domain("expected_next_date", "<", today), "lifecycle"
            )
            if (lifecycle != "lost" or profile_id in known)
            and (since := rhythm_since(expected, tolerance[cadence], lifecycle, today))
        }

    def _due_reminder(self, _known):
        today = self._today()
        tolerance = {cadence: self._tolerance(cadence) for cadence in (*CADENCE_DAYS, "irregular", "none", None)}
        soon = Domain("expected_next_date", "<=", today + timedelta(days=self.days))
        return {
            profile_id: since
            for profile_id, expected, cadence in self._expecting(soon)
            if (since := reminder_since(expected, self.days, tolerance[cadence], today))
        }

    def _due_payment(self, _known):
        late = Domain("overdue_share", ">", self.overdue_limit) & Domain("open_amount", ">", 0)
        return {profile_id: None for (profile_id,) in self._figures(self._scope_domain() & late)}

    def _due_review(self, _known):
        living = Domain("company_id", "=", self.company_id.id) & Domain("partner_id.active", "=", True)
        return dict(self._figures(living & Domain("review_date", "<=", self._today()), "review_date"))

    def _mark(self):
        """The field of a change that says that this rule has seen it."""
        return "is_end_told" if self.kind == ENDED else "is_followed_up"

    def _unseen(self):
        """The changes this rule has not seen yet, the oldest first."""
        domain = Domain("company_id", "=", self.company_id.id) & Domain(self._mark(), "!=", True)
        if self.kind == ENDED:
            domain &= Domain("cause", "=", "ended")
        else:
            domain &= Domain("event", "=", self.kind)
        return self.env["key.account.transition"].search(domain, order="id")

    def _pending(self, known):
        """Profile id -> id of the change that is to be followed up; those that are not are done with.

        Of several by the same event the latest. Of several that ended the first: each author is told in turn.
        """
        unseen = self._unseen()
        if self.kind == ENDED:
            followed = unseen.filtered(lambda change: change.partner_id.active)
            (unseen - followed).is_end_told = True
            return {change.profile_id.id: change.id for change in reversed(followed)}
        latest = {change.profile_id.id: change for change in unseen}
        changes = unseen.concat(*latest.values()).filtered(self._counts)
        followed = self._holding(self._in_scope(changes))
        # one that is open serves for the next change, too
        waiting = followed.filtered(
            lambda change: change.profile_id.id not in known or known[change.profile_id.id].is_handled
        )
        (unseen - waiting).is_followed_up = True
        return {change.profile_id.id: change.id for change in followed}

    def _counts(self, change):
        """A new policy changes what customers are called, not what they do: only new key accounts are followed up then."""
        return change.cause != "policy" or change.event == "became_key_account"

    def _in_scope(self, changes):
        """Of these changes those of customers whom the rule is about now, or was about until that day."""
        ids = changes.profile_id.ids
        living = Domain("id", "in", ids) & Domain("partner_id.active", "=", True)
        if self.scope == "all":
            now = self.env["key.account.profile"].search(living)
            return changes.filtered(lambda change: change.profile_id in now)
        now = self.env["key.account.profile"].search(self._scope_domain() & living)
        left = Domain("what", "=", "type") & Domain("old_value", "!=", False)
        if self.scope == "partners":
            left |= Domain("what", "=", "category") & Domain("old_value", "=", "active_partner")
        others = changes.profile_id - now
        before = self.env["key.account.transition"].search(
            Domain("profile_id", "in", others.ids)
            & Domain("partner_id.active", "=", True)
            & Domain("date", ">=", min(changes.mapped("date"), default=self._today()))
            & left
        )
        last_days = {change.profile_id: change.date for change in before.sorted("date")}
        until_then = changes.filtered(lambda change: last_days.get(change.profile_id, date.min) >= change.date)
        return changes.filtered(lambda change: change.profile_id in now) | until_then

    def _holding(self, changes):
        """Of these changes those that have not been taken back since."""
        if not changes:
            return changes
        levels = self._quadrant_levels()
        standings = self._standings(changes.profile_id.ids, levels)

        def holds(change):
            standing = standings.get(change.profile_id.id)
            then = levels.get(int(change.new_value or 0), -2) if self.kind == "fell_quadrant" else 0
            return standing and event_holds(self.kind, standing, then)

        return changes.filtered(holds)

    def _quadrant_levels(self):
        """How high each quadrant of the company is; the lowest is to be in none."""
        quadrants = self.env["key.account.quadrant"].search([("company_id", "=", self.company_id.id)])
        return {0: -1} | {quadrant.id: PLACE_LEVELS[quadrant.place] for quadrant in quadrants}

    def _standings(self, profile_ids, levels):
        """Profile id -> how it stands; archived customers stand nowhere."""
        rows = self._figures(
            Domain("id", "in", profile_ids) & Domain("partner_id.active", "=", True),
            "main_type_id", "lifecycle", "is_major", "quadrant_id",
        )  # fmt: skip
        return {
            profile_id: Standing(type_id is not None, lifecycle, is_major, levels.get(quadrant_id or 0, -1))
            for profile_id, type_id, lifecycle, is_major, quadrant_id in rows
        }

    def _still_holding(self, rows):
        """Ids of the profiles of these follow-ups whose change has not been taken back."""
        if self.kind == ENDED:
            return {row.profile_id.id for row in rows if row.partner_id.active and not row._is_set_again()}
        return set(self._holding(rows.transition_id).profile_id.ids)


class KeyAccountFollowUp(models.Model):
    _inherit = "key.account.follow.up"

    def _is_set_again(self):
        """Whether somebody has set by hand anew what had ended."""
        what = self.transition_id.what
        return what in BY_HAND and has_override(self.profile_id, what)
