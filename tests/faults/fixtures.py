# SPDX-License-Identifier: LGPL-3.0-only
"""Fixtures of all tests of faults; the modules name this one in `pytest_plugins`."""

import os
import random
from contextlib import contextmanager

import pytest

from devkit import databases

from .cluster import running_cluster
from .portfolio import Portfolio, differences
from .worker import Server

CUSTOMERS = 3000
SEEDED = databases.passing_name("faults_seeded")


@pytest.fixture(scope="session")
def cluster():
    """The PostgreSQL that may be killed; stopped at the end."""
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def seeded(cluster):
    """Name of a database with customers that were never refreshed."""
    databases.drop_abandoned(cluster.workplace)
    databases.make_database(cluster.workplace, SEEDED, modules=databases.declared_modules())
    Portfolio(cluster, SEEDED).seed(CUSTOMERS)
    yield SEEDED
    databases.drop(cluster.workplace, SEEDED)


@contextmanager
def copied(cluster, seeded, name):
    """The customers in a database of that name, removed afterwards."""
    database = databases.passing_name(f"faults_{name}")
    databases.copy(cluster.workplace, seeded, database)
    yield Portfolio(cluster, database)
    databases.drop(cluster.workplace, database)


@pytest.fixture(scope="module")
def portfolio(cluster, seeded):
    """The customers in a database that the module's tests have in common."""
    with copied(cluster, seeded, "module") as copy:
        yield copy


@pytest.fixture
def fresh_portfolio(cluster, seeded):
    """The customers in a database of the test's own."""
    with copied(cluster, seeded, "test") as copy:
        yield copy


@pytest.fixture(scope="module")
def worker(portfolio):
    """One worker for scheduled actions."""
    with Server(portfolio) as server:
        yield server


@pytest.fixture(scope="module")
def both_sides(portfolio, worker):
    """Of the documents as they are and as they swing to, each refreshed from nothing; the first stays in place."""
    worked_out = []
    for _side in range(3):
        worker.forget_profiles()
        worker.refresh_all()
        worked_out.append(portfolio.reference())
        portfolio.swing()
    portfolio.swing()
    here, there, again = worked_out
    assert differences(again, here) == []
    assert sum(here.figures.get(partner) != figures for partner, figures in there.figures.items()) > CUSTOMERS / 2
    return here, there


@pytest.fixture
def references(portfolio, both_sides):
    """The figures now, and those after the next swing."""
    return tuple(reversed(both_sides)) if portfolio.swung else both_sides


@pytest.fixture
def chance():
    """Random numbers; a failed test shows the seed, and FAULTS_SEED repeats it."""
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)
