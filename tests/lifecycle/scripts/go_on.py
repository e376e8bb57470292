# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Have the scheduled actions go on where `enter`, `post` and `follow_up` left off; print what each made of it."""

import json

PROFILES, FOLLOW_UPS, RUNS = (env[f"key.account.{name}"] for name in ("profile", "follow.up", "run"))


def done_by(cron, look):
    """What there is to see before a scheduled action and after it."""
    before = look()
    assert env.ref(f"key_account_segmentation.{cron}").method_direct_trigger() is True
    env.cr.commit()  # it worked in a transaction of its own, which this one does not see
    return [before, look()]


def follow_ups():
    return [
        [row.id, row.partner_id.name, row.kind, row.state, len(row._open_activities())] for row in FOLLOW_UPS.search([])
    ]


def new_documents():
    customer = PROFILES.search([("partner_id.ref", "=", "01_monthly_1st")])
    return [env["key.account.stale"].search_count([]), customer.revenue_12m]


def runs():
    return [[run.id, run.scope, run.state, run.message] for run in RUNS.search([("cause", "!=", "documents")])]


told = {
    "waiting": done_by("ir_cron_follow_up", follow_ups),
    "runs": done_by("ir_cron_refresh_all", runs),
    "follow_ups": done_by("ir_cron_follow_up", follow_ups),
    "follow_ups_again": done_by("ir_cron_follow_up", follow_ups),
    "new_documents": done_by("ir_cron_refresh_stale", new_documents),
}
env.cr.commit()
print(json.dumps(told))
