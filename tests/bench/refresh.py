# SPDX-License-Identifier: LGPL-3.0-only
"""How long a refresh of customers takes, and how much memory."""

from datetime import timedelta
from pathlib import Path

from odoo.tools import SQL

from .seed import insert_documents
from .timing import seconds


def company(env):
    return env.ref("base.main_company")


def bare_group_by(env):
    """Seconds of the yardstick: what any pass over the same documents has to read."""
    query = SQL(
        """
        SELECT commercial_partner_id, DATE_TRUNC('month', invoice_date), SUM(amount_untaxed_signed)
          FROM account_move
         WHERE company_id = %s
           AND state = 'posted'
           AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')
         GROUP BY 1, 2
        """,
        company(env).id,
    )
    taken = seconds(lambda: env.cr.execute(query))
    env.cr.commit()
    return taken


def first_refresh(env):
    """Seconds and megabytes of a refresh that finds nothing yet, in a process that did nothing before."""
    env.cr.execute(SQL("TRUNCATE key_account_profile CASCADE"))
    # what a first refresh finds is no change to be told
    env.cr.execute(SQL("UPDATE res_company SET key_account_is_known = FALSE"))
    env.cr.commit()
    before = start_measuring_memory()
    taken = refresh(env)
    return {"seconds": taken, "megabytes": memory("VmHWM") - before}


def refresh(env, days=0):
    """Seconds to refresh all customers, committing each batch as the scheduled action does.

    :param days: how many days later than the last time
    """

    def work_out():
        run = env["key.account.run"]._create_run(company(env))
        run.as_of_date += timedelta(days=days)
        while run._is_open():
            run._step()
            env.cr.commit()
            env.invalidate_all()

    return seconds(work_out)


def start_measuring_memory():
    """Make Linux forget the highest use of memory so far (VmHWM); the megabytes in use now."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(name):
    """Megabytes of this process, as Linux counts them under a name."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def change_customers(env, count):
    """A new document of today for so many customers, drawn at random; their ids."""
    env.cr.execute(SQL("SELECT partner_id FROM key_account_profile ORDER BY RANDOM() LIMIT %s", count))
    partner_ids = [row[0] for row in env.cr.fetchall()]
    insert_documents(
        env,
        SQL(
            """
            SELECT id AS partner_id,
                   id AS commercial_partner_id,
                   CURRENT_DATE AS day,
                   FALSE AS is_refund,
                   NULL::date AS paid_on
              FROM res_partner
             WHERE id = ANY(%s)
            """,
            partner_ids,
        ),
    )
    env.cr.commit()
    return partner_ids


def refresh_stale(env, count):
    """Seconds to refresh so many customers, each with a document that is new."""
    partner_ids = change_customers(env, count)
    env.invalidate_all()

    def work_out():
        env["key.account.refresh"]._refresh_customers(company(env), partner_ids)
        env.flush_all()
        env.cr.commit()

    return seconds(work_out)
