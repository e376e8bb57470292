# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models

#: Fields of a document or a payment that change the figures of a customer.
MARKING_FIELDS = {
    "state",
    "move_type",
    "company_id",
    "journal_id",
    "partner_id",
    "commercial_partner_id",
    "invoice_date",
    "reversed_entry_id",
    "date",
}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "key.account.document.link"]

    # Serves "the documents of a customer in order of date" from the index alone; drafts, bills and entries are not in it.
    _key_account_idx = models.Index(
        "(company_id, commercial_partner_id, invoice_date) INCLUDE (amount_untaxed_signed)"
        " WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')"
    )

    def _key_account_marked(self):
        """The customers whose figures these documents and payments are part of, as (company id, partner id).

        A credit note may take back a purchase of another customer.
        """
        posted = self.filtered(lambda move: move.state == "posted")
        documents = posted.filtered(lambda move: move.is_sale_document(include_receipts=True))
        # sudo: the invoice that is reversed may be one the user must not see; its customer's figures change all the same
        documents |= documents.sudo().reversed_entry_id.filtered(lambda move: move.state == "posted")
        customers = {(move.company_id.id, move.commercial_partner_id.id) for move in documents.sudo()}
        # of bills no journal item is receivable
        return customers | posted.filtered(lambda move: move.move_type == "entry").line_ids._key_account_owing()

    def write(self, vals):
        if MARKING_FIELDS.isdisjoint(vals):
            return super().write(vals)
        customers = self._key_account_marked()
        result = super().write(vals)
        self.env["key.account.stale"]._mark(customers | self._key_account_marked())
        return result

    def unlink(self):
        customers = self._key_account_marked()
        result = super().unlink()
        self.env["key.account.stale"]._mark(customers)
        return result
