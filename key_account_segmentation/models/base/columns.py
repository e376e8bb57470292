# SPDX-License-Identifier: LGPL-3.0-only
"""Lists of columns in SQL, by their names."""

from odoo.tools import SQL


def columns(names, table=None):
    """The columns, of a table if it is given: ``"a", "b"`` or ``"t"."a", "t"."b"``."""
    return SQL(", ").join([SQL.identifier(table, name) if table else SQL.identifier(name) for name in names])


def named(expressions):
    """Select list of SQL by name: ``... AS "a", ... AS "b"``."""
    return SQL(", ").join([SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in expressions.items()])
