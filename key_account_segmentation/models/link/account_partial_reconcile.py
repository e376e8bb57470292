# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, models


class AccountPartialReconcile(models.Model):
    """A match of two journal items: every way of matching and of undoing it goes through here."""

    _inherit = "account.partial.reconcile"

    def _key_account_marked(self):
        return (self.debit_move_id | self.credit_move_id)._key_account_owing()

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self.env["key.account.stale"]._mark(partials._key_account_marked())
        return partials

    def unlink(self):
        customers = self._key_account_marked()
        result = super().unlink()
        self.env["key.account.stale"]._mark(customers)
        return result
