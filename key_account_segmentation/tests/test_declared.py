# SPDX-License-Identifier: LGPL-3.0-only
"""What the addon relies on is what its manifest says, and what Odoo still is."""

import ast
import re
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

NAME = "key_account_segmentation"
CRON = f"{NAME}.ir_cron_refresh_stale"
MODEL = re.compile(r"""env\[["']([a-z0-9_.]+)["']\]""")
INHERITED = re.compile(r"""^    _inherit = (.+)$""", re.MULTILINE)
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE) ([a-z][a-z0-9_]+)\b")
#: Looked for before they are used.
OPTIONAL = {"base.automation", "mailing.mailing", "sale.order"}
#: Always there.
FOUNDATION = {"base", NAME}


@tagged("post_install", "-at_install")
class TestDeclared(TransactionCase):
    def test_every_module_whose_models_and_tables_are_used_is_declared(self):
        used = {}
        for path in self._shipped():
            for model in self._models_in(path.read_text()):
                used.setdefault(self.env[model]._original_module, set()).add(f"{path.name}: {model}")
        self.assertIn("account", used)
        declared = {*Manifest.for_addon(NAME)["depends"], *FOUNDATION}
        self.assertEqual({module: places for module, places in used.items() if module not in declared}, {})

    @staticmethod
    def _shipped():
        """The addon's Python files that run at a user's."""
        root = Path(__file__).parents[1]
        return [path for folder in ("models", "wizard", "report") for path in (root / folder).rglob("*.py")]

    def _models_in(self, text):
        """The models that a file's text names, also by their tables."""
        named = {*MODEL.findall(text), *self._inherited(text)}
        tables = {model._table: name for name, model in self.env.items() if not model._abstract}
        named.update(tables[table] for table in TABLE.findall(text) if table in tables)
        return {name for name in named if name in self.env} - OPTIONAL

    @staticmethod
    def _inherited(text):
        for value in INHERITED.findall(text):
            names = ast.literal_eval(value) if value.count("[") == value.count("]") else []
            yield from [names] if isinstance(names, str) else names


@tagged("post_install", "-at_install")
class TestCronTrigger(TransactionCase):
    """Posting writes into this table past Odoo's ORM (`key.account.stale`): when it changes, posting would fail."""

    def test_the_table_of_triggers_asks_for_nothing_more(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT column_name, data_type
                  FROM information_schema.columns
                 WHERE table_schema = CURRENT_SCHEMA AND table_name = 'ir_cron_trigger'
                   AND is_nullable = 'NO' AND column_default IS NULL
                """
            )
        )
        self.assertEqual(dict(rows), {"cron_id": "integer", "call_at": "timestamp without time zone"})

    def test_nothing_watches_over_the_table_of_triggers(self):
        """No check, unique key or trigger of PostgreSQL's but what Odoo's own model declares."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT contype::text, PG_GET_CONSTRAINTDEF(oid)
                  FROM pg_constraint
                 WHERE conrelid = 'ir_cron_trigger'::regclass AND contype NOT IN ('f', 'n')
                 UNION ALL
                SELECT 'trigger', PG_GET_TRIGGERDEF(oid)
                  FROM pg_trigger
                 WHERE tgrelid = 'ir_cron_trigger'::regclass AND NOT tgisinternal
                """
            )
        )
        self.assertEqual(rows, [("p", "PRIMARY KEY (id)")])

    def test_a_trigger_of_ours_is_one_of_odoo_s(self):
        cron = self.env.ref(CRON)
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env["key.account.stale"]._mark({(self.env.company.id, 1)})
        ours = self._triggers()
        cron._trigger(at=fields.Datetime.now() + timedelta(seconds=1))
        both = self._triggers()
        self.assertEqual([len(ours), len(both)], [1, 2])
        self.assertEqual([row["cron_id"] for row in both], [cron.id, cron.id])
        filled = [{name for name, value in row.items() if value is not None} for row in both]
        self.assertEqual(filled[0], {"id", "cron_id", "call_at"})
        self.assertEqual(filled[1] - {"create_uid", "create_date", "write_uid", "write_date"}, filled[0])

    def _triggers(self):
        """The rows of the table, in order."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL("SELECT TO_JSONB(row) FROM ir_cron_trigger AS row ORDER BY id"))
        return [row for (row,) in rows]
