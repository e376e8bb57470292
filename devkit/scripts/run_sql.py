"""Runs one SQL statement: `python run_sql.py DATABASE STATEMENT [PARAMETERS]`; prints rows separated by tabs."""

import sys

import psycopg2

connection = psycopg2.connect(dbname=sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sys.argv[2], sys.argv[3:] or None)
for row in cursor.fetchall() if cursor.description else []:
    print(*row, sep="\t")
