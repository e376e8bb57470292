# SPDX-License-Identifier: LGPL-3.0-only
"""Acting on customers: playbooks are started once, for the right person, and letters go to the right address."""

from unittest import SkipTest

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .roles import create_user, create_users

TODAY = "2026-03-31"


class PlayCase(KeyAccountCase):
    """A pillar and a passer-by, each with an account manager; and one who has no place in the matrix."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.pillar = cls._customer("Steady Brewery", user_id=cls.users["own"].id, email="brewery@example.com")
        cls.passer = cls._customer("Once Upon a Fair", user_id=cls.users["all"].id)
        cls.stranger = cls._customer("First Order Ltd")
        today = Date.today()
        month = Date.start_of(today, "month")
        cls._insert_documents(
            [(cls.pillar, "out_invoice", Date.subtract(month, months=back), 1000) for back in range(1, 13)]
            + [(cls.passer, "out_invoice", Date.subtract(month, months=back), 10) for back in (5, 14)]
            + [(cls.stranger, "out_invoice", today, 500)]
        )
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.policy = cls.company.key_account_policy_id
        cls.quadrants = {quadrant.place: quadrant for quadrant in cls.policy.quadrant_ids}
        cls.plan = cls.quadrants["high_high"].plan_id

    def _profile(self, *partners, role="manager"):
        profiles = self._live(partners)
        return profiles.with_user(self.users[role]).with_context(allowed_company_ids=self.company.ids)

    def _plays(self, partner):
        return self.env["key.account.play"].search([("profile_id.partner_id", "=", partner.id)])


@tagged("post_install", "-at_install")
class TestPlaybooks(PlayCase):
    def test_each_quadrant_of_a_new_company_has_a_playbook_of_contacts(self):
        plans = self.policy.quadrant_ids.plan_id
        self.assertEqual(len(plans), 6)
        self.assertEqual(set(plans.mapped("res_model")), {"res.partner"})
        self.assertTrue(all(plan.template_ids for plan in plans))

    def test_the_account_manager_gets_the_activities_of_the_quadrant(self):
        self.assertEqual(self._profile(self.pillar).quadrant_id, self.quadrants["high_high"])
        self._profile(self.pillar).action_start_playbook()
        activities = self.pillar.activity_ids
        self.assertEqual(activities.mapped("summary"), self.plan.template_ids.mapped("summary"))
        self.assertEqual(activities.user_id, self.users["own"])
        play = self._plays(self.pillar)
        self.assertEqual(play.activity_ids, activities)
        self.assertEqual((play.name, play.plan_id, play.user_id), (self.plan.name, self.plan, self.users["own"]))
        self.assertTrue(play.is_open)
        self.assertEqual(self._profile(self.pillar).open_play_count, 1)

    def test_a_customer_without_account_manager_falls_to_who_answers_for_the_quadrant(self):
        self.pillar.user_id = False
        self.quadrants["high_high"].responsible_id = self.users["all"]
        self._profile(self.pillar).action_start_playbook()
        self.assertEqual(self.pillar.activity_ids.user_id, self.users["all"])

    def test_or_else_to_who_starts_it(self):
        self.pillar.user_id = False
        self._profile(self.pillar).action_start_playbook()
        self.assertEqual(self.pillar.activity_ids.user_id, self.users["manager"])

    def test_each_customer_gets_the_playbook_of_its_own_quadrant(self):
        message = self._profile(self.pillar, self.passer).action_start_playbook()["params"]
        self.assertEqual(self._plays(self.pillar).quadrant_id.place, "high_high")
        self.assertNotEqual(self._plays(self.passer).plan_id, self.plan)
        self.assertIn("Steady Brewery", message["title"])
        self.assertEqual((message["type"], message["message"]), ("success", ""))

    def test_never_twice_while_one_is_open_also_when_it_is_overdue(self):
        self._profile(self.pillar).action_start_playbook()
        self.pillar.activity_ids.date_deadline = "2020-01-01"
        with self.assertRaisesRegex(UserError, "Already open for Steady Brewery"):
            self._profile(self.pillar, role="own").action_start_playbook()
        self.assertEqual(len(self._plays(self.pillar)), 1)

    def test_again_once_all_of_it_is_done_or_deleted(self):
        self._profile(self.pillar).action_start_playbook()
        first, *others = self.pillar.activity_ids
        first.action_feedback(feedback="They are content")
        self.assertTrue(self._plays(self.pillar).is_open)
        for activity in others:
            activity.unlink()
        self.assertFalse(self._plays(self.pillar).is_open)
        self._profile(self.pillar).action_start_playbook()
        self.assertEqual(self._plays(self.pillar).mapped("is_open"), [True, False])

    def test_who_cannot_be_started_is_named_and_the_others_are_started(self):
        self._profile(self.pillar).action_start_playbook()
        self.policy.quadrant_ids.filtered(
            lambda it: it.place == self._profile(self.stranger).quadrant_id.place
        ).plan_id = False
        self.profiles.browse(self._profile(self.stranger).id)
        message = self._profile(self.pillar, self.passer, self.stranger).action_start_playbook()["params"]
        self.assertEqual(message["type"], "warning")
        self.assertIn("Already open for Steady Brewery", message["message"])
        self.assertIn("First Order Ltd", message["message"])
        self.assertTrue(self._plays(self.passer).is_open)
        self.assertFalse(self._plays(self.stranger))

    def test_a_customer_without_quadrant(self):
        profile = self._profile(self.pillar)
        profile.sudo().quadrant_id = False
        with self.assertRaisesRegex(UserError, "In no quadrant.*Steady Brewery"):
            profile.action_start_playbook()

    def test_a_playbook_without_steps(self):
        self.quadrants["high_high"].plan_id = self.env["mail.activity.plan"].create(
            {"name": "Empty", "res_model": "res.partner"}
        )
        with self.assertRaisesRegex(UserError, "“Pillars” has no playbook with activities .Steady Brewery."):
            self._profile(self.pillar).action_start_playbook()
        self.assertFalse(self.pillar.activity_ids)

    def test_a_playbook_of_something_else_than_contacts(self):
        plan = self.env["mail.activity.plan"].create({"name": "Of leads", "res_model": "crm.lead"})
        with self.assertRaisesRegex(ValidationError, "“Of leads” is a plan for .*not for contacts"):
            self.quadrants["high_high"].plan_id = plan

    def test_nothing_selected(self):
        with self.assertRaisesRegex(UserError, "Select the customers first"):
            self.profiles.with_user(self.users["manager"]).action_start_playbook()

    def test_a_step_for_an_archived_user_goes_to_the_account_manager_and_is_named(self):
        """Started for two customers, it is said once."""
        away = create_user(self.env, "kas_away", "base.group_user", self.company)
        self.passer.user_id = self.users["own"]
        profiles = self._profile(self.pillar, self.passer)
        profiles.sudo().quadrant_id = self.quadrants["high_high"]
        step = self.plan.template_ids[0]
        step.write({"responsible_type": "other", "responsible_id": away.id})
        away.action_archive()
        message = profiles.action_start_playbook()["params"]
        self.assertEqual(message["type"], "warning")
        self.assertEqual(
            message["message"],
            f"The step “{step.summary}” is for {away.name}, who is archived or does not work in Segmented Ltd: "
            f"{self.users['own'].name} got it.",
        )
        for customer in (self.pillar, self.passer):
            self.assertEqual(customer.activity_ids.user_id, self.users["own"])
            self.assertEqual(len(customer.activity_ids), len(self.plan.template_ids))

    def test_a_step_for_somebody_who_works_elsewhere_goes_to_the_account_manager(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        away = create_user(self.env, "kas_away", "base.group_user", elsewhere)
        self.plan.template_ids[0].write({"responsible_type": "other", "responsible_id": away.id})
        message = self._profile(self.pillar).action_start_playbook()["params"]["message"]
        self.assertIn(away.name, message)
        self.assertEqual(self.pillar.activity_ids.user_id, self.users["own"])

    def test_a_step_of_somebody_else_stays_theirs(self):
        colleague = create_user(self.env, "kas_colleague", "base.group_user", self.company)
        self.plan.template_ids[0].write({"responsible_type": "other", "responsible_id": colleague.id})
        self.assertFalse(self._profile(self.pillar).action_start_playbook()["params"]["message"])
        self.assertEqual(self.pillar.activity_ids.user_id, self.users["own"] | colleague)

    def test_the_steps_of_an_archived_account_manager_go_to_who_answers_for_the_quadrant(self):
        self.quadrants["high_high"].responsible_id = self.users["all"]
        self.users["own"].action_archive()
        self._profile(self.pillar).action_start_playbook()
        self.assertEqual(self.pillar.activity_ids.user_id, self.users["all"])

    def test_a_step_that_nobody_can_do_is_left_out_and_named(self):
        """The one who starts it does what is nobody's; a script of the system has no such one."""
        colleague = create_user(self.env, "kas_colleague", "base.group_user", self.company)
        self.pillar.user_id = False
        first, *others = self.plan.template_ids
        first.write({"responsible_type": "other", "responsible_id": colleague.id})
        profile = self._profile(self.pillar).with_user(self.env.ref("base.user_root"))
        message = profile.action_start_playbook()["params"]["message"]
        self.assertEqual(self.pillar.activity_ids.mapped("summary"), [first.summary])
        for step in others:
            self.assertIn(f"The step “{step.summary}” was left out", message)
        self.pillar.activity_ids.unlink()
        colleague.action_archive()
        with self.assertRaisesRegex(UserError, "was left out: there is nobody to do it"):
            profile.action_start_playbook()
        self.assertFalse(self.pillar.activity_ids)

    def test_two_at_the_same_moment(self):
        """The database keeps the promise where two transactions do not see each other."""
        self._profile(self.pillar).action_start_playbook()
        play = self._plays(self.pillar)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(UniqueViolation, "key_account_play_open_unique"):
            play.copy({"activity_ids": [Command.set(play.activity_ids.ids)]}).flush_recordset()

    def test_a_customer_merged_away_takes_its_open_playbook_along(self):
        twin = self._customer("Brewery, entered twice")
        self._insert_documents([(twin, "out_invoice", Date.today(), 7)])
        self.env["key.account.run"].refresh_all(self.company)
        self._profile(self.pillar).action_start_playbook()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.pillar + twin).ids, twin)
        play = self._plays(twin)
        self.assertTrue(play.is_open)
        self.assertEqual(play.activity_ids, twin.activity_ids)

    def test_both_had_the_same_playbook_open_before_they_were_merged(self):
        twin = self._customer("Brewery, entered twice", user_id=self.users["own"].id)
        month = Date.start_of(Date.today(), "month")
        self._insert_documents([(twin, "out_invoice", Date.subtract(month, months=back), 900) for back in range(1, 13)])
        self.env["key.account.run"].refresh_all(self.company)
        both = self._profile(self.pillar, twin)
        self.assertEqual(both.quadrant_id, self.quadrants["high_high"])
        both.action_start_playbook()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((self.pillar + twin).ids, twin)
        play = self._plays(twin)
        self.assertEqual(len(play), 1)
        self.assertEqual(play.activity_ids, twin.activity_ids)
        self.assertEqual(len(play.activity_ids), 2 * len(self.plan.template_ids))

    def test_a_customer_with_a_playbook_stays_when_its_documents_go(self):
        self._profile(self.passer).action_start_playbook()
        self.env["account.move"].search([("partner_id", "=", self.passer.id)]).state = "draft"
        self.env["key.account.run"].refresh_all(self.company)
        self.assertTrue(self._live([self.passer]))
        self.assertTrue(self._plays(self.passer).is_open)


