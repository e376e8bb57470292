# SPDX-License-Identifier: LGPL-3.0-only
"""A draft tried out on all customers: what the refresh would make of them, kept until the end of the transaction.

    key_account_trial    facts and verdicts by the draft's thresholds, where they are others than the published ones
    key_account_draft    one row per customer: what is stored, and what would be

Both are temporary tables. The facts, the rules and the way around a customer that cannot be worked out are those of the
refresh; only where its figures go differs.
"""

from itertools import pairwise

from odoo import models
from odoo.tools import SQL

from ..policy.key_account_policy_matrix import LINE_AXES
from . import key_account_run
from .key_account_refresh import FACT_COLUMNS, VERDICT_COLUMNS, Outcome, Work

JUDGED_COLUMNS = FACT_COLUMNS + VERDICT_COLUMNS


class Trial(Work):
    """Work of which nothing is stored."""

    __slots__ = ()


class KeyAccountProfileTrial(models.Model):
    _inherit = "key.account.profile"

    def _try_out(self, policy):
        """Make ``key_account_draft`` of a company's customers under a draft.

        :returns: ``Outcome`` of judging them anew; None if the thresholds are the published ones, and nobody was
        """
        self.env.flush_all()
        outcome = None
        judged = self._portfolio_scope_sql(policy.company_id)
        if policy._thresholds() != policy.company_id.key_account_policy_id._thresholds():
            outcome = self._judge_trial(policy)
            judged = SQL("key_account_trial WHERE TRUE")
        self._make_temporary("key_account_draft", self._draft_figures_sql(policy, judged))
        return outcome

    def _make_temporary(self, table, query):
        name = SQL.identifier(table)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", name))
        self.env.cr.execute(SQL("CREATE TEMP TABLE %s ON COMMIT DROP AS %s", name, query))

    def _judge_trial(self, policy):
        """Fill ``key_account_trial``, batch by batch, as a run does; who cannot be worked out keeps what is stored."""
        company, thresholds = policy.company_id, policy._thresholds()
        as_of = company._key_account_as_of()
        gaps = self._facts_mean_gap_sql(company, self._windows(as_of, thresholds))
        query = self._facts_batches_sql(company, gaps, key_account_run.BATCH_SIZE)
        median, known, _customers, ends = self.env.execute_query(query)[0]
        work = Trial(company, as_of, thresholds, self._usual_gap(median, known, thresholds))
        self._make_temporary("key_account_trial", self._trial_stored_sql(SQL("FALSE")))
        outcome = Outcome()
        for ends_of_batch in pairwise([0, *(ends or []), None]):
            outcome += self._refresh_batch(
                work, lambda column, between=ends_of_batch: self._customers_between_sql(column, *between)
            )
        self._keep_stored(company, outcome.skipped)
        return outcome

    def _keep_stored(self, company, partner_ids):
        skipped = self._customers_listed_sql(SQL.identifier("partner_id"), partner_ids)
        kept = self._trial_stored_sql(SQL("company_id = %s AND %s", company.id, skipped))
        self.env.cr.execute(SQL("INSERT INTO key_account_trial %s", kept))

    def _upsert(self, work, partner_ids, customers):
        if not isinstance(work, Trial):
            return super()._upsert(work, partner_ids, customers)
        if partner_ids:
            self.env.cr.execute(self._trial_insert_sql(work, self._verdicts_sql(partner_ids, customers)))
        return 0

    def _delete_vanished(self, work):
        return 0 if isinstance(work, Trial) else super()._delete_vanished(work)

    def _trial_stored_sql(self, condition):
        """The columns of ``key_account_trial`` as they are stored."""
        return SQL(
            "SELECT id, partner_id, %s FROM key_account_profile WHERE %s", self._names_sql(JUDGED_COLUMNS), condition
        )

    def _trial_insert_sql(self, work, verdicts):
        """Add the batch that was read and judged."""
        return SQL(
            """
            INSERT INTO key_account_trial (partner_id, %(columns)s)
            SELECT partner_id, %(columns)s
              FROM (
                    SELECT partner_id, %(values)s
                      FROM key_account_fact AS fact
                      JOIN %(verdicts)s USING (partner_id)
                   ) AS figures (partner_id, %(columns)s, as_of_date, policy_id)
            """,
            columns=self._names_sql(JUDGED_COLUMNS),
            values=self._values_sql(work.as_of, work.company.key_account_policy_id),
            verdicts=verdicts,
        )

    def _names_sql(self, names):
        return SQL(", ").join([SQL.identifier(name) for name in names])

    def _draft_figures_sql(self, policy, judged):
        """One row per customer: partner_id, was_counted, is_counted, old_category, old_quadrant_id, category,
        revenue_12m, and the draft's axes by their names.

        :param judged: table and condition of the figures by the draft's thresholds
        """
        windows = self._windows(policy.company_id._key_account_as_of(), policy._thresholds())
        reads_lines = self._has_to_read_lines(policy)
        axes = [name for name in (policy.axis_x, policy.axis_y) if name != "revenue_12m"]
        lines = self._no_lines_sql()
        if reads_lines:
            lines = self._facts_line_sql(policy.company_id, windows, None, policy.usage_category_id)
        return SQL(
            """
            SELECT partner_id,
                   stored.id IS NOT NULL AS was_counted,
                   judged.partner_id IS NOT NULL AS is_counted,
                   stored.category AS old_category,
                   stored.quadrant_id AS old_quadrant_id,
                   judged.category,
                   COALESCE(judged.revenue_12m, stored.revenue_12m) AS revenue_12m,
                   %(axes)s
              FROM (SELECT * FROM %(stored)s) AS stored
              FULL JOIN (SELECT * FROM %(judged)s) AS judged USING (partner_id)
              LEFT JOIN (%(standing)s) AS standing USING (partner_id)
              LEFT JOIN (%(lines)s) AS line USING (partner_id)
              LEFT JOIN (%(locations)s) AS location USING (partner_id)
            """,
            axes=SQL(", ").join([self._draft_axis_sql(name, reads_lines) for name in axes]),
            stored=self._portfolio_scope_sql(policy.company_id),
            judged=judged,
            standing=self._portfolio_standing_sql(self._portfolio_ranked_sql(judged), policy._thresholds()),
            lines=lines,
            locations=self._facts_location_sql(policy),
        )

    def _has_to_read_lines(self, policy):
        """Whether an axis comes from invoice lines that the stored figures are not of."""
        published = policy.company_id.key_account_policy_id
        are_stored = published._asks_for_lines() and published.usage_category_id == policy.usage_category_id
        return not are_stored and not LINE_AXES.isdisjoint((policy.axis_x, policy.axis_y))

    def _draft_axis_sql(self, name, reads_lines):
        """The column of an axis, from where the draft has it; what no policy has a say in is as stored."""
        column = SQL.identifier(name)
        if name in JUDGED_COLUMNS:
            return SQL("judged.%s", column)
        if name == "share":
            return SQL("standing.share")
        if name == "location_score":
            return SQL("COALESCE(location.location_score, 0) AS location_score")
        if name == "margin_ratio_12m" and reads_lines:
            return SQL("(line.margin_12m / NULLIF(GREATEST(judged.revenue_12m, 0), 0))::float8 AS margin_ratio_12m")
        if name in LINE_AXES and reads_lines:
            return SQL("line.%s", column)
        return SQL("stored.%s", column)
