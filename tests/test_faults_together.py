# SPDX-License-Identifier: LGPL-3.0-only
"""Two refreshes at once: both end well, and the result is that of one."""

from contextlib import closing
from itertools import islice

import pytest
from faults.cluster import patiently
from faults.portfolio import differences
from faults.worker import Refresher

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

PAIRS = (
    ("all", "all"),
    ("all", "marked"),
    ("marked", "marked"),
    ("all", "dialog"),
    ("dialog", "dialog"),
    ("dialog", "marked"),
)
STATES = "SELECT DISTINCT state FROM key_account_run"


@pytest.fixture(scope="module")
def refreshers(portfolio, worker, both_sides):
    """Two processes that refresh when told, and nobody else: a full refresh wakes the worker for the marks it leaves."""
    worker.stop()
    with Refresher(portfolio) as first, Refresher(portfolio) as second:
        yield first, second


def test_two_refreshes_at_once(portfolio, references, refreshers):
    old, new = references
    for pair in PAIRS * 2:
        portfolio.rows("DELETE FROM key_account_run")
        portfolio.swing_and_mark()
        marked = portfolio.marked()
        for refresher, command in zip(refreshers, pair, strict=True):
            refresher.tell(command)
        for refresher in refreshers:
            refresher.wait()
        require_both_well(portfolio, pair, new, marked)
        old, new = new, old


def require_both_well(portfolio, pair, new, marked):
    """All figures are the new ones; no run failed or was left lying; marks are left to who refreshes the marked."""
    assert differences(portfolio.figures(), new.figures) == [], pair
    if pair == ("marked", "marked"):
        assert not portfolio.marked()
    else:
        assert differences(portfolio.standing(), new.standing) == [], pair
        assert ("done",) in portfolio.rows(STATES)
    assert {state for (state,) in portfolio.rows(STATES)} <= {"done", "interrupted"}, pair
    if "marked" in pair:
        # the mark of a customer without a row stays while all are refreshed
        assert portfolio.marked().isdisjoint(portfolio.figures())
    else:
        assert portfolio.marked() == marked
    portfolio.rows("TRUNCATE key_account_stale")


CHANGE = """
UPDATE account_move SET state = %(state)s
 WHERE ref = 'swing' AND commercial_partner_id = %(partner)s;
INSERT INTO key_account_stale (company_number, partner_number)
SELECT company_id, commercial_partner_id FROM account_move WHERE commercial_partner_id = %(partner)s LIMIT 1;
"""
BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"


def test_a_slow_full_refresh_does_not_bring_back_what_is_no_more(portfolio, references, refreshers):
    """Posted, read by the full refresh, reset to draft, refreshed: then the full one writes what it had read."""
    slow, quick = refreshers
    before = portfolio.figures()
    neighbour, customer = islice((partner for partner in sorted(before)[100:] if has_draft(portfolio, partner)), 2)
    portfolio.rows("DELETE FROM key_account_run")
    for partner in (customer, neighbour):
        portfolio.run(CHANGE, state="posted", partner=partner)
    # the quick refresh is to have nothing to do with the neighbour
    portfolio.rows("TRUNCATE key_account_stale")
    with closing(portfolio.cluster.connect(portfolio.database)) as connection, connection.cursor() as others:
        others.execute("BEGIN; SELECT id FROM key_account_profile WHERE partner_id = %s FOR UPDATE", [neighbour])
        slow.tell("all")
        for _attempt in patiently("the full refresh has read both and waits to write the neighbour"):
            if portfolio.rows(BLOCKED, f"odoo-{slow.process.pid}"):
                break
        portfolio.run(CHANGE, state="draft", partner=customer)
        quick.tell("marked")
        quick.wait()
        others.execute("ROLLBACK")
    slow.wait()
    after = portfolio.figures()
    assert customer in portfolio.marked() or after[customer] == before[customer]
    assert after[neighbour] != before[neighbour]


def has_draft(portfolio, partner):
    """Whether one of the customer's swinging documents does not count now."""
    query = "SELECT 1 FROM account_move WHERE commercial_partner_id = %s AND ref = 'swing' AND state = 'draft'"
    return bool(portfolio.rows(query, partner))
