# SPDX-License-Identifier: LGPL-3.0-only
"""Whose day it is: the company's, also when it is another one in UTC, for the scheduled action, or where the user sits."""

import random
import runpy
from datetime import date, datetime, timedelta
from pathlib import Path

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import KeyAccountPostingCase
from .roles import create_user

STALE = "key_account_segmentation.ir_cron_refresh_stale"
ALL = "key_account_segmentation.ir_cron_refresh_all"
FOLLOW_UP = "key_account_segmentation.ir_cron_follow_up"

#: 10 February, 09:30 in Auckland.
AUCKLAND_MORNING = "2026-02-09 20:30:00"
ZONES = (
    False, "UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Pago_Pago", "Pacific/Auckland",
    "Pacific/Kiritimati", "Asia/Kolkata",
)  # fmt: skip

#: 9 February, 18:00 in Honolulu and 20:00 in Los Angeles.
PACIFIC_EVENING = "2026-02-10 04:00:00"


class TimeZoneCase(CronMixinCase, KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["key.account.run"]
        cls.marks = cls.env["key.account.stale"]
        cls.clerk = create_user(cls.env, "zone_clerk", "account.group_account_invoice", cls.company)
        cls.manager = create_user(cls.env, "zone_manager", "sales_team.group_sale_manager", cls.company)
        cls.salesperson = create_user(cls.env, "zone_seller", "sales_team.group_sale_salesman_all_leads", cls.company)
        cls.newcomer, cls.regular = cls._customer("Newcomer"), cls._customer("Regular")
        cls._post(cls.regular, "2026-01-20", 100)

    def _live_in(self, zone, *users):
        """The company and these users are there."""
        self.company.partner_id.tz = zone
        for user in users:
            user.tz = zone

    def _call(self, xmlid):
        """Run a scheduled action as its own user, as the server does."""
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()

    def _post_today(self, partner, amount, user=None):
        """Posted by a clerk in their own browser: the invoice date is left to Odoo."""
        user = user or self.clerk
        invoice = (
            self.env["account.move"]
            .with_user(user)
            .with_context(tz=user.tz, allowed_company_ids=self.company.ids)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})],
                }
            )
        )
        invoice.action_post()
        return invoice

    def _revenue(self, partner):
        return self._live([partner]).revenue_12m if self._live([partner]) else None

    def _refresh_now(self, user):
        """The button, with its dialog, in the user's browser."""
        runs = self.runs.with_user(user).with_context(tz=user.tz, allowed_company_ids=self.company.ids)
        ids = runs.refresh_start()
        for run_id in ids:
            while runs.refresh_step(run_id)["state"] in ("waiting", "running"):
                pass
        return self.runs.browse(ids)


