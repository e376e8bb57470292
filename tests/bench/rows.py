# SPDX-License-Identifier: LGPL-3.0-only
"""Many rows at once, by SQL."""

from contextlib import contextmanager

from odoo.tools import SQL

#: The statements that remove and make again what slows down many rows, and keeps them true to each other.
FOREIGN_KEYS = """
    SELECT FORMAT('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           FORMAT('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, PG_GET_CONSTRAINTDEF(oid))
      FROM pg_constraint
     WHERE contype = 'f'
       AND conrelid = ANY(%(tables)s::regclass[])
"""
INDEXES = """
    SELECT FORMAT('DROP INDEX %%s', indexrelid::regclass), PG_GET_INDEXDEF(indexrelid)
      FROM pg_index
     WHERE NOT indisunique
       AND indrelid = ANY(%(tables)s::regclass[])
"""


@contextmanager
def bulk_load(env, *tables):
    """Take foreign keys and indexes away and build them again afterwards, as pg_restore does: minutes instead of many."""
    removals, definitions = [], []
    for statements in (FOREIGN_KEYS, INDEXES):
        env.cr.execute(SQL(statements, tables=list(tables)))
        for removal, definition in env.cr.fetchall():
            removals.append(removal)
            definitions.insert(0, definition)
    for removal in removals:
        env.cr.execute(removal)
    yield
    for definition in definitions:
        env.cr.execute(definition)


def insert_like(env, table, values, source):
    """Insert a row for each of the source's, as its row ``model`` but for the given columns."""
    env.cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
            table,
        )
    )
    names = {*(row[0] for row in env.cr.fetchall()), *values}
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s) SELECT %(values)s %(source)s",
            table=SQL.identifier(table),
            names=SQL(", ").join([SQL.identifier(name) for name in names]),
            values=SQL(", ").join([values.get(name) or SQL.identifier("model", name) for name in names]),
            source=source,
        )
    )


def number_moves(env, table):
    """Give the rows of a table their number in their series, after the moves that are there.

    :param table: name of a table with the columns id, sequence_prefix, sequence_number, name
    """
    env.cr.execute(
        SQL(
            """
            UPDATE %(table)s AS move
               SET sequence_number = place,
                   name = move.sequence_prefix || LPAD(place::text, GREATEST(5, LENGTH(place::text)), '0')
              FROM (
                    SELECT id, last + ROW_NUMBER() OVER (PARTITION BY sequence_prefix ORDER BY id) AS place
                      FROM %(table)s
                      JOIN (
                            SELECT sequence_prefix, COALESCE(MAX(account_move.sequence_number), 0) AS last
                              FROM (SELECT DISTINCT sequence_prefix FROM %(table)s) AS prefix
                              LEFT JOIN account_move USING (sequence_prefix)
                             GROUP BY 1
                           ) AS series USING (sequence_prefix)
                   ) AS numbered
             WHERE numbered.id = move.id
            """,
            table=SQL.identifier(table),
        )
    )
