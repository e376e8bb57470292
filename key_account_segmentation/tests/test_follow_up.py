"""Follow-ups: planned once, for the right person, with the reason; taken back, handed on, never twice."""

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Date
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .test_settling import START, SettlingCase

#: Nobody is told by e-mail in a test; what a person gets is looked at.
MAIL = "odoo.addons.mail.models.mail_mail"


class FollowUpCase(SettlingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("manager", "sales_team.group_sale_manager")
        cls.salesperson = cls._user("salesperson", "sales_team.group_sale_salesman")
        cls.leader = cls._user("leader", "sales_team.group_sale_salesman_all_leads")
        cls.env["crm.team"].create(
            {"name": "Team", "user_id": cls.leader.id, "member_ids": [(6, 0, cls.salesperson.ids)], "company_id": False}
        )
        cls.customer.user_id = cls.salesperson
        cls.other.user_id = cls.salesperson
        cls.rules = (
            cls.env["key.account.follow.up.rule"]
            .with_context(active_test=False)
            .search([("company_id", "=", cls.company.id)])
        )

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env, login, group, company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)],
            notification_type="inbox",
        )  # fmt: skip

    def _rule(self, kind):
        return self.rules.filtered(lambda rule: rule.kind == kind)

    def _only(self, *kinds):
        """Only these kinds are followed up."""
        self.rules.active = False
        for kind in kinds:
            self._rule(kind).active = True

    def _follow_up(self, day):
        """The scheduled action of a day, after the refresh of that night."""
        self._night(day)
        return self._plan(day)

    def _plan(self, day):
        with freeze_time(f"{day} 12:00:00"):
            self.env["key.account.profile"]._follow_up_companies(self.company)
            self.env.flush_all()
            # created on that day, which freezing the time does not do
            self.env.cr.execute("UPDATE mail_activity SET create_date = %s WHERE create_date > %s", [day, day])
        return self._lasting()

    def _lasting(self, customer=None):
        return (customer or self.customer) and self._profile(customer).follow_up_ids.filtered(
            lambda it: not it.ended_on
        )

    def _log(self, customer=None):
        """Everything that was planned for a customer, oldest first: kind, day, state."""
        rows = self._profile(customer).follow_up_ids.sorted("id")
        return [(row.kind, Date.to_string(row.planned_on), row.state) for row in rows]


