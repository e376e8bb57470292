# SPDX-License-Identifier: LGPL-3.0-only
"""Odoo's server as in production: a master that forks workers for scheduled actions, and again when one dies."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from devkit.workplace import SCRIPTS as SCRIPTS_OF_DEV
from devkit.workplace import log_folder

from .cluster import patiently

SCRIPTS = Path(__file__).parent / "scripts"
#: Customers a worker takes at once: enough batches for something to happen between them.
BATCH = 250


class Server:
    """Odoo's server for a portfolio's database, without HTTP."""

    def __init__(self, portfolio, crons=1):
        self.portfolio, self.crons = portfolio, crons
        self.workplace = portfolio.cluster.workplace
        self.log = log_folder() / f"server_{portfolio.database}.log"
        self.process = None

    def __enter__(self):
        self.log.write_text("")
        self.ensure()
        return self

    def __exit__(self, *error):
        self.stop()

    def stop(self):
        """Let the server end what it is at, and no more."""
        if self.is_alive():
            self.process.terminate()
            self.process.wait(60)

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def ensure(self):
        """Start the server unless it runs: it stops when it finds no database, and a service manager starts it again."""
        if self.is_alive():
            return
        command = [self.workplace.python, str(SCRIPTS / "odoo_server.py")]
        command += ["-c", str(self.workplace.configuration(self.portfolio.database)), "--no-http"]
        command += ["--workers=1", f"--max-cron-threads={self.crons}"]
        with open(self.log, "a") as file:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={**self.workplace.server.variables(), "FAULTS_BATCH": str(BATCH)},
            )

    def times_logged(self, text):
        """How many lines of the log have this text."""
        return sum(text in line for line in self.log.read_text().splitlines())

    def workers(self):
        """The process ids of the workers."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def backends(self, worker):
        """The PostgreSQL processes that serve a worker's connections to the database."""
        return [
            row[0]
            for row in self.portfolio.rows(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = %s",
                f"odoo-{worker}",
                self.portfolio.database,
            )
        ]

    def kill(self, victims):
        """Kill workers, or their PostgreSQL processes, or both; returns when nothing of theirs is at work any more."""
        workers = self.workers()
        backends = [backend for worker in workers for backend in self.backends(worker)]
        killed = workers if "worker" in victims else []
        for pid in [*killed, *(backends if "backend" in victims else [])]:
            kill(pid)
        names = [f"odoo-{worker}" for worker in killed]
        left = "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ANY(%s) OR application_name = ANY(%s)"
        for _attempt in patiently("the dead leave no transaction behind"):
            if self.portfolio.rows(left, backends, names) == [(0,)]:
                return

    def work_until(self, what, is_true):
        """Wake the workers until something is true."""
        for _attempt in patiently(f"{what} (see {self.log})", pause=0.05):
            self.ensure()
            if is_true():
                return
            self.portfolio.wake_workers()

    def forget_profiles(self):
        """Delete every profile. The server is stopped first: what it plans after a refresh would meet the emptied tables."""
        self.stop()
        self.portfolio.rows("TRUNCATE key_account_profile CASCADE")

    def refresh_all(self):
        """Let a night come and go."""
        self.portfolio.begin_night()
        self.finish_night()

    def finish_night(self):
        self.work_until("all customers are refreshed", self.portfolio.is_refreshed)

    def finish_marked(self):
        self.work_until("no customer is marked", lambda: not self.portfolio.marked())

    def begin_job(self):
        """Return when a scheduled action is at work."""
        before = self.portfolio.jobs_begun()
        self.work_until("a scheduled action begins", lambda: self.portfolio.jobs_begun() > before)


def kill(pid):
    """End a process that may have ended by itself just now."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Refresher:
    """A process with Odoo that refreshes as soon as it is told."""

    def __init__(self, portfolio):
        self.process = start_script(portfolio, "refresher.py", BATCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.wait_for("ready")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait(60)

    def tell(self, command):
        """Have it begin; `wait` returns when it is through."""
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def wait(self):
        self.wait_for("done")

    def wait_for(self, word):
        said = self.process.stdout.readline()
        assert said == f"{word}\n", f"the refresher said {said!r} instead of {word}; its error stands above"


def start_script(portfolio, script, *arguments, **options):
    """A process that runs one of our scripts in Odoo's environment."""
    workplace = portfolio.cluster.workplace
    command = [
        workplace.python,
        str(SCRIPTS_OF_DEV / "run_script.py"),
        str(workplace.configuration(portfolio.database)),
    ]
    command += [str(SCRIPTS / script), *map(str, arguments)]
    return subprocess.Popen(command, env=workplace.server.variables(), text=True, **options)
