# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class AccountInvoiceReport(models.Model):
    _name = "account.invoice.report"
    _inherit = ["account.invoice.report", "key.account.document.link"]
