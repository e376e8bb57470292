# SPDX-License-Identifier: LGPL-3.0-only
"""Companies, customers and documents for the tests, and how figures are compared."""

import csv
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace

from lxml import etree

from odoo.fields import Command, Date
from odoo.tests import TransactionCase
from odoo.tools import SQL

from ..tools.account_types import Limits, suggested_types

DATA = Path(__file__).parent / "data"

#: Numbers of documents that are inserted, unique over all tests.
NUMBERS = count(1)

#: How close a ratio has to be; amounts are compared to the cent, everything else exactly.
RATIO_DELTA = 1e-6

FIGURES = [
    "first_invoice_date",
    "last_invoice_date",
    "event_count",
    "invoice_count_12m",
    "refund_count_12m",
    "event_count_12m",
    "revenue_12m",
    "revenue_prev_12m",
    "gross_12m",
    "refunds_12m",
    "refund_ratio_12m",
    "growth",
    "revenue_lifetime",
    "observed_months",
    "active_months",
    "negative_months",
    "coverage",
    "adi",
    "cv2",
    "demand_pattern",
    "volatility",
    "gap_count",
    "median_gap_days",
    "mean_gap_days",
    "gap_cv",
    "cadence",
    "cadence_months",
    "cadence_share",
    "is_seasonal",
    "seasonal_months",
    "expected_next_date",
    "days_since_last",
    "overdue_ratio",
    "overdue_days",
    "lost_probability",
    "silence_probability",
    "silence_6m",
    "late_from",
    "at_risk_from",
    "lost_from",
    "lifecycle",
    "recurrence",
    "loyalty",
    "recent_3m",
    "recent_3m_prev",
    "recent_change",
    "share",
    "rank",
    "abc",
    "is_major",
    "is_shrinking",
    "is_growing",
    "place",
]


