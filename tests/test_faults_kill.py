# SPDX-License-Identifier: LGPL-3.0-only
"""A worker or its database dies in the middle of a refresh: figures are whole, nothing is forgotten, it goes on."""

import time
from itertools import cycle, islice

import pytest
from faults.portfolio import differences

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

ROUNDS = 20
# When PostgreSQL dies, Odoo's master gives up as well and has to be started anew, which takes its time.
VICTIMS = (*[{"worker"}] * 5, {"backend"}, *[{"worker"}] * 5, {"worker", "backend"})


def seconds_at_work(worker, finish):
    """How long the worker takes from the beginning of a job to its end."""
    worker.begin_job()
    begin = time.monotonic()
    finish()
    return time.monotonic() - begin


def kill_at_work(worker, victims, pause):
    """Kill some time after the worker began."""
    worker.begin_job()
    time.sleep(pause)
    worker.kill(victims)


def test_a_full_refresh_survives_a_kill(portfolio, worker, references, chance):
    old, new = references
    portfolio.begin_night()
    duration = seconds_at_work(worker, worker.finish_night)
    batches_done = []
    for victims in islice(cycle(VICTIMS), ROUNDS):
        portfolio.swing()
        portfolio.begin_night()
        kill_at_work(worker, victims, chance.uniform(0, duration))
        batches_done.append(portfolio.require_whole_batches(old, new))
        worker.finish_night()
        require_worked_out_once(portfolio, old, new)
        old, new = new, old
    print("batches done when killed:", batches_done)
    assert sum(0 < done < len(portfolio.full_run().ends) for done in batches_done) > ROUNDS / 4


def require_worked_out_once(portfolio, old, new):
    """All is as if nothing had happened, and no customer was read twice; who has vanished was read, too."""
    assert differences(portfolio.reference(), new) == []
    run = portfolio.full_run()
    assert run.read == run.customers == len(old.figures.keys() | new.figures.keys())


def test_a_refresh_of_marked_customers_survives_a_kill(portfolio, worker, references, chance):
    old, new = references
    portfolio.swing_and_mark()
    duration = seconds_at_work(worker, worker.finish_marked)
    marks_left = []
    for victims in islice(cycle(VICTIMS), ROUNDS):
        old, new = new, old
        portfolio.swing_and_mark()
        kill_at_work(worker, victims, chance.uniform(0, duration))
        marks_left.append(portfolio.require_fresh_or_marked(old.figures, new.figures))
        worker.finish_marked()
        assert differences(portfolio.figures(), new.figures) == []
    worker.refresh_all()
    assert differences(portfolio.reference(), new) == []
    print("customers marked when killed:", marks_left)
    assert sum(0 < left < max(marks_left) for left in marks_left) > ROUNDS / 4


def test_a_full_refresh_survives_a_restart_of_postgresql(portfolio, worker, references, chance):
    old, new = references
    portfolio.swing()
    portfolio.begin_night()
    restart_at_work(portfolio, worker, chance)
    print("batches done at the restart:", portfolio.require_whole_batches(old, new))
    worker.finish_night()
    require_worked_out_once(portfolio, old, new)


def test_a_refresh_of_marked_customers_survives_a_restart_of_postgresql(portfolio, worker, references, chance):
    old, new = references
    portfolio.swing_and_mark()
    restart_at_work(portfolio, worker, chance)
    print("customers marked at the restart:", portfolio.require_fresh_or_marked(old.figures, new.figures))
    worker.finish_marked()
    assert differences(portfolio.figures(), new.figures) == []


def restart_at_work(portfolio, worker, chance):
    """Restart PostgreSQL as a power cut would, a moment after the worker began."""
    worker.begin_job()
    time.sleep(chance.uniform(0.2, 0.8))
    portfolio.cluster.restart()
