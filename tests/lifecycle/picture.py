# SPDX-License-Identifier: LGPL-3.0-only
"""A picture of a whole database: its schema, and every row of every table."""

from contextlib import closing

import psycopg2

SCHEMA = {
    "relations": """
        SELECT relkind::text, relname, reloptions::text
          FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg_toast%'
    """,
    "columns": """
        SELECT table_name, column_name, udt_name, is_nullable, column_default, character_maximum_length
          FROM information_schema.columns
         WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace
    """,
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "types": "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace",
    "comments": "SELECT objoid::regclass::text, objsubid, description FROM pg_description WHERE objsubid > 0",
}
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"

#: Columns that tell when and by whom something was written, or by chance.
CHANCE = ["create_date", "write_date", "write_uid", "message_id", "date", "calendar_last_notif_ack"]


def schema(workplace, database):
    """What the schema consists of: kind -> set of definitions."""
    with closing(connect(workplace, database)) as connection, connection.cursor() as cursor:
        return {kind: set(fetched(cursor, query)) for kind, query in SCHEMA.items()}


def rows(workplace, database):
    """What the tables hold: table -> set of rows as JSON."""
    with closing(connect(workplace, database)) as connection, connection.cursor() as cursor:
        tables = [name for (name,) in fetched(cursor, TABLES)]
        query = 'SELECT (to_jsonb(t) - %s::text[])::text FROM ONLY "{}" AS t'
        return {name: {row for (row,) in fetched(cursor, query.format(name), CHANCE)} for name in tables}


def connect(workplace, database):
    """A connection to one of the workplace's databases."""
    server = workplace.server
    return psycopg2.connect(
        dbname=database, host=server.host, port=server.port, user=server.user, password=server.password
    )


def fetched(cursor, query, *parameters):
    """All rows of a query."""
    cursor.execute(query, parameters or None)
    return cursor.fetchall()


def differences(before, after):
    """What is no longer the same: name -> (what is gone, what is new).

    >>> differences({"a": {1, 2}, "b": {3}}, {"a": {2, 4}, "b": {3}})
    {'a': ({1}, {4})}
    """
    names = sorted(before.keys() | after.keys())
    pairs = {name: (before.get(name, set()), after.get(name, set())) for name in names}
    return {name: (old - new, new - old) for name, (old, new) in pairs.items() if old != new}
