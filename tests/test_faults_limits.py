# SPDX-License-Identifier: LGPL-3.0-only
"""No lock, no time, no room: the run says what happened and what to do, and the next one completes."""

import os
import subprocess
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from faults.cluster import patiently
from faults.portfolio import differences
from psycopg2.sql import SQL, Identifier, Literal

from devkit.cache import service_user

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

LAST_FAILED = (
    "SELECT message FROM key_account_run WHERE cause = 'documents' AND state = 'failed' ORDER BY id DESC LIMIT 1"
)
WAITING_RUN = """
DELETE FROM key_account_run;
INSERT INTO key_account_run (company_id, cause, as_of_date, policy_id, state)
SELECT company_id, 'schedule', CURRENT_DATE, id, 'waiting' FROM key_account_policy WHERE state = 'published';
"""
DUE = "UPDATE ir_cron SET nextcall = NOW() AT TIME ZONE 'utc' - INTERVAL '1 minute' WHERE id = %(cron)s"


@contextmanager
def settings(portfolio, worker, **values):
    """Settings of the database for as long as the block runs; workers begin anew to have them."""
    database = Identifier(portfolio.database)
    for name, value in values.items():
        portfolio.rows(SQL("ALTER DATABASE {} SET {} = {}").format(database, Identifier(name), Literal(value)))
    worker.kill({"worker"})
    yield
    portfolio.rows(SQL("ALTER DATABASE {} RESET ALL").format(database))
    worker.kill({"worker"})


@contextmanager
def customer_in_use(portfolio, references):
    """Another session holds a customer that the refresh wants to write, for as long as the block runs."""
    old, new = (reference.figures for reference in references)
    changing = sorted(partner for partner in old.keys() & new.keys() if old[partner] != new[partner])
    with closing(portfolio.cluster.connect(portfolio.database)) as connection, connection.cursor() as session:
        session.execute("BEGIN")
        query = "SELECT id FROM key_account_profile WHERE partner_id = %s FOR UPDATE"
        session.execute(query, [changing[len(changing) // 2]])
        yield


@contextmanager
def no_lock(portfolio, worker, references):
    with customer_in_use(portfolio, references), settings(portfolio, worker, lock_timeout="200ms"):
        yield "locked for too long"


@contextmanager
def no_time(portfolio, worker, references):
    with customer_in_use(portfolio, references), settings(portfolio, worker, statement_timeout="3s"):
        yield "time limit"


@contextmanager
def no_temporary_files(portfolio, worker, references):
    with settings(portfolio, worker, work_mem="64kB", temp_file_limit="64kB"):
        yield "no room left"


@contextmanager
def no_room_on_disk(portfolio, worker, references):
    """Temporary tables lie on a disk of 64 kB."""
    with small_disk() as folder:
        # a test that broke off may have left it
        portfolio.rows("DROP TABLESPACE IF EXISTS faults_small")
        portfolio.rows(SQL("CREATE TABLESPACE faults_small LOCATION {}").format(Literal(str(folder))))
        with settings(portfolio, worker, temp_tablespaces="faults_small"):
            yield "disk full"
        portfolio.rows("DROP TABLESPACE faults_small")


@contextmanager
def small_disk():
    """A folder on a disk of its own that PostgreSQL may write to."""
    folder = Path(f"/var/tmp/key_account_faults_{os.getpid()}")
    folder.mkdir()
    with ExitStack() as stack:
        stack.callback(folder.rmdir)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
        if mounted.returncode:
            pytest.skip("a small disk can be mounted by root only")
        stack.callback(subprocess.run, ["umount", folder], check=True)
        account = service_user()
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        yield folder


FAULTS = pytest.mark.parametrize("fault", [no_lock, no_time, no_temporary_files, no_room_on_disk])


@FAULTS
def test_a_night_that_failed_says_why_and_the_next_completes(portfolio, worker, references, fault):
    old, new = references
    worker.refresh_all()
    portfolio.swing()
    with fault(portfolio, worker, references) as reason:
        portfolio.begin_night()
        worker.work_until("the night is over", portfolio.is_over)
        run = portfolio.full_run()
        assert run.state == "failed"
        assert reason in run.message
        portfolio.require_whole_batches(old, new)
    worker.refresh_all()
    assert differences(portfolio.reference(), new) == []


@FAULTS
def test_marks_stay_until_their_customers_could_be_refreshed(portfolio, worker, references, fault):
    old, new = references
    portfolio.rows("DELETE FROM key_account_run")
    with fault(portfolio, worker, references) as reason:
        portfolio.swing_and_mark()
        worker.work_until("the refresh of marked customers failed", lambda: portfolio.rows(LAST_FAILED))
        assert reason in portfolio.rows(LAST_FAILED)[0][0]
        assert portfolio.require_fresh_or_marked(old.figures, new.figures)
    portfolio.trigger_marked()
    worker.finish_marked()
    assert differences(portfolio.figures(), new.figures) == []


def test_a_run_that_somebody_else_holds_is_left_to_them(portfolio, worker, references):
    _old, new = references
    portfolio.swing()
    portfolio.run(WAITING_RUN)
    with closing(portfolio.cluster.connect(portfolio.database)) as connection, connection.cursor() as session:
        session.execute("BEGIN; SELECT id FROM key_account_run FOR UPDATE")
        portfolio.run(DUE, cron=portfolio.crons["all"])
        worker.begin_job()
        for _attempt in patiently("the scheduled action ends"):
            if not portfolio.is_due("all"):
                break
        assert portfolio.full_run().state == "waiting"
    portfolio.run(DUE, cron=portfolio.crons["all"])
    worker.finish_night()
    assert differences(portfolio.reference(), new) == []
