# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""After the other module has gone: what is left of it, and whether a refresh and the matrix still work."""

import json

from odoo.tools import SQL

env = env(user=env.ref("base.user_admin"), su=False)
run = env["key.account.run"].refresh_all(env.company)
picture = env["key.account.profile"].with_context(allowed_company_ids=env.company.ids).matrix_read([])
types = env["key.account.type"].with_context(active_test=False)
rules = env["key.account.follow.up.rule"].with_context(active_test=False)
[[follow_ups]] = env.execute_query(SQL("SELECT COUNT(*) FROM key_account_follow_up WHERE kind = 'big_day'"))
[[activities]] = env.execute_query(
    SQL("SELECT COUNT(*) FROM mail_activity WHERE active AND automated AND summary = 'Get in touch'")
)
print(
    json.dumps(
        {
            "state": run.state,
            "message": run.message or "",
            "x": picture["x"]["field"],
            "types": types.search_count([("code", "=", "big_day")]),
            "rules": rules.search_count([("kind", "=", "big_day")]),
            "follow_ups": follow_ups,
            "activities": activities,
        }
    )
)
env.cr.commit()
