# SPDX-License-Identifier: LGPL-3.0-only
"""People post, reset, cancel and override while refreshes run: nobody gets an error, and nothing anybody did is lost."""

import json
import subprocess
import time
from collections import Counter

import pytest
from faults.portfolio import STANDING
from faults.worker import Server, start_script
from psycopg2.sql import SQL, Identifier

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

#: People are at work for so long. After the first part full refreshes stop: they would put right what had been missed.
SECONDS = 60
NIGHTS = 35
#: What happens to invoices, by the state before and the state after; each so many times at least.
CHANGES = ("new posted", "posted draft", "posted cancel", "draft posted")
CHANGES_MIN = 3
#: Figures a customer has for its documents, beside the standing among others.
OWN = (
    "days_late_12m", "open_amount", "overdue_amount", "payment_overdue_days", "overdue_share", "dso_days",
    "usage_per_month", "margin_12m", "margin_ratio_12m",
)  # fmt: skip
#: What the server's log says of a refresh that begins again, and of one that failed.
RETRIED = "Another transaction got in the way of the refresh"
FAILED = " ERROR {} odoo.addons.key_account_segmentation"
#: Some of each batch, so that whichever is being written may be in somebody's way.
CUSTOMERS = "SELECT DISTINCT commercial_partner_id FROM account_move WHERE commercial_partner_id % 75 = 2"
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


def keep_refreshing(portfolio, server, processes, seconds=SECONDS, watch=lambda: None):
    """Refreshes while the processes are at work, full ones begun for so many seconds; how many of those ended how."""
    nights, end = Counter(), time.monotonic() + seconds
    portfolio.begin_night()
    while any(process.poll() is None for process in processes):
        if portfolio.is_over() and time.monotonic() < end:
            nights[portfolio.full_run().state] += 1
            portfolio.begin_night()
        portfolio.wake_workers()
        watch()
        time.sleep(0.05)
    server.work_until("the last night is over", portfolio.is_over)
    nights[portfolio.full_run().state] += 1
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
    assert nights.keys() == {"done"}
    assert nights["done"] >= 3
    assert stored_overrides(portfolio, told["entered"]) == told["entered"]


def stored_overrides(portfolio, entered):
    """The same columns of the same profiles, as they are now."""
    stored = {}
    for profile_id, values in entered.items():
        query = SQL("SELECT {} FROM key_account_profile WHERE id = %s").format(SQL(", ").join(map(Identifier, values)))
        row = portfolio.rows(query, profile_id)[0]
        stored[profile_id] = dict(zip(values, (value if value is not None else False for value in row), strict=True))
    return stored


class Watch:
    """Looks on time and again: how long sessions wait for a refresh, and who is neither right nor marked."""

    def __init__(self, portfolio, server, customers):
        self.portfolio, self.server, self.customers = portfolio, server, customers
        self.longest, self.waiting, self.wrong, self.looks = 0.0, set(), set(), 0

    def look(self):
        workers = [f"odoo-{pid}" for pid in self.server.workers()]
        for pid, seconds in self.portfolio.rows(WAITING, workers, workers):
            self.waiting.add(pid)
            self.longest = max(self.longest, float(seconds))
        self.wrong |= self.portfolio.wrong(self.customers)
        self.looks += 1


def test_people_post_while_refreshes_run(fresh_portfolio, chance):
    portfolio = fresh_portfolio
    with Server(portfolio, crons=2) as server:
        server.refresh_all()
        customers = [row[0] for row in portfolio.rows(CUSTOMERS)]
        processes = [
            start_script(portfolio, "sessions.py", 4, SECONDS, seed, *customers, stdout=subprocess.PIPE)
            for seed in chance.sample(range(100), 2)
        ]
        watch = Watch(portfolio, server, customers)
        nights = keep_refreshing(portfolio, server, processes, NIGHTS, watch.look)
        told = results(processes)
        server.finish_marked()
        tell(told, nights, watch)
        require_done(portfolio, told)
        require_refreshed(server, nights)
        assert watch.wrong == set(), "At a moment their figures were not those of their documents, and no mark said so."
        require_true_figures(portfolio, server)


def tell(told, nights, watch):
    """What was measured."""
    begun, retries = (sum(process[name] for process in told) for name in ("begun", "retries"))
    slowest = max(process["slowest"] for process in told)
    print(f"{begun} requests, {retries} tried again, slowest {slowest:.1f} s; full refreshes: {nights}")
    print(f"{dict(changes(told))}; {watch.looks} looks, refreshes retried {watch.server.times_logged(RETRIED)} times")
    print(f"{len(watch.waiting)} session(s) seen waiting for a refresh, longest {watch.longest:.2f} s")


def changes(told):
    """How many invoices went from which state to which."""
    return sum((Counter(process["changes"]) for process in told), Counter())


def require_done(portfolio, told):
    """Every request came to its end without an error, every kind of change was made, and stands as it was left."""
    assert [error for process in told for error in process["errors"]] == []
    made = changes(told)
    assert made.total() == sum(process["begun"] for process in told)
    assert {change for change in CHANGES if made[change] < CHANGES_MIN} == set()
    left = {int(number): state for process in told for number, state in process["states"].items()}
    assert left == dict(portfolio.rows("SELECT id, state FROM account_move WHERE id = ANY(%s)", list(left)))


def require_refreshed(server, nights):
    """Full refreshes ran time and again, and neither they nor those of marked customers failed."""
    assert nights.keys() == {"done"}
    assert nights["done"] >= 2
    assert server.times_logged(FAILED.format(server.portfolio.database)) == 0


def require_true_figures(portfolio, server):
    """What the refreshes of marked customers left behind is what a full one gives, and that is what comes from nothing.

    Before the full refresh each customer's own figures count, after it the standing among the others too.
    """
    marked = own_figures(portfolio)
    server.refresh_all()
    full = portfolio.reference()
    server.forget_profiles()
    server.refresh_all()
    assert marked == own_figures(portfolio)
    assert full == portfolio.reference()


def own_figures(portfolio):
    """What each customer's own documents give, what the books tell included."""
    return portfolio.profiles([name for name in portfolio.columns() if name not in STANDING or name in OWN])
