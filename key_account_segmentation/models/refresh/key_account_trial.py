# SPDX-License-Identifier: LGPL-3.0-only
"""A draft tried out on all customers: the figures a refresh would write, kept until the end of the transaction.

    key_account_trial    facts and verdicts by the draft's thresholds, where they are others than the published ones
    key_account_draft    one row per customer: what is stored, and what would be

Both are temporary tables. Facts, rules and the way around a customer that cannot be classified are those of every refresh;
only the target differs.
"""

from itertools import pairwise

from odoo import models
from odoo.tools import SQL

from ..base.columns import columns
from . import key_account_run
from .targets import Live
from .work import Outcome, Work


class Trial(Live):
    """A temporary table in place of the profiles: nothing is stored."""

    has_types = False

    def __init__(self, env):
        super().__init__(env)
        self.table = SQL.identifier("key_account_trial")

    def condition_sql(self, company, as_of):
        return SQL("TRUE")

    def figure_columns(self):
        return self.figures._figures("documents", "work", "verdict")

    def stored_sql(self, condition):
        """The columns of the trial as they are stored."""
        return SQL(
            "SELECT id, partner_id, %s FROM key_account_profile WHERE %s", columns(self.figure_columns()), condition
        )

    def upsert(self, work, classified):
        names = columns(("partner_id", *self.figure_columns()))
        self.env.cr.execute(SQL("INSERT INTO %s (%s) SELECT %s FROM (%s) AS new", self.table, names, names, classified))
        return 0

    def delete_vanished(self, work):
        return 0


class KeyAccountTrial(models.AbstractModel):
    _name = "key.account.trial"
    _description = "Trial of a Draft"

    def _try_out(self, policy):
        """Make ``key_account_draft`` of a company's customers under a draft.

        :returns: ``Outcome`` of classifying them anew; None if the thresholds are the published ones, and nobody was
        """
        self.env.flush_all()
        outcome, refresh = None, self.env["key.account.refresh"]
        company, thresholds = policy.company_id, policy._thresholds()
        as_of = company._key_account_as_of()
        if thresholds == company.key_account_policy_id._thresholds():
            gap, border = refresh._measures_of(company, as_of, thresholds)
            work = Work(company, as_of, thresholds, gap, Live(self.env), border)
        else:
            beginning = refresh._begin(company, as_of, thresholds, key_account_run.BATCH_SIZE)
            work = Work(company, as_of, thresholds, beginning.usual_gap, Trial(self.env), beginning.a_border)
            outcome = self._classify(work, beginning.ends)
        self._make_temporary("key_account_draft", self._draft_sql(policy, work))
        return outcome

    def _make_temporary(self, table, query):
        name = SQL.identifier(table)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", name))
        self.env.cr.execute(SQL("CREATE TEMP TABLE %s ON COMMIT DROP AS %s", name, query))

    def _classify(self, work, batch_ends):
        """Fill ``key_account_trial`` batch by batch, as a run does; skipped customers keep their stored rows."""
        refresh, facts, target = self.env["key.account.refresh"], self.env["key.account.facts"], work.target
        self._make_temporary("key_account_trial", target.stored_sql(SQL("FALSE")))
        outcome = Outcome()
        for ends in pairwise([0, *batch_ends, None]):
            outcome += refresh._refresh_batch(
                work, lambda column, between=ends: facts._customers_between_sql(column, *between)
            )
        skipped = facts._customers_listed_sql(SQL.identifier("partner_id"), outcome.skipped)
        kept = target.stored_sql(SQL("company_id = %s AND %s", work.company.id, skipped))
        self.env.cr.execute(SQL("INSERT INTO key_account_trial %s", kept))
        return outcome

    def _draft_sql(self, policy, work):
        """One row per customer: partner_id, was_counted, is_counted, old_category, old_quadrant_id, category, revenue_12m,
        abc, beside (see ``_beside_sql`` of key.account.refresh), and the draft's axes by their names.

        :param work: whose target has the figures by the draft's thresholds
        """
        company, facts, as_of = work.company, self.env["key.account.facts"], work.as_of
        windows = facts._windows(as_of, work.thresholds)
        reads_lines = self._has_to_read_lines(policy)
        axes = [name for name in policy._axis_names() if name != "revenue_12m"]
        classified = work.target.scope_sql(company, as_of)
        return SQL(
            """
            SELECT partner_id,
                   stored.id IS NOT NULL AS was_counted,
                   classified.partner_id IS NOT NULL AS is_counted,
                   stored.category AS old_category,
                   stored.quadrant_id AS old_quadrant_id,
                   classified.category,
                   COALESCE(classified.revenue_12m, stored.revenue_12m) AS revenue_12m,
                   ranked.abc,
                   %(beside)s AS beside,
                   %(axes)s
              FROM (SELECT * FROM %(stored)s) AS stored
              FULL JOIN (SELECT * FROM %(classified)s) AS classified USING (partner_id)
              LEFT JOIN (%(ranks)s) AS ranked USING (partner_id)
              LEFT JOIN (%(lines)s) AS line USING (partner_id)
              LEFT JOIN (%(locations)s) AS location USING (partner_id)
            """,
            beside=self.env["key.account.refresh"]._beside_sql(work, self._draft_figure_sql),
            axes=SQL(", ").join([self._draft_axis_sql(name, reads_lines) for name in axes]),
            stored=Live(self.env).scope_sql(company, as_of),
            classified=classified,
            ranks=facts._rank_sql(facts._ranked_sql(classified), work.thresholds),
            lines=facts._line_sql(company, windows, None, policy.usage_category_id)
            if reads_lines
            else facts._no_lines_sql(),
            locations=facts._location_sql(policy),
        )

    def _draft_figure_sql(self, name):
        """The column of a figure that a place depends on, from where the draft has it."""
        if name == "abc":
            return SQL("ranked.abc")
        source = getattr(self.env["key.account.profile"]._fields[name], "source", None)
        is_classified = source in ("documents", "work", "verdict")
        return SQL.identifier("classified" if is_classified else "stored", name)

    def _has_to_read_lines(self, policy):
        """Whether an axis comes from invoice lines that the stored figures are not of."""
        published = policy.company_id.key_account_policy_id
        are_stored = published._asks_for_lines() and published.usage_category_id == policy.usage_category_id
        return not are_stored and policy._has_axis_of_lines()

    def _draft_axis_sql(self, name, reads_lines):
        """The column of an axis, from where the draft has it; what no policy has a say in is as stored."""
        column = SQL.identifier(name)
        source = self.env["key.account.profile"]._fields[name].source
        if source in ("documents", "work", "verdict"):
            return SQL("classified.%s", column)
        if name == "share":
            return SQL("ranked.share")
        if name == "location_score":
            return SQL("COALESCE(location.location_score, 0) AS location_score")
        if name == "margin_ratio_12m" and reads_lines:
            return SQL("(line.margin_12m / NULLIF(GREATEST(classified.revenue_12m, 0), 0))::float8 AS margin_ratio_12m")
        if source == "lines" and reads_lines:
            return SQL("line.%s", column)
        return SQL("stored.%s", column)
