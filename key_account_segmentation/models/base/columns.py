# SPDX-License-Identifier: LGPL-3.0-only
"""Lists of columns in SQL, by their names."""

from datetime import date

from odoo.tools import SQL

#: Type of a field of a NamedTuple -> that of an array of its values.
ARRAYS = {int: SQL("int[]"), str: SQL("text[]"), date: SQL("date[]")}


def columns(names, table=None):
    """The columns, of a table if it is given: ``"a", "b"`` or ``"t"."a", "t"."b"``."""
    return SQL(", ").join([SQL.identifier(table, name) if table else SQL.identifier(name) for name in names])


def named(expressions):
    """Select list of SQL by name: ``... AS "a", ... AS "b"``."""
    return SQL(", ").join([SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in expressions.items()])


def read_sql(records, domain, **names):
    """One row per record of a domain, whichever user asks: columns by the names of their fields.

    The figures are of all records; whoever may see a figure is decided on the profile.

    :param records: a model, with the context of the search
    :param names: column -> field
    """
    # bypass: figures include every record, whichever user asks; the rights are on the profile
    query = records._search(domain, bypass_access=True)
    return query.subselect(
        named({name: records._field_to_sql(query.table, field, query) for name, field in names.items()})
    )


def or_zero(field, column):
    """The column of a field; 0 for NULL where Odoo tells neither from the other: a number that cannot be empty."""
    is_zero = field.type in ("integer", "float", "monetary") and field.falsy_value is not None
    return SQL("COALESCE(%s, 0)", column) if is_zero else column


def unnest(rows):
    """Rows of a NamedTuple as a table, an array per column: ``UNNEST(%s::int[], %s::text[])``; None is NULL.

    :param rows: one at least; the columns are in the order of its fields, their types are its annotations
    """
    types = type(rows[0]).__annotations__.values()
    arrays = [
        SQL("%s::%s", list(values), ARRAYS[it]) for values, it in zip(zip(*rows, strict=True), types, strict=True)
    ]
    return SQL("UNNEST(%s)", SQL(", ").join(arrays))
