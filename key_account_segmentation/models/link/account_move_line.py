# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, models

#: Fields of a journal item that change what a customer owes, or since when.
MARKING_FIELDS = {"partner_id", "account_id", "date_maturity", "balance", "debit", "credit", "amount_currency"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Serves "what is open, by customer" from the index alone. Few items are: what is matched or posts revenue is not in it.
    _key_account_open_idx = models.Index(
        "(company_id, partner_id) INCLUDE (account_id, amount_residual, date_maturity, date)"
        " WHERE parent_state = 'posted' AND amount_residual <> 0"
    )

    def _key_account_owing(self):
        """Of which customers these journal items are debts or payments, as (company id, partner id)."""
        return {
            (line.company_id.id, line.partner_id.id)
            for line in self
            if line.parent_state == "posted" and line.account_type == "asset_receivable"
        }

    @api.model_create_multi
    def create(self, vals_list):
        """A statement line gets its counterpart when it is posted already."""
        lines = super().create(vals_list)
        self.env["key.account.stale"]._mark(lines._key_account_owing())
        return lines

    def write(self, vals):
        if MARKING_FIELDS.isdisjoint(vals):
            return super().write(vals)
        customers = self._key_account_owing()
        result = super().write(vals)
        self.env["key.account.stale"]._mark(customers | self._key_account_owing())
        return result

    def unlink(self):
        customers = self._key_account_owing()
        result = super().unlink()
        self.env["key.account.stale"]._mark(customers)
        return result
