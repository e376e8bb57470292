# SPDX-License-Identifier: LGPL-3.0-only
"""The PostgreSQL cluster "faults": tests kill it, so nobody else works on it."""

import fcntl
import os
import time
from contextlib import closing, contextmanager

import psycopg2

from devkit import postgres
from devkit.cache import as_user, cache_folder, service_user
from devkit.run import run
from devkit.workplace import set_up

PATIENCE = 60
#: A database may have limits for those who refresh; who looks on has none.
NO_LIMITS = "-c statement_timeout=0 -c lock_timeout=0 -c temp_file_limit=-1 -c temp_tablespaces="


class Cluster:
    """The cluster, started; `workplace` tells devkit and Odoo how to reach it."""

    def __init__(self):
        self.data = cache_folder() / "postgres" / "faults"
        self.workplace = set_up("faults")

    def stop(self, mode="immediate"):
        options = ["-D", str(self.data), "-m", mode, "-w", "stop"]
        run(
            [str(self.workplace.server.programs / "pg_ctl"), *options], "Stopping PostgreSQL", **as_user(service_user())
        )

    def restart(self):
        """What a power cut looks like to those who are connected."""
        self.stop()
        postgres.start_cluster(self.workplace.server.programs, self.data, service_user())

    def connect(self, database="postgres"):
        """A connection on which every statement is a transaction of its own, as soon as the server takes one."""
        server = self.workplace.server
        for _attempt in patiently("PostgreSQL takes connections"):
            try:
                connection = psycopg2.connect(
                    host=server.host, port=server.port, user=server.user, dbname=database, options=NO_LIMITS
                )
                break
            except psycopg2.OperationalError:
                continue
        connection.autocommit = True
        return connection

    def rows(self, statement, *parameters, database="postgres"):
        """The rows of one statement, committed at once; asked again if the server dies meanwhile."""
        for _attempt in patiently("PostgreSQL answers"):
            with closing(self.connect(database)) as connection, connection.cursor() as cursor:
                try:
                    cursor.execute(statement, parameters or None)
                    return cursor.fetchall() if cursor.description else []
                except psycopg2.OperationalError:
                    if not connection.closed:
                        raise
        return None


def patiently(what, seconds=PATIENCE, pause=0.02):
    """Attempts, each a moment after the other, until time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(pause)
    raise AssertionError(f"In {seconds} seconds it did not come true that {what}.")


@contextmanager
def running_cluster():
    """The cluster for as long as the block runs. Another test run on this machine waits until it is free again."""
    outside = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
    with open(cache_folder() / "faults.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        cluster = Cluster()
        try:
            yield cluster
        finally:
            cluster.stop("fast")
            os.environ.update(outside)
