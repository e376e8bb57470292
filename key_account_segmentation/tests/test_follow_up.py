# SPDX-License-Identifier: LGPL-3.0-only
"""Follow-ups: what is planned for whom, by which cause, once; what becomes of it; and what they say."""

from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Date
from odoo.orm.model_classes import add_to_registry
from odoo.tests import freeze_time, tagged
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..tools.follow_up import DAYS_MAX
from .common import KeyAccountCase
from .roles import create_user


class FollowUpCase(KeyAccountCase):
    """A company with a customer and its account manager; days are counted from today, which is day 0."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("manager", "sales_team.group_sale_salesman", lang="en_US")
        cls.leader = cls._user("leader", "sales_team.group_sale_salesman_all_leads")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Field",
                "user_id": cls.leader.id,
                "company_id": False,
                "member_ids": [Command.link(cls.manager.id)],
            }
        )
        cls.types = {it.code: it for it in cls.env["key.account.type"].search([("code", "!=", False)])}
        cls.quadrants = {it.place: it for it in cls.company.key_account_policy_id.quadrant_ids}
        cls.follow_ups = cls.env["key.account.follow.up"]
        cls.rules = {
            rule.kind: rule
            for rule in cls.env["key.account.follow.up.rule"]
            .with_context(active_test=False)
            .search([("company_id", "=", cls.company.id)])
        }
        cls.today = Date.today()
        cls.customer = cls._customer("Steady Brewery", user_id=cls.manager.id)
        cls.profile = cls._profile_of(cls.customer)

    @classmethod
    def _user(cls, login, group, **values):
        return create_user(cls.env, f"kas_{login}", group, cls.company, **values)

    @classmethod
    def _day(cls, number):
        return cls.today + timedelta(days=number)

    @classmethod
    def _profile_of(cls, customer, **figures):
        """The profile of a customer who bought and was called yesterday, known for long."""
        profile = cls.env["key.account.refresh"]._ensure_profiles(cls.company, customer)
        values = {"lifecycle": "active", "category": "active_partner"}
        values |= dict.fromkeys(("last_invoice_date", "last_contact_date"), cls._day(-1))
        profile.write(values | figures)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE key_account_profile SET create_date = create_date - INTERVAL '1 year' WHERE id = %s", [profile.id]
        )
        profile.invalidate_recordset()
        return profile

    @contextmanager
    def _undone(self):
        """Whatever happens in the block is taken back."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _set(self, profile=None, **figures):
        (profile or self.profile).write(figures)
        self.env.flush_all()

    def _make_key_account(self, code="large_steady", days=30, **figures):
        self.types[code].contact_days = days
        self._set(main_type_id=self.types[code].id, **figures)

    def _run(self, number=0, kinds=None, hour=12):
        """What the scheduled action does on a day, without its commits; returns the follow-ups that were planned."""
        before = self.follow_ups.search([])
        with freeze_time(f"{self._day(number)} {hour}:00:00"):
            for kind in kinds or self.rules:
                for _done in self.rules[kind]._follow_up():
                    self.env.flush_all()
            while self.follow_ups._tell():
                pass
        return (self.follow_ups.search([]) - before).sorted("id")

    def _change(self, event, profile=None, number=0, **values):
        """A change as the refresh logs it."""
        what, old, new = {
            "became_key_account": ("type", False, str(self.types["large_steady"].id)),
            "became_at_risk": ("lifecycle", "active", "at_risk"),
            "became_lost": ("lifecycle", "at_risk", "lost"),
            "fell_quadrant": ("quadrant", str(self.quadrants["high_high"].id), str(self.quadrants["low_high"].id)),
            "became_major": ("major", False, "True"),
            "other": ("category", "client", "passive_partner"),
        }[event]
        return self.env["key.account.transition"].create(
            {
                "profile_id": (profile or self.profile).id,
                "date": self._day(number),
                "what": what,
                "old_value": old,
                "new_value": new,
                "event": event,
                "cause": "figures",
                **values,
            }
        )

    def _activities(self, customer=None):
        """All activities of a customer, done ones too."""
        activities = self.env["mail.activity"].with_context(active_test=False)
        return activities.search(
            [("res_model", "=", "res.partner"), ("res_id", "=", (customer or self.customer).id)], order="id"
        )

    def _due(self, kind):
        """Set the customer up so that a follow-up of the kind is due today."""
        if kind == "contact":
            self._make_key_account(last_contact_date=self._day(-30))
        elif kind == "rhythm":
            self._set(
                recurrence="monthly", cadence="monthly", lifecycle="late", expected_next_date=self._day(-6),
                median_gap_days=30.4,
            )  # fmt: skip
        elif kind == "reminder":
            self.rules["reminder"].active = True
            self._set(recurrence="periodic", cadence="quarterly", expected_next_date=self._day(7), median_gap_days=91)
        elif kind == "payment":
            self._set(overdue_amount=1300, payment_overdue_days=35)
        elif kind == "shrinking":
            self._set(is_shrinking=True, recent_3m=4200, recent_3m_prev=9800)
        elif kind == "review":
            self._set(review_date=self._day(0))
        elif kind == "override_ended":
            self._change("other", cause="ended", user_id=self.leader.id)
        else:
            self._set(**self._became(kind))
            self.types["large_steady"].plan_id = False
            self._change(kind)

    def _became(self, event):
        return {
            "became_key_account": {"main_type_id": self.types["large_steady"].id},
            "became_at_risk": {"lifecycle": "at_risk"},
            "became_lost": {"lifecycle": "lost"},
            "fell_quadrant": {"quadrant_id": self.quadrants["low_high"].id},
            "became_major": {"is_major": True},
        }[event]

    def _over(self, kind):
        """Take the cause back."""
        if kind == "contact":
            self._set(last_contact_date=self._day(0))
        elif kind in ("rhythm", "reminder"):
            self._set(expected_next_date=self._day(60), lifecycle="active")
        elif kind == "payment":
            self._set(overdue_amount=0, payment_overdue_days=0)
        elif kind == "shrinking":
            self._set(is_shrinking=False)
        elif kind == "review":
            self._set(review_date=self._day(90))
        elif kind == "override_ended":
            self._set(manual_category="client", manual_category_reason="Again")
        else:
            self._set(
                main_type_id=False, lifecycle="active", quadrant_id=self.quadrants["high_high"].id, is_major=False
            )


