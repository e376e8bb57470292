# SPDX-License-Identifier: LGPL-3.0-only
"""What Odoo's own linters say of our files: the tests of its addon test_lint, and the pylint plugins that lie in it."""

import os
import subprocess

from .cache import ADDON, NAME, cache_folder, locked
from .environment import lint_environment
from .odoo import addons_folders
from .say import Failure

# As test_lint's TestPyLint has them; it would read all of Odoo, which takes an hour, and wants pylint beside Odoo.
CHECKS = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,sql-injection,"
    "missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,raise-unlink-override"
)
PLUGINS = (
    "pylint.extensions.bad_builtin,_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"
)
# The last: a comment in our code that speaks to another plugin than Odoo's.
NO_CHECKS = "all,useless-option-value,unknown-option-value"


def lint_complaints(workplace, result):
    """The lines about our files: of the failed tests of test_lint, and of Odoo's pylint plugins."""
    lines = [line for text in result.failures.values() for line in text.splitlines()]
    return [*about_us(lines, str(cache_folder())), *pylint_complaints(workplace)]


def about_us(lines, cache):
    """The lines that name our addon. The cache folder, whose path names it as well, holds Odoo and no file of ours.

    >>> about_us(["in key_account_segmentation/models: no", "File /cache/key_account_segmentation/odoo/x.py"],
    ...     "/cache/key_account_segmentation")
    ['in key_account_segmentation/models: no']
    """
    return [line for line in lines if NAME in line.replace(cache, "")]


def pylint_complaints(workplace):
    """What pylint with Odoo's plugins says of our addon."""
    with locked():
        pylint = lint_environment() / "bin" / "pylint"
    options = [f"--rcfile={os.devnull}", f"--disable={NO_CHECKS}", f"--enable={CHECKS}", f"--load-plugins={PLUGINS}"]
    options += ["--reports=n", "--score=n", "--bad-functions=input", "--msg-template={path}:{line}: {msg} ({msg_id})"]
    variables = {**os.environ, "PYTHONPATH": str(plugins_folder(workplace))}
    done = subprocess.run([pylint, *options, ADDON], capture_output=True, text=True, env=variables)
    if done.returncode and not done.stdout:
        raise Failure(f"pylint with Odoo's plugins failed:\n{done.stderr}")
    return [line for line in done.stdout.splitlines() if not line.startswith("*")]


def plugins_folder(workplace):
    """Where Odoo's pylint plugins lie: in the tests of its addon test_lint."""
    folders = [folder / "test_lint" / "tests" for folder in addons_folders(workplace.odoo)]
    return next(folder for folder in folders if folder.is_dir())
