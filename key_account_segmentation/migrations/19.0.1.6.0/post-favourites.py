# SPDX-License-Identifier: LGPL-3.0-only
import re

from odoo.tools import SQL

LEAF = re.compile(r"""(["'])is_archived\1\s*,\s*(["'])(=|!=)\2\s*,\s*(True|False)""")


def migrate(cr, version):
    """Favourites of account managers that name “Is Archived”, which no screen showed, go by “Has Left” instead.

    It says the same of archived users, and of those whose last day has passed.
    """
    cr.execute("SELECT id, domain, context, sort FROM ir_filters WHERE model_id = 'key.account.load'")
    for number, *texts in cr.fetchall():
        renamed = [by_presence(text) for text in texts]
        if renamed != texts:
            cr.execute(SQL("UPDATE ir_filters SET (domain, context, sort) = %s WHERE id = %s", tuple(renamed), number))


def by_presence(text):
    """The text of a domain, a context or an order without the field that is gone."""
    return text and LEAF.sub(left, text).replace("is_archived", "presence")


def left(leaf):
    """The condition in words of the field that stays."""
    _quote, _other, operator, value = leaf.groups()
    is_left = (operator == "=") == (value == "True")
    return f"'presence', '{'=' if is_left else '!='}', 'left'"
