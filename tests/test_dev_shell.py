# SPDX-License-Identifier: LGPL-3.0-only
"""./dev shell runs a script from standard input and tells how it ended."""

import pytest

from devkit import databases
from devkit.workplace import set_up


@pytest.fixture(scope="module")
def database():
    """A database with the addon, removed afterwards."""
    workplace = set_up()
    name = databases.passing_name("shell")
    databases.make_database(workplace, name)
    yield name
    databases.drop(workplace, name)


def test_a_script_finds_the_environment_and_a_quiet_log(dev, database):
    done = dev("shell", "--database", database, input="print(env.user.id, env.cr.dbname)")
    assert (done.returncode, done.stdout) == (0, f"1 {database}\n")
    assert "INFO" not in done.stderr


def test_an_exception_is_shown_and_undoes_what_was_done(dev, database):
    script = "env['res.partner'].create({'name': 'Nobody Keeps Me'})\n1 / 0"
    done = dev("shell", "--database", database, input=script)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    count = "print(env['res.partner'].search_count([('name', '=', 'Nobody Keeps Me')]))"
    assert dev("shell", "--database", database, input=count).stdout == "0\n"


def test_a_script_chooses_its_exit_code(dev, database):
    assert dev("shell", "--database", database, input="raise SystemExit(3)").returncode == 3
