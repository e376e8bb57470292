# SPDX-License-Identifier: LGPL-3.0-only
import re

from odoo.tools import SQL

LEAF = re.compile(r"""(["'])is_archived\1\s*,\s*(["'])(=|!=)\2\s*,\s*(True|False)""")

#: The field in a view where its value counts, not its name: neither ``name="is_archived"`` nor ``'is_archived'``.
VALUE = re.compile(r"""(?<!name=\\")(?<!')\bis_archived\b(?!')""")


def migrate(cr, version):
    """What people made of account managers and names “Is Archived”, which no screen showed, goes by “Has Left” instead.

    It says the same of archived users, and of those whose last day has passed.
    """
    change_favourites(cr)
    change_views(cr)
    cr.execute(
        """
        UPDATE ir_exports_line AS line
           SET name = 'presence'
          FROM ir_exports AS template
         WHERE template.id = line.export_id
           AND template.resource = 'key.account.load'
           AND line.name = 'is_archived'
        """
    )


def change_favourites(cr):
    cr.execute("SELECT id, domain, context, sort FROM ir_filters WHERE model_id = 'key.account.load'")
    for number, *texts in cr.fetchall():
        renamed = [by_presence(text) for text in texts]
        if renamed != texts:
            cr.execute(SQL("UPDATE ir_filters SET (domain, context, sort) = %s WHERE id = %s", tuple(renamed), number))


def change_views(cr):
    """Views that name what is gone would not open."""
    cr.execute(
        """
        SELECT id, arch_db::text
          FROM ir_ui_view
         WHERE model = 'key.account.load' AND POSITION('is_archived' IN arch_db::text) > 0
        """
    )
    for number, arch in cr.fetchall():
        changed = by_presence(VALUE.sub("(presence == 'left')", LEAF.sub(left, arch)))
        cr.execute(SQL("UPDATE ir_ui_view SET arch_db = %s::jsonb WHERE id = %s", changed, number))


def by_presence(text):
    """The text of a domain, a context or an order without the field that is gone."""
    return text and LEAF.sub(left, text).replace("is_archived", "presence")


def left(leaf):
    """The condition in words of the field that stays."""
    _quote, _other, operator, value = leaf.groups()
    is_left = (operator == "=") == (value == "True")
    return f"'presence', '{'=' if is_left else '!='}', 'left'"
