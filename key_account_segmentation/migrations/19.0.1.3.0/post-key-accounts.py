# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The effective values are the computed ones; the next night finds the key accounts, as a first one does.

    The rules of follow-ups come with the next run of their scheduled action, which gives each company those it lacks.
    """
    cr.execute(
        """
        UPDATE key_account_profile
           SET computed_quadrant_id = quadrant_id,
               recorded_lifecycle = lifecycle,
               recorded_major = is_major
        """
    )
    # the action's own record and Odoo's own method: nothing here depends on how a refresh is done
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("key_account_segmentation.ir_cron_refresh_all")._trigger()
