"""Three sets of invoices whose every figure is known, computed apart from this module."""

import unittest
from pathlib import Path

from odoo.fields import Date
from odoo.tests import tagged

from .common import KeyAccountCase, read_csv

NORTHWIND = Path(__file__).parents[3] / "shared" / "data" / "northwind"


@tagged("post_install", "-at_install")
class TestSamples(KeyAccountCase):
    def _check(self, documents, expected):
        """Load documents, look back at each day, compare every column of every customer."""
        partners = self._load(documents)
        for day, rows in expected.items():
            with self.subTest(day=day):
                self.env["key.account.run"].refresh_all(self.company, as_of=Date.to_date(day))
                snapshots = self.env["key.account.snapshot"].search(
                    [("company_id", "=", self.company.id), ("as_of_date", "=", day)]
                )
                self.assertSample(snapshots, partners, rows)
        self.assertFalse(
            self.profiles.search([("company_id", "=", self.company.id)]), "a look back must not touch live figures"
        )

    def test_oracle(self):
        self._check(
            read_csv("oracle/input.csv"),
            {day: read_csv(f"oracle/expected_{day}.csv") for day in ("2026-03-15", "2026-03-31")},
        )

    def test_bike_sales(self):
        self._check(
            read_csv("bike_sales/invoices.csv"), {"2011-12-31": read_csv("bike_sales/expected_2011-12-31.csv")}
        )

    @unittest.skipUnless(NORTHWIND.exists(), "the Northwind sample is not distributed with this project")
    def test_northwind(self):
        self._check(
            read_csv(NORTHWIND / "invoices.csv"),
            {day: read_csv(NORTHWIND / f"expected_{day}.csv") for day in ("1997-12-31", "1998-05-06")},
        )
