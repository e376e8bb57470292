# SPDX-License-Identifier: LGPL-3.0-only
"""The only place that executes: facts in, verdict by the rules in ``tools``, rows that changed out.

    _refresh_customers   a few customers, now                    (stale marks, the button on a profile)
    _refresh_batch       customers up to a partner id            (one step of a run, see key.account.run)
    both:                facts -> verdict -> upsert -> vanished
    _refresh_portfolio   share, rank, ABC from stored revenue    (at the end of either)

One transaction reads the facts and writes the rows. If two write the same customer, PostgreSQL refuses the second one, which
begins again with fresh facts. A few customers are written even if nothing of them has changed (``_touch``): otherwise a slow
batch of all customers could write what it had read before a quick refresh found nothing to write, and nobody would notice.
Of a customer without a row there is nothing to write: its mark stays while all customers are being worked out.

A customer that cannot be worked out is skipped: the batch is taken back and tried again in halves, down to the one.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...tools.sql_array import number_array, text_array
from ...tools.thresholds import Thresholds
from ...tools.verdict import Customer, judge
from ..base.errors import CustomerError, concerns_one_customer
from ..facts.key_account_facts_documents import AMOUNT_MAX
from ..facts.key_account_facts_portfolio import STANDING_COLUMNS
from ..profile.overrides import BY_POLICY

_logger = logging.getLogger(__name__)

#: Marks taken at once: what is read, judged and written in one transaction.
STALE_BATCH = 500

#: How often a refresh that met another transaction is tried before it is left to the next run of the cron.
RETRIES = 10

#: After so many attempts the others wait: where invoices are posted all the time, somebody always gets in the way.
ATTEMPTS_BESIDE_OTHERS = 5

#: For so many customers, counting those above each is cheaper than ranking everybody.
COUNTED_MAX = 8

#: More customers than this failing in one batch is no matter of a customer: the whole batch fails.
SKIPPED_MAX = 100

#: Columns the documents give, computed by PostgreSQL.
FACT_COLUMNS = (
    "first_invoice_date",
    "last_invoice_date",
    "event_count",
    "event_count_12m",
    "invoice_count_12m",
    "refund_count_12m",
    "revenue_12m",
    "revenue_prev_12m",
    "gross_12m",
    "refunds_12m",
    "refund_ratio_12m",
    "growth",
    "revenue_lifetime",
    "last_to_first",
    "engagement_count",
    "last_contact_date",
)

#: Columns the rules conclude: attributes of ``tools.verdict.Customer``, plus the two categories.
VERDICT_COLUMNS = (
    "tenure_years",
    "observed_months",
    "active_months",
    "revenue_per_active_month",
    "negative_months",
    "coverage",
    "adi",
    "cv2",
    "demand_pattern",
    "volatility",
    "gap_count",
    "median_gap_days",
    "mean_gap_days",
    "gap_cv",
    "cadence",
    "cadence_months",
    "cadence_share",
    "is_seasonal",
    "seasonal_months",
    "expected_next_date",
    "days_since_last",
    "overdue_ratio",
    "overdue_days",
    "prior_gap_days",
    "lost_probability",
    "lifecycle",
    "recurrence",
    "computed_category",
    "category",
)


class Work(NamedTuple):
    """What is worked out: whose customers, as of when and by which rules."""

    company: models.Model
    as_of: date
    thresholds: Thresholds
    #: days, see ``_usual_gap``
    usual_gap: float
    #: write snapshots of ``as_of`` instead of the live profiles
    past: bool = False


@dataclass
class Outcome:
    """What came of it: customers read, rows that changed, why customers (by partner id) and rules (by type) were skipped."""

    read: int = 0
    changed: int = 0
    skipped: dict = field(default_factory=dict)
    broken: dict = field(default_factory=dict)

    def __add__(self, other):
        return Outcome(self.read + other.read, self.changed + other.changed, self.skipped | other.skipped)


class KeyAccountProfileRefresh(models.Model):
    _inherit = "key.account.profile"

    @api.model
    def _cron_refresh_stale(self):
        """Refresh the customers that were marked, a batch per transaction.

        What cannot be refreshed keeps its marks for the next time, and does not stop the others.
        """
        marks = self.env["key.account.stale"]
        self._retrying(marks._spread)
        ready = marks._ready_domain()
        left = self.env["ir.cron"]._commit_progress(remaining=marks.search_count(ready))
        for number in marks._company_numbers(ready):
            of_company, last = ready & Domain("company_number", "=", number), 0
            while left and (batch := marks.search(of_company & Domain("id", ">", last), limit=STALE_BATCH)):
                last = max(batch.ids)
                if not self._refresh_marked_or_log(number, batch):
                    break
                left = self.env["ir.cron"]._commit_progress(len(batch), remaining=marks.search_count(ready))
        if left:
            # What is left now failed: the hourly run tries it again, at once would be in vain.
            self.env["ir.cron"]._commit_progress(remaining=0)

    def _retrying(self, action):
        """Run ``action``, again from the start of the transaction if another one got in the way."""
        for attempt in range(1, RETRIES + 1):
            try:
                if attempt > ATTEMPTS_BESIDE_OTHERS:
                    self._have_others_wait()
                result = action()
                self.env.flush_all()
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == RETRIES:
                    raise
                _logger.info("Another transaction got in the way of the refresh, attempt %s", attempt)
        return None

    def _have_others_wait(self):
        """Let nobody else write customers in this transaction; posting does not wait, it only adds marks.

        First of all in the transaction: what LOCK waits for is seen by what comes after it.
        """
        self.env.cr.execute(SQL("LOCK TABLE key_account_profile IN SHARE ROW EXCLUSIVE MODE"))

    def _refresh_marked_or_log(self, company_number, marks):
        """Whether the customers of some marks of one company could be refreshed; if not, nothing is changed."""
        company = self.env["res.company"].browse(company_number).exists()
        try:
            self._retrying(lambda: self._refresh_marked(company, marks))
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all()
            self.env["key.account.run"]._log_failed(company, error)
            _logger.exception("Customers with new documents could not be refreshed, their marks stay")
            return False
        return True

    def _refresh_marked(self, company, marks):
        """Refresh the customers of some marks of one company and delete the marks, in this transaction.

        Who has a document of a day to come keeps one mark, which waits for it.
        """
        marks = marks.exists()
        if company:
            began = time.perf_counter()
            customers, as_of = marks._customers(), company._key_account_as_of()
            waiting = customers.keys() & marks._waiting(company)
            outcome = self._refresh_customers(company, sorted(customers.keys() - waiting), as_of)
            self.env["key.account.run"]._log_marked(company, as_of, outcome, time.perf_counter() - began)
            kept = outcome.skipped.keys() | waiting | self._without_row(company, customers)
            marks -= marks.browse().concat(*[customers[partner_id] for partner_id in kept])
            marks._put_off(company, customers, self._days_to_come(company, customers, as_of))
        marks.unlink()

    def _days_to_come(self, company, partner_ids, as_of):
        """Customer's id -> day of the first document dated after the day figures are worked out for."""
        customers = self._among(partner_ids)
        return dict(self.env.execute_query(self._facts_day_to_come_sql(company, as_of, customers)))

    def _without_row(self, company, partner_ids):
        """Of these customers those that have no row, while a refresh of all may be about to write one."""
        if not self.env["key.account.run"]._is_open_for(company):
            return set()
        rows = self.search([("company_id", "=", company.id), ("partner_id", "in", list(partner_ids))])
        return set(partner_ids) - set(rows.partner_id.ids)

    @api.model
    def _refresh_customers(self, company, partner_ids, as_of=None):
        """Work out the given customers of a company, by the ids of their commercial partners, as of its day.

        Those who wait for the night are skipped.
        """
        waiting = self.env["key.account.stale"]._waiting(company).intersection(partner_ids)
        if waiting:
            why = CustomerError(
                self.env._("Documents were moved to or from this customer: worked out in the coming night.")
            )
            others = [partner_id for partner_id in partner_ids if partner_id not in waiting]
            outcome = self._refresh_customers(company, others, as_of) if others else Outcome()
            return outcome + Outcome(skipped=dict.fromkeys(waiting, why))
        thresholds = company.key_account_policy_id._thresholds()
        as_of = as_of or company._key_account_as_of()
        self.env.flush_all()
        work = Work(company, as_of, thresholds, self._usual_gap_of(company, as_of, thresholds))
        outcome = self._refresh_batch(work, lambda column: self._customers_listed_sql(column, partner_ids))
        self._refresh_portfolio(work, partner_ids)
        cuts = self.env["key.account.portfolio"]._last_cuts(company)
        if cuts:
            self._refresh_quadrants(work, cuts, partner_ids)
        outcome.broken = self._refresh_types(work, partner_ids)
        self._settle(work, partner_ids, **(BY_POLICY if self.env["key.account.run"]._is_policy_new(company) else {}))
        self._touch(company, partner_ids)
        return outcome

    def _touch(self, company, partner_ids):
        """Write these customers' rows as they are, so that whoever read them before cannot write them unnoticed."""
        self.env.cr.execute(
            SQL(
                "UPDATE key_account_profile SET as_of_date = as_of_date WHERE company_id = %s AND partner_id = ANY(%s)",
                company.id,
                list(partner_ids),
            )
        )

    def _usual_gap_of(self, company, as_of, thresholds):
        """Days: what the last full refresh went by, so that all customers are measured by the same; else worked out."""
        last = self.env["key.account.run"]._last_begun(company)
        if last:
            return last.usual_gap_days
        gaps = self._facts_mean_gap_sql(company, self._windows(as_of, thresholds))
        median, known = self.env.execute_query(self._facts_usual_gap_sql(gaps))[0]
        return self._usual_gap(median, known, thresholds)

    @api.model
    def _usual_gap(self, median, known, thresholds):
        """Days: the company's median of mean gaps, or the policy's value while too few customers have one."""
        return median if known >= thresholds.prior_customers_min else thresholds.prior_gap_days

    def _refresh_batch(self, work, customers):
        """Read, judge and write the customers of a batch; one that cannot be worked out is skipped.

        :param customers: function from the SQL of a partner column to the condition which customers to read
        :raises: what is no matter of a customer: a lock, a time limit, a full disk, an unknown column; and what is wrong
            with anything others left to be written
        """
        # Outside of what is tried: the savepoint would write it, and its error be a customer's.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                return self._refresh_together(work, customers)
        except Exception as error:
            if not concerns_one_customer(error):
                raise
            return self._refresh_apart(work, customers, error)

    def _refresh_apart(self, work, customers, error):
        """A batch that failed with ``error`` once more, in halves; the customer that remains alone is skipped."""
        query = self._facts_partner_sql(work.company, self._windows(work.as_of, work.thresholds), customers)
        partner_ids = [row[0] for row in self.env.execute_query(query)]
        if not partner_ids:
            raise error
        if len(partner_ids) == 1:
            return Outcome(read=1, skipped={partner_ids[0]: error})
        outcome = Outcome()
        middle = len(partner_ids) // 2
        for half in (partner_ids[:middle], partner_ids[middle:]):
            outcome += self._refresh_batch(work, lambda column, half=half: self._customers_listed_sql(column, half))
            if len(outcome.skipped) > SKIPPED_MAX:
                raise error
        return outcome

    def _refresh_together(self, work, customers):
        """Read, judge and write the customers of a batch; those whose documents cannot be meant are skipped."""
        read = self._make_fact_table(work.company, self._windows(work.as_of, work.thresholds), customers)
        skipped = self._take_out_uncountable()
        partner_ids, customers_read = self._read_customers(work)
        for customer in customers_read:
            judge(customer, work.thresholds)
        changed = self._upsert(work, partner_ids, customers_read)
        changed += self._delete_vanished(work)
        return Outcome(read, changed, skipped)

    def _take_out_uncountable(self):
        """Delete facts with amounts beyond any money and days outside the calendar; the reason by partner id."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM key_account_fact
                 WHERE NOT largest < %(most)s::numeric OR NOT ISFINITE(first_invoice_date)
             RETURNING partner_id, largest < %(most)s::numeric
                """,
                most=str(AMOUNT_MAX),
            )
        )
        amount = self.env._("A document's amount is too large to be meant, or is no number at all.")
        day = self.env._("A document's date lies outside the calendar.")
        return {
            partner_id: CustomerError(day if countable else amount) for partner_id, countable in self.env.cr.fetchall()
        }

    def _make_fact_table(self, company, windows, customers):
        """Facts of the batch, kept by PostgreSQL until the end of the transaction: most of them never travel.

        One table serves all batches of a transaction: each new one would hold its locks to the end.

        :returns: the number of customers
        """
        facts = self._facts_customer_sql(company, windows, customers)
        # Compiling a query of this size costs more than it saves on a batch.
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        self.env.cr.execute(
            SQL("CREATE TEMP TABLE IF NOT EXISTS key_account_fact ON COMMIT DROP AS %s WITH NO DATA", facts)
        )
        self.env.cr.execute(SQL("TRUNCATE key_account_fact"))
        self.env.cr.execute(SQL("INSERT INTO key_account_fact %s", facts))
        return self.env.cr.rowcount

    def _read_customers(self, work):
        """Partner ids, and for each what the rules need to know; what people judge today is not judged of the past."""
        self.env.cr.execute(
            SQL(
                """
                SELECT partner_id, events, months, nets, first_invoice_date, last_invoice_date, event_count,
                       event_count_12m, engagement_count, cannot_be_developed,
                       CASE WHEN NOT %(past)s THEN manual_category END,
                       manual_category_until
                  FROM key_account_fact
                 WHERE has_documents OR is_judged AND NOT %(past)s
                """,
                past=work.past,
            )
        )
        partner_ids, customers = [], []
        for partner_id, events, months, nets, *figures in self.env.cr.fetchall():
            partner_ids.append(partner_id)
            month_nets = dict(zip(months, nets, strict=True)) if months else {}
            customers.append(Customer(work.as_of, events or [], month_nets, *figures, work.usual_gap))
        return partner_ids, customers

    def _upsert(self, work, partner_ids, customers):
        """Write facts and verdicts where they are others than the stored ones; the number of rows written."""
        if not partner_ids:
            return 0
        table = self._target(work.past)
        self.env.cr.execute(self._upsert_sql(work, table, self._verdicts_sql(partner_ids, customers)))
        ids = [row[0] for row in self.env.cr.fetchall()]
        table.invalidate_model()
        table.browse(ids).modified(FACT_COLUMNS + VERDICT_COLUMNS)
        return len(ids)

    def _upsert_sql(self, work, table, verdicts):
        """Of a customer who is known, the category that counts is left to ``_settle``, as is what changed since.

        Rows that are as stored are left out before they meet the conflict: it would lock, and so write, each of them. They
        are looked up one by one: of a table that grows, PostgreSQL knows too little to read only this batch of it.

        Who wrote them is left empty: nobody did, and each user named is a foreign key to be checked.
        """
        key = ("company_id", "partner_id", "as_of_date") if work.past else ("company_id", "partner_id")
        columns = FACT_COLUMNS + VERDICT_COLUMNS + ("as_of_date", "policy_id")
        compared = [name for name in columns if work.past or name != "category"]
        begun = (
            {}
            if work.past
            else {
                "salesperson_id": SQL.identifier("new", "account_manager_id"),
                "settled_lifecycle": SQL.identifier("new", "lifecycle"),
                "settled_major": SQL("FALSE"),
            }
        )

        def names(*names, of=None):
            return SQL(", ").join([SQL.identifier(of, name) if of else SQL.identifier(name) for name in names])

        return SQL(
            """
            INSERT INTO %(table)s (
                %(inserted)s, create_date, write_date
            )
            SELECT %(new_all)s, %(now)s, %(now)s
              FROM (
                    SELECT %(company)s,
                           partner_id,
                           %(manager)s,
                           %(values)s
                      FROM key_account_fact AS fact
                      JOIN %(verdicts)s USING (partner_id)
                   ) AS new (company_id, partner_id, account_manager_id, %(columns)s)
              LEFT JOIN LATERAL (SELECT * FROM %(table)s WHERE (%(key)s) = (%(new_key)s) OFFSET 0) AS stored
                ON TRUE
             WHERE stored.id IS NULL
                OR (%(stored)s) IS DISTINCT FROM (%(new)s)
                ON CONFLICT (%(key)s) DO UPDATE
               SET (%(compared)s, write_date) = ROW(%(excluded)s, EXCLUDED.write_date)
         RETURNING id
            """,
            table=SQL.identifier(table._table),
            columns=names(*columns),
            compared=names(*compared),
            inserted=names("company_id", "partner_id", "account_manager_id", *columns, *begun),
            new_all=SQL(", ").join(
                [names("company_id", "partner_id", "account_manager_id", *columns, of="new"), *begun.values()]
            ),
            now=self.env.cr.now(),
            company=work.company.id,
            manager=self._manager_sql(work),
            values=self._values_sql(work.as_of, work.company.key_account_policy_id),
            verdicts=verdicts,
            new_key=names(*key, of="new"),
            stored=names(*compared, of="stored"),
            new=names(*compared, of="new"),
            key=names(*key),
            excluded=names(*compared, of="excluded"),
        )

    def _manager_sql(self, work):
        """Who looks after a customer without a row: the salesperson of the contact, if they have a right on Sales.

        A snapshot is looked after by whoever looks after the customer today.
        """
        return SQL(
            """
            (SELECT CASE WHEN live.id IS NOT NULL THEN live.account_manager_id
                         WHEN contact.user_id = ANY(%(sellers)s) THEN contact.user_id
                    END
               FROM res_partner AS contact
               LEFT JOIN key_account_profile AS live
                      ON live.partner_id = contact.id AND live.company_id = %(company)s
              WHERE contact.id = fact.partner_id)
            """,
            sellers=self.env["res.users"]._key_account_seller_ids(),
            company=work.company.id,
        )

    def _target(self, past):
        return self.env["key.account.snapshot"] if past else self.env["key.account.profile"]

    def _values_sql(self, as_of, policy):
        """The columns in order: facts from the fact table, two ratios between them, verdicts, the day, the policy."""
        ratios = {
            "refund_ratio_12m": SQL("(fact.refunds_12m / NULLIF(fact.gross_12m, 0))::float8"),
            "growth": SQL(
                """CASE WHEN fact.revenue_prev_12m > 0
                        THEN ((fact.revenue_12m - fact.revenue_prev_12m) / fact.revenue_prev_12m)::float8 END"""
            ),
        }
        facts = [ratios.get(name) or SQL.identifier("fact", name) for name in FACT_COLUMNS]
        verdicts = [SQL.identifier("verdict", name) for name in VERDICT_COLUMNS]
        return SQL(", ").join([*facts, *verdicts, SQL("%s::date", as_of), SQL("%s::int", policy.id)])

    def _verdicts_sql(self, partner_ids, customers):
        """The verdicts as a table: one array per column, the fastest way for many rows into PostgreSQL."""
        arrays = [SQL("%s::int[]", number_array(partner_ids))]
        for name in VERDICT_COLUMNS:
            arrays.append(self._array_sql(self._fields[name].type, list(map(attrgetter(name), customers))))
        names = [SQL.identifier(name) for name in ("partner_id", *VERDICT_COLUMNS)]
        return SQL("UNNEST(%s) AS verdict (%s)", SQL(", ").join(arrays), SQL(", ").join(names))

    def _array_sql(self, field_type, values):
        """An array of the values of a field of this type."""
        if field_type == "integer":
            return SQL("%s::int[]", number_array(values))
        if field_type == "float":
            return SQL("%s::float8[]", number_array(values))
        if field_type == "monetary":
            return SQL("%s::numeric[]", number_array(values))
        if field_type == "boolean":
            return SQL("%s::bool[]", number_array(values))
        if field_type == "date":
            return SQL("%s::date[]", text_array(values))
        return SQL("%s::text[]", text_array(values))

    def _delete_vanished(self, work):
        """Delete figures of customers of the batch who have no document any more; the number of rows deleted."""
        table = self._target(work.past)
        self.env.cr.execute(
            SQL(
                """
                SELECT stored.id
                  FROM %(table)s AS stored
                  JOIN key_account_fact AS fact USING (partner_id)
                 WHERE stored.company_id = %(company)s
                   AND NOT fact.has_documents
                   AND (%(past)s AND stored.as_of_date = %(as_of)s OR NOT %(past)s AND NOT fact.is_judged)
                """,
                table=SQL.identifier(table._table),
                company=work.company.id,
                past=work.past,
                as_of=work.as_of,
            )
        )
        vanished = table.browse([row[0] for row in self.env.cr.fetchall()])
        vanished.unlink()
        return len(vanished)

    def _refresh_portfolio(self, work, partner_ids=None):
        """Share, rank, ABC and major from stored revenue, and what the books tell of payments, lines and place.

        :param partner_ids: write these customers only; the others follow at night, their own revenue has not changed
        """
        if partner_ids is not None and len(partner_ids) <= COUNTED_MAX:
            ranked = self._portfolio_counted_sql(work.company, partner_ids)
        else:
            ranked = self._portfolio_ranked_sql(self._work_scope_sql(work))
        standing = self._portfolio_standing_sql(ranked, work.thresholds)
        figures = self._portfolio_figures_sql(standing, work, self._among(partner_ids))
        if partner_ids is None:
            return self._update_portfolio_apart(figures, work.past)
        return self._update_figures(self._portfolio_update_sql(figures, work.past), STANDING_COLUMNS, work.past)

    def _update_portfolio_apart(self, figures, past):
        """Work out the figures of all customers before they are written: PostgreSQL reads in parallel, but for an UPDATE.

        Nor does it for an INSERT. Whoever works out several companies in one transaction has one table all the same: each
        new one would hold its locks to the end.
        """
        self.env.cr.execute(SQL("SELECT TO_REGCLASS('pg_temp.key_account_standing')"))
        if self.env.cr.fetchone()[0]:
            self.env.cr.execute(SQL("TRUNCATE key_account_standing"))
            self.env.cr.execute(SQL("INSERT INTO key_account_standing %s", figures))
        else:
            self.env.cr.execute(SQL("CREATE TEMP TABLE key_account_standing ON COMMIT DROP AS %s", figures))
        update = self._portfolio_update_sql(SQL("SELECT * FROM key_account_standing"), past)
        return self._update_figures(update, STANDING_COLUMNS, past)

    def _refresh_quadrants(self, work, cuts, partner_ids=None):
        """The quadrant of the company's policy that the figures lead to, by the given cuts."""
        policy = work.company.key_account_policy_id
        update = self._quadrant_update_sql(
            self._work_scope_sql(work), policy, cuts, work.past, self._among(partner_ids)
        )
        return self._update_figures(update, ["quadrant_id"], work.past)

    def _work_scope_sql(self, work):
        return self._portfolio_scope_sql(work.company, work.as_of if work.past else None)

    def _among(self, partner_ids):
        """The condition which customers, None for all."""
        if partner_ids is None:
            return None
        return lambda column: self._customers_listed_sql(column, partner_ids)

    def _update_figures(self, update_sql, names, past):
        """Run an update that returns the ids it wrote; their number."""
        self.env.cr.execute(update_sql)
        ids = [row[0] for row in self.env.cr.fetchall()]
        table = self._target(past)
        table.invalidate_model(names)
        table.browse(ids).modified(names)
        return len(ids)
