# SPDX-License-Identifier: LGPL-3.0-only
"""A figure says of itself where it comes from, and what comes from there is that figure."""

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.refresh.targets import History, Live
from ..tools.verdict import Customer
from .common import KeyAccountCase

#: Stored columns of the figures that are no figures.
KEYS = {"company_id", "partner_id", "as_of_date", "account_manager_id", "policy_id"}
NO_FIGURES = {"id", "partner_id", "create_uid", "create_date", "write_uid", "write_date"}


@tagged("post_install", "-at_install")
class TestFigures(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facts = cls.env["key.account.facts"]
        cls.refresh = cls.env["key.account.refresh"]
        cls.customer = cls._customer("Customer")
        cls._insert_documents([(cls.customer, "out_invoice", "2024-06-01", 10)])
        cls.work = cls.refresh._work_of(cls.company, cls.customer.ids)
        cls.windows = cls.refresh._windows_of(cls.work)
        cls.customers = staticmethod(cls.refresh._listed(cls.customer.ids))

    def _columns(self, query):
        """Names of the columns of a query that is run."""
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT * FROM (%s) AS asked", query))
        return {column.name for column in self.env.cr.description}

    def _figures(self, *sources):
        return set(self.profiles._figures(*sources))

    def test_every_figure_has_a_source(self):
        figures = self.env["key.account.figures"]
        stored = {name for name, field in figures._fields.items() if field.store} - NO_FIGURES - KEYS
        self.assertEqual({name for name in stored if not getattr(figures._fields[name], "source", None)}, set())

    def test_documents_and_work_give_their_figures(self):
        self.assertEqual(set(self.facts._document_figures()), self._figures("documents"))
        found = self._columns(self.facts._customer_sql(self.company, self.windows, self.customers))
        self.assertEqual(self._figures("documents", "work") - found, set())
        work = self._columns(self.facts._engagement_sql(self.company, self.windows, self.customers))
        self.assertEqual(work - {"partner_id"}, self._figures("work"))

    def test_verdicts_are_conclusions_of_the_rules(self):
        self.assertEqual(self._figures("verdict") - {*dir(Customer)}, set())

    def test_what_a_customer_is_among_the_others(self):
        ranks = self.facts._rank_sql(self.facts._counted_sql(self.company, self.customer.ids), self.work.thresholds)
        self.assertEqual(self._columns(ranks) - {"id", "partner_id", "revenue"}, self._figures("portfolio"))
        found = self._columns(self.facts._among_others_sql(ranks, self.work, self.customers))
        self.assertEqual(found - {"id", "partner_id"}, self._figures("portfolio", "payments", "lines", "location"))

    def test_each_room_of_the_books_gives_its_figures(self):
        paid = self._columns(self.facts._payment_sql(self.company, self.windows, self.customers, True))
        self.assertEqual(paid - {"partner_id"}, self._figures("payments") - {"dso_days"})
        lines = self._columns(self.facts._line_sql(self.company, self.windows, self.customers, False))
        self.assertEqual(lines - {"partner_id"}, self._figures("lines") - {"margin_ratio_12m"})
        self.assertEqual(self._columns(self.facts._no_lines_sql()), lines)
        places = self._columns(self.facts._location_sql(self.company.key_account_policy_id))
        self.assertEqual(places - {"partner_id"}, self._figures("location"))

    def test_what_makes_a_key_account(self):
        found = self._columns(self.facts._key_account_sql(self.company, self.windows, self.customers))
        self.assertEqual(found - {"id"}, self._figures("key_accounts"))

    def test_both_targets_have_every_column_a_batch_writes(self):
        for target in (Live(self.env), History(self.env)):
            with self.subTest(target=target.model):
                stored = {name for name, field in target.figures._fields.items() if field.store}
                self.assertEqual({*target.classified()} - stored, set())

    def test_what_people_enter_is_no_figure(self):
        self.assertIn("wallet_size", self.profiles._entered())
        sources = {getattr(self.profiles._fields[name], "source", None) for name in self.profiles._entered()}
        self.assertEqual(sources, {None})

    def test_axes_and_history_are_figures(self):
        stored = {name for name, field in self.profiles._fields.items() if getattr(field, "source", None)}
        self.assertGreater(len(self.profiles._axes()), 10)
        self.assertEqual({*self.profiles._axes(), *self.profiles._figures_in_history()} - stored, set())

    def test_copies_on_core_models_are_no_figures(self):
        for model in ("res.partner", "crm.lead", "account.move", "account.invoice.report"):
            copies = [field for name, field in self.env[model]._fields.items() if name.startswith("key_account_")]
            self.assertTrue(copies, model)
            self.assertEqual([field.name for field in copies if hasattr(field, "source")], [], model)
