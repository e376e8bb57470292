# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Policies of before the matrix get the quadrants and the location every new one begins with."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    policies = env["key.account.policy"].search([("quadrant_ids", "=", False)])
    policies._give_default_matrix()
    env.ref("key_account_segmentation.ir_cron_refresh_all")._trigger()
