# SPDX-License-Identifier: LGPL-3.0-only
"""Which types of key account the figures suggest: a step of every refresh of today, by ``tools.account_types``."""

import logging

from odoo import api, models
from odoo.tools import SQL

from ...tools.account_types import Account, Limits, suggested_types
from ...tools.sql_array import number_array
from ..refresh.work import Outcome

_logger = logging.getLogger(__name__)


class KeyAccountRefresh(models.AbstractModel):
    _inherit = "key.account.refresh"

    @api.model
    def _steps(self, work):
        """Nobody knows the pipeline of a past day, or what a rule would have found then."""
        return [*super()._steps(work), *(["_suggest"] if work.target.is_today else [])]

    def _suggest(self, work):
        """Pipeline, referrals, feedback, and the types they suggest.

        :returns: ``Outcome`` with the types whose rule cannot be used; who was suggested by it still is
        """
        customers = self._listed(work.partner_ids)
        figures = self._facts._key_account_sql(work.company, self._windows_of(work), customers)
        work.target.update(figures, work.target.figures._figures("key_accounts"))
        types = self.env["key.account.type"]._of(work.company)
        matches, faults = self._rule_matches(work.company, types.filtered("rule_domain"), work.partner_ids)
        ruled = set().union(*matches.values())
        self.env.cr.execute(
            self._type_candidates_sql(work.company, customers, work.thresholds.type_growth_min, list(ruled))
        )
        self._write_types(work, types, matches, {account_type.id for account_type in faults}, self.env.cr.fetchall())
        return Outcome(remarks=self._rule_remarks(faults))

    def _rule_remarks(self, faults):
        """Which types' rules could not be used: type -> why."""
        if not faults:
            return []
        stay = self.env._("Who was suggested by these rules stays so. Open the type to put its rule right.")
        return [*(account_type._rule_sentence(fault) for account_type, fault in faults.items()), stay]

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
        limits = self._type_limits(work.company, work.thresholds)
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

    @api.model
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

    @api.model
    def _type_limits(self, company, thresholds):
        """What the figures are measured by: by the company's last night."""
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", company.id)], limit=1)
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
        self.env["key.account.profile"].invalidate_model(["suggested_type_ids", "computed_type_id"])

    def _type_candidates_sql(self, company, customers, growth_min, ruled):
        """One row per customer who may have a type, or had one: id, stored types, what the rules look at.

        :param ruled: ids of the profiles that fit the rule of a type people made
        """
        return SQL(
            """
            SELECT id,
                   computed_type_id,
                   ARRAY(
                       SELECT type_id
                         FROM key_account_profile_type_rel
                        WHERE profile_id = key_account_profile.id
                   ) AS suggested,
                   abc,
                   recurrence,
                   event_count,
                   last_to_first,
                   potential_amount,
                   revenue_12m,
                   referred_revenue_12m,
                   feedback_count_12m
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND %(customers)s
               AND (
                       abc = 'A'
                    OR last_to_first >= %(growth_min)s
                    OR potential_amount > 0
                    OR referred_revenue_12m > 0
                    OR feedback_count_12m > 0
                    OR computed_type_id IS NOT NULL
                    OR id IN (SELECT UNNEST(%(ruled)s::int[]))
                   )
            """,
            ruled=number_array(ruled),
            company=company.id,
            growth_min=growth_min,
            customers=customers(SQL.identifier("partner_id")) if customers else SQL("TRUE"),
        )
