# SPDX-License-Identifier: LGPL-3.0-only
"""How long the scheduled action works on follow-ups: when many are due, and when all of it has been done.

All rules are switched on. Nobody is due but those made so, a quarter each: silent key accounts, late purchases, overdue
invoices, customers who became at risk.
"""

from odoo import Command, fields
from odoo.tools import SQL

from .refresh import company, memory, start_measuring_memory
from .timing import seconds

MANAGERS = 20
#: One customer in so many is a key account, the silent ones beside them.
KEY_ACCOUNTS = 20
QUARTERS = ("silent", "late", "overdue", "at_risk")


def prepare_due(env, count):
    """Give every customer an account manager, and so many customers a reason to be followed up."""
    rules = env["key.account.follow.up.rule"].with_context(active_test=False)
    rules._ensure_rules()
    rules.search([]).active = True
    values = {
        "today": fields.Date.today(),
        "company": company(env).id,
        "managers": make_managers(env).ids,
        "type": env.ref("key_account_segmentation.type_large_steady").id,
        "key_accounts": KEY_ACCOUNTS,
        "each": max(1, count // len(QUARTERS)),
    }
    for query in (NOBODY_IS_DUE, SOME_ARE_DUE, BECAME_AT_RISK):
        env.cr.execute(SQL(query, **values))
    env.cr.commit()
    env.invalidate_all()


def follow_up(env):
    """Seconds, megabytes and number of activities of one run, as the scheduled action does it."""
    activities = env["mail.activity"]
    before = activities.search_count([])
    memory_before = start_measuring_memory()
    taken = seconds(lambda: run_to_the_end(env))
    planned = activities.search_count([]) - before
    return {"seconds": taken, "megabytes": memory("VmHWM") - memory_before, "planned": planned}


def run_to_the_end(env):
    """What the scheduled action does, without its time limit."""
    for rule in env["key.account.follow.up.rule"].search([]):
        for _done in rule._follow_up():
            env.cr.commit()
            env.invalidate_all()
    while env["key.account.follow.up"]._tell():
        env.cr.commit()
        env.invalidate_all()


def make_managers(env):
    """Users who answer for the customers."""
    group = env.ref("sales_team.group_sale_salesman")
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": f"Manager {number}",
                    "login": f"bench_manager_{number}",
                    "email": f"manager{number}@example.com",
                    "group_ids": [Command.link(group.id)],
                    "company_id": company(env).id,
                    "company_ids": [Command.set(company(env).ids)],
                }
                for number in range(MANAGERS)
            ]
        )
    )


NOBODY_IS_DUE = """
    UPDATE key_account_transition SET is_followed_up = TRUE, is_end_told = TRUE;
    UPDATE key_account_profile
       SET account_manager_id = (%(managers)s::int[])[1 + id %% CARDINALITY(%(managers)s::int[])],
           main_type_id = CASE WHEN id %% %(key_accounts)s = 0 THEN %(type)s END,
           lifecycle = 'active',
           last_invoice_date = %(today)s::date - 5,
           last_contact_date = %(today)s::date - 5,
           expected_next_date = %(today)s::date + 60,
           overdue_amount = 0,
           payment_overdue_days = 0,
           review_date = NULL
     WHERE company_id = %(company)s
"""
SOME_ARE_DUE = """
    CREATE TEMP TABLE bench_due AS
    SELECT id, (ROW_NUMBER() OVER (ORDER BY id %% 1009, id) - 1) / %(each)s AS quarter
      FROM key_account_profile
     WHERE company_id = %(company)s
       AND id %% %(key_accounts)s <> 0
     ORDER BY id %% 1009, id
     LIMIT 4 * %(each)s;
    UPDATE key_account_profile AS profile
       SET main_type_id = CASE WHEN quarter = 0 THEN %(type)s END,
           last_invoice_date = CASE WHEN quarter = 0 THEN %(today)s::date - 300 ELSE last_invoice_date END,
           last_contact_date = CASE WHEN quarter = 0 THEN %(today)s::date - 300 ELSE last_contact_date END,
           category = CASE WHEN quarter = 0 THEN category ELSE 'active_partner' END,
           recurrence = CASE WHEN quarter = 1 THEN 'monthly' ELSE recurrence END,
           cadence = CASE WHEN quarter = 1 THEN 'monthly' ELSE cadence END,
           expected_next_date = CASE WHEN quarter = 1 THEN %(today)s::date - 40 ELSE expected_next_date END,
           lifecycle = CASE quarter WHEN 1 THEN 'late' WHEN 3 THEN 'at_risk' ELSE lifecycle END,
           overdue_amount = CASE WHEN quarter = 2 THEN 1000000 ELSE 0 END,
           payment_overdue_days = CASE WHEN quarter = 2 THEN 30 ELSE 0 END
      FROM bench_due
     WHERE bench_due.id = profile.id
"""
BECAME_AT_RISK = """
    INSERT INTO key_account_transition (profile_id, company_id, partner_id, date, what, old_value, new_value, event, cause)
    SELECT profile.id, profile.company_id, profile.partner_id, %(today)s, 'lifecycle', 'late', 'at_risk',
           'became_at_risk', 'figures'
      FROM key_account_profile AS profile
      JOIN bench_due
        ON bench_due.id = profile.id
       AND bench_due.quarter = 3;
    DROP TABLE bench_due;
    ANALYZE key_account_profile, key_account_transition
"""
