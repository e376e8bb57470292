# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 (env comes from devkit/scripts/run_script.py)
"""Works when told to, line by line on standard input: `all`, `marked`, `follow_up` as the scheduled actions, `dialog`."""

import sys
import time

from odoo.service.model import retrying

from odoo.addons.key_account_segmentation.models.follow_up import key_account_follow_up_planning
from odoo.addons.key_account_segmentation.models.refresh import key_account_refresh, key_account_run

RUN_OPEN = ("waiting", "running")


def refresh_all():
    env["key.account.run"]._cron_refresh_all()


def refresh_marked():
    env["key.account.refresh"]._cron_refresh_stale()


def refresh_in_dialog():
    """What the dialog with the progress bar asks for, each step a request."""
    runs = env(user=env.ref("base.user_admin"))["key.account.run"]
    for run_id in retrying(runs.refresh_start, env):
        env.cr.commit()
        while retrying(lambda run_id=run_id: runs.refresh_step(run_id), env)["state"] in RUN_OPEN:
            env.cr.commit()
            time.sleep(0.02)


def follow_up():
    env["key.account.follow.up.rule"]._cron_follow_up()


COMMANDS = {"all": refresh_all, "marked": refresh_marked, "dialog": refresh_in_dialog, "follow_up": follow_up}

key_account_run.BATCH_SIZE = key_account_refresh.STALE_BATCH = int(sys.argv[1])
key_account_follow_up_planning.FOLLOW_UP_BATCH = int(sys.argv[1]) // 10
print("ready", flush=True)
for line in sys.stdin:
    COMMANDS[line.strip()]()
    env.cr.commit()
    env.invalidate_all()
    print("done", flush=True)