@tagged("post_install", "-at_install")
class TestTodaysInvoice(TimeZoneCase):
    """What is posted today counts, and no mark is used up before its document does."""

    def test_in_auckland_in_the_morning(self):
        self._live_in("Pacific/Auckland", self.clerk)
        with freeze_time(AUCKLAND_MORNING):
            self.runs.refresh_all(self.company)
            invoices = self._post_today(self.newcomer, 500) + self._post_today(self.regular, 500)
            self.assertEqual(invoices.mapped("invoice_date"), [date(2026, 2, 10)] * 2)
            self._call(STALE)
            self.assertEqual([self._revenue(self.newcomer), self._revenue(self.regular)], [500, 600])
            self.assertFalse(self.marks.search([("company_number", "=", self.company.id)]))

    def test_in_auckland_before_anybody_was_worked_out(self):
        self._live_in("Pacific/Auckland", self.clerk)
        with freeze_time(AUCKLAND_MORNING):
            self._post_today(self.newcomer, 500)
            self._post_today(self.regular, 500)
            self._call(STALE)
            self.assertEqual([self._revenue(self.newcomer), self._revenue(self.regular)], [500, 600])

    def test_a_company_that_says_not_where_it_is(self):
        """Its day is that of UTC; the marks wait for the day, without being looked at again and again."""
        self.clerk.tz = "Pacific/Auckland"
        with freeze_time(AUCKLAND_MORNING):
            self.runs.refresh_all(self.company)
            for _number in range(2):
                self._post_today(self.newcomer, 250)
                self._post_today(self.regular, 250)
                self._call(STALE)
            self.assertEqual([self._revenue(self.newcomer), self._revenue(self.regular)], [None, 100])
            waiting = self.marks.search([("company_number", "=", self.company.id)])
            self.assertEqual(
                {(mark.partner_number, mark.waits_until) for mark in waiting},
                {(self.newcomer.id, date(2026, 2, 10)), (self.regular.id, date(2026, 2, 10))},
            )
            self.assertEqual(len(waiting), 2)
            looked_at = self._marked_runs()
            with self.capture_triggers(STALE) as triggers:
                self._call(STALE)
                self.runs.refresh_all(self.company)
            self.assertFalse(triggers.records, "nothing can be done about them yet")
            self.assertEqual(self._marked_runs(), looked_at)
        with freeze_time("2026-02-10 00:20:00"):
            self._call(STALE)
            self.assertEqual([self._revenue(self.newcomer), self._revenue(self.regular)], [500, 600])
            self.assertFalse(self.marks.search([("company_number", "=", self.company.id)]))

    def _marked_runs(self):
        return self.runs.search_count([("company_id", "=", self.company.id), ("cause", "=", "documents")])

    def test_the_next_document_of_who_waits_counts_at_once(self):
        with freeze_time("2026-02-09 12:00:00"):
            self._post(self.regular, "2026-02-20", 1000)
            self._post(self.regular, "2026-02-15", 1000)
            self._call(STALE)
            self._post(self.regular, "2026-02-09", 7)
            self._call(STALE)
            self.assertEqual(self._revenue(self.regular), 107)
        for day, revenue, days in (
            ("2026-02-14", 107, [date(2026, 2, 15)]),
            ("2026-02-15", 1107, [date(2026, 2, 20)]),
            ("2026-02-20", 2107, []),
        ):
            with freeze_time(f"{day} 00:10:00"):
                self._call(STALE)
                self.assertEqual(self._revenue(self.regular), revenue)
                marks = self.marks.search([("company_number", "=", self.company.id)])
                self.assertEqual(marks.mapped("waits_until"), days)

    def test_a_contact_that_joined_a_company_waits_as_the_company(self):
        contact = self._customer("Subsidiary")
        with freeze_time("2026-02-09 12:00:00"):
            self._post(contact, "2026-02-15", 1000)
            contact.parent_id = self.regular
            contact.is_company = False
            self._call(STALE)
        with freeze_time("2026-02-15 12:00:00"):
            self._call(STALE)
            self.assertEqual(self._revenue(self.regular), 1100)


