# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for payments, invoice lines and locations. Returns SQL and runs nothing.

Worked example, as of 2026-03-31: an invoice of 1,000, half of it due on 9 February and half on 30 April, and a payment
of 200 that is matched with nothing. 800 are open. The payment pays the oldest due first: 300 are left of the first half,
overdue for 50 days, 0.375 of what is open.

Days late: a half of 500 due on 1 March and paid on 11 March (10 days late), the other 500 due and paid on 30 March:
(500 x 10 + 500 x 0) / 1,000 = 5 days.
"""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.columns import columns, read_sql

#: What is booked in such a journal is a payment; credit notes, write-offs and exchange differences are in others.
PAYING_JOURNALS = ("bank", "cash", "credit")


class KeyAccountFactsBooks(models.AbstractModel):
    _name = "key.account.facts.books"
    _description = "SQL of Payments, Lines and Places"
    _inherit = ["key.account.facts.documents"]

    def _items_sql(self, domain, **names):
        """One row per journal item of a domain, columns by the names of their fields.

        :param names: column -> field of ``account.move.line``
        """
        return read_sql(self.env["account.move.line"].with_context(active_test=False), domain, **names)

    def _customer_items_sql(self, items, customers, *names):
        """One row per journal item of customers: partner_id (the customer) and these columns.

        A contact that joined a company rolls up to it, also where its items still name the contact.

        :param items: SQL of ``_items_sql`` with the columns and ``partner_id``
        :param customers: function from the SQL of a partner column to the condition that selects customers, or None
        """
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   %(columns)s
              FROM (%(items)s) AS item
              JOIN res_partner AS member
                ON member.id = item.partner_id
             WHERE %(customers)s
            """,
            columns=columns(names, "item"),
            items=items,
            customers=customers(SQL.identifier("member", "commercial_partner_id")) if customers else SQL("TRUE"),
        )

    def _paid_sql(self, company, windows, customers):
        """One row per payment of an instalment within 12 months: partner_id, amount, late (days, from 0).

        An invoice's instalment is the debit of the match. What is paid back on a credit note is nobody's delay. The
        payment is booked on the same account, Odoo sees to that, and may be a branch's.
        The day of a match is not before that of the payment, and spares most of the payments' rows.
        """
        posted = Domain("parent_state", "=", "posted")
        invoiced = posted & Domain("company_id", "=", company.id) & Domain("display_type", "=", "payment_term")
        # such items of documents are receivable or payable: PostgreSQL takes those of one account of many for few
        invoiced &= Domain("account_id", "any!", Domain("account_type", "!=", "liability_payable"))
        paying = posted & Domain("journal_id", "any!", Domain("type", "in", PAYING_JOURNALS))
        paying &= Domain("date", ">", windows.year_ago) & Domain("date", "<=", windows.as_of)
        instalments = self._items_sql(
            invoiced, id="id", partner_id="partner_id", date="date", date_maturity="date_maturity"
        )
        return SQL(
            """
            SELECT instalment.partner_id,
                   partial.amount,
                   GREATEST(payment.date - COALESCE(instalment.date_maturity, instalment.date), 0) AS late
              FROM (%(instalments)s) AS instalment
              JOIN account_partial_reconcile AS partial
                ON partial.debit_move_id = instalment.id
               AND partial.max_date > %(year_ago)s
              JOIN (%(payments)s) AS payment
                ON payment.id = partial.credit_move_id
            """,
            instalments=self._customer_items_sql(instalments, customers, "id", "date", "date_maturity"),
            payments=self._items_sql(paying, id="id", date="date"),
            year_ago=windows.year_ago,
        )

    def _open_sql(self, company, customers):
        """One row per journal item that is open today: partner_id, residual (with tax), due.

        Payments and credit notes that are matched with nothing are negative. Blocked invoices are owed as well.
        """
        domain = Domain("company_id", "=", company.id) & Domain("parent_state", "=", "posted")
        domain &= Domain("account_id", "any!", Domain("account_type", "=", "asset_receivable"))
        # said in this way, it is what the index on open items has
        domain &= Domain("amount_residual", "<", 0) | Domain("amount_residual", ">", 0)
        items = self._items_sql(
            domain, partner_id="partner_id", residual="amount_residual", date="date", date_maturity="date_maturity"
        )
        return SQL(
            "SELECT partner_id, residual, COALESCE(date_maturity, date) AS due FROM (%s) AS item",
            self._customer_items_sql(items, customers, "residual", "date", "date_maturity"),
        )

    def _owed_sql(self, company, windows, customers):
        """One row per customer with open items: partner_id, open_amount, overdue_amount, oldest (the oldest due left).

        What is negative pays the oldest due first: an item is left as far as what is due until then exceeds it.
        """
        return SQL(
            """
            SELECT partner_id,
                   SUM(residual) AS open_amount,
                   GREATEST(COALESCE(SUM(residual) FILTER (WHERE residual > 0 AND due < %(as_of)s), 0) - MAX(credit), 0)
                       AS overdue_amount,
                   MIN(due) FILTER (WHERE residual > 0 AND due < %(as_of)s AND due_until > credit) AS oldest
              FROM (
                    SELECT partner_id,
                           residual,
                           due,
                           SUM(GREATEST(residual, 0)) OVER (PARTITION BY partner_id ORDER BY due) AS due_until,
                           SUM(GREATEST(-residual, 0)) OVER (PARTITION BY partner_id) AS credit
                      FROM (%(open)s) AS open
                   ) AS item
             GROUP BY partner_id
            """,
            open=self._open_sql(company, customers),
            as_of=windows.as_of,
        )

    def _payment_sql(self, company, windows, customers, is_today):
        """One row per customer who owes or has paid: partner_id and the figures of the source *payments* but dso_days.

        :param is_today: False leaves what is open and overdue empty: only today's open items are known
        """
        return SQL(
            """
            SELECT partner_id,
                   paid.days_late_12m,
                   owed.open_amount,
                   owed.overdue_amount,
                   %(as_of)s - owed.oldest AS payment_overdue_days,
                   CASE WHEN owed.open_amount > 0 THEN (owed.overdue_amount / owed.open_amount)::float8 END
                       AS overdue_share
              FROM (
                    SELECT partner_id, (SUM(amount * late) / NULLIF(SUM(amount), 0))::float8 AS days_late_12m
                      FROM (%(paid)s) AS paid
                     GROUP BY partner_id
                   ) AS paid
              FULL JOIN (SELECT * FROM (%(owed)s) AS owed WHERE %(is_today)s) AS owed USING (partner_id)
            """,
            paid=self._paid_sql(company, windows, customers),
            owed=self._owed_sql(company, windows, customers),
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
