# SPDX-License-Identifier: LGPL-3.0-only
"""What people made of types, collaborations and playbooks before these belonged to companies is still theirs."""

from pathlib import Path

from odoo.modules.migration import load_script
from odoo.tests import tagged

from .test_settling import START, SettlingCase

FOLDER = Path(__file__).parent.parent / "migrations" / "19.0.1.5.0"


@tagged("post_install", "-at_install")
class TestTypesGetCompanies(SettlingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls._create_company("Abroad Ltd")
        cls._insert_documents([(cls.other, "out_invoice", "2025-06-01", 7)], cls.abroad)

    def _make(self, model, **values):
        return self.env[model].create({"name": "Both", **values})

    def _override_everywhere(self, **values):
        for company in self.company + self.abroad:
            profile = self._live([self.other], company)
            profile.with_context(allowed_company_ids=company.ids)._write_multi([values])
        self.env.flush_all()

    def _migrate(self):
        """Go back to the schema of before, and forward by the script."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE key_account_type DROP COLUMN company_id CASCADE")
        self.env.cr.execute("ALTER TABLE key_account_type DROP CONSTRAINT key_account_type_icon_name")
        self.env.cr.execute("ALTER TABLE key_account_collaboration DROP COLUMN company_id CASCADE")
        self.env.cr.execute("UPDATE key_account_type SET icon = 'fa-flag modal' WHERE icon = 'fa-flag'")
        load_script(str(FOLDER / "pre-types.py"), "pre-types").migrate(self.env.cr, "19.0.1.4.1")
        self.env.invalidate_all()

    def _by_company(self, model):
        records = self.env[model].with_context(active_test=False).search([("name", "like", "Both")])
        return {record.company_id: record for record in records}

    def test_a_type_of_two_companies_becomes_two(self):
        both = self._make("key.account.type", rule_domain="[('event_count', '>=', 1)]", sequence=1, icon="fa-flag")
        self._night(START)
        self.env["key.account.run"].refresh_all(self.abroad)
        self._override_everywhere(main_type_id=both.id, computed_type_id=both.id)
        self.env.cr.execute(
            "UPDATE key_account_profile SET manual_type_id = main_type_id WHERE partner_id = %s", [self.other.id]
        )
        for company in self.company + self.abroad:
            profile = self._live([self.other], company)
            self.env.cr.execute(
                "INSERT INTO key_account_profile_type_rel VALUES (%s, %s) ON CONFLICT DO NOTHING", [profile.id, both.id]
            )
            self.env["key.account.transition"].create(
                {"profile_id": profile.id, "what": "type", "date": START, "cause": "figures", "new_value": str(both.id)}
            )
        self._migrate()
        found = self._by_company("key.account.type")
        self.assertEqual(len(found), 2)
        for company in self.company + self.abroad:
            own = found[company]
            profile = self._live([self.other], company)
            self.assertEqual((own.rule_domain, own.sequence, own.icon), ("[('event_count', '>=', 1)]", 1, "fa-star"))
            self.assertEqual(profile.main_type_id | profile.manual_type_id | profile.computed_type_id, own)
            self.assertIn(own, profile.suggested_type_ids)
            self.assertNotIn(found[(self.company + self.abroad - company)], profile.suggested_type_ids)
            self.assertEqual(profile.transition_ids.sorted("id")[-1].new_label, "Both")
            self.assertEqual(profile.transition_ids.sorted("id")[-1].new_value, str(own.id))
        self.assertIn(both, found.values())

    def test_what_one_company_uses_goes_to_it(self):
        kind, both = self._make("key.account.collaboration"), self._make("key.account.type")
        self._night(START)
        self.env["key.account.run"].refresh_all(self.abroad)
        abroad = self._live([self.other], self.abroad)
        self.env.cr.execute(
            "UPDATE key_account_profile SET collaboration_id = %s, manual_type_id = %s WHERE id = %s",
            [kind.id, both.id, abroad.id],
        )
        self._migrate()
        self.assertEqual(self._by_company("key.account.collaboration"), {self.abroad: kind})
        self.assertEqual(self._by_company("key.account.type"), {self.abroad: both})

    def test_what_nobody_uses_yet_everybody_keeps(self):
        self._make("key.account.collaboration", active=False)
        self._make("key.account.type", description="For later")
        self._night(START)
        self.env["key.account.run"].refresh_all(self.abroad)
        self._migrate()
        for model in ("key.account.collaboration", "key.account.type"):
            self.assertLessEqual({self.company, self.abroad}, set(self._by_company(model)))
        self.assertEqual(self._by_company("key.account.type")[self.abroad].description, "For later")

    def test_shipped_types_stay_everybodys_and_typed_codes_do_not(self):
        typed = self._make("key.account.type", code="mine")
        self._migrate()
        shipped = self.env["key.account.type"].search([("code", "!=", False)])
        self.assertEqual(len(shipped), 5)
        self.assertFalse(shipped.company_id)
        self.assertTrue(typed.company_id)

    def test_a_playbook_of_several_companies_becomes_everybodys(self):
        plans = self.env["mail.activity.plan"]
        ours, used = (
            plans.create({"name": name, "res_model": "res.partner", "company_id": self.company.id})
            for name in ("Ours", "Used")
        )
        self.company.key_account_policy_id.quadrant_ids[0].plan_id = ours
        quadrant = self.abroad.key_account_policy_id.quadrant_ids[0]
        self.env.flush_all()
        self.env.cr.execute("UPDATE key_account_quadrant SET plan_id = %s WHERE id = %s", [used.id, quadrant.id])
        self._migrate()
        self.assertEqual((ours.company_id, used.company_id), (self.company, self.env["res.company"]))
        quadrant.policy_id.with_company(self.abroad).copy({"name": "Next"})
