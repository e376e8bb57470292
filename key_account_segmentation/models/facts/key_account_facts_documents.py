# SPDX-License-Identifier: LGPL-3.0-only
"""All SQL that reads documents. Every method here returns SQL and runs nothing.

    document    one row per posted customer document           _facts_document_sql
    day         one row per customer and date                  _facts_day_sql
    fact        one row per customer: sums, purchase days      _facts_customer_sql
                and monthly nets for the rules, work done

Worked example, as of 2026-03-31, a customer with an invoice of 1,000 and one of 200 on 10 March and a credit note of
300 on 28 March: three documents, two days (2026-03-10: net 1,200, is_event; 2026-03-28: net -300), one fact:
event_count 1, invoice_count_12m 2, refund_count_12m 1, revenue_12m 900, gross_12m 1,200, refunds_12m 300,
events {739685}, months {24314}, nets {900}.
"""

from datetime import date
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ...tools.months import YEAR, add_months, divmod_month, last_complete_month
from ..profile.overrides import ENTERED

#: date.toordinal() of PostgreSQL's day zero, 2000-01-01
DAY_ZERO = date(2000, 1, 1).toordinal()

#: More than any sum of money; beyond it (or not a number at all) a document's amount cannot be meant.
AMOUNT_MAX = 1e21

DOCUMENT_TYPES = ("out_invoice", "out_receipt", "out_refund")


class Windows(NamedTuple):
    """What is read: the windows, each beginning the day after its date (half open), and whose documents."""

    as_of: date
    year_ago: date
    two_years_ago: date
    lookback: date
    engagement: date
    #: first and last day of the last 24 complete calendar months
    months_first: date
    months_last: date
    count_own_companies: bool


