# SPDX-License-Identifier: LGPL-3.0-only
"""Databases in seconds: each is a copy of a template that was built once.

    template  Odoo with the modules below, without our addon; keyed by Odoo and these modules
    addon     a copy of a template with our addon; keyed by the template and the addon's files without its tests
    any other a copy of an addon database

What is being built bears a temporary name, so a database with its own name is complete.
"""

import ast
import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

from .cache import ADDON, NAME, PROJECT, cache_folder, digest, locked
from .logs import complaints_in
from .run import failure_text
from .say import Failure, say, step
from .workplace import SCRIPTS, configuration_path, log_folder

MODULES = ("account", "crm", "contacts", "sale_management", "sale_crm", "base_import", "base_automation", "rpc")
PREFIX = "kas"
BUILDING = f"{PREFIX}_building"
NETWORK_CRON = "mail.ir_cron_module_update_notification"
STOP_CRON = """\
UPDATE ir_cron SET active = false
FROM ir_model_data AS name
WHERE name.model = 'ir.cron' AND name.module = %s AND name.name = %s AND name.res_id = ir_cron.id
"""


def declared_modules():
    """The modules our manifest asks for: all that somebody who installs the addon need have."""
    return tuple(ast.literal_eval((ADDON / "__manifest__.py").read_text())["depends"])


def execute(workplace, statement, *parameters, database="postgres"):
    """Run one SQL statement and return its rows, each a list of texts."""
    command = [workplace.python, str(SCRIPTS / "run_sql.py"), database, statement, *parameters]
    done = subprocess.run(command, capture_output=True, text=True, env=workplace.server.variables())
    if done.returncode:
        raise Failure(f"PostgreSQL at {workplace.server.host} says: {done.stderr.strip()}")
    return [line.split("\t") for line in done.stdout.splitlines()]


def database_names(workplace):
    """The names of all databases on the server."""
    return {row[0] for row in execute(workplace, "SELECT datname FROM pg_database")}


def filestore(workplace, name):
    """The folder with a database's attachments."""
    return workplace.data / "filestore" / name


def drop(workplace, name):
    """Remove a database, its filestore and its configuration, if they exist."""
    execute(workplace, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(workplace, name), ignore_errors=True)
    configuration_path(name).unlink(missing_ok=True)


