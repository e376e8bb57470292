# SPDX-License-Identifier: LGPL-3.0-only
"""A fact: its SQL and its field. It is an axis too, and kept with every change of a customer."""

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.key_account_segmentation.tools.axes import Axis


class KeyAccountFacts(models.AbstractModel):
    _inherit = "key.account.facts"

    def _document_sums(self, windows):
        return super()._document_sums(windows) | {
            "big_day_12m": SQL("MAX(gross) FILTER (WHERE is_event AND invoice_date > %s)", windows.year_ago)
        }


class KeyAccountFigures(models.AbstractModel):
    _inherit = "key.account.figures"

    big_day_12m = fields.Monetary(
        "Biggest Purchase Day (12 Months)",
        readonly=True,
        source="documents",
        axis=Axis("money"),
        history=True,
        help="Untaxed documents above zero of the biggest purchase day of 12 months, in the company's currency.",
    )
