# SPDX-License-Identifier: LGPL-3.0-only
"""Columns that get another name keep their values, their records, and what people made with them."""

from pathlib import Path

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import SQL, sql

from .test_settling import START, SettlingCase

SCRIPT = Path(__file__).parent.parent / "migrations" / "19.0.1.6.0" / "pre-recorded-values.py"
RENAMED = {"recorded_lifecycle": "settled_lifecycle", "recorded_major": "settled_major"}


@tagged("post_install", "-at_install")
class TestRecordedValues(SettlingCase):
    def _go_back(self):
        """The schema of before, by hand."""
        self.env.flush_all()
        for new, old in RENAMED.items():
            sql.rename_column(self.env.cr, "key_account_profile", new, old)
            self.env.cr.execute(
                "UPDATE ir_model_fields SET name = %s WHERE model = 'key.account.profile' AND name = %s", [old, new]
            )
            self.env.cr.execute(
                "UPDATE ir_model_data SET name = REPLACE(name, %s, %s) WHERE module = 'key_account_segmentation'",
                [f"key_account_profile__{new}", f"key_account_profile__{old}"],
            )
        self.env.cr.execute("UPDATE ir_filters SET domain = REPLACE(domain, 'recorded_', 'settled_')")

    def _migrate(self):
        load_script(str(SCRIPT), "pre-recorded-values").migrate(self.env.cr, "19.0.1.5.0")
        self.env.invalidate_all()

    def _records(self):
        self.env.cr.execute(
            "SELECT name, res_id FROM ir_model_data WHERE name LIKE '%\\_profile\\_\\_recorded\\_%' ORDER BY name"
        )
        return self.env.cr.fetchall()

    def test_values_and_records_stay(self):
        self._night(START)
        lasting = self.env["ir.filters"].create(
            {
                "name": "Were late", "model_id": "key.account.profile", "context": "{}",
                "domain": "[('recorded_lifecycle', '=', 'late')]",
            }
        )  # fmt: skip
        before = self._records(), self._profile().recorded_lifecycle, self._profile().recorded_major, lasting.domain
        self.assertEqual((len(before[0]), before[1:3]), (6, ("active", True)))
        self._go_back()
        self.assertFalse(self._records())
        for _time in range(2):
            self._migrate()
            after = self._records(), self._profile().recorded_lifecycle, self._profile().recorded_major, lasting.domain
            self.assertEqual(after, before)

    def test_what_people_made_follows(self):
        profile = {"model": "key.account.profile"}
        base = self.env.ref("key_account_segmentation.key_account_profile_view_list")
        arch = "<field name='partner_id' position='after'><field name='recorded_major'/></field>"
        view = self.env["ir.ui.view"].create({**profile, "name": "Mine", "inherit_id": base.id, "arch": arch})
        action = self.env["ir.actions.act_window"].create(
            {"name": "Major", "res_model": "key.account.profile", "domain": "[('recorded_major', '=', True)]"}
        )
        steady = self.env["key.account.type"].create(
            {"name": "Steady", "rule_domain": "[('recorded_lifecycle', '=', 'active')]"}
        )
        made = {view: "arch_db", action: "domain", steady: "rule_domain"}
        before = [record[name] for record, name in made.items()]
        self._go_back()
        self.env.cr.execute(
            "UPDATE ir_ui_view SET arch_db = REPLACE(arch_db::text, 'recorded_', 'settled_')::jsonb WHERE id = %s",
            [view.id],
        )
        for record, name in [(action, "domain"), (steady, "rule_domain")]:
            table, column = SQL.identifier(record._table), SQL.identifier(name)
            old = SQL("REPLACE(%s, 'recorded_', 'settled_')", column)
            self.env.cr.execute(SQL("UPDATE %s SET %s = %s WHERE id = %s", table, column, old, record.id))
        self.env.invalidate_all()
        self.assertNotIn("recorded", "".join(record[name] for record, name in made.items()))
        self._migrate()
        self.assertEqual([record[name] for record, name in made.items()], before)
        self.assertIn("recorded_major", self.env["key.account.profile"].get_view(base.id, "list")["arch"])