def read_csv(path):
    """Rows of a file in ``data``, or of an absolute path, as dicts."""
    with open(DATA / path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shown_fields(arch):
    """What the client asks for to show a list, kanban or form: name -> specification."""

    def specification(node):
        fields = {}
        for field in node.iterchildren(etree.Element):
            if field.tag != "field":
                fields |= specification(field)
                continue
            nested = specification(field)
            fields[field.get("name")] = {"fields": nested} if nested else {}
        return fields

    return specification(etree.fromstring(arch))


class KeyAccountCase(TransactionCase):
    """A company of its own, with nothing in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._create_company("Segmented Ltd")
        cls.env.user.company_ids += cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids, tracking_disable=True))
        cls.profiles = cls.env["key.account.profile"]

    @classmethod
    def _create_company(cls, name, currency=None):
        company = cls.env["res.company"].create({"name": name, "currency_id": (currency or cls.env.ref("base.EUR")).id})
        cls.env["account.journal"].sudo().create(
            {"name": "Sales", "code": "SAL", "type": "sale", "company_id": company.id}
        )
        return company

    def _as(self, role, records):
        """Records as a user of the role (see ``roles.create_users``) who works in the company."""
        return records.with_user(self.users[role]).with_context(allowed_company_ids=self.company.ids)

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def _insert_documents(cls, documents, company=None, state="posted"):
        """Documents by SQL: (partner, move_type, invoice date, signed untaxed amount in company currency); their ids."""
        company = company or cls.company
        journal = cls.env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "sale")], limit=1)
        cls.env.flush_all()
        rows = [
            (
                company.id,
                journal.id,
                company.currency_id.id,
                move_type,
                state,
                day,
                day,
                partner.id,
                partner.commercial_partner_id.id,
                amount,
                abs(float(amount)),
                "no",
                f"T/{next(NUMBERS)}",
            )
            for partner, move_type, day, amount in documents
        ]
        inserted = cls.env.cr.execute_values(
            """
            INSERT INTO account_move (company_id, journal_id, currency_id, move_type, state, date,
                                      invoice_date, partner_id, commercial_partner_id, amount_untaxed_signed,
                                      amount_untaxed, auto_post, name)
            VALUES %s
         RETURNING id
            """,
            rows,
            page_size=len(rows) or 1,
            fetch=True,
        )
        return [row[0] for row in inserted]

    @classmethod
    def _link_reversals(cls, reversed_by):
        """Say of inserted credit notes which invoice they reverse: id -> id."""
        for credit_note, invoice in reversed_by.items():
            cls.env.cr.execute(
                SQL("UPDATE account_move SET reversed_entry_id = %s WHERE id = %s", invoice, credit_note)
            )

    @classmethod
    def _load(cls, rows, company=None):
        """Documents of sample rows; partners are created in the order of their reference. Returns ref -> partner."""
        partners = {ref: cls._customer(ref) for ref in sorted({row["partner_ref"] for row in rows})}
        documents = [
            (partners[row["partner_ref"]], row["move_type"], row["invoice_date"], row["amount_signed"]) for row in rows
        ]
        moves = cls._insert_documents(documents, company)
        numbers = {row.get("move_ref"): move for row, move in zip(rows, moves, strict=True)}
        cls._link_reversals(
            {move: numbers[row["reverses"]] for row, move in zip(rows, moves, strict=True) if row.get("reverses")}
        )
        return partners

    def _figures(self, figures):
        """Stored figures by partner id, empty values as None."""
        return {row["partner_id"]: row for row in self._stored(figures)}

    def _stored(self, records, *ignored):
        """The rows of records as PostgreSQL has them, in order of id."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT * FROM %s WHERE id = ANY(%s) ORDER BY id", SQL.identifier(records._table), records.ids)
        )
        return [{k: v for k, v in row.items() if k not in ignored} for row in self.env.cr.dictfetchall()]

    def _row_versions(self, records):
        """What PostgreSQL changes with every write of a row: id -> transaction and place."""
        self.env.flush_all()
        query = SQL(
            "SELECT id, xmin::text, ctid::text FROM %s WHERE id = ANY(%s)", SQL.identifier(records._table), records.ids
        )
        return {row[0]: row[1:] for row in self.env.execute_query(query)}

    def _live(self, partners=None, company=None):
        """Live profiles of a company, in the order of the given partners."""
        profiles = self.profiles.search([("company_id", "=", (company or self.company).id)])
        if partners is None:
            return profiles.sorted("partner_id")
        return self.profiles.concat(*[profiles.filtered(lambda p, it=it: p.partner_id == it) for it in partners])

    def _look_back(self, day, *partners, company=None):
        """Snapshots of a past day, made now, of the given partners in their order (none given: all)."""
        company = company or self.company
        self.env["key.account.run"].refresh_all(company, as_of=Date.to_date(day))
        snapshots = self.env["key.account.snapshot"].search(
            [("company_id", "=", company.id), ("as_of_date", "=", day)], order="partner_id"
        )
        if not partners:
            return snapshots
        return snapshots.browse().concat(*[snapshots.filtered(lambda s, it=it: s.partner_id == it) for it in partners])

    def assertFigure(self, name, got, expected, customer=""):
        """Compare a stored figure with the text of a sample file."""
        label = f"{customer}: {name}"
        if expected == "":
            self.assertIn(got, (None, False), label)
            return
        field = self.env["key.account.snapshot"]._fields[name]
        if field.type == "monetary":
            self.assertEqual(round(got * 100), round(float(expected) * 100), label)
        elif field.type == "float":
            self.assertIsNotNone(got, label)
            self.assertAlmostEqual(float(got), float(expected), delta=RATIO_DELTA, msg=label)
        elif field.type == "integer":
            self.assertEqual(got, float(expected), label)
        elif field.type == "boolean":
            self.assertEqual(bool(got), expected == "True", label)
        elif field.type == "date":
            self.assertEqual(Date.to_string(got) if isinstance(got, date) else got, expected, label)
        else:
            self.assertEqual(got, expected, label)

    def assertFigures(self, records, rows):
        """Compare records with literal rows in their order; False is empty, which is not 0."""
        self.assertEqual(len(records), len(rows))
        for number, (record, row) in enumerate(zip(records, rows, strict=True)):
            for name, expected in row.items():
                label, got = f"row {number}: {name}", record[name]
                if record._fields[name].type == "many2one":
                    self.assertEqual(got.id, expected, label)
                elif isinstance(expected, bool):
                    self.assertIs(got, expected, label)
                elif isinstance(expected, (int, float)):
                    self.assertNotIsInstance(got, bool, label)
                    self.assertAlmostEqual(got, expected, delta=RATIO_DELTA, msg=label)
                else:
                    self.assertEqual(got, expected, label)

    def assertSample(self, figures, partners, expected_rows):
        """Every column of every row of an expected file."""
        stored = self._figures(figures)
        self.assertEqual(len(stored), len(expected_rows))
        for row in expected_rows:
            figures = stored[partners[row["partner_ref"]].id]
            for name in FIGURES:
                self.assertFigure(name, figures[name], row[name], row["partner_ref"])
            self.assertSuggested(figures, row)

    def assertSuggested(self, figures, row):
        """The types that the figures alone suggest: no sample has opportunities, referrals or feedback."""
        nothing = {"potential_amount": 0, "referred_revenue_12m": 0, "feedback_count_12m": 0}
        found = suggested_types(SimpleNamespace(**figures | nothing), Limits())
        expected = {"large_steady": row["is_large_steady"] == "True", "potential": row["growth_signal"] == "True"}
        self.assertEqual({code: code in found for code in expected}, expected, row["partner_ref"])


class KeyAccountPostingCase(KeyAccountCase):
    """A company with a chart of accounts, so that documents can be posted as people post them."""

    @classmethod
    def _create_company(cls, name, currency=None):
        currency = currency or cls.env.ref("base.EUR")
        company = cls.env["res.company"].create({"name": name, "country_id": cls.env.ref("base.us").id})
        cls.env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
        company.currency_id = currency
        return company

    @classmethod
    def _document(cls, partner, day, amount, move_type="out_invoice", company=None, **values):
        """A draft of one line without tax; the amount is not signed."""
        company = company or cls.company
        moves = cls.env["account.move"].with_company(company)
        return moves.create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )

    @classmethod
    def _post(cls, *args, **kwargs):
        document = cls._document(*args, **kwargs)
        document.action_post()
        return document
