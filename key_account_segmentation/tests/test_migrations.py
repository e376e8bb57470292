# SPDX-License-Identifier: LGPL-3.0-only
"""What migrations give stands in them: it does not change when what new records begin with does."""

import ast
from pathlib import Path

from psycopg2.extras import Json

from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL

from ..tools.axes import PLACES
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

    def _playbook(self, name):
        return self.env.ref(f"key_account_segmentation.playbook_{name}")

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
        self.assertEqual(
            [(it.place, it.name, it.sequence, it.color, it.plan_id, it.company_id) for it in policy.quadrant_ids],
            [
                ("low_high", "Loyal", 1, 10, self._playbook("loyal"), company),
                ("high_high", "Pillars", 2, 4, self._playbook("pillars"), company),
                ("low_low", "Passers-by", 3, 0, self._playbook("passers_by"), company),
                ("high_low", "Big tickets", 4, 2, self._playbook("big_tickets"), company),
            ],
        )
        self.assertTrue(all(policy.quadrant_ids.mapped("advice")))
        locations = policy.location_ids
        self.assertEqual((locations.country_id.code, locations.score, locations.company_id), ("DE", 100, company))
        self._migrate()
        self.assertEqual(self.env["key.account.quadrant"].search_count([]), others + 4)


@tagged("post_install", "-at_install")
class TestPlacesOfOldPolicies(KeyAccountCase):
    def _migrate(self):
        self.env.flush_all()
        script = load_script(str(FOLDER / "19.0.1.7.0" / "post-places.py"), "post-places")
        script.migrate(self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()

    def _as_before(self, policy):
        """Four quadrants in the order they were in."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM key_account_quadrant WHERE policy_id = %s AND place IN ('newcomer', 'win_back')", [policy.id]
        )
        for place, sequence in {"low_high": 1, "high_high": 2, "low_low": 3, "high_low": 4}.items():
            self.env.cr.execute(
                "UPDATE key_account_quadrant SET sequence = %s WHERE policy_id = %s AND place = %s",
                [sequence, policy.id, place],
            )
        self.env.invalidate_all()

    def test_every_policy_has_the_places_of_new_and_lost_customers(self):
        self.env["res.lang"]._activate_lang("de_DE")
        archived = self.company.key_account_policy_id
        published = archived.copy({"name": "Of now"})
        published.action_publish()
        for policy in (archived, published):
            self._as_before(policy)
        self._migrate()
        for policy in (archived, published):
            with self.subTest(policy=policy.state):
                self.assertEqual(
                    policy.quadrant_ids.mapped("name"),
                    ["Pillars", "Loyal", "Big tickets", "Passers-by", "Newcomers", "Lost"],
                )
                self.assertEqual(
                    [(it.place, it.sequence, it.company_id) for it in policy.quadrant_ids[4:]],
                    [("newcomer", 5, self.company), ("win_back", 6, self.company)],
                )
                self.assertTrue(all(it.advice and it.plan_id for it in policy.quadrant_ids[4:]))
        self.assertEqual(published.quadrant_ids[5].with_context(lang="de_DE").name, "Verloren")
        published.copy().action_publish()
        count = self.env["key.account.quadrant"].search_count([])
        self._migrate()
        self.assertEqual(self.env["key.account.quadrant"].search_count([]), count, "it adds what is missing")

    def test_an_order_that_a_company_has_chosen_stays(self):
        policy = self.company.key_account_policy_id
        self._as_before(policy)
        self.env.cr.execute("UPDATE key_account_quadrant SET sequence = 9 WHERE policy_id = %s", [policy.id])
        self._migrate()
        self.assertEqual({*policy.quadrant_ids.filtered(lambda it: it.place in PLACES).mapped("sequence")}, {9})


@tagged("post_install", "-at_install")
class TestFavouritesOfAccountManagers(KeyAccountCase):
    def _migrated(self, **values):
        favourite = self.env["ir.filters"].create({"name": f"Mine {values}", "model_id": "key.account.load", **values})
        self._migrate()
        return favourite

    def _migrate(self):
        self.env.flush_all()
        script = load_script(str(FOLDER / "19.0.1.6.0" / "post-favourites.py"), "post-favourites")
        script.migrate(self.env.cr, "19.0.1.5.0")
        self.env.invalidate_all()

    def test_who_is_archived_has_left(self):
        for before, after in [
            ('[("is_archived", "=", True)]', "[('presence', '=', 'left')]"),
            ("['|', ('is_archived', '=', False), ('is_over_limit', '=', True)]",
             "['|', ('presence', '!=', 'left'), ('is_over_limit', '=', True)]"),
            ('[("is_archived", "!=", True)]', "[('presence', '!=', 'left')]"),
        ]:  # fmt: skip
            favourite = self._migrated(domain=before)
            self.assertEqual(favourite.domain, after)
            self.env["key.account.load"].search(favourite._get_eval_domain())

    def test_groups_and_order_follow_and_others_stay(self):
        favourite = self._migrated(context="{'group_by': ['is_archived']}", sort='["is_archived desc"]')
        self.assertEqual((favourite.context, favourite.sort), ("{'group_by': ['presence']}", '["presence desc"]'))
        same = self._migrated(domain="[('presence', '=', 'leaving')]", model_id="key.account.profile")
        self.assertEqual(same.domain, "[('presence', '=', 'leaving')]")

    def test_export_templates_follow_and_others_stay(self):
        templates = self.env["ir.exports"].create(
            [
                {"name": "Sheet", "resource": model, "export_fields": [Command.create({"name": "is_archived"})]}
                for model in ("key.account.load", "res.users")
            ]
        )
        self._migrate()
        self.assertEqual(templates.export_fields.mapped("name"), ["presence", "is_archived"])

    def test_views_follow(self):
        base = self.env.ref("key_account_segmentation.key_account_load_view_list")
        arch = """
            <xpath expr="//field[@name='account_manager_id']" position="after">
                <field name="{0}" invisible="{1}"/>
                <field name="leave_date" invisible="not {1}" context="{{'group_by': '{0}'}}"/>
            </xpath>
        """
        values = {"name": "Mine", "model": base.model, "inherit_id": base.id}
        view = self.env["ir.ui.view"].create({**values, "arch": arch.format("presence", "(presence == 'left')")})
        expected = self.env["key.account.load"].get_view(base.id, "list")["arch"]
        self.assertIn("(presence == 'left')", expected)
        before = view.arch_db.replace("(presence == 'left')", "is_archived").replace("presence", "is_archived")
        self.env.cr.execute(SQL("UPDATE ir_ui_view SET arch_db = %s WHERE id = %s", Json({"en_US": before}), view.id))
        self._migrate()
        self.assertEqual(self.env["key.account.load"].get_view(base.id, "list")["arch"], expected)


@tagged("post_install", "-at_install")
class TestPoliciesByTheRulesOfBefore(KeyAccountCase):
    """Each company has a new version of its policy; what it had chosen stays."""

    THEN = {"axis_x": "revenue_12m", "cut_x_method": "median", "axis_y": "coverage", "cut_y_method": "median"}

    def _publish(self, **values):
        policy = self.company.key_account_policy_id.copy(values)
        policy.action_publish()
        return policy

    def _migrate(self):
        self.env.flush_all()
        for name, value in (("late_ratio", 1.6), ("monthly_adi", 1.4)):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE key_account_policy ADD COLUMN IF NOT EXISTS %s float8 DEFAULT %s",
                    SQL.identifier(name),
                    value,
                )
            )
        load_script(str(FOLDER / "19.0.1.7.0" / "post-policies.py"), "post-policies").migrate(self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()
        return self.company.key_account_policy_id

    def test_what_was_never_changed_is_as_a_new_policy_begins(self):
        before = self._publish(new_months=3, **self.THEN)
        policy = self._migrate()
        self.assertNotEqual(policy, before)
        self.assertEqual((before.state, policy.state, policy.name), ("archived", "published", before.name))
        self.assertEqual(
            (
                policy.new_months,
                policy.axis_x,
                policy.cut_x_method,
                policy.axis_y,
                policy.cut_y_method,
                policy.cut_y_value,
            ),
            (6, "revenue_12m", "a_border", "loyalty", "value", 0.75),
        )
        self.assertEqual(before.axis_y, "coverage")
        self.assertIn("late above (x usual gap) 1.6; monthly below (months between active months) 1.4", before.note)

    def test_what_a_company_has_chosen_stays(self):
        own = self.THEN | {"axis_y": "growth", "new_months": 4, "abc_a_share": 0.7, "note": "Minutes"}
        before = self._publish(**own)
        before.quadrant_ids[0].advice = "Ring them up"
        policy = self._migrate()
        own.pop("note")
        self.assertEqual({name: policy[name] for name in own}, own)
        self.assertEqual(policy.quadrant_ids[0].advice, "Ring them up")
        self.assertTrue(before.note.startswith("Minutes\n"))

    def test_who_was_put_somewhere_by_hand_stays_there(self):
        customer = self._customer("By hand")
        self._insert_documents([(customer, "out_invoice", "2026-01-10", 100)])
        before = self._publish(**self.THEN)
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([customer])
        pillars = before.quadrant_ids.filtered(lambda quadrant: quadrant.place == "high_high")
        profile.write({"manual_quadrant_id": pillars.id, "manual_quadrant_reason": "They build a plant"})
        policy = self._migrate()
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual((profile.quadrant_id.place, profile.quadrant_id.policy_id), ("high_high", policy))
        self.assertEqual(profile.manual_quadrant_reason, "They build a plant")

    def test_changes_by_the_new_rules_have_the_policy_as_their_cause(self):
        customer = self._customer("Silent")
        self._insert_documents([(customer, "out_invoice", f"2024-{month:02}-10", 100) for month in range(1, 13)])
        self._publish(**self.THEN)
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([customer])
        transitions = self.env["key.account.transition"]
        transitions.search([("profile_id", "=", profile.id)]).unlink()
        self.env.cr.execute(
            SQL(
                "UPDATE key_account_profile SET lifecycle = 'active', recorded_lifecycle = 'active' WHERE id = %s",
                profile.id,
            )
        )
        self._migrate()
        self.env["key.account.run"].refresh_all(self.company)
        changes = transitions.search([("profile_id", "=", profile.id)])
        self.assertIn("lifecycle", changes.mapped("what"))
        self.assertEqual(set(changes.mapped("cause")), {"policy"})

    def test_a_refresh_under_way_begins_again(self):
        customer = self._customer("Any")
        self._insert_documents([(customer, "out_invoice", "2026-01-10", 100)])
        run = self.env["key.account.run"]._create_run(self.company)
        run._step()
        self.assertEqual((run.state, run.position), ("running", 1))
        policy = self._migrate()
        self.assertEqual((run.state, run.position, run.policy_id, run.cause), ("waiting", 0, policy, "policy"))
