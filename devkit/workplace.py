# SPDX-License-Identifier: LGPL-3.0-only
"""Everything a command needs to run Odoo: programs, server, configuration."""

import os
import re
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import postgres
from .cache import (
    ADDON,
    PROJECT,
    digest,
    locked,
    private_folder,
    require_reachable,
    write_private,
)
from .environment import odoo_environment
from .odoo import addons_folders, odoo_folder
from .run import failure_text
from .say import Failure

SCRIPTS = PROJECT / "devkit" / "scripts"
CONFIGURATION = """\
[options]
addons_path = {addons_path}
data_dir = {data_dir}
db_name = {database}
dbfilter = {dbfilter}
db_host = {host}
db_port = {port}
db_user = {user}
pg_path = {programs}
list_db = False
admin_passwd = {master_password}
http_interface = 127.0.0.1
http_port = {http_port}
gevent_port = {gevent_port}
max_cron_threads = 1
limit_time_real_cron = 0
limit_memory_soft = 0
limit_memory_hard = 0
skip_auto_install = True
with_demo = False
"""


MASTER_PASSWORD_BYTES = 32
#: One of ours; shorter ones, such as those of older configurations, are replaced.
MASTER_PASSWORD = re.compile(rf"^admin_passwd = (?P<password>\S{{{MASTER_PASSWORD_BYTES},}})$", re.MULTILINE)
#: Where a server with workers answers websockets, counted from its other port: Odoo's own 8072 beside 8069.
GEVENT_PORT_AFTER = 3


@dataclass(frozen=True)
class Workplace:
    """A set-up machine."""

    odoo: Path
    environment: Path
    server: postgres.Server

    @property
    def python(self):
        """The interpreter that can import odoo."""
        return str(self.environment / "bin" / "python")

    @property
    def data(self):
        """Odoo's data folder (filestores)."""
        return private_folder("data")

    @cached_property
    def odoo_key(self):
        """What distinguishes this Odoo and this server from another."""
        release = (self.odoo / "odoo" / "release.py").read_text()
        return digest(self.odoo, release, self.server.host, self.server.port)

    def configuration(self, database="", port=8069):
        """Path of an Odoo configuration file for this database (for none in particular when empty).

        PostgreSQL's password is not in it: `server.variables()` hands it to the process.
        """
        path = configuration_path(database or "odoo")
        addons = [*addons_folders(self.odoo), *([PROJECT] if ADDON.exists() else [])]
        text = CONFIGURATION.format(
            addons_path=",".join(str(folder) for folder in addons),
            data_dir=self.data,
            database=database or False,
            dbfilter=f"^{database}$" if database else "",
            host=self.server.host,
            port=self.server.port,
            user=self.server.user,
            programs=self.server.programs or "",
            master_password=master_password(path),
            http_port=port,
            gevent_port=port + GEVENT_PORT_AFTER,
        )
        write_private(path, text)
        return path

    def odoo_command(self, subcommand, configuration, *options):
        """The words that start an Odoo subcommand."""
        return [self.python, str(SCRIPTS / "odoo_bin.py"), subcommand, "-c", str(configuration), *options]

    def run_odoo(self, what, log_name, configuration, *options):
        """Run Odoo's server command to its end (install, update); returns its log.

        :raise Failure: it did not end well; the message holds the log's last lines
        """
        log = log_folder() / f"{log_name}.log"
        command = self.odoo_command("server", configuration, "--stop-after-init", "--no-http", *options)
        with open(log, "w") as file:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=self.server.variables()
            )
        if done.returncode:
            raise Failure(failure_text(what, log.read_text(), log))
        return log.read_text()

    def run_script(self, what, script, configuration, *arguments, **options):
        """Run one of our scripts in Odoo's shell; it ends well or a Failure says so.

        The script finds its arguments in `sys.argv[1:]`.
        """
        command = [self.python, str(SCRIPTS / "run_script.py"), str(configuration), str(script)]
        done = subprocess.run([*command, *arguments], env=self.server.variables(), **options)
        if done.returncode:
            raise Failure(f"{what} failed; the reason stands above.")

    def shell(self, database):
        """Odoo's shell on the terminal, or the script on standard input; returns the exit code."""
        configuration = self.configuration(database)
        if sys.stdin.isatty():
            command = self.odoo_command("shell", configuration, "--no-http", "--log-level=warn")
        else:
            command = [self.python, str(SCRIPTS / "run_script.py"), str(configuration), "-"]
        return subprocess.run(command, env=self.server.variables()).returncode


def free_port():
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def log_folder():
    """Where logs are kept."""
    return private_folder("log")


def configuration_path(database):
    """Where the configuration of a database is."""
    return private_folder("conf") / f"{database}.conf"


def master_password(path):
    """The master password in a configuration, else a new one. Nobody needs it: Odoo's database manager is off."""
    found = MASTER_PASSWORD.search(path.read_text()) if path.exists() else None
    return found["password"] if found else secrets.token_urlsafe(MASTER_PASSWORD_BYTES)


def set_up(cluster="dev"):
    """Make whatever is missing and return the workplace."""
    with locked():
        if not os.environ.get("PGHOST"):
            require_reachable()
        log_folder()
        odoo = odoo_folder()
        environment = odoo_environment(odoo)
        return Workplace(odoo, environment, postgres.server(environment, cluster))
