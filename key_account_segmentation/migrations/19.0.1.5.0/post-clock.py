# SPDX-License-Identifier: LGPL-3.0-only
from odoo.tools import SQL


def migrate(cr, version):
    """Look every hour whether a company's day has begun, unless somebody has chosen another rhythm than every day."""
    cr.execute(
        SQL(
            """
            UPDATE ir_cron
               SET interval_type = 'hours',
                   nextcall = LEAST(nextcall, DATE_TRUNC('hour', NOW() AT TIME ZONE 'UTC') + INTERVAL '90 minutes')
              FROM ir_model_data AS known
             WHERE known.module = 'key_account_segmentation'
               AND known.name = 'ir_cron_refresh_all'
               AND known.res_id = ir_cron.id
               AND (interval_number, interval_type) = (1, 'days')
            """
        )
    )
