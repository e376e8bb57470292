# SPDX-License-Identifier: LGPL-3.0-only
"""What people enter is kept: by merging, by the next refresh, by a colleague at the same customer, by others' errors."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from unittest.mock import patch

from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..models.follow_up.key_account_follow_up_planning import Result
from ..models.profile.overrides import BY_HAND, REASON, SETTING
from .common import KeyAccountCase
from .roles import create_user

TODAY = "2026-03-31"


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestMergingOverrides(KeyAccountCase):
    """Contact b is merged into a."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first_author, cls.second_author, cls.cleaner = (
            create_user(cls.env, f"merge_{name}", groups, cls.company)
            for name, groups in (
                ("first", "sales_team.group_sale_manager"),
                ("second", "sales_team.group_sale_manager"),
                # what Odoo asks of whoever merges contacts: it reads every field of theirs
                ("cleaner", "base.group_partner_manager,base.group_erp_manager,account.group_account_invoice"),
            )
        )
        cls.a, cls.b, cls.c = (cls._customer(name) for name in "abc")
        cls._insert_documents([(partner, "out_invoice", "2026-03-01", 100) for partner in (cls.a, cls.b, cls.c)])
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.image = cls.env.ref("key_account_segmentation.type_image")
        cls.special = cls.env.ref("key_account_segmentation.type_special")

    def _enter(self, partner, author, **values):
        self._live([partner]).with_user(author).write(values)

    def _merge(self, *sources):
        """By somebody who tidies up contacts, and is neither's account manager."""
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.cleaner).create({})
        with mute_logger("odoo.addons.base.partner.merge"):
            wizard._merge((self.a + self.env["res.partner"].concat(*sources)).ids, self.a)
        self.env.invalidate_all()
        return self._live([self.a])

    def _not_key_account(self, partner, author, reason="Buys for a competitor"):
        self._enter(partner, author, not_key_account=True, manual_type_reason=reason, manual_type_until="2026-12-31")

    def _kept(self, profile):
        """The changes logged by a merge of contacts."""
        return [
            (change.what, change.old_label, change.new_label, change.reason, change.user_id)
            for change in profile.transition_ids.filtered(lambda it: it.cause == "merged").sorted("id")
        ]

    def test_no_key_account_by_hand_goes_along(self):
        self._not_key_account(self.b, self.second_author)
        profile = self._merge(self.b)
        self.assertTrue(profile.not_key_account)
        self.assertEqual(profile.manual_type_reason, "Buys for a competitor")
        self.assertEqual(str(profile.manual_type_until), "2026-12-31")
        self.assertEqual(profile.manual_type_by_id, self.second_author)
        self.assertEqual(self._kept(profile), [])

    def test_no_key_account_by_hand_stays_and_the_others_type_is_on_record(self):
        self._not_key_account(self.a, self.first_author)
        self._enter(self.b, self.second_author, manual_type_id=self.image.id, manual_type_reason="The best name")
        profile = self._merge(self.b)
        self.assertTrue(profile.not_key_account)
        self.assertFalse(profile.manual_type_id)
        self.assertEqual(profile.manual_type_reason, "Buys for a competitor")
        self.assertEqual(profile.manual_type_by_id, self.first_author)
        self.assertEqual(
            self._kept(profile), [("type", self.image.name, "No key account", "The best name", self.second_author)]
        )

    def test_a_type_stays_and_that_the_other_was_no_key_account_is_on_record(self):
        self._enter(self.a, self.first_author, manual_type_id=self.image.id, manual_type_reason="The best name")
        self._not_key_account(self.b, self.second_author)
        profile = self._merge(self.b)
        self.assertEqual((profile.main_type_id, profile.not_key_account), (self.image, False))
        self.assertEqual(
            self._kept(profile),
            [("type", "No key account", self.image.name, "Buys for a competitor", self.second_author)],
        )

    def test_of_three_one_is_kept_and_one_on_record(self):
        self._not_key_account(self.b, self.second_author, "Of b")
        self._not_key_account(self.c, self.first_author, "Of c")
        profile = self._merge(self.b, self.c)
        reasons = [profile.manual_type_reason, *[reason for *_rest, reason, _user in self._kept(profile)]]
        self.assertEqual(sorted(reasons), ["Of b", "Of c"])

    def test_the_same_for_everything_that_is_set_by_hand(self):
        quadrants = self.company.key_account_policy_id.quadrant_ids
        values = {
            "category": ("active_partner", "client"),
            "quadrant": (quadrants[0].id, quadrants[1].id),
            "type": (self.image.id, self.env.ref("key_account_segmentation.type_tester").id),
            "development": (True, True),
        }
        self.assertEqual(values.keys(), BY_HAND.keys())
        for what, (of_a, of_b) in values.items():
            for stays in (True, False):
                with self.subTest(what=what, stays=stays), self.env.cr.savepoint() as savepoint:
                    field, reason, author = SETTING[what][0], REASON[what], BY_HAND[what][-1]
                    if stays:
                        self._enter(self.a, self.first_author, **{field: of_a, reason: "Of a"})
                    self._enter(self.b, self.second_author, **{field: of_b, reason: "Of b"})
                    profile = self._merge(self.b)
                    self.assertEqual(profile[reason], "Of a" if stays else "Of b")
                    self.assertEqual(profile[author], self.first_author if stays else self.second_author)
                    self.assertEqual([it[3] for it in self._kept(profile)], ["Of b"] if stays else [])
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_the_same_entry_twice_is_no_news(self):
        for partner in (self.a, self.b):
            self._not_key_account(partner, self.first_author)
        self.assertEqual(self._kept(self._merge(self.b)), [])

    def test_a_review_date(self):
        self._enter(self.b, self.second_author, review_date="2026-06-01")
        self.assertEqual(str(self._merge(self.b).review_date), "2026-06-01")

    def test_a_review_date_beside_a_type(self):
        self._enter(self.a, self.first_author, manual_type_id=self.image.id, manual_type_reason="The best name")
        self._enter(
            self.b, self.second_author, manual_type_id=self.special.id, manual_type_reason="x", review_date="2026-06-01"
        )
        profile = self._merge(self.b)
        self.assertEqual((profile.manual_type_id, str(profile.review_date)), (self.image, "2026-06-01"))

    def test_what_has_just_ended_is_on_record_and_stops_nobody(self):
        self._enter(
            self.b, self.second_author,
            manual_category="active_partner", manual_category_reason="Until today", manual_category_until=TODAY,
        )  # fmt: skip
        with freeze_time("2026-04-01 12:00:00"):
            profile = self._merge(self.b)
        self.assertFalse(profile.manual_category)
        self.assertEqual([it[3] for it in self._kept(profile)], ["Until today"])


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestWithoutDocuments(KeyAccountCase):
    """Who buys nothing keeps the profile as long as anything is entered there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = create_user(cls.env, "kept_seller", "sales_team.group_sale_salesman_all_leads", cls.company)

    def _refreshed(self, profile, way):
        if way == "night":
            self.env["key.account.run"].refresh_all(self.company)
        else:
            profile.action_refresh()
        return profile.exists()

    def test_a_review_date_keeps_the_profile(self):
        for way in ("night", "button"):
            with self.subTest(way=way):
                profile = self.env["key.account.refresh"]._ensure_profiles(self.company, self._customer("Nobody yet"))
                profile.with_user(self.salesperson).review_date = "2026-06-01"
                self.assertTrue(self._refreshed(profile, way))
                self.assertEqual(str(profile.review_date), "2026-06-01")
                profile.with_user(self.salesperson).review_date = False
                self.assertFalse(self._refreshed(profile, way))

    def test_everything_that_can_be_entered_keeps_the_profile(self):
        """Each column alone, whatever else has to be entered with it."""
        quadrant = self.company.key_account_policy_id.quadrant_ids[0]
        examples = {
            "selection": "client", "char": "Because", "date": "2026-06-01", "boolean": True, "monetary": 1000,
        }  # fmt: skip
        linked = {
            "key.account.quadrant": quadrant.id,
            "key.account.type": self.env.ref("key_account_segmentation.type_image").id,
            "key.account.collaboration": self.env["key.account.collaboration"].create({"name": "Together"}).id,
            "res.users": self.env.uid,
        }
        self.assertEqual(self.profiles._editable() - {*self.profiles._entered()}, {"account_manager_id"})
        for name in self.profiles._entered():
            field = self.profiles._fields[name]
            with self.subTest(field=name):
                profile = self.env["key.account.refresh"]._ensure_profiles(self.company, self._customer(name))
                value = linked[field.comodel_name] if field.relational else examples[field.type]
                self.env.flush_all()
                self.env.cr.execute(
                    SQL("UPDATE key_account_profile SET %s = %s WHERE id = %s", SQL.identifier(name), value, profile.id)
                )
                self.env.invalidate_all()
                self.assertTrue(self._refreshed(profile, "button"))
                self.env.cr.execute(
                    SQL("UPDATE key_account_profile SET %s = NULL WHERE id = %s", SQL.identifier(name), profile.id)
                )
                self.env.invalidate_all()
                self.assertFalse(self._refreshed(profile, "button"))

    def test_an_account_manager_keeps_the_profile(self):
        profile = self.env["key.account.refresh"]._ensure_profiles(self.company, self._customer("Promised"))
        profile.account_manager_id = self.salesperson
        self.assertTrue(self._refreshed(profile, "night"))


@tagged("post_install", "-at_install")
class TestErrorsOfOthers(KeyAccountCase):
    """What others left to be written may fail: that is no matter of a customer, a refresh, or somebody who publishes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer("Customer")
        cls._insert_documents([(cls.customer, "out_invoice", "2026-03-01", 100)])
        cls.runs = cls.env["key.account.run"]
        cls.runs.refresh_all(cls.company)
        cls.bystander = cls._customer("Bystander")

    def _leave_something_wrong(self):
        """Written by somebody, and not yet by PostgreSQL."""
        self.env.flush_all()
        self.bystander.color = 2**40

    def assertNobodyIsBlamed(self, action):
        failures = self.env["key.account.run.failure"].search_count([])
        states = self.runs.search([]).mapped("state")
        with self.assertRaises(errors.NumericValueOutOfRange), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self._leave_something_wrong()
            action()
        self.env.invalidate_all()
        self.assertEqual(self.env["key.account.run.failure"].search_count([]), failures)
        self.assertEqual(self.runs.search([]).mapped("state"), states)

    def test_a_step_of_a_refresh(self):
        run = self.runs._create_run(self.company)
        self.assertNobodyIsBlamed(run._step_or_tell)

    def test_a_batch(self):
        run = self.runs._create_run(self.company)
        run._step()
        self.assertNobodyIsBlamed(
            lambda: self.env["key.account.refresh"]._refresh_batch(
                run._work(),
                lambda column: self.env["key.account.facts"]._customers_listed_sql(column, self.customer.ids),
            )
        )

    def test_the_button_of_a_customer(self):
        self.assertNobodyIsBlamed(self._live([self.customer]).action_refresh)

    def test_follow_ups(self):
        rule = self.env["key.account.follow.up.rule"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "review")]
        )
        profile = self._live([self.customer])
        self.assertNobodyIsBlamed(lambda: rule._plan_or_skip({profile.id: None}, Result()))

    def test_publishing(self):
        """Somebody else wrote the same contact meanwhile: that is no policy, and the request is simply tried again."""
        draft = self.company.key_account_policy_id.copy()
        administrator = self.env.ref("base.partner_admin")
        self.env.flush_all()
        with self.registry.cursor() as other:
            other.execute("UPDATE res_partner SET color = color WHERE id = %s", [administrator.id])
        with self.assertRaises(errors.SerializationFailure), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            administrator.color = administrator.color + 1
            draft.action_publish()
        self.env.invalidate_all()
        self.assertEqual(draft.state, "draft")


