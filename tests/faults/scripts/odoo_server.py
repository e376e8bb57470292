# SPDX-License-Identifier: LGPL-3.0-only
"""`odoo server` with smaller batches: `FAULTS_BATCH=500 python odoo_server.py OPTIONS`."""

import os
import sys

from odoo.cli.server import main
from odoo.modules.module import initialize_sys_path
from odoo.tools import config


def set_batch_size(customers):
    """Have a full refresh, and that of marked customers, take so many at once."""
    from odoo.addons.key_account_segmentation.models.refresh import key_account_refresh, key_account_run

    key_account_run.BATCH_SIZE = customers
    key_account_refresh.STALE_BATCH = customers


config.parse_config(sys.argv[1:], setup_logging=True)
initialize_sys_path()
set_batch_size(int(os.environ["FAULTS_BATCH"]))
main(sys.argv[1:])
