# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What counts today is what the figures lead to; the next night finds the key accounts, as a first one does."""
    cr.execute(
        """
        UPDATE key_account_profile
           SET computed_quadrant_id = quadrant_id,
               recorded_lifecycle = lifecycle,
               recorded_major = is_major
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["key.account.follow.up.rule"]._ensure_rules()
    env.ref("key_account_segmentation.ir_cron_refresh_all")._trigger()
