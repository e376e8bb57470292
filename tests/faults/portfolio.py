# SPDX-License-Identifier: LGPL-3.0-only
"""A company's customers, seeded by SQL, and what the refresh made of them.

Some documents are a swing: posted, draft, posted again. So there are two sets of figures, and after a fault each
customer has to show one of them, whole. Some customers have nothing but a swing: they come and go.
"""

import math
from contextlib import closing
from typing import NamedTuple

from psycopg2.sql import SQL, Identifier

from devkit.cache import NAME

STANDING = (
    "share",
    "rank",
    "abc",
    "is_major",
    "holding_id",
    "holding_share",
    "days_late_12m",
    "open_amount",
    "overdue_amount",
    "payment_overdue_days",
    "overdue_share",
    "dso_days",
    "usage_per_month",
    "margin_12m",
    "margin_ratio_12m",
    "location_score",
    "place",
    "computed_quadrant_id",
    "pipeline_amount",
    "potential_amount",
    "referral_count",
    "referred_revenue_12m",
    "feedback_count_12m",
    "computed_type_id",
    # effective when all that is known
    "category",
    "quadrant_id",
    "main_type_id",
    "category_falling_since",
    "quadrant_falling_since",
    "type_falling_since",
    "recorded_lifecycle",
    "recorded_major",
)
DIFFERENCES_MAX = 8
UNCOMPARED = ("id", "create_uid", "create_date", "write_uid", "write_date")

# No customer's own figures hang on another's, nor on those of before: whatever the order, there is one right result.
PREPARE = """
UPDATE ir_cron SET active = FALSE, nextcall = NOW() AT TIME ZONE 'utc' + INTERVAL '30 days';
UPDATE ir_cron SET active = TRUE WHERE id IN (
    SELECT res_id FROM ir_model_data WHERE module = 'key_account_segmentation' AND model = 'ir.cron'
);
DELETE FROM ir_cron_trigger;
UPDATE key_account_policy SET prior_customers_min = 1000000, stability_days = 0,
       shrinking_share_min = 0;
"""
SEED = """
SELECT SETSEED(0.25);
WITH partner AS (
    INSERT INTO res_partner (name, complete_name, is_company, active, type, autopost_bills)
    SELECT 'Customer ' || number, 'Customer ' || number, TRUE, TRUE, 'contact', 'ask'
      FROM GENERATE_SERIES(1, %(customers)s) AS number
 RETURNING id
), document AS (
    SELECT id AS partner_id,
           CURRENT_DATE - (RANDOM() * 1000)::int AS day,
           ROUND((EXP(RANDOM() * 6) * 10)::numeric, 2) * CASE WHEN RANDOM() < 0.03 THEN -1 ELSE 1 END AS amount,
           CASE WHEN id %% 10 = 1 OR number = 1 AND id %% 3 > 0 THEN 'swing' END AS ref
      FROM partner, GENERATE_SERIES(1, 1 + (RANDOM() * RANDOM() * 40)::int + 0 * id) AS number
)
INSERT INTO account_move (company_id, journal_id, currency_id, move_type, state, date, invoice_date, partner_id,
                          commercial_partner_id, amount_untaxed_signed, auto_post, name, ref)
SELECT company.id, journal.id, company.currency_id,
       CASE WHEN amount < 0 THEN 'out_refund' ELSE 'out_invoice' END,
       CASE WHEN ref = 'swing' AND document.partner_id %% 2 = 0 THEN 'draft' ELSE 'posted' END,
       day, day, document.partner_id, document.partner_id, amount, 'no', 'F/' || ROW_NUMBER() OVER (), ref
  FROM document, res_company AS company
  JOIN (SELECT company_id, MIN(id) AS id FROM account_journal WHERE type = 'sale' GROUP BY 1) AS journal
    ON journal.company_id = company.id;
UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL;
"""
SWING = """
UPDATE account_move SET state = CASE state WHEN 'posted' THEN 'draft' ELSE 'posted' END WHERE ref = 'swing';
"""
MARK = """
INSERT INTO key_account_stale (company_number, partner_number)
SELECT DISTINCT company_id, commercial_partner_id FROM account_move WHERE ref = 'swing' ORDER BY 2;
"""
TRIGGER = """
INSERT INTO ir_cron_trigger (cron_id, call_at) VALUES (%(cron)s, NOW() AT TIME ZONE 'utc');
"""
NIGHT = """
DELETE FROM key_account_run;
UPDATE ir_cron SET nextcall = NOW() AT TIME ZONE 'utc' - INTERVAL '1 minute' WHERE id = %(cron)s;
"""
RUN = """
SELECT state, COALESCE(position, 0), batch_ends, customer_count, read_count, message
  FROM key_account_run
 WHERE cause <> 'documents'
 ORDER BY id
"""
# One statement, so all of it as of one moment.
WRONG = """
SELECT partner_id
  FROM UNNEST(%s) AS partner_id
  LEFT JOIN key_account_profile AS stored
 USING (partner_id)
  LEFT JOIN (
        SELECT commercial_partner_id AS partner_id,
               SUM(amount_untaxed_signed) AS revenue,
               COUNT(DISTINCT invoice_date) FILTER (WHERE amount_untaxed_signed > 0) AS events
          FROM account_move
         WHERE state = 'posted'
           AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')
           AND commercial_partner_id = ANY(%s)
         GROUP BY 1
       ) AS document
 USING (partner_id)
 WHERE (stored.revenue_lifetime, stored.event_count) IS DISTINCT FROM (document.revenue, document.events)
   AND partner_id NOT IN (SELECT partner_number FROM key_account_stale)
"""


