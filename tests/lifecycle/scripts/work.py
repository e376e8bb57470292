# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""What people do without our module: opportunities, activities, messages, favorites, settings."""

env = env(user=env.ref("base.user_admin"), su=False)
# so that Invoicing and CRM show all their menus
env.user.group_ids |= env.ref("account.group_account_user") | env.ref("crm.group_use_lead")
customer = env["res.partner"].search([("ref", "=", "01_monthly_1st")])
customer.activity_schedule("mail.mail_activity_data_call", summary="Ask about the summer")
customer.message_post(body="They were here.")
env["crm.lead"].create({"name": "More of the same", "type": "opportunity", "partner_id": customer.id})
env["ir.filters"].create_filter(
    {
        "name": "Companies",
        "model_id": "res.partner",
        "domain": "[('is_company', '=', True)]",
        "context": "{'group_by': ['country_id']}",
        "sort": "[]",
        "action_id": False,
        "user_ids": [env.uid],
    }
)
env["res.config.settings"].create({}).execute()
env.cr.commit()
