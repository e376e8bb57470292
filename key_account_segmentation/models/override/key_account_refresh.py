# SPDX-License-Identifier: LGPL-3.0-only
"""What counts: the last step of a refresh, and of whatever somebody sets by hand.

    type facts        pipeline, referrals, feedback                 _refresh_types
    suggested types   the rules of tools.account_types              _refresh_types
    what counts       by hand, computed, or still as before         _settle, by tools.settling
    changes           a key.account.transition for each             _settle
    chatter           of key accounts, if the company wants it       _tell_in_chatter
    automation rules  those registered for changes                  _run_automation_rules

The first refresh of a company puts nothing on record: nothing has changed, we only did not know before.
"""

import logging
from dataclasses import dataclass
from datetime import date

from odoo import models
from odoo.tools import SQL

from ...tools.account_types import Account, Limits, suggested_types
from ...tools.settling import (
    CATEGORY_LEVELS,
    PLACE_LEVELS,
    Standing,
    lifecycle_event,
    quadrant_event,
    settle,
)
from ..profile.overrides import BY_HAND, JUDGED

_logger = logging.getLogger(__name__)

#: Customers settled at once: read, decided and written together.
SETTLE_BATCH = 5000


@dataclass
class Levels:
    """How high each value is, for a policy."""

    #: quadrant id -> how often it is high; those of other policies are missing
    quadrants: dict
    #: quadrant id -> its place and name, those of other policies too
    places: dict
    #: type id -> the earlier in the list, the higher
    types: dict

    def quadrant(self, number):
        return self.quadrants.get(number, -1)

    def is_same_quadrant(self, old, new):
        """Whether two quadrants are one to people: policies of the same axes each have their own."""
        return old in self.places and self.places[old] == self.places.get(new)

    def type(self, number):
        return self.types.get(number, -1)


@dataclass
class Judgement:
    """What is settled in one go: the day, the rules, and how to tell what changed."""

    today: date
    days: int
    levels: Levels
    #: what is not held up: all of it when the policy is a new one, else what somebody has just set or taken back
    at_once: frozenset = frozenset()
    #: why whatever is not held up changes
    cause: str = "figures"
    user_id: int | None = None