@tagged("post_install", "-at_install")
class TestTwoAtOnce(TransactionCase):
    """Two people at a new customer at once, each in a transaction of their own, tried again as Odoo does with requests."""

    TIMES = 24

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls._remove)
        with cls._committed() as env:
            seller = env.ref("sales_team.group_sale_salesman_all_leads") | env.ref("base.group_partner_manager")
            users = env["res.users"].create(
                [
                    {"name": name, "login": f"key_account_twin_{name}", "group_ids": [Command.set(seller.ids)]}
                    for name in ("one", "two")
                ]
            )
            cls.user_ids = users.ids
            cls.new_ids = env["res.partner"].create([{"name": f"New {n}"} for n in range(cls.TIMES)]).ids
            cls.brought_ids = env["res.partner"].create([{"name": f"Brought {n}"} for n in range(cls.TIMES)]).ids

    @classmethod
    @contextmanager
    def _committed(cls, user_id=SUPERUSER_ID):
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, user_id, {})

    @classmethod
    def _remove(cls):
        with cls._committed() as env:
            env["key.account.feedback"].search([("partner_id", "in", cls.new_ids)]).unlink()
            env["key.account.profile"].search([("partner_id", "in", cls.new_ids)]).unlink()
            env["res.partner"].browse(cls.brought_ids).unlink()
            env["res.partner"].browse(cls.new_ids).unlink()
            users = env["res.users"].browse(cls.user_ids)
            contacts = users.partner_id
            users.unlink()
            contacts.unlink()
            env["key.account.stale"].search([("partner_number", "in", cls.new_ids + cls.brought_ids)]).unlink()

    def test_feedback_and_referral_24_times(self):
        both = Barrier(2, timeout=60)
        with ThreadPoolExecutor(2) as threads, patch("odoo.service.model.time.sleep"), mute_logger("odoo.sql_db"):
            entered = [
                threads.submit(self._enter_all, user_id, enter, both)
                for user_id, enter in zip(self.user_ids, (self._say, self._refer), strict=True)
            ]
            tried = [future.result() for future in entered]
        self.assertGreater(sum(tried), 2 * self.TIMES, "they did get into each other's way")
        with self._committed() as env:
            said = env["key.account.feedback"].search([("partner_id", "in", self.new_ids)])
            referrers = env["res.partner"].browse(self.brought_ids).key_account_referrer_id
            profiles = env["key.account.profile"].search([("partner_id", "in", self.new_ids)])
            self.assertEqual(sorted(said.partner_id.ids), sorted(self.new_ids))
            self.assertEqual(sorted(referrers.ids), sorted(self.new_ids))
            self.assertEqual(sorted(profiles.partner_id.ids), sorted(self.new_ids))

    def _enter_all(self, user_id, enter, both):
        """Everything one person enters, begun at the same moments as the other's; how often it was tried in all."""
        attempts = []
        for number in range(self.TIMES):
            with self._committed(user_id) as env:
                retrying(partial(self._enter_one, env, number, enter, both, attempts), env)
        return len(attempts)

    def _enter_one(self, env, number, enter, both, attempts):
        # what this transaction sees is decided here
        env.cr.execute("SELECT 1")
        attempts.append(number)
        if attempts.count(number) == 1:
            both.wait()
        enter(env, number)

    def _say(self, env, number):
        env["key.account.feedback"].create({"name": "Too loud", "partner_id": self.new_ids[number]})

    def _refer(self, env, number):
        env["res.partner"].browse(self.brought_ids[number]).key_account_referrer_id = self.new_ids[number]
