# SPDX-License-Identifier: LGPL-3.0-only
"""Packages beside Odoo's own, each kind in a folder of its own that PYTHONPATH names: OCA addons, what test_lint wants."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .cache import PROJECT, building, cache_folder, digest
from .databases import MODULES, addon_database
from .environment import lint_environment
from .postgres import Server
from .run import run
from .say import step
from .workplace import Workplace

LOCK = PROJECT / "tests" / "neighbours_requirements.txt"
PINNED = re.compile(r"^odoo-addon-(?P<name>\S+)==(?P<version>\S+)", re.MULTILINE)
NOT_PUBLISHED = re.compile(r"^# (?P<sentence>Not for 19\.0.*)$", re.MULTILINE)
# pylint and what it imports
PYLINT = ("pylint", "astroid", "dill", "isort", "mccabe.py", "platformdirs", "tomli", "tomlkit", "typing_extensions.py")


@dataclass(frozen=True)
class ServerBeside(Server):
    """The same server, for programs that find more packages: Odoo takes addons from there, too."""

    packages: Path

    def variables(self):
        return {**super().variables(), "PYTHONPATH": str(self.packages)}


@dataclass(frozen=True)
class WorkplaceBeside(Workplace):
    """The same machine, with more packages; the databases that are built with them are others."""

    @cached_property
    def odoo_key(self):
        return digest(super().odoo_key, self.server.packages)


def with_packages(workplace, packages):
    """The workplace with the packages of a folder."""
    server = ServerBeside(**vars(workplace.server), packages=packages)
    return WorkplaceBeside(workplace.odoo, workplace.environment, server)


def pinned(lock):
    """The addons of a lock file: versions by technical name.

    >>> pinned("odoo-addon-partner-stage==19.0.2 --hash=x\\nopenupgradelib==3.13.7")
    {'partner_stage': '19.0.2'}
    """
    return {match["name"].replace("-", "_"): match["version"] for match in PINNED.finditer(lock)}


def oca_database(workplace):
    """Name of the database with the pinned addons and ours."""
    return addon_database(
        with_packages(workplace, oca_packages(workplace)), modules=(*MODULES, *pinned(LOCK.read_text()))
    )


def oca_text():
    """The addons, and what one might miss among them, in lines."""
    lock = LOCK.read_text()
    addons = [f"  {name} {version}" for name, version in pinned(lock).items()]
    return "\n".join([*addons, *(f"  {match['sentence']}" for match in NOT_PUBLISHED.finditer(lock))])


def oca_packages(workplace):
    """The folder with the pinned addons, filled if need be."""
    target = cache_folder() / f"oca-{digest(LOCK)}"
    if not target.exists():
        with step("OCA addons from PyPI"), building(target) as partial:
            pip = [workplace.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--target", str(partial)]
            run([*pip, *options, "-r", str(LOCK)], "Installing OCA addons")
    return target


def pylint_packages(workplace):
    """A folder with pylint, which test_lint imports: the linters' own, and of their packages no other."""
    site = next(lint_environment().glob("lib/python3.*/site-packages"))
    target = cache_folder() / f"pylint-{digest(site)}"
    if not target.exists():
        with building(target) as partial:
            for name in PYLINT:
                for path in site.glob(name):
                    (partial / path.name).symlink_to(path)
    return target