@tagged("post_install", "-at_install")
class TestNeverBack(TimeZoneCase):
    """A refresh never puts figures back a day, wherever whoever asks for it sits."""

    def _bought_today(self):
        """Worked out for 10 February, with a customer who bought that day for the first time."""
        self._post(self.newcomer, "2026-02-10", 500)
        self.runs.refresh_all(self.company)
        self.assertEqual(self._live().mapped("as_of_date"), [date(2026, 2, 10)] * 2)
        return self._stored(self._live(), "write_date")

    def test_refresh_now_from_honolulu(self):
        self.manager.tz = "Pacific/Honolulu"
        with freeze_time(PACIFIC_EVENING):
            before = self._bought_today()
            run = self._refresh_now(self.manager)
            self.assertFigures(run, [{"state": "done", "as_of_date": date(2026, 2, 10)}])
            self.assertEqual(self._stored(self._live(), "write_date"), before)

    def test_the_button_on_a_customer_from_honolulu(self):
        self.salesperson.tz = "Pacific/Honolulu"
        with freeze_time(PACIFIC_EVENING):
            before = self._bought_today()
            self._live().with_user(self.salesperson).with_context(
                tz="Pacific/Honolulu", allowed_company_ids=self.company.ids
            ).action_refresh()
            self.assertEqual(self._stored(self._live(), "write_date"), before)

    def test_the_company_turns_out_to_be_in_los_angeles(self):
        with freeze_time(PACIFIC_EVENING):
            before = self._bought_today()
            self._live_in("America/Los_Angeles", self.manager)
            self.assertEqual(self.company._key_account_today(), date(2026, 2, 9))
            self._refresh_now(self.manager)
            self._live([self.newcomer]).action_refresh()
            self.marks._mark({(self.company.id, self.newcomer.id)})
            self._call(STALE)
            self._call(ALL)
            self.assertEqual(self._stored(self._live(), "write_date"), before)

    def test_the_clock_was_put_back(self):
        with freeze_time(PACIFIC_EVENING):
            before = self._bought_today()
        with freeze_time("2026-02-08 12:00:00"):
            self._call(ALL)
            self._refresh_now(self.manager)
            self._live([self.newcomer]).action_refresh()
            self.assertEqual(self._stored(self._live(), "write_date"), before)

    def test_a_refresh_that_takes_until_the_next_day(self):
        """A customer bought after midnight and was refreshed: yesterday's refresh, still under way, goes no further."""
        with freeze_time("2026-02-09 23:50:00"):
            run = self.runs._create_run(self.company, cause="user")
        with freeze_time("2026-02-10 00:10:00"):
            self._post(self.newcomer, "2026-02-10", 500)
            self._call(STALE)
            while run._is_open():
                run._step()
            self.assertEqual(run.state, "interrupted")
            self.assertEqual(self._live([self.newcomer]).as_of_date, date(2026, 2, 10))
            self._call(ALL)
            self.assertEqual(self._revenue(self.newcomer), 500)
            self.assertEqual(self._live().mapped("as_of_date"), [date(2026, 2, 10)] * 2)

    def test_somebody_elsewhere_sees_the_same_figures(self):
        """The company is in Berlin, who asks in Auckland, Honolulu or nowhere."""
        self.company.partner_id.tz = "Europe/Berlin"
        with freeze_time("2026-02-09 22:30:00"):
            for zone in ("Pacific/Auckland", "Pacific/Honolulu", False):
                with self.subTest(zone=zone):
                    self.manager.tz = zone
                    self.assertFigures(self._refresh_now(self.manager), [{"as_of_date": date(2026, 2, 9)}])
        with freeze_time("2026-02-09 23:30:00"):
            self.assertFigures(self._refresh_now(self.manager), [{"as_of_date": date(2026, 2, 10)}])


