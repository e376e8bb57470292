# SPDX-License-Identifier: LGPL-3.0-only
"""Who sees which customers, and who may write what."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .roles import INSIDERS, ROLES, create_users

OUTSIDERS = tuple(role for role in ROLES if role not in INSIDERS)

#: Model -> role -> what they read, as the names in ``_names``; who is missing is refused.
READABLE = {
    "key.account.profile": {
        "own": ["Mine"],
        "all": ["Mine", "Nobody's", "Theirs"],
        "manager": ["Mine", "Nobody's", "Theirs"],
        "invoicing": ["Mine", "Nobody's", "Theirs"],
        "auditor": ["Mine", "Nobody's", "Theirs"],
    },
    "key.account.snapshot": {
        "own": ["Mine"],
        "all": ["Mine", "Nobody's", "Theirs"],
        "manager": ["Mine", "Nobody's", "Theirs"],
        "invoicing": ["Mine", "Nobody's", "Theirs"],
        "auditor": ["Mine", "Nobody's", "Theirs"],
    },
    "key.account.portfolio": {role: ["Segmented Ltd"] * 2 for role in ("all", "manager", "invoicing", "auditor")},
    "key.account.policy": {role: ["Segmented Ltd"] * 2 for role in INSIDERS},
    "key.account.run": {"manager": ["Segmented Ltd"] * 2},
    "key.account.stale": {},
}


@tagged("post_install", "-at_install")
class TestRights(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls._create_company("Other Ltd")
        cls.users = create_users(cls.env, cls.company)
        cls.mine = cls._customer("Mine", user_id=cls.users["own"].id)
        cls.theirs = cls._customer("Theirs", user_id=cls.users["all"].id)
        cls.nobodys = cls._customer("Nobody's")
        for company in cls.company + cls.other_company:
            cls._insert_documents(
                [(partner, "out_invoice", "2024-06-01", 10) for partner in (cls.mine, cls.theirs, cls.nobodys)],
                company=company,
            )
            cls.env["key.account.run"].refresh_all(company)
            cls._look_back(cls, "2024-12-31", company=company)
        cls.draft = cls.company.key_account_policy_id.copy()
        cls.collaboration = cls.env["key.account.collaboration"].create({"name": "Joint development"})

    def _profile(self, partner, company=None):
        return self._live([partner], company=company)

    def assertRefused(self, action, message=None):
        with (
            self.assertRaisesRegex(AccessError, message or ""),
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
            self.env.cr.savepoint(),
        ):
            action()
            self.env.flush_all()

    def test_who_reads_what(self):
        for model, readers in READABLE.items():
            for role in ROLES:
                with self.subTest(model=model, role=role):
                    records = self._as(role, self.env[model])
                    if role not in readers:
                        self.assertRefused(lambda records=records: records.search([]))
                        continue
                    found = records.search([])
                    name = "partner_id" if "partner_id" in found._fields else "company_id"
                    self.assertEqual(sorted(found.sudo().mapped(lambda it, name=name: it[name].name)), readers[role])
                    found.read()
                    self.assertEqual(found.sudo().company_id, self.company)

    def test_rows_of_another_company_are_refused(self):
        for model in READABLE:
            if "company_id" not in self.env[model]._fields:
                continue
            foreign = self.env[model].search([("company_id", "=", self.other_company.id)])
            self.assertTrue(foreign, model)
            for role in ROLES:
                with self.subTest(model=model, role=role):
                    self.assertRefused(lambda foreign=foreign, role=role: self._as(role, foreign).read(["company_id"]))

    def test_only_the_companies_one_works_in(self):
        user = self.users["manager"]
        user.company_ids += self.other_company
        profiles = self.profiles.with_user(user)
        for companies in (self.company, self.other_company, self.company + self.other_company):
            found = profiles.with_context(allowed_company_ids=companies.ids).search([])
            self.assertEqual(found.company_id, companies)

    def test_sums_hold_only_what_one_may_see(self):
        for role, revenue in [("own", 10), ("all", 30), ("auditor", 30)]:
            profiles = self._as(role, self.env["key.account.profile"])
            domain = [("as_of_date", "!=", False)]
            self.assertEqual(profiles._read_group(domain, [], ["__count"]), [(revenue / 10,)])
            self.assertEqual(profiles._read_group(domain, [], ["revenue_lifetime:sum"]), [(revenue,)])

    def test_a_new_salesperson_of_a_customer_sees_it_at_once(self):
        self.theirs.user_id = self.users["own"]
        self.assertEqual(len(self._as("own", self.profiles).search([])), 2)

    def test_who_may_override(self):
        values = {"manual_category": "active_partner", "manual_category_reason": "We grow", "cannot_be_developed": True,
                  "manual_category_until": "2030-01-01", "collaboration_id": self.collaboration.id}  # fmt: skip
        for role, partner, allowed in [
            ("own", self.mine, True), ("own", self.theirs, False), ("own", self.nobodys, False),
            ("all", self.theirs, True), ("manager", self.nobodys, True), ("invoicing", self.mine, False),
            ("auditor", self.mine, False), *[(role, self.mine, False) for role in OUTSIDERS],
        ]:  # fmt: skip
            with self.subTest(role=role, customer=partner.name):
                profile = self._profile(partner)
                profile.write({"manual_category": False, "cannot_be_developed": False})
                if allowed:
                    self._as(role, profile).write(values)
                    self.assertFigures(profile, [{"category": "active_partner", "cannot_be_developed": True}])
                else:
                    self.assertRefused(lambda role=role, it=profile: self._as(role, it).write(values))

    def test_a_category_by_hand_needs_a_reason(self):
        for reason in (False, " "):
            with self.assertRaisesRegex(UserError, "Please say why “Mine”"), self.env.cr.savepoint():
                values = {"manual_category": "client", "manual_category_reason": reason}
                self._as("own", self._profile(self.mine)).write(values)

    def test_nobody_enters_figures(self):
        profile = self._profile(self.mine)
        for role in ROLES:
            with self.subTest(role=role):
                for values in ({"revenue_12m": 1e6}, {"category": "client"}, {"lifecycle": "lost"},
                               {"partner_id": self.theirs.id}):  # fmt: skip
                    self.assertRefused(lambda role=role, values=values: self._as(role, profile).write(values))
                self.assertRefused(lambda role=role: self._as(role, profile).unlink())
                self.assertRefused(
                    lambda role=role: self._as(role, self.profiles).create(
                        {"company_id": self.company.id, "partner_id": self.env.user.partner_id.id}
                    )
                )

    def test_only_sales_administrators_change_policies_and_collaborations(self):
        for records in (self.draft, self.collaboration):
            for role in ROLES:
                with self.subTest(model=records._name, role=role):
                    as_role = self._as(role, records)
                    if role == "manager":
                        as_role.name = "Changed"
                        as_role.copy().unlink()
                        self.assertEqual(records.name, "Changed")
                        continue
                    self.assertRefused(lambda it=as_role: it.write({"name": "Mine"}))
                    self.assertRefused(lambda it=as_role: it.copy())
                    self.assertRefused(lambda it=as_role: it.unlink())

    def test_only_sales_administrators_publish(self):
        for role in ROLES:
            if role != "manager":
                with self.subTest(role=role):
                    self.assertRefused(lambda role=role: self._as(role, self.draft).action_publish())
        self._as("manager", self.draft).action_publish()
        self.assertFigures(self.draft, [{"state": "published", "published_by_id": self.users["manager"].id}])

    def test_nobody_writes_runs_snapshots_portfolios_and_marks(self):
        self.env["key.account.stale"]._mark({(self.company.id, self.mine.id)})
        for model in ("key.account.run", "key.account.snapshot", "key.account.portfolio", "key.account.stale"):
            records = self.env[model].search([])
            self.assertTrue(records)
            name = "partner_number" if model == "key.account.stale" else "company_id"
            for role in ROLES:
                with self.subTest(model=model, role=role):
                    as_role = self._as(role, records)
                    self.assertRefused(lambda it=as_role, name=name: it.write({name: 1}))
                    self.assertRefused(lambda it=as_role: it.unlink())

    def test_who_may_see_a_customer_may_refresh_it(self):
        for role in INSIDERS:
            with self.subTest(role=role):
                self._insert_documents([(self.mine, "out_invoice", "2024-06-01", 10)])
                before = self._profile(self.mine).revenue_lifetime
                self._as(role, self._profile(self.mine)).action_refresh()
                self.assertEqual(self._profile(self.mine).revenue_lifetime, before + 10)
        self.assertRefused(lambda: self._as("own", self._profile(self.theirs)).action_refresh())
        for role in OUTSIDERS:
            self.assertRefused(lambda role=role: self._as(role, self._profile(self.mine)).action_refresh())

    def test_a_salesperson_needs_no_accounting_right(self):
        profile = self._as("own", self._profile(self.mine))
        self.assertFalse(profile.env.user.has_group("account.group_account_readonly"))
        (row,) = profile.read()
        self.assertEqual(row["revenue_lifetime"], 10)
        self.assertTrue(row["explanation"])

    def test_two_roles_see_what_either_sees(self):
        self.users["own"].group_ids += self.env.ref("account.group_account_invoice")
        self.assertEqual(len(self._as("own", self.profiles).search([])), 3)

    def test_a_salesperson_who_leaves_sees_nothing(self):
        self.users["own"].group_ids = [Command.set([self.env.ref("base.group_user").id])]
        self.assertRefused(lambda: self._as("own", self.profiles).search([]))
