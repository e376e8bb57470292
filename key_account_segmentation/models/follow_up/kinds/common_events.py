# SPDX-License-Identifier: LGPL-3.0-only
"""The common answers of kinds that a change causes, see ``key.account.transition``."""

from datetime import date

from odoo import models
from odoo.fields import Domain


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _event_defaults(self):
        return {"scope": "partners", "plan_id": False}

    def _event_summary(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _event_counts_from(self, row):
        """Changes are told apart by their order: two of them may be of the same day."""
        return row.transition_id.id or 0

    def _event_changes(self, _profile, since):
        return self.env["key.account.transition"].browse(since)

    def _event_see(self, changes):
        changes.is_followed_up = True

    def _event_unseen(self):
        """The changes this rule has not seen yet, the oldest first."""
        return self._unseen(Domain("is_followed_up", "!=", True) & Domain("event", "=", self.kind))

    def _unseen(self, domain):
        company = Domain("company_id", "=", self.company_id.id)
        return self.env["key.account.transition"].search(company & domain, order="id")

    def _event_due(self, known):
        """Profile id -> id of the change that is to be followed up; those that are not are done with.

        Of several changes the latest.
        """
        unseen = self._by_kind("unseen")
        latest = {change.profile_id.id: change for change in unseen}
        changes = unseen.concat(*latest.values()).filtered(lambda change: self._by_kind("starts", change))
        followed = self._by_kind("holding", self._in_scope(changes))
        # one that is open serves for the next change, too
        waiting = followed.filtered(
            lambda change: change.profile_id.id not in known or known[change.profile_id.id].is_handled
        )
        self._event_see(unseen - waiting)
        return {change.profile_id.id: change.id for change in followed}

    def _event_starts(self, change):
        """A new policy changes what customers are called, not what they do."""
        return change.cause != "policy"

    def _event_lasting(self, rows, _due):
        return set(self._by_kind("holding", rows.transition_id).profile_id.ids)

    def _event_holding(self, changes):
        """Of these changes those that have not been taken back since."""
        customer_ids = self._customer_ids(changes, self._by_kind("domain"))
        return changes.filtered(lambda change: change.profile_id.id in customer_ids)

    def _customer_ids(self, changes, domain):
        """Ids of the customers of these changes that fit; archived ones do not."""
        return set(self.env["key.account.profile"].search(self._customers_domain(changes) & domain).ids)

    def _customers_domain(self, changes):
        return Domain("id", "in", changes.profile_id.ids) & Domain("partner_id.active", "=", True)

    def _in_scope(self, changes):
        """Of these changes those of customers that the rule is about now, or was about until that day."""
        now = self._customer_ids(changes, self._scope_domain())
        if self.scope == "all":
            return changes.filtered(lambda change: change.profile_id.id in now)
        last_days = self._last_days_in_scope(changes.filtered(lambda change: change.profile_id.id not in now))
        until_then = changes.filtered(lambda change: last_days.get(change.profile_id, date.min) >= change.date)
        return changes.filtered(lambda change: change.profile_id.id in now) | until_then

    def _last_days_in_scope(self, changes):
        """Profile -> the day it left the scope, of customers of these changes that did so since the first of them."""
        left = Domain("what", "=", "type") & Domain("old_value", "!=", False)
        if self.scope == "partners":
            left |= Domain("what", "=", "category") & Domain("old_value", "=", "active_partner")
        before = self.env["key.account.transition"].search(
            Domain("profile_id", "in", changes.profile_id.ids)
            & Domain("partner_id.active", "=", True)
            & Domain("date", ">=", min(changes.mapped("date"), default=self._today()))
            & left
        )
        return {change.profile_id: change.date for change in before.sorted("date")}
