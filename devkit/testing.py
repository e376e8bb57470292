# SPDX-License-Identifier: LGPL-3.0-only
"""`./dev test`: what needs no Odoo, and beside it the tests in a real Odoo, in two processes with a database each."""

import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager

from .cache import PROJECT, locked
from .chromium import chromium_folder
from .databases import (
    MODULES,
    addon_database,
    copy,
    declared_modules,
    drop,
    drop_abandoned,
    execute,
    passing_name,
    require_quiet_install,
)
from .logs import complaints_in
from .say import say, step
from .workplace import SCRIPTS, log_folder, set_up

PLAIN_PATHS = ("key_account_segmentation/tools", "devkit", "tests")
ODOO_PATHS = ("key_account_segmentation/tests", "tests/odoo")
# Not to be imported in search of doctests: these find Odoo around them.
NEEDING_ODOO = ("tests/odoo", "tests/bench*", "devkit/scripts", "devkit/pytest_odoo_*.py")
NO_TESTS_COLLECTED = 5
QUICK = ("-m", "not slow")
WITH_ASSETS = "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = 'assets'"
# More would wait for each other on two cores, and one whose databases take long has no use of more either.
PROCESSES = 2
#: What Odoo installs into every database by itself.
EVERYWHERE = ("rpc",)
#: Seconds that a program has to end by itself.
PATIENCE = 60
#: Options that want the terminal for themselves.
ALONE = {"-s", "--capture=no", "--pdb", "--trace"}


def run_tests(arguments, with_slow=False, declared=False):
    """Run the tests that pytest's arguments name (all when they name no path); returns the exit code.

    :param declared: only the tests in Odoo, where there is nothing but what our manifest asks for
    """
    plain, in_odoo, options = split(arguments)
    options = [*([] if with_slow else QUICK), *options]
    workplace = set_up()
    drop_abandoned(workplace)
    if declared:
        return summed_up([run_in_odoo(workplace, in_odoo, options, (*declared_modules(), *EVERYWHERE))])
    if not any(tests_in(in_odoo)):
        return summed_up([run_plain(workplace, plain, options, PROCESSES if with_slow else 1)])
    if not plain:
        return summed_up([run_in_odoo(workplace, in_odoo, options)])
    with beside(plain_command(workplace, plain, options)) as finish:
        codes = [run_in_odoo(workplace, in_odoo, options)]
        codes.append(finish())
    return summed_up(codes)


def summed_up(codes):
    """The exit code of several runs: of the first that failed, else 0."""
    return next((code for code in codes if code not in (0, NO_TESTS_COLLECTED)), 0)


@contextmanager
def beside(command):
    """Run a program while the block runs; what is given waits for it, shows what it said, and returns its exit code."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

        def finish():
            process.wait()
            output.seek(0)
            say(f"Tests without Odoo\n{output.read().rstrip()}")
            return process.returncode

        try:
            yield finish
        finally:
            stop(process)


def run_to_the_end(command, **options):
    """Run a program and return its exit code; when ./dev is stopped, it ends as well, and so does what it started."""
    process = subprocess.Popen(command, cwd=PROJECT, **options)
    try:
        return process.wait()
    finally:
        stop(process)


def stop(process):
    """Have a program that is still at work end, as Ctrl+C does."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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


def run_plain(workplace, paths, options, processes=1):
    """Doctests and tests without Odoo in the process."""
    say("Tests without Odoo")
    return run_to_the_end(plain_command(workplace, paths, options, processes))


def plain_command(workplace, paths, options, processes=1):
    """The words that run them. They start ./dev themselves, so PG* stays as it is outside."""
    rules = ["-p", "no:odoo", "-p", "devkit.pytest_plain", "--doctest-modules"]
    rules += [f"--ignore-glob={pattern}" for pattern in NEEDING_ODOO]
    rules += spread(processes if worth_spreading(paths, options) else 1, "loadfile")
    return [*pytest_command(workplace), *rules, *options, *paths]


def pytest_command(workplace):
    """The words that start pytest."""
    return [workplace.python, "-B", "-m", "pytest"]


def run_in_odoo(workplace, paths, options, modules=MODULES):
    """Tests inside Odoo, on copies of the database with the addon that are thrown away afterwards."""
    say("Tests in Odoo")
    environment = workplace.server.variables()
    with_browser = any("HttpCase" in file.read_text() for file in tests_in(paths))
    if with_browser:
        environment["PATH"] = os.pathsep.join(filter(None, [str(chromium_folder() or ""), os.environ["PATH"]]))
    databases = test_databases(workplace, modules, with_browser, PROCESSES if worth_spreading(paths, options) else 1)
    logs = [log_folder() / f"{name}.log" for name in databases]
    try:
        command = [*pytest_command(workplace), *rules_in_odoo(workplace, databases), *options, *paths]
        code = run_to_the_end(command, env=environment)
        return summed_up([code, 1 if show_complaints(workplace, logs) else 0])
    finally:
        for name, log in zip(databases, logs, strict=True):
            drop(workplace, name)
            log.unlink(missing_ok=True)


def rules_in_odoo(workplace, databases):
    """Options that spread the tests over these databases; the tests of a class stay together."""
    rules = ["-p", "devkit.pytest_odoo_browser", "-p", "devkit.pytest_odoo_databases", "--odoo-http"]
    rules += [f"--configuration={workplace.configuration(name)}" for name in databases]
    return [*rules, *spread(len(databases), "loadscope")]


def spread(processes, kind):
    """Options of pytest-xdist that spread tests over processes in the order in which they stand."""
    if processes == 1:
        return ["-p", "no:xdist"]
    return ["-n", str(processes), f"--dist={kind}", "--no-loadscope-reorder", "--max-worker-restart=0"]


def worth_spreading(paths, options):
    """Whether more than one process is worth its start.

    >>> worth_spreading(["key_account_segmentation/tests/test_facts.py"], [])
    False
    >>> worth_spreading(["key_account_segmentation/tests"], []), worth_spreading(["tests"], ["-x", "--pdb"])
    (True, False)
    """
    return len(set(tests_in(paths))) > 1 and not ALONE.intersection(options)


def show_complaints(workplace, logs):
    """Show what Odoo or the browser complained of in these logs; whether there was something."""
    complaints = complaints_in(workplace, "".join(log.read_text() for log in logs if log.exists()))
    if complaints:
        say(f"Tests in Odoo: the log complains.\n{complaints}")
    return bool(complaints)


def tests_in(paths):
    """The test files below these paths."""
    for path in paths:
        file = PROJECT / path.partition("::")[0]
        yield from file.rglob("test_*.py") if file.is_dir() else [file]


def test_databases(workplace, modules, with_browser, count):
    """Names of fresh databases with the addon, and with the web client built if a browser will ask for it."""
    with locked():
        source = addon_database(workplace, modules=modules)
        require_quiet_install(workplace, source)
        if with_browser:
            build_assets(workplace, source)
        names = [passing_name(f"test_{number}") for number in range(count)]
        for name in names:
            copy(workplace, source, name)
    return names


def build_assets(workplace, name):
    """Build the web client's bundles in a database, once; a comment on the database remembers it."""
    if [name] not in execute(workplace, WITH_ASSETS):
        with step("Build the web client for the browser tests"):
            script = SCRIPTS / "build_assets.py"
            workplace.run_script("Building the web client", script, workplace.configuration(name))
        execute(workplace, f"COMMENT ON DATABASE \"{name}\" IS 'assets'")
