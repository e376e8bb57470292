"""`./dev test`: first what needs no Odoo, then the tests in a real Odoo with pytest-odoo."""

import os
import subprocess

from .cache import PROJECT, locked
from .chromium import chromium_folder
from .databases import PREFIX, addon_database, copy, drop, drop_abandoned, execute, require_quiet_install
from .say import say, step
from .workplace import SCRIPTS, set_up

PLAIN_PATHS = ("key_account_segmentation/tools", "devkit", "tests")
ODOO_PATHS = ("key_account_segmentation/tests", "tests/odoo")
# Not to be imported in search of doctests: these find Odoo around them.
NEEDING_ODOO = ("tests/odoo", "tests/bench*", "devkit/scripts", "devkit/pytest_browser.py")
NO_TESTS_COLLECTED = 5
QUICK = ("-m", "not slow")
WITH_ASSETS = "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = 'assets'"


def run_tests(arguments, with_slow=False):
    """Run the tests that pytest's arguments name (all when they name no path); returns the exit code."""
    plain, in_odoo, options = split(arguments)
    options = [*([] if with_slow else QUICK), *options]
    workplace = set_up()
    codes = []
    if plain:
        codes.append(run_plain(workplace, plain, options))
    if in_odoo:
        codes.append(run_in_odoo(workplace, in_odoo, options))
    return next((code for code in codes if code not in (0, NO_TESTS_COLLECTED)), 0)


def split(arguments):
    """The arguments as (paths that need no Odoo, paths that need it, options).

    >>> split(["-k", "name"])[2]
    ['-k', 'name']
    >>> split(["key_account_segmentation/tests::TestX", "-x"])
    ([], ['key_account_segmentation/tests::TestX'], ['-x'])
    """
    paths = [argument for argument in arguments if (PROJECT / argument.partition("::")[0]).exists()]
    options = [argument for argument in arguments if argument not in paths]
    if not paths:
        return existing(PLAIN_PATHS), existing(ODOO_PATHS), options
    in_odoo = [path for path in paths if needs_odoo(path)]
    return [path for path in paths if path not in in_odoo], in_odoo, options


def existing(paths):
    """Those of the paths that exist."""
    return [path for path in paths if (PROJECT / path).exists()]


def needs_odoo(path):
    """Whether a test's path lies in a folder whose tests run inside Odoo.

    >>> needs_odoo("./key_account_segmentation/tests/test_facts.py"), needs_odoo("tests/test_dev_help.py")
    (True, False)
    """
    file = (PROJECT / path.partition("::")[0]).resolve()
    return any(file.is_relative_to(PROJECT / folder) for folder in ODOO_PATHS)


def run_plain(workplace, paths, options):
    """Doctests and tests without Odoo in the process. They start ./dev themselves, so PG* stays as it is outside."""
    say("Tests without Odoo")
    rules = ["-p", "no:odoo", "-p", "devkit.pytest_plain", "--doctest-modules"]
    rules += [f"--ignore-glob={pattern}" for pattern in NEEDING_ODOO]
    return subprocess.run([*pytest_command(workplace), *rules, *options, *paths], cwd=PROJECT).returncode


def pytest_command(workplace):
    """The words that start pytest."""
    return [workplace.python, "-B", "-m", "pytest"]


def run_in_odoo(workplace, paths, options):
    """Tests inside Odoo, on a copy of the database with the addon that is thrown away afterwards."""
    say("Tests in Odoo")
    if not any(tests_in(paths)):
        say("  there are none yet")
        return NO_TESTS_COLLECTED
    environment = workplace.server.variables()
    with_browser = any("HttpCase" in file.read_text() for file in tests_in(paths))
    if with_browser:
        environment["PATH"] = os.pathsep.join(filter(None, [str(chromium_folder() or ""), os.environ["PATH"]]))
    database = test_database(workplace, with_browser)
    try:
        rules = [
            f"--odoo-config={workplace.configuration(database)}",
            "--odoo-http",
            "-p",
            "devkit.pytest_browser",
        ]
        command = [*pytest_command(workplace), *rules, *options, *paths]
        return subprocess.run(command, cwd=PROJECT, env=environment).returncode
    finally:
        drop(workplace, database)


def tests_in(paths):
    """The test files below these paths."""
    for path in paths:
        file = PROJECT / path.partition("::")[0]
        yield from file.rglob("test_*.py") if file.is_dir() else [file]


def test_database(workplace, with_browser):
    """Name of a fresh database with the addon, and with the web client built if a browser will ask for it."""
    with locked():
        drop_abandoned(workplace, "test")
        source = addon_database(workplace)
        require_quiet_install(source)
        if with_browser:
            build_assets(workplace, source)
        name = f"{PREFIX}_test_{os.getpid()}"
        copy(workplace, source, name)
    return name


def build_assets(workplace, name):
    """Build the web client's bundles in a database, once; a comment on the database remembers it."""
    if [name] not in execute(workplace, WITH_ASSETS):
        with step("Build the web client for the browser tests"):
            script = SCRIPTS / "build_assets.py"
            workplace.run_script("Building the web client", script, workplace.configuration(name))
        execute(workplace, f"COMMENT ON DATABASE \"{name}\" IS 'assets'")
