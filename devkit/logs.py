# SPDX-License-Identifier: LGPL-3.0-only
"""What Odoo's log complains of: warnings and errors, by checklog-odoo and what checklog-odoo.cfg has it overlook."""

import subprocess

from .cache import PROJECT
from .say import Failure

COMPLAINED = 1


def complaints_in(workplace, log):
    """The warnings and errors in a log's text, with their tracebacks, as one text; empty when there are none."""
    command = [workplace.python, "-m", "checklog_odoo", "--no-echo", "--no-err-if-empty", "-"]
    done = subprocess.run(command, cwd=PROJECT, input=log, capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    if done.returncode != COMPLAINED or not done.stdout.strip():
        raise Failure(f"checklog-odoo could not read the log: {done.stderr.strip()}")
    return done.stdout.strip()
