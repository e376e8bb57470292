# SPDX-License-Identifier: LGPL-3.0-only
"""Runs one SQL statement: `python run_sql.py DATABASE STATEMENT [PARAMETERS]`; prints rows separated by tabs."""

import sys

import psycopg2


def rows_of(database, statement, parameters):
    """The statement's rows; it is committed at once."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(statement, parameters or None)
    return cursor.fetchall() if cursor.description else []


try:
    for row in rows_of(sys.argv[1], sys.argv[2], sys.argv[3:]):
        print(*row, sep="\t")
except psycopg2.Error as error:
    sys.exit(str(error))