class KeyAccountProfileFacts(models.Model):
    _inherit = "key.account.profile"

    def _windows(self, as_of, thresholds):
        """The windows that end at ``as_of``."""
        last_month = last_complete_month(as_of)
        return Windows(
            as_of=as_of,
            year_ago=add_months(as_of, -YEAR),
            two_years_ago=add_months(as_of, -2 * YEAR),
            lookback=add_months(as_of, -thresholds.lookback_months),
            engagement=add_months(as_of, -thresholds.engagement_months),
            months_first=date(*divmod_month(last_month - 2 * YEAR + 1), 1),
            months_last=date.fromordinal(date(*divmod_month(last_month + 1), 1).toordinal() - 1),
            count_own_companies=thresholds.count_own_companies,
        )

    def _document_domain(self, company, as_of):
        """Which documents count."""
        return [*self._counted_domain(company), ("invoice_date", "<=", as_of)]

    def _counted_domain(self, company):
        """Which documents count when their day has come."""
        return [
            ("company_id", "=", company.id),
            ("state", "=", "posted"),
            ("move_type", "in", list(DOCUMENT_TYPES)),
        ]

    def _customers_between_sql(self, column, after, until):
        """Condition: a batch of customers by partner id, ``after`` excluded, ``until`` (None: no end) included."""
        if until is None:
            return SQL("%s > %s", column, after)
        return SQL("%(column)s > %(after)s AND %(column)s <= %(until)s", column=column, after=after, until=until)

    def _customers_listed_sql(self, column, partner_ids):
        """Condition: a list of customers."""
        return SQL("%s IN %s", column, tuple(partner_ids) or (0,))

    def _facts_document_sql(self, company, windows, customers):
        """One row per document: partner_id, invoice_date, amount (untaxed, company currency, refunds negative).

        A contact that joined a company rolls up to it, also where its documents still name the contact.

        :param customers: function from the SQL of a partner column to the condition which customers to read, or None
        """
        moves = self.env["account.move"].with_context(active_test=False)
        # bypass: every document counts, whoever asks; the rights are on the profile
        query = moves._search(self._document_domain(company, windows.as_of), bypass_access=True)
        partner = SQL.identifier("member", "commercial_partner_id")
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   move.invoice_date,
                   move.amount
              FROM %(moves)s AS move
              JOIN res_partner AS member
                ON member.id = move.commercial_partner_id
             WHERE %(customers)s
               AND %(outside)s
            """,
            moves=query.subselect(
                SQL("%s AS commercial_partner_id", moves._field_to_sql(query.table, "commercial_partner_id", query)),
                SQL("%s AS invoice_date", moves._field_to_sql(query.table, "invoice_date", query)),
                SQL("%s AS amount", moves._field_to_sql(query.table, "amount_untaxed_signed", query)),
            ),
            customers=customers(partner) if customers else SQL("TRUE"),
            outside=SQL("TRUE") if windows.count_own_companies else self._outside_sql(partner),
        )

    def _outside_sql(self, column):
        """Condition: a partner that is not one of the database's own companies."""
        return SQL(
            """%s NOT IN (
                SELECT own.commercial_partner_id
                  FROM res_company
                  JOIN res_partner AS own
                    ON own.id = res_company.partner_id
            )""",
            column,
        )

    def _facts_day_sql(self, company, windows, customers):
        """One row per customer and date: net, gross, counts, and whether it is a purchase day (event).

        Of each month one of its days also has the month's number and net (0 where an amount cannot be meant).

        Sorted documents, and so sorted days, are added up faster than through a hash table of sums.
        """
        return SQL(
            """
            SELECT day.*,
                   CASE WHEN ROW_NUMBER() OVER of_month = 1
                        THEN CASE WHEN ABS(SUM(net) OVER of_month) < %(most)s::numeric
                                  THEN (SUM(net) OVER of_month)::float8
                                  ELSE 0
                              END
                    END AS month_net
              FROM (
                    SELECT partner_id,
                           invoice_date,
                           %(month)s AS month,
                           SUM(amount) AS net,
                           SUM(GREATEST(amount, 0)) AS gross,
                           COUNT(*) FILTER (WHERE amount > 0) AS invoices,
                           COUNT(*) FILTER (WHERE amount < 0) AS refunds,
                           COUNT(*) FILTER (WHERE amount > 0) > 0 AS is_event
                      FROM (%(documents)s ORDER BY partner_id, invoice_date) AS document
                     GROUP BY partner_id, invoice_date
                   ) AS day
            WINDOW of_month AS (PARTITION BY partner_id, month)
            """,
            documents=self._facts_document_sql(company, windows, customers),
            month=self._month_sql(SQL.identifier("invoice_date")),
            most=str(AMOUNT_MAX),
        )

    def _month_sql(self, day):
        """The number of a date's month, as ``tools.months.month_number``."""
        return SQL("(DATE_PART('year', %(day)s) * 12 + DATE_PART('month', %(day)s) - 1)::int", day=day)

    def _facts_partner_sql(self, company, windows, customers):
        """The customers of a batch, with documents or with a profile: partner_id, ascending."""
        return SQL(
            """
            SELECT partner_id
              FROM (%(documents)s) AS document
             UNION
            SELECT partner_id
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND %(known_customers)s
             ORDER BY partner_id
            """,
            documents=self._facts_document_sql(company, windows, customers),
            company=company.id,
            known_customers=customers(SQL.identifier("partner_id")),
        )

    def _facts_mean_gap_sql(self, company, windows, customers=None):
        """One row per customer: partner_id and mean_gap (days between purchase days of the look-back, None below two)."""
        return SQL(
            """
            SELECT partner_id,
                   (MAX(invoice_date) - MIN(invoice_date))::float8
                       / NULLIF(COUNT(DISTINCT invoice_date) - 1, 0) AS mean_gap
              FROM (
                    SELECT partner_id,
                           CASE WHEN amount > 0 AND invoice_date > %(lookback)s THEN invoice_date END AS invoice_date
                      FROM (%(documents)s) AS document
                   ) AS event
             GROUP BY partner_id
            """,
            lookback=windows.lookback,
            documents=self._facts_document_sql(company, windows, customers),
        )

    def _facts_usual_gap_sql(self, mean_gaps):
        """One row: the median of the customers' mean gaps, how many have one."""
        return SQL(
            """
            SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY mean_gap),
                   COUNT(mean_gap)
              FROM (%s) AS customer
            """,
            mean_gaps,
        )

    def _facts_batches_sql(self, company, mean_gaps, size):
        """One row: usual gap, how many have one, customers, and the partner ids at which batches of ``size`` end.

        Who has a profile but no documents is a customer too: a key account that buys nothing, or has just vanished.
        """
        return SQL(
            """
            SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY mean_gap),
                   COUNT(mean_gap),
                   COUNT(*),
                   ARRAY_AGG(partner_id ORDER BY partner_id) FILTER (WHERE place %% %(size)s = 0)
              FROM (
                    SELECT partner_id, mean_gap, ROW_NUMBER() OVER (ORDER BY partner_id) AS place
                      FROM (%(mean_gaps)s) AS buyer
                      FULL JOIN (
                            SELECT partner_id
                              FROM key_account_profile
                             WHERE company_id = %(company)s
                           ) AS known USING (partner_id)
                   ) AS customer
            """,
            company=company.id,
            size=size,
            mean_gaps=mean_gaps,
        )

    def _facts_day_to_come_sql(self, company, as_of, customers):
        """One row per customer with documents after ``as_of``: partner_id, day of the first of them."""
        domain = [*self._counted_domain(company), ("invoice_date", ">", as_of)]
        moves = self.env["account.move"].with_context(active_test=False)
        # bypass: as for the documents that count already
        query = moves._search(domain, bypass_access=True)
        return SQL(
            """
            SELECT member.commercial_partner_id,
                   MIN(move.invoice_date)
              FROM %(moves)s AS move
              JOIN res_partner AS member
                ON member.id = move.commercial_partner_id
             WHERE %(customers)s
             GROUP BY 1
            """,
            moves=query.subselect(
                SQL("%s AS commercial_partner_id", moves._field_to_sql(query.table, "commercial_partner_id", query)),
                SQL("%s AS invoice_date", moves._field_to_sql(query.table, "invoice_date", query)),
            ),
            customers=customers(SQL.identifier("member", "commercial_partner_id")),
        )

    def _facts_customer_sql(self, company, windows, customers):
        """One row per customer of the batch: its own sums and, as arrays, what the rules need.

        A customer with a profile but without documents has a row too, so that its figures return to nothing.
        """
        return SQL(
            """
            WITH total AS (
                SELECT partner_id,
                       MIN(invoice_date) FILTER (WHERE is_event) AS first_invoice_date,
                       MAX(invoice_date) FILTER (WHERE is_event) AS last_invoice_date,
                       COUNT(*) FILTER (WHERE is_event) AS event_count,
                       COUNT(*) FILTER (WHERE is_event AND invoice_date > %(year_ago)s) AS event_count_12m,
                       SUM(invoices) FILTER (WHERE invoice_date > %(year_ago)s) AS invoice_count_12m,
                       SUM(refunds) FILTER (WHERE invoice_date > %(year_ago)s) AS refund_count_12m,
                       SUM(net) FILTER (WHERE invoice_date > %(year_ago)s) AS revenue_12m,
                       SUM(net) FILTER (
                           WHERE invoice_date > %(two_years_ago)s AND invoice_date <= %(year_ago)s
                       ) AS revenue_prev_12m,
                       SUM(gross) FILTER (WHERE invoice_date > %(year_ago)s) AS gross_12m,
                       SUM(net) AS revenue_lifetime,
                       MAX(GREATEST(ABS(net), gross)) AS largest,
                       ARRAY_AGG(gross ORDER BY invoice_date) FILTER (WHERE is_event) AS amounts,
                       ARRAY_AGG(invoice_date - DATE '2000-01-01' + %(day_zero)s ORDER BY invoice_date)
                           FILTER (WHERE is_event AND invoice_date > %(lookback)s) AS events,
                       ARRAY_AGG(month) FILTER (
                           WHERE month_net IS NOT NULL AND invoice_date BETWEEN %(months_first)s AND %(months_last)s
                       ) AS months,
                       ARRAY_AGG(month_net) FILTER (
                           WHERE month_net IS NOT NULL AND invoice_date BETWEEN %(months_first)s AND %(months_last)s
                       ) AS nets
                  FROM (%(days)s) AS day
                 GROUP BY partner_id
            ),
            known AS (
                SELECT partner_id,
                       cannot_be_developed
                           AND COALESCE(cannot_be_developed_until >= %(as_of)s, TRUE) AS cannot_be_developed,
                       manual_category,
                       manual_category_until,
                       %(entered)s
                           OR id IN (SELECT profile_id FROM key_account_play)
                           OR partner_id IN (%(remembered)s) AS is_judged
                  FROM key_account_profile
                 WHERE company_id = %(company)s
                   AND %(known_customers)s
            )
            SELECT partner_id,
                   total.partner_id IS NOT NULL AS has_documents,
                   COALESCE(known.is_judged, FALSE) AS is_judged,
                   total.first_invoice_date,
                   total.last_invoice_date,
                   COALESCE(total.event_count, 0) AS event_count,
                   COALESCE(total.event_count_12m, 0) AS event_count_12m,
                   COALESCE(total.invoice_count_12m, 0) AS invoice_count_12m,
                   COALESCE(total.refund_count_12m, 0) AS refund_count_12m,
                   COALESCE(total.revenue_12m, 0) AS revenue_12m,
                   COALESCE(total.revenue_prev_12m, 0) AS revenue_prev_12m,
                   COALESCE(total.gross_12m, 0) AS gross_12m,
                   COALESCE(total.gross_12m, 0) - COALESCE(total.revenue_12m, 0) AS refunds_12m,
                   COALESCE(total.revenue_lifetime, 0) AS revenue_lifetime,
                   COALESCE(total.largest, 0) AS largest,
                   CASE WHEN total.event_count > 1
                        THEN (total.amounts[total.event_count] / NULLIF(total.amounts[1], 0))::float8
                    END AS last_to_first,
                   total.events,
                   total.months,
                   total.nets,
                   COALESCE(engagement.engagement_count, 0) AS engagement_count,
                   engagement.last_contact_date,
                   COALESCE(known.cannot_be_developed, FALSE) AS cannot_be_developed,
                   known.manual_category,
                   known.manual_category_until
              FROM total
              FULL JOIN known USING (partner_id)
              LEFT JOIN (%(engagements)s) AS engagement USING (partner_id)
            """,
            days=self._facts_day_sql(company, windows, customers),
            day_zero=DAY_ZERO,
            company=company.id,
            known_customers=customers(SQL.identifier("partner_id")),
            engagements=self._facts_engagement_sql(company, windows, customers),
            remembered=self._remembered_sql(company),
            entered=SQL(" OR ").join(map(self._is_entered_sql, ENTERED)),
            **windows._asdict(),
        )

    def _is_entered_sql(self, name):
        """Condition: something has been entered in that column of a profile; not true is false or NULL."""
        column, kind = SQL.identifier(name), self.env["key.account.profile"]._fields[name].type
        if kind == "boolean":
            return column
        if kind in ("char", "monetary"):
            return SQL("%s <> %s", column, "" if kind == "char" else 0)
        return SQL("%s IS NOT NULL", column)

    def _facts_month_sql(self, company, windows, partner_ids):
        """One row per customer and month since the windows' first one: partner_id, month (number), net.

        0 where an amount cannot be meant: the customer is skipped, and its screens have to open all the same.
        """
        return SQL(
            """
            SELECT partner_id,
                   %(month)s AS month,
                   CASE WHEN ABS(SUM(amount)) < %(most)s::numeric THEN SUM(amount)::float8 ELSE 0 END AS net
              FROM (%(documents)s) AS document
             WHERE invoice_date >= %(first)s
             GROUP BY 1, 2
            """,
            documents=self._facts_document_sql(
                company, windows, lambda column: self._customers_listed_sql(column, partner_ids)
            ),
            month=self._month_sql(SQL.identifier("invoice_date")),
            first=windows.months_first,
            most=str(AMOUNT_MAX),
        )
