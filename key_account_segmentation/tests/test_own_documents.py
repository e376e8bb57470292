# SPDX-License-Identifier: LGPL-3.0-only
"""Own Documents Only is a lock: who sees only their own customers does not let themselves in."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KeyAccountPostingCase
from .roles import create_user, create_users
from .test_stale import StaleMixin

NOISE = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")


class LockCase(StaleMixin, KeyAccountPostingCase):
    """``own`` looks after Mine, ``all`` after Theirs, nobody after Nobody's: 100, 5,000 and 900 were invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.users["clerk"] = create_user(
            cls.env, "key_account_clerk", "base.group_user,base.group_partner_manager", cls.company
        )
        for role in ("own", "all"):
            # as every user has by default, and merging needs
            cls.users[role].group_ids += cls.env.ref("base.group_partner_manager")
        cls.mine = cls._customer("Mine", user_id=cls.users["own"].id, email="one@example.com")
        cls.theirs = cls._customer("Theirs", user_id=cls.users["all"].id, email="one@example.com")
        cls.nobodys = cls._customer("Nobody's", email="one@example.com")
        for partner, amount in [(cls.mine, 100), (cls.theirs, 5000), (cls.nobodys, 900)]:
            cls._post(partner, Date.today(), amount)
        cls._night(cls)
        cls.env["key.account.stale"].search([]).unlink()
        cls.env.flush_all()

    def _night(self):
        self.env.flush_all()
        self.env["key.account.run"].refresh_all(self.company)
        self.env.invalidate_all()

    def _profile(self, partner):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.profiles.search([("company_id", "=", self.company.id), ("partner_id", "=", partner.id)])

    def _seen(self, role="own"):
        """Customer -> revenue, as far as the role sees it: on the profile and by the link of the contact."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self._as(role, self.profiles).search_read([], ["partner_id", "revenue_12m"])
        seen = {row["partner_id"][1]: row["revenue_12m"] for row in rows}
        partners = self._as(role, self.env["res.partner"]).search([("key_account_revenue_12m", "!=", False)])
        partners = partners.filtered(lambda partner: partner == partner.commercial_partner_id)
        linked = {partner.name: partner.key_account_revenue_12m for partner in partners}
        self.assertLessEqual(linked.items(), seen.items())
        return seen

    def _changes(self, partner):
        """Account manager of before, of after, why, by whom."""
        changes = self._profile(partner).transition_ids.filtered(lambda change: change.what == "manager")
        return [(it.old_label, it.new_label, it.cause, it.user_id.login or "") for it in changes.sorted("id")]

    def assertRefused(self, action, error=AccessError, message=""):
        with self.assertRaisesRegex(error, message), mute_logger(*NOISE), self.env.cr.savepoint():
            action()
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestSalesperson(LockCase):
    """Who changes the salesperson of a contact, and when the account manager follows."""

    def test_writing_oneself_as_salesperson_shows_nothing(self):
        for partner in (self.theirs, self.nobodys):
            manager = self._profile(partner).account_manager_id
            before = partner.user_id
            as_own = self._as("own", partner)
            as_own.user_id = self.users["own"]
            self.assertEqual(self._seen(), {"Mine": 100})
            self._as("own", self._profile(self.mine)).action_refresh()
            self._run_cron()
            self.assertEqual(self._seen(), {"Mine": 100})
            as_own.user_id = before
            self.assertEqual(self._seen(), {"Mine": 100})
            self.assertFalse(self._profile(partner).claimed_by_id)
            self.assertEqual(self._profile(partner).account_manager_id, manager)
            self.assertEqual(self._changes(partner), [])

    def test_writing_oneself_as_salesperson_does_not_count_at_night(self):
        self._as("own", self.theirs + self.nobodys).user_id = self.users["own"]
        self._night()
        self._night()
        self.assertEqual(self._seen(), {"Mine": 100})
        self.assertEqual(self._profile(self.theirs).claimed_by_id, self.users["own"])

    def test_nobody_lets_a_colleague_in(self):
        twin = create_user(self.env, "twin", "sales_team.group_sale_salesman", self.company)
        self.users["twin"] = twin
        self._as("own", self.theirs).user_id = twin
        self._night()
        self.assertEqual(self._seen("twin"), {})
        self.assertEqual(self._profile(self.theirs).account_manager_id, self.users["all"])

    def test_an_import_is_no_way_in(self):
        xml_id = self.theirs.export_data(["id"])["datas"][0][0]
        self.env.flush_all()
        data = [[xml_id, self.users["own"].id]]
        result = self._as("own", self.env["res.partner"]).load(["id", "user_id/.id"], data)
        self.assertFalse(result["messages"])
        self.assertEqual(self.theirs.user_id, self.users["own"])
        self._night()
        self.assertEqual(self._seen(), {"Mine": 100})

    def test_the_salesperson_of_a_company_above_is_no_way_in(self):
        person = self._customer("Person", is_company=False)
        self._post(person, Date.today(), 700)
        self._night()
        as_own = self._as("own", person)
        as_own.parent_id = self.mine
        as_own.parent_id = False
        self.assertEqual(person.user_id, self.users["own"])
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": 100})
        self.assertEqual(self._profile(person).claimed_by_id, self.users["own"])
        self._post(person, Date.today(), 300)
        self._night()
        self.assertNotIn("Person", self._seen())
        self.assertEqual(self._profile(person).claimed_by_id, self.users["own"])

    def test_all_documents_confirms_what_was_asked_for(self):
        self._as("own", self.theirs).user_id = self.users["own"]
        profile = self._as("all", self._profile(self.theirs))
        self.assertIn("asks to look after this customer", profile.claim)
        self.assertEqual(self._as("all", self.profiles).search([("claimed_by_id", "!=", False)]), profile)
        profile.action_confirm_claim()
        self.assertEqual(self._seen(), {"Mine": 100, "Theirs": 5000})
        own, all_ = (self.users[role].name for role in ("own", "all"))
        self.assertEqual(self._changes(self.theirs), [(all_, own, "hand", self.users["all"].login)])
        self.assertFalse(self._profile(self.theirs).claim)
        self.theirs.user_id = self.users["all"]
        self.assertEqual(self._seen(), {"Mine": 100})

    def test_all_documents_leaves_it_as_it_is(self):
        self._as("own", self.theirs).user_id = self.users["own"]
        self._as("all", self._profile(self.theirs)).action_refuse_claim()
        self._night()
        self.assertEqual(self.theirs.user_id, self.users["all"])
        self.assertFalse(self._profile(self.theirs).claimed_by_id)
        self.assertEqual(self._seen(), {"Mine": 100})

    def test_naming_the_present_manager_is_an_answer_too(self):
        self._as("own", self.theirs).user_id = self.users["own"]
        self._as("all", self._profile(self.theirs)).account_manager_id = self.users["all"]
        self._night()
        self.assertFalse(self._profile(self.theirs).claimed_by_id)
        self.assertEqual(self._seen(), {"Mine": 100})

    def test_only_all_documents_decides(self):
        self._as("own", self.theirs).user_id = self.users["own"]
        for role in ("own", "invoicing", "clerk"):
            for button in ("action_confirm_claim", "action_refuse_claim"):
                profile = self._as(role, self._profile(self.theirs))
                self.assertRefused(lambda profile=profile, button=button: getattr(profile, button)())
        self._as("own", self.mine).user_id = self.users["own"]
        self.assertRefused(lambda: self._as("own", self._profile(self.mine)).action_confirm_claim())
        self.assertRefused(lambda: self._as("own", self._profile(self.mine)).read(["claimed_by_id"]))

    def test_who_gives_a_customer_away_has_lost_it(self):
        as_own = self._as("own", self.mine)
        as_own.user_id = self.users["all"]
        self.assertEqual(self._seen(), {})
        own, all_ = (self.users[role].name for role in ("own", "all"))
        self.assertEqual(self._changes(self.mine), [(own, all_, "contact", self.users["own"].login)])
        as_own.user_id = self.users["own"]
        self._night()
        self.assertEqual(self._seen(), {})

    def test_all_documents_and_the_module_itself_count_at_once(self):
        self._as("all", self.nobodys).user_id = self.users["own"]
        self.assertEqual(self._seen(), {"Mine": 100, "Nobody's": 900})
        self.theirs.user_id = self.users["own"]
        self.assertEqual(self._seen(), {"Mine": 100, "Nobody's": 900, "Theirs": 5000})
        own, all_ = (self.users[role].name for role in ("own", "all"))
        self.assertEqual(self._changes(self.nobodys), [("Nobody", own, "contact", self.users["all"].login)])
        self.assertEqual(self._changes(self.theirs), [(all_, own, "contact", "")])

    def test_who_has_no_right_on_sales_waits_for_the_night(self):
        self._as("clerk", self.theirs).user_id = self.users["own"]
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": 100})
        self._night()
        self.assertEqual(self._seen(), {"Mine": 100, "Theirs": 5000})
        own, all_ = (self.users[role].name for role in ("own", "all"))
        self.assertEqual(self._changes(self.theirs), [(all_, own, "contact", "")])

    def test_a_new_customer_is_looked_after_by_who_made_the_contact(self):
        partner = self._as("own", self.env["res.partner"]).create(
            {"name": "Fresh", "is_company": True, "user_id": self.users["own"].id}
        )
        self._post(partner.with_env(self.env), Date.today(), 5)
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": 100, "Fresh": 5})
        self.assertEqual(self._changes(partner), [])

    def test_a_salesperson_without_a_right_on_sales_is_no_account_manager(self):
        self.nobodys.user_id = self.users["clerk"]
        self.assertFalse(self._profile(self.nobodys).account_manager_id)
        fresh = self._customer("Fresh", user_id=self.users["clerk"].id)
        self._post(fresh, Date.today(), 5)
        self._night()
        self.assertFalse((self._profile(self.nobodys) + self._profile(fresh)).account_manager_id)
        self.assertFalse(
            self.env["key.account.refresh"]
            ._ensure_profiles(self.company, self._customer("New", user_id=self.users["clerk"].id))
            .account_manager_id
        )
        self.users["clerk"].group_ids += self.env.ref("sales_team.group_sale_salesman")
        self._night()
        self.assertEqual(self._profile(fresh).account_manager_id, self.users["clerk"])

    def test_who_has_no_right_on_sales_is_not_assigned(self):
        profile = self._as("all", self._profile(self.nobodys))
        wizards = self._as("all", self.env["key.account.assign"])
        for role in ("clerk", "invoicing"):
            named = self.users[role].id
            for assign in (
                lambda named=named: profile.write({"account_manager_id": named}),
                lambda named=named: wizards.create({"profile_ids": profile.ids, "user_id": named}).action_assign(),
            ):
                with self.subTest(role=role):
                    self.assertRefused(assign, UserError, "no right on Sales")

    def test_changes_of_the_manager_are_seen_by_who_sees_the_customer(self):
        self._as("all", self._profile(self.theirs)).account_manager_id = self.users["own"]
        self._as("own", self._profile(self.mine)).account_manager_id = self.users["all"]
        changes = self._as("own", self.env["key.account.transition"]).search([("what", "=", "manager")])
        self.assertEqual(changes.partner_id, self.theirs)
        self.assertEqual((changes.old_label, changes.new_label), (self.users["all"].name, self.users["own"].name))

    def test_snapshots_belong_to_who_looks_after_the_customer(self):
        self._as("own", self.theirs).user_id = self.users["own"]
        fresh = self._customer("Fresh", user_id=self.users["clerk"].id)
        self._post(fresh, "2024-06-01", 5)
        self._post(self.theirs, "2024-06-01", 5)
        theirs, fresh = self._look_back("2024-12-31", self.theirs, fresh)
        self.assertEqual(theirs.account_manager_id, self.users["all"])
        self.assertFalse(fresh.account_manager_id)

    def test_nobody_writes_the_confirmed_salesperson(self):
        for role in ("own", "all", "manager"):
            profile = self._as(role, self._profile(self.mine))
            for name in ("salesperson_id", "claimed_by_id", "assigned_manager_id"):
                self.assertRefused(lambda profile=profile, name=name: profile.write({name: self.users["own"].id}))


@tagged("post_install", "-at_install")
class TestMoving(LockCase):
    """Moving a customer below one's own tells nothing before the night."""

    def _figures_told(self):
        """All that ``own`` reads of Mine: figures, chart and explanation."""
        self._run_cron()
        profile = self._as("own", self._profile(self.mine))
        profile.action_refresh()
        profile.write({"wallet_size": 5})
        self._run_cron()
        self.env.invalidate_all()
        return [
            profile.revenue_12m,
            profile.revenue_lifetime,
            profile.months_chart,
            profile.explanation,
            profile.next_step,
        ]

    def assertNothingMarked(self):
        self.assertFalse(self.env["key.account.stale"].search([("company_number", "in", [0, self.company.id])]))

    def assertToldAtNight(self, revenue=5100):
        told = self._figures_told()
        self.assertEqual(told[:3], [100, 100, False])
        self.assertIn("coming night", told[3])
        self.assertNotIn("5", str(told[3:]))
        self.assertEqual(self._seen(), {"Mine": 100})
        self._night()
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": revenue})
        self.assertTrue(self._profile(self.mine).months_chart)
        self.assertNothingMarked()

    def test_below_ones_own_customer(self):
        self._as("own", self.theirs).write({"parent_id": self.mine.id, "is_company": False})
        self.assertToldAtNight()

    def test_by_what_a_company_is(self):
        self.theirs.parent_id = self.mine
        self._run_cron()
        self._as("own", self.theirs).company_type = "person"
        self.assertToldAtNight()

    def test_by_the_commercial_partner_itself(self):
        self._as("own", self.theirs).write({"commercial_partner_id": self.mine.id})
        told = self._figures_told()
        self.assertEqual(told[:3], [100, 100, False])
        self.assertEqual(self._seen(), {"Mine": 100})

    def test_below_a_new_company(self):
        person = self._customer("Person", is_company=False)
        self._post(person, Date.today(), 700)
        self._night()
        self._run_cron()
        values = {"name": "Above", "is_company": True, "user_id": self.users["own"].id}
        above = self._as("own", self.env["res.partner"]).create(values)
        self._as("own", person).parent_id = above
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": 100})
        self._night()
        self.assertEqual(self._seen(), {"Mine": 100, "Above": 700})

    def test_merging(self):
        wizard = self._as("own", self.env["base.partner.merge.automatic.wizard"]).create({})
        wizard._merge([self.mine.id, self.theirs.id], self._as("own", self.mine))
        self.assertToldAtNight()

    def test_what_was_said_and_is_to_be_done_goes_along_at_night(self):
        theirs = self._profile(self.theirs)
        theirs.write({"manual_category": "client", "manual_category_reason": "Because"})
        self.env["key.account.feedback"].create({"partner_id": self.theirs.id, "name": "Said"})
        self.env["key.account.play"].create({"profile_id": theirs.id, "name": "Played"})
        due = {"profile_id": theirs.id, "kind": "review", "summary": "Look again", "reason": "100% is overdue"}
        self.env["key.account.follow.up"].create(due)
        theirs.account_manager_id = self.users["manager"]
        self.env["key.account.stale"].search([]).unlink()
        told = ("key.account.feedback", "key.account.play", "key.account.follow.up", "key.account.transition")
        wizard = self._as("own", self.env["base.partner.merge.automatic.wizard"]).create({})
        wizard._merge([self.mine.id, self.theirs.id], self._as("own", self.mine))
        self._run_cron()
        for model in told:
            self.assertFalse(self._as("own", self.env[model]).search([]), model)
            self.assertTrue(self._as("all", self.env[model]).search([]), model)
        self._night()
        for model in told:
            self.assertTrue(self._as("own", self.env[model]).search([]), model)

    def test_merging_is_no_way_to_become_account_manager(self):
        self._profile(self.mine).account_manager_id = self.users["own"]
        self.mine.user_id = False
        self._profile(self.mine).account_manager_id = self.users["own"]
        for partner in (self.theirs, self.nobodys):
            with self.subTest(partner=partner.name):
                source = self._customer("Source", user_id=self.users["own"].id, email="one@example.com")
                self._post(source, Date.today(), 1)
                self._run_cron()
                self._profile(source).account_manager_id = self.users["all"]
                self._profile(source).account_manager_id = self.users["own"]
                wizard = self._as("own", self.env["base.partner.merge.automatic.wizard"]).create({})
                wizard._merge([source.id, partner.id], self._as("own", partner))
                self._night()
                self.assertEqual(self._seen(), {"Mine": 100})

    def test_merging_into_a_contact_of_ones_own_without_invoices(self):
        empty = self._customer("Empty", user_id=self.users["own"].id, email="one@example.com")
        wizard = self._as("own", self.env["base.partner.merge.automatic.wizard"]).create({})
        wizard._merge([empty.id, self.theirs.id], self._as("own", empty))
        self._run_cron()
        self._night()
        self.assertEqual(self._seen(), {"Mine": 100})
        self.assertEqual(self._profile(empty).account_manager_id, self.users["all"])
        self.assertEqual(self._profile(empty).claimed_by_id, self.users["own"])

    def test_an_invoice_of_a_customer_who_waits_is_not_lost(self):
        self._as("own", self.theirs).write({"parent_id": self.mine.id, "is_company": False})
        self._post(self.mine, Date.today(), 30)
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": 100})
        self._night()
        self._run_cron()
        self.assertEqual(self._seen(), {"Mine": 5130})
        self.assertNothingMarked()

    def test_who_sees_all_customers_moves_them_at_once(self):
        for role in ("all", "manager"):
            with self.subTest(role=role), self.env.cr.savepoint() as savepoint:
                self._as(role, self.theirs).write({"parent_id": self.mine.id, "is_company": False})
                self._run_cron()
                self.assertEqual(self._seen(), {"Mine": 5100})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_refreshing_says_why_nothing_happens(self):
        self._as("own", self.theirs).write({"parent_id": self.mine.id, "is_company": False})
        action = self._as("own", self._profile(self.mine)).action_refresh()
        self.assertIn("coming night", action["params"]["message"])


