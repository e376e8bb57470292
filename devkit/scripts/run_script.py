# SPDX-License-Identifier: LGPL-3.0-only
"""Runs a script in Odoo's environment: `python run_script.py CONFIGURATION SCRIPT [ARGUMENTS]`.

The script (a path, or `-` for standard input) finds `env` and its own `sys.argv`; what it does not commit is
undone, as in Odoo's shell. An exception ends with its traceback and exit code 1.
"""

import sys
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def run_script(configuration, script, arguments):
    """Run the script in the database that the configuration names."""
    config.parse_config(["-c", configuration, "--no-http", "--log-level=warn"], setup_logging=True)
    source = sys.stdin.read() if script == "-" else Path(script).read_text()
    sys.argv = [script, *arguments]
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        names = {"env": env, "self": env.user, "odoo": odoo, "__name__": "__main__", "__file__": script}
        exec(compile(source, script, "exec"), names)
        cr.rollback()


if __name__ == "__main__":
    run_script(sys.argv[1], sys.argv[2], sys.argv[3:])