class Reference(NamedTuple):
    """What a refresh makes of the documents that count: by partner, columns and values."""

    figures: dict
    standing: dict


def differences(found, expected):
    """The first few differences between figures: partner id, column, what was found, what was expected.

    Compared by == pytest would write down thousands of customers, which takes it longer than the test.

    >>> differences({1: {"rank": 3}, 2: {"rank": 1}}, {1: {"rank": 4}, 3: {"rank": 2}})
    ['1: rank 3, not 4', '2: there, not to be', '3: not there']
    """
    if isinstance(found, Reference):
        return differences(found.figures, expected.figures) + differences(found.standing, expected.standing)
    told = []
    for partner in sorted(found.keys() | expected.keys()):
        if partner not in expected or partner not in found:
            told.append(f"{partner}: {'not there' if partner in expected else 'there, not to be'}")
        elif found[partner] != expected[partner]:
            told += [
                f"{partner}: {name} {value}, not {expected[partner].get(name)}"
                for name, value in found[partner].items()
                if value != expected[partner].get(name)
            ]
    return told[:DIFFERENCES_MAX]


class Run(NamedTuple):
    """A pass over all customers: the number of batches done, the partner ids at which they end, counts."""

    state: str
    position: int
    ends: list
    customers: int
    read: int
    message: str


