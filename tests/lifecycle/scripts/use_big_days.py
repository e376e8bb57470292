# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Use what another module adds: refresh, place by its axis, follow up by its kind; prints what came of it."""

import json

from odoo.tools import SQL

env = env(user=env.ref("base.user_admin"), su=False)
profiles = env["key.account.profile"]
runs = env["key.account.run"]


def largest_days():
    """The biggest purchase day of 12 months by customer, from the documents themselves."""
    env.cr.execute(
        SQL(
            """
            SELECT partner_id, MAX(amount)::float8
              FROM (
                    SELECT commercial_partner_id AS partner_id,
                           SUM(amount_untaxed_signed) FILTER (WHERE amount_untaxed_signed > 0) AS amount
                      FROM account_move
                     WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                       AND company_id = %s
                       AND invoice_date > %s::date - INTERVAL '1 year'
                       AND invoice_date <= %s
                     GROUP BY commercial_partner_id, invoice_date
                   ) AS day
             WHERE amount > 0
             GROUP BY partner_id
            """,
            env.company.id,
            env.company._key_account_as_of(),
            env.company._key_account_as_of(),
        )
    )
    return dict(env.cr.fetchall())


def place_by_it():
    """A policy with the axis, published, and what the view shows."""
    policy = env.company.key_account_policy_id.copy(
        {"axis_x": "big_day_12m", "axis_y": "coverage", "cut_x_method": "median"}
    )
    policy.action_publish()
    runs.refresh_all(env.company)
    return profiles.with_context(allowed_company_ids=env.company.ids).matrix_read([])


def follow_up():
    """The follow-ups of its kind."""
    rules = env["key.account.follow.up.rule"].sudo()
    rules._ensure_rules()
    rule = rules.search([("kind", "=", "big_day"), ("company_id", "=", env.company.id)])
    rule.user_id = env.user
    for _done in rule._follow_up():
        pass
    return env["key.account.follow.up"].search([("kind", "=", "big_day")])


runs.refresh_all(env.company)
expected = largest_days()
mine = profiles.search([("company_id", "=", env.company.id)])
typed = mine.filtered(lambda profile: "big_day" in profile.suggested_type_ids.mapped("code"))
picture = place_by_it()
planned = follow_up()
told = typed[:1]
category = "client" if told.category != "client" else "active_partner"
told.write({"manual_category": category, "manual_category_reason": "Let us see"})
change = env["key.account.transition"].search([("profile_id", "=", told.id), ("what", "=", "category")], limit=1)
env.flush_all()
env.cr.commit()
print(
    json.dumps(
        {
            "wrong": [
                profile.partner_id.name
                for profile in mine
                if abs(profile.big_day_12m - expected.get(profile.partner_id.id, 0)) > 0.005
            ],
            "customers": len(mine),
            "with_a_day": len(expected),
            "typed": sorted(typed.mapped("big_day_12m")),
            "large": sorted(profile.big_day_12m for profile in mine if profile.big_day_12m >= 5000),
            "reason": typed[:1].type_reasons or "",
            "x": [picture["x"]["field"], picture["is_policy"], picture["total"]["count"]],
            "planned": len(planned),
            "summaries": sorted(set(planned.mapped("summary"))),
            "in_history": "big_day_12m" in (change.figures or {}),
        }
    )
)