@tagged("post_install", "-at_install")
class TestWhoMayAct(PlayCase):
    def test_salespeople_start_it_for_their_own_customers(self):
        self._profile(self.pillar, role="own").action_start_playbook()
        self.assertTrue(self._plays(self.pillar).is_open)
        with self.assertRaises(AccessError):
            self._profile(self.passer, role="own").action_start_playbook()
        self.assertFalse(self._plays(self.passer))

    def test_what_a_colleague_started_counts_too(self):
        """Also where its activities and the play are not for the asker's eyes."""
        self._profile(self.pillar).action_start_playbook()
        self._profile(self.pillar).account_manager_id = self.users["all"]
        with self.assertRaisesRegex(UserError, "Already open"):
            self._profile(self.pillar, role="all").action_start_playbook()

    def test_plays_are_seen_with_their_customer_and_written_by_nobody(self):
        self._profile(self.pillar, self.passer).action_start_playbook()
        plays = self.env["key.account.play"]
        for role, count in {"own": 1, "all": 2, "manager": 2, "invoicing": 2, "auditor": 2}.items():
            with self.subTest(role=role):
                mine = plays.with_user(self.users[role]).with_context(allowed_company_ids=self.company.ids)
                self.assertEqual(mine.search_count([]), count)
                for change in (lambda it: it.write({"name": "x"}), lambda it: it.unlink(), lambda it: it.copy()):
                    with self.assertRaises(AccessError):
                        change(mine.search([], limit=1))
        for role in ("employee", "portal"):
            with self.assertRaises(AccessError):
                plays.with_user(self.users[role]).search([])


