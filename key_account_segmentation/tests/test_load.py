# SPDX-License-Identifier: LGPL-3.0-only
"""What each account manager looks after: the figures, who sees and sets what, and whom customers may be given to."""

from datetime import date, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .roles import ROLES, create_user, create_users

MODEL = "key.account.load"
SELLERS = ("own", "all", "manager")


class LoadCase(KeyAccountCase):
    """Two companies with different currencies; most customers of the first are looked after by ``own``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.today()
        cls.abroad = cls._create_company("Abroad Ltd", cls.env.ref("base.USD"))
        cls.users = create_users(cls.env, cls.company)
        cls.users["own"].company_ids += cls.abroad
        cls.type = cls.env["key.account.type"].create({"name": "Large"})
        cls.customers = {
            name: cls._customer(name, user_id=cls.users[role].id if role else False)
            for name, role in {"anchor": "own", "bridge": "own", "cellar": "all", "dock": "", "elm": "own"}.items()
        }
        figures = {"anchor": (700, 0.7), "bridge": (200, 0.2), "cellar": (100, 0.1), "dock": (-5, None)}
        for name, (revenue, share) in figures.items():
            cls._profile(
                name, cls.company, revenue_12m=revenue, share=share, main_type_id=name != "bridge" and cls.type.id
            )
        cls._profile("anchor", cls.abroad, revenue_12m=50, share=1, main_type_id=cls.type.id)
        cls.env.flush_all()

    @classmethod
    def _profile(cls, name, company, **figures):
        return cls.profiles.create(
            {
                "company_id": company.id,
                "partner_id": cls.customers[name].id,
                "policy_id": company.key_account_policy_id.id,
                "as_of_date": cls.today,
                **figures,
            }
        )

    def _load(self, role, company=None, user=None):
        """The row of an account manager, as somebody who works in both companies sees it."""
        loads = self.env[MODEL].with_context(allowed_company_ids=(self.company + self.abroad).ids)
        if user:
            loads = self._as(user, company or self.company)
        manager = self.users[role].id if role else False
        company = company or self.company
        loads.invalidate_model()
        return loads.search([("company_id", "=", company.id), ("account_manager_id", "=", manager)])

    def _as(self, role, *companies, model=MODEL):
        companies = companies or (self.company,)
        return self.env[model].with_user(self.users[role]).with_context(allowed_company_ids=[it.id for it in companies])

    def _plan(self, partner, days, role, **values):
        return partner.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.today + timedelta(days=days),
            user_id=self.users[role].id,
            **values,
        )


@tagged("post_install", "-at_install")
class TestLoad(LoadCase):
    def test_the_figures_of_each_account_manager(self):
        loads = self._load("own") + self._load("all") + self._load("") + self._load("own", self.abroad)
        self.assertFigures(
            loads,
            [
                {
                    "currency_id": self.env.ref("base.EUR").id,
                    "customer_count": 2,
                    "key_account_count": 1,
                    "revenue_12m": 900,
                    "revenue_share": 0.9,
                },
                {"customer_count": 1, "key_account_count": 1, "revenue_12m": 100, "revenue_share": 0.1},
                {"customer_count": 1, "key_account_count": 1, "revenue_12m": -5, "revenue_share": False},
                {
                    "currency_id": self.env.ref("base.USD").id,
                    "customer_count": 1,
                    "key_account_count": 1,
                    "revenue_12m": 50,
                    "revenue_share": 1,
                },
            ],
        )
        self.assertEqual(self._load("").display_name, "No account manager")
        self.assertEqual(self._load("own").display_name, self.users["own"].name)

    def test_archived_customers_count_with_their_revenue_alone(self):
        self.customers["anchor"].active = False
        self.assertFigures(self._load("own"), [{"customer_count": 1, "key_account_count": 0, "revenue_12m": 900}])

    def test_a_row_keeps_its_number(self):
        before = self._load("own").id
        self.customers["dock"].user_id = self.users["own"]
        self.customers["anchor"].user_id = self.users["all"]
        self.assertEqual(self._load("own").id, before)
        everything = self.env[MODEL].with_context(allowed_company_ids=(self.company + self.abroad).ids).search([])
        self.assertEqual(len(everything.ids), len(set(everything.ids)))

    def test_what_is_due(self):
        contact = self._customer("Ann", is_company=False, parent_id=self.customers["bridge"].id)
        self._plan(self.customers["anchor"], 0, "own")
        self._plan(self.customers["anchor"], 1, "own")
        self._plan(contact, -1, "own")
        self._plan(self.customers["anchor"], -3, "own").action_done()
        self._plan(self.customers["anchor"], -3, "all")
        self._plan(self.customers["cellar"], -3, "own")
        self._plan(self._customer("Nobody's"), -3, "own")
        self.assertFigures(
            self._load("own") + self._load("own", self.abroad) + self._load("all"),
            [
                {"due_count": 2, "overdue_count": 1},
                {"due_count": 1, "overdue_count": 0},
                {"due_count": 0, "overdue_count": 0},
            ],
        )
        action = self._load("own", user="own").action_open_due()
        found = self._as("own", model="mail.activity").search(action["domain"])
        self.assertEqual(sorted(found.mapped("res_name")), ["anchor", "bridge, Ann"])

    def test_today_is_the_day_of_the_company(self):
        self._plan(self.customers["anchor"], 0, "own").date_deadline = "2026-05-20"
        load = self._load("own")
        with freeze_time("2026-05-21 00:30:00"):
            for zone, overdue in (("Europe/Brussels", 1), ("America/New_York", 0)):
                self.company.partner_id.tz = zone
                load.invalidate_model()
                self.assertEqual(load.with_context(tz="Pacific/Auckland").overdue_count, overdue, zone)

    def test_the_limit_in_force(self):
        for own, company, limit, capacity in [
            (0, 0, False, False),
            (0, 1, 1, "full"),
            (2, 1, 2, "free"),
            (1, 9, 1, "full"),
            (0, 2, 2, "free"),
        ]:
            with self.subTest(own=own, company=company):
                self.users["own"].key_account_limit = own
                self.company.key_account_limit = company
                self.assertFigures(
                    self._load("own"),
                    [{"key_account_limit": limit, "capacity": capacity, "is_over_limit": False, "own_limit": own}],
                )
        self.customers["cellar"].user_id = self.users["own"]
        self.company.key_account_limit = 1
        self.assertFigures(self._load("own"), [{"capacity": "over", "is_over_limit": True}])
        self.assertFigures(self._load(""), [{"capacity": False, "is_over_limit": False, "key_account_limit": False}])
        over = self.env[MODEL].search([("is_over_limit", "=", True), ("company_id", "=", self.company.id)])
        self.assertEqual(over.account_manager_id, self.users["own"])

    def test_who_leaves_and_who_has_left(self):
        user = self.users["own"]
        for days, presence in [(1, "leaving"), (0, "leaving"), (-1, "left"), (None, False)]:
            user.key_account_leave_date = days is not None and self.today + timedelta(days=days)
            self.assertFigures(self._load("own"), [{"presence": presence}])
        user.active = False
        self.assertFigures(self._load("own"), [{"presence": "left"}])
        self.assertFigures(self._load(""), [{"presence": False}])

    def test_who_sees_which_rows(self):
        rows = {
            role: {(load.company_id, load.account_manager_id) for load in self._as(role, self.company).search([])}
            for role in SELLERS
        }
        own, other, nobody = (
            (self.company, self.users.get(role, self.env["res.users"])) for role in ("own", "all", "")
        )
        self.assertEqual(rows, {"own": {own}, "all": {own, other, nobody}, "manager": {own, other, nobody}})
        both = self._as("own", self.company, self.abroad).search([])
        self.assertEqual(both.company_id, self.company + self.abroad)
        for role in set(ROLES) - set(SELLERS):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role).search([])

    def test_a_sales_administrator_sets_last_day_and_limit(self):
        load = self._load("own", user="manager")
        self.assertFalse(self.users["manager"].has_group("base.group_erp_manager"))
        saved = load.web_save({"leave_date": "2026-06-01", "own_limit": 1}, {"leave_date": {}, "key_account_limit": {}})
        self.assertEqual((saved[0]["leave_date"], saved[0]["key_account_limit"]), (date(2026, 6, 1), 1))
        self.assertFigures(self.users["own"], [{"key_account_leave_date": date(2026, 6, 1), "key_account_limit": 1}])
        with Form(load) as form:
            form.leave_date = False
        self.assertFalse(self.users["own"].key_account_leave_date)

    def test_nobody_else_and_nothing_else_is_set(self):
        for role, field, value in [
            ("own", "own_limit", 3),
            ("all", "leave_date", "2026-06-01"),
            ("manager", "customer_count", 3),
            ("manager", "account_manager_id", False),
        ]:
            with (
                self.subTest(role=role, field=field),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                self._load("own", user=role).write({field: value})
        with self.assertRaisesRegex(UserError, "Nobody looks after"):
            self._load("", user="manager").write({"own_limit": 3})
        hidden = self._as("manager").browse(self._load("own", self.abroad).id)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            hidden.write({"own_limit": 3})
        self.assertFigures(self.users["own"], [{"key_account_limit": 0, "key_account_leave_date": False}])

    @mute_logger("odoo.sql_db")
    def test_a_limit_is_not_negative(self):
        for record in (self.users["own"], self.company):
            with self.subTest(record=record), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                record.key_account_limit = -1
                record.flush_recordset()

    def test_who_may_know_when_a_colleague_leaves(self):
        self.users["all"].key_account_leave_date = "2026-06-01"
        user = self.users["all"]
        self.assertEqual(user.with_user(self.users["all"]).key_account_leave_date, date(2026, 6, 1))
        for role in ("own", "employee"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                user.with_user(self.users[role]).read(["key_account_leave_date"])

    def test_the_settings_of_the_company(self):
        self.env["res.config.settings"].create({"key_account_limit": 7}).execute()
        self.assertEqual(self.company.key_account_limit, 7)
        arch = self.env["res.config.settings"].get_view(view_type="form")["arch"]
        self.assertIn('name="key_account_limit"', arch)

    def test_the_user_form_shows_them_to_sales_administrators_alone(self):
        for groups, is_shown in [
            ("base.group_system", False),
            ("base.group_system,sales_team.group_sale_manager", True),
        ]:
            user = new_test_user(self.env, f"settings_{is_shown}", groups)
            arch = self.env["res.users"].with_user(user).get_view(self.env.ref("base.view_users_form").id)["arch"]
            for name in ("key_account_limit", "key_account_leave_date"):
                self.assertEqual(f'name="{name}"' in arch, is_shown)

    def test_customers_and_hand_over_open_what_is_counted(self):
        self.customers["bridge"].active = False
        load = self._load("own", user="all")
        action = load.action_open_customers()
        self.assertEqual(self._as("all", model=action["res_model"]).search_count(action["domain"]), load.customer_count)
        action = load.action_hand_over()
        wizard = Form(self._as("all", model=action["res_model"]).with_context(**action["context"]))
        self.assertEqual(len(wizard.profile_ids), load.key_account_count)
        action = self._load("", user="all").action_hand_over()
        self.assertEqual(action["context"]["default_profile_ids"], [Command.set(self._profiles("dock").ids)])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self._load("own", user="own").action_hand_over()

    def _profiles(self, *names):
        return self._live([self.customers[name] for name in names])

    def test_the_rows_are_grouped_and_summed(self):
        groups = self._as("all").formatted_read_group(
            [], ["capacity"], ["__count", "key_account_count:sum", "revenue_12m:sum"]
        )
        self.assertEqual(sum(group["__count"] for group in groups), 3)
        self.assertEqual(sum(group["key_account_count:sum"] for group in groups), 3)
        self.assertEqual(sum(group["revenue_12m:sum"] for group in groups), 995)


@tagged("post_install", "-at_install")
class TestAssigning(LoadCase):
    def _wizard(self, *names, role="all"):
        profiles = self._live([self.customers[name] for name in names])
        return Form(self._as(role, model="key.account.assign").with_context(active_ids=profiles.ids))

    def test_it_says_how_many_there_are_and_would_be(self):
        own = self.users["own"]
        wizard = self._wizard("cellar", "dock", "anchor")
        self.assertFalse(wizard.load_message)
        wizard.user_id = own
        self.assertEqual(wizard.load_message, f"Key accounts of {own.name}: 1 now, 3 with these.")
        self.assertFalse(wizard.is_over_limit)
        for limit, is_over in ((3, False), (2, True)):
            own.key_account_limit = limit
            wizard = self._wizard("cellar", "dock", "anchor")
            wizard.user_id = own
            self.assertEqual(
                wizard.load_message, f"Key accounts of {own.name}: 1 now, 3 with these. The limit is {limit}."
            )
            self.assertEqual(wizard.is_over_limit, is_over)
        wizard.save().action_assign()
        self.assertFigures(self._load("own"), [{"key_account_count": 3, "is_over_limit": True}])

    def test_who_is_no_key_account_takes_no_room(self):
        self.users["all"].key_account_limit = 1
        wizard = self._wizard("bridge")
        wizard.user_id = self.users["all"]
        self.assertIn("1 now, 1 with these", wizard.load_message)
        self.assertFalse(wizard.is_over_limit)

    def test_each_company_is_told_apart(self):
        anchors = self.profiles.search([("partner_id", "=", self.customers["anchor"].id)])
        self.users["all"].company_ids += self.abroad
        self.abroad.key_account_limit = 5
        wizards = self._as("all", self.company, self.abroad, model="key.account.assign")
        wizard = Form(wizards.with_context(active_ids=anchors.ids))
        wizard.user_id = self.users["all"]
        name = self.users["all"].name
        self.assertEqual(
            set(wizard.load_message.split("\n")),
            {
                f"Key accounts of {name} (Segmented Ltd): 1 now, 2 with these.",
                f"Key accounts of {name} (Abroad Ltd): 0 now, 1 with these. The limit is 5.",
            },
        )

    def test_it_warns_of_who_is_about_to_leave(self):
        wizard = self._wizard("cellar")
        wizard.user_id = self.users["own"]
        self.assertFalse(wizard.leave_message)
        self.users["own"].key_account_leave_date = "2026-06-01"
        wizard = self._wizard("cellar")
        wizard.user_id = self.users["own"]
        self.assertEqual(wizard.leave_message, f"The last day of {self.users['own'].name} is Jun 1, 2026.")

    def test_who_cannot_look_after_customers_is_refused(self):
        gone = create_user(self.env, "gone", ROLES["own"], self.company)
        gone.active = False
        stranger = create_user(self.env, "stranger", ROLES["own"], self.abroad)
        profile = self._live([self.customers["cellar"]])
        for user, sentence in [
            (gone, "archived"),
            (self.users["portal"], "is a portal user"),
            (stranger, "may not see Segmented Ltd"),
        ]:
            wizards = self._as("all", model="key.account.assign")
            with self.subTest(user=user.login, by="wizard"), self.assertRaisesRegex(ValidationError, sentence):
                wizards.create({"profile_ids": profile.ids, "user_id": user.id})
            with self.subTest(user=user.login, by="profile"), self.assertRaisesRegex(ValidationError, sentence):
                profile.with_user(self.users["all"]).write({"account_manager_id": user.id})

    def test_many_customers_are_a_number(self):
        partners = [self._customer(f"Many {number}") for number in range(21)]
        for partner in partners:
            self.customers[partner.name] = partner
            self._profile(partner.name, self.company)
        names = [partner.name for partner in partners]
        for shown, are_named in ((names[1:], True), (names, False)):
            wizard = self._wizard(*shown)
            self.assertEqual((wizard.profile_count, wizard.are_named), (len(shown), are_named))

    def test_back_to_the_salespersons(self):
        profile = self._live([self.customers["cellar"]])
        profile.account_manager_id = self.users["manager"]
        wizard = self._wizard("cellar")
        self.assertFalse(wizard.load_message)
        wizard.save().action_assign()
        self.assertEqual(profile.account_manager_id, self.users["all"])

    def test_handing_over_asks_for_somebody(self):
        action = self._load("own", user="all").action_hand_over()
        wizards = self._as("all", model="key.account.assign").with_context(**action["context"])
        wizard = Form(wizards, view=self.env["ir.ui.view"].browse(action["views"][0][0]))
        with self.assertRaises(AssertionError):
            wizard.save()
        wizard.user_id = self.users["manager"]
        wizard.save().action_assign()
        self.assertEqual(self._load("manager").key_account_count, 1)
        self.assertEqual(self._load("own").key_account_count, 0)