class Portfolio:
    """The customers in a database of the cluster."""

    def __init__(self, cluster, database):
        self.cluster, self.database = cluster, database
        self.swung = False
        names = self.rows(
            "SELECT name, res_id FROM ir_model_data WHERE module = %s AND model = 'ir.cron'",
            NAME,
        )
        self.crons = {name.removeprefix("ir_cron_refresh_"): number for name, number in names}

    def rows(self, statement, *parameters):
        return self.cluster.rows(statement, *parameters, database=self.database)

    def run(self, *statements, **parameters):
        """Run statements in one transaction."""
        with closing(self.cluster.connect(self.database)) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            for statement in statements:
                cursor.execute(statement, parameters)
            connection.commit()

    def seed(self, customers):
        self.run(PREPARE)
        self.run(SEED, customers=customers)
        self.rows("VACUUM ANALYZE")

    def swing(self):
        """Other documents count; nobody is told."""
        self.run(SWING)
        self.swung = not self.swung

    def swing_and_mark(self):
        """The same with what posting does besides."""
        self.run(SWING, MARK, TRIGGER, cron=self.crons["stale"])
        self.swung = not self.swung

    def trigger_marked(self):
        """Make the refresh of marked customers due."""
        self.run(TRIGGER, cron=self.crons["stale"])

    def begin_night(self):
        """Make the full refresh due."""
        self.run(NIGHT, cron=self.crons["all"])

    def wake_workers(self):
        """Tell Odoo's scheduler, as Odoo does after a trigger."""
        self.cluster.rows("SELECT PG_NOTIFY('cron_trigger', %s)", self.database)

    def columns(self):
        """The profile's columns that a refresh or a person fills in."""
        found = self.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'key_account_profile'")
        return sorted({row[0] for row in found} - set(UNCOMPARED))

    def figures(self):
        """What each customer's own documents give: partner id -> columns -> values."""
        return self.profiles([name for name in self.columns() if name not in STANDING])

    def standing(self):
        """What each customer is among the others."""
        return self.profiles(STANDING)

    def profiles(self, columns):
        """The profiles of all customers: partner id -> columns -> values."""
        names = SQL(", ").join(map(Identifier, ["partner_id", *columns]))
        rows = self.rows(SQL("SELECT {} FROM key_account_profile").format(names))
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}

    def marked(self):
        """The customers with a mark."""
        return {row[0] for row in self.rows("SELECT partner_number FROM key_account_stale")}

    def wrong(self, partners):
        """Those of the customers whose revenue or purchase days are not those of their documents, and who have no mark."""
        return {row[0] for row in self.rows(WRONG, partners, partners)}

    def full_run(self):
        """How far tonight's run is."""
        rows = self.rows(RUN)
        return Run(*rows[-1]) if rows else Run("none", 0, [], 0, 0, "")

    def is_refreshed(self):
        """Whether tonight's run is through, as it should be."""
        run = self.full_run()
        assert run.state != "failed", run.message
        return run.state == "done"

    def is_over(self):
        """Whether tonight's run is through or failed."""
        return self.full_run().state in ("done", "failed")

    def reference(self):
        """All a full refresh decides about every customer."""
        return Reference(self.figures(), self.standing())

    def require_whole_batches(self, old, new):
        """The batches that are done have the new figures, the others the old ones; the number of those done."""
        run, now = self.full_run(), self.reference()
        if run.state == "done":
            assert differences(now, new) == []
        else:
            ends = [0, *(run.ends or []), math.inf]
            last = ends[min(run.position, len(ends) - 1)]
            done = {partner: figures for partner, figures in new.figures.items() if partner <= last}
            to_do = {partner: figures for partner, figures in old.figures.items() if partner > last}
            assert differences(now.figures, {**done, **to_do}) == []
            ranked = now.standing.keys() & old.standing.keys() if last < math.inf else ()
            assert all(now.standing[partner] == old.standing[partner] for partner in ranked)
        return run.position

    def require_fresh_or_marked(self, old, new):
        """Every customer has the new figures, or the old ones and a mark; the number of marked ones."""
        now, marked = self.figures(), self.marked()
        outdated = {partner for partner in old.keys() | new.keys() if now.get(partner) != new.get(partner)}
        assert outdated == marked
        assert all(now.get(partner) == old.get(partner) for partner in marked)
        return len(marked)

    def is_due(self, name):
        """Whether a scheduled action is to be run now."""
        return self.rows("SELECT nextcall <= NOW() AT TIME ZONE 'utc' FROM ir_cron WHERE id = %s", self.crons[name])[0][
            0
        ]

    def jobs_begun(self):
        """How many times a scheduled action has been begun."""
        return self.rows("SELECT COALESCE(MAX(id), 0) FROM ir_cron_progress")[0][0]
