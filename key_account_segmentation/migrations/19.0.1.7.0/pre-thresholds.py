# SPDX-License-Identifier: LGPL-3.0-only
from odoo.tools import SQL, sql

#: Thresholds of before -> their names of now: they are compared with days, with or without a cadence.
RENAMED = {"cadence_late_ratio": "late_gaps", "cadence_risk_ratio": "risk_gaps"}

#: Thresholds that are gone -> what says the like now, for views and favourites that people made.
REPLACED = {
    "lost_probability_min": "silence_lost_min",
    "risk_probability_min": "silence_risk_min",
    "monthly_adi": "steady_min",
    "late_ratio": "silence_late_min",
}


def migrate(cr, version):
    """Thresholds that stay keep their values; what people made with the names of before opens."""
    for old, new in RENAMED.items():
        if sql.column_exists(cr, "key_account_policy", old):
            sql.rename_column(cr, "key_account_policy", old, new)
            rename_field(cr, old, new)
    for old, new in (RENAMED | REPLACED).items():
        rename_in_texts(cr, old, new)


def rename_field(cr, old, new):
    """The field keeps its record, and with it its labels in other languages and whatever refers to it."""
    cr.execute(SQL("UPDATE ir_model_fields SET name = %s WHERE model = 'key.account.policy' AND name = %s", new, old))
    cr.execute(
        SQL(
            """
            UPDATE ir_model_data
               SET name = %(new)s
             WHERE module = 'key_account_segmentation' AND model = 'ir.model.fields' AND name = %(old)s
            """,
            old=f"field_key_account_policy__{old}",
            new=f"field_key_account_policy__{new}",
        )
    )


def rename_in_texts(cr, old, new):
    """Names as whole words, in views, favourites and export templates of policies."""
    word = rf"\y{old}\y"
    cr.execute(
        SQL(
            """
            UPDATE ir_ui_view
               SET arch_db = REGEXP_REPLACE(arch_db::text, %(word)s, %(new)s, 'g')::jsonb
             WHERE model = 'key.account.policy' AND arch_db::text ~ %(word)s
            """,
            word=word,
            new=new,
        )
    )
    for column in ("domain", "context", "sort"):
        cr.execute(
            SQL(
                """
                UPDATE ir_filters
                   SET %(column)s = REGEXP_REPLACE(%(column)s, %(word)s, %(new)s, 'g')
                 WHERE model_id = 'key.account.policy' AND %(column)s ~ %(word)s
                """,
                column=SQL.identifier(column),
                word=word,
                new=new,
            )
        )
    cr.execute(
        SQL(
            """
            UPDATE ir_exports_line AS line
               SET name = %(new)s
              FROM ir_exports AS template
             WHERE template.id = line.export_id
               AND template.resource = 'key.account.policy'
               AND line.name = %(old)s
            """,
            old=old,
            new=new,
        )
    )
