# SPDX-License-Identifier: LGPL-3.0-only
"""A PostgreSQL of one's own: another cluster, over TCP, with a password."""

import secrets
import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path

from devkit.cache import as_user, service_user
from devkit.postgres import COMMON, FAST, PROGRAMS, ROLE
from devkit.run import run
from devkit.workplace import set_up

HOST = "127.0.0.1"


def programs():
    """The folder with PostgreSQL's programs, also where ./dev is told of another server."""
    return next(set_up().environment.glob(PROGRAMS))


@contextmanager
def running():
    """Such a cluster for as long as the block runs: the variables that tell ./dev of it."""
    password = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, socket.create_server((HOST, 0)) as listener:
        port = str(listener.getsockname()[1])
        listener.close()
        data = make(Path(folder), password, port)
        control = [str(programs() / "pg_ctl"), "-D", str(data), "-w", "-l", f"{folder}/server.log"]
        account = service_user()
        run([*control, "start"], "Starting PostgreSQL", log=Path(folder) / "pg_ctl.log", **as_user(account))
        try:
            yield {"PGHOST": HOST, "PGPORT": port, "PGUSER": ROLE, "PGPASSWORD": password}
        finally:
            run([*control, "-m", "immediate", "stop"], "Stopping PostgreSQL", **as_user(account))


def make(folder, password, port):
    """An empty cluster that lets in nobody without the password; its folder."""
    data, words = folder / "data", folder / "password"
    words.write_text(password)
    account = service_user()
    if account:
        for path in (folder, words):
            shutil.chown(path, account.pw_uid, account.pw_gid)
    # locale and provider as every version since Odoo's oldest knows them
    options = ["-U", ROLE, "-A", "scram-sha-256", f"--pwfile={words}", "-E", "UTF8", "--locale=C", "--no-sync"]
    run([str(programs() / "initdb"), *options, "-D", str(data)], "Making a PostgreSQL cluster", **as_user(account))
    with open(data / "postgresql.conf", "a") as file:
        file.write(f"{COMMON}{FAST}listen_addresses = '{HOST}'\nport = {port}\nunix_socket_directories = ''\n")
    return data
