# SPDX-License-Identifier: LGPL-3.0-only
"""The nightly pass over all customers: in batches, resumed, for each company, and never twice for nothing."""

import json
import time
from unittest.mock import patch

from psycopg2 import errors

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..models.refresh import key_account_refresh, key_account_run
from .common import KeyAccountCase, read_csv
from .roles import create_user

TODAY = "2026-03-31"
CRON = "key_account_segmentation.ir_cron_refresh_all"


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestRun(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls._load(read_csv("oracle/input.csv"))
        cls.expected = read_csv(f"oracle/expected_{TODAY}.csv")
        cls.runs = cls.env["key.account.run"]
        # 14 customers, five batches
        cls.startClassPatcher(patch.object(key_account_run, "BATCH_SIZE", 3))

    def _runs(self, company=None):
        return self.runs.search([("company_id", "=", (company or self.company).id)], order="id")

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()

    def _break(self, company):
        """A usual gap of no days, which the policy's margins forbid: no lost probability can be worked out."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE key_account_policy SET prior_gap_days = 0, prior_customers_min = 1000 WHERE company_id = %s",
                company.id,
            )
        )
        self.env.invalidate_all()

    def test_the_cron_works_out_every_customer_in_batches(self):
        self._run_cron()
        self.assertFigures(self._runs(), [{
            "state": "done", "customer_count": 14, "read_count": 14, "changed_count": 14, "position": 10,
            "is_past": False, "as_of_date": Date.to_date(TODAY), "policy_id": self.company.key_account_policy_id.id,
        }])  # fmt: skip
        self.assertSample(self._live(), self.partners, self.expected)

    def test_the_cron_works_out_every_company(self):
        other = self._create_company("Other Ltd")
        self._insert_documents([(self.partners["03_quarterly"], "out_invoice", "2026-03-01", 5)], company=other)
        self._run_cron()
        self.assertEqual((self._runs() + self._runs(other)).mapped("state"), ["done", "done"])
        self.assertFigures(self._live(company=other), [{"revenue_12m": 5, "rank": 1, "share": 1}])

    def test_a_long_transaction_holds_no_more_locks(self):
        """Scripts and tests refresh customers many times in one transaction; PostgreSQL's locks are limited."""

        def locks():
            self.env.cr.execute(
                SQL(
                    "SELECT relation::regclass::text FROM pg_locks WHERE pid = PG_BACKEND_PID() AND locktype = 'relation'"
                )
            )
            return {row[0] for row in self.env.cr.fetchall()}

        self.runs.refresh_all(self.company)
        before = locks()
        for _repetition in range(3):
            self.runs.refresh_all(self.company)
        self.assertEqual(locks(), before)

    def test_a_company_without_customers_is_done_as_well(self):
        empty = self._create_company("Empty Ltd")
        self._run_cron()
        self.assertFigures(self._runs(empty), [{"state": "done", "customer_count": 0}])
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", empty.id)])
        self.assertFigures(portfolio, [{"customer_count": 0, "revenue_12m": 0, "hhi": False}])

    def test_who_has_no_documents_is_one_of_the_customers_to_be_worked_out(self):
        """A key account that buys nothing, kept for what is said of it, and one nothing is said of, who vanishes."""
        for name in ("Famous", "Forgotten"):
            partner = self.env["res.partner"].create({"name": name, "is_company": True})
            profile = self.env["key.account.refresh"]._ensure_profiles(self.company, partner)
            if name == "Famous":
                image = self.env.ref("key_account_segmentation.type_image")
                profile.write({"manual_type_id": image.id, "manual_type_reason": "The best name in town"})
        self._run_cron()
        self.assertFigures(self._runs(), [{"state": "done", "customer_count": 16, "read_count": 16}])
        self.assertEqual(len(self._live()), 15)

    def test_an_interrupted_run_goes_on_where_it_was(self):
        run = self.runs._create_run(self.company)
        run._step()
        run._step()
        self.assertFigures(run, [{"state": "running", "position": 2, "read_count": 6}])
        self.assertEqual(len(self._live()), 6)
        self._run_cron()
        self.assertEqual(self._runs(), run)
        self.assertFigures(run, [{"state": "done", "position": 10, "read_count": 14, "changed_count": 14}])
        self.assertSample(self._live(), self.partners, self.expected)

    def test_a_cron_that_is_out_of_time_leaves_the_rest_to_the_next(self):
        cron = self.env.ref(CRON)
        progress = self.env["ir.cron.progress"].sudo().create({"cron_id": cron.id})
        out_of_time = {
            "cron_id": cron.id, "ir_cron_progress_id": progress.id, "cron_end_time": time.monotonic() - 1
        }  # fmt: skip
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.runs.with_env(self.env(cr=cr)).with_context(**out_of_time)._cron_refresh_all()
        self.assertEqual(self._runs().mapped("state"), ["waiting"])
        self.assertGreaterEqual(progress.remaining, 2)
        self._run_cron()
        self.assertEqual(self._runs().mapped("state"), ["done"])

    def test_a_second_run_writes_nothing(self):
        self.runs.refresh_all(self.company)
        before = self._row_versions(self._live())
        self.assertEqual(len(before), 14)
        self.assertEqual(self.runs.refresh_all(self.company).changed_count, 0)
        self.assertEqual(self._row_versions(self._live()), before)

    def test_a_second_look_back_writes_nothing(self):
        before = self._row_versions(self._look_back("2026-03-15"))
        self.assertEqual(len(before), 14)
        self.assertEqual(self._row_versions(self._look_back("2026-03-15")), before)

    def test_only_what_changed_is_written(self):
        self.runs.refresh_all(self.company)
        changed = self._live([self.partners["03_quarterly"]])
        others = self._live() - changed
        before, rows = self._row_versions(others), self._stored(others, "share", "rank", "abc", "is_major")
        self._insert_documents([(changed.partner_id, "out_refund", "2023-06-30", -0.01)])
        self.assertEqual(self.runs.refresh_all(self.company).changed_count, 1)
        self.assertEqual(self._stored(others, "share", "rank", "abc", "is_major"), rows)
        self.assertEqual(self._row_versions(others), before)

    def test_a_customer_without_documents_vanishes(self):
        self.runs.refresh_all(self.company)
        gone = self.partners["03_quarterly"]
        self.env.cr.execute(
            SQL(
                "DELETE FROM account_move WHERE commercial_partner_id = %s AND company_id = %s",
                gone.id,
                self.company.id,
            )
        )
        self.runs.refresh_all(self.company)
        self.assertNotIn(gone, self._live().partner_id)
        self.assertEqual(sorted(self._live().mapped("rank")), list(range(1, 14)))

    def test_one_failing_company_does_not_stop_the_others(self):
        healthy = self._create_company("Healthy Ltd")
        self._insert_documents([(self.partners["03_quarterly"], "out_invoice", "2026-03-01", 5)], company=healthy)
        broken = self._create_company("Broken Ltd")
        self._insert_documents([(self.partners["03_quarterly"], "out_invoice", "2026-03-01", 5)], company=broken)
        self._break(broken)
        self._run_cron()
        self.assertFigures(self._runs() + self._runs(healthy) + self._runs(broken), [
            {"state": "done", "message": False}, {"state": "done", "message": False},
            {"state": "done", "skipped_count": 1, "read_count": 1, "changed_count": 0},
        ])  # fmt: skip
        self.assertFalse(self._live(company=broken))
        self.assertSample(self._live(), self.partners, self.expected)

    def _poison(self, amount, day="2026-03-30"):
        """A customer with a document that nobody can have meant, as an import may leave it."""
        poisoned = self._customer(f"Poisoned by {amount} on {day}")
        self._insert_documents([(poisoned, "out_invoice", "2026-03-30", 1)])
        self.env.cr.execute(
            SQL(
                "UPDATE account_move SET amount_untaxed_signed = %s::numeric, invoice_date = %s"
                " WHERE commercial_partner_id = %s",
                amount,
                day,
                poisoned.id,
            )
        )
        return poisoned

    def test_poisoned_customers_are_skipped_and_named(self):
        poisoned = [self._poison("NaN"), self._poison("1e400"), self._poison("1e300"), self._poison("1", "-infinity")]
        self._run_cron()
        run = self._runs()
        self.assertFigures(run, [{"state": "done", "read_count": 18, "changed_count": 14, "skipped_count": 4}])
        reasons = {failure.partner_id: failure.reason for failure in run.failure_ids}
        self.assertEqual(reasons.keys(), set(poisoned))
        for partner, reason in zip(poisoned, ["no number", "too large", "too large", "date"], strict=True):
            self.assertIn(reason, reasons[partner])
        self.assertSample(self._live(), self.partners, self.expected)

    def test_a_poisoned_customer_is_told_once_and_forgotten_when_well(self):
        poisoned = self._poison("NaN")
        self._run_cron()
        self.env.cr.execute(
            SQL("UPDATE account_move SET amount_untaxed_signed = 5 WHERE commercial_partner_id = %s", poisoned.id)
        )
        run = self.runs.refresh_all(self.company)
        self.assertFigures(run, [{"state": "done", "skipped_count": 0, "changed_count": 1}])
        self.assertEqual(self._live([poisoned]).revenue_12m, 5)

    def test_the_form_of_a_poisoned_customer_opens(self):
        self.runs.refresh_all(self.company)
        profile = self._live([self.partners["01_monthly_1st"]])
        for amount in ("NaN", "1e400"):
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move SET amount_untaxed_signed = %s::numeric WHERE commercial_partner_id = %s",
                    amount,
                    profile.partner_id.id,
                )
            )
            self.env.invalidate_all()
            self.assertTrue(profile.explanation)
            self.assertEqual(max(bar["value"] for bar in json.loads(profile.months_chart)[0]["values"]), 0)

    def test_documents_of_a_year_to_come_are_no_poison(self):
        self._poison("1", "9999-12-31")
        self._run_cron()
        self.assertFigures(self._runs(), [{"state": "done", "skipped_count": 0, "read_count": 14}])

    def test_when_too_many_fail_it_is_no_matter_of_a_customer(self):
        with (
            patch.object(key_account_refresh, "SKIPPED_MAX", 0),
            mute_logger("odoo.addons.key_account_segmentation.models.refresh.key_account_run"),
        ):
            self._break(self.company)
            self._run_cron()
        self.assertFigures(self._runs(), [{"state": "failed", "message": "float division by zero"}])

    def test_what_is_no_matter_of_a_customer_fails_as_a_whole_and_says_so(self):
        for day, error, words in (
            ("2026-04-01", errors.DiskFull("could not extend file"), "no room left"),
            ("2026-04-02", errors.QueryCanceled("canceling statement"), "time limit"),
        ):
            with (
                self.subTest(words=words),
                freeze_time(f"{day} 12:00:00"),
                patch.object(type(self.env["key.account.refresh"]), "_refresh_together", side_effect=error),
                mute_logger("odoo.addons.key_account_segmentation.models.refresh.key_account_run"),
            ):
                self._run_cron()
                self.assertEqual(self._runs()[-1].state, "failed")
                self.assertIn(words, self._runs()[-1].message)

    def test_old_runs_are_deleted_but_for_the_last_one_of_a_company(self):
        with freeze_time("2025-12-01 12:00:00"):
            first = self.runs.refresh_all(self.company)
        with freeze_time("2025-12-02 12:00:00"):
            second = self.runs.refresh_all(self.company)
        with freeze_time("2026-03-20 12:00:00"):
            self.env["key.account.stale"]._mark({(self.company.id, self.partners["03_quarterly"].id)})
            with self.enter_registry_test_mode():
                self.env.ref("key_account_segmentation.ir_cron_refresh_stale").method_direct_trigger()
        marked = self._runs()[-1]
        self.assertFigures(marked, [{"cause": "documents", "scope": "marked", "state": "done", "read_count": 1}])
        for run, day in ((first, "2025-12-01"), (second, "2025-12-02"), (marked, "2026-03-20")):
            self._dated(run, day)
        self.runs._gc_runs()
        self.assertEqual(self._runs(), second)

    def _dated(self, run, day):
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE key_account_run SET create_date = %s WHERE id = %s", day, run.id))
        self.env.invalidate_all()

    def test_companies_done_today_are_skipped(self):
        self._run_cron()
        self._run_cron()
        self.assertEqual(len(self._runs()), 1)
        with freeze_time("2026-04-01 12:00:00"):
            self._run_cron()
        self.assertEqual(self._runs().mapped("state"), ["done", "done"])
        self.assertEqual(set(self._live().mapped("as_of_date")), {Date.to_date("2026-04-01")})

    def test_companies_done_with_another_policy_are_done_again(self):
        self._run_cron()
        policy = self.company.key_account_policy_id.copy()
        policy.action_publish()
        self._run_cron()
        self.assertFigures(self._runs()[1:], [{"state": "done", "policy_id": policy.id}])

    def test_a_policy_whose_own_run_got_lost_is_applied_at_night(self):
        self._run_cron()
        policy = self.company.key_account_policy_id.copy()
        policy.action_publish()
        self._runs()[1:].unlink()
        self._run_cron()
        self.assertFigures(self._runs()[1:], [{"state": "done", "policy_id": policy.id}])

    def test_a_later_run_overtakes_an_open_one(self):
        first = self.runs._create_run(self.company)
        first._step()
        past = self.runs._create_run(self.company, Date.to_date("2026-03-15"))
        second = self.runs._create_run(self.company)
        self.assertEqual((first + past + second).mapped("state"), ["interrupted", "waiting", "waiting"])
        self._run_cron()
        self.assertEqual((first + past + second).mapped("state"), ["interrupted", "done", "done"])

    def test_an_open_run_of_yesterday_is_overtaken(self):
        with freeze_time("2026-03-30 12:00:00"):
            old = self.runs._create_run(self.company)
            old._step()
        self._run_cron()
        self.assertEqual(self._runs().mapped("state"), ["interrupted", "done"])
        self.assertSample(self._live(), self.partners, self.expected)

    def test_an_open_run_of_another_policy_is_overtaken(self):
        old = self.runs._create_run(self.company)
        old._step()
        self.company.key_account_policy_id.copy().action_publish()
        self._run_cron()
        self.assertEqual(old.state, "interrupted")
        self.assertEqual(self._runs()[-1].state, "done")

    def test_today_and_the_future_are_no_look_back(self):
        for day in (TODAY, "2026-04-01"):
            with self.assertRaisesRegex(UserError, f"{day} is not in the past"):
                self.runs.refresh_all(self.company, as_of=Date.to_date(day))

    def test_a_look_back_leaves_the_live_figures_alone(self):
        self.runs.refresh_all(self.company)
        before = self._row_versions(self._live())
        self._look_back("2026-03-15")
        self.assertEqual(self._row_versions(self._live()), before)

    def test_a_look_back_knows_its_policy(self):
        self.assertEqual(self._look_back("2026-03-15").policy_id, self.company.key_account_policy_id)

    def test_what_people_override_today_is_not_overridden_in_the_past(self):
        self.runs.refresh_all(self.company)
        monthly = self.partners["01_monthly_1st"]
        self._live([monthly]).write({"manual_category": "client", "manual_category_reason": "Ends in summer"})
        self.assertEqual(self._look_back("2026-03-15", monthly).category, "passive_partner")


