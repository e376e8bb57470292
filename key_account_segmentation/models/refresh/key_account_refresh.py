# SPDX-License-Identifier: LGPL-3.0-only
"""The only place that runs what reads documents: facts in, verdicts by the rules of ``tools``, rows that changed out.

    _refresh_customers   a few customers, now                    (marks of stale customers, the button on a profile)
    _refresh_batch       some customers, classified               (a few, or one batch of a run, see key.account.run)
    _steps               what follows when all are classified: rank, place, and what upper rooms append

A refresh of few customers, of all, of a past day and of a draft take the same steps. They differ in ``Work``: which
customers, as of when, and the target that the figures go to.

One transaction reads the facts and writes the rows. If two write the same customer, PostgreSQL refuses the second one, which
begins again with fresh facts. A few customers are written even if nothing of them has changed (``_touch``): otherwise a slow
batch of all customers could write what it had read before a quick refresh found nothing to write, and nobody would notice.
``_touch`` cannot lock a customer without a row, so its mark is kept until the running refresh of all has finished.

A customer that cannot be classified is skipped: the batch is taken back and tried again in halves, down to the one.
"""

import logging
import time
from operator import attrgetter

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, format_list

from ...tools.sql_array import number_array, text_array
from ...tools.verdict import Customer, classify
from ..base.columns import columns
from ..base.errors import CustomerError, concerns_one_customer
from ..base.words import day_text
from ..facts.key_account_facts_documents import AMOUNT_MAX
from .targets import Live
from .work import Beginning, Outcome, Work

_logger = logging.getLogger(__name__)

#: A batch of so many customers has all of them.
ALL_IN_ONE = 2**31 - 1

#: Marks taken at once: what is read, classified and written in one transaction.
STALE_BATCH = 500

#: How often a refresh that met another transaction is tried before it is left to the next run of the cron.
RETRIES = 10

#: After so many attempts the refresh locks others out: constant posting would get in its way every time.
ATTEMPTS_BESIDE_OTHERS = 5

#: For so many customers, counting those above each is cheaper than ranking everybody.
COUNTED_MAX = 8

#: If more customers of a batch fail, its customers are not the cause: the whole batch fails.
SKIPPED_MAX = 100

#: Type of a field -> an array of its values; dates and words travel as text.
ARRAYS = {
    "integer": lambda values: SQL("%s::int[]", number_array(values)),
    "float": lambda values: SQL("%s::float8[]", number_array(values)),
    "monetary": lambda values: SQL("%s::numeric[]", number_array(values)),
    "boolean": lambda values: SQL("%s::bool[]", number_array(values)),
    "date": lambda values: SQL("%s::date[]", text_array(values)),
    "selection": lambda values: SQL("%s::text[]", text_array(values)),
    "char": lambda values: SQL("%s::text[]", text_array(values)),
}


