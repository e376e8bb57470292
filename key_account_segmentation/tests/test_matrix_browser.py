# SPDX-License-Identifier: LGPL-3.0-only
from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import HttpCase, tagged

from .common import KeyAccountCase


class MatrixBrowserCase(KeyAccountCase, HttpCase):
    """Four customers, one in each quadrant; any error on the browser's console fails a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids += cls.company
        cls.admin.company_id = cls.company
        today = Date.today()
        months = {
            cls._customer("Steady Brewery", user_id=cls.admin.id): (range(24), 1200),
            cls._customer("Corner Bakery"): (range(24), 50),
            cls._customer("Once Upon a Fair"): ((5, 17), 300),
            cls._customer("Festival Tents"): ((3, 15), 5000),
        }
        cls._insert_documents(
            [
                (partner, "out_invoice", today - relativedelta(months=month), amount)
                for partner, (passed, amount) in months.items()
                for month in passed
            ]
        )
        cls.env["key.account.run"].refresh_all(cls.company)


@tagged("post_install", "-at_install")
class TestMatrixInTheBrowser(MatrixBrowserCase):
    """The matrix as people use it: with the pointer, and with nothing but the keyboard."""

    def test_each_quadrant_has_one(self):
        places = {profile.partner_id.name: profile.quadrant_id.place for profile in self._live()}
        self.assertEqual(
            places,
            {
                "Steady Brewery": "high_high",
                "Corner Bakery": "low_high",
                "Once Upon a Fair": "low_low",
                "Festival Tents": "high_low",
            },
        )

    def test_point_click_drag_switch_filter_and_type(self):
        self.start_tour("/odoo/key-accounts", "key_account_matrix", login="admin")

    def test_a_favourite_with_chosen_axes(self):
        self.start_tour("/odoo/key-account-matrix", "key_account_matrix_favourite", login="admin")
        favourite = self.env["ir.filters"].search([("name", "=", "By age")])
        self.assertEqual(favourite.model_id, "key.account.profile")

    def test_in_the_dark(self):
        """Odoo Community has the sheets, but nothing that asks for them."""
        self.patch(self.env.registry["ir.http"], "color_scheme", lambda self: "dark")
        self.start_tour(
            "/odoo/key-account-matrix", "key_account_matrix_dark", login="admin", cookies={"color_scheme": "dark"}
        )


@tagged("post_install", "-at_install")
class TestMatrixOnAPhone(MatrixBrowserCase):
    browser_size = "400x800"
    touch_enabled = True

    def test_four_lists(self):
        self.start_tour("/odoo/key-account-matrix", "key_account_matrix_phone", login="admin")
