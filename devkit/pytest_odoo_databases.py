# SPDX-License-Identifier: LGPL-3.0-only
"""A pytest plugin: every process of a test run has a database and a log of its own."""

import os
from pathlib import Path

import pytest

from odoo.tests import HttpCase


def pytest_addoption(parser):
    """Odoo's configuration files, one for each process."""
    parser.addoption("--configuration", action="append", help="Odoo's configuration, once for each process")


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Choose this process's configuration before pytest-odoo reads it."""
    # pytest-odoo would copy the database itself, by programs that need not be on PATH.
    worker = os.environ.pop("PYTEST_XDIST_WORKER", "gw0")
    chosen = config.option.configuration[int(worker.removeprefix("gw"))]
    config.option.odoo_config = chosen
    config.option.odoo_log_level = "warn"
    config.option.odoo_extra = [*config.option.odoo_extra, f"logfile={log_of(chosen)}"]
    yield


def log_of(configuration):
    """Where Odoo's warnings go."""
    return Path(configuration).parent.with_name("log") / f"{Path(configuration).stem}.log"


def pytest_collection_modifyitems(items):
    """Begin with the tests that take long, so that no process ends up with them alone: those in the browser."""
    items.sort(key=lambda item: not issubclass(getattr(item, "cls", None) or object, HttpCase))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """Write out what was said in characters that a process cannot tell the other, such as half a surrogate pair."""
    outcome = yield
    report = outcome.get_result()
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
