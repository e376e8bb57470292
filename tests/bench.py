"""How fast the refresh is, as ratios to a bare GROUP BY of the same documents in the same run.

Started by ``./dev bench`` inside an Odoo shell (``env`` is there), on a database of its own. Seconds depend on the
machine; the ratios are what to compare.
"""

import argparse
import resource
import statistics
import sys
import time

from odoo.fields import Date
from odoo.tools import SQL

RUNS = 3


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--invoices", type=int, default=100_000)
    return parser.parse_args(arguments)


def seed(env, customers, invoices):
    """A company with skewed trade over three years: few customers buy often, most seldom; 2 % are credit notes."""
    company = env["res.company"].create({"name": f"Bench {customers} x {invoices}"})
    journal = env["account.journal"].create({"name": "Sales", "code": "SAL", "type": "sale", "company_id": company.id})
    env.flush_all()
    env.cr.execute(SQL("SELECT SETSEED(0.5)"))
    env.cr.execute(
        SQL(
            """
            WITH partner AS (
                INSERT INTO res_partner (name, complete_name, is_company, active, type, autopost_bills)
                SELECT 'Bench ' || number, 'Bench ' || number, TRUE, TRUE, 'contact', 'ask'
                  FROM GENERATE_SERIES(1, %s) AS number
             RETURNING id
            )
            SELECT ARRAY_AGG(id ORDER BY id) FROM partner
            """,
            customers,
        )
    )
    partner_ids = env.cr.fetchone()[0]
    env.cr.execute(SQL("UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", partner_ids))
    env.cr.execute(
        SQL(
            """
            INSERT INTO account_move (company_id, journal_id, currency_id, move_type, state, date, invoice_date,
                                      partner_id, commercial_partner_id, amount_untaxed_signed, auto_post, name)
            SELECT %(company)s, %(journal)s, %(currency)s,
                   CASE WHEN is_refund THEN 'out_refund' ELSE 'out_invoice' END, 'posted', day, day, partner, partner,
                   CASE WHEN is_refund THEN -amount ELSE amount END, 'no', 'B/' || number
              FROM (
                    SELECT number,
                           (%(partners)s)[1 + FLOOR(POWER(RANDOM(), 2) * %(customers)s)::int] AS partner,
                           CURRENT_DATE - FLOOR(RANDOM() * 1095)::int AS day,
                           RANDOM() < 0.02 AS is_refund,
                           ROUND((EXP(RANDOM() * 6) * 10)::numeric, 2) AS amount
                      FROM GENERATE_SERIES(1, %(invoices)s) AS number
                   ) AS document
            """,
            company=company.id,
            journal=journal.id,
            currency=company.currency_id.id,
            partners=partner_ids,
            customers=customers,
            invoices=invoices,
        )
    )
    env.cr.commit()
    return company


def vacuum(env):
    """What autovacuum would have done by the time the first night comes."""
    connection = env.cr.connection
    connection.commit()
    connection.set_session(autocommit=True)
    try:
        for table in ("account_move", "res_partner", "key_account_profile"):
            env.cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
    finally:
        connection.set_session(autocommit=False)


def seconds(action):
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def bare_group_by(env, company):
    env.cr.execute(
        SQL(
            """
            SELECT commercial_partner_id, DATE_TRUNC('month', invoice_date), SUM(amount_untaxed_signed)
              FROM account_move
             WHERE company_id = %s
               AND state = 'posted'
               AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')
             GROUP BY 1, 2
            """,
            company.id,
        )
    )
    env.cr.commit()


def full_refresh(env, company):
    run = env["key.account.run"]._create_run(company)
    while run._is_open():
        run._step()
        env.cr.commit()
        env.invalidate_all()
    return run


def clear(env):
    env.cr.execute(SQL("TRUNCATE key_account_profile"))
    env.cr.commit()
    env.invalidate_all()


def stale_refresh(env, company, count):
    env.cr.execute(
        SQL("SELECT partner_id FROM key_account_profile WHERE company_id = %s ORDER BY id LIMIT %s", company.id, count)
    )
    env["key.account.profile"]._refresh_customers(company, [row[0] for row in env.cr.fetchall()])
    env.flush_all()
    env.cr.commit()


def measure(env, company):
    """Rows of (what, seconds of each run)."""
    bare = [seconds(lambda: bare_group_by(env, company)) for _run in range(RUNS + 1)][1:]
    first = []
    for _run in range(RUNS):
        clear(env)
        first.append(seconds(lambda: full_refresh(env, company)))
    vacuum(env)
    return [
        ("bare GROUP BY customer, month", bare),
        ("first full refresh", first),
        ("full refresh, nothing changed", [seconds(lambda: full_refresh(env, company)) for _run in range(RUNS)]),
        ("refresh of 1 customer", [seconds(lambda: stale_refresh(env, company, 1)) for _run in range(RUNS)]),
        ("refresh of 100 customers", [seconds(lambda: stale_refresh(env, company, 100)) for _run in range(RUNS)]),
    ]


def report(rows):
    base = statistics.median(rows[0][1])
    print(f"{'':32} {'median s':>10} {'spread s':>10} {'x bare':>8}")
    for what, times in rows:
        median = statistics.median(times)
        print(f"{what:32} {median:10.3f} {max(times) - min(times):10.3f} {median / base:8.1f}")


def main(env, arguments):
    options = parse_arguments(arguments)
    company = seed(env, options.customers, options.invoices)
    vacuum(env)
    print(f"{options.invoices} posted documents of {options.customers} customers, {Date.today()}")
    report(measure(env, company))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the worker: {peak:.0f} MB")


main(env, sys.argv[1:])
