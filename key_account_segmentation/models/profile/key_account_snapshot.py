# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class KeyAccountSnapshot(models.Model):
    """The figures of a customer on a past day, from the documents up to that day."""

    _name = "key.account.snapshot"
    _description = "Key Account Snapshot"
    _inherit = ["key.account.figures"]
    _order = "as_of_date desc, revenue_12m desc nulls last, id"

    _customer_day_unique = models.UniqueIndex("(company_id, partner_id, as_of_date)")
