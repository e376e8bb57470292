from odoo import api, fields, models


class KeyAccountStale(models.Model):
    """Customers whose figures are out of date.

    Append only and without foreign or unique keys, so that posting an invoice waits for nobody. A mark is deleted by the
    transaction that refreshed the customer: a crash loses nothing.
    """

    _name = "key.account.stale"
    _description = "Stale Customer"
    _log_access = False
    _order = "id"
    _rec_name = "partner_number"

    company_number = fields.Integer(help="Database id of the company, 0 for all companies.", index=True)
    partner_number = fields.Integer(required=True, help="Database id of the commercial partner.")

    @api.model
    def _mark(self, customers):
        """Note that figures are out of date, and have them refreshed within a minute.

        :param customers: set of (company id, commercial partner id); company id 0 means every company
        """
        if not customers:
            return
        # sudo: whoever posts an invoice has no right on, and no interest in, these marks
        self.sudo().create(
            [
                {"company_number": company, "partner_number": partner}
                for company, partner in sorted(customers)
                if partner
            ]
        )
        # An administrator may have deleted the action; invoices have to be posted all the same.
        cron = self.env.ref("key_account_segmentation.ir_cron_refresh_stale", raise_if_not_found=False)
        if cron:
            # sudo: triggering a scheduled action is reserved to the system
            cron.sudo()._trigger()

    @api.model
    def _spread(self):
        """Turn the marks for every company into one for each."""
        for_all = self.search([("company_number", "=", 0)])
        self.create(
            [
                {"company_number": company.id, "partner_number": partner}
                for company in self.env["res.company"].search([])
                for partner in set(for_all.mapped("partner_number"))
            ]
        )
        for_all.unlink()

    @api.model
    def _company_numbers(self):
        """The companies with marks, by the age of the oldest."""
        oldest = self._read_group([], ["company_number"], ["id:min"])
        return [number for number, _mark in sorted(oldest, key=lambda row: row[1])]
