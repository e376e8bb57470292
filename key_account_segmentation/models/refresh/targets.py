# SPDX-License-Identifier: LGPL-3.0-only
"""Where the figures of a refresh go: the live profiles, or snapshots of a past day (``History``).

A target has one table. It writes rows that differ from the stored ones, and only those: PostgreSQL would write, and lock,
each row that an UPDATE or an ON CONFLICT touches.
"""

from odoo.tools import SQL

from ..base.columns import columns, or_zero


class Target:
    """One table of figures, with the key that tells its rows apart."""

    model = None
    key = ()
    #: the column of the quadrant that the figures lead to
    quadrant = "quadrant_id"
    #: whether what people entered and what is open today belong to the figures
    is_today = False
    #: whether the types that figures suggest are stored with them
    has_types = False

    def __init__(self, env):
        self.env = env
        self.figures = env[self.model]
        self.table = SQL.identifier(self.figures._table)

    def condition_sql(self, company, as_of):
        """Condition of a company's rows."""
        raise NotImplementedError

    def scope_sql(self, company, as_of):
        """Table and condition of a company's rows, to stand after FROM."""
        return SQL("%s WHERE %s", self.table, self.condition_sql(company, as_of))

    def figure_sql(self, name):
        """The column of a figure, told apart from those of other tables."""
        return SQL("%s.%s", self.table, SQL.identifier(name))

    def classified(self):
        """The columns a batch writes: figures of the customer's own documents and work, verdicts, day and policy."""
        return (*self.figures._figures("documents", "work", "verdict"), "as_of_date", "policy_id")

    def upsert(self, work, classified):
        """Write the customers of a batch; the number of rows written.

        :param classified: SQL of one row per customer: partner_id, account_manager_id and ``classified()``
        """
        self.env.cr.execute(self._upsert_sql(work, classified))
        return self._note_written([row[0] for row in self.env.cr.fetchall()], self.classified())

    def _upsert_sql(self, work, classified):
        """Rows that are as stored are left out before they meet the conflict, which would lock, and so write, each of them.

        They are looked up one by one: of a table that grows, PostgreSQL knows too little to read only this batch of it.
        ``create_uid`` stays NULL: no user wrote the row, and a value costs a foreign-key check per row.
        """
        names = self.classified()
        compared = self._compared(names)
        begun = self._begun()
        return SQL(
            """
            INSERT INTO %(table)s (
                %(inserted)s, create_date, write_date
            )
            SELECT %(company)s, %(new_all)s, %(now)s, %(now)s
              FROM (%(classified)s) AS new
              LEFT JOIN LATERAL (
                    SELECT * FROM %(table)s WHERE (%(key)s) = (%(new_key)s) OFFSET 0
                   ) AS stored
                ON TRUE
             WHERE stored.id IS NULL
                OR (%(stored)s) IS DISTINCT FROM (%(new)s)
                ON CONFLICT (%(key)s) DO UPDATE
               SET (%(compared)s, write_date) = ROW(%(excluded)s, EXCLUDED.write_date)
         RETURNING id
            """,
            table=self.table,
            inserted=columns(("company_id", "partner_id", "account_manager_id", *names, *begun)),
            company=work.company.id,
            new_all=SQL(", ").join([columns(("partner_id", "account_manager_id", *names), "new"), *begun.values()]),
            now=self.env.cr.now(),
            classified=classified,
            key=columns(self.key),
            new_key=SQL(", ").join(
                [
                    SQL("%s", work.company.id) if name == "company_id" else SQL.identifier("new", name)
                    for name in self.key
                ]
            ),
            stored=columns(compared, "stored"),
            new=columns(compared, "new"),
            compared=columns(compared),
            excluded=columns(compared, "excluded"),
        )

    def _compared(self, names):
        """The columns that are written to a row that is there."""
        return names

    def _begun(self):
        """Column -> what a new row begins with, of columns that are not written to a row that is there."""
        return {}

    def delete_vanished(self, work):
        """Delete the rows of customers of the batch without a document; the number of rows deleted."""
        self.env.cr.execute(
            SQL(
                """
                SELECT stored.id
                  FROM (SELECT * FROM %(scope)s) AS stored
                  JOIN key_account_fact AS fact USING (partner_id)
                 WHERE NOT fact.has_documents
                   AND NOT (fact.is_kept AND %(is_today)s)
                """,
                scope=self.scope_sql(work.company, work.as_of),
                is_today=self.is_today,
            )
        )
        vanished = self.figures.browse([row[0] for row in self.env.cr.fetchall()])
        vanished.unlink()
        return len(vanished)

    def update(self, rows, names):
        """Write these columns where they differ; the number of rows written.

        A number that cannot be empty is not written where NULL is stored and 0 is new: both are read as 0.

        :param rows: SQL of one row per customer: id and the columns
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS figures
                   SET (%(columns)s) = ROW(%(new)s)
                  FROM (%(rows)s) AS new
                 WHERE figures.id = new.id
                   AND (%(stored)s) IS DISTINCT FROM (%(new)s)
             RETURNING figures.id
                """,
                table=self.table,
                columns=columns(names),
                new=columns(names, "new"),
                rows=rows,
                stored=SQL(", ").join(
                    [or_zero(self.figures._fields[name], SQL.identifier("figures", name)) for name in names]
                ),
            )
        )
        return self._note_written([row[0] for row in self.env.cr.fetchall()], names)

    def place(self, work, place_sql, quadrants, customers):
        """Write the places of customers and their quadrants where they differ; the number of rows written.

        :param place_sql: SQL of the place of a row, such as 'high_low'
        :param quadrants: place -> id of the policy's quadrant
        :param customers: SQL condition on partner_id
        """
        choices = [SQL("WHEN %s THEN %s", place, number) for place, number in quadrants.items()]
        quadrant = SQL("(CASE (%s) %s END)", place_sql, SQL(" ").join(choices)) if choices else SQL("NULL::int")
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s
                   SET place = %(place)s, %(written)s
                 WHERE %(condition)s
                   AND %(customers)s
                   AND (place, %(stored)s) IS DISTINCT FROM (%(place)s, %(quadrant)s)
             RETURNING id
                """,
                table=self.table,
                place=place_sql,
                written=self._placed_sql(quadrant),
                condition=self.condition_sql(work.company, work.as_of),
                customers=customers,
                stored=SQL.identifier(self.quadrant),
                quadrant=quadrant,
            )
        )
        written = [row[0] for row in self.env.cr.fetchall()]
        return self._note_written(written, ("place", "quadrant_id", self.quadrant))

    def _placed_sql(self, quadrant):
        return SQL("quadrant_id = %s", quadrant)

    def _note_written(self, ids, names):
        """Forget what Odoo has in its cache of these columns, and have what depends on them computed anew."""
        self.figures.invalidate_model()
        self.figures.browse(ids).modified(names)
        return len(ids)


class Live(Target):
    """The profiles as they are today."""

    model = "key.account.profile"
    key = ("company_id", "partner_id")
    quadrant = "computed_quadrant_id"
    is_today = True
    has_types = True

    def condition_sql(self, company, as_of):
        return SQL("company_id = %s", company.id)

    def _compared(self, names):
        """The effective category of a customer that is known is decided beside what people set by hand."""
        return tuple(name for name in names if name != "category")

    def _begun(self):
        return {
            "salesperson_id": SQL.identifier("new", "account_manager_id"),
            "recorded_lifecycle": SQL.identifier("new", "lifecycle"),
            "recorded_major": SQL("FALSE"),
        }

    def _placed_sql(self, quadrant):
        """A quadrant is effective at once where none was."""
        return SQL(
            "computed_quadrant_id = %(quadrant)s, quadrant_id = COALESCE(quadrant_id, %(quadrant)s)", quadrant=quadrant
        )


class History(Target):
    """Snapshots of a past day: what people set by hand since says nothing of it."""

    model = "key.account.snapshot"
    key = ("company_id", "partner_id", "as_of_date")

    def condition_sql(self, company, as_of):
        return SQL("company_id = %s AND as_of_date = %s", company.id, as_of)
