"""Updating every module of a database passes, and our module complains of nothing."""

import pytest

from devkit import databases
from devkit.logs import complaints_in
from devkit.workplace import set_up


@pytest.mark.slow
@pytest.mark.parametrize(("modules", "with_demo"), [(("base",), False), (("account", "crm"), True)])
def test_updating_everything_passes(modules, with_demo):
    workplace = set_up()
    name = f"kas_lifecycle_all_{'demo' if with_demo else 'plain'}"
    configuration = databases.make_database(workplace, name, with_demo, modules)
    try:
        log = workplace.run_odoo("Updating everything", f"update_{name}", configuration, "-u", "all")
    finally:
        databases.drop(workplace, name)
    assert "Modules loaded." in log
    assert complaints_in(workplace, log) == ""