@tagged("post_install", "-at_install")
class TestFollowUp(FollowUpCase):
    def test_every_company_has_its_rules(self):
        kinds = self.rules._fields["kind"].get_values(self.env)
        self.assertEqual(self.rules.mapped("kind"), kinds)
        self.assertFalse(self.env["key.account.follow.up.rule"]._ensure(self.company))
        self.assertEqual(self._rule("reminder").active, False)

    def test_nobody_talked_to_a_key_account_for_thirty_days(self):
        """The last invoice is of 25 May: 24 June is 30 days later."""
        self._only("contact")
        self.assertFalse(self._follow_up("2025-06-23"))
        follow_up = self._follow_up("2025-06-24")
        self.assertFigures(follow_up, [{
            "kind": "contact", "state": "open", "user_id": self.salesperson.id,
            "since": Date.to_date("2025-06-24"),
        }])  # fmt: skip
        activity = follow_up.activity_id
        self.assertFigures(activity, [{
            "res_model": "res.partner", "res_id": self.customer.id, "user_id": self.salesperson.id,
            "summary": "Nobody talked to them for too long", "date_deadline": Date.to_date("2025-06-24"),
            "automated": True,
        }])  # fmt: skip
        self.assertIn("Large and steady: a contact every 30 days. Last contact: May 25, 2025.", activity.note)

    def test_it_is_no_work_with_the_customer_until_somebody_does_it(self):
        self._only("contact")
        self._follow_up("2025-06-24")
        self.assertEqual(self._night("2025-06-25").computed_category, "passive_partner")

    def test_never_twice(self):
        self._only("contact")
        first = self._follow_up("2025-06-24")
        for day in ("2025-06-24", "2025-06-25", "2025-07-20"):
            self.assertEqual(self._follow_up(day), first)
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_snoozed_stays_snoozed(self):
        self._only("contact")
        activity = self._follow_up("2025-06-24").activity_id
        activity.date_deadline = "2025-08-15"
        self._follow_up("2025-06-30")
        self.assertEqual(activity.date_deadline, Date.to_date("2025-08-15"))
        self.assertEqual(self.customer.activity_ids, activity)

    def test_done_it_is_due_again_when_the_days_have_passed_again(self):
        self._only("contact")
        with freeze_time("2025-06-24 12:00:00"):
            self._follow_up("2025-06-24").activity_id.action_feedback("They want a discount")
            self.env.flush_all()
        self.assertFalse(self._follow_up("2025-06-25"))
        self.assertFalse(self._follow_up("2025-07-23"))
        follow_up = self._follow_up("2025-07-24")
        self.assertEqual(self._log(), [("contact", "2025-06-24", "ended"), ("contact", "2025-07-24", "open")])
        self.assertIn("Last time, Jun 24, 2025: They want a discount", follow_up.activity_id.note)

    def test_deleted_without_a_contact_it_comes_back_after_the_days(self):
        self._only("contact")
        self._follow_up("2025-06-24").activity_id.unlink()
        self.assertEqual(self._follow_up("2025-06-25").state, "handled")
        self._follow_up("2025-07-20")
        self.assertEqual(self._log(), [("contact", "2025-06-24", "handled")])
        self._follow_up("2025-07-25")
        self.assertEqual(self._log(), [("contact", "2025-06-24", "ended"), ("contact", "2025-07-25", "open")])

    def test_when_the_cause_is_gone_the_activity_goes_and_the_contact_says_why(self):
        self._only("contact")
        activity = self._follow_up("2025-06-24").activity_id
        self._insert_documents([(self.customer, "out_invoice", "2025-06-25", 1000)])
        self.assertFalse(self._follow_up("2025-06-25"))
        self.assertFalse(activity.exists())
        self.assertEqual(self._log(), [("contact", "2025-06-24", "ended")])
        self.assertIn("no cause", self.customer.message_ids[0].body)
        # taking it back is nothing anybody has done with the customer
        self.assertEqual(self._profile().engagement_count, 0)

    def test_the_expected_purchase_did_not_come(self):
        """Expected on 25 June; five days are the tolerance."""
        self._only("rhythm")
        self._rule("rhythm").scope = "all"
        self.assertFalse(self._follow_up("2025-06-30"))
        follow_up = self._follow_up("2025-07-01")
        self.assertEqual((follow_up.kind, follow_up.since), ("rhythm", Date.to_date("2025-06-25")))
        self.assertIn("the next purchase was expected on Jun 25, 2025", follow_up.reason)
        follow_up.activity_id.action_feedback("They will order next week")
        self._follow_up("2025-07-02")
        self.assertEqual(self._log(), [("rhythm", "2025-07-01", "handled")])

    def test_a_reminder_before_it_is_due(self):
        self._only("reminder")
        self.assertFalse(self._follow_up("2025-06-19"))
        self.assertEqual(self._follow_up("2025-06-20").kind, "reminder")
        self.assertFalse(self._follow_up("2025-06-26"))

    def test_overdue_payments(self):
        self._only("payment")
        profile = self._night(START)
        for share, kinds in [(0.3, []), (0.31, ["payment"])]:
            self.env.cr.execute(
                "UPDATE key_account_profile SET open_amount = 100, overdue_share = %s WHERE id = %s",
                [share, profile.id],
            )
            self.env.invalidate_all()
            self._plan(START)
            self.assertEqual(self._lasting().mapped("kind"), kinds)
        self.assertIn("31 % of the open 100.00", self._lasting().reason.replace("\xa0", " "))

    def test_the_day_to_review_a_special_account(self):
        self._only("review")
        profile = self._night(START)
        with freeze_time(f"{START} 12:00:00"):
            profile.write(
                {
                    "manual_type_id": self._type("special").id,
                    "manual_type_reason": "The founder's friend",
                    "review_date": "2025-07-01",
                }
            )
        self.assertFalse(self._follow_up("2025-06-30"))
        follow_up = self._follow_up("2025-07-01")
        self.assertIn("The founder's friend", follow_up.reason)
        profile.review_date = "2026-07-01"
        self.assertFalse(self._plan("2025-07-02"))

    def test_only_those_a_rule_is_for(self):
        self._only("rhythm")
        self._night(START)
        self._profile().with_user(self.manager).write({"not_key_account": True, "manual_type_reason": "No"})
        self.assertEqual(self._profile().category, "passive_partner")
        for scope, count in [("key_accounts", 0), ("partners", 0), ("all", 1)]:
            self._rule("rhythm").scope = scope
            self.assertEqual(len(self._follow_up("2025-07-01")), count, scope)

    def test_archived_customers_have_none(self):
        self._only("contact")
        self._follow_up("2025-06-24")
        self.customer.active = False
        self.assertFalse(self._follow_up("2025-06-25"))
        self.assertEqual(self._log(), [("contact", "2025-06-24", "ended")])

    def test_a_rule_that_is_switched_off_takes_its_activities_back(self):
        self._only("contact")
        self._follow_up("2025-06-24")
        self._only()
        self.assertFalse(self._plan("2025-06-25"))
        self.assertFalse(self.customer.activity_ids)

    def test_without_manager_the_next_in_line(self):
        self._only("contact")
        for prepare, user in [
            (lambda: None, self.salesperson),
            (lambda: self.salesperson.write({"active": False}), self.leader),
            (lambda: self.leader.write({"active": False}), self.manager),
        ]:
            prepare()
            self._rule("contact").user_id = self.manager
            self._profile().follow_up_ids.unlink() if self._live() else None
            self.customer.activity_ids.unlink()
            self.assertEqual(self._follow_up("2025-06-24").user_id, user)

    def test_with_nobody_at_all_nothing_is_planned(self):
        self._only("contact")
        self.customer.user_id = False
        self.assertFalse(self._follow_up("2025-06-24"))

    def test_what_nobody_does_is_handed_to_the_leader_once(self):
        self._only("contact")
        activity = self._follow_up("2025-06-24").activity_id
        self._follow_up("2025-06-30")
        self.assertEqual(activity.user_id, self.salesperson)
        follow_up = self._follow_up("2025-07-01")
        self.assertEqual((activity.user_id, follow_up.user_id), (self.leader, self.leader))
        self.assertIn("Was to be done by salesperson", activity.note)
        note = activity.note
        self._follow_up("2025-07-20")
        self.assertEqual((self.customer.activity_ids, activity.note), (activity, note))

    def test_one_message_for_each_person_and_night(self):
        self._only("contact", "rhythm")
        with mute_logger(MAIL):
            self._follow_up("2025-07-05")
        messages = self.env["mail.message"].search([("partner_ids", "in", self.salesperson.partner_id.ids)])
        self.assertEqual(messages.mapped("subject"), ["Segmented Ltd: follow-ups for you: 2"])

    def test_somebody_without_e_mail(self):
        self._only("contact")
        self.salesperson.write({"email": False, "notification_type": "email"})
        self.assertTrue(self._follow_up("2025-06-24"))

    def test_two_workers_cannot_make_two(self):
        self._only("contact")
        follow_up = self._follow_up("2025-06-24")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            follow_up.copy()
        self.assertEqual(self._plan("2025-06-24"), follow_up)

    def test_one_who_cannot_be_followed_up_does_not_stop_the_others(self):
        self._only("contact")
        profiles = self._night("2025-06-24") | self._key_account(self.other)
        broken = self._profile(self.other)
        self.env.cr.execute(
            "UPDATE key_account_profile SET category = 'x', recurrence = 'y' WHERE id = %s", [broken.id]
        )
        self.env.cr.execute("UPDATE res_partner SET active = NULL WHERE id = %s", [self.other.id])
        self.env.invalidate_all()
        self._plan("2025-06-24")
        self.assertEqual(len(profiles.follow_up_ids), 1)

    def _key_account(self, customer):
        profile = self._profile(customer)
        profile.with_user(self.manager).write({"manual_type_id": self._type("image").id, "manual_type_reason": "x"})
        return profile

    def test_the_number_of_queries_for_each_customer_is_the_same(self):
        self._only("contact")
        self._night("2025-06-24")
        counts = []
        for number in (5, 10, 20):
            customers = [self._customer(f"Large {number} {it}", user_id=self.salesperson.id) for it in range(number)]
            self._insert_documents([(it, "out_invoice", day, 2000) for it in customers for day in MONTHS])
            self._night("2025-07-05")
            before = self.env.cr.sql_log_count
            planned = self._plan_count("2025-07-05")
            counts.append((planned, self.env.cr.sql_log_count - before))
        self.assertGreater(counts[2][0], counts[1][0])
        per_customer = (counts[2][1] - counts[1][1]) / (counts[2][0] - counts[1][0])
        self.assertLess(per_customer, 3)

    def _plan_count(self, day):
        before = self.env["key.account.follow.up"].search_count([])
        self._plan(day)
        return self.env["key.account.follow.up"].search_count([]) - before

    def test_bad_rules(self):
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            self._rule("payment").limit = 1
        leads = self.env["mail.activity.plan"].create({"name": "Leads", "res_model": "crm.lead"})
        with self.assertRaisesRegex(ValidationError, "not for contacts"):
            self._rule("became_lost").plan_id = leads

    def test_who_may_plan_now(self):
        self._only("contact")
        self._night("2025-06-24")
        rules = self._rule("contact")
        with self.assertRaises(AccessError):
            rules.with_user(self.leader).action_run()
        with freeze_time("2025-06-24 12:00:00"):
            said = rules.with_user(self.manager).with_company(self.company).action_run()
        self.assertEqual(said["params"]["message"], "Follow-ups planned: 1")