def copy(workplace, source, name):
    """Make the database `name` anew as a copy of source."""
    drop(workplace, name)
    execute(workplace, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    if filestore(workplace, source).is_dir():
        shutil.copytree(filestore(workplace, source), filestore(workplace, name))


def rename(workplace, source, name):
    """Give a finished database its own name."""
    shutil.rmtree(filestore(workplace, name), ignore_errors=True)
    if filestore(workplace, source).is_dir():
        filestore(workplace, source).rename(filestore(workplace, name))
    execute(workplace, f'ALTER DATABASE "{source}" RENAME TO "{name}"')


def template(workplace, with_demo=False, modules=MODULES):
    """Name of the database with these modules and without our addon, built if need be."""
    kind = f"{PREFIX}_template_{'demo' if with_demo else 'plain'}"
    name = f"{kind}_{digest(workplace.odoo_key, *modules)}"
    if name not in database_names(workplace):
        data = "with demo data" if with_demo else "without demo data"
        with step(f"Database template {data} ({', '.join(modules)}), about a minute"):
            build_template(workplace, name, with_demo, modules)
    return name


def build_template(workplace, name, with_demo, modules):
    """Install the modules in a fresh database, then give it its name."""
    drop(workplace, BUILDING)
    options = ["-i", ",".join(modules), *(["--with-demo"] if with_demo else [])]
    workplace.run_odoo("Installing Odoo's modules", name, workplace.configuration(BUILDING), *options)
    execute(workplace, STOP_CRON, *NETWORK_CRON.split("."), database=BUILDING)
    execute(workplace, "VACUUM ANALYZE", database=BUILDING)
    rename(workplace, BUILDING, name)


def addon_files():
    """The files of the addon that decide what is installed: all but its tests."""
    skipped = {"tests", "__pycache__"}
    files = (path for path in sorted(ADDON.rglob("*")) if path.is_file())
    return [path for path in files if not skipped.intersection(path.relative_to(ADDON).parts)]


def addon_database(workplace, with_demo=False, modules=MODULES):
    """Name of the database with our addon installed in a copy of the template, built if need be."""
    require_addon()
    source = template(workplace, with_demo, modules)
    names = [str(path.relative_to(ADDON)) for path in addon_files()]
    # Demo data is dated relative to the day of its installation: a week later it is made anew.
    week = date.today().strftime("%G-%V") if with_demo else ""
    name = own_name(f"addon_{digest(source)}", week, *names, *addon_files())
    if name not in database_names(workplace):
        with step(f"Install {NAME}"):
            build_addon(workplace, source, name, with_demo)
        drop_replaced(workplace, name)
        drop_orphans(workplace)
    return name


def own_name(kind, *parts):
    """A database's name for this working copy: its last part stands for what the database was made of."""
    return f"{PREFIX}_{kind}_{digest(PROJECT)}_{digest(*parts)}"


def drop_replaced(workplace, name):
    """Remove the databases that this one replaces and nobody has open."""
    kind = name.rpartition("_")[0] + "_"
    used = {row[0] for row in execute(workplace, "SELECT DISTINCT datname FROM pg_stat_activity")}
    for old in database_names(workplace) - used - {name}:
        if old.startswith(kind):
            drop(workplace, old)


def drop_orphans(workplace):
    """Remove what was built for working copies that are gone from the disk; remember this one."""
    known = cache_folder() / "working_copies"
    known.mkdir(exist_ok=True)
    (known / digest(PROJECT)).write_text(str(PROJECT))
    for record in known.iterdir():
        if not Path(record.read_text()).exists():
            for name in database_names(workplace):
                if f"_{record.name}_" in name:
                    drop(workplace, name)
            record.unlink()


def build_addon(workplace, source, name, with_demo):
    """Install the addon in a copy of the template, then give the database its name."""
    copy(workplace, source, BUILDING)
    options = ["-i", NAME, *(["--with-demo"] if with_demo else [])]
    log = workplace.run_odoo(f"Installing {NAME}", f"install_{name}", workplace.configuration(BUILDING), *options)
    require_installed(workplace, log, install_log(name))
    complaints = complaints_in(workplace, log)
    if complaints:
        say(f"  In Odoo's log: {complaints}")
    execute(workplace, "VACUUM ANALYZE", database=BUILDING)
    rename(workplace, BUILDING, name)


def install_log(name):
    """The log of the addon's installation in that addon database."""
    return log_folder() / f"install_{name}.log"


def require_quiet_install(workplace, name):
    """Stop when there is a warning or an error in the log of the addon's installation."""
    path = install_log(name)
    complaints = complaints_in(workplace, path.read_text()) if path.exists() else ""
    if complaints:
        raise Failure(f"{NAME} is installed, but Odoo complained:\n{complaints}\nThe whole log: {path}")


def require_addon():
    """Stop with a plain word where there is no addon to install."""
    if not (ADDON / "__manifest__.py").exists():
        raise Failure(f"There is no addon yet: {ADDON}/__manifest__.py is missing.")


def require_installed(workplace, log, path):
    """Stop when the addon is not installed; Odoo only warns of a module it cannot find, so the database is asked."""
    rows = execute(workplace, "SELECT state FROM ir_module_module WHERE name = %s", NAME, database=BUILDING)
    if rows != [["installed"]]:
        raise Failure(failure_text(f"Installing {NAME}", log, path))


def make_database(workplace, name, with_demo=False, modules=MODULES):
    """Make the database `name` anew, with our addon installed; returns its configuration file."""
    with locked():
        copy(workplace, addon_database(workplace, with_demo, modules), name)
    return workplace.configuration(name)


def passing_name(kind):
    """Name of a database that this process removes; where it was killed, `drop_abandoned` does."""
    return f"{PREFIX}_of_{os.getpid()}_{kind}"


def drop_abandoned(workplace):
    """Remove the databases with a passing name whose process is gone."""
    for name in database_names(workplace):
        owner = re.match(rf"{PREFIX}_of_(\d+)_", name)
        if owner and not os.path.exists(f"/proc/{owner[1]}"):
            drop(workplace, name)