@tagged("post_install", "-at_install")
class TestCause(TimeZoneCase):
    """Whoever finishes the work of a new policy: what changes then, changes because of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-09 12:00:00"):
            # ten of twelve months
            for month in range(2, 12):
                cls._post(cls.regular, f"2025-{month:02}-10", 1000)
            cls.runs.refresh_all(cls.company)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.assertEqual(self._live([self.regular]).category, "passive_partner")
        self._live_in("America/Los_Angeles", self.manager)
        self.startPatcher(freeze_time(PACIFIC_EVENING))

    def _as_manager(self, records):
        return records.with_user(self.manager).with_context(tz=self.manager.tz, allowed_company_ids=self.company.ids)

    def _publish(self):
        """A policy by which nobody is a recurring customer any more."""
        policy = self._as_manager(self.company.key_account_policy_id).copy({"name": "Strict", "steady_min": 0.99})
        policy.action_publish()

    def assertChangedBecauseOfThePolicy(self):
        self.assertEqual(self._live([self.regular]).category, "client", "at once, not after some days")
        changes = self.env["key.account.transition"].search([("company_id", "=", self.company.id)])
        self.assertEqual({change.cause for change in changes.filtered(lambda it: it.what == "category")}, {"policy"})
        last = self.runs._last_done(self.company)
        self.assertEqual(last.policy_id, self.company.key_account_policy_id)

    def test_published_in_the_evening(self):
        self._publish()
        self._call(ALL)
        self.assertChangedBecauseOfThePolicy()

    def test_overtaken_by_refresh_now(self):
        self._publish()
        self.assertEqual(self._refresh_now(self.manager).cause, "policy")
        self.assertChangedBecauseOfThePolicy()

    def test_overtaken_twice(self):
        self._publish()
        for _number in range(2):
            self._as_manager(self.runs).refresh_start()
        self._call(ALL)
        self.assertChangedBecauseOfThePolicy()

    def test_overtaken_by_the_next_day(self):
        self._publish()
        with freeze_time("2026-02-10 08:30:00"):
            self._call(ALL)
            self.assertChangedBecauseOfThePolicy()

    def test_taken_on_by_the_next_one_after_it_failed(self):
        self._publish()
        self.runs.search([("company_id", "=", self.company.id)], limit=1).state = "failed"
        with freeze_time("2026-02-10 08:30:00"):
            self._call(ALL)
            self.assertChangedBecauseOfThePolicy()

    def test_a_document_meanwhile(self):
        """The customer is refreshed by the new policy before all the others are."""
        self._publish()
        self._post(self.regular, "2026-02-09", 1)
        self._call(STALE)
        self._call(ALL)
        self.assertChangedBecauseOfThePolicy()

    def test_left_to_the_background(self):
        """The dialog is closed: the scheduled action goes on with the same run."""
        runs = self._as_manager(self.runs)
        ids = runs.refresh_start()
        runs.refresh_step(ids[0])
        with self.capture_triggers(ALL) as triggers:
            runs.refresh_in_background(ids)
        self.assertTrue(triggers.records)
        self._call(ALL)
        self.assertFigures(self.runs.browse(ids), [{"state": "done", "cause": "user"}])

    def test_the_next_refresh_has_its_own_cause(self):
        self._publish()
        self._call(ALL)
        self.assertEqual(self._refresh_now(self.manager).cause, "user")


@tagged("post_install", "-at_install")
class TestNights(TimeZoneCase):
    """The scheduled action runs every hour, and refreshes each company once when its day has begun."""

    def _runs_of(self, company):
        runs = self.runs.search([("company_id", "=", company.id)], order="id")
        return [(run.as_of_date.day, run.state) for run in runs]

    def test_each_company_when_its_day_begins(self):
        west = self._create_company("West Ltd")
        self.company.partner_id.tz, west.partner_id.tz = "Pacific/Auckland", "America/Los_Angeles"
        expected = {
            # UTC: days of the runs done in Auckland (UTC+13), in Los Angeles (UTC-8)
            "2026-02-09 10:30:00": ([9], [9]),
            "2026-02-09 11:30:00": ([9, 10], [9]),
            "2026-02-09 12:30:00": ([9, 10], [9]),
            "2026-02-10 07:30:00": ([9, 10], [9]),
            "2026-02-10 08:30:00": ([9, 10], [9, 10]),
            "2026-02-10 10:30:00": ([9, 10], [9, 10]),
            "2026-02-10 11:30:00": ([9, 10, 11], [9, 10]),
        }
        for moment, (east_days, west_days) in expected.items():
            with freeze_time(moment):
                self._call(ALL)
                self.assertEqual(self._runs_of(self.company), [(day, "done") for day in east_days], moment)
                self.assertEqual(self._runs_of(west), [(day, "done") for day in west_days], moment)

    def test_one_that_failed_is_tried_again_the_next_day(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-02-09 11:30:00"):
            self._call(ALL)
            self.runs.search([("company_id", "=", self.company.id)]).state = "failed"
        with freeze_time("2026-02-09 12:30:00"):
            self._call(ALL)
            self.assertEqual(self._runs_of(self.company), [(10, "failed")])
        with freeze_time("2026-02-10 11:30:00"):
            self._call(ALL)
            self.assertEqual(self._runs_of(self.company), [(10, "failed"), (11, "done")])

    def test_it_looks_every_hour(self):
        cron = self.env.ref(ALL)
        self.assertEqual((cron.interval_number, cron.interval_type), (1, "hours"))

    def test_after_an_update_unless_somebody_chose_another_rhythm(self):
        path = Path(__file__).parent.parent / "migrations" / "19.0.1.5.0" / "post-clock.py"
        migrate = runpy.run_path(path)["migrate"]
        cron = self.env.ref(ALL)
        for before, after in (((1, "days"), (1, "hours")), ((2, "days"), (2, "days")), ((1, "weeks"), (1, "weeks"))):
            cron.write({"interval_number": before[0], "interval_type": before[1], "nextcall": "2099-01-01"})
            self.env.flush_all()
            migrate(self.env.cr, "19.0.1.4.1")
            cron.invalidate_recordset()
            self.assertEqual((cron.interval_number, cron.interval_type), after)
            self.assertEqual(cron.nextcall.year == 2099, before == after)


@tagged("post_install", "-at_install")
class TestTheCompanysDay(TimeZoneCase):
    """What classifies goes by the company's day, for all users alike."""

    def test_where_the_company_is(self):
        with freeze_time("2026-03-28 23:30:00"):
            for zone, day in (
                ("Europe/Berlin", 29), ("Pacific/Kiritimati", 29), ("Pacific/Pago_Pago", 28), (False, 28), ("UTC", 28),
            ):  # fmt: skip
                with self.subTest(zone=zone):
                    self.company.partner_id.tz = zone
                    self.salesperson.tz = "Asia/Tokyo"
                    for env in (self.env, self.env(user=self.salesperson, context={"tz": "Pacific/Honolulu"})):
                        self.assertEqual(self.company.with_env(env)._key_account_today(), date(2026, 3, day))

    def test_a_zone_that_does_not_exist_is_none(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s", [self.company.partner_id.id])
        self.env.invalidate_all()
        with freeze_time("2026-03-28 23:30:00"):
            self.assertEqual(self.company._key_account_today(), date(2026, 3, 28))

    def test_summer_time(self):
        self.company.partner_id.tz = "Europe/Berlin"
        for moment, day in (("2026-03-29 22:30:00", 30), ("2026-10-25 22:30:00", 25), ("2026-10-25 23:30:00", 26)):
            with freeze_time(moment):
                self.assertEqual(self.company._key_account_today().day, day, moment)

    def test_the_settings_say_where_the_company_is(self):
        administrator = create_user(
            self.env, "zone_admin", "base.group_system,sales_team.group_sale_manager", self.company
        )
        settings = self.env["res.config.settings"].with_user(administrator).with_company(self.company)
        settings.create({"key_account_tz": "Pacific/Auckland"}).execute()
        self.assertEqual(self.company.partner_id.tz, "Pacific/Auckland")
        self.assertEqual(settings.create({}).key_account_tz, "Pacific/Auckland")

    def test_the_last_day_of_what_is_set_by_hand(self):
        """In Auckland the 9th has passed, wherever the one who enters it sits."""
        self._live_in("Pacific/Auckland")
        self.salesperson.tz = "Pacific/Honolulu"
        with freeze_time(AUCKLAND_MORNING):
            self.runs.refresh_all(self.company)
            profile = self._live([self.regular]).with_user(self.salesperson).with_context(tz="Pacific/Honolulu")
            by_hand = {"manual_category": "active_partner", "manual_category_reason": "They said so"}
            with self.assertRaisesRegex(ValidationError, "2026-02-09 has passed"):
                profile.write(by_hand | {"manual_category_until": "2026-02-09"})
            profile.write(by_hand | {"manual_category_until": "2026-02-10"})
            self.assertEqual(profile.category, "active_partner")
            self.assertEqual(profile.transition_ids[:1].date, date(2026, 2, 10))
        with freeze_time("2026-02-10 10:59:00"):
            self._call(ALL)
            self.assertEqual(profile.category, "active_partner")
        with freeze_time("2026-02-10 11:01:00"):
            self._call(ALL)
            self.assertEqual(profile.category, "client")

    def test_feedback(self):
        self._live_in("America/Los_Angeles")
        feedback = self.env["key.account.feedback"].with_user(self.salesperson).with_company(self.company)
        self.salesperson.tz = "Pacific/Auckland"
        with freeze_time(PACIFIC_EVENING):
            said = feedback.with_context(tz="Pacific/Auckland").create({"partner_id": self.regular.id, "name": "Loud"})
            self.assertEqual(said.date, date(2026, 2, 9))
            with self.assertRaisesRegex(ValidationError, "day to come"):
                said.date = date(2026, 2, 10)

    def test_a_look_back_is_of_a_day_before_the_companys(self):
        self._live_in("Pacific/Auckland")
        with freeze_time(AUCKLAND_MORNING):
            (run,) = self.runs.refresh_all(self.company, as_of=date(2026, 2, 9))
            self.assertEqual(run.state, "done")
            with self.assertRaisesRegex(UserError, "is not in the past"):
                self.runs.refresh_all(self.company, as_of=date(2026, 2, 10))

    def test_the_work_load(self):
        """Of two companies each by its own day, for every reader."""
        west = self._create_company("West Ltd")
        self.manager.company_ids += west
        self.regular.user_id = self.manager
        self._post(self.regular, "2026-01-20", 100, company=west)
        self.company.partner_id.tz, west.partner_id.tz = "Pacific/Auckland", "America/Los_Angeles"
        self.manager.key_account_leave_date = "2026-02-09"
        with freeze_time(AUCKLAND_MORNING):
            self.runs.refresh_all(self.company + west)
            self.regular.activity_schedule(user_id=self.manager.id, date_deadline="2026-02-10")
            self.env.flush_all()
            for zone in ("Pacific/Auckland", "Pacific/Honolulu"):
                loads = self.env["key.account.load"].with_context(
                    tz=zone, allowed_company_ids=(self.company + west).ids
                )
                east_load, west_load = (
                    loads.search([("company_id", "=", it.id), ("account_manager_id", "=", self.manager.id)])
                    for it in (self.company, west)
                )
                self.assertFigures(
                    east_load + west_load,
                    [{"presence": "left", "due_count": 1}, {"presence": "leaving", "due_count": 0}],
                )
                due = [
                    len(self.env["mail.activity"].search(it.action_open_due()["domain"]))
                    for it in east_load + west_load
                ]
                self.assertEqual(due, [1, 0])

    def test_follow_ups(self):
        """Due by the company's day; the activity is for the day it is where who is asked lives."""
        self._live_in("Pacific/Auckland")
        self.manager.tz = "Europe/Berlin"
        self.regular.user_id = self.manager
        with freeze_time(AUCKLAND_MORNING):
            self.runs.refresh_all(self.company)
            profile = self._live([self.regular])
            special = self.env.ref("key_account_segmentation.type_special")
            profile.write(
                {"manual_type_id": special.id, "manual_type_reason": "The mayor's", "review_date": "2026-02-10"}
            )
            self._call("key_account_segmentation.ir_cron_follow_up")
            row = profile.follow_up_ids.filtered(lambda it: it.kind == "review")
            self.assertEqual(row.activity_id.date_deadline, date(2026, 2, 9))
            row._close("Enough")
            self.assertEqual(row.ended_date, date(2026, 2, 10))

    def test_a_preview_is_of_the_companys_day(self):
        self._live_in("Pacific/Auckland", self.clerk)
        with freeze_time(AUCKLAND_MORNING):
            self._post_today(self.regular, 500)
            self.runs.refresh_all(self.company)
            draft = self.company.key_account_policy_id.with_user(self.manager).copy({"late_gaps": 1.7})
            action = draft.with_context(tz="Pacific/Honolulu", allowed_company_ids=self.company.ids).action_preview()
            preview = self.env["key.account.preview"].browse(action["res_id"])
            self.assertEqual(preview.revenue_12m, 600)
            self.assertNotIn("was refreshed on", preview.warnings or "")

    def test_follow_ups_are_planned_in_the_early_morning(self):
        """After the night that is over at half past twelve, where the company is; at once if the morning is over."""
        with freeze_time("2026-02-07 12:00:00"), self.capture_triggers(FOLLOW_UP) as triggers:
            self.runs.refresh_all(self.company)
        self.assertEqual(triggers.records.mapped("call_at"), [datetime.fromisoformat("2026-02-07 12:00:00")])
        for zone, night, planned in (
            ("Pacific/Auckland", "2026-02-09 11:30:00", "2026-02-09 15:30:00"),
            ("America/Los_Angeles", "2026-02-11 08:30:00", "2026-02-11 12:30:00"),
            (False, "2026-02-12 00:30:00", "2026-02-12 04:30:00"),
            (False, "2026-02-13 10:00:00", "2026-02-13 10:00:00"),
        ):
            with self.subTest(zone=zone, night=night), freeze_time(night):
                self.company.partner_id.tz = zone
                with self.capture_triggers(FOLLOW_UP) as triggers:
                    self.runs.refresh_all(self.company)
                    self.runs.refresh_all(self.company)
                self.assertEqual(triggers.records.mapped("call_at"), [datetime.fromisoformat(planned)])


@tagged("post_install", "-at_install")
class TestAnyZone(TimeZoneCase):
    """Anything people do, anywhere, at any hour: days never go back, and every document counts from its day on."""

    def test_any_zone_any_hour(self):
        for seed in range(3):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._live_through(random.Random(seed))
                savepoint.rollback()
                self.env.invalidate_all()

    def _live_through(self, chance):
        moment = datetime.fromisoformat(f"2026-02-09 {chance.randrange(24):02}:00")
        self.posted = [(self.regular, date(2026, 1, 20), 100)]
        self.last_days = {}
        for _step in range(12):
            # a clock may be put back
            moment += timedelta(hours=chance.choice([1, 2, 5, 9, 14, -3]), minutes=chance.randrange(60))
            with freeze_time(moment):
                if chance.random() < 0.3:
                    self.company.partner_id.tz = chance.choice(ZONES)
                self.clerk.tz, self.manager.tz = chance.choice(ZONES), chance.choice(ZONES)
                chance.choice([self._somebody_posts, self._somebody_posts, self._somebody_refreshes])(chance)
                self._call(chance.choice([STALE, STALE, ALL]))
                self._check_days()
        with freeze_time(moment + timedelta(days=60)):
            self._call(STALE)
            self._check_documents()
            self.assertFalse(self.marks.search([("company_number", "=", self.company.id)]))

    def _somebody_posts(self, chance):
        partner, amount = chance.choice([self.newcomer, self.regular]), chance.randint(1, 1000)
        invoice = self._post_today(partner, amount)
        if chance.random() < 0.2:
            invoice.button_draft()
            invoice.invoice_date += timedelta(days=chance.randint(1, 40))
            invoice.action_post()
        self.posted.append((partner, invoice.invoice_date, amount))

    def _somebody_refreshes(self, chance):
        if chance.random() < 0.5:
            self._refresh_now(self.manager)
        else:
            self._live().with_user(self.manager).with_context(tz=self.manager.tz).action_refresh()

    def _check_days(self):
        for profile in self._live():
            self.assertGreaterEqual(profile.as_of_date, self.last_days.get(profile.partner_id, date.min))
            self.last_days[profile.partner_id] = profile.as_of_date
        self._check_documents()

    def _check_documents(self):
        """What has its day counts; who is not up to date, or waits for a day, has a mark."""
        as_of = self.company._key_account_as_of()
        marks = self.marks.search([("company_number", "=", self.company.id)])
        for partner in (self.newcomer, self.regular):
            counted = [amount for who, day, amount in self.posted if who == partner and day <= as_of]
            marked = marks.filtered(lambda mark, it=partner: mark.partner_number == it.id)
            if self._revenue(partner) != (sum(counted) if counted else None):
                self.assertTrue(marked.filtered(lambda mark: not mark.waits_until or mark.waits_until <= as_of))
            if any(who == partner and day > as_of for who, day, _amount in self.posted):
                self.assertTrue(marked)
