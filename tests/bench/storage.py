# SPDX-License-Identifier: LGPL-3.0-only
"""How much disk our tables and our index take."""

from odoo.tools import SQL


def vacuum(env):
    """What autovacuum would have done by the time the first night comes."""
    connection = env.cr.connection
    connection.commit()
    connection.set_session(autocommit=True)
    try:
        env.cr.execute(SQL("VACUUM ANALYZE"))
    finally:
        connection.set_session(autocommit=False)


def sizes(env):
    """Bytes of our tables by customer, and of our index on documents by document."""
    env.cr.execute(
        SQL(
            """
            SELECT (SELECT SUM(PG_TOTAL_RELATION_SIZE(oid)) FROM pg_class
                     WHERE relkind = 'r' AND relname ~ '^key_account_')::float8
                       / (SELECT COUNT(*) FROM key_account_profile),
                   (SELECT SUM(PG_RELATION_SIZE(indexrelid)) FROM pg_stat_user_indexes
                     WHERE relname = 'account_move' AND indexrelname ~ 'key_account')::float8
                       / (SELECT COUNT(*) FROM account_move)
            """
        )
    )
    by_customer, by_document = env.cr.fetchone()
    return {"by_customer": by_customer, "by_document": by_document}
