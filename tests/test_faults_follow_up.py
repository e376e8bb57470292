# SPDX-License-Identifier: LGPL-3.0-only
"""Follow-ups are planned once: by two workers at once, and by one that was killed and the next."""

import time

import pytest
from faults.worker import Refresher

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

ROUNDS = 6
# Nobody is followed up but who owes too much; those are a third of all.
DUE = """
UPDATE key_account_follow_up_rule SET active = kind IN ('payment', 'rhythm');
UPDATE key_account_profile
   SET category = 'active_partner',
       expected_next_date = CURRENT_DATE + 90,
       overdue_amount = CASE WHEN MOD(partner_id, 3) = 0 THEN 1e9 ELSE 0 END,
       payment_overdue_days = 30,
       account_manager_id = (SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'user_admin');
"""
DUE_CUSTOMERS = "SELECT partner_id FROM key_account_profile WHERE overdue_amount > 0"
FORGET = """
TRUNCATE key_account_follow_up;
DELETE FROM mail_activity WHERE automated;
"""
PLANNED = "SELECT res_id FROM mail_activity WHERE automated AND active AND res_model = 'res.partner'"
FOLLOWED_UP = "SELECT partner_id FROM key_account_follow_up WHERE state = 'open' AND activity_id IS NOT NULL"


@pytest.fixture(scope="module")
def due(portfolio):
    """The customers who are to be followed up."""
    with Refresher(portfolio) as refresher:
        refresher.tell("all")
        refresher.wait()
    portfolio.run(DUE)
    return customers(portfolio, DUE_CUSTOMERS)


def customers(portfolio, query):
    return sorted(partner for (partner,) in portfolio.rows(query))


def require_planned_once(portfolio, due):
    assert customers(portfolio, PLANNED) == due
    assert customers(portfolio, FOLLOWED_UP) == due


def test_two_workers_at_once_plan_once(portfolio, due):
    assert len(due) > 500
    with Refresher(portfolio) as first, Refresher(portfolio) as second:
        for _round in range(ROUNDS):
            portfolio.run(FORGET)
            for refresher in (first, second):
                refresher.tell("follow_up")
            for refresher in (first, second):
                refresher.wait()
            require_planned_once(portfolio, due)


def test_what_a_killed_worker_has_planned_is_not_planned_again(portfolio, due, chance):
    duration = seconds_of_one_run(portfolio)
    planned_when_killed = []
    for _round in range(ROUNDS):
        portfolio.run(FORGET)
        victim = Refresher(portfolio)
        victim.tell("follow_up")
        time.sleep(chance.uniform(0.1, 0.9) * duration)
        victim.process.kill()
        victim.process.wait()
        planned_when_killed.append(len(customers(portfolio, PLANNED)))
        follow_up(portfolio)
        require_planned_once(portfolio, due)
    print("planned when killed:", planned_when_killed)
    assert sum(0 < planned < len(due) for planned in planned_when_killed) >= ROUNDS / 3


def seconds_of_one_run(portfolio):
    portfolio.run(FORGET)
    with Refresher(portfolio) as refresher:
        begin = time.monotonic()
        refresher.tell("follow_up")
        refresher.wait()
        return time.monotonic() - begin


def follow_up(portfolio):
    with Refresher(portfolio) as refresher:
        refresher.tell("follow_up")
        refresher.wait()