class KeyAccountProfileSettling(models.Model):
    _inherit = "key.account.profile"

    def _refresh_types(self, work, partner_ids=None):
        """Pipeline, referrals, feedback, and the types they suggest.

        :returns: type -> why its rule cannot be used; who was suggested by it still is
        """
        customers = self._among(partner_ids)
        windows = self._windows(work.as_of, work.thresholds)
        update = self._type_facts_update_sql(work.company, windows, customers)
        self._update_figures(
            update, ["pipeline_amount", "potential_amount", "referral_count", "feedback_count_12m"], False
        )
        types = self.env["key.account.type"]._of(work.company)
        matches, faults = self._rule_matches(work.company, types.filtered("rule_domain"), partner_ids)
        ruled = set().union(*matches.values())
        self.env.cr.execute(
            self._type_candidates_sql(work.company, customers, work.thresholds.type_growth_min, list(ruled))
        )
        self._write_types(work, types, matches, {account_type.id for account_type in faults}, self.env.cr.fetchall())
        return faults

    def _rule_matches(self, company, types, partner_ids=None):
        """Of types people made the profiles that fit: type -> ids; and type -> why its rule cannot be used."""
        self.env.flush_all()
        matches, faults = {}, {}
        for account_type in types:
            ids, fault = account_type._rule_customers(company, partner_ids)
            if fault:
                faults[account_type] = fault
                _logger.warning("%s (%s)", account_type._rule_sentence(fault), company.name)
            else:
                matches[account_type] = ids
        return matches, faults

    def _write_types(self, work, types, matches, kept, candidates):
        """Write the suggested types of the candidates where they are others than the stored ones.

        :param matches: type with a rule -> ids of the profiles that fit
        :param kept: ids of the types that are suggested to whom they were
        """
        limits = self._type_limits(work)
        by_code = {account_type.code: account_type.id for account_type in types if account_type.code}
        order = {number: place for place, number in enumerate(types.ids)}
        changed, computed, pairs = [], [], []
        for profile_id, stored, suggested, *figures in candidates:
            codes = suggested_types(self._account(figures), limits)
            found = {by_code[code] for code in codes if code in by_code} | kept.intersection(suggested)
            found |= {account_type.id for account_type, ids in matches.items() if profile_id in ids}
            first = min(found, key=order.get, default=None)
            if found != set(suggested) or first != stored:
                changed.append(profile_id)
                computed.append(first)
                pairs += [(profile_id, number) for number in found]
        if changed:
            self._store_types(changed, computed, pairs)

    def _account(self, figures):
        """The figures in the order of ``Account``, amounts as plain numbers."""
        return Account(*figures)._replace(
            **{
                name: float(value or 0)
                for name, value in zip(Account._fields, figures, strict=True)
                if name in ("potential_amount", "revenue_12m", "referred_revenue_12m")
            },
            feedback_count_12m=figures[-1] or 0,
        )

    def _type_limits(self, work):
        """What the figures are measured by: by the company's last night."""
        thresholds = work.thresholds
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", work.company.id)], limit=1)
        border, revenue = portfolio.a_border, portfolio.revenue_positive_12m
        return Limits(
            growth_min=thresholds.type_growth_min,
            potential_min=thresholds.type_potential_share_min * border if border else None,
            image_min=thresholds.type_image_share_min * revenue if revenue else None,
            feedback_min=thresholds.type_feedback_min,
        )

    def _store_types(self, profile_ids, computed, pairs):
        self.env.cr.execute(SQL("DELETE FROM key_account_profile_type_rel WHERE profile_id = ANY(%s)", profile_ids))
        if pairs:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO key_account_profile_type_rel (profile_id, type_id)
                    SELECT * FROM UNNEST(%s, %s)
                        ON CONFLICT DO NOTHING
                    """,
                    [profile_id for profile_id, _type in pairs],
                    [number for _profile, number in pairs],
                )
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE key_account_profile AS figures
                   SET computed_type_id = new.type_id
                  FROM UNNEST(%s, %s::int[]) AS new (id, type_id)
                 WHERE figures.id = new.id
                   AND figures.computed_type_id IS DISTINCT FROM new.type_id
                """,
                profile_ids,
                computed,
            )
        )
        self.invalidate_model(["suggested_type_ids", "computed_type_id"])

    def _settle(self, work, partner_ids=None, at_once=frozenset(), cause="figures"):
        """Let count what counts, and put every change on record.

        :param at_once: which of category, quadrant and type are not held up
        :param cause: why those change
        """
        company = work.company
        judgement = Judgement(
            today=work.as_of,
            days=work.thresholds.stability_days,
            levels=self._levels(company),
            at_once=frozenset(at_once),
            cause=cause,
            user_id=self.env.uid if cause == "hand" else None,
        )
        after = 0
        while rows := self._unsettled(work, partner_ids, after):
            after = rows[-1]["id"]
            self._settle_rows(company, judgement, rows)

    def _unsettled(self, work, partner_ids, after):
        self.env.cr.execute(
            self._unsettled_sql(work.company, work.as_of, self._among(partner_ids), after, SETTLE_BATCH)
        )
        return self.env.cr.dictfetchall()

    def _levels(self, company):
        types = self.env["key.account.type"].with_context(active_test=False)._of(company)
        of_company = self.env["key.account.quadrant"].search([("company_id", "=", company.id)])
        quadrants = company.key_account_policy_id.quadrant_ids
        return Levels(
            quadrants={quadrant.id: PLACE_LEVELS[quadrant.place] for quadrant in quadrants},
            places={quadrant.id: (quadrant.place, quadrant.name) for quadrant in of_company},
            types={number: level for level, number in enumerate(reversed(types.ids))},
        )

    def _settle_rows(self, company, judgement, rows):
        updates, changes, ended = [], [], {what: [] for what in BY_HAND}
        for row in rows:
            settled = self._settled_row(judgement, row)
            for what in JUDGED:
                if settled[what].has_ended:
                    ended[what].append(row["id"])
            if self._development_has_ended(judgement, row):
                ended["development"].append(row["id"])
            changes += self._changes(judgement, row, settled)
            if update := self._settled_update(row, settled):
                updates.append(update)
        if updates:
            self.env.cr.execute(self._settled_update_sql(updates))
        self._forget_by_hand(ended)
        names = ["category", "quadrant_id", "main_type_id"]
        self.invalidate_model()
        self.browse([update[0] for update in updates]).modified(names)
        # sudo: what happens is put on record for everybody, and by nobody
        if changes and company.sudo().key_account_is_known:
            self._put_on_record(company, judgement.today, changes)

    def _settled_row(self, judgement, row):
        """What counts of a customer: a ``Settled`` each for category, quadrant and type."""
        levels = judgement.levels
        is_lost = row["lifecycle"] == "lost"

        def settled(what, standing, level):
            days = 0 if is_lost or what in judgement.at_once else judgement.days
            return settle(standing, judgement.today, level, days)

        known = levels.quadrants
        return {
            "category": settled(
                "category",
                Standing(
                    row["category"],
                    row["computed_category"],
                    row["category_falling_since"],
                    row["manual_category"] is not None,
                    row["manual_category"],
                    row["manual_category_until"],
                ),
                CATEGORY_LEVELS.get,
            ),
            "quadrant": settled(
                "quadrant",
                Standing(
                    # a quadrant of another policy says nothing any more
                    row["quadrant_id"] if row["quadrant_id"] in known else None,
                    row["computed_quadrant_id"],
                    row["quadrant_falling_since"],
                    row["manual_quadrant_id"] in known,
                    row["manual_quadrant_id"],
                    row["manual_quadrant_until"],
                ),
                levels.quadrant,
            ),
            "type": settled(
                "type",
                Standing(
                    row["main_type_id"],
                    row["computed_type_id"],
                    row["type_falling_since"],
                    row["not_key_account"] or row["manual_type_id"] is not None,
                    None if row["not_key_account"] else row["manual_type_id"],
                    row["manual_type_until"],
                ),
                levels.type,
            ),
        }

    def _development_has_ended(self, judgement, row):
        until = row["cannot_be_developed_until"]
        return row["cannot_be_developed"] and until is not None and until < judgement.today

    def _settled_update(self, row, settled):
        """The row to be written, nothing if all is as stored."""
        category, quadrant, kind = settled["category"], settled["quadrant"], settled["type"]
        new = (
            category.value,
            category.falling_since,
            quadrant.value,
            quadrant.falling_since,
            kind.value,
            kind.falling_since,
        )
        stored = (
            row["category"],
            row["category_falling_since"],
            row["quadrant_id"],
            row["quadrant_falling_since"],
            row["main_type_id"],
            row["type_falling_since"],
        )
        are_noted = row["lifecycle"] == row["settled_lifecycle"] and row["is_major"] == row["settled_major"]
        return None if new == stored and are_noted else (row["id"], *new)

    def _changes(self, judgement, row, settled):
        """What has changed of a customer, as rows for ``_transition_insert_sql``."""
        yield from self._type_changes(judgement, row, settled["type"])
        yield from self._judged_change(judgement, row, "category", settled["category"], row["category"], "other")
        quadrant = settled["quadrant"]
        old = row["quadrant_id"]
        event = "other"
        if old in judgement.levels.quadrants:
            event = quadrant_event(judgement.levels.quadrant(old), judgement.levels.quadrant(quadrant.value))
        is_news = old is not None and (quadrant.has_ended or not judgement.levels.is_same_quadrant(old, quadrant.value))
        if is_news:
            yield from self._judged_change(judgement, row, "quadrant", quadrant, old, event)
        if row["lifecycle"] != row["settled_lifecycle"]:
            event = lifecycle_event(row["settled_lifecycle"], row["lifecycle"])
            yield self._change(row, "lifecycle", row["settled_lifecycle"], row["lifecycle"], event, judgement)
        if row["is_major"] != row["settled_major"]:
            event = "became_major" if row["is_major"] else "no_major"
            yield self._change(row, "major", row["settled_major"], row["is_major"], event, judgement)
        if self._development_has_ended(judgement, row):
            by_hand = (row["cannot_be_developed_by_id"], row["cannot_be_developed_reason"])
            yield (row["id"], "development", "no", None, "other", "ended", *by_hand)

    def _type_changes(self, judgement, row, settled):
        old = row["main_type_id"]
        event = "other"
        if old is None or settled.value is None:
            event = "no_key_account" if settled.value is None else "became_key_account"
        yield from self._judged_change(judgement, row, "type", settled, old, event)

    def _judged_change(self, judgement, row, what, settled, old, event):
        """The change of what can be set by hand; that this has ended is one, even if the figures lead to the same."""
        if settled.value == old and not settled.has_ended:
            return
        event = event if settled.value != old else "other"
        yield self._change(row, what, old, settled.value, event, judgement, settled.has_ended)

    def _change(self, row, what, old, new, event, judgement, has_ended=False):
        cause, user_id, reason = "figures", None, None
        if has_ended:
            cause, user_id, reason = "ended", row[f"manual_{what}_by_id"], row[f"manual_{what}_reason"]
        elif what in judgement.at_once:
            cause, user_id = judgement.cause, judgement.user_id
            reason = row[f"manual_{what}_reason"] if cause == "hand" else None
        return (row["id"], what, str(old) if old else None, str(new) if new else None, event, cause, user_id, reason)

    def _forget_by_hand(self, ended):
        """Empty what was set by hand and has ended."""
        for what, profile_ids in ended.items():
            if profile_ids:
                emptied = SQL(", ").join([SQL("%s = NULL", SQL.identifier(name)) for name in BY_HAND[what]])
                self.env.cr.execute(SQL("UPDATE key_account_profile SET %s WHERE id = ANY(%s)", emptied, profile_ids))

    def _put_on_record(self, company, today, changes):
        """Make the transitions, tell of those of key accounts, and run what people have registered for changes."""
        self.env.cr.execute(
            self._transition_insert_sql(today, self.env.cr.now(), self.env.uid, company.key_account_policy_id, changes)
        )
        # sudo: as above
        transitions = self.env["key.account.transition"].sudo().browse([row[0] for row in self.env.cr.fetchall()])
        key_accounts = transitions.filtered(lambda change: change.what == "type" or change.profile_id.main_type_id)
        key_accounts._tell_in_chatter()
        transitions._run_automation_rules()
