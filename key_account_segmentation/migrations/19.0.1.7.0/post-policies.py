# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, sql

#: Thresholds that are gone -> their words; what a policy said of them stays in its note.
GONE = {
    "late_ratio": "late above (x usual gap)",
    "risk_probability_min": "at risk from (lost probability)",
    "lost_probability_min": "lost from (lost probability)",
    "monthly_adi": "monthly below (months between active months)",
}

#: What a policy began with -> what it begins with now. A company that has chosen something else keeps it.
MATRIX = ("axis_x", "cut_x_method", "axis_y", "cut_y_method")
MATRIX_THEN = ("revenue_12m", "median", "coverage", "median")
MATRIX_NOW = {
    "cut_x_method": "a_border",
    "axis_y": "loyalty",
    "cut_y_method": "value",
    "cut_y_value": 0.75,
}
NEW_MONTHS_THEN, NEW_MONTHS_NOW = 3, 6


def migrate(cr, version):
    """Customers are classified by other rules from now on: each company has a new version of its policy for that.

    The version of before is archived as it was, and figures of then refer to it. As no refresh by the new version is done
    yet, whatever changes by it has the policy as its cause, and nothing is followed up.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    policies = env["key.account.policy"].search([("state", "=", "published")])
    for policy in policies:
        keep_what_is_gone(cr, policy)
        new = policy.copy(values_of(policy))
        env.flush_all()
        publish(cr, policy, new)
        carry_overrides(cr, policy, new)
        begin_anew(cr, new)
    env.invalidate_all()
    cron = env.ref("key_account_segmentation.ir_cron_refresh_all", raise_if_not_found=False)
    if policies and cron:
        cron._trigger()


def values_of(policy):
    values = {"name": policy.name, "company_id": policy.company_id.id}
    if policy.new_months == NEW_MONTHS_THEN:
        values["new_months"] = NEW_MONTHS_NOW
    if tuple(policy[name] for name in MATRIX) == MATRIX_THEN:
        values |= MATRIX_NOW
    return values


def keep_what_is_gone(cr, policy):
    """The columns are dropped at the end of the update."""
    columns = [name for name in GONE if sql.column_exists(cr, policy._table, name)]
    if not columns:
        return
    selected = SQL(", ").join(map(SQL.identifier, columns))
    cr.execute(SQL("SELECT %s FROM key_account_policy WHERE id = %s", selected, policy.id))
    values = dict(zip(columns, cr.fetchone(), strict=True))
    said = "; ".join(f"{GONE[name]} {value:g}" for name, value in values.items() if value is not None)
    policy.note = "\n".join(filter(None, [policy.note, f"Until version 19.0.1.7.0: {said}."]))


def publish(cr, old, new):
    """One policy of a company is published at a time."""
    cr.execute(SQL("UPDATE key_account_policy SET state = 'archived', state_sequence = 2 WHERE id = %s", old.id))
    cr.execute(
        SQL(
            """
            UPDATE key_account_policy
               SET state = 'published', state_sequence = 0, published_date = NOW() AT TIME ZONE 'UTC'
             WHERE id = %s
            """,
            new.id,
        )
    )


def carry_overrides(cr, old, new):
    """Who was put into a quadrant by hand stays in that of the same place."""
    cr.execute(
        SQL(
            """
            UPDATE key_account_profile AS profile
               SET manual_quadrant_id = after.id
              FROM key_account_quadrant AS before
              JOIN key_account_quadrant AS after
                ON after.place = before.place
             WHERE before.policy_id = %s
               AND after.policy_id = %s
               AND profile.manual_quadrant_id = before.id
            """,
            old.id,
            new.id,
        )
    )


def begin_anew(cr, policy):
    """Refreshes that are under way have classified some of the customers by the rules of before: they begin again."""
    cr.execute(
        SQL(
            """
            UPDATE key_account_run
               SET state = 'waiting', policy_id = %s, position = 0, batch_ends = NULL, started_at = NULL,
                   read_count = 0, changed_count = 0, skipped_count = 0, seconds = 0
             WHERE company_id = %s
               AND state IN ('waiting', 'running')
         RETURNING id
            """,
            policy.id,
            policy.company_id.id,
        )
    )
    runs = [row[0] for row in cr.fetchall()]
    cr.execute(SQL("DELETE FROM key_account_run_failure WHERE run_id = ANY(%s)", runs))
    cr.execute(
        SQL("UPDATE key_account_run SET cause = 'policy' WHERE id = ANY(%s) AND NOT COALESCE(is_past, FALSE)", runs)
    )
