from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import HttpCase, tagged

from .common import KeyAccountCase


@tagged("post_install", "-at_install")
class TestTour(KeyAccountCase, HttpCase):
    """A sales administrator walks through every screen in a browser; any error on its console fails the test."""

    def test_walk_through_every_screen(self):
        today = Date.today()
        brewery, festival, starter = [
            self._customer(name) for name in ("Steady Brewery", "Once Upon a Fair", "First Order Ltd")
        ]
        self._insert_documents(
            [(brewery, "out_invoice", today - relativedelta(months=month), 1200) for month in range(24)]
            + [(festival, "out_invoice", today - relativedelta(months=month), 300) for month in (2, 5, 10, 17)]
            + [(starter, "out_invoice", today - relativedelta(days=3), 80)]
        )
        self.env["crm.lead"].create({"name": "New bottles", "type": "opportunity", "partner_id": brewery.id})
        self.env["key.account.run"].refresh_all(self.company)
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        admin.company_id = self.company
        self.start_tour("/odoo/key-accounts", "key_account_walk", login="admin")