@tagged("post_install", "-at_install")
class TestWriting(PlayCase):
    """Who has nothing to do with Email Marketing writes e-mails, whether or not it is installed."""

    def test_a_letter_to_the_selected(self):
        action = self._profile(self.pillar, self.passer).action_write_to()
        composer = self.env["mail.compose.message"].with_user(self.users["manager"]).with_context(**action["context"])
        letter = composer.create({"subject": "News", "body": "Hello"})
        self.assertEqual(letter.composition_mode, "mass_mail")
        letter._action_send_mail()
        mails = self.env["mail.mail"].sudo().search([("subject", "=", "News")])
        self.assertEqual(mails.recipient_ids, self.pillar + self.passer)

    def test_only_to_customers_one_may_see(self):
        with self.assertRaises(AccessError):
            self._profile(self.passer, role="own").action_write_to()

    def test_nothing_selected(self):
        with self.assertRaisesRegex(UserError, "Select the customers first"):
            self._profile().action_write_to()


@tagged("post_install", "-at_install", "key_account_mailing")
class TestMailing(PlayCase):
    """Who writes mailings with Email Marketing gets one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mailing.mailing" not in cls.env:
            raise SkipTest("Email Marketing is not installed")
        cls.passer.email = "fair@example.com"
        for role in ("own", "manager"):
            cls.users[role].group_ids += cls.env.ref("mass_mailing.group_mass_mailing_user")

    def _mailing(self, role, *partners):
        """The mailing that opens, with a subject and saved as in its form."""
        action = self._profile(*partners, role=role).action_write_to()
        self.assertEqual((action["res_model"], action["views"]), ("mailing.mailing", [(False, "form")]))
        mailings = self.env["mailing.mailing"].with_user(self.users[role]).with_context(**action["context"])
        with Form(mailings) as form:
            form.subject = "News"
        return form.record

    def test_to_whom_a_manager_has_selected(self):
        mailing = self._mailing("manager", self.pillar, self.passer)
        self.assertEqual((mailing.mailing_model_real, mailing.mailing_type), ("res.partner", "mail"))
        self.assertCountEqual(mailing._get_recipients(), (self.pillar + self.passer).ids)

    def test_a_salesperson_to_their_own_customers(self):
        self.assertEqual(self._mailing("own", self.pillar)._get_recipients(), self.pillar.ids)
        with self.assertRaises(AccessError):
            self._profile(self.passer, role="own").action_write_to()

    def test_it_is_sent_to_them_but_not_to_who_is_on_the_blacklist(self):
        self.env["mail.blacklist"]._add("fair@example.com")
        mailing = self._mailing("manager", self.pillar, self.passer)
        mailing.body_html = "<p>Hello</p>"
        mailing.action_send_mail()
        traces = mailing.mailing_trace_ids
        self.assertEqual(
            {(trace.model, trace.res_id): trace.trace_status == "cancel" for trace in traces},
            {("res.partner", self.pillar.id): False, ("res.partner", self.passer.id): True},
        )

    def test_who_may_not_write_mailings_writes_an_e_mail(self):
        action = self._profile(self.passer, role="all").action_write_to()
        self.assertEqual(action["res_model"], "mail.compose.message")
