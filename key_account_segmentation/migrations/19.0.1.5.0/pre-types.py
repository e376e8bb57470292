# SPDX-License-Identifier: LGPL-3.0-only
import logging

from odoo.tools import SQL, sql

#: Odoo loads the script by its file's name.
_logger = logging.getLogger("odoo.addons.key_account_segmentation.migrations")

#: What customers of a company refer to, and the columns of their profiles that do.
REFERRING = {
    "key_account_type": ("manual_type_id", "computed_type_id", "main_type_id"),
    "key_account_collaboration": ("collaboration_id",),
}


def migrate(cr, version):
    """Types and collaborations that people made belong to a company: one that several use becomes one of each.

    Nobody loses anything: rules, customers and their history go with the company's own, and nothing is suggested anew.
    """
    if sql.column_exists(cr, "key_account_type", "company_id"):
        return
    cr.execute(SQL("ALTER TABLE key_account_type ADD COLUMN company_id int4"))
    cr.execute(SQL("ALTER TABLE key_account_collaboration ADD COLUMN company_id int4"))
    _drop_codes_of_no_module(cr)
    _drop_icons_that_are_none(cr)
    for table in REFERRING:
        for number, name, companies in _users(cr, table):
            _share_out(cr, table, number, name, companies)
    _open_playbooks(cr)


def _drop_codes_of_no_module(cr):
    """A code that somebody typed made a type look shipped."""
    cr.execute(
        SQL(
            """
            UPDATE key_account_type
               SET code = NULL
             WHERE code IS NOT NULL
               AND id NOT IN (
                   SELECT res_id
                     FROM ir_model_data
                    WHERE model = 'key.account.type'
                      AND module NOT IN ('__import__', '__export__')
               )
            """
        )
    )


def _drop_icons_that_are_none(cr):
    cr.execute(
        SQL(
            """
            UPDATE key_account_type
               SET icon = 'fa-star'
             WHERE icon !~ '^fa-[a-z0-9-]{1,60}$'
         RETURNING name ->> 'en_US'
            """
        )
    )
    for (name,) in cr.fetchall():
        _logger.info("The icon of the key account type %s was no name of one: it is a star now", name)


def _users(cr, table):
    """Of what people made: id, name, and the companies that use it, those first that keep the record itself.

    A rule is used by every company that has customers. What nobody uses yet everybody who has customers keeps.
    """
    used = _used_sql(table)
    shipped = SQL("item.code IS NOT NULL") if table == "key_account_type" else SQL("FALSE")
    ruled = SQL("COALESCE(item.rule_domain, '') != ''") if table == "key_account_type" else SQL("FALSE")
    cr.execute(
        SQL(
            """
            WITH used AS (%(used)s),
                 working AS (SELECT DISTINCT company_id FROM key_account_profile)
            SELECT item.id,
                   item.name ->> 'en_US',
                   ARRAY(
                       SELECT company_id
                         FROM working
                        WHERE %(ruled)s
                           OR item.id NOT IN (SELECT item_id FROM used)
                        UNION
                       SELECT company_id
                         FROM used
                        WHERE used.item_id = item.id
                        ORDER BY 1
                   ),
                   COALESCE(
                       (SELECT company_id FROM res_users WHERE id = item.create_uid),
                       (SELECT MIN(id) FROM res_company)
                   )
              FROM %(table)s AS item
             WHERE NOT %(shipped)s
             ORDER BY item.id
            """,
            used=used,
            ruled=ruled,
            shipped=shipped,
            table=SQL.identifier(table),
        )
    )
    for number, name, companies, creators in cr.fetchall():
        yield number, name, sorted(companies, key=lambda company, it=creators: company != it) or [creators]


def _used_sql(table):
    """Which company uses what: its customers are such ones, or were."""
    uses = [
        SQL("SELECT %s AS item_id, company_id FROM key_account_profile WHERE %s IS NOT NULL", column, column)
        for column in map(SQL.identifier, REFERRING[table])
    ]
    if table == "key_account_type":
        uses += [
            SQL(
                """
                SELECT suggested.type_id, profile.company_id
                  FROM key_account_profile_type_rel AS suggested
                  JOIN key_account_profile AS profile
                    ON profile.id = suggested.profile_id
                """
            ),
            SQL(
                """
                SELECT UNNEST(ARRAY[old_value::int, new_value::int]), company_id
                  FROM key_account_transition
                 WHERE what = 'type'
                """
            ),
        ]
    return SQL("SELECT item_id, company_id FROM (%s) AS uses WHERE item_id IS NOT NULL", SQL(" UNION ").join(uses))


def _share_out(cr, table, number, name, companies):
    """Give the record to the first company, and each of the others one of its own."""
    identifier = SQL.identifier(table)
    cr.execute(SQL("UPDATE %s SET company_id = %s WHERE id = %s", identifier, companies[0], number))
    kept = [column for column in sql.table_columns(cr, table) if column not in ("id", "company_id")]
    columns = SQL(", ").join(map(SQL.identifier, kept))
    for company in companies[1:]:
        cr.execute(
            SQL(
                "INSERT INTO %s (%s, company_id) SELECT %s, %s FROM %s WHERE id = %s RETURNING id",
                identifier,
                columns,
                columns,
                company,
                identifier,
                number,
            )
        )
        _refer_to(cr, table, company, number, cr.fetchone()[0])
    if len(companies) > 1:
        _logger.info("%s “%s” was used by %s companies: each has one of its own now", table, name, len(companies))


def _refer_to(cr, table, company, old, new):
    """Have the customers of a company refer to their own."""
    for column in map(SQL.identifier, REFERRING[table]):
        cr.execute(
            SQL(
                "UPDATE key_account_profile SET %s = %s WHERE company_id = %s AND %s = %s",
                column,
                new,
                company,
                column,
                old,
            )
        )
    if table == "key_account_type":
        cr.execute(
            SQL(
                """
                UPDATE key_account_profile_type_rel AS suggested
                   SET type_id = %s
                  FROM key_account_profile AS profile
                 WHERE profile.id = suggested.profile_id
                   AND profile.company_id = %s
                   AND suggested.type_id = %s
                """,
                new,
                company,
                old,
            )
        )
        for column in map(SQL.identifier, ("old_value", "new_value")):
            cr.execute(
                SQL(
                    "UPDATE key_account_transition SET %s = %s WHERE company_id = %s AND what = 'type' AND %s = %s",
                    column,
                    str(new),
                    company,
                    column,
                    str(old),
                )
            )


def _open_playbooks(cr):
    """Shipped playbooks, and those that something of another company starts, are for all companies from now on."""
    cr.execute(
        SQL(
            """
            UPDATE mail_activity_plan AS plan
               SET company_id = NULL
             WHERE company_id IS NOT NULL
               AND (
                   id IN (
                       SELECT res_id
                         FROM ir_model_data
                        WHERE module = 'key_account_segmentation'
                          AND model = 'mail.activity.plan'
                   )
                   OR EXISTS (
                       SELECT 1
                         FROM (
                               SELECT plan_id, company_id FROM key_account_type
                                UNION ALL
                               SELECT plan_id, company_id FROM key_account_quadrant
                                UNION ALL
                               SELECT plan_id, company_id FROM key_account_follow_up_rule
                              ) AS user_of_it
                        WHERE user_of_it.plan_id = plan.id
                          AND user_of_it.company_id IS DISTINCT FROM plan.company_id
                   )
               )
         RETURNING name
            """
        )
    )
    for (name,) in cr.fetchall():
        _logger.info("The playbook “%s” is started by several companies: it belongs to all of them now", name)