@tagged("post_install", "-at_install")
class TestRules(FollowUpCase):
    def test_every_company_has_each_rule_once(self):
        other = self.env["res.company"].create({"name": "Another Ltd"})
        rules = self.env["key.account.follow.up.rule"].with_context(active_test=False)
        rules._ensure_rules()
        for company in self.company | other:
            of_company = rules.search([("company_id", "=", company.id)])
            self.assertEqual(sorted(of_company.mapped("kind")), sorted(self.rules))
            self.assertEqual(of_company.filtered(lambda it: not it.active).mapped("kind"), ["reminder"])

    def test_each_rule_says_what_it_does(self):
        for kind, rule in self.rules.items():
            self.assertTrue(rule.explanation, kind)

    def test_each_cause_gets_one_activity_that_says_what_to_do_and_a_follow_up_that_says_why(self):
        expected = {
            "contact": ("Get in touch", "Get in touch", "Nobody has been in touch since"),
            "rhythm": ("Ask what they will need", "Call before they are gone", "6 days ago"),
            "reminder": ("Ask what they will need", "Ask what they will need", "The next purchase is expected on"),
            "became_key_account": (
                "Agree how often to talk", "Became a key account", "of the type “Large and steady” on",
            ),
            "became_at_risk": ("Get in touch", "Became at risk", "The last purchase was on"),
            "became_lost": ("Get in touch", "Became lost", "Lost since"),
            "fell_quadrant": (
                "Look at this account", "Fell a quadrant", f"Fell from “{self.quadrants['high_high'].name}” to",
            ),
            "became_major": (
                "Look at this account", "Became a major customer", "the business depends on this customer",
            ),
            "payment": (
                "Talk about invoices", "Ask about overdue invoices",
                "1,300.00\N{NO-BREAK SPACE}€ overdue, the oldest for 35 days.",
            ),
            "review": ("Look at this account", "Look again: still a special account?", "The review date was"),
            "override_ended": (
                "Look at this account", "What was set by hand has ended", "It was “Client”, now it is “Passive partner”.",
            ),
            "shrinking": (
                "Ask what has changed", "Ask what has changed",
                "4,200.00\xa0€ in the last 3 months, 9,800.00\xa0€ in the same months a year before.",
            ),
        }  # fmt: skip
        self.assertEqual(expected.keys(), self.rules.keys())
        for kind, (what_to_do, summary, reason) in expected.items():
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                row = self._run()
                self.assertFigures(row, [{"kind": kind, "state": "open", "summary": summary, "is_told": True}])
                activity = self._activities()
                self.assertFigures(activity, [{
                    "summary": what_to_do, "date_deadline": self.today, "automated": True,
                    "user_id": (self.leader if kind == "override_ended" else self.manager).id,
                }])  # fmt: skip
                self.assertIn(reason, row.reason)
                self.assertIn(f'href="/odoo/key-account-follow-ups/{row.id}"', activity.note)
                self.assertEqual(html2plaintext(activity.note, include_references=False), "Open the follow-up")

    def test_never_twice_while_the_cause_is_there_and_closed_when_it_is_gone(self):
        for kind in self.rules:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                row = self._run()
                activity = self._activities()
                for number in (0, 1, 2, 8 if kind == "reminder" else 20):
                    self.assertFalse(self._run(number, [kind]))
                self.assertEqual(self._activities(), activity)
                self._over(kind)
                self.assertFalse(self._run(0, [kind]))
                self.assertFalse(activity.exists())
                self.assertFigures(row, [{"state": "ended", "ended_date": self.today}])
                self.assertTrue(row.end_reason)
                self.assertFalse(self._run(1, [kind]))

    def test_done_or_deleted_is_not_planned_again_for_the_same_cause(self):
        for kind in set(self.rules) - {"contact"}:
            for done in (True, False):
                with self.subTest(kind=kind, done=done), self._undone():
                    self._due(kind)
                    row = self._run()
                    with freeze_time(f"{self._day(3)} 12:00:00"):
                        self._activities().action_feedback("Fine") if done else self._activities().unlink()
                        self.env.flush_all()
                    self.assertFalse(self._run(3, [kind]))
                    self.assertFigures(row, [{
                        "state": "ended" if kind == "override_ended" else "handled", "handled_date": self._day(3),
                    }])  # fmt: skip
                    self.assertFalse(self._run(60 if kind != "reminder" else 8, [kind]))

    def test_a_cause_that_comes_back_is_another_one(self):
        for kind in set(self.rules) - {"override_ended", "reminder"}:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                self._run()
                self._over(kind)
                self._run(1, [kind])
                self._due(kind)
                self.assertEqual(len(self._run(1, [kind])), 1)

    def test_an_open_one_serves_for_the_next_cause_and_a_handled_one_does_not(self):
        later = {
            "contact": lambda: self._set(last_contact_date=self._day(-25)),
            "rhythm": lambda: self._set(expected_next_date=self._day(1)),
            "review": lambda: self._set(review_date=self._day(8)),
        }
        for kind, change in later.items():
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                first = self._run()
                change()
                self.assertFalse(self._run(9, [kind]))
                self._activities().unlink()
                second = self._run(9, [kind])
                self.assertEqual((first.state, second.state), ("ended", "open"))

    def test_an_open_one_serves_for_the_next_change_and_a_handled_one_does_not(self):
        self._due("became_at_risk")
        self._run()
        self._change("became_at_risk", number=2)
        self.assertFalse(self._run(2))
        self._activities().unlink()
        self.assertFalse(self._run(3), "it has served for that one")
        self._change("became_at_risk", number=4)
        self.assertEqual(len(self._run(4)), 1)

    def test_a_deleted_call_comes_again_after_another_rhythm_without_contact(self):
        self._due("contact")
        self._run()
        self._activities().unlink()
        self.assertFalse(self._run(5))
        self.assertFalse(self._run(34))
        self.assertEqual(len(self._run(35)), 1)

    def test_switched_off_closes_what_is_open(self):
        self._due("payment")
        row = self._run()
        self.rules["payment"].active = False
        self.assertFalse(self._run(1))
        self.assertFigures(row, [{"state": "ended", "end_reason": "Such follow-ups have been switched off"}])
        self.assertFalse(self._activities())

    def test_changes_while_switched_off_do_not_come_up_later(self):
        self.rules["became_at_risk"].active = False
        self._due("became_at_risk")
        self._run()
        self.rules["became_at_risk"].active = True
        self.assertFalse(self._run(1))

    def test_a_change_that_was_taken_back_starts_nothing(self):
        for event in ("became_key_account", "became_at_risk", "became_lost", "fell_quadrant", "became_major"):
            with self.subTest(event=event), self._undone():
                self._due(event)
                self._over(event)
                self.assertFalse(self._run())
                self._set(**self._became(event))
                self.assertFalse(self._run(1), "it is done with")

    def test_a_new_policy_starts_nothing(self):
        for event in ("became_key_account", "became_at_risk", "became_lost", "fell_quadrant", "became_major"):
            with self.subTest(event=event), self._undone():
                self._set(**self._became(event))
                self._change(event, cause="policy")
                self.assertFalse(self._run())

    def test_whom_a_rule_is_about(self):
        key_account = {"main_type_id": self.types["image"].id, "category": "client"}
        partner = {"main_type_id": False, "category": "active_partner"}
        client = {"main_type_id": False, "category": "client"}
        for scope, expected in {
            "key_accounts": (True, False, False), "partners": (True, True, False), "all": (True, True, True),
        }.items():  # fmt: skip
            for customer, is_due in zip((key_account, partner, client), expected, strict=True):
                for kind in ("rhythm", "payment", "became_at_risk"):
                    with self.subTest(scope=scope, customer=customer, kind=kind), self._undone():
                        self.rules[kind].scope = scope
                        self._due(kind)
                        self._set(**customer)
                        self.assertEqual(len(self._run(0, [kind])), int(is_due))

    def test_who_is_lost_was_a_partner_or_key_account_until_that_day(self):
        """Who is lost falls at once: a client by the time the change is followed up."""
        cases = {
            "partner": ({"what": "category", "old_value": "active_partner", "new_value": "client"}, 0, 1),
            "key account": ({"what": "type", "old_value": str(self.types["image"].id), "new_value": False}, 0, 1),
            "long ago": ({"what": "category", "old_value": "active_partner", "new_value": "client"}, -1, 0),
            "never": ({"what": "category", "old_value": "passive_partner", "new_value": "client"}, 0, 0),
        }
        for label, (change, number, count) in cases.items():
            with self.subTest(label), self._undone():
                self._change("other", number=number, **change)
                self._due("became_lost")
                self._set(category="client")
                self.assertEqual(len(self._run()), count)

    def test_contact_counts_from_the_last_contact_and_an_invoice_is_none(self):
        self._make_key_account(last_invoice_date=self._day(-1), last_contact_date=self._day(-29))
        self.assertFalse(self._run())
        self.assertEqual(len(self._run(1)), 1)

    def test_contact_of_today_counts_before_the_night(self):
        person = self._customer("Barbara", is_company=False, parent_id=self.customer.id)
        ways = {
            "message": lambda: person.with_user(self.manager).message_post(
                body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=person.ids
            ),
            "done activity": lambda: person.activity_schedule(user_id=self.manager.id).action_feedback("Fine"),
            "meeting": lambda: self.env["calendar.event"].create(
                {"name": "Visit", "start": f"{self.today} 09:00:00", "stop": f"{self.today} 10:00:00",
                 "partner_ids": [Command.link(person.id)]}
            ),
        }  # fmt: skip
        if "sale.order" in self.env:
            orders = self.env["sale.order"].with_user(self.manager)
            ways["order"] = lambda: orders.create({"partner_id": person.id}).action_confirm()
        for way, contact in ways.items():
            with self.subTest(way), self._undone():
                self._due("contact")
                contact()
                self.assertFalse(self._run(0, hour=23))
        self._due("contact")
        person.with_user(self.manager).message_post(body="A note", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertEqual(len(self._run()), 1, "a note is no contact")

    def test_a_type_without_rhythm(self):
        self._make_key_account(days=0, last_invoice_date=self._day(-400))
        self.assertFalse(self._run())

    def test_who_was_never_contacted_is_due_a_rhythm_after_being_found_and_never_is_said(self):
        self._make_key_account(last_contact_date=False, days=366)
        self.assertFalse(self._run(0))
        row = self._run(1)
        self.assertIn("Nobody has ever been in touch with them.", row.reason)
        self.assertFalse(self._run(2))
        self._activities().unlink()
        self.assertFalse(self._run(3))
        self.assertFalse(self._run(3 + 365))
        self.assertEqual(len(self._run(3 + 366)), 1, "a deleted call comes again after another rhythm")

    def test_who_was_never_contacted_is_due_a_rhythm_after_becoming_a_key_account(self):
        self._make_key_account(last_contact_date=False, days=30)
        self._change("became_key_account", number=-5)
        self.assertFalse(self._run(24, ["contact"]))
        row = self._run(25, ["contact"])
        self.assertEqual(len(row), 1)
        self._set(last_contact_date=self._day(26))
        self.assertFalse(self._run(27, ["contact"]))
        self.assertEqual(row.state, "ended")
        self.assertEqual(len(self._run(26 + 30, ["contact"])), 1)

    def test_what_is_done_by_the_system_is_no_contact(self):
        """A closed follow-up deletes its activity: the next rhythm counts from the last real contact."""
        self._due("contact")
        self._due("payment")
        self.assertEqual(len(self._run()), 2)
        self._over("payment")
        self._run(1)
        self.assertEqual(self._activities().mapped("summary"), ["Get in touch"])

    def test_late_by_the_tolerance_of_each_rhythm(self):
        thresholds = self.company.key_account_policy_id._thresholds()
        for cadence in ("monthly", "quarterly", "annual"):
            days = int(thresholds.tolerance(cadence))
            with self.subTest(cadence=cadence), self._undone():
                self._due("rhythm")
                self._set(cadence=cadence, expected_next_date=self._day(-days))
                self.assertFalse(self._run())
                self.assertEqual(len(self._run(1)), 1)

    def test_who_is_lost_is_not_called_before_being_gone_but_a_call_stays(self):
        with self._undone():
            self._due("rhythm")
            self._set(lifecycle="lost")
            self.assertFalse(self._run())
        self._due("rhythm")
        row = self._run()
        self._set(lifecycle="lost")
        self._run(10, ["rhythm"])
        self.assertEqual(row.state, "open")

    def test_other_rhythms_than_monthly_and_periodic(self):
        for recurrence in ("seasonal", "occasional", "new", "one_off"):
            with self.subTest(recurrence), self._undone():
                self._due("rhythm")
                self._set(recurrence=recurrence)
                self.assertFalse(self._run())

    def _set_a_border(self, amount):
        portfolios = self.env["key.account.portfolio"].sudo()
        portfolios.create({"company_id": self.company.id, "as_of_date": self.today, "a_border": amount})

    def test_payment_from_one_percent_of_the_a_border_on_and_after_the_grace(self):
        for a_border, amount, days, count in (
            (50, 0.5, 6, 1),
            (50, 0.49, 6, 0),
            (50, 0.5, 5, 0),
            # 1.004 is not reached by 1.00
            (100.4, 1, 6, 0),
            (100.4, 1.01, 6, 1),
            (110, 1.1, 6, 1),
            (False, 0.01, 6, 1),
            (False, 0, 0, 0),
            (False, False, False, 0),
        ):
            with self.subTest(a_border=a_border, amount=amount, days=days), self._undone():
                self._set_a_border(a_border)
                self._set(overdue_amount=amount, payment_overdue_days=days)
                self.assertEqual(len(self._run()), count)

    def test_payment_by_the_settings_of_the_rule(self):
        self._set_a_border(100)
        self.rules["payment"].write({"overdue_share_min": 0.5, "grace_days": 0})
        for amount, days, count in ((50, 1, 1), (49.99, 1, 0), (50, 0, 0)):
            with self.subTest(amount=amount, days=days), self._undone():
                self._set(overdue_amount=amount, payment_overdue_days=days)
                self.assertEqual(len(self._run()), count)
        self._set(overdue_amount=50, payment_overdue_days=1)
        self.assertEqual(self._run().reason, "50.00\N{NO-BREAK SPACE}€ overdue, the oldest for 1 day.")

    def test_settings_of_payment_that_make_no_sense_are_refused(self):
        rule = self.rules["payment"]
        with self.assertRaisesRegex(ValidationError, f"has {DAYS_MAX + 1} days"):
            rule.grace_days = DAYS_MAX + 1
        for values in ({"grace_days": -1}, {"overdue_share_min": -0.1}, {"overdue_share_min": 1.1}):
            with self.subTest(values), mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self._undone():
                rule.write(values)
                self.env.flush_all()

    def test_payment_stays_as_it_is_until_a_night_has_found_out_what_is_overdue(self):
        """After the upgrade that brought the figure, nobody knows."""
        self._due("payment")
        row = self._run()
        self._set(overdue_amount=False, payment_overdue_days=False)
        self.assertFalse(self._run(1, ["payment"]))
        self.assertEqual(row.state, "open")
        self._set(overdue_amount=0, payment_overdue_days=0)
        self._run(2, ["payment"])
        self.assertEqual(row.state, "ended")

    def test_payment_asks_the_user_of_the_rule_else_an_accountant_else_who_looks_after_the_customer(self):
        self._due("payment")
        create_user(self.env, "kas_elsewhere", "account.group_account_user", self._create_company("Elsewhere"))
        chosen = self._user("chosen", "account.group_account_invoice")
        boss = self._user("boss", "account.group_account_manager,base.group_system")
        clerk = self._user("clerk", "account.group_account_user")
        self.rules["payment"].user_id = chosen
        for user in (chosen, clerk, boss, self.manager):
            with self.subTest(user.login), self._undone():
                self.assertEqual(self._run(0, ["payment"]).user_id, user)
            user.action_archive()


@tagged("post_install", "-at_install")
class TestKinds(FollowUpCase):
    QUESTIONS = ("due", "summary", "reason", "to_do", "gone", "explanation", "defaults")
    SETTINGS = ("scope", "days", "overdue_share_min", "grace_days", "plan_id")
    RULE = "key.account.follow.up.rule"

    def _kinds(self):
        return self.follow_ups._fields["kind"].get_values(self.env)

    def _add_complaint(self):
        """Another module's kind: one class on the rule. It is followed up while the reason of a category says so."""
        model = self.registry[self.RULE]
        self.addCleanup(self.registry._setup_models__, self.env.cr, [self.RULE])
        self.addCleanup(setattr, model, "_base_classes__", model._base_classes__)

        class KeyAccountFollowUpRule(models.Model):
            _module = None
            _name = self.RULE
            _inherit = [self.RULE]

            kind = fields.Selection(selection_add=[("complaint", "Complaint")], ondelete={"complaint": "cascade"})

            def _complaint_defaults(self):
                return {"sequence": 20, "scope": "all"}

            def _complaint_due(self, _known):
                rows = self._figures(
                    self._scope_domain() & fields.Domain("cannot_be_developed_reason", "=", "Complains")
                )
                return {row["id"]: None for row in rows}

            def _complaint_summary(self):
                return "Listen"

            def _complaint_reason(self, profile, _since, _changes):
                return f"{profile.partner_id.name} complains."

            def _complaint_to_do(self):
                return "Call"

            def _complaint_gone(self, _env):
                return "Content"

            def _complaint_explanation(self):
                return "Customers who complain."

        add_to_registry(self.registry, KeyAccountFollowUpRule)
        self.registry._setup_models__(self.env.cr, [])
        rules = self.env[self.RULE]
        rules._ensure_rules()
        self.rules = self.rules | {
            "complaint": rules.search([("company_id", "=", self.company.id), ("kind", "=", "complaint")])
        }

    def test_every_kind_answers_every_question(self):
        rules = self.env[self.RULE]
        self.assertEqual(sorted(self._kinds()), sorted(self.rules))
        for kind in self._kinds():
            for question in self.QUESTIONS:
                with self.subTest(kind=kind, question=question):
                    self.assertTrue(callable(rules._kind_method(kind, question)))
        with self.assertRaisesRegex(NotImplementedError, "_contact_sing"):
            rules._kind_method("contact", "sing")

    def test_kinds_are_named_and_ordered_as_their_rules(self):
        rules = self.env[self.RULE].with_context(active_test=False).search([("company_id", "=", self.company.id)])
        self.assertEqual(self._kinds(), rules.sorted("sequence").mapped("kind"))
        self.assertEqual(len(set(rules.mapped("sequence"))), len(rules))
        for lang in (False, "en_US"):
            rows, rules = self.follow_ups.with_context(lang=lang), rules.with_context(lang=lang)
            self.assertEqual(
                rows.fields_get(["kind"])["kind"]["selection"], rules.fields_get(["kind"])["kind"]["selection"]
            )

    def test_a_rule_shows_the_settings_of_its_kind(self):
        event, rhythm, money = {"scope", "plan_id"}, {"scope"}, {"scope", "overdue_share_min", "grace_days"}
        expected = {
            "contact": {"scope"}, "rhythm": rhythm, "reminder": {"scope", "days"}, "payment": money,
            "review": set(), "override_ended": set(), "became_key_account": event, "became_at_risk": event,
            "became_lost": event, "fell_quadrant": event, "became_major": event, "shrinking": {"scope"},
        }  # fmt: skip
        shown = {kind: set(rule.settings).intersection(self.SETTINGS) for kind, rule in self.rules.items()}
        self.assertEqual(shown, expected)

    def test_a_playbook_is_for_kinds_that_show_it(self):
        plan = self.env.ref("key_account_segmentation.playbook_key_account")
        for kind in ("payment", "became_at_risk"):
            with self.subTest(kind), self._undone():
                self.rules[kind].plan_id = plan
                self._due(kind)
                self.assertEqual(bool(self._run(0, [kind]).play_id), kind == "became_at_risk")

    def test_another_module_adds_a_kind_by_one_class(self):
        self._add_complaint()
        rule = self.rules["complaint"]
        self.assertEqual((rule.sequence, rule.scope, rule.explanation), (20, "all", "Customers who complain."))
        self.assertIn("complaint", self._kinds())
        self.assertIn("scope", rule.settings)
        complains = {"cannot_be_developed": True, "cannot_be_developed_reason": "Complains"}
        self._set(**complains)
        row = self._run(0, ["complaint"])
        self.assertFigures(row, [{"kind": "complaint", "summary": "Listen", "reason": "Steady Brewery complains."}])
        self.assertEqual(self._activities().summary, "Call")
        self.assertFalse(self._run(1, ["complaint"]))
        self._set(**dict.fromkeys(complains, False))
        self._run(2, ["complaint"])
        self.assertFigures(row, [{"state": "ended", "end_reason": "Content"}])
        self.assertFalse(self._activities())

    def test_a_kind_leaves_nothing_behind_when_its_module_goes(self):
        self._add_complaint()
        self._set(cannot_be_developed=True, cannot_be_developed_reason="Complains")
        self._due("payment")
        rows = self._run(0, ["complaint", "payment"])
        self.assertEqual(sorted(self._activities().mapped("summary")), ["Call", "Talk about invoices"])
        self.env.cr.execute(
            """
            INSERT INTO ir_model_fields_selection (field_id, value, name)
            SELECT id, 'complaint', '{"en_US": "Complaint"}' FROM ir_model_fields WHERE model = %s AND name = 'kind'
            RETURNING id
            """,
            [self.RULE],
        )
        selection = self.env["ir.model.fields.selection"].browse(self.env.cr.fetchone())
        selection.with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
        self.assertFalse(self.rules["complaint"].exists())
        self.assertEqual(rows.exists().kind, "payment")
        self.assertEqual(self._activities().mapped("summary"), ["Talk about invoices"])

    def test_a_rule_whose_module_is_not_there_can_be_shown(self):
        rule = self.rules["review"]
        self.env.cr.execute("UPDATE key_account_follow_up_rule SET kind = 'unknown' WHERE id = %s", [rule.id])
        rule.invalidate_recordset()
        self.assertFigures(rule, [{"explanation": False, "display_name": False, "settings": False}])
