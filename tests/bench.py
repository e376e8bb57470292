"""How fast the refresh is, as ratios to a bare GROUP BY of the same documents in the same run.

Started by ``./dev bench`` inside an Odoo shell (``env`` is there), on a database of its own. Seconds depend on the
machine; the ratios are what to compare.
"""

import argparse
import resource
import statistics
import sys
import time

from lxml import etree

from odoo.fields import Date
from odoo.tools import SQL

RUNS = 3


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--leads", type=int, default=0, help="also time the contact list and the pipeline")
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
    env.cr.execute(SQL("TRUNCATE key_account_profile CASCADE"))
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


def seed_leads(env, company, count):
    """Opportunities with the customers, spread over the stages."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_lead (name, type, active, partner_id, company_id, stage_id, expected_revenue, user_id,
                                  probability, won_status, priority, date_last_stage_update, create_date)
            SELECT 'Bench ' || number, 'opportunity', TRUE, profile.partner_id, %(company)s, stage.id, number, %(user)s,
                   10, 'pending', '0', NOW(), NOW()
              FROM GENERATE_SERIES(1, %(count)s) AS number
              JOIN (SELECT partner_id, ROW_NUMBER() OVER () AS place, COUNT(*) OVER () AS places
                      FROM key_account_profile WHERE company_id = %(company)s) AS profile
                ON profile.place = 1 + number %% profile.places
              JOIN (SELECT id, ROW_NUMBER() OVER () AS place, COUNT(*) OVER () AS places FROM crm_stage) AS stage
                ON stage.place = 1 + number %% stage.places
            """,
            company=company.id,
            user=env.uid,
            count=count,
        )
    )
    env.cr.commit()
    env.invalidate_all()


def fields_of_view(env, model, view_type):
    """What the web client reads for a view: the fields of its arch, ours among them."""
    arch = env[model].get_views([(False, view_type)])["views"][view_type]["arch"]
    return {node.get("name") for node in etree.fromstring(arch).iter("field")} & set(env[model]._fields)


def open_screen(env, model, view_type, domain, names):
    """What the web client asks for to open a list, or a kanban view by stage."""
    fields = env[model]._fields
    specification = {name: {"fields": {"display_name": {}}} if fields[name].relational else {} for name in names}
    env[model].get_views([(False, view_type), (False, "search")], {"load_filters": True})
    if view_type == "list":
        env[model].web_search_read(domain, specification, limit=80)
    else:
        env[model].web_read_group(
            domain,
            ["stage_id"],
            ["expected_revenue:sum"],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=40,
        )


def time_screen(env, model, view_type, domain):
    """Seconds to open a view, taken by turns: stock Odoo's fields alone, and with ours; each from an empty cache."""
    ours = fields_of_view(env, model, view_type)
    stock = {name for name in ours if not name.startswith("key_account_")}
    times = ([], [])
    for _run in range(22):
        for taken, names in zip(times, (stock, ours), strict=True):
            env.invalidate_all()
            taken.append(seconds(lambda names=names: open_screen(env, model, view_type, domain, names)))
            env.cr.rollback()
    return [taken[2:] for taken in times]


def measure_screens(env, company, leads):
    """Rows of (screen, seconds of stock Odoo, seconds with our fields)."""
    seed_leads(env, company, leads)
    env.user.company_ids += company
    env.cr.commit()
    here = env(context=dict(env.context, allowed_company_ids=company.ids))
    screens = [
        ("contact list", "res.partner", "list", []),
        ("pipeline", "crm.lead", "kanban", [("type", "=", "opportunity"), ("company_id", "=", company.id)]),
    ]
    return [(what, *time_screen(here, *screen)) for what, *screen in screens]


def report_screens(rows):
    print(f"{'':32} {'stock ms':>10} {'ours ms':>10} {'x stock':>8}")
    for what, stock, ours in rows:
        stock, ours = statistics.median(stock), statistics.median(ours)
        print(f"{what:32} {stock * 1000:10.1f} {ours * 1000:10.1f} {ours / stock:8.2f}")


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
    if options.leads:
        report_screens(measure_screens(env, company, options.leads))


main(env, sys.argv[1:])
