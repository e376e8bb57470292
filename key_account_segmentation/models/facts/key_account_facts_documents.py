# SPDX-License-Identifier: LGPL-3.0-only
"""SQL of posted documents.

    document    one row per posted customer document           _document_sql
    day         one row per customer and date                  _day_sql
    total       one row per customer: sums, and as arrays      _total_sql
                what the rules need

Worked example, as of 2026-03-31, a customer with an invoice of 1,000 and one of 200 on 10 March and a credit note of
300 on 28 March: three documents, two days (2026-03-10: net 1,200, is_event; 2026-03-28: net -300), one total:
event_count 1, invoice_count_12m 2, refund_count_12m 1, revenue_12m 900, gross_12m 1,200, events {739685},
months {24314}, nets {900}.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.months import YEAR, divmod_month, last_complete_month, months_before
from ..base.columns import columns, named, or_zero, read_sql

#: date.toordinal() of PostgreSQL's day zero, 2000-01-01
DAY_ZERO = date(2000, 1, 1).toordinal()

#: More than any sum of money: a document's amount beyond it, or one that is no number, is an error.
AMOUNT_MAX = 1e21

#: A document dated so long ago or so far ahead has a mistyped year.
ODD_BEFORE, ODD_AFTER = timedelta(days=365 * 25), timedelta(days=366)

#: So many of them are named.
ODD_NAMED = 5

DOCUMENT_TYPES = ("out_invoice", "out_receipt", "out_refund")


class Windows(NamedTuple):
    """The windows of a refresh, each beginning the day after its date (half open); are own companies customers?"""

    as_of: date
    year_ago: date
    two_years_ago: date
    #: who bought nothing since says nothing of the company's usual gap
    lookback: date
    #: the same as months, to be taken from each customer's last purchase
    lookback_months: int
    engagement: date
    #: first and last day of the last 24 complete calendar months
    months_first: date
    months_last: date
    count_own_companies: bool
    #: days within which a credit note of the full amount takes a purchase back
    undone_days: int


class KeyAccountFactsDocuments(models.AbstractModel):
    _name = "key.account.facts.documents"
    _description = "SQL of Posted Documents"

    def _windows(self, as_of, thresholds):
        """The windows that end at ``as_of``."""
        last_month = last_complete_month(as_of)
        return Windows(
            as_of=as_of,
            year_ago=months_before(as_of, YEAR),
            two_years_ago=months_before(as_of, 2 * YEAR),
            lookback=months_before(as_of, thresholds.lookback_months),
            lookback_months=thresholds.lookback_months,
            engagement=months_before(as_of, thresholds.engagement_months),
            months_first=date(*divmod_month(last_month - 2 * YEAR + 1), 1),
            months_last=date.fromordinal(date(*divmod_month(last_month + 1), 1).toordinal() - 1),
            count_own_companies=thresholds.count_own_companies,
            undone_days=thresholds.undone_days,
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

    def _moves_sql(self, domain, customers, **names):
        """One row per journal entry of a domain: partner_id (the customer), and columns by the names of their fields.

        A contact that joined a company rolls up to it, also where its documents still name the contact.

        :param customers: function from the SQL of a partner column to the condition that selects customers, or None
        :param names: column -> field of ``account.move``
        """
        read = {"commercial_partner_id": "commercial_partner_id"} | names
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   %(columns)s
              FROM %(moves)s AS move
              JOIN res_partner AS member
                ON member.id = move.commercial_partner_id
             WHERE %(customers)s
            """,
            columns=columns(names, "move"),
            moves=self._entries_sql(domain, **read),
            customers=customers(SQL.identifier("member", "commercial_partner_id")) if customers else SQL("TRUE"),
        )

    def _entries_sql(self, domain, **names):
        """One row per journal entry of a domain: columns by the names of their fields."""
        return read_sql(self.env["account.move"].with_context(active_test=False), domain, **names)

    def _document_sql(self, company, windows, customers):
        """One row per document: partner_id, invoice_date, amount (untaxed, company currency, refunds negative), is_purchase.

        :param customers: function from the SQL of a partner column to the condition that selects customers, or None
        """

        def outside(column):
            condition = customers(column) if customers else SQL("TRUE")
            return condition if windows.count_own_companies else SQL("%s AND %s", condition, self._outside_sql(column))

        documents = self._moves_sql(
            self._document_domain(company, windows.as_of),
            outside,
            id="id",
            invoice_date="invoice_date",
            amount="amount_untaxed_signed",
        )
        return SQL(
            """
            SELECT partner_id, invoice_date, amount, amount > 0 AND undone.id IS NULL AS is_purchase
              FROM (%(documents)s) AS document
              LEFT JOIN (%(undone)s) AS undone USING (id)
            """,
            documents=documents,
            undone=self._undone_sql(company, windows, outside),
        )

    def _undone_sql(self, company, windows, customers):
        """One row per document of these customers that credit notes of its currency have soon reversed in full: id."""
        domain = [
            *self._document_domain(company, windows.as_of),
            ("move_type", "=", "out_refund"),
            ("reversed_entry_id", "!=", False),
        ]
        names = ("reversed_entry_id", "currency_id", "invoice_date", "amount_untaxed")
        return SQL(
            """
            SELECT document.id
              FROM %(reversals)s AS reversal
              JOIN (%(documents)s) AS document
                ON document.id = reversal.reversed_entry_id
               AND document.currency_id = reversal.currency_id
               AND reversal.invoice_date <= document.invoice_date + %(days)s
             GROUP BY document.id, document.untaxed
            HAVING SUM(reversal.amount_untaxed) = document.untaxed
            """,
            reversals=self._entries_sql(domain, **{name: name for name in names}),
            documents=self._moves_sql(
                self._document_domain(company, windows.as_of),
                customers,
                id="id",
                invoice_date="invoice_date",
                currency_id="currency_id",
                untaxed="amount_untaxed",
            ),
            days=windows.undone_days,
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

    def _day_sql(self, company, windows, customers):
        """One row per customer and date: net, gross, counts, and whether it is a purchase day (event).

        One day of each month also has the month's number and net (0 where an amount is impossible).

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
                           BOOL_OR(is_purchase) AS is_event
                      FROM (%(documents)s ORDER BY partner_id, invoice_date) AS document
                     GROUP BY partner_id, invoice_date
                   ) AS day
            WINDOW of_month AS (PARTITION BY partner_id, month)
            """,
            documents=self._document_sql(company, windows, customers),
            month=self._month_number_sql(SQL.identifier("invoice_date")),
            most=str(AMOUNT_MAX),
        )

    def _month_number_sql(self, day):
        """The number of a date's month, as ``tools.months.month_number``."""
        return SQL("(DATE_PART('year', %(day)s) * 12 + DATE_PART('month', %(day)s) - 1)::int", day=day)

    def _partner_sql(self, company, windows, customers):
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
            documents=self._document_sql(company, windows, customers),
            company=company.id,
            known_customers=customers(SQL.identifier("partner_id")),
        )

    def _mean_gap_sql(self, company, windows, customers=None):
        """One row per customer: partner_id, mean_gap and revenue (of 12 months).

        mean_gap: days between purchase days of the look-back before the last one; None below two of them, and for those
        whose last one lies before the look-back of today. revenue: None where an amount is impossible, so that one such
        customer spoils no measure of all.
        """
        return SQL(
            """
            SELECT partner_id,
                   mean_gap,
                   CASE WHEN ABS(revenue) < %(most)s::numeric THEN revenue END AS revenue
              FROM (
                    SELECT partner_id,
                           CASE WHEN MAX(last) > %(lookback)s
                                THEN (MAX(last) - MIN(invoice_date)
                                        FILTER (WHERE is_purchase AND invoice_date > %(begin)s))::float8
                                    / NULLIF(COUNT(DISTINCT invoice_date)
                                        FILTER (WHERE is_purchase AND invoice_date > %(begin)s) - 1, 0)
                            END AS mean_gap,
                           SUM(amount) FILTER (WHERE invoice_date > %(year_ago)s) AS revenue
                      FROM (
                            SELECT *, MAX(invoice_date) FILTER (WHERE is_purchase) OVER (PARTITION BY partner_id) AS last
                              FROM (%(documents)s) AS document
                           ) AS document
                     GROUP BY partner_id
                   ) AS buyer
            """,
            most=str(AMOUNT_MAX),
            lookback=windows.lookback,
            begin=self._months_before_sql(SQL("last"), windows.lookback_months),
            year_ago=windows.year_ago,
            documents=self._document_sql(company, windows, customers),
        )

    def _months_before_sql(self, day, months):
        """``tools.months.months_before`` in PostgreSQL."""
        month = SQL("DATE_TRUNC('month', %(day)s) - MAKE_INTERVAL(months => %(months)s)", day=day, months=months)
        return SQL(
            """CASE WHEN DATE_PART('day', %(day)s + 1) = 1
                    THEN (%(month)s + INTERVAL '1 month')::date - 1
                    ELSE (%(day)s - MAKE_INTERVAL(months => %(months)s))::date END""",
            day=day,
            months=months,
            month=month,
        )

    def _batches_sql(self, company, mean_gaps, size, a_share):
        """One row: median (of the mean gaps), known (how many have one), customers, ends (of batches of ``size``), a_border.

        A profile without documents is a customer too: a key account that buys nothing, or a customer that has just vanished.

        :param a_share: share of revenue that A customers bring; a_border is the revenue of the smallest of them
        """
        return SQL(
            """
            SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY mean_gap) AS median,
                   COUNT(mean_gap) AS known,
                   COUNT(*) AS customers,
                   ARRAY_AGG(partner_id ORDER BY partner_id) FILTER (WHERE place %% %(size)s = 0) AS ends,
                   MIN(revenue) FILTER (WHERE revenue > 0 AND before < %(a_share)s::numeric * total)::float8 AS a_border
              FROM (
                    SELECT partner_id,
                           mean_gap,
                           revenue,
                           ROW_NUMBER() OVER (ORDER BY partner_id) AS place,
                           SUM(GREATEST(revenue, 0)) OVER () AS total,
                           COALESCE(SUM(GREATEST(revenue, 0)) OVER (
                               ORDER BY revenue DESC NULLS LAST, partner_id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                           ), 0) AS before
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
            a_share=str(a_share),
        )

    def _day_to_come_sql(self, company, as_of, customers):
        """One row per customer with documents after ``as_of``: partner_id, day of the first of them."""
        domain = [*self._counted_domain(company), ("invoice_date", ">", as_of)]
        return SQL(
            "SELECT partner_id, MIN(invoice_date) AS day FROM (%s) AS document GROUP BY partner_id",
            self._moves_sql(domain, customers, invoice_date="invoice_date"),
        )

    def _odd_dates_sql(self, company, as_of):
        """Documents whose day is probably mistyped, the farthest first: name, invoice_date, count (of all).

        A day outside the calendar skips its customer, and is named with that.
        """
        odd = Domain("invoice_date", "<", as_of - ODD_BEFORE) | Domain("invoice_date", ">", as_of + ODD_AFTER)
        moves = self.env["account.move"]
        # bypass: as for documents
        query = moves._search(Domain(self._counted_domain(company)) & odd, bypass_access=True)
        name, day = (moves._field_to_sql(query.table, field, query) for field in ("name", "invoice_date"))
        return SQL(
            "%s AND %s BETWEEN '0001-01-01' AND '9999-12-31' ORDER BY ABS(%s - %s) DESC LIMIT %s",
            query.select(name, day, SQL("COUNT(*) OVER ()")),
            day,
            day,
            as_of,
            ODD_NAMED,
        )

    def _document_sums(self, windows):
        """Column -> what adds it up over a customer's days (``_day_sql``).

        Another module adds a sum of its own by ``super()``; one with the name of a figure of the source *documents* is
        that figure.
        """
        last_year = SQL("invoice_date > %s", windows.year_ago)
        year_before = SQL(
            "invoice_date > %s AND invoice_date <= %s",
            windows.two_years_ago,
            windows.year_ago,
        )
        return {
            "first_invoice_date": SQL("MIN(invoice_date) FILTER (WHERE is_event)"),
            "last_invoice_date": SQL("MAX(invoice_date) FILTER (WHERE is_event)"),
            "event_count": SQL("COUNT(*) FILTER (WHERE is_event)"),
            "event_count_12m": SQL("COUNT(*) FILTER (WHERE is_event AND %s)", last_year),
            "invoice_count_12m": SQL("SUM(invoices) FILTER (WHERE %s)", last_year),
            "refund_count_12m": SQL("SUM(refunds) FILTER (WHERE %s)", last_year),
            "revenue_12m": SQL("SUM(net) FILTER (WHERE %s)", last_year),
            "revenue_prev_12m": SQL("SUM(net) FILTER (WHERE %s)", year_before),
            "gross_12m": SQL("SUM(gross) FILTER (WHERE %s)", last_year),
            "revenue_lifetime": SQL("SUM(net)"),
            "largest": SQL("MAX(GREATEST(ABS(net), gross))"),
            "amounts": SQL("ARRAY_AGG(gross ORDER BY invoice_date) FILTER (WHERE is_event)"),
        }

    def _document_figures(self):
        """Figure of the source *documents* -> SQL over the sums of a customer (``total``), who may have no document."""
        profiles = self.env["key.account.profile"]
        plain = {
            name: or_zero(profiles._fields[name], SQL.identifier("total", name))
            for name in profiles._figures("documents")
        }
        return plain | {
            # the field can be empty on contacts, the figure cannot
            "revenue_12m": SQL("COALESCE(total.revenue_12m, 0)"),
            "refunds_12m": SQL("COALESCE(total.gross_12m, 0) - COALESCE(total.revenue_12m, 0)"),
            "refund_ratio_12m": SQL(
                """((COALESCE(total.gross_12m, 0) - COALESCE(total.revenue_12m, 0))
                        / NULLIF(total.gross_12m, 0))::float8"""
            ),
            "growth": SQL(
                """CASE WHEN total.revenue_prev_12m > 0
                        THEN ((COALESCE(total.revenue_12m, 0) - total.revenue_prev_12m)
                            / total.revenue_prev_12m)::float8 END"""
            ),
            "last_to_first": SQL(
                """CASE WHEN total.event_count > 1
                        THEN (total.amounts[total.event_count] / NULLIF(total.amounts[1], 0))::float8 END"""
            ),
        }

    def _total_sql(self, company, windows, customers):
        """One row per customer with documents: the sums, and as arrays what the rules need.

        events: all purchase days as ``date.toordinal()``: how far the look-back reaches depends on the last one; months and
        nets: number and net of each month with documents among the last 24 complete ones.
        """
        return SQL(
            """
            SELECT partner_id,
                   %(sums)s,
                   ARRAY_AGG(invoice_date - DATE '2000-01-01' + %(day_zero)s ORDER BY invoice_date)
                       FILTER (WHERE is_event AND ISFINITE(invoice_date)) AS events,
                   ARRAY_AGG(month) FILTER (
                       WHERE month_net IS NOT NULL AND invoice_date BETWEEN %(months_first)s AND %(months_last)s
                   ) AS months,
                   ARRAY_AGG(month_net) FILTER (
                       WHERE month_net IS NOT NULL AND invoice_date BETWEEN %(months_first)s AND %(months_last)s
                   ) AS nets
              FROM (%(days)s) AS day
             GROUP BY partner_id
            """,
            sums=named(self._document_sums(windows)),
            day_zero=DAY_ZERO,
            months_first=windows.months_first,
            months_last=windows.months_last,
            days=self._day_sql(company, windows, customers),
        )

    def _month_sql(self, company, windows, partner_ids):
        """One row per customer and month since the windows' first one: partner_id, month (number), net.

        The net is 0 where an amount is impossible: the refresh skips the customer, but its screens have to open.
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
            documents=self._document_sql(
                company, windows, lambda column: self._customers_listed_sql(column, partner_ids)
            ),
            month=self._month_number_sql(SQL.identifier("invoice_date")),
            first=windows.months_first,
            most=str(AMOUNT_MAX),
        )
