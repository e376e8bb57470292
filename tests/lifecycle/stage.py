# SPDX-License-Identifier: LGPL-3.0-only
"""Databases that live through something, each step in a process of its own."""

import json
import subprocess
import tempfile
from pathlib import Path

from devkit import databases
from devkit.cache import NAME, locked, write_private
from devkit.run import failure_text
from devkit.workplace import log_folder

HERE = Path(__file__).parent
ORACLE = HERE.parents[1] / "key_account_segmentation" / "tests" / "data" / "oracle" / "input.csv"


def bare_database(workplace, name):
    """Make a database with Odoo's modules and without ours; its name."""
    with locked():
        source = databases.template(workplace)
    databases.copy(workplace, source, name)
    return name


def install(workplace, name, module, *options, configuration=None):
    """Install a module in a database; the log."""
    configuration = configuration or workplace.configuration(name)
    return workplace.run_odoo("Installing", f"install_{name}", configuration, "-i", module, *options)


def with_addons(workplace, name, folder):
    """Path of a configuration for a database that finds the addons of one more folder."""
    configuration = workplace.configuration(name)
    path = configuration.with_name(f"{configuration.stem}_{folder.name}{configuration.suffix}")
    write_private(path, configuration.read_text().replace("addons_path = ", f"addons_path = {folder},", 1))
    return path


def uninstall(workplace, name, module=NAME, configuration=None):
    """Uninstall a module as an administrator would on the command line; the log."""
    log = log_folder() / f"uninstall_{name}_{module}.log"
    command = workplace.odoo_command("module", configuration or workplace.configuration(name))
    command.insert(command.index("module") + 1, "uninstall")
    with open(log, "w") as file:
        done = subprocess.run([*command, module], stdout=file, stderr=file, env=workplace.server.variables())
    assert done.returncode == 0, failure_text("Uninstalling", log.read_text(), log)
    return log.read_text()


def play(workplace, name, script, *arguments, configuration=None, **options):
    """Run one of the scripts in a database; what it printed, read as JSON (None when it printed nothing)."""
    with tempfile.TemporaryFile("w+") as printed:
        path = HERE / "scripts" / f"{script}.py" if isinstance(script, str) else script
        configuration = configuration or workplace.configuration(name)
        workplace.run_script(f"{script} in {name}", path, configuration, *arguments, stdout=printed, **options)
        printed.seek(0)
        text = printed.read()
    return json.loads(text) if text else None


def play_lines(workplace, name, script, *arguments):
    """The same for a script that prints a line of JSON for each step."""
    with tempfile.TemporaryFile("w+") as printed:
        path = HERE / "scripts" / f"{script}.py"
        workplace.run_script(f"{script} in {name}", path, workplace.configuration(name), *arguments, stdout=printed)
        printed.seek(0)
        return [json.loads(line) for line in printed]
