# SPDX-License-Identifier: LGPL-3.0-only
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..base.errors import reason_of
from .targets import History, Live
from .work import Work

_logger = logging.getLogger(__name__)

#: Customers refreshed in one transaction.
BATCH_SIZE = 2000

#: Days for which runs are kept; those of a few customers that ended well tell less.
KEPT_DAYS = 90
KEPT_DAYS_MARKED = 7

OPEN_STATES = ("waiting", "running")


class KeyAccountRun(models.Model):
    """A refresh of all customers of a company, a batch per transaction; or the log of a refresh of a few.

    The run knows how far it got: interrupted anywhere, by a time limit or a crash, the next step goes on from there.
    """

    _name = "key.account.run"
    _description = "Key Account Refresh"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    cause = fields.Selection(
        [
            ("schedule", "Every night"),
            ("documents", "New documents"),
            ("user", "Asked for"),
            ("policy", "Policy published"),
        ],
        string="Why",
        default="schedule",
        required=True,
        readonly=True,
        help="New documents: customers whose documents changed, refreshed within a minute. "
        "Asked for: somebody pressed “Refresh now”, or a script did.",
    )
    scope = fields.Selection(
        [
            ("all", "All customers"),
            ("marked", "Customers with new documents"),
            ("past", "All customers, look back"),
        ],
        compute="_compute_scope",
    )
    as_of_date = fields.Date(string="As of", required=True, readonly=True)
    is_past = fields.Boolean(
        string="Look Back", readonly=True, help="Makes snapshots of a day in the past; live figures stay as they are."
    )
    policy_id = fields.Many2one("key.account.policy", required=True, readonly=True, ondelete="cascade")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("interrupted", "Overtaken"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        help="Overtaken: a later run began before this one was through.",
    )
    usual_gap_days = fields.Float(string="Usual Gap (Days)", readonly=True)
    a_border = fields.Float(
        readonly=True,
        help="Revenue (12 months) of the smallest A customer as the run began; 0 if nobody has any.",
    )
    customer_count = fields.Integer(string="Customers", readonly=True, help="Customers to be refreshed.")
    batch_ends = fields.Json(readonly=True, help="Partner ids at which the batches end; the last one has no end.")
    position = fields.Integer(readonly=True, help="Number of batches done, and of the steps after them.")
    read_count = fields.Integer(string="Customers Read", readonly=True)
    changed_count = fields.Integer(string="Rows Changed", readonly=True)
    skipped_count = fields.Integer(
        string="Customers Skipped",
        readonly=True,
        help="Customers that could not be classified: their figures stay as they were. All others are refreshed.",
    )
    failure_ids = fields.One2many("key.account.run.failure", "run_id", string="Skipped Customers", readonly=True)
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    seconds = fields.Float(readonly=True, help="Seconds at work, without what lay between the steps.")
    message = fields.Text(readonly=True, help="What went wrong.")

    _open_idx = models.Index("(company_id, state) WHERE state IN ('waiting', 'running')")
    _day_idx = models.Index("(company_id, as_of_date)")

    @api.depends("cause", "is_past")
    def _compute_scope(self):
        for run in self:
            run.scope = "past" if run.is_past else "marked" if run.cause == "documents" else "all"

    @api.depends("company_id", "as_of_date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.company_id.name} {fields.Date.to_string(run.as_of_date)}"

    @api.model
    def _cron_refresh_all(self):
        """Refresh all customers of every company whose day has begun since the last refresh, a batch per transaction.

        The action runs every hour, because days begin at different hours.
        """
        runs = self._runs_to_do()
        left = self.env["ir.cron"]._commit_progress(remaining=runs._batches_left())
        for run in runs:
            while left and run._is_open():
                if not run._step_or_fail():
                    runs -= run
                    break
                left = self.env["ir.cron"]._commit_progress(1, remaining=runs._batches_left())
        self.env["ir.cron"]._commit_progress(remaining=runs._batches_left())

    @api.model
    def _trigger_refresh(self, companies):
        """Have all customers of companies with a new policy refreshed in the background."""
        for company in companies:
            self._create_run(company, cause="policy")
        self._trigger_cron()

    def _trigger_cron(self):
        # sudo: triggering a scheduled action is reserved to the system
        self.env.ref("key_account_segmentation.ir_cron_refresh_all").sudo()._trigger()

    def _runs_to_do(self):
        """Open runs that still make sense, and a new one for each company that has none and none of its day."""
        runs = self.search([("state", "in", OPEN_STATES)])
        overtaken = runs.filtered(lambda run: not run._is_current())
        overtaken.state = "interrupted"
        runs -= overtaken
        for company in self.env["res.company"].search([]) - runs.filtered(lambda run: not run.is_past).company_id:
            if not self._last_ended(company)._is_current():
                runs += self._create_run(company)
        return runs.sorted("id")

    def _last_done(self, company):
        return self.search(Domain("state", "=", "done") & self._full_domain(company), limit=1)

    def _last_ended(self, company):
        """The latest run that is done or failed: a failed run is not tried again every hour."""
        return self.search(Domain("state", "in", ["done", "failed"]) & self._full_domain(company), limit=1)

    @api.model
    def _latest_day(self, company):
        """The latest day for which customers of a company have been refreshed; nothing before the first refresh."""
        # sudo: the day must not depend on the user, or figures could be put back to an earlier day
        begun = self.sudo().search(
            [("company_id", "=", company.id), ("is_past", "=", False), ("started_at", "!=", False)],
            order="as_of_date DESC",
            limit=1,
        )
        return begun.as_of_date

    @api.model
    def _is_policy_new(self, company):
        """Whether no refresh by the company's policy is done yet: until then, the policy is the cause of changes."""
        # sudo: which run was the last is the same for everybody
        last = self.sudo()._last_done(company)
        return bool(last) and last.policy_id != company.key_account_policy_id

    def _last_begun(self, company):
        """The latest run that knows the company's usual gap."""
        # sudo: whoever may refresh a customer does so by the same figure as the scheduled action
        return self.sudo().search(Domain("state", "in", ["running", "done"]) & self._full_domain(company), limit=1)

    def _is_open_for(self, company):
        """Whether a refresh of all customers of a company is waiting or running."""
        return bool(self.search_count(self._full_domain(company) & Domain("state", "in", OPEN_STATES), limit=1))

    def _full_domain(self, company):
        """The runs for all customers of a company as of their own day."""
        return Domain(
            [("company_id", "=", company.id), ("is_past", "=", False), ("cause", "!=", "documents")],
        )

    def _is_current(self):
        """Whether the run is of the company's day and published policy; a look back always is current."""
        if not self:
            return False
        return self.is_past or (
            self.as_of_date == self.company_id._key_account_as_of()
            and self.policy_id == self.company_id.key_account_policy_id
        )

    def _is_overtaken(self):
        """Whether customers have been refreshed for a later day since: the run would put them back."""
        latest = self._latest_day(self.company_id)
        return not self.is_past and bool(latest) and self.as_of_date < latest

    def _is_open(self):
        return self.state in OPEN_STATES

    def _batches_left(self):
        """Steps until all runs are done; a run that has not begun counts as two."""
        return sum(
            run._batch_count() + len(run._steps()) - run.position if run.state == "running" else 2
            for run in self
            if run._is_open()
        )

    @api.model
    def _create_run(self, company, as_of=None, cause="schedule"):
        """A run for all customers of a company, as of its day or of one in the past. Open ones of the kind are overtaken.

        As long as no refresh by the published policy is done, the cause is that policy, whatever was asked for.
        """
        company._ensure_key_account_policy()
        if as_of and as_of >= company._key_account_today():
            raise UserError(self.env._("%(day)s is not in the past.", day=as_of))
        # sudo: runs are written by the refresh alone; who may ask for one is checked where it is asked for
        runs = self.sudo()
        runs.search(
            [
                ("company_id", "=", company.id),
                ("is_past", "=", bool(as_of)),
                ("state", "in", OPEN_STATES),
            ]
        ).state = "interrupted"
        return runs.create(
            {
                "company_id": company.id,
                "cause": "policy" if not as_of and self._is_policy_new(company) else cause,
                "as_of_date": as_of or company._key_account_as_of(),
                "is_past": bool(as_of),
                "policy_id": company.key_account_policy_id.id,
            }
        )

    def _step_or_fail(self):
        """Take one step; if it fails, its changes are rolled back and the run has the reason.

        :returns: False if another transaction has the run
        """
        try:
            return self.env["key.account.refresh"]._retrying(self._step_or_tell)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            self._fail(error)
            return True

    def _step_or_tell(self):
        """Take one step in this transaction, or keep the reason of its failure. Errors of concurrency go to the caller."""
        # Flushed outside: the savepoint would flush what callers changed, and their error would be the run's.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                return self._step()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            self._fail(error)
            return True

    def _fail(self, error):
        self.write({"state": "failed", "message": reason_of(self.env, error), "finished_at": fields.Datetime.now()})
        _logger.error("The refresh of %s failed", self.display_name, exc_info=error)

    def _step(self):
        """One transaction's work: begin and the first batch, a batch each time, then a step each time.

        Each page of the table has room for one more version of its rows, so the table only grows if two steps share a
        transaction.

        :returns: False if another transaction has the run; nothing is done then
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            return False
        if self._is_overtaken():
            self.state = "interrupted"
            return True
        began = time.perf_counter()
        if self.state == "waiting":
            self._begin()
        if self._has_batches():
            self._refresh_next_batch()
        else:
            self._last_step()
        self.seconds += time.perf_counter() - began
        return True

    def _begin(self):
        """Find the company's usual gap and where batches end."""
        beginning = self.env["key.account.refresh"]._begin(
            self.company_id, self.as_of_date, self.policy_id._thresholds(), BATCH_SIZE
        )
        self.write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "usual_gap_days": beginning.usual_gap,
                "a_border": beginning.a_border,
                "customer_count": beginning.customers,
                "batch_ends": beginning.ends,
            }
        )
        if not self.is_past:
            self._add(self.env["key.account.refresh"]._dates_to_check(self.company_id, self.as_of_date))

    def _refresh_next_batch(self):
        facts = self.env["key.account.facts"]
        ends = [0, *(self.batch_ends or []), None]
        after, until = ends[self.position : self.position + 2]
        outcome = self.env["key.account.refresh"]._refresh_batch(
            self._work(), lambda column: facts._customers_between_sql(column, after, until)
        )
        self.position += 1
        self._add(outcome)

    def _add(self, outcome):
        """Log the outcome of a batch."""
        self.write(
            {
                "read_count": self.read_count + outcome.read,
                "changed_count": self.changed_count + outcome.changed,
                "skipped_count": self.skipped_count + len(outcome.skipped),
            }
        )
        if outcome.remarks:
            self.message = "\n".join(filter(None, [self.message, *outcome.remarks]))
        self.env["key.account.run.failure"].create(
            [
                {"run_id": self.id, "partner_id": partner_id, "reason": reason_of(self.env, error)}
                for partner_id, error in outcome.skipped.items()
            ]
        )

    @api.model
    def _log_marked(self, company, as_of, outcome, seconds):
        """Log a refresh of marked customers."""
        done = {"state": "done", "customer_count": outcome.read, "seconds": seconds}
        self.create(self._marked_values(company, as_of) | done)._add(outcome)

    @api.model
    def _log_failed(self, company, error):
        """Log that a refresh of marked customers failed."""
        if company.key_account_policy_id:
            values = self._marked_values(company, company._key_account_as_of())
            self.create(values | {"state": "failed", "message": reason_of(self.env, error)})

    def _marked_values(self, company, as_of):
        return {
            "company_id": company.id,
            "cause": "documents",
            "as_of_date": as_of,
            "policy_id": company.key_account_policy_id.id,
            "started_at": fields.Datetime.now(),
            "finished_at": fields.Datetime.now(),
        }

    @api.autovacuum
    def _gc_runs(self):
        """Delete old runs, but never the one whose usual gap the customers are measured by."""
        now = fields.Datetime.now()
        ended_well = Domain([("cause", "=", "documents"), ("state", "=", "done"), ("skipped_count", "=", 0)])
        old = self.search(
            Domain("create_date", "<", now - timedelta(days=KEPT_DAYS))
            | (ended_well & Domain("create_date", "<", now - timedelta(days=KEPT_DAYS_MARKED)))
        )
        for company in old.company_id:
            old -= self._last_done(company)
        old.filtered(lambda run: not run._is_open()).unlink()

    def _batch_count(self):
        return len(self.batch_ends or []) + 1

    def _has_batches(self):
        """Whether customers are left to be classified."""
        return self.position < self._batch_count()

    def _steps(self):
        return self.env["key.account.refresh"]._steps(self._work())

    def _last_step(self):
        """The next step after the batches; with the last one the run is done."""
        steps = self._steps()
        step = steps[self.position - self._batch_count()]
        self._add(self.env["key.account.refresh"]._take_step(self._work(), step))
        self.position += 1
        if step == steps[-1]:
            self._end()

    def _end(self):
        if not self.is_past:
            self.env["key.account.stale"]._end_waiting(self.company_id, self.started_at)
            self._trigger_follow_ups()
            if not self.company_id.key_account_is_known:
                # sudo: the refresh notes it, whoever asked for it
                self.company_id.sudo().key_account_is_known = True
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        self.env["key.account.stale"]._trigger()

    def _trigger_follow_ups(self):
        """Have follow-ups planned in the company's early morning, by the day's first figures; the very first at once.

        By a new policy as well: they have waited for it.
        """
        cron = self.env.ref("key_account_segmentation.ir_cron_follow_up", raise_if_not_found=False)
        is_first_of_day = self._last_done(self.company_id).as_of_date != self.as_of_date
        if cron and (is_first_of_day or self.cause == "policy"):
            now = fields.Datetime.now()
            is_first = not self.company_id.key_account_is_known
            morning = self.company_id._key_account_morning(self.as_of_date)
            # sudo: triggering a scheduled action is reserved to the system
            cron.sudo()._trigger(now if is_first else max(morning, now))

    def _work(self):
        target = History(self.env) if self.is_past else Live(self.env)
        cause = "policy" if self.cause == "policy" else "figures"
        thresholds = self.policy_id._thresholds()
        gap, border = self.usual_gap_days, self.a_border or None
        return Work(self.company_id, self.as_of_date, thresholds, gap, target, border, cause=cause)

    @api.private
    def refresh_all(self, companies=None, as_of=None):
        """Refresh all customers at once, in this transaction: for scripts and tests, not for large databases.

        :param companies: ``res.company`` records, all if left out
        :param as_of: a date in the past; makes snapshots of that day and leaves the live figures alone
        :returns: the runs
        """
        # sudo: a script asks, not a client; figures are written for everybody
        runs = self.sudo().browse()
        for company in companies or runs.env["res.company"].search([]):
            run = self._create_run(company, as_of, cause="user")
            while run._is_open():
                run._step()
            runs += run
        return runs

    @api.model
    def refresh_start(self):
        """Begin a refresh of all customers of the selected companies, for the dialog with the progress bar.

        :returns: ids of the runs, to be given to ``refresh_step``
        """
        self._check_may_refresh()
        return [self._create_run(company, cause="user").id for company in self.env.companies]

    @api.model
    def refresh_step(self, run_id):
        """Go one batch on with a run and say how far it is.

        :returns: dict with ``company``, ``state``, ``done`` and ``total`` (customers), ``changed`` (rows), ``skipped``
            (customers) and ``message`` (why it failed)
        """
        self._check_may_refresh()
        run = self.search([("id", "=", run_id)])
        if not run:
            raise UserError(self.env._("This refresh does not exist any more. Please start a new one."))
        # sudo: the figures are written for everybody, whatever the user may see of them
        run = run.sudo()
        if run._is_open():
            run._step_or_tell()
        return {
            "company": run.company_id.display_name,
            "state": run.state,
            "done": run.read_count,
            "total": run.customer_count,
            "changed": run.changed_count,
            "skipped": run.skipped_count,
            "message": run.message,
        }

    @api.model
    def refresh_in_background(self, run_ids):
        """Leave runs begun by ``refresh_start`` to the scheduled action."""
        self._check_may_refresh()
        if self.search([("id", "in", run_ids), ("state", "in", OPEN_STATES)]):
            self._trigger_cron()

    def _check_may_refresh(self):
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales administrators may refresh all customers."))
