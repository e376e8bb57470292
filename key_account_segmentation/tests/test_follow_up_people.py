# SPDX-License-Identifier: LGPL-3.0-only
"""Follow-ups and people: who is asked, on which day, in which words, by one digest; who takes over; who may see what."""

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Date
from odoo.service.model import call_kw
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.follow_up import key_account_follow_up_planning
from .roles import create_user
from .test_follow_up import FollowUpCase

LOGGER = "odoo.addons.key_account_segmentation.models.follow_up.key_account_follow_up_planning"


@tagged("post_install", "-at_install")
class TestWhoIsAsked(FollowUpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = cls._user("salesperson", "sales_team.group_sale_salesman")
        cls.responsible = cls._user("responsible", "sales_team.group_sale_salesman")
        cls.fallback = cls._user("fallback", "sales_team.group_sale_salesman")
        cls.customer.user_id = cls.salesperson
        cls.profile.account_manager_id = cls.manager
        cls.profile.quadrant_id = cls.quadrants["high_high"]
        cls.quadrants["high_high"].responsible_id = cls.responsible
        cls.rules["rhythm"].user_id = cls.fallback

    def _asked(self):
        self._due("rhythm")
        return self._run(0, ["rhythm"]).user_id

    def test_each_stands_in_for_the_one_before(self):
        for user, leaves in [
            (self.manager, lambda: self.manager.action_archive()),
            (self.salesperson, lambda: self.salesperson.write({"active": False})),
            (self.leader, lambda: self.leader.action_archive()),
            (self.responsible, lambda: self.responsible.action_archive()),
            (self.fallback, lambda: self.fallback.action_archive()),
        ]:
            with self._undone():
                self.assertEqual(self._asked(), user)
            leaves()
        self.assertFalse(self._asked())
        self.assertFalse(self._activities())
        self.assertIn("For 1 customers there is nobody to ask.", self.rules["rhythm"].last_result)

    def test_nobody_is_asked_until_there_is_somebody(self):
        self._due("became_at_risk")
        (self.manager | self.salesperson | self.leader | self.responsible).action_archive()
        self.assertFalse(self._run())
        self.rules["became_at_risk"].user_id = self.fallback
        self.assertEqual(self._run(1).user_id, self.fallback)

    def test_portal_users_and_users_of_other_companies_are_not_asked(self):
        with self._undone():
            self.profile.assigned_manager_id = False
            self.customer.user_id = self._user("portal", "base.group_portal")
            self.assertEqual(self._asked(), self.responsible)
        other = self.env["res.company"].create({"name": "Another Ltd"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self._asked(), self.salesperson)

    def test_an_archived_customer_is_left_alone(self):
        for kind in self.rules:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                self.customer.active = False
                self.assertFalse(self._run())
        self._due("payment")
        row = self._run()
        self.customer.active = False
        self._run(1)
        self.assertEqual(row.state, "ended")

    def test_what_an_archived_user_was_asked_is_asked_of_the_next(self):
        for kind in ("payment", "became_at_risk"):
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                self.assertEqual(self._run().user_id, self.manager)
                self.manager.action_archive()
                self.assertFalse(self._activities())
                self.assertEqual(self._run(1).user_id, self.salesperson)

    def test_each_author_is_told_in_turn_what_has_ended(self):
        self._change("other", cause="ended", user_id=self.leader.id)
        self._change("fell_quadrant", cause="ended", user_id=self.fallback.id)
        self._change("other", cause="ended", user_id=self.leader.id, old_value="passive_partner", new_value="client")
        first = self._run()
        self.assertEqual(first.user_id, self.leader)
        self.assertIn("It was “Client”", first.reason)
        self.assertIn("It was “Passive partner”", first.reason)
        self.assertFalse(self._run(1))
        self._activities().action_feedback("I see")
        self.assertEqual(self._run(2).user_id, self.fallback)
        self._activities().filtered("active").unlink()
        self.assertFalse(self._run(3))

    def test_an_archived_author_is_stood_in_for(self):
        self._change("other", cause="ended", user_id=self.leader.id)
        self.leader.action_archive()
        self.assertEqual(self._run().user_id, self.manager)

    def test_the_day_is_that_of_who_is_asked(self):
        for zone, hour, number in (
            ("Pacific/Auckland", 12, 1), ("America/Los_Angeles", 3, -1), ("Europe/Berlin", 12, 0), (False, 23, 0),
        ):  # fmt: skip
            with self.subTest(zone=zone, hour=hour), self._undone():
                self.manager.tz = zone
                self._due("payment")
                self._run(0, hour=hour)
                self.assertEqual(self._activities().date_deadline, self._day(number))

    def test_words_in_the_language_of_who_is_asked(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        self._due("contact")
        row = self._run()
        day = self._day(-30)
        self.assertIn(f"{day.day:02}.{day.month:02}.{day.year}", row.reason)

    def test_what_was_agreed_last_time(self):
        person = self._customer("Barbara", is_company=False, parent_id=self.customer.id)

        def done(number, feedback):
            with freeze_time(f"{self._day(number)} 12:00:00"):
                person.activity_schedule(user_id=self.manager.id).action_feedback(feedback)
                self.env.flush_all()

        def met(number, **values):
            day = self._day(number)
            self.env["calendar.event"].create(
                {"name": "Visit", "start": f"{day} 09:00:00", "stop": f"{day} 10:00:00",
                 "partner_ids": [Command.link(person.id)], **values}
            )  # fmt: skip

        steps = [
            (lambda: None, ""),
            (lambda: done(-200, "A price list\nin May"), "A price list in May"),
            (lambda: done(-100, "x" * 400), "x" * 300 + "…"),
            (lambda: done(-150, "Older"), "x" * 300 + "…"),
            (lambda: met(-90), "Visit"),
            (lambda: met(-80, privacy="private", name="Secret"), "x" * 300 + "…"),
            (lambda: met(-70, description="<p>They want <b>blue</b> ones</p>"), "Visit: They want *blue* ones"),
            (lambda: met(70, name="To come"), "Visit: They want *blue* ones"),
        ]
        for change, expected in steps:
            change()
            with self.subTest(expected[:20]), self._undone():
                self._due("payment")
                agreed = self._run(0, ["payment"]).agreed or ""
                self.assertEqual(agreed.partition("Last time, on ")[2].partition(": ")[2], expected)

    def test_of_money_only_what_is_overdue(self):
        # the review date first: an override makes all effective values anew
        for kind in reversed(self.rules):
            self._due(kind)
        self._set(open_amount=734000123.25, revenue_12m=734000123.25, category="active_partner")
        rows = self._run()
        self.assertGreater(len(rows), 5)
        self.assertNotIn("734", " ".join(rows.mapped("reason")))


@tagged("post_install", "-at_install")
class TestLate(FollowUpCase):
    def setUp(self):
        super().setUp()
        self._due("payment")
        self.row = self._run()
        self.activity = self._activities()

    def test_overdue_for_a_week_it_goes_to_the_team_leader_once(self):
        self._run(6)
        self.assertEqual(self.activity.user_id, self.manager)
        self._run(7)
        self.assertFigures(self.activity, [{"user_id": self.leader.id, "date_deadline": self.today}])
        self.assertFigures(self.row, [{"user_id": self.leader.id, "escalated_date": self._day(7), "state": "open"}])
        for number in (8, 30):
            self.activity.user_id = self.manager
            self._run(number)
            self.assertEqual(self._activities(), self.activity)
            self.assertEqual(self.activity.user_id, self.manager)

    def test_snoozed_stays_snoozed(self):
        self.activity.date_deadline = self._day(20)
        for number in (7, 20, 26):
            self._run(number)
            self.assertFigures(self.activity, [{"date_deadline": self._day(20), "user_id": self.manager.id}])
        self._run(27)
        self.assertFigures(self.activity, [{"date_deadline": self._day(20), "user_id": self.leader.id}])

    def test_never_if_there_is_nobody_or_it_is_not_wanted(self):
        for change in (
            lambda: self.rules["payment"].write({"escalation_days": 0}),
            lambda: self.team.write({"user_id": False}),
            lambda: self.team.write({"user_id": self.manager.id}),
            lambda: self.leader.action_archive(),
        ):
            with self._undone():
                change()
                self._run(30)
                self.assertEqual(self.activity.user_id, self.manager)

    def test_the_days_are_those_of_who_is_asked(self):
        for zone, number in (("Pacific/Auckland", 6), ("America/Los_Angeles", 8)):
            with self.subTest(zone), self._undone():
                self.manager.tz = zone
                hour = 12 if zone == "Pacific/Auckland" else 3
                self._run(number - 1, hour=hour)
                self.assertEqual(self.activity.user_id, self.manager)
                self._run(number, hour=hour)
                self.assertEqual(self.activity.user_id, self.leader)

    def test_the_late_steps_of_a_playbook(self):
        self._set(**self._became("became_key_account"))
        self._change("became_key_account")
        row = self._run()
        first, second = row.play_id.activity_ids.sorted("date_deadline")
        self._run(14, ["became_key_account"])
        self.assertEqual((first.user_id, second.user_id), (self.leader, self.manager))
        self.assertEqual(row.user_id, self.leader)


@tagged("post_install", "-at_install")
class TestPlaybooks(FollowUpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env.ref("key_account_segmentation.playbook_key_account")
        cls.steps = cls.plan.template_ids.mapped("summary")

    def _become(self, event="became_key_account", customer=None):
        profile = self._profile_of(customer) if customer else self.profile
        self._set(profile, **self._became(event))
        self._change(event, profile)
        return profile

    def test_a_new_key_account_gets_the_playbook_of_its_type_and_why(self):
        self._become()
        row = self._run()
        activities = self._activities()
        self.assertEqual(activities.mapped("summary"), self.steps)
        self.assertEqual(row.play_id.activity_ids, activities)
        self.assertEqual(activities.user_id, self.manager)
        self.assertIn("Became a key account of the type “Large and steady”", row.reason)
        self.assertEqual(set(activities.mapped("note")), {self.rules["became_key_account"]._link(row)})
        self.assertEqual(activities.mapped("automated"), [True, True])

    def test_of_the_rule_if_the_type_has_none_and_for_the_other_events(self):
        self.types["large_steady"].plan_id = False
        plan = self.plan.copy({"name": "Of the rule"})
        plan.template_ids.summary = "Of the rule"
        for event in ("became_key_account", "became_lost", "fell_quadrant"):
            with self.subTest(event), self._undone():
                self.rules[event].plan_id = plan
                self._become(event)
                self.assertEqual(self._run().play_id.plan_id, plan)
                self.assertEqual(set(self._activities().mapped("summary")), {"Of the rule"})

    def test_a_step_for_an_archived_user_goes_to_who_is_asked_and_is_named(self):
        away = self._user("away", "base.group_user")
        step = self.plan.template_ids[0]
        step.write({"responsible_type": "other", "responsible_id": away.id})
        away.action_archive()
        self._become()
        self._become(customer=self._customer("Fair Fine", user_id=self.manager.id))
        self.assertEqual(len(self._run()), 2)
        self.assertEqual(self._activities().user_id, self.manager)
        result = self.rules["became_key_account"].last_result
        self.assertEqual(result.count(f"The step “{step.summary}” is for {away.name}"), 1)

    def test_handled_when_all_of_it_is_done_and_closed_when_the_cause_is_gone(self):
        self._become()
        row = self._run()
        first, second = self._activities()
        first.action_feedback("Known")
        self._run(1)
        self.assertEqual(row.state, "open")
        with self._undone():
            self._over("became_key_account")
            self._run(2)
            self.assertEqual((row.state, second.exists(), first.exists()), ("ended", second.browse(), first))
        second.unlink()
        self._run(2)
        self.assertEqual(row.state, "handled")

    def test_one_that_somebody_has_started_serves_as_well(self):
        self.env["key.account.play"].with_user(self.manager)._start(self.profile, self.plan, self.manager)
        by_hand = self._activities()
        self._become()
        row = self._run()
        self.assertEqual((row.state, row.play_id.id), ("handled", False))
        self._over("became_key_account")
        self._run(1)
        self.assertEqual(self._activities(), by_hand, "what somebody started is not ours to close")

    def test_a_playbook_that_cannot_be_started_is_skipped_with_its_reason_and_waits(self):
        def without_steps():
            self.plan.template_ids.unlink()

        def for_opportunities():
            self.plan.res_model = "crm.lead"

        for spoil, reason in ((without_steps, "has no activities"), (for_opportunities, "is not for contacts")):
            with self.subTest(reason), self._undone():
                spoil()
                other = self._become(customer=self._customer("Fair Fine", user_id=self.manager.id))
                other.main_type_id = self.types["image"]
                self.types["image"].plan_id = self.plan.copy({"res_model": "res.partner"})
                self.env["mail.activity.plan.template"].create(
                    {"plan_id": self.types["image"].plan_id.id, "summary": "Fine"}
                )
                self._become()
                with mute_logger(LOGGER):
                    rows = self._run()
                self.assertEqual(rows.profile_id, other)
                self.assertIn("Steady Brewery: The playbook", self.rules["became_key_account"].last_result)
                self.assertIn(reason, self.rules["became_key_account"].last_result)
                self.types["large_steady"].plan_id = self.types["image"].plan_id
                self.assertEqual(self._run(1).profile_id, self.profile)

    def test_an_activity_type_of_another_model(self):
        self._due("payment")
        kind = self.rules["payment"].activity_type_id = self.env["mail.activity.type"].create({"name": "Deal"})
        with self.assertRaisesRegex(ValidationError, "not for contacts"), self._undone():
            self.rules["became_lost"].activity_type_id = self.env["mail.activity.type"].create(
                {"name": "Deal", "res_model": "crm.lead"}
            )
        kind.res_model = "crm.lead"
        with mute_logger(LOGGER):
            self.assertFalse(self._run(0, ["payment"]))
        self.assertIn("is not for contacts", self.rules["payment"].last_result)


@tagged("post_install", "-at_install")
class TestDigest(FollowUpCase):
    def _digests(self, user=None):
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", (user or self.manager).partner_id.ids),
                ("subject", "like", "Follow-ups for you"),
            ]
        )

    def _many(self, count):
        customers = [self._customer(f"Customer {number}", user_id=self.manager.id) for number in range(count)]
        for customer in customers:
            self._change("became_at_risk", self._profile_of(customer, lifecycle="at_risk"))

    def test_many_changes_in_a_night_are_one_digest(self):
        self._many(30)
        mails = self.env["mail.mail"].search_count([])
        self.assertEqual(len(self._run()), 30)
        digest = self._digests()
        self.assertEqual(len(digest), 1)
        self.assertIn("Follow-ups for you: 30", digest.subject)
        self.assertEqual(digest.body.count("<li>"), 21)
        self.assertIn("10 more", digest.body)
        self.assertLessEqual(self.env["mail.mail"].search_count([]) - mails, 1)
        self._run(1)
        self.assertEqual(self._digests(), digest)

    def test_a_user_without_address_gets_activities_and_no_mail(self):
        self.manager.partner_id.email = False
        self.manager.notification_type = "email"
        self._many(2)
        mails = self.env["mail.mail"].search_count([])
        self.assertEqual(self._run().user_id, self.manager)
        self.assertFalse(self._digests())
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_who_takes_over_is_told(self):
        self._due("payment")
        self._run()
        self._run(7)
        self.assertEqual((len(self._digests()), len(self._digests(self.leader))), (1, 1))

    def test_an_interrupted_run_tells_later(self):
        self._due("payment")
        for _done in self.rules["payment"]._follow_up():
            pass
        self.assertFalse(self._digests())
        self._run(1)
        self.assertEqual(len(self._digests()), 1)


@tagged("post_install", "-at_install")
class TestMany(FollowUpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = [
            cls._profile_of(cls._customer(f"Customer {number}", user_id=cls.manager.id)) for number in range(20)
        ]

    def _queries(self, kind, count):
        """Queries of a run in which so many are due."""
        with self._undone():
            for profile in self.others[:count]:
                self.profile = profile
                self._due(kind)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            planned = self._run(0, [kind])
            self.assertEqual(len(planned), count)
            return self.env.cr.sql_log_count - before

    def test_single_activities_cost_as_many_queries_for_twenty_as_for_ten(self):
        for kind in self.rules:
            with self.subTest(kind=kind):
                self._queries(kind, 10)
                ten, twenty = self._queries(kind, 10), self._queries(kind, 20)
                self.assertGreater(ten, 10)
                # a change looks up the names of its quadrants
                self.assertEqual(twenty, ten + (10 if kind == "fell_quadrant" else 0))

    def test_playbooks_cost_the_same_for_each_customer(self):
        self.rules["became_lost"].plan_id = self.env.ref("key_account_segmentation.playbook_key_account")
        self._queries("became_lost", 10)
        five, ten, twenty = (self._queries("became_lost", count) for count in (5, 10, 20))
        self.assertAlmostEqual((twenty - ten) / 10, (ten - five) / 5, delta=0.5)

    def test_a_customer_who_fails_is_skipped_and_the_others_are_not(self):
        for profile in self.others:
            profile.write({"overdue_amount": 1, "payment_overdue_days": 6})
        broken = self.others[7]
        names = self.env["key.account.follow.up.rule"]._payment_reason

        def reason(rule, profile, *args):
            if profile == broken:
                raise ValueError("no sense")
            return names.__func__(rule, profile, *args)

        self.patch(type(self.env["key.account.follow.up.rule"]), "_payment_reason", reason)
        with mute_logger(LOGGER):
            rows = self._run(0, ["payment"])
        self.assertEqual(len(rows), 19)
        self.assertNotIn(broken, rows.profile_id)
        self.assertIn("Customer 7: ", self.rules["payment"].last_result)
        self.assertIn("no sense", self.rules["payment"].last_result)
        self.assertIn("19 planned", self.rules["payment"].last_result)

    def test_interrupted_after_a_batch_the_next_run_goes_on(self):
        self.patch(key_account_follow_up_planning, "FOLLOW_UP_BATCH", 7)
        for profile in self.others:
            profile.write({"overdue_amount": 1, "payment_overdue_days": 6})
        steps = self.rules["payment"]._follow_up()
        next(steps)
        steps.close()
        self.assertEqual(len(self.follow_ups.search([("profile_id", "in", [it.id for it in self.others])])), 7)
        self.assertEqual(len(self._run(0, ["payment"])), 13)
        self.assertFalse(self._run(0, ["payment"]))

    def test_what_somebody_else_has_just_planned_is_left(self):
        """Two workers have worked out the same; the second finds at its batch what the first has planned."""
        for profile in self.others:
            profile.write({"overdue_amount": 1, "payment_overdue_days": 6})
        rule = self.rules["payment"]
        planned, _over = rule._due_and_over(rule._noted_and_lasting())
        self.assertEqual(len(self._run(0, ["payment"])), 20)
        result = key_account_follow_up_planning.Result()
        self.assertEqual(rule._plan_or_skip(planned, result), 0)
        self.assertEqual(len(self.env["mail.activity"].search([("summary", "=", "Talk about invoices")])), 20)

    @mute_logger("odoo.sql_db", LOGGER)
    def test_the_database_keeps_the_promise(self):
        self._due("payment")
        self._run()
        search = type(self.follow_ups).search

        def blind(rows, *args, **kwargs):
            return rows.browse() if rows.env.context.get("blind") else search(rows, *args, **kwargs)

        self.patch(type(self.follow_ups), "search", blind)
        result = key_account_follow_up_planning.Result()
        self.rules["payment"].with_context(blind=True)._plan_or_skip({self.profile.id: None}, result)
        self.assertEqual(len(result.skipped), 1)
        self.assertEqual(len(self._activities()), 1)


@tagged("post_install", "-at_install")
class TestScheduled(FollowUpCase):
    def test_the_scheduled_action_works_batch_by_batch_and_twice_is_once(self):
        self._due("payment")
        self._due("became_at_risk")
        cron = self.env.ref("key_account_segmentation.ir_cron_follow_up")
        self.assertEqual(cron.name, "Key Accounts: plan follow-ups")
        for count in (2, 2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.assertEqual(len(self._activities()), count)
        self.assertTrue(self.rules["payment"].last_run)

    def test_the_scheduled_action_of_a_database_made_before_calls_the_profile(self):
        self._due("payment")
        cron = self.env.ref("key_account_segmentation.ir_cron_follow_up")
        self.assertEqual(cron.model_id.model, "key.account.follow.up.rule")
        cron.model_id = self.env["ir.model"]._get("key.account.profile")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(self._activities()), 1)

    def test_a_rule_that_fails_does_not_stop_the_others(self):
        self._due("payment")
        self._due("review")

        def broken(rule, known):
            raise ValueError("no sense")

        self.patch(type(self.env["key.account.follow.up.rule"]), "_review_due", broken)
        with self.enter_registry_test_mode(), mute_logger(LOGGER):
            self.env.ref("key_account_segmentation.ir_cron_follow_up").method_direct_trigger()
        self.assertEqual(self._activities().mapped("summary"), ["Talk about invoices"])
        self.assertIn("no sense", self.rules["review"].last_result)

    def test_the_first_refresh_of_a_company_has_its_follow_ups_planned(self):
        """What lasts is to be done on the first day; changes there are none yet."""
        company = self._create_company("Fresh Ltd")
        self.env.user.company_ids += company
        manager = create_user(self.env, "kas_fresh", "sales_team.group_sale_salesman", company)
        customer = self._customer("Was Monthly", user_id=manager.id)
        month = Date.start_of(self.today, "month")
        documents = [(customer, "out_invoice", Date.subtract(month, months=back), 100) for back in range(2, 20)]
        self._insert_documents(documents, company)
        cron = self.env.ref("key_account_segmentation.ir_cron_follow_up")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search([("cron_id", "=", cron.id)])
        self.env["key.account.run"].refresh_all(company)
        self.assertEqual(len(triggers.search([("cron_id", "=", cron.id)]) - before), 1)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        planned = self.follow_ups.search([("company_id", "=", company.id)])
        self.assertIn("open", planned.mapped("state"))
        self.assertEqual(self._activities(customer).user_id, manager)
        self.env["key.account.run"].refresh_all(company)
        self.assertEqual(len(triggers.search([("cron_id", "=", cron.id)]) - before), 1, "once")

    def test_run_now_is_for_sales_administrators(self):
        rules = self.env["key.account.follow.up.rule"]
        with self.assertRaises(AccessError):
            rules.with_user(self.leader).action_run_now()
        cron = self.env.ref("key_account_segmentation.ir_cron_follow_up")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        # as the client calls it: with the selected rules, none or some
        for selected in ([], self.rules["payment"].ids):
            admin = rules.with_user(self._user(f"admin {len(selected)}", "sales_team.group_sale_manager"))
            call_kw(admin, "action_run_now", [selected], {})
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 2)

    def test_follow_ups_are_read_like_profiles_and_written_by_nobody(self):
        self._due("payment")
        self._due("review")
        row = self._run(0, ["payment"])
        stranger = self._user("stranger", "sales_team.group_sale_salesman")
        reader = self.follow_ups.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(reader.with_user(self.manager).search([]), row)
        self.assertFalse(reader.with_user(stranger).search([]))
        self.assertEqual(row.with_user(self.leader).action_open_customer()["res_id"], self.customer.id)
        for user in (self.manager, self._user("admin", "sales_team.group_sale_manager")):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"state": "ended"})
        self._activities().with_user(self.manager).action_feedback("Paid soon")
        self._run(1, ["payment"])
        self.assertEqual(row.state, "handled")

    def test_who_is_no_customer_any_more(self):
        self._due("payment")
        self._run()
        self.profile.unlink()
        self.assertFalse(self._activities())

    def test_margins(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self._undone():
            self.rules["payment"].escalation_days = -1
            self.env.flush_all()

    def test_merged_customers_keep_one_of_each_kind(self):
        stays, self_profile = self.profile, self.profile
        self._due("payment")
        other = self._customer("Twin", user_id=self.manager.id)
        self.profile = self._profile_of(other)
        for kind in ("payment", "became_at_risk"):
            self._due(kind)
        self.assertEqual(len(self._run(0, ["payment", "became_at_risk"])), 3)
        self.profile = self_profile
        with mute_logger("odoo.addons.base.partner.merge", "odoo.addons.base.wizard.base_partner_merge"):
            self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | other).ids, self.customer)
        rows = self.follow_ups.search([("profile_id", "=", stays.id)])
        self.assertEqual(sorted(rows.mapped("kind")), ["became_at_risk", "payment"])
        self.assertEqual(sorted(self._activities().mapped("summary")), ["Get in touch", "Talk about invoices"])

    def test_the_scheduled_action_asks_for_hand_overs_too(self):
        self._make_key_account()
        self.manager.key_account_leave_date = self.today
        with self.enter_registry_test_mode():
            self.env.ref("key_account_segmentation.ir_cron_follow_up").method_direct_trigger()
        hand_over = self.env["key.account.hand.over"].search([("user_id", "=", self.manager.id)])
        self.assertIn("Hand over the key accounts of", hand_over.activity_id.summary)


@tagged("post_install", "-at_install")
class TestInTheBrowser(FollowUpCase, HttpCase):
    def test_from_the_follow_up_to_the_contact_back_to_the_reason_and_done(self):
        self._due("payment")
        follow_up = self._run()
        self.assertIn("1,300", follow_up.reason)
        self.start_tour("/odoo/key-account-follow-ups", "key_account_follow_up", login=self.manager.login)
        self.assertEqual(self._activities().mapped("feedback"), ["They pay on Friday"])
        self.assertFalse(self._run(1))
        self.assertEqual(follow_up.state, "handled")
