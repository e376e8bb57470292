# SPDX-License-Identifier: LGPL-3.0-only
"""Updating every module of a database passes, and our module complains of nothing."""

import pytest

from devkit import databases
from devkit.logs import complaints_in
from devkit.workplace import set_up


@pytest.mark.slow
@pytest.mark.parametrize(("modules", "with_demo"), [(("base",), False), (databases.declared_modules(), True)])
def test_updating_everything_passes(modules, with_demo):
    workplace = set_up()
    name = databases.passing_name("update_all")
    configuration = databases.make_database(workplace, name, with_demo, modules)
    try:
        log = workplace.run_odoo("Updating everything", f"update_{name}", configuration, "-u", "all")
    finally:
        databases.drop(workplace, name)
    assert "Modules loaded." in log
    assert complaints_in(workplace, log) == ""