#: The days of a customer who buys every month.
MONTHS = [f"2025-{month:02}-20" for month in range(1, 6)]


@tagged("post_install", "-at_install")
class TestChanges(FollowUpCase):
    def setUp(self):
        super().setUp()
        self._night(START)

    def _playbook(self, **values):
        plan = self.env["mail.activity.plan"].create(
            {"name": "Win them back", "res_model": "res.partner", "company_id": False, **values}
        )
        self.env["mail.activity.plan.template"].create(
            {
                "plan_id": plan.id,
                "summary": "Call",
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            }
        )
        return plan

    def test_at_risk_starts_the_playbook_once(self):
        self._only("became_at_risk")
        self._rule("became_at_risk").plan_id = self._playbook()
        self.assertFalse(self._follow_up("2025-07-01"))
        follow_up = self._follow_up("2025-07-28")
        self.assertEqual((follow_up.kind, follow_up.play_id.name), ("became_at_risk", "Win them back"))
        self.assertFigures(self.customer.activity_ids, [{"summary": "Call", "user_id": self.salesperson.id}])
        self.assertEqual(self._follow_up("2025-07-29"), follow_up)
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_who_comes_back_needs_no_winning_back(self):
        self._only("became_at_risk")
        self._rule("became_at_risk").plan_id = self._playbook()
        self._follow_up("2025-07-28")
        self._insert_documents([(self.customer, "out_invoice", "2025-07-28", 1000)])
        self.assertFalse(self._follow_up("2025-07-29"))
        self.assertFalse(self.customer.activity_ids)

    def test_a_change_that_has_gone_back_starts_nothing(self):
        self._only("became_at_risk")
        self._night("2025-07-28")
        self._insert_documents([(self.customer, "out_invoice", "2025-07-28", 1000)])
        self.assertFalse(self._follow_up("2025-07-29"))
        self.assertEqual(self._log(), [])

    def test_a_new_key_account_gets_the_playbook_of_its_type(self):
        self._only("became_key_account")
        profile = self._profile(self.other)
        profile.with_user(self.manager).write({"manual_type_id": self._type("image").id, "manual_type_reason": "x"})
        self._plan(START)
        follow_up = profile.follow_up_ids
        self.assertEqual(follow_up.play_id.plan_id, self._type("image").plan_id)
        self.assertEqual(len(self.other.activity_ids), 2)
        self.assertEqual(set(self.other.activity_ids.mapped("automated")), {True})

    def test_a_playbook_without_steps_is_a_single_activity(self):
        self._only("became_lost")
        self._rule("became_lost").plan_id = self.env["mail.activity.plan"].create(
            {"name": "Empty", "res_model": "res.partner"}
        )
        follow_up = self._follow_up("2025-12-31")
        self.assertEqual(follow_up.activity_id.summary, "Was lost")
        self.assertIn("Lifecycle: Active → Lost", follow_up.reason)

    def test_the_author_is_told_that_what_was_set_by_hand_has_ended(self):
        self._only("override_ended")
        with freeze_time(f"{START} 12:00:00"):
            self._profile().with_user(self.manager).write(
                {"manual_category": "client", "manual_category_reason": "Closed", "manual_category_until": "2025-06-20"}
            )
        self.assertFalse(self._follow_up("2025-06-20"))
        follow_up = self._follow_up("2025-06-21")
        self.assertEqual(follow_up.user_id, self.manager)
        self.assertIn("had set by hand has ended (Closed).", follow_up.reason)
        follow_up.activity_id.action_feedback()
        self.assertFalse(self._follow_up("2025-06-22"))
        self.assertEqual(self._log(), [("override_ended", "2025-06-21", "ended")])

    def test_changes_of_before_a_rule_was_switched_on_are_past(self):
        self._only()
        self._follow_up("2025-12-31")
        self._only("became_lost")
        self.assertFalse(self._follow_up("2026-01-01"))

    def test_merged_customers_have_one_follow_up(self):
        self._only("contact")
        twin = self._customer("Twin", user_id=self.salesperson.id)
        self._insert_documents([(twin, "out_invoice", day, 1000) for day in MONTHS])
        self._follow_up("2025-07-05")
        self.assertTrue(self._lasting(twin))
        with mute_logger("odoo.addons.base.partner.merge"):
            self.env["base.partner.merge.automatic.wizard"].create({})._merge((twin + self.customer).ids, self.customer)
        self.assertEqual(len(self._lasting()), 1)
        self.assertEqual(len(self.customer.activity_ids), 1)


@tagged("post_install", "-at_install")
class TestScheduledAction(FollowUpCase):
    def test_it_runs_by_itself_and_goes_on_after_an_interruption(self):
        self._only("contact")
        self._night("2025-06-24")
        cron = self.env.ref("key_account_segmentation.ir_cron_follow_up")
        with freeze_time("2025-06-24 12:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(len(self._lasting()), 1)
