# SPDX-License-Identifier: LGPL-3.0-only
"""What migrations give stands in them: it does not change when what new records begin with does."""

import ast
from pathlib import Path

from odoo.modules.migration import load_script
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL

from .common import KeyAccountCase

FOLDER = Path(__file__).parent.parent / "migrations"


class TestMigrationsStandAlone(BaseCase):
    def test_they_call_no_private_method_of_a_model(self):
        """But Odoo's own: whoever changes a method of ours need not know of migrations."""
        odoos = {"_trigger", "_get_id"}
        for path in sorted(FOLDER.glob("*/*.py")):
            called = {
                node.func.attr
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            }
            with self.subTest(path=path.name):
                self.assertEqual({name for name in called if name.startswith("_")} - odoos, set())


@tagged("post_install", "-at_install")
class TestQuadrantsOfOldPolicies(KeyAccountCase):
    def _migrate(self):
        self.env.flush_all()
        load_script(str(FOLDER / "19.0.1.2.0" / "post-quadrants.py"), "post-quadrants").migrate(
            self.env.cr, "19.0.1.1.0"
        )
        self.env.invalidate_all()

    def test_policies_without_a_matrix_get_one(self):
        company = self._create_company("Old Ltd")
        company.country_id = self.env.ref("base.de")
        policy = company.key_account_policy_id
        policy.name = "Before the matrix"
        self.env.flush_all()
        for table in ("key_account_quadrant", "key_account_location"):
            self.env.cr.execute(SQL("DELETE FROM %s WHERE policy_id = %s", SQL.identifier(table), policy.id))
        self.env.invalidate_all()
        others = self.env["key.account.quadrant"].search_count([])
        self._migrate()
        plans = [self.env.ref(f"key_account_segmentation.playbook_{name}", raise_if_not_found=False)
                 for name in ("loyal", "pillars", "passers_by", "big_tickets")]  # fmt: skip
        self.assertEqual(
            [(it.place, it.name, it.sequence, it.color, it.plan_id, it.company_id) for it in policy.quadrant_ids],
            [
                ("low_high", "Loyal", 1, 10, plans[0] or it_has_no_plan(self), company),
                ("high_high", "Pillars", 2, 4, plans[1] or it_has_no_plan(self), company),
                ("low_low", "Passers-by", 3, 0, plans[2] or it_has_no_plan(self), company),
                ("high_low", "Big tickets", 4, 2, plans[3] or it_has_no_plan(self), company),
            ],
        )
        self.assertTrue(all(policy.quadrant_ids.mapped("advice")))
        locations = policy.location_ids
        self.assertEqual((locations.country_id.code, locations.score, locations.company_id), ("DE", 100, company))
        self._migrate()
        self.assertEqual(self.env["key.account.quadrant"].search_count([]), others + 4)


def it_has_no_plan(case):
    """Of a playbook that somebody has deleted."""
    return case.env["mail.activity.plan"]