@tagged("post_install", "-at_install")
class TestRunRights(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._insert_documents([(cls._customer("Customer"), "out_invoice", "2024-06-01", 10)])

    def _as(self, *groups):
        user = create_user(self.env, "key_account_user", ",".join(groups), self.company)
        return self.env["key.account.run"].with_user(user)

    def test_salespeople_may_not_refresh_everybody(self):
        for group in ("sales_team.group_sale_salesman", "sales_team.group_sale_salesman_all_leads",
                      "account.group_account_manager"):  # fmt: skip
            with self.subTest(group=group), self.env.cr.savepoint() as savepoint:
                runs = self._as(group)
                for call in (runs.refresh_start, lambda runs=runs: runs.refresh_step(1)):
                    with self.assertRaisesRegex(AccessError, "Only sales administrators"):
                        call()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_sales_administrators_may(self):
        runs = self._as("sales_team.group_sale_manager")
        (run_id,) = runs.refresh_start()
        # the batch, then a step each time, but for the last
        steps = self.env["key.account.run"].browse(run_id)._steps()
        self.assertEqual([runs.refresh_step(run_id)["state"] for _step in steps], ["running"] * len(steps))
        self.assertEqual(runs.refresh_step(run_id), {
            "company": "Segmented Ltd", "state": "done", "done": 1, "total": 1, "changed": 1,
            "skipped": 0, "message": False,
        })  # fmt: skip
        self.assertEqual(runs.refresh_step(run_id)["state"], "done")

    def test_only_runs_of_ones_own_companies(self):
        other = self.env["key.account.run"]._create_run(self._create_company("Other Ltd"))
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            self._as("sales_team.group_sale_manager").refresh_step(other.id)

    def test_refresh_all_is_not_for_the_client(self):
        self.assertTrue(getattr(type(self.env["key.account.run"]).refresh_all, "_api_private", False))
