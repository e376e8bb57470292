# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Post an invoice of today."""

from datetime import date

from odoo import Command

quietly = env(context={"mail_create_nolog": True, "tracking_disable": True})  # so that no message takes a number
customer = env["res.partner"].search([("ref", "=", "01_monthly_1st")])
line = Command.create({"name": "Paper", "quantity": 7, "price_unit": 10, "tax_ids": [Command.clear()]})
values = {"move_type": "out_invoice", "partner_id": customer.id, "invoice_date": date.today()}
quietly["account.move"].create({**values, "invoice_line_ids": [line]}).action_post()
env.cr.commit()
