# SPDX-License-Identifier: LGPL-3.0-only
"""What ./dev says of itself, and to somebody who mistypes."""

import ast
import os
import subprocess
import sys

from conftest import PROJECT

FORGED_VERSION = (
    "import sys, runpy; sys.version_info = (3, 8, 1); sys.argv = ['dev']; runpy.run_path({!r}, run_name='__main__')"
)


def run_with_old_python(path):
    program = FORGED_VERSION.format(str(PROJECT / "dev"))
    environment = {**os.environ, "PATH": str(path)}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)


def test_without_a_command_it_prints_help(dev):
    done = dev()
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("demo", "test", "lint", "KEY_ACCOUNT_CACHE", "ODOO_SOURCE"))


def test_an_unknown_command_is_named(dev):
    done = dev("dmeo")
    assert done.returncode == 2
    assert "dmeo" in done.stderr


def test_an_unknown_option_is_named(dev):
    done = dev("lint", "--fxi")
    assert done.returncode == 2
    assert "./dev lint does not know: --fxi" in done.stderr


def test_up_to_today_wants_a_file(dev):
    done = dev("demo", "--up-to-today")
    assert done.returncode == 1
    assert "--invoices FILE.csv" in done.stderr


def test_an_old_python_gets_a_plain_word(tmp_path):
    done = run_with_old_python(tmp_path)
    assert done.returncode == 1
    assert "Python 3.8" in done.stderr
    assert "3.10" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_python_hands_over_to_a_suitable_one(tmp_path):
    (tmp_path / "python3.12").symlink_to(sys.executable)
    done = run_with_old_python(tmp_path)
    assert done.returncode == 0
    assert "usage: ./dev" in done.stdout


def test_an_old_python_can_read_the_file():
    ast.parse((PROJECT / "dev").read_text(), feature_version=(3, 5))
