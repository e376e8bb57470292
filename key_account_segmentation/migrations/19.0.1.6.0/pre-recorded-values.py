# SPDX-License-Identifier: LGPL-3.0-only
from odoo.tools import SQL, sql

#: Column of before -> its name of now: the lifecycle and major customer of the last change that was logged.
RENAMED = {"settled_lifecycle": "recorded_lifecycle", "settled_major": "recorded_major"}

#: Where people may have named the fields: in what they made themselves. Nothing of ours names them there.
NAMED_IN = {
    "base_automation": ("filter_domain", "filter_pre_domain"),
    "ir_act_server": ("code",),
    "ir_act_window": ("domain", "context"),
    "ir_exports_line": ("name",),
    "ir_filters": ("domain", "context", "sort"),
    "ir_rule": ("domain_force",),
    "ir_ui_view": ("arch_db", "arch_prev"),
    "key_account_type": ("rule_domain",),
}


def migrate(cr, version):
    """Columns get another name and keep their values: what changed since the last refresh is still logged as a change."""
    for old, new in RENAMED.items():
        if sql.column_exists(cr, "key_account_profile", old):
            sql.rename_column(cr, "key_account_profile", old, new)
            _rename_field(cr, old, new)
            for table, columns in NAMED_IN.items():
                for column in columns:
                    _rename_in_texts(cr, table, column, old, new)


def _rename_field(cr, old, new):
    """The field keeps its record, and with it its labels in other languages and whatever refers to it."""
    cr.execute(SQL("UPDATE ir_model_fields SET name = %s WHERE model = 'key.account.profile' AND name = %s", new, old))
    cr.execute(
        SQL(
            """
            UPDATE ir_model_data
               SET name = REPLACE(name, %(old)s, %(new)s)
             WHERE module = 'key_account_segmentation'
               AND model IN ('ir.model.fields', 'ir.model.fields.selection')
               AND POSITION(%(old)s IN name) > 0
            """,
            old=f"key_account_profile__{old}",
            new=f"key_account_profile__{new}",
        )
    )


def _rename_in_texts(cr, table, column, old, new):
    """Of texts in several languages each follows."""
    kind = sql.table_columns(cr, table).get(column)
    if kind:
        cr.execute(
            SQL(
                """
                UPDATE %(table)s
                   SET %(column)s = REPLACE(%(column)s::text, %(old)s, %(new)s)::%(kind)s
                 WHERE POSITION(%(old)s IN %(column)s::text) > 0
                """,
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                kind=SQL.identifier(kind["udt_name"]),
                old=old,
                new=new,
            )
        )
