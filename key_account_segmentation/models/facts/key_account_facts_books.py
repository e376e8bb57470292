# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for payments, invoice lines and locations. Returns SQL and runs nothing.

Worked example of the days late, as of 2026-03-31: an invoice of 100 due 1 March and paid 11 March (10 days late), one of
300 due and paid 1 March: (100 x 10 + 300 x 0) / 400 = 2.5 days. An open invoice of 50 due 1 March and one of 150 due
30 April: 200 open, 50 overdue, 25%.
"""

from odoo import models
from odoo.tools import SQL

#: Payment states of a document that is fully reconciled; "reversed" is not: nobody paid it.
PAID_STATES = ("paid", "in_payment")


class KeyAccountFactsBooks(models.AbstractModel):
    _name = "key.account.facts.books"
    _description = "SQL of Payments, Lines and Places"
    _inherit = ["key.account.facts.documents"]

    def _paid_sql(self, company, windows, customers):
        """One row per invoice that was fully paid within 12 months: partner_id, amount (with tax), late (days, from 0).

        Earlier payments are left out: none is the last payment of such an invoice, and they are most of the rows.
        """
        domain = [
            *self._document_domain(company, windows.as_of),
            ("move_type", "!=", "out_refund"),
            ("payment_state", "in", PAID_STATES),
        ]
        return SQL(
            """
            SELECT move.partner_id,
                   move.amount,
                   GREATEST(MAX(partial.max_date) - move.due, 0) AS late
              FROM (%(moves)s) AS move
              JOIN account_move_line AS line
                ON line.move_id = move.id
              JOIN account_partial_reconcile AS partial
                ON partial.debit_move_id = line.id
             WHERE partial.max_date > %(year_ago)s
             GROUP BY move.id, move.partner_id, move.amount, move.due
            HAVING MAX(partial.max_date) <= %(as_of)s
            """,
            moves=self._moves_sql(domain, customers, id="id", amount="amount_total_signed", due="invoice_date_due"),
            year_ago=windows.year_ago,
            as_of=windows.as_of,
        )

    def _open_sql(self, company, windows, customers):
        """One row per document that is open today: partner_id, residual (with tax, credit notes negative), due."""
        return self._moves_sql(
            [*self._document_domain(company, windows.as_of), ("payment_state", "in", ("not_paid", "partial"))],
            customers,
            residual="amount_residual_signed",
            due="invoice_date_due",
        )

    def _payment_sql(self, company, windows, customers, is_today):
        """One row per customer: partner_id, days_late_12m, open_amount, overdue_share.

        :param is_today: False leaves open_amount and overdue_share empty: only today's open invoices are known
        """
        return SQL(
            """
            SELECT partner_id, paid.days_late_12m, owed.open_amount, owed.overdue_share
              FROM (
                    SELECT partner_id, (SUM(amount * late) / NULLIF(SUM(amount), 0))::float8 AS days_late_12m
                      FROM (%(paid)s) AS paid
                     GROUP BY partner_id
                   ) AS paid
              FULL JOIN (
                    SELECT partner_id,
                           SUM(residual) AS open_amount,
                           CASE WHEN SUM(residual) > 0 THEN LEAST(GREATEST(
                               COALESCE(SUM(residual) FILTER (WHERE due < %(as_of)s), 0) / SUM(residual), 0), 1)::float8
                           END AS overdue_share
                      FROM (%(open)s) AS open
                     WHERE %(is_today)s
                     GROUP BY partner_id
                   ) AS owed USING (partner_id)
            """,
            paid=self._paid_sql(company, windows, customers),
            open=self._open_sql(company, windows, customers),
            as_of=windows.as_of,
            is_today=is_today,
        )

    def _line_sql(self, company, windows, customers, category):
        """One row per customer: partner_id, usage_per_month, margin_12m, from the product lines of 12 months.

        Quantities in the product's own unit, credit notes deducted; the cost is the product's present one, as in the
        Invoice Analysis.

        :param category: ``product.category`` whose products, and those of its children, count as usage; empty: all
        """
        domain = [*self._document_domain(company, windows.as_of), ("invoice_date", ">", windows.year_ago)]
        counts = SQL("TRUE")
        if category:
            counts = SQL("category.parent_path LIKE %s", category.parent_path + "%")
        return SQL(
            """
            SELECT partner_id,
                   (SUM(quantity) FILTER (WHERE is_usage) / 12)::float8 AS usage_per_month,
                   SUM(revenue - quantity * cost) AS margin_12m
              FROM (
                    SELECT move.partner_id,
                           CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                               * line.quantity * COALESCE(line_unit.factor, 1) / COALESCE(NULLIF(unit.factor, 0), 1)
                               AS quantity,
                           -line.balance AS revenue,
                           COALESCE((product.standard_price -> %(company_key)s)::numeric, 0) AS cost,
                           line.product_id IS NOT NULL AND %(counts)s AS is_usage
                      FROM (%(moves)s) AS move
                      JOIN account_move_line AS line
                        ON line.move_id = move.id
                       AND line.display_type = 'product'
                      LEFT JOIN product_product AS product
                        ON product.id = line.product_id
                      LEFT JOIN product_template AS template
                        ON template.id = product.product_tmpl_id
                      LEFT JOIN product_category AS category
                        ON category.id = template.categ_id
                      LEFT JOIN uom_uom AS line_unit
                        ON line_unit.id = line.product_uom_id
                      LEFT JOIN uom_uom AS unit
                        ON unit.id = template.uom_id
                   ) AS line
             GROUP BY partner_id
            """,
            company_key=str(company.id),
            counts=counts,
            moves=self._moves_sql(domain, customers, id="id", move_type="move_type"),
        )

    def _no_lines_sql(self):
        """The columns of ``_line_sql``, without rows, for policies that read no lines: lines cost more than documents."""
        return SQL(
            "SELECT NULL::int AS partner_id, NULL::float8 AS usage_per_month, NULL::numeric AS margin_12m WHERE FALSE"
        )

    def _location_sql(self, policy):
        """One row per partner in reach of a score: partner_id, location_score; a state's score beats its country's."""
        return SQL(
            """
            SELECT DISTINCT ON (partner.id) partner.id AS partner_id, location.score AS location_score
              FROM res_partner AS partner
              JOIN key_account_location AS location
                ON location.policy_id = %s
               AND location.country_id = partner.country_id
               AND (location.state_id IS NULL OR location.state_id = partner.state_id)
             ORDER BY partner.id, location.state_id NULLS LAST
            """,
            policy.id,
        )
