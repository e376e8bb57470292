# SPDX-License-Identifier: LGPL-3.0-only
"""Who sees what of the customer on contacts, opportunities and invoices, and who looks after whom."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .link import AMOUNTS, LINKED, LinkCase
from .roles import INSIDERS, ROLES, create_user

EVERYTHING = {"anchor": 1200, "bridge": 600, "cellar": 200, "fresh": False}
ABROAD = {"anchor": 25, "bridge": False, "cellar": False, "fresh": 75}
NOTHING = {"anchor": False, "bridge": False, "cellar": False, "fresh": False}

#: Role -> company -> customer -> revenue of twelve months on its contact. ``own`` looks after anchor alone.
SEEN = {
    "own": {"home": {**NOTHING, "anchor": 1200}, "abroad": {**NOTHING, "anchor": 25}},
    "all": {"home": EVERYTHING, "abroad": ABROAD},
    "manager": {"home": EVERYTHING, "abroad": ABROAD},
    "invoicing": {"home": EVERYTHING, "abroad": ABROAD},
    "auditor": {"home": EVERYTHING, "abroad": ABROAD},
    "employee": {"home": NOTHING, "abroad": NOTHING},
    "portal": {"home": NOTHING, "abroad": NOTHING},
    "public": {"home": NOTHING, "abroad": NOTHING},
}

FIELDS = [
    "key_account_profile_id",
    "key_account_company_id",
    "key_account_currency_id",
    "key_account_category",
    "key_account_recurrence",
    "key_account_lifecycle",
    "key_account_abc",
    "key_account_share",
    "key_account_growth",
    "key_account_revenue_12m",
    "key_account_expected_next_date",
    "key_account_lost_probability",
    "key_account_why",
    "key_account_months_chart",
]


@tagged("post_install", "-at_install")
class TestLinkRights(LinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ROLES:
            cls.users[role].company_ids += cls.abroad
        # portal and public users may read their own company
        (cls.users["portal"] + cls.users["public"]).partner_id.parent_id = cls.customers["anchor"]
        cls.linked["crm.lead"]["anchor"].company_id = False

    def test_what_the_fields_can_do_is_what_odoo_finds_by_building_sql(self):
        for role in ROLES:
            for model in (*LINKED, "res.users"):
                records = self._as(role, model)
                for field in records._fields.values():
                    if not field.name.startswith("key_account_") or not records._has_field_access(field, "read"):
                        continue
                    for ability in ("sortable", "groupable", "aggregator"):
                        name = f"_description_{ability}"
                        with self.subTest(role=role, model=model, field=field.name, ability=ability):
                            found = getattr(fields.Field, name)(field, records.env)
                            self.assertEqual(getattr(field, name)(records.env), found)

    def _revenues(self, records):
        return {
            name: records.browse(record.id).key_account_revenue_12m
            for name, record in self.linked[records._name].items()
            if name in NOTHING
        }

    def test_what_each_role_sees_of_contacts(self):
        for role, companies in SEEN.items():
            for company, revenues in companies.items():
                with self.subTest(role=role, company=company):
                    partners = self._as(role, "res.partner", self.companies[company]).sudo()
                    self.assertEqual(self._revenues(partners), revenues)
                    partners.env.invalidate_all()
                    found = partners.search([*self._among("res.partner"), ("key_account_revenue_12m", ">", -1)])
                    self.assertEqual(
                        sorted(self._names(found)), [name for name, revenue in revenues.items() if revenue]
                    )

    def test_what_each_role_sees_of_opportunities_and_invoices(self):
        for model in ("crm.lead", "account.move", "account.invoice.report"):
            for role, companies in SEEN.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(self._revenues(self._as(role, model).sudo()), companies["home"])

    def test_who_may_read_the_records_reads_the_fields_without_an_error(self):
        for model in LINKED:
            record = self.linked[model]["anchor"]
            for role in ROLES:
                as_role = self._as(role, record)
                if not as_role.has_access("read"):
                    continue
                with self.subTest(model=model, role=role):
                    shown = [name for name in FIELDS if name in as_role.fields_get()]
                    (row,) = as_role.web_read({name: {} for name in shown})
                    self.assertEqual("key_account_share" in shown, role in INSIDERS[1:])
                    seen = bool(SEEN[role]["home"]["anchor"])
                    self.assertEqual(bool(row["key_account_category"]), seen)
                    if not seen:
                        self.assertEqual([row[name] for name in shown], [False] * len(shown))

    def test_outsiders_find_sort_and_group_without_an_error(self):
        partners = self._as("employee", "res.partner")
        domain = self._among("res.partner")
        self.assertFalse(partners.search([*domain, ("key_account_category", "!=", False)]))
        self.assertEqual(len(partners.search([*domain, ("key_account_category", "!=", "client")])), 4)
        self.assertEqual(
            self._names(partners.search(domain, order="key_account_revenue_12m desc, id")),
            ["anchor", "bridge", "cellar", "fresh"],
        )
        self.assertEqual(partners._read_group(domain, ["key_account_category"], ["__count"]), [(False, 4)])
        self.assertEqual(partners._read_group(domain, [], ["key_account_lost_probability:avg"]), [(False,)])

    def test_a_salesperson_learns_nothing_of_others_by_guessing(self):
        for records in (
            self._as("own", "res.partner"),
            self._as("own", "crm.lead"),
            self._as("own", "account.move").sudo(),
            self._as("own", "account.invoice.report").sudo(),
        ):
            for name in ("key_account_revenue_12m", "key_account_profile_id.revenue_12m"):
                for limit in (0, 100, 300, 599, 600, 601, 5000):
                    for operator in (">", ">=", "<", "<=", "="):
                        found = records.search([*self._among(records._name), (name, operator, limit)])
                        with self.subTest(model=records._name, name=name, operator=operator, limit=limit):
                            self.assertLessEqual(set(self._names(found)), {"anchor"})

    def test_a_salesperson_learns_nothing_of_others_by_other_ways_in(self):
        for model in ("res.partner", "crm.lead"):
            records, domain = self._as("own", model), self._among(model)
            secret = [("revenue_12m", "=", 600)]
            for condition in (
                ("key_account_profile_id", "any", secret),
                ("key_account_profile_id", "any", [("partner_id.name", "=", "Bridge")]),
                ("key_account_profile_id.partner_id.name", "=", "Bridge"),
                ("key_account_profile_id", "ilike", "Bridge"),
                ("key_account_profile_id", "in", self._live([self.customers["bridge"]]).ids),
                ("key_account_profile_id.account_manager_id", "=", self.users["all"].id),
            ):
                with self.subTest(model=model, condition=condition):
                    self.assertFalse(records.search([*domain, condition]))
            for aggregate in ("key_account_revenue_12m:sum", "key_account_revenue_12m:max"):
                with self.subTest(model=model, aggregate=aggregate):
                    self.assertEqual(records._read_group(domain, [], [aggregate]), [(1200,)])
            self.assertEqual(records._read_group(domain, [], ["__count"], having=[]), [(len(self.linked[model]),)])
            groups = records._read_group(domain, ["key_account_category"], having=[("key_account_growth:max", ">", 0)])
            self.assertEqual(groups, [("active_partner",)])

    def test_a_contact_leads_to_the_profile_of_who_may_see_it(self):
        action = self._as("own", self.customers["bridge"]).action_open_key_account()
        self.assertFalse(action["res_id"])
        action = self._as("own", self.buyers["anchor"]).action_open_key_account()
        self.assertEqual(action["res_id"], self._live([self.customers["anchor"]]).id)

    def test_sums_of_opportunities_hold_only_what_one_may_see(self):
        for role, expected in [
            ("own", [("active_partner", 100), (False, sum(AMOUNTS.values()) - 100)]),
            ("all", [("active_partner", 100), ("client", -10), ("passive_partner", 40), (False, 10)]),
        ]:
            leads = self._as(role, "crm.lead")
            rows = leads._read_group(self._among("crm.lead"), ["key_account_category"], ["expected_revenue:sum"])
            self.assertEqual(rows, expected)

    def test_two_roles_see_what_either_sees(self):
        self.users["own"].group_ids += self.env.ref("account.group_account_invoice")
        self.assertEqual(self._revenues(self._as("own", "res.partner")), EVERYTHING)

    def test_who_loses_a_customer_does_not_see_it_any_more(self):
        anchor = self._as("own", self.customers["anchor"])
        self.assertEqual(anchor.key_account_category, "active_partner")
        self.customers["anchor"].user_id = self.users["all"]
        self.env.invalidate_all()
        self.assertFalse(anchor.key_account_category)
        self.assertFound(anchor, [("key_account_category", "!=", False)], "")


@tagged("post_install", "-at_install")
class TestAccountManager(LinkCase):
    def setUp(self):
        super().setUp()
        self.profile = self._live([self.customers["anchor"]])

    def _assign(self, role, profiles, user):
        wizard = self._as(role, "key.account.assign").with_context(active_ids=profiles.ids)
        return wizard.create({"user_id": user.id if user else False}).action_assign()

    def assertLooksAfter(self, role, *names):
        """The role "own documents" sees the customers it looks after, and each on its contact and opportunity."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = self._as(role, "key.account.profile").search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(found.partner_id.mapped("name")), sorted(name.capitalize() for name in names))
        for model in ("res.partner", "crm.lead"):
            self.assertFound(self._as(role, model), [("key_account_category", "!=", False)], " ".join(names))

    def test_the_salesperson_is_the_account_manager(self):
        self.assertEqual(self.profile.account_manager_id, self.users["own"])
        self.assertFalse(self._live([self.customers["cellar"]]).account_manager_id)
        self.assertLooksAfter("own", "anchor")

    def test_a_new_salesperson_takes_over(self):
        self.customers["bridge"].user_id = self.users["own"]
        self.customers["anchor"].user_id = False
        self.assertFalse(self.profile.account_manager_id)
        self.assertLooksAfter("own", "bridge")

    def test_who_was_assigned_stays_whoever_is_the_salesperson(self):
        cellar = self._live([self.customers["cellar"]])
        cellar.account_manager_id = self.users["own"]
        self.assertFigures(cellar, [{"assigned_manager_id": self.users["own"].id}])
        self.customers["cellar"].user_id = self.users["all"]
        self.assertEqual(cellar.account_manager_id, self.users["own"])
        self.assertLooksAfter("own", "anchor", "cellar")

    def test_assigning_the_salesperson_is_no_assignment(self):
        self.profile.account_manager_id = self.users["manager"]
        self.profile.account_manager_id = self.users["own"]
        self.assertFalse(self.profile.assigned_manager_id)
        self.customers["anchor"].user_id = self.users["all"]
        self.assertEqual(self.profile.account_manager_id, self.users["all"])

    def test_emptied_by_hand_it_is_the_salesperson_again(self):
        self.profile.account_manager_id = self.users["manager"]
        self.env.flush_all()
        self.profile.account_manager_id = False
        self.assertEqual(self.profile.account_manager_id, self.users["own"])
        self.profile.account_manager_id = False
        self.assertEqual(self.profile.account_manager_id, self.users["own"])
        self.assertLooksAfter("own", "anchor")

    def test_an_assignment_is_of_one_company(self):
        self.profile.account_manager_id = self.users["manager"]
        (abroad,) = self._live([self.customers["anchor"]], company=self.abroad)
        self.assertEqual(abroad.account_manager_id, self.users["own"])

    def test_several_at_once_and_back(self):
        profiles = self._live([self.customers["bridge"], self.customers["cellar"]])
        self._assign("all", profiles, self.users["own"])
        self.assertEqual(profiles.account_manager_id, self.users["own"])
        self.assertLooksAfter("own", "anchor", "bridge", "cellar")
        self._assign("manager", profiles, None)
        self.assertFigures(profiles, [{"account_manager_id": self.users["all"].id}, {"account_manager_id": False}])
        self.assertLooksAfter("own", "anchor")

    def test_who_may_assign(self):
        for role in ROLES:
            with self.subTest(role=role):
                if role in ("all", "manager"):
                    self._assign(role, self.profile, self.users["manager"])
                    self.assertEqual(self.profile.account_manager_id, self.users["manager"])
                    continue
                with (
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"),
                    self.env.cr.savepoint(),
                ):
                    self._assign(role, self.profile, self.users["own"])

    def test_profiles_of_other_companies_are_not_assigned(self):
        abroad = self._live([self.customers["anchor"]], company=self.abroad)
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.env.cr.savepoint(),
        ):
            self._assign("all", abroad, self.users["all"])
        self.assertEqual(abroad.account_manager_id, self.users["own"])

    def test_a_salesperson_hands_a_customer_over(self):
        self._as("own", self.profile).account_manager_id = self.users["all"]
        self.assertLooksAfter("own")
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.env.cr.savepoint(),
        ):
            self._as("own", self.profile).account_manager_id = self.users["own"]

    def test_nobody_writes_past_the_field(self):
        for role in ROLES:
            with (
                self.subTest(role=role),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
                self.env.cr.savepoint(),
            ):
                self._as(role, self.profile).assigned_manager_id = self.users["own"]

    def test_a_refresh_keeps_who_was_assigned(self):
        cellar = self._live([self.customers["cellar"]])
        cellar.account_manager_id = self.users["manager"]
        self._insert_documents(
            [(self.customers[name], "out_invoice", "2024-06-01", 10) for name in ("anchor", "cellar", "fresh")]
        )
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFigures(
            self._live([self.customers[name] for name in ("anchor", "cellar", "fresh")]),
            [
                {"account_manager_id": self.users["own"].id, "event_count": 1},
                {"account_manager_id": self.users["manager"].id, "event_count": 1},
                {"account_manager_id": False, "event_count": 1},
            ],
        )

    def test_a_salesperson_who_is_deleted_leaves_the_customer_to_nobody(self):
        gone = create_user(self.env, "gone", ROLES["own"], self.company)
        self.profile.account_manager_id = gone
        self.env.flush_all()
        gone.unlink()
        self.env.invalidate_all()
        self.assertTrue(self.profile.exists())
        self.assertFalse(self.profile.assigned_manager_id)
