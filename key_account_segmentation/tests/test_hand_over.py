# SPDX-License-Identifier: LGPL-3.0-only
"""Account managers who leave: one activity asks for the hand-over, at the right day, of the right one, never twice.

Nobody else reads it.
"""

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command, Date
from odoo.tests import freeze_time, new_test_user, tagged

from .roles import ROLES, create_user
from .test_load import LoadCase

LAST_DAY = date(2026, 6, 15)


@tagged("post_install", "-at_install")
class TestHandOver(LoadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaver = cls.users["own"]
        cls.leader = cls.users["all"]
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Field",
                "user_id": cls.leader.id,
                "company_id": False,
                "member_ids": [Command.link(cls.leaver.id)],
            }
        )
        cls.hand_overs = cls.env["key.account.hand.over"]
        cls.hand_overs._propose_hand_overs()

    def _propose(self, day):
        """What the scheduled action does on a day; returns the activities there are then, done ones too."""
        with freeze_time(f"{day} 12:00:00"):
            self.hand_overs._propose_hand_overs()
            self.env.flush_all()
        return self._activities(self.leaver)

    def _activities(self, user):
        activities = self.env["mail.activity"].with_context(active_test=False)
        hand_overs = self.hand_overs.search([("user_id", "=", user.id)])
        return activities.search([("res_model", "=", "key.account.hand.over"), ("res_id", "in", hand_overs.ids)])

    def _told(self, user):
        """What a user was told apart from any record, the latest first."""
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
                ("model", "=", False),
            ]
        )

    def _named(self, user):
        """The key accounts that the form shows to a user."""
        return self.hand_overs.search([]).with_user(user).key_account_ids.partner_id.mapped("name")

    def _leave(self, day=LAST_DAY, propose="2026-06-01"):
        self.leaver.key_account_leave_date = day
        return propose and self._propose(propose)

    def test_the_team_leader_is_asked_two_weeks_before(self):
        self._leave(propose=None)
        self.assertFalse(self._propose("2026-05-31"))
        activity = self._propose("2026-06-01")
        self.assertFigures(
            activity,
            [
                {
                    "summary": "Hand over the key accounts of key_account_own before Jun 15, 2026: 1".replace(
                        "key_account_own", self.leaver.name
                    ),
                    "user_id": self.leader.id,
                    "date_deadline": LAST_DAY,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                }
            ],
        )
        self.assertEqual(self._named(self.leader), ["anchor"])
        self.assertIn('href="/odoo/key-account-managers"', activity.note)

    def test_it_is_due_today_when_the_last_day_has_passed(self):
        for proposed, words in (("2026-06-15", "before Jun 15, 2026: 1"), ("2026-06-16", "who has left: 1")):
            with self.subTest(proposed=proposed):
                activity = self._leave(propose=proposed)
                self.assertEqual(activity.date_deadline, Date.to_date(proposed))
                self.assertIn(words, activity.summary)
                self.hand_overs.search([]).unlink()
                activity.exists().unlink()

    def test_an_archived_account_manager_has_left(self):
        self.leaver.action_archive()
        self.assertFalse(self.leaver.crm_team_member_ids)
        activity = self._propose("2026-06-01")
        self.assertFigures(activity, [{"user_id": self.leader.id, "date_deadline": date(2026, 6, 1)}])
        self.assertEqual(len(self._propose("2026-09-01")), 1)

    def test_never_twice(self):
        activity = self._leave()
        for what, change in [
            ("again", lambda: None),
            ("moved", lambda: activity.write({"date_deadline": date(2026, 7, 1)})),
            ("given away", lambda: activity.write({"user_id": self.users["manager"].id})),
            ("done", activity.action_done),
            ("archived user", lambda: self.leaver.write({"active": False})),
        ]:
            change()
            for day in ("2026-06-02", "2026-06-15", "2026-06-16", "2026-08-01"):
                with self.subTest(what=what, day=day):
                    self.assertEqual(self._propose(day), activity)

    def test_a_deleted_one_does_not_come_back(self):
        self._leave().unlink()
        self.assertFalse(self._propose("2026-06-02"))

    def test_another_last_day_is_another_hand_over(self):
        first = self._leave()
        second = self._leave(date(2026, 6, 20), "2026-06-10")
        self.assertFalse(first.exists())
        self.assertEqual((len(second), second.date_deadline), (1, date(2026, 6, 20)))
        self.assertIn("The last day is another now: Hand over", self._told(self.leader)[0].body)

    def test_it_is_taken_back_and_who_was_asked_is_told(self):
        for reason, cause, undo in [
            (
                "Not leaving within two weeks any more",
                lambda: self.leaver.write({"key_account_leave_date": False}),
                lambda: None,
            ),
            (
                "Not leaving within two weeks any more",
                lambda: self.leaver.write({"key_account_leave_date": date(2026, 9, 1)}),
                lambda: None,
            ),
            (
                "No key account left to hand over",
                lambda: self.customers["anchor"].write({"user_id": self.leader.id}),
                lambda: self.customers["anchor"].write({"user_id": self.leaver.id}),
            ),
            (
                "No key account left to hand over",
                lambda: self.customers["anchor"].write({"active": False}),
                lambda: self.customers["anchor"].write({"active": True}),
            ),
        ]:
            with self.subTest(reason=reason):
                self.assertEqual(len(self._leave()), 1)
                cause()
                self.assertFalse(self._propose("2026-06-02"))
                self.assertIn(reason, self._told(self.leader)[0].body)
                self.assertFalse(self.hand_overs.search([]))
                undo()

    def test_what_was_done_stays_when_nothing_is_left(self):
        activity = self._leave()
        activity.action_feedback("Anna takes them")
        told = self._told(self.leader)
        self.customers["anchor"].user_id = self.leader
        self.assertEqual(self._propose("2026-06-02"), activity)
        self.assertEqual(self._told(self.leader), told)
        hand_over = self.hand_overs.search([])
        self.assertTrue(hand_over.is_over)
        self.assertIn("Anna takes them", hand_over.message_ids[0].body)
        self.customers["anchor"].user_id = self.leaver
        self.assertEqual(len(self._propose("2026-06-03")), 2, "there is something to hand over again")

    def test_the_number_follows_as_long_as_nobody_writes_over_it(self):
        activity = self._leave()
        self._live([self.customers["bridge"]]).main_type_id = self.type
        self._propose("2026-06-02")
        self.assertTrue(activity.summary.endswith(": 2"), activity.summary)
        activity.summary = "Ask Nora"
        self._live([self.customers["bridge"]]).main_type_id = False
        self._propose("2026-06-03")
        self.assertEqual(activity.summary, "Ask Nora")

    def test_who_has_no_key_account_hands_nothing_over(self):
        self.users["manager"].key_account_leave_date = LAST_DAY
        self._propose("2026-06-14")
        self.assertFalse(self._activities(self.users["manager"]))

    def test_who_is_asked(self):
        administrators = self.env.ref("sales_team.group_sale_manager").all_user_ids
        first = administrators.filtered(lambda user: self.company in user.company_ids).sorted("id")[0]
        elsewhere = self._create_company("Elsewhere Ltd")
        for what, leader, asked in [
            ("a leader", self.leader, self.leader),
            ("no leader", self.env["res.users"], first),
            ("a leader who sees own customers only", self._colleague("own", self.company), first),
            ("a leader who works elsewhere", self._colleague("all", elsewhere), first),
            ("the one who leaves", self.leaver, first),
        ]:
            with self.subTest(what=what):
                self.team.user_id = leader
                if leader == self.leaver:
                    leader.group_ids += self.env.ref(ROLES["all"])
                activity = self._leave()
                self.assertEqual(activity.user_id, asked)
                self.hand_overs.search([]).unlink()
                activity.exists().unlink()

    def _colleague(self, role, company):
        return create_user(self.env, f"colleague {company.id}", ROLES[role], company)

    def test_the_leader_of_a_team_one_was_in_is_not_asked(self):
        self.leaver.crm_team_member_ids.action_archive()
        self.assertNotEqual(self._leave().user_id, self.leader)

    def test_an_archived_leader_is_not_asked(self):
        self.leader.active = False
        self.assertNotEqual(self._leave().user_id, self.leader)

    def test_without_anybody_to_ask_it_waits(self):
        group = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertTrue(group.all_user_ids)
        able = group.all_user_ids
        able.company_ids = [Command.link(self.env["res.company"].create({"name": "Elsewhere"}).id)]
        able.company_id = self.env["res.company"].search([("name", "=", "Elsewhere")])
        able.company_ids = [Command.set(able.company_id.ids)]
        self.assertFalse(self._leave())
        self.assertFalse(self.hand_overs.search([]))
        self.leader.company_ids += self.company
        self.assertEqual(self._propose("2026-06-02").user_id, self.leader)

    def test_customers_of_a_company_one_may_not_see_are_not_named(self):
        self.customers["dock"].user_id = self.leaver
        self._profile("dock", self.abroad, main_type_id=self.type.id)
        self._live([self.customers["dock"]]).main_type_id = False
        activity = self._leave()
        self.assertTrue(activity.summary.endswith(": 2"), activity.summary)
        self.assertEqual(self._named(self.leader), ["anchor"])
        self.assertNotIn("dock", activity.note)

    def test_it_is_written_in_the_language_of_who_is_asked(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.leader.lang = "fr_FR"
        self.assertIn("15 juin 2026", self._leave().summary)

    def test_many_leavers_take_the_same_queries_each(self):
        def leave(number):
            for index in range(number):
                user = new_test_user(self.env, f"leaver_{number}_{index}", ROLES["own"])
                user.key_account_leave_date = LAST_DAY
                name = f"customer {number} {index}"
                self.customers[name] = self._customer(name, user_id=user.id)
                self._profile(name, self.company, main_type_id=self.type.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._propose("2026-06-01")
            return self.env.cr.sql_log_count - before

        leave(1)
        few, many = leave(2), leave(12)
        self.assertLess(many / 12, few / 2 * 1.1)
        again = self.env.cr.sql_log_count
        self._propose("2026-06-01")
        self.assertLess(self.env.cr.sql_log_count - again, many / 4)

    def test_nobody_writes_it(self):
        for role in ("own", "all", "manager"):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(self.hand_overs.with_user(self.users[role]).has_access(operation))


@tagged("post_install", "-at_install")
class TestWhoReads(LoadCase):
    """Nobody but who is asked, and sales administrators, learns that a colleague leaves, or when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaver = cls.users["own"]
        cls.leader = create_user(cls.env, "kas_leader", ROLES["all"], cls.company)
        cls.env["crm.team"].create(
            {
                "name": "Field",
                "user_id": cls.leader.id,
                "company_id": False,
                "member_ids": [Command.link(cls.leaver.id)],
            }
        )
        cls.elsewhere = cls._create_company("Elsewhere Ltd")
        cls.strangers = {
            "own": create_user(cls.env, "kas_own", ROLES["own"], cls.company),
            "all": create_user(cls.env, "kas_all", ROLES["all"], cls.company),
            "invoicing": create_user(cls.env, "kas_invoicing", f"base.group_user,{ROLES['invoicing']}", cls.company),
            "auditor": create_user(cls.env, "kas_auditor", f"base.group_user,{ROLES['auditor']}", cls.company),
            "employee": create_user(cls.env, "kas_employee", ROLES["employee"], cls.company),
            "system": create_user(cls.env, "kas_system", "base.group_system", cls.company),
            "portal": create_user(cls.env, "kas_portal", ROLES["portal"], cls.company),
            "the one who leaves": cls.leaver,
            "manager elsewhere": create_user(cls.env, "kas_elsewhere", ROLES["manager"], cls.elsewhere),
        }
        cls.leaver.key_account_leave_date = LAST_DAY
        cls.hand_overs = cls.env["key.account.hand.over"]
        with freeze_time("2026-06-01 12:00:00"):
            cls.hand_overs._propose_hand_overs()
            cls.env.flush_all()
        cls.hand_over = cls.hand_overs.search([("user_id", "=", cls.leaver.id)])
        cls.activity = cls.hand_over.activity_id

    def _as_user(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=user.company_id.ids, active_test=False)

    def assertHidden(self, role, user):
        """Neither the record nor its activity nor a word of it is read, counted or found."""
        messages = self.env["mail.message"].search(
            [("model", "=", "key.account.hand.over"), ("res_id", "=", self.hand_over.id)]
        )
        self.assertTrue(messages)
        for records in (self.hand_over, self.activity, messages):
            with self.subTest(role=role, model=records._name), self.assertRaises(AccessError):
                self._as_user(user, records).read()
        for name, domain in [
            ("key.account.hand.over", [("leave_date", "=", LAST_DAY)]),
            ("key.account.hand.over", [("user_id", "=", self.leaver.id)]),
            ("key.account.hand.over", [("activity_ids.summary", "like", "Hand over")]),
            ("mail.activity", [("summary", "like", "Hand over the key accounts")]),
            ("mail.activity", [("res_model", "=", "key.account.hand.over")]),
            ("mail.message", [("model", "=", "key.account.hand.over")]),
            ("mail.message", [("body", "like", "Hand over the key accounts")]),
        ]:
            model = self._as_user(user, self.env[name])
            with self.subTest(role=role, model=name, domain=domain):
                try:
                    self.assertFalse(model.search_count(domain))
                except AccessError:
                    continue

    def test_nobody_else_reads_it(self):
        self._as_user(self.leader, self.activity).action_feedback("Anna takes them by June 15")
        for role, user in self.strangers.items():
            self.assertHidden(role, user)

    def test_nobody_else_reads_it_before_it_is_done(self):
        self.hand_over.message_post(body="In June", message_type="comment")
        for role, user in self.strangers.items():
            self.assertHidden(role, user)

    def test_nothing_stands_on_the_person_it_is_about(self):
        self._as_user(self.leader, self.activity).action_feedback("Anna takes them by June 15")
        self.leaver.key_account_leave_date = False
        with freeze_time("2026-06-02 12:00:00"):
            self.hand_overs._propose_hand_overs()
            self.env.flush_all()
        here = [("res_id", "=", self.leaver.partner_id.id)]
        activities = self.env["mail.activity"].with_context(active_test=False)
        self.assertFalse(activities.search([("res_model", "=", "res.partner"), *here]))
        messages = self.env["mail.message"].search([("model", "=", "res.partner"), *here])
        self.assertFalse(messages.filtered(lambda message: "and over" in message.body or "June" in message.body))

    def test_the_last_day_of_a_colleague_is_no_field_of_theirs(self):
        for role in set(self.strangers) - {"all", "manager elsewhere"}:
            users = self._as_user(self.strangers[role], self.env["res.users"])
            with self.subTest(role=role), self.assertRaises(AccessError):
                users.search_count([("key_account_leave_date", "=", LAST_DAY)])

    def test_who_is_asked_and_sales_administrators_read_and_answer(self):
        for user in (self.leader, self.users["manager"]):
            seen = self._as_user(user, self.hand_over)
            self.assertEqual((seen.leave_date, seen.responsible_id), (LAST_DAY, self.leader))
            self.assertEqual(seen.key_account_ids.partner_id, self.customers["anchor"])
            self.assertIn("Hand over the key accounts", self._as_user(user, self.activity).summary)
            seen.message_post(body="I ask Anna", message_type="comment")
            self.assertEqual(user in seen.message_partner_ids.user_ids, user == self.leader)

    def test_who_takes_the_activity_over_reads_it(self):
        anna = self.strangers["all"]
        self._as_user(self.leader, self.activity).user_id = anna
        self.env.flush_all()
        self.assertEqual(self._as_user(anna, self.hand_over).leave_date, LAST_DAY)
        self.activity.unlink()
        self.assertEqual(self.hand_over.responsible_id, anna)

    def test_nobody_makes_themselves_a_follower(self):
        for role in ("own", "all", "manager elsewhere"):
            user = self.strangers[role]
            self._as_user(user, self.hand_over).message_subscribe(user.partner_id.ids)
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as_user(user, self.hand_over).message_subscribe((user | self.leaver).partner_id.ids)
        self.assertEqual(self.hand_over.message_partner_ids, self.leader.partner_id)
