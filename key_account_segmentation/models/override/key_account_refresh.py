# SPDX-License-Identifier: LGPL-3.0-only
"""The effective values: the last step of a refresh, and of whatever somebody sets by hand.

    effective values  by hand, computed, or still as before         _make_effective, by tools.effective
    changes           a key.account.transition for each             _log_changes
    chatter           of key accounts, if the company wants it       _tell_in_chatter
    automation rules  those registered for changes                  _run_automation_rules

The first refresh of a company logs no change: its customers had no class before.
"""

from odoo import api, models
from odoo.tools import SQL

from ..base.columns import columns, unnest
from ..profile.overrides import BY_HAND, COMPARED, EFFECTIVE, SETTING, UNTIL, in_force_sql
from ..refresh.targets import Live
from ..refresh.work import Work
from .changes import Change, Effect, Levels, Terms, changes, effect, effective_values, ended

#: Customers read, decided and written together.
EFFECT_BATCH = 5000


class KeyAccountRefresh(models.AbstractModel):
    _inherit = "key.account.refresh"

    @api.model
    def _steps(self, work):
        """A past day has no effective values: today's overrides do not apply to it."""
        return [*super()._steps(work), *(["_take_effect"] if work.target.is_today else [])]

    def _take_effect(self, work):
        self._make_effective(work, EFFECTIVE if work.cause == "policy" else (), work.cause)

    @api.model
    def _take_effect_by_hand(self, profiles, overridden):
        """Make an override, or the end of one, effective at once instead of with the next refresh."""
        self.env.flush_all()
        # sudo: the user overrides, the module writes the effective values
        refresh = self.sudo()
        for company, customers in profiles.sudo().grouped("company_id").items():
            if policy := company.key_account_policy_id:
                target, partner_ids = Live(refresh.env), tuple(customers.partner_id.ids)
                work = Work(company, company._key_account_as_of(), policy._thresholds(), 0, target, partner_ids)
                if "type" in overridden:
                    # a newcomer who has potential has a quadrant
                    refresh._place(work)
                refresh._make_effective(work, overridden, "hand")

    def _make_effective(self, work, at_once=(), cause="figures"):
        """Write the effective category, quadrant and type, and log each change as a transition.

        :param at_once: which of category, quadrant and type are not held up
        :param cause: why those change
        """
        terms = Terms(
            today=work.as_of,
            days=work.thresholds.stability_days,
            levels=self._levels(work.company),
            at_once=frozenset(at_once),
            cause=cause,
            user_id=self.env.uid if cause == "hand" else None,
        )
        for rows in self._in_batches(lambda after: self._pending(work, after), EFFECT_BATCH):
            self._make_rows_effective(work.company, terms, rows)

    def _pending(self, work, after):
        customers = self._listed(work.partner_ids)
        self.env.cr.execute(self._pending_sql(work.company, work.as_of, customers, after, EFFECT_BATCH))
        return self.env.cr.dictfetchall()

    def _levels(self, company):
        types = self.env["key.account.type"].with_context(active_test=False)._of(company)
        of_company = self.env["key.account.quadrant"].search([("company_id", "=", company.id)])
        quadrants = company.key_account_policy_id.quadrant_ids
        return Levels(
            quadrants={quadrant.id: quadrant.place for quadrant in quadrants},
            places={quadrant.id: (quadrant.place, quadrant.name) for quadrant in of_company},
            types={number: level for level, number in enumerate(reversed(types.ids))},
        )

    def _make_rows_effective(self, company, terms, rows):
        pairs = [(row, effective_values(terms, row)) for row in rows]
        effects = [it for row, values in pairs if (it := effect(row, values))]
        if effects:
            self.env.cr.execute(self._effect_update_sql(effects))
        self._forget_by_hand([(what, row["id"]) for row, values in pairs for what in ended(terms, row, values)])
        profiles = self.env["key.account.profile"]
        profiles.invalidate_model()
        profiles.browse([row.id for row in effects]).modified(EFFECTIVE.values())
        # sudo: each change is logged for everybody, and by nobody
        if company.sudo().key_account_is_known:
            self._log_changes(company, terms.today, [it for row, values in pairs for it in changes(terms, row, values)])

    def _forget_by_hand(self, ended):
        """Empty the overrides that have ended.

        :param ended: pairs of what it is and the id of a profile
        """
        for what in {what for what, _profile_id in ended}:
            emptied = SQL(", ").join([SQL("%s = NULL", SQL.identifier(name)) for name in BY_HAND[what]])
            profile_ids = [profile_id for it, profile_id in ended if it == what]
            self.env.cr.execute(SQL("UPDATE key_account_profile SET %s WHERE id = ANY(%s)", emptied, profile_ids))

    def _log_changes(self, company, today, changes):
        """Make the transitions, tell of those of key accounts, and run what people have registered for changes.

        :param changes: each a ``Change``
        """
        if not changes:
            return
        self.env.cr.execute(self._transition_insert_sql(today, company.key_account_policy_id, changes))
        # sudo: as above
        transitions = self.env["key.account.transition"].sudo().browse([row[0] for row in self.env.cr.fetchall()])
        key_accounts = transitions.filtered(lambda change: change.what == "type" or change.profile_id.main_type_id)
        key_accounts._tell_in_chatter()
        transitions._run_automation_rules()

    def _pending_sql(self, company, as_of, customers, after, limit):
        """One row per customer, by id, with an effective value that is not simply the computed one."""
        names = [
            name
            for what in EFFECTIVE
            for name in (EFFECTIVE[what], COMPARED[what][0], f"{what}_falling_since", *BY_HAND[what])
        ]
        return SQL(
            """
            SELECT id,
                   lifecycle,
                   recorded_lifecycle,
                   COALESCE(is_major, FALSE) AS is_major,
                   COALESCE(recorded_major, FALSE) AS recorded_major,
                   %(columns)s
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND id > %(after)s
               AND %(customers)s
               AND (
                       (lifecycle, COALESCE(is_major, FALSE), category, quadrant_id, main_type_id) IS DISTINCT FROM (
                           recorded_lifecycle,
                           COALESCE(recorded_major, FALSE),
                           computed_category,
                           computed_quadrant_id,
                           computed_type_id
                       )
                    OR COALESCE(category_falling_since, quadrant_falling_since, type_falling_since) IS NOT NULL
                    OR %(by_hand)s
                    OR NOT %(in_force)s
                   )
             ORDER BY id
             LIMIT %(limit)s
            """,
            columns=columns([*names, *BY_HAND["development"]]),
            company=company.id,
            customers=customers(SQL.identifier("partner_id")) if customers else SQL("TRUE"),
            after=after,
            by_hand=SQL(" OR ").join([self._has_override_sql(what) for what in EFFECTIVE]),
            in_force=in_force_sql(UNTIL["development"], as_of),
            limit=limit,
        )

    def _has_override_sql(self, what):
        """``has_override`` as a condition on the columns of a profile."""
        fields = self.env["key.account.profile"]._fields
        return SQL(" OR ").join([self._facts._is_entered_sql(fields[name]) for name in SETTING[what]])

    def _effect_update_sql(self, effects):
        """Write the effective values, and which lifecycle and major customer are logged with them.

        :param effects: each an ``Effect``
        """
        written = Effect._fields[1:]
        return SQL(
            """
            UPDATE key_account_profile AS figures
               SET (%(columns)s, recorded_lifecycle, recorded_major)
                   = ROW(%(new)s, figures.lifecycle, figures.is_major)
              FROM %(rows)s AS new (%(fields)s)
             WHERE figures.id = new.id
            """,
            columns=columns(written),
            new=columns(written, "new"),
            rows=unnest(effects),
            fields=columns(Effect._fields),
        )

    def _transition_insert_sql(self, day, policy, changes):
        """Log changes, each with the customer's figures of now; returns the ids.

        :param day: the day of the figures
        :param changes: each a ``Change``
        """
        history = self.env["key.account.profile"]._figures_in_history()
        return SQL(
            """
            INSERT INTO key_account_transition (
                %(columns)s, company_id, partner_id, date, policy_id, figures,
                create_date, write_date, create_uid, write_uid
            )
            SELECT %(change)s,
                   profile.company_id,
                   profile.partner_id,
                   %(day)s,
                   %(policy)s,
                   JSONB_BUILD_OBJECT(%(figures)s),
                   %(now)s,
                   %(now)s,
                   %(uid)s,
                   %(uid)s
              FROM %(rows)s WITH ORDINALITY AS change (%(columns)s, place)
              JOIN key_account_profile AS profile
                ON profile.id = change.profile_id
             ORDER BY change.place
         RETURNING id
            """,
            columns=columns(Change._fields),
            change=columns(Change._fields, "change"),
            day=day,
            policy=policy.id or None,
            figures=SQL(", ").join([SQL("%s, %s", name, SQL.identifier("profile", name)) for name in history]),
            now=self.env.cr.now(),
            uid=self.env.uid,
            rows=unnest(changes),
        )