class KeyAccountRefresh(models.AbstractModel):
    _name = "key.account.refresh"
    _description = "Refresh of Key Account Figures"

    @property
    def _facts(self):
        return self.env["key.account.facts"]

    @api.model
    def _cron_refresh_stale(self):
        """Refresh the customers that were marked, a batch per transaction.

        Customers that cannot be refreshed keep their marks for the next run, and do not stop the others.
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
            # The remaining marks failed: the hourly run tries them again; at once, they would fail again.
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
        """Lock the profiles against other writers until the transaction ends. Posting does not wait: it only adds marks.

        LOCK has to be the first statement, so that the snapshot shows what it has waited for.
        """
        self.env.cr.execute(SQL("LOCK TABLE key_account_profile IN SHARE ROW EXCLUSIVE MODE"))

    def _refresh_marked_or_log(self, company_number, marks):
        """Refresh the customers of one company's marks; False if that failed, and then nothing has changed."""
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

        A customer with a document of a day to come keeps one mark, which waits for that day.
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
        """Customer's id -> day of the first document dated after the day figures are refreshed for."""
        customers = self._listed(partner_ids)
        return dict(self.env.execute_query(self._facts._day_to_come_sql(company, as_of, customers)))

    def _without_row(self, company, partner_ids):
        """The customers without a row, as long as a refresh of all may be about to write one."""
        if not self.env["key.account.run"]._is_open_for(company):
            return set()
        rows = self.env["key.account.profile"].search(
            [("company_id", "=", company.id), ("partner_id", "in", list(partner_ids))]
        )
        return set(partner_ids) - set(rows.partner_id.ids)

    @api.model
    def _refresh_customers(self, company, partner_ids, as_of=None):
        """Refresh the given customers of a company, by the ids of their commercial partners, as of its day.

        Customers that wait for the night are skipped.

        :returns: ``Outcome``
        """
        waiting = self.env["key.account.stale"]._waiting(company).intersection(partner_ids)
        outcome = Outcome(skipped=dict.fromkeys(waiting, self._waits_for_the_night()))
        if others := tuple(partner_id for partner_id in partner_ids if partner_id not in waiting):
            outcome += self._refresh_few(self._work_of(company, others, as_of))
        return outcome

    def _waits_for_the_night(self):
        return CustomerError(
            self.env._("Documents were moved to or from this customer: it is refreshed in the coming night.")
        )

    def _work_of(self, company, partner_ids, as_of=None):
        """The refresh of a few customers, as of the company's day and by its policy."""
        thresholds = company.key_account_policy_id._thresholds()
        as_of = as_of or company._key_account_as_of()
        gap, border = self._measures_of(company, as_of, thresholds)
        cause = "policy" if self.env["key.account.run"]._is_policy_new(company) else "figures"
        return Work(company, as_of, thresholds, gap, Live(self.env), border, tuple(partner_ids), cause)

    def _refresh_few(self, work):
        outcome = self._refresh_batch(work, self._listed(work.partner_ids))
        for step in self._steps(work):
            outcome += self._take_step(work, step)
        self._touch(work.company, work.partner_ids)
        return outcome

    @api.model
    def _steps(self, work):
        """Names of the methods that follow when the customers of a refresh are classified, in order.

        Each takes the work, and returns an ``Outcome`` if there is something to report. A run of all customers commits after
        each, so a step can be taken again. An upper room appends its own.
        """
        return ["_rank", "_place"]

    def _take_step(self, work, step):
        """A step's SQL reads what Odoo holds back for the database: a step begins with a flush."""
        self.env.flush_all()
        return getattr(self, step)(work) or Outcome()

    def _touch(self, company, partner_ids):
        """Write these customers' rows as they are, so that whoever read them before cannot write them unnoticed."""
        self.env.cr.execute(
            SQL(
                "UPDATE key_account_profile SET as_of_date = as_of_date WHERE company_id = %s AND partner_id = ANY(%s)",
                company.id,
                list(partner_ids),
            )
        )

    def _measures_of(self, company, as_of, thresholds):
        """Usual gap (days) and A border of the last full refresh, so that all customers are measured alike; else anew."""
        last = self.env["key.account.run"]._last_begun(company)
        known = last or self._begin(company, as_of, thresholds)
        return (known.usual_gap_days if last else known.usual_gap), known.a_border or None

    @api.model
    def _begin(self, company, as_of, thresholds, size=ALL_IN_ONE):
        """The ``Beginning``: what the first batch has to know of all customers."""
        self.env.flush_all()
        gaps = self._facts._mean_gap_sql(company, self._facts._windows(as_of, thresholds))
        self.env.cr.execute(self._facts._batches_sql(company, gaps, size, thresholds.abc_a_share))
        row = self.env.cr.dictfetchone()
        gap = self._usual_gap(row["median"], row["known"], thresholds)
        return Beginning(gap, row["a_border"], row["customers"], row["ends"] or [])

    @api.model
    def _dates_to_check(self, company, as_of):
        """``Outcome`` with a sentence on documents whose year is probably mistyped: they count where their date says."""
        found = self.env.execute_query(self._facts._odd_dates_sql(company, as_of))
        if not found:
            return Outcome()
        names = format_list(self.env, [f"{name} ({day_text(self.env, day)})" for name, day, _count in found])
        sentence = self.env._(
            "Dates to check: %(count)s documents are dated more than 25 years ago or more than a year ahead: %(names)s.",
            count=found[0][2],
            names=names,
        )
        return Outcome(remarks=[sentence])

    @api.model
    def _usual_gap(self, median, known, thresholds):
        """Days: the company's median of mean gaps, or the policy's value while too few customers have one."""
        return median if known >= thresholds.prior_customers_min else thresholds.prior_gap_days

    def _listed(self, partner_ids):
        """The condition that selects these customers, None for all: a function from the SQL of a partner column."""
        if partner_ids is None:
            return None
        return lambda column: self._facts._customers_listed_sql(column, partner_ids)

    def _refresh_batch(self, work, customers):
        """Read, classify and write the customers of a batch; a customer that cannot be classified is skipped.

        :param customers: function from the SQL of a partner column to the condition which customers to read
        :raises: errors that no customer causes: a lock, a time limit, a full disk, an unknown column, a failed flush
        """
        # Flushed outside: the savepoint would flush what callers changed, and their error would be a customer's.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                return self._refresh_together(work, customers)
        except Exception as error:
            if not concerns_one_customer(error):
                raise
            return self._refresh_apart(work, customers, error)

    def _refresh_apart(self, work, customers, error):
        """Try a batch that failed with ``error`` again, in halves; a customer that fails alone is skipped."""
        query = self._facts._partner_sql(work.company, self._windows_of(work), customers)
        partner_ids = [row[0] for row in self.env.execute_query(query)]
        if not partner_ids:
            raise error
        if len(partner_ids) == 1:
            return Outcome(read=1, skipped={partner_ids[0]: error})
        outcome = Outcome()
        middle = len(partner_ids) // 2
        for half in (partner_ids[:middle], partner_ids[middle:]):
            outcome += self._refresh_batch(work, self._listed(half))
            if len(outcome.skipped) > SKIPPED_MAX:
                raise error
        return outcome

    def _refresh_together(self, work, customers):
        """Read, classify and write the customers of a batch; impossible amounts and days skip their customer."""
        read = self._make_fact_table(work, customers)
        skipped = self._take_out_uncountable()
        partner_ids, customers_read = self._read_customers(work)
        for customer in customers_read:
            classify(customer, work.thresholds)
        changed = 0
        if partner_ids:
            changed = work.target.upsert(work, self._classified_sql(work, partner_ids, customers_read))
        changed += work.target.delete_vanished(work)
        return Outcome(read, changed, skipped)

    def _windows_of(self, work):
        return self._facts._windows(work.as_of, work.thresholds)

    def _take_out_uncountable(self):
        """Delete facts with impossible amounts and days outside the calendar; returns the reason by partner id."""
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

    def _make_fact_table(self, work, customers):
        """Facts of the batch, kept by PostgreSQL until the end of the transaction: most of them never travel.

        One table serves all batches of a transaction: each new one would hold its locks to the end.

        :returns: the number of customers
        """
        facts = self._facts._customer_sql(work.company, self._windows_of(work), customers)
        # Compiling a query of this size costs more than it saves on a batch.
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        self.env.cr.execute(
            SQL("CREATE TEMP TABLE IF NOT EXISTS key_account_fact ON COMMIT DROP AS %s WITH NO DATA", facts)
        )
        self.env.cr.execute(SQL("TRUNCATE key_account_fact"))
        self.env.cr.execute(SQL("INSERT INTO key_account_fact %s", facts))
        return self.env.cr.rowcount

    def _read_customers(self, work):
        """Partner ids, and a ``Customer`` for each; a past day leaves out what is set by hand today."""
        self.env.cr.execute(
            SQL(
                """
                SELECT partner_id, events, months, nets, first_invoice_date, last_invoice_date, event_count,
                       event_count_12m, engagement_count, cannot_be_developed,
                       CASE WHEN %(is_today)s THEN manual_category END AS manual_category,
                       manual_category_until
                  FROM key_account_fact
                 WHERE has_documents OR is_kept AND %(is_today)s
                """,
                is_today=work.target.is_today,
            )
        )
        names = [column.name for column in self.env.cr.description][4:]
        partner_ids, customers = [], []
        for partner_id, events, months, nets, *figures in self.env.cr.fetchall():
            partner_ids.append(partner_id)
            customers.append(
                Customer(
                    as_of=work.as_of,
                    events=events or [],
                    month_nets=dict(zip(months, nets, strict=True)) if months else {},
                    prior_gap_days=work.usual_gap,
                    a_border=work.a_border,
                    **dict(zip(names, figures, strict=True)),
                )
            )
        return partner_ids, customers

    def _classified_sql(self, work, partner_ids, customers):
        """One row per customer: partner_id, account_manager_id and what the target writes, facts and verdicts together."""
        verdicts = work.target.figures._figures("verdict")
        facts = work.target.figures._figures("documents", "work")
        values = [
            *(SQL.identifier("fact" if name in facts else "verdict", name) for name in (*facts, *verdicts)),
            SQL("%s::date AS as_of_date", work.as_of),
            SQL("%s::int AS policy_id", work.company.key_account_policy_id.id),
        ]
        return SQL(
            """
            SELECT partner_id,
                   %(manager)s AS account_manager_id,
                   %(values)s
              FROM key_account_fact AS fact
              JOIN %(verdicts)s USING (partner_id)
            """,
            manager=self._manager_sql(work.company),
            values=SQL(", ").join(values),
            verdicts=self._verdicts_sql(work.target.figures, verdicts, partner_ids, customers),
        )

    def _manager_sql(self, company):
        """The account manager of a customer without a row: the salesperson of the contact with a right on Sales.

        A snapshot has the account manager of today.
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
            company=company.id,
        )

    def _verdicts_sql(self, figures, names, partner_ids, customers):
        """The verdicts as a table: one array per column, the fastest way for many rows into PostgreSQL."""
        arrays = [SQL("%s::int[]", number_array(partner_ids))]
        for name in names:
            arrays.append(ARRAYS[figures._fields[name].type](list(map(attrgetter(name), customers))))
        return SQL("UNNEST(%s) AS verdict (%s)", SQL(", ").join(arrays), columns(("partner_id", *names)))

    def _rank(self, work):
        """Write share, rank, ABC and major customer by stored revenue, and the figures of payments, lines and locations.

        A refresh of few customers writes only theirs. The ranks of all others follow at night: their revenue is the same.
        """
        if work.is_of_all or len(work.partner_ids) > COUNTED_MAX:
            ranked = self._facts._ranked_sql(work.target.scope_sql(work.company, work.as_of))
        else:
            ranked = self._facts._counted_sql(work.company, work.partner_ids)
        ranks = self._facts._rank_sql(ranked, work.thresholds)
        figures = self._facts._among_others_sql(ranks, work, self._listed(work.partner_ids))
        if work.is_of_all:
            figures = self._apart(figures)
        names = work.target.figures._figures("portfolio", "payments", "lines", "location")
        work.target.update(figures, names)

    def _apart(self, figures):
        """A temporary table of the figures of all customers: PostgreSQL reads in parallel for it, for an UPDATE it does not.

        It does not for an INSERT either. A transaction that refreshes several companies reuses the table: each new one would
        hold its locks to the end.
        """
        self.env.cr.execute(SQL("SELECT TO_REGCLASS('pg_temp.key_account_standing')"))
        if self.env.cr.fetchone()[0]:
            self.env.cr.execute(SQL("TRUNCATE key_account_standing"))
            self.env.cr.execute(SQL("INSERT INTO key_account_standing %s", figures))
        else:
            self.env.cr.execute(SQL("CREATE TEMP TABLE key_account_standing ON COMMIT DROP AS %s", figures))
        return SQL("SELECT * FROM key_account_standing")

    def _place(self, work):
        """Write the place that the figures lead to; a refresh of all customers also stores the portfolio of the day.

        A refresh of few customers takes the cuts of the last night.
        """
        policy, portfolios = work.company.key_account_policy_id, self.env["key.account.portfolio"]
        scope = work.target.scope_sql(work.company, work.as_of)
        fault = policy._axis_fault()
        if work.is_of_all and not fault:
            cuts = policy._cuts(scope, SQL("(%s) IS NULL", self._beside_sql(work, work.target.figure_sql)))
        else:
            cuts = portfolios._last_cuts(work.company)
        if cuts and not fault:
            self._place_by(work, policy, cuts)
        if work.is_of_all:
            self.env.cr.execute(self._facts._summary_sql(scope, work.thresholds))
            summary = self.env.cr.dictfetchone() | {"usual_gap_days": work.usual_gap}
            portfolios._store(policy, work.as_of, cuts or (None, None), summary)
        return Outcome(remarks=[fault] if fault else [])

    def _place_by(self, work, policy, cuts):
        axes = work.target.figures._axes()
        names = policy._axis_names()
        quadrant = work.target.figures._place_sql(
            *map(SQL.identifier, names), *cuts, *[axes[name].reversed for name in names]
        )
        place = self._whole_place_sql(self._beside_sql(work, work.target.figure_sql), quadrant)
        quadrants = {quadrant.place: quadrant.id for quadrant in policy.quadrant_ids}
        customers = self._listed(work.partner_ids)
        among = customers(SQL.identifier("partner_id")) if customers else SQL("TRUE")
        work.target.place(work, place, quadrants, among)

    @api.model
    def _whole_place_sql(self, beside, quadrant):
        """The place of a customer; NULL without a purchase, a value or a cut.

        :param beside: SQL of ``_beside_sql``
        :param quadrant: SQL of the place among the four
        """
        return SQL("NULLIF(COALESCE(%s, %s), '')", beside, quadrant)

    @api.model
    def _beside_sql(self, work, figure):
        """The place beside the four quadrants, empty text without a purchase; NULL for those whom the cuts place.

        :param figure: function from the name of a figure to the SQL of its column
        """
        return SQL(
            """
            CASE WHEN COALESCE(%(recurrence)s, 'none') = 'none' THEN ''
                 WHEN %(lifecycle)s = 'lost' THEN 'win_back'
                 WHEN %(newcomer)s THEN 'newcomer'
             END
            """,
            recurrence=figure("recurrence"),
            lifecycle=figure("lifecycle"),
            newcomer=self._newcomer_sql(work, figure),
        )

    @api.model
    def _newcomer_sql(self, work, figure):
        """Condition: too new to be placed by figures, and not among the largest already."""
        return SQL("%s = 'new' AND %s IS DISTINCT FROM 'A'", figure("recurrence"), figure("abc"))
