# SPDX-License-Identifier: LGPL-3.0-only
from odoo.tools import SQL, sql


def migrate(cr, version):
    """Follow-ups and the changes that were looked at stay as they are; nothing is planned a second time."""
    if not sql.column_exists(cr, "key_account_follow_up", "planned_on"):
        return
    for old, new in (
        ("ended_on", "ended_date"),
        ("escalated_on", "escalated_date"),
        ("handled_on", "handled_date"),
    ):
        sql.rename_column(cr, "key_account_follow_up", old, new)
    sql.rename_column(cr, "key_account_follow_up_rule", "limit", "overdue_limit")
    cr.execute(
        """
        ALTER TABLE key_account_follow_up
          DROP COLUMN planned_on,
           ADD COLUMN state varchar,
           ADD COLUMN is_told boolean,
           ADD COLUMN summary varchar;
        ALTER TABLE key_account_transition
           ADD COLUMN is_followed_up boolean,
           ADD COLUMN is_end_told boolean;
        UPDATE key_account_follow_up
           SET state = CASE WHEN itself.ended_date IS NOT NULL THEN 'ended'
                            WHEN itself.handled_date IS NOT NULL THEN 'handled'
                            ELSE 'open' END,
               is_told = true,
               summary = COALESCE(activity.summary, itself.reason)
          FROM key_account_follow_up AS itself
          LEFT JOIN mail_activity AS activity
            ON activity.id = itself.activity_id
         WHERE itself.id = key_account_follow_up.id;
        UPDATE key_account_transition
           SET is_followed_up = true,
               is_end_told = true
          FROM (SELECT company_id, max(seen_number) AS number FROM key_account_follow_up_rule GROUP BY company_id) AS seen
         WHERE seen.company_id = key_account_transition.company_id
           AND key_account_transition.id <= seen.number;
        """
    )
    cr.execute(
        SQL(
            """
            UPDATE key_account_follow_up_rule
               SET activity_type_id = (SELECT res_id FROM ir_model_data WHERE module = 'mail' AND name = %s)
             WHERE activity_type_id IS NULL
            """,
            "mail_activity_data_todo",
        )
    )
