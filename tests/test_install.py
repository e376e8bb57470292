# SPDX-License-Identifier: LGPL-3.0-only
"""The addon installs on a bare database, also one without account and crm, and complains of nothing."""

import json

import pytest

from devkit import databases
from devkit.workplace import set_up

STATE = """
import json
modules = env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
names = ("key_account_segmentation", "account", "crm", "sale")
print(json.dumps({
    "installed": [name for name in names if name in modules],
    "policies": env["key.account.policy"].search_count([]) == env["res.company"].search_count([]),
    "customers": bool(env["account.move"].search_count([("move_type", "=", "out_invoice")])),
}))
"""


@pytest.mark.parametrize(("modules", "with_demo"), [(("base",), False), (databases.declared_modules(), True)])
def test_it_installs_on_a_bare_database(dev, modules, with_demo):
    workplace = set_up()
    name = databases.passing_name("bare")
    databases.make_database(workplace, name, with_demo, modules)
    databases.require_quiet_install(workplace, databases.addon_database(workplace, with_demo, modules))
    try:
        told = dev("shell", "--database", name, input=STATE)
    finally:
        databases.drop(workplace, name)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "installed": ["key_account_segmentation", "account", "crm"],
        "policies": True,
        "customers": with_demo,
    }
