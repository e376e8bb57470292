# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for share, rank and concentration, from stored figures. Returns SQL and runs nothing.

Worked example: revenues 50, 25, 15, 6, 4 of 100 give shares 0.50, 0.25, 0.15, 0.06, 0.04; before them 0, 0.50, 0.75,
0.90, 0.96 of the total: A A A B C at cuts 0.80 and 0.95, because the one that crosses a cut is still above it.
HHI = 0.25 + 0.0625 + 0.0225 + 0.0036 + 0.0016 = 0.3402, effective number of customers 1 / HHI = 2.9394.
"""

from odoo import models
from odoo.tools import SQL


class KeyAccountFactsPortfolio(models.AbstractModel):
    _name = "key.account.facts.portfolio"
    _description = "SQL of Customers among Each Other"
    _inherit = ["key.account.facts.books", "key.account.facts.holdings"]

    def _ranked_sql(self, scope):
        """One row per customer: id, partner_id, revenue, previous, positive (revenue, at least 0), total, before, rank; and
        holding_id, holding_revenue and more, see ``_holding_sums_sql``.

        ``before`` is the positive revenue of all customers above, ``total`` that of all.
        """
        return SQL(
            """
            SELECT id,
                   partner_id,
                   revenue_12m AS revenue,
                   revenue_prev_12m AS previous,
                   GREATEST(revenue_12m, 0) AS positive,
                   SUM(GREATEST(revenue_12m, 0)) OVER () AS total,
                   COALESCE(SUM(GREATEST(revenue_12m, 0)) OVER (
                       ORDER BY revenue_12m DESC, partner_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                   ), 0) AS before,
                   ROW_NUMBER() OVER (ORDER BY revenue_12m DESC, partner_id) AS rank,
                   holding.holding_id,
                   holding.holding_revenue,
                   COALESCE(MAX(holding.more) OVER (), 0) AS more
              FROM (SELECT id, partner_id, revenue_12m, revenue_prev_12m FROM %(scope)s) AS customer
              LEFT JOIN (%(holdings)s) AS holding USING (partner_id)
            """,
            scope=scope,
            holdings=self._holding_sums_sql(self._members_sql(), scope),
        )

    def _counted_sql(self, company, partner_ids):
        """The same for a few live customers, by counting those above each: no sort of all."""
        live = SQL("key_account_profile WHERE company_id = %s", company.id)
        return SQL(
            """
            WITH holding AS MATERIALIZED (
                %(holdings)s
            )
            SELECT mine.id,
                   mine.partner_id,
                   mine.revenue_12m AS revenue,
                   mine.revenue_prev_12m AS previous,
                   GREATEST(mine.revenue_12m, 0) AS positive,
                   company.total,
                   above.revenue AS before,
                   above.places + 1 AS rank,
                   holding.holding_id,
                   holding.holding_revenue,
                   COALESCE((SELECT MAX(more) FROM holding), 0) AS more
              FROM key_account_profile AS mine
             CROSS JOIN LATERAL (
                    SELECT COALESCE(SUM(GREATEST(other.revenue_12m, 0)), 0) AS revenue,
                           COUNT(*) AS places
                      FROM key_account_profile AS other
                     WHERE other.company_id = %(company)s
                       AND other.revenue_12m >= mine.revenue_12m
                       AND (other.revenue_12m > mine.revenue_12m OR other.partner_id < mine.partner_id)
                   ) AS above
             CROSS JOIN (
                    SELECT SUM(revenue_12m) AS total
                      FROM key_account_profile
                     WHERE company_id = %(company)s
                       AND revenue_12m > 0
                   ) AS company
              LEFT JOIN holding
                ON holding.partner_id = mine.partner_id
             WHERE mine.company_id = %(company)s
               AND %(customers)s
            """,
            company=company.id,
            customers=self._customers_listed_sql(SQL.identifier("mine", "partner_id"), partner_ids),
            holdings=self._holding_sums_sql(self._members_of_few_sql(company, partner_ids), live),
        )

    def _rank_sql(self, ranked, thresholds):
        """One row per customer: id, partner_id, revenue, share, rank, abc, is_major, holding_id, holding_share.

        :param ranked: SQL of ``_ranked_sql`` or ``_counted_sql``
        """
        return SQL(
            """
            SELECT id,
                   partner_id,
                   revenue,
                   (positive / NULLIF(total, 0))::float8 AS share,
                   rank,
                   CASE WHEN positive = 0 THEN NULL
                        WHEN before < %(abc_a)s * total THEN 'A'
                        WHEN before < %(abc_b)s * total THEN 'B'
                        ELSE 'C'
                    END AS abc,
                   COALESCE(positive > 0 AND %(of_holding)s >= %(major)s * NULLIF(total + more, 0), FALSE) AS is_major,
                   holding_id,
                   (%(of_holding)s / NULLIF(total + more, 0))::float8 AS holding_share
              FROM (%(ranked)s) AS ranked
            """,
            abc_a=SQL("%s::numeric", str(thresholds.abc_a_share)),
            abc_b=SQL("%s::numeric", str(thresholds.abc_b_share)),
            major=SQL("%s::numeric", str(thresholds.major_share)),
            of_holding=SQL("GREATEST(COALESCE(holding_revenue, revenue), 0)"),
            ranked=ranked,
        )

    def _among_others_sql(self, ranks, work, customers):
        """One row per customer: id, partner_id and the figures of the sources *portfolio*, *payments*, *lines*, *location*.

        Who has no open item owes nothing today, which is 0; on a past day nobody knows, which is empty.

        :param ranks: SQL of ``_rank_sql``
        :param work: the refresh, see ``Work``
        :param customers: function from the SQL of a partner column to the condition that selects customers, or None
        """
        windows = self._windows(work.as_of, work.thresholds)
        policy = work.company.key_account_policy_id
        return SQL(
            """
            SELECT id,
                   partner_id,
                   share,
                   rank::int AS rank,
                   abc,
                   is_major,
                   holding_id,
                   holding_share,
                   days_late_12m,
                   owed.open_amount,
                   owed.overdue_amount,
                   owed.payment_overdue_days,
                   overdue_share,
                   (CASE WHEN owed.open_amount < 0 THEN 0 ELSE owed.open_amount END
                       * 365 / NULLIF(GREATEST(revenue, 0), 0))::float8 AS dso_days,
                   usage_per_month,
                   margin_12m,
                   (margin_12m / NULLIF(GREATEST(revenue, 0), 0))::float8 AS margin_ratio_12m,
                   COALESCE(location_score, 0) AS location_score
              FROM (%(ranks)s) AS ranked
              LEFT JOIN (%(payments)s) AS payment USING (partner_id)
             CROSS JOIN LATERAL (
                    SELECT CASE WHEN %(is_today)s THEN COALESCE(payment.open_amount, 0) END AS open_amount,
                           CASE WHEN %(is_today)s THEN COALESCE(payment.overdue_amount, 0) END AS overdue_amount,
                           CASE WHEN %(is_today)s THEN COALESCE(payment.payment_overdue_days, 0) END
                               AS payment_overdue_days
                   ) AS owed
              LEFT JOIN (%(lines)s) AS line USING (partner_id)
              LEFT JOIN (%(locations)s) AS location USING (partner_id)
             WHERE %(customers)s
            """,
            ranks=ranks,
            payments=self._payment_sql(work.company, windows, customers, work.target.is_today),
            is_today=work.target.is_today,
            lines=self._line_sql(work.company, windows, customers, policy.usage_category_id)
            if policy._asks_for_lines()
            else self._no_lines_sql(),
            locations=self._location_sql(policy),
            customers=customers(SQL.identifier("partner_id")) if customers else SQL("TRUE"),
        )

    def _summary_sql(self, scope, thresholds):
        """One row for the company, columns as the fields of ``key.account.portfolio``.

        Gini over customers with revenue: (2 * sum(place * revenue) / (n * total)) - (n + 1) / n, place from the smallest.
        NRR and GRR: facts section 7. The bridge holds: previous - churned - contraction + expansion + new = revenue.
        """
        return SQL(
            """
            WITH ranked AS (
                %(ranked)s
            ),
            customer AS (
                SELECT ranked.*,
                       positive / NULLIF(total, 0) AS share,
                       COUNT(*) FILTER (WHERE positive > 0) OVER () AS buyers
                  FROM ranked
            )
            SELECT COUNT(*) AS customer_count,
                   COUNT(*) FILTER (WHERE positive > 0) AS buyer_count,
                   COALESCE(SUM(revenue), 0) AS revenue_12m,
                   COALESCE(SUM(positive), 0) AS revenue_positive_12m,
                   SUM(share * share)::float8 AS hhi,
                   (1 / NULLIF(SUM(share * share), 0))::float8 AS effective_customers,
                   SUM(share) FILTER (WHERE rank <= 1)::float8 AS cr1,
                   SUM(share) FILTER (WHERE rank <= 3)::float8 AS cr3,
                   SUM(share) FILTER (WHERE rank <= 5)::float8 AS cr5,
                   SUM(share) FILTER (WHERE rank <= 10)::float8 AS cr10,
                   COUNT(*) FILTER (WHERE positive > 0 AND before < 0.8 * total) AS customers_for_80,
                   (2 * SUM((buyers - rank + 1) * positive) FILTER (WHERE positive > 0)
                       / NULLIF(MAX(buyers) * MAX(total), 0)
                       - (MAX(buyers) + 1.0) / NULLIF(MAX(buyers), 0))::float8 AS gini,
                   MIN(revenue) FILTER (WHERE positive > 0 AND before < %(abc_a)s * total) AS a_border,
                   COUNT(*) FILTER (
                       WHERE positive > 0
                         AND GREATEST(COALESCE(holding_revenue, revenue), 0) >= %(major)s * (total + more)
                   ) AS major_count,
                   COALESCE(SUM(previous) FILTER (WHERE previous > 0), 0) AS base_prev_12m,
                   COALESCE(SUM(previous - revenue) FILTER (WHERE previous > 0 AND revenue <= 0), 0) AS churned,
                   COALESCE(SUM(previous - revenue) FILTER (
                       WHERE previous > 0 AND revenue > 0 AND revenue < previous
                   ), 0) AS contraction,
                   COALESCE(SUM(revenue - previous) FILTER (WHERE previous > 0 AND revenue > previous), 0) AS expansion,
                   COALESCE(SUM(revenue) FILTER (WHERE previous <= 0), 0) AS new_revenue,
                   (SUM(revenue) FILTER (WHERE previous > 0)
                       / NULLIF(SUM(previous) FILTER (WHERE previous > 0), 0))::float8 AS nrr,
                   (SUM(LEAST(positive, previous)) FILTER (WHERE previous > 0)
                       / NULLIF(SUM(previous) FILTER (WHERE previous > 0), 0))::float8 AS grr,
                   COUNT(*) FILTER (WHERE previous > 0) AS kept_base_count,
                   (COUNT(*) FILTER (WHERE previous > 0 AND revenue > 0)::numeric
                       / NULLIF(COUNT(*) FILTER (WHERE previous > 0), 0))::float8 AS logo_retention
              FROM customer
            """,
            ranked=self._ranked_sql(scope),
            abc_a=SQL("%s::numeric", str(thresholds.abc_a_share)),
            major=SQL("%s::numeric", str(thresholds.major_share)),
        )
