# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for holdings: customers of one group of companies. Returns SQL and runs nothing.

Worked example: a holding with revenue 100 and its two subsidiaries with 600 each, of 10,120 in all: 1,300 / 10,120 = 12.8%,
so each of the three is a major customer, though none is by itself.
"""

from odoo import models
from odoo.tools import SQL

#: A chain of parent companies is not followed further: nobody has so many, and a circle has no end.
LEVELS_MAX = 50


class KeyAccountFactsHoldings(models.AbstractModel):
    _name = "key.account.facts.holdings"
    _description = "SQL of Holdings"
    _inherit = ["key.account.facts.documents"]

    def _above_sql(self, customers):
        """One row per customer with a company above: partner_id, holding_id (the topmost, or the group it is entered for).

        :param customers: function from the SQL of a partner column to the condition that selects customers, or None
        """
        has_group = self._has_groups()
        return SQL(
            """
            WITH RECURSIVE chain AS (
                SELECT id AS partner_id, %(group)s AS entered_id, parent_id AS above_id, 1 AS level
                  FROM res_partner
                 WHERE id = commercial_partner_id
                   AND (parent_id IS NOT NULL OR %(group)s IS NOT NULL)
                   AND %(customers)s
                 UNION ALL
                SELECT chain.partner_id, chain.entered_id, above.parent_id, level + 1
                  FROM chain
                  JOIN res_partner AS above
                    ON above.id = chain.above_id
                 WHERE above.parent_id IS NOT NULL
                   AND level < %(levels)s
            )
            SELECT DISTINCT ON (partner_id) partner_id, COALESCE(entered_id, above_id) AS holding_id
              FROM chain
             ORDER BY partner_id, level DESC
            """,
            group=SQL("company_group_id") if has_group else SQL("NULL::int"),
            customers=customers(SQL.identifier("id")) if customers else SQL("TRUE"),
            levels=LEVELS_MAX,
        )

    def _has_groups(self):
        """Whether another module lets people enter the group of a company."""
        field = self.env["res.partner"]._fields.get("company_group_id")
        return bool(field) and field.store and field.comodel_name == "res.partner"

    def _members_sql(self):
        """One row per member of a holding, the topmost company included: partner_id, holding_id."""
        return SQL(
            """
            WITH above AS (
                %(above)s
            )
            SELECT partner_id, holding_id FROM above
             UNION
            SELECT holding_id, holding_id FROM above
            """,
            above=self._above_sql(None),
        )

    def _members_of_few_sql(self, company, partner_ids):
        """The same for a few customers; of all others as the last refresh of all customers has found it."""

        def few(column):
            return self._customers_listed_sql(column, partner_ids)

        return SQL(
            """
            SELECT partner_id, holding_id FROM (%(above)s) AS below
             UNION
            SELECT holding_id, holding_id
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND %(is_top)s
             UNION
            SELECT partner_id, holding_id
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND holding_id IS NOT NULL
               AND NOT %(is_among)s
            """,
            above=self._above_sql(few),
            company=company.id,
            is_top=few(SQL.identifier("holding_id")),
            is_among=few(SQL.identifier("partner_id")),
        )

    def _holding_sums_sql(self, members, scope):
        """One row per member of a holding that is a customer: partner_id, holding_id, holding_revenue, more.

        ``more``: what the sums of all holdings, at least 0, come to on top of those of their members, each at least 0.
        """
        return SQL(
            """
            SELECT partner_id,
                   holding_id,
                   holding_revenue,
                   SUM(GREATEST(holding_revenue, 0) * is_first - positive) OVER () AS more
              FROM (
                    SELECT customer.partner_id,
                           member.holding_id,
                           GREATEST(customer.revenue_12m, 0) AS positive,
                           SUM(customer.revenue_12m) OVER (PARTITION BY member.holding_id) AS holding_revenue,
                           (ROW_NUMBER() OVER (PARTITION BY member.holding_id) = 1)::int AS is_first
                      FROM (SELECT partner_id, revenue_12m FROM %(scope)s) AS customer
                      JOIN (%(members)s) AS member USING (partner_id)
                   ) AS member
            """,
            members=members,
            scope=scope,
        )
