# SPDX-License-Identifier: LGPL-3.0-only
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

CRON = "key_account_segmentation.ir_cron_refresh_stale"


class KeyAccountStale(models.Model):
    """Customers whose figures are out of date.

    Append only and without foreign or unique keys, so that posting an invoice waits for nobody. A mark is deleted by the
    transaction that refreshed the customer: a crash loses nothing. If the customer has a document of a day to come, that
    transaction leaves one mark behind, which waits for the day.

    A mark that waits for the night keeps its customer from being refreshed before all customers are. Its author sees only
    some customers, has moved documents from one to another, and would read the hidden customer's figures there.
    """

    _name = "key.account.stale"
    _description = "Stale Customer"
    _log_access = False
    _order = "id"
    _rec_name = "partner_number"

    company_number = fields.Integer(help="Database id of the company, 0 for all companies.", index=True)
    partner_number = fields.Integer(required=True, help="Database id of the partner on the documents.")
    waits_until = fields.Date(help="Until this day of the company there is nothing to be refreshed.")
    waiting_since = fields.Datetime(
        help="Since when it waits for the next refresh of all customers; empty: it does not."
    )

    _waiting_idx = models.Index("(partner_number) WHERE waiting_since IS NOT NULL")

    @api.model
    def _mark_moved(self, customers):
        """Mark customers whose documents have moved from one to another.

        If the user sees only some customers, the figures stay as they are until the next night.
        """
        waits = not self.env.user._key_account_sees_all()
        self._mark(customers, self.env.cr.now() if waits else None)
        if waits:
            # sudo: the customer may be one whom the user does not see
            profiles = self.env["key.account.profile"].sudo()
            profiles.search([("partner_id", "in", [number for _company, number in customers])]).waits_for_night = True

    @api.model
    def _mark(self, customers, waiting_since=None):
        """Mark customers as stale: they are refreshed within a minute, or at night if they wait.

        :param customers: set of (company id, id of the partner on the documents); company id 0 means every company
        """
        marks = [(company, partner) for company, partner in sorted(customers) if partner]
        if not marks:
            return
        companies, partners = zip(*marks, strict=True)
        self.env.cr.execute(self._mark_sql(list(companies), list(partners), waiting_since))

    def _mark_sql(self, companies, partners, waiting_since):
        """Add the marks, and the trigger of the scheduled action if it is still there.

        Not through the ORM: users who post invoices have no right on either table. A trigger made as a record takes longer
        than everything else the module does when an invoice is posted. The trigger is for a second later, because waking
        the workers at once would cost more than all the rest. They look by themselves every minute, and find everything
        posted until then in one go.
        """
        cron = self.env["ir.model.data"]._xmlid_to_res_id(CRON, raise_if_not_found=False)
        return SQL(
            """
            WITH mark AS (
                INSERT INTO key_account_stale (company_number, partner_number, waiting_since)
                SELECT *, %(waiting_since)s FROM UNNEST(%(companies)s, %(partners)s)
            )
            INSERT INTO ir_cron_trigger (cron_id, call_at)
            SELECT id, %(soon)s FROM ir_cron WHERE id = %(cron)s
            """,
            companies=companies,
            partners=partners,
            waiting_since=waiting_since,
            soon=fields.Datetime.now() + timedelta(seconds=1),
            cron=cron or None,
        )

    @api.model
    def _trigger(self):
        """Trigger the scheduled action if marks are ready."""
        cron = self.search_count(self._ready_domain(), limit=1) and self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            # sudo: triggering a scheduled action is reserved to the system
            cron.sudo()._trigger()

    def _customers(self):
        """The marks by the id of the customer they concern: a document of long ago may name a contact who has moved."""
        partners = self.env["res.partner"].browse(self.mapped("partner_number")).exists()
        current = {partner.id: partner.commercial_partner_id.id for partner in partners}
        customers = defaultdict(self.browse)
        for mark in self:
            customers[mark.partner_number] += mark
            customers[current.get(mark.partner_number, mark.partner_number)] |= mark
        return customers

    @api.model
    def _waiting(self, company):
        """Ids of the customers of a company that are not refreshed before the night."""
        # sudo: that a customer waits is said to whoever sees it
        marks = self.sudo().search([("waiting_since", "!=", False), ("company_number", "in", [0, company.id])])
        return set(marks._customers())

    @api.model
    def _end_waiting(self, company, begin):
        """Release the marks that wait for the refresh of all customers of a company, which began at ``begin``."""
        self.search([("company_number", "=", company.id), ("waiting_since", "<", begin)]).waiting_since = False
        still = list(self._waiting(company))
        profiles = self.env["key.account.profile"]
        profiles.search(
            [("company_id", "=", company.id), ("waits_for_night", "=", True), ("partner_id", "not in", still)]
        ).waits_for_night = False

    @api.model
    def _spread(self):
        """Turn the marks for every company into one for each."""
        for_all = self.search([("company_number", "=", 0)])
        self.create(
            [
                {"company_number": company.id, "partner_number": partner, "waiting_since": waiting_since}
                for company in self.env["res.company"].search([])
                for partner, waiting_since in {(mark.partner_number, mark.waiting_since) for mark in for_all}
            ]
        )
        for_all.unlink()

    @api.model
    def _put_off(self, company, partner_ids, days):
        """Leave one mark for each customer that has to be refreshed again on a day to come.

        :param partner_ids: ids of all customers who were refreshed
        :param days: customer's id -> the day, of those who have one
        """
        waiting = Domain("company_number", "=", company.id) & Domain("waits_until", "!=", False)
        self.search(waiting & Domain("partner_number", "in", list(partner_ids))).unlink()
        self.create(
            [
                {"company_number": company.id, "partner_number": partner_id, "waits_until": day}
                for partner_id, day in days.items()
            ]
        )

    @api.model
    def _ready_domain(self):
        """Domain: marks to be refreshed now; those of a day to come and those that wait for the night are not."""
        numbers = [number for (number,) in self._read_group([("waits_until", "!=", False)], ["company_number"])]
        companies = self.env["res.company"].browse(numbers).exists()
        # what waits in a company that is gone is cleared away
        gone = Domain("company_number", "in", [number for number in numbers if number not in companies.ids])
        come = [
            Domain("company_number", "=", company.id) & Domain("waits_until", "<=", company._key_account_as_of())
            for company in companies
        ]
        return Domain("waiting_since", "=", False) & Domain.OR([Domain("waits_until", "=", False), gone, *come])

    @api.model
    def _company_numbers(self, domain):
        """The companies with marks of a kind, by the age of the oldest."""
        oldest = self._read_group(domain, ["company_number"], ["id:min"])
        return [number for number, _mark in sorted(oldest, key=lambda row: row[1])]
