# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Do by hand all that the module does by itself, then send the mails that wait; print how many there were.

With the argument ``control`` a mail of somebody else waits among them.
"""

import json
import sys
from datetime import date

if "control" in sys.argv:
    env["mail.mail"].create({"subject": "Control", "email_from": "a@example.com", "email_to": "b@example.com"})
customer = env["res.partner"].create({"name": "Somebody", "email": "somebody@example.com"})
line = {"name": "Paper", "price_unit": 10, "tax_ids": []}
invoice = {"move_type": "out_invoice", "partner_id": customer.id, "invoice_date": date.today()}
env["account.move"].create({**invoice, "invoice_line_ids": [(0, 0, line)]}).action_post()
env["key.account.run"].refresh_all()
profile = env["key.account.profile"].search([("partner_id", "=", customer.id)])
profile.write({"manual_category": "active_partner", "manual_category_reason": "Why not", "cannot_be_developed": True})
env["key.account.assign"].create({"profile_ids": profile.ids, "user_id": env.ref("base.user_admin").id}).action_assign()
env["key.account.policy"].search([("state", "=", "published")]).copy({"new_months": 4}).action_publish()
env.cr.commit()
for name in ("ir_cron_refresh_all", "ir_cron_refresh_stale"):
    env.ref(f"key_account_segmentation.{name}").method_direct_trigger()
waiting = env["mail.mail"].search([("state", "=", "outgoing")])
print(json.dumps(waiting.mapped("subject")))
waiting.send()