@tagged("post_install", "-at_install")
class TestOverriding(LockCase):
    """A colleague's customer is overridden by the colleague alone."""

    VALUES = {"manual_category": "client", "manual_category_reason": "Because"}

    def setUp(self):
        super().setUp()
        groups = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
        self.twin = create_user(self.env, "twin", groups, self.company)
        self.users["twin"] = self.twin
        self.profile = self._as("twin", self._profile(self.mine))

    def assertNotOverridden(self, message="yourself"):
        self.assertRefused(lambda: self.profile.write(self.VALUES), message=message)
        self.assertRefused(lambda: self.profile.action_judge(), message=message)

    def test_not_in_one_write_and_not_in_three(self):
        self.assertNotOverridden("Only the account manager of")
        self.assertRefused(lambda: self.profile.write({"account_manager_id": self.twin.id, **self.VALUES}))
        self.profile.account_manager_id = self.twin
        self.assertNotOverridden()
        self.assertRefused(lambda: self.profile.write({"account_manager_id": self.users["own"].id, **self.VALUES}))

    def test_not_by_way_of_nobody(self):
        contact = self._as("twin", self.mine)
        contact.user_id = False
        self.assertFalse(self._profile(self.mine).account_manager_id)
        self.assertNotOverridden()
        self.profile.account_manager_id = self.twin
        self.assertNotOverridden()
        contact.user_id = self.twin
        self.assertNotOverridden()

    def test_not_by_way_of_a_merge(self):
        source = self._customer("Source", user_id=self.twin.id, email="one@example.com")
        wizard = self._as("twin", self.env["base.partner.merge.automatic.wizard"]).create({})
        wizard._merge([source.id, self.mine.id], self._as("twin", source))
        self._run_cron()
        self.profile = self._as("twin", self._profile(source))
        self.assertNotOverridden()

    def test_who_was_named_by_somebody_else_overrides(self):
        self.profile.account_manager_id = self.twin
        self._as("manager", self._profile(self.mine)).account_manager_id = self.twin
        self.profile.write(self.VALUES)
        self.assertEqual(self._changes(self.mine)[-1][:2], (self.twin.name, self.twin.name))

    def test_who_gets_it_from_the_account_manager_overrides(self):
        self._as("own", self._profile(self.mine)).account_manager_id = self.twin
        self.profile.write(self.VALUES)

    def test_a_customer_of_nobody_and_one_of_who_has_left_are_free(self):
        nobodys = self._as("twin", self._profile(self.nobodys))
        nobodys.account_manager_id = self.twin
        nobodys.write(self.VALUES)
        self.profile.account_manager_id = self.twin
        self.users["own"].active = False
        self.profile.write(self.VALUES)

    def test_nobody_overrides_and_gives_away_in_one_go(self):
        mine = self._as("own", self._profile(self.mine))
        self.assertRefused(lambda: mine.write({"account_manager_id": self.twin.id, **self.VALUES}))
