# SPDX-License-Identifier: LGPL-3.0-only
"""What counts: the last step of a refresh, and of whatever somebody sets by hand.

    what counts       by hand, computed, or still as before         _settle, by tools.settling
    changes           a key.account.transition for each             _settle
    chatter           of key accounts, if the company wants it       _tell_in_chatter
    automation rules  those registered for changes                  _run_automation_rules

The first refresh of a company puts nothing on record: nothing has changed, we only did not know before.
"""

import logging
from dataclasses import dataclass
from datetime import date

from odoo import api, models
from odoo.tools import SQL

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


class KeyAccountRefresh(models.AbstractModel):
    _inherit = "key.account.refresh"

    @api.model
    def _steps(self, work):
        """What people set by hand today says nothing of a past day."""
        return [*super()._steps(work), *(["_take_effect"] if work.target.is_today else [])]

    def _take_effect(self, work):
        self._settle(work, JUDGED if work.cause == "policy" else frozenset(), work.cause)

    def _settle(self, work, at_once=frozenset(), cause="figures"):
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
        while rows := self._unsettled(work, after):
            after = rows[-1]["id"]
            self._settle_rows(company, judgement, rows)

    def _unsettled(self, work, after):
        self.env.cr.execute(
            self._unsettled_sql(work.company, work.as_of, self._listed(work.partner_ids), after, SETTLE_BATCH)
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
        profiles = self.env["key.account.profile"]
        profiles.invalidate_model()
        profiles.browse([update[0] for update in updates]).modified(names)
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

    def _unsettled_sql(self, company, as_of, customers, after, limit):
        """One row per customer of whom something counts that is not simply what the figures lead to, by id."""
        return SQL(
            """
            SELECT id,
                   lifecycle,
                   settled_lifecycle,
                   COALESCE(is_major, FALSE) AS is_major,
                   COALESCE(settled_major, FALSE) AS settled_major,
                   category,
                   computed_category,
                   category_falling_since,
                   manual_category,
                   manual_category_until,
                   manual_category_by_id,
                   manual_category_reason,
                   quadrant_id,
                   computed_quadrant_id,
                   quadrant_falling_since,
                   manual_quadrant_id,
                   manual_quadrant_until,
                   manual_quadrant_by_id,
                   manual_quadrant_reason,
                   main_type_id,
                   computed_type_id,
                   type_falling_since,
                   manual_type_id,
                   manual_type_until,
                   manual_type_by_id,
                   manual_type_reason,
                   COALESCE(not_key_account, FALSE) AS not_key_account,
                   COALESCE(cannot_be_developed, FALSE) AS cannot_be_developed,
                   cannot_be_developed_until,
                   cannot_be_developed_by_id,
                   cannot_be_developed_reason
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND id > %(after)s
               AND %(customers)s
               AND (
                       (lifecycle, COALESCE(is_major, FALSE), category, quadrant_id, main_type_id) IS DISTINCT FROM (
                           settled_lifecycle,
                           COALESCE(settled_major, FALSE),
                           computed_category,
                           computed_quadrant_id,
                           computed_type_id
                       )
                    OR COALESCE(category_falling_since, quadrant_falling_since, type_falling_since) IS NOT NULL
                    OR manual_category IS NOT NULL
                    OR manual_quadrant_id IS NOT NULL
                    OR manual_type_id IS NOT NULL
                    OR not_key_account
                    OR cannot_be_developed_until < %(as_of)s
                   )
             ORDER BY id
             LIMIT %(limit)s
            """,
            company=company.id,
            as_of=as_of,
            customers=customers(SQL.identifier("partner_id")) if customers else SQL("TRUE"),
            after=after,
            limit=limit,
        )

    def _settled_update_sql(self, rows):
        """Write what counts now.

        :param rows: tuples of id, category, category_falling_since, quadrant_id, quadrant_falling_since, main_type_id,
            type_falling_since
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        return SQL(
            """
            UPDATE key_account_profile AS figures
               SET category = new.category,
                   category_falling_since = new.category_falling_since,
                   quadrant_id = new.quadrant_id,
                   quadrant_falling_since = new.quadrant_falling_since,
                   main_type_id = new.main_type_id,
                   type_falling_since = new.type_falling_since,
                   settled_lifecycle = figures.lifecycle,
                   settled_major = figures.is_major
              FROM UNNEST(
                       %s::int[], %s::text[], %s::date[], %s::int[], %s::date[], %s::int[], %s::date[]
                   ) AS new (
                       id, category, category_falling_since, quadrant_id, quadrant_falling_since, main_type_id,
                       type_falling_since
                   )
             WHERE figures.id = new.id
            """,
            *columns,
        )

    def _transition_insert_sql(self, day, now, uid, policy, rows):
        """Put changes on record, each with the customer's figures of now.

        :param day: what the figures were worked out for
        :param now: the moment
        :param uid: who has it worked out
        :param rows: tuples of profile id, what, old value, new value, event, cause, user id, reason
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        return SQL(
            """
            INSERT INTO key_account_transition (
                profile_id, company_id, partner_id, date, what, old_value, new_value, event, cause, user_id, reason,
                policy_id, figures, create_date, write_date, create_uid, write_uid
            )
            SELECT profile.id,
                   profile.company_id,
                   profile.partner_id,
                   %(day)s,
                   change.what,
                   change.old_value,
                   change.new_value,
                   change.event,
                   change.cause,
                   change.user_id,
                   change.reason,
                   %(policy)s,
                   JSONB_BUILD_OBJECT(%(figures)s),
                   %(now)s,
                   %(now)s,
                   %(uid)s,
                   %(uid)s
              FROM UNNEST(
                       %(ids)s::int[], %(whats)s::text[], %(olds)s::text[], %(news)s::text[], %(events)s::text[],
                       %(causes)s::text[], %(users)s::int[], %(reasons)s::text[]
                   ) WITH ORDINALITY AS change (
                       profile_id, what, old_value, new_value, event, cause, user_id, reason, place
                   )
              JOIN key_account_profile AS profile
                ON profile.id = change.profile_id
             ORDER BY change.place
         RETURNING id
            """,
            day=day,
            figures=SQL(", ").join(
                [
                    SQL("%s, %s", name, SQL.identifier("profile", name))
                    for name in self.env["key.account.profile"]._figures_in_history()
                ]
            ),
            policy=policy.id or None,
            now=now,
            uid=uid,
            **dict(zip(("ids", "whats", "olds", "news", "events", "causes", "users", "reasons"), columns, strict=True)),
        )
