# SPDX-License-Identifier: LGPL-3.0-only
"""`./dev neighbours`: Odoo's own tests, and OCA addons, beside our addon.

Each suite runs on a copy of a database with our addon. What fails there runs again, alone, on a database that lacks our
addon (for our own tests: that lacks the OCA addons). Only what passes there, and fails alone beside us as well, counts.
"""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import databases
from .cache import NAME, locked
from .chromium import chromium_folder
from .neighbours_lint import lint_complaints
from .neighbours_log import BROKEN, result_of, verdicts
from .neighbours_packages import oca_database, oca_packages, oca_text, pylint_packages, with_packages
from .say import Failure, say
from .testing import build_assets
from .workplace import Workplace, free_port, log_folder, set_up

LONGEST_SECONDS = 75 * 60
# What Odoo installs by itself beside the modules below: its own tests want a database as a customer has it.
AUTO_INSTALLED = (
    *("account_add_gln", "account_edi_ubl_cii", "account_payment", "api_doc", "auth_passkey_portal", "auth_totp_mail"),
    *("auth_totp_portal", "base_import_module", "base_install_request", "calendar_sms", "crm_iap_enrich"),
    *("crm_iap_mine", "crm_sms", "google_gmail", "mail_bot", "microsoft_outlook", "partner_autocomplete"),
    *("privacy_lookup", "resource_mail", "sale_edi_ubl", "sale_pdf_quote_builder", "sale_sms", "snailmail_account"),
    *("spreadsheet_account", "spreadsheet_dashboard_account", "spreadsheet_dashboard_sale", "web_unsplash"),
)
FULL_MODULES = (*databases.MODULES, *AUTO_INSTALLED)


@dataclass(frozen=True)
class Suite:
    """Tests, and how to make (as the name of one to copy) a database beside us and one without us.

    packages: how to make the folder with more packages that Odoo is to find meanwhile
    """

    name: str
    about: str
    tags: str
    beside: Callable[[Workplace], str]
    without: Callable[[Workplace], str]
    packages: Callable[[Workplace], Path] | None = None
    options: tuple[str, ...] = ()
    with_browser: bool = True


def full_with_addon(workplace):
    return databases.addon_database(workplace, modules=FULL_MODULES)


def full_without_addon(workplace):
    return databases.template(workplace, modules=FULL_MODULES)


# Without -i, Odoo would also run the tests that belong into an installation.
SUITES = (
    Suite(
        "crm",
        "Odoo's own tests of crm and what sales adds to it",
        "/crm,/sale_crm,/sale_management,/sales_team,-at_install",
        full_with_addon,
        full_without_addon,
    ),
    Suite(
        "lint",
        "Odoo's own linters (its addon test_lint), what they say of our files",
        "/test_lint",
        databases.addon_database,
        databases.template,
        pylint_packages,
        options=("-i", "test_lint"),
        with_browser=False,
    ),
    Suite(
        "oca",
        f"our own tests beside OCA addons\n{oca_text()}",
        f"/{NAME},-at_install",
        oca_database,
        databases.addon_database,
        oca_packages,
    ),
    Suite(
        "account",
        "Odoo's own tests of account and sale, about 20 minutes",
        "/account,/sale,-at_install",
        full_with_addon,
        full_without_addon,
    ),
)


def run_neighbours(quick=False, only=""):
    """Run the suites with the word `only` in their name (quick: the first); returns the exit code."""
    suites = SUITES[:1] if quick else [suite for suite in SUITES if only in suite.name]
    if not suites:
        raise Failure(f"No suite is named like {only!r}. There are: {', '.join(suite.name for suite in SUITES)}.")
    workplace = set_up()
    databases.drop_abandoned(workplace)
    complaints = [complaint for suite in suites for complaint in run_suite(suite, workplace)]
    say(f"Neighbours: {len(complaints)} complaints." if complaints else "Neighbours: all good.")
    return 1 if complaints else 0


def run_suite(suite, workplace):
    """Run one suite and say how it went; returns what is to complain of: tests that break, and lint."""
    start = time.monotonic()
    say(f"{suite.name}: {suite.about}")
    result = run_tests(suite, workplace, "beside", suite.tags)
    told = verdicts(result, lambda where, names: run_tests(suite, workplace, where, ",".join(names), "again"))
    complaints = [f"{name}\n{result.failures.get(name, '')}" for name, verdict in told.items() if verdict == BROKEN]
    if suite.name == "lint":
        complaints += lint_complaints(workplace, result)
    count = f"{result.count} tests, {result.skipped} skipped, {len(told)} failed"
    say(f"  {count}, {len(complaints)} to complain of ({time.monotonic() - start:.0f} s)")
    for line in (*(f"{name}: {verdict}" for name, verdict in told.items()), *complaints):
        say(f"  {line}")
    return complaints


def run_tests(suite, workplace, where, tags, when="first"):
    """Run the tests with these tags on a copy of the suite's database `beside` or `without` us."""
    log = log_folder() / f"neighbours_{suite.name}_{where}_{when}.log"
    with database_copy(suite, workplace, where) as name, open(log, "w") as file:
        variables = variables_of(suite, workplace)
        options = ["--stop-after-init", f"--http-port={free_port()}", f"--test-tags={tags}", *suite.options]
        command = workplace.odoo_command("server", workplace.configuration(name), *options)
        run_at_most(LONGEST_SECONDS, command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=variables)
    result = result_of(log.read_text())
    if not result.count:
        raise Failure(f"No test ran ({tags}). The whole log: {log}")
    return result


def variables_of(suite, workplace):
    """The environment of a suite's tests."""
    variables = equipped(suite, workplace).server.variables()
    if suite.with_browser:
        variables["PATH"] = os.pathsep.join(filter(None, [str(chromium_folder() or ""), variables["PATH"]]))
    return variables


def equipped(suite, workplace):
    """The workplace with the packages of the suite."""
    return with_packages(workplace, suite.packages(workplace)) if suite.packages else workplace


@contextmanager
def database_copy(suite, workplace, where):
    """A copy of the suite's database `beside` or `without` us, for the length of the block."""
    name = databases.passing_name("neighbours")
    with locked():
        source = getattr(suite, where)(workplace)
        if where == "beside":
            databases.require_quiet_install(source)
        if suite.with_browser:
            build_assets(equipped(suite, workplace), source)
        databases.copy(workplace, source, name)
    try:
        yield name
    finally:
        databases.drop(workplace, name)


def run_at_most(seconds, command, **options):
    """Run a program to its end, whatever its exit code: a test that fails makes Odoo's 1."""
    try:
        subprocess.run(command, timeout=seconds, **options)
    except subprocess.TimeoutExpired as error:
        raise Failure(f"The tests did not end within {seconds // 60} minutes.") from error
