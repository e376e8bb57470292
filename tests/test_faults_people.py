"""People post, reset, cancel and judge while refreshes run: nobody gets an error, and nothing anybody did is lost."""

import json
import subprocess
import time
from collections import Counter

import pytest
from faults.worker import Server, start_script
from psycopg2.sql import SQL, Identifier

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

SECONDS = 60
WAITING = """
SELECT waiting.pid, EXTRACT(EPOCH FROM CLOCK_TIMESTAMP() - waiting.query_start)
  FROM pg_stat_activity AS waiting
  JOIN pg_stat_activity AS blocking
    ON blocking.pid = ANY(PG_BLOCKING_PIDS(waiting.pid))
 WHERE blocking.application_name = ANY(%s)
   AND waiting.application_name <> ALL(%s)
"""


def results(processes):
    """What scripts said at their end."""
    said = [process.communicate(timeout=SECONDS)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return [json.loads(text.splitlines()[-1]) for text in said]


def keep_refreshing(portfolio, server, processes, watch=lambda: None):
    """Full refreshes one after the other for as long as the processes are at work; how many ended how."""
    nights = Counter()
    while any(process.poll() is None for process in processes):
        if portfolio.is_over():
            nights[portfolio.full_run().state] += 1
            portfolio.begin_night()
        portfolio.wake_workers()
        watch()
        time.sleep(0.05)
    server.work_until("the last night is over", portfolio.is_over)
    return dict(nights)


def test_what_people_enter_is_kept(fresh_portfolio, chance):
    portfolio = fresh_portfolio
    with Server(portfolio, crons=2) as server:
        server.refresh_all()
        profiles = [row[0] for row in portfolio.rows("SELECT id FROM key_account_profile WHERE partner_id % 100 = 3")]
        editor = start_script(portfolio, "editor.py", 15, chance.randrange(1000), *profiles, stdout=subprocess.PIPE)
        nights = keep_refreshing(portfolio, server, [editor])
        (told,) = results([editor])
    print(f"{told['edits']} edits, {told['retries']} tried again, full refreshes meanwhile: {nights}")
    assert not told["lost"]
    assert nights["done"] >= 3
    assert stored_judgements(portfolio, told["entered"]) == told["entered"]


def stored_judgements(portfolio, entered):
    """The same columns of the same profiles, as they are now."""
    stored = {}
    for profile_id, values in entered.items():
        query = SQL("SELECT {} FROM key_account_profile WHERE id = %s").format(SQL(", ").join(map(Identifier, values)))
        row = portfolio.rows(query, profile_id)[0]
        stored[profile_id] = dict(zip(values, (value if value is not None else False for value in row), strict=True))
    return stored


class Waits:
    """How long sessions waited for a refresh, looked at time and again."""

    def __init__(self, portfolio, server):
        self.portfolio, self.server = portfolio, server
        self.longest, self.waiting = 0.0, set()

    def look(self):
        workers = [f"odoo-{pid}" for pid in self.server.workers()]
        for pid, seconds in self.portfolio.rows(WAITING, workers, workers):
            self.waiting.add(pid)
            self.longest = max(self.longest, float(seconds))


def test_people_post_while_refreshes_run(fresh_portfolio, chance):
    portfolio = fresh_portfolio
    with Server(portfolio, crons=2) as server:
        server.refresh_all()
        customers = [row[0] for row in portfolio.rows("SELECT partner_id FROM key_account_profile ORDER BY 1 LIMIT 40")]
        processes = [
            start_script(
                portfolio, "sessions.py", 4, SECONDS, chance.randrange(1000), *customers, stdout=subprocess.PIPE
            )
            for _process in range(2)
        ]
        waits = Waits(portfolio, server)
        nights = keep_refreshing(portfolio, server, processes, waits.look)
        told = results(processes)
        server.finish_marked()
        tell(told, nights, waits)
        assert [error for process in told for error in process["errors"]] == []
        require_true_figures(portfolio, server)


def tell(told, nights, waits):
    """What was measured."""
    operations, retries = (sum(process[name] for process in told) for name in ("operations", "retries"))
    slowest = max(process["slowest"] for process in told)
    print(f"{operations} operations, {retries} tried again, slowest {slowest:.1f} s; full refreshes: {nights}")
    print(f"{len(waits.waiting)} session(s) seen waiting for a refresh, longest {waits.longest:.2f} s")


def require_true_figures(portfolio, server):
    """Before another night each customer's own figures are right, after it all are: as worked out from nothing."""
    before = portfolio.figures()
    server.refresh_all()
    after = portfolio.reference()
    portfolio.rows("TRUNCATE key_account_profile CASCADE")
    server.refresh_all()
    assert before == portfolio.figures()
    assert after == portfolio.reference()
