# SPDX-License-Identifier: LGPL-3.0-only
"""The effective values of a customer: up at once, down after a while, by hand until its end; and every change logged."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged

from .common import KeyAccountCase
from .roles import create_user

START = "2025-06-15"

#: A monthly customer's purchases up to May 2025.
MONTHLY = [f"{year}-{month:02}-25" for year in (2024, 2025) for month in range(1, 13)][:17]


class SettlingCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer("Steady")
        cls.other = cls._customer("Now and Then")
        cls._insert_documents([(cls.customer, "out_invoice", day, 1000) for day in MONTHLY])
        cls._insert_documents([(cls.other, "out_invoice", day, 10) for day in ("2024-08-01", "2025-02-01")])

    def _night(self, day):
        """All customers refreshed on a day."""
        with freeze_time(f"{day} 12:00:00"):
            self.env["key.account.run"].refresh_all(self.company)
        return self._profile()

    def _profile(self, customer=None):
        return self._live([customer or self.customer])

    def _changes(self, profile=None, **values):
        """The logged changes of a customer, oldest first."""
        changes = (profile or self._profile()).transition_ids.sorted("id")
        return [(c.what, c.old_value or "", c.new_value or "", c.event, c.cause) for c in changes]

    def _engage(self, day):
        """An opportunity makes an active partner of a monthly customer."""
        with freeze_time(f"{day} 12:00:00"):
            lead = self.env["crm.lead"].create(
                {"name": "More", "type": "opportunity", "partner_id": self.customer.id, "company_id": self.company.id}
            )
            self.env.flush_all()
            self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [day, lead.id])
        return lead

    def _type(self, code):
        return self.env.ref(f"key_account_segmentation.type_{code}")


@tagged("post_install", "-at_install")
class TestStability(SettlingCase):
    def test_the_first_night_puts_nothing_on_record(self):
        profile = self._night(START)
        self.assertFigures(profile, [{"category": "passive_partner", "is_key_account": True, "is_major": True}])
        self.assertFalse(self.env["key.account.transition"].search([("company_id", "=", self.company.id)]))
        self.assertTrue(self.company.key_account_is_known)

    def test_a_night_without_a_change_puts_nothing_on_record_either(self):
        self._night(START)
        self.assertEqual(self._changes(self._night("2025-06-16")), [])

    def test_a_customer_rises_at_once(self):
        self._night(START)
        self._engage("2025-06-15")
        profile = self._night("2025-06-16")
        self.assertEqual(profile.category, "active_partner")
        self.assertEqual(self._changes(), [("category", "passive_partner", "active_partner", "other", "figures")])
        change = profile.transition_ids
        self.assertFigures(change, [{
            "date": Date.to_date("2025-06-16"), "old_label": "Passive partner", "new_label": "Active partner",
            "policy_id": self.company.key_account_policy_id.id, "user_id": False, "partner_id": self.customer.id,
        }])  # fmt: skip
        self.assertEqual(change.figures["revenue_12m"], 12000)

    def test_a_customer_falls_after_thirty_days(self):
        lead = self._engage(START)
        self.assertEqual(self._night(START).category, "active_partner")
        lead.unlink()
        profile = self._night("2025-06-16")
        self.assertFigures(profile, [{
            "category": "active_partner", "computed_category": "passive_partner",
            "category_falling_since": Date.to_date("2025-06-16"), "judgement_differs": False,
        }])  # fmt: skip
        # one more purchase each month keeps the customer monthly all the while
        self._insert_documents([(self.customer, "out_invoice", "2025-06-25", 1000)])
        self.assertEqual(self._night("2025-07-15").category, "active_partner")
        self.assertEqual(self._changes(), [])
        profile = self._night("2025-07-16")
        self.assertFigures(profile, [{"category": "passive_partner", "category_falling_since": False}])
        self.assertEqual(self._changes(), [("category", "active_partner", "passive_partner", "other", "figures")])

    def test_rising_again_in_between_begins_the_days_anew(self):
        self._engage(START)
        self._night(START)
        self.env["crm.lead"].search([("partner_id", "=", self.customer.id)]).unlink()
        self._night("2025-06-16")
        lead = self._engage("2025-07-01")
        self.assertFalse(self._night("2025-07-01").category_falling_since)
        lead.unlink()
        self.assertEqual(self._night("2025-07-02").category_falling_since, Date.to_date("2025-07-02"))
        self.assertEqual(self._night("2025-07-20").category, "active_partner")

    def test_a_lost_customer_falls_at_once(self):
        self._engage(START)
        self._night(START)
        profile = self._night("2025-12-31")
        self.assertEqual((profile.lifecycle, profile.category), ("lost", "client"))
        self.assertIn(("lifecycle", "active", "lost", "became_lost", "figures"), self._changes())
        self.assertIn(("category", "active_partner", "client", "other", "figures"), self._changes())
        self.assertIn("no_key_account", [event for *_change, event, _cause in self._changes()])

    def test_without_days_everything_counts_at_once(self):
        policy = self.company.key_account_policy_id.copy({"stability_days": 0})
        policy.action_publish()
        lead = self._engage(START)
        self._night(START)
        lead.unlink()
        self.assertEqual(self._night("2025-06-16").category, "passive_partner")

    def test_a_new_policy_counts_at_once_and_says_so(self):
        self._engage(START)
        self._night(START)
        with freeze_time("2025-06-16 12:00:00"):
            self.company.key_account_policy_id.copy(
                {"engagement_months": 12, "monthly_active_min": 12, "steady_min": 0.99}
            ).action_publish()
            self._insert_documents([(self.customer, "out_refund", "2025-04-20", -5000)])
            run = self.env["key.account.run"].search([("company_id", "=", self.company.id)], limit=1)
            while run._is_open():
                run._step()
        self.assertEqual(run.cause, "policy")
        self.assertEqual(self._profile().category, "client")
        causes = {cause for what, *_rest, cause in self._changes() if what in ("category", "type")}
        self.assertEqual(causes, {"policy"})

    def test_values_of_one_customer_take_effect_as_those_of_all_do_at_night(self):
        self._night(START)
        self._engage(START)
        with freeze_time(f"{START} 14:00:00"):
            self._profile().action_refresh()
        self.assertEqual(self._changes(), [("category", "passive_partner", "active_partner", "other", "figures")])
        self.assertEqual(self._changes(self._night(START)), self._changes())

    def test_a_major_customer_and_one_no_more(self):
        self._night(START)
        self._insert_documents([(self.other, "out_invoice", "2025-06-15", 100_000)])
        self._night("2025-06-16")
        self.assertIn(("major", "", "True", "became_major", "figures"), self._changes(self._profile(self.other)))
        self._insert_documents([(self._customer("Third"), "out_invoice", "2025-06-15", 1_000_000)])
        self._night("2025-06-17")
        self.assertIn(("major", "True", "", "no_major", "figures"), self._changes(self._profile(self.other)))

    def test_a_look_back_changes_nothing_that_counts(self):
        self._night(START)
        before = self._stored(self._live())
        self._look_back("2024-12-31")
        self.assertEqual(self._stored(self._live()), before)

    def _told(self, contact):
        return [body for body in contact.message_ids.mapped("body") if "→" in body]

    def _become_and_fall(self, company):
        """The customers change a few times; their contacts are of a company, or of none."""
        self._night(START)
        self._engage(START)
        (self.customer | self.other).company_id = company
        self._night("2025-06-16")
        self._night("2025-12-31")
        self.assertIn("lifecycle", [what for what, *_change in self._changes(self._profile(self.other))])

    def test_changes_of_key_accounts_are_told_in_the_chatter_where_the_company_wants_it(self):
        self.company.key_account_tell_changes = True
        self._become_and_fall(self.company)
        told = self._told(self.customer)
        self.assertTrue([body for body in told if "Passive partner → Active partner" in body], told)
        self.assertFalse([body for body in told if "000" in body])
        self.assertFalse(self._told(self.other))

    def test_no_change_is_told_otherwise(self):
        """Not if the company has said nothing, nor on a contact that another company reads."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        branch = {"name": "Branch", "parent_id": self.company.id}
        for reason, wants, company, prepare in (
            ("nobody wants it", False, self.company, lambda: None),
            ("shared by all", True, self.env["res.company"], lambda: None),
            ("another company's", True, elsewhere, lambda: None),
            ("read by a branch", True, self.company, lambda: self.env["res.company"].create(branch)),
        ):
            with self.subTest(reason), self.env.cr.savepoint() as savepoint:
                prepare()
                self.company.key_account_tell_changes = wants
                self._become_and_fall(company)
                self.assertIn("category", [what for what, *_change in self._changes(self._profile(self.customer))])
                self.assertFalse(self._told(self.customer))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_policy_with_quadrants_of_the_same_names_is_no_news(self):
        self._night(START)
        before = self._profile(self.customer).quadrant_id
        self.assertTrue(before)
        self._publish_copy()
        after = self._profile(self.customer).quadrant_id
        self.assertNotEqual(after, before)
        self.assertEqual((after.place, after.name), (before.place, before.name))
        self.assertNotIn("quadrant", [what for what, *_change in self._changes(self._profile(self.customer))])

    def test_a_policy_with_another_name_for_a_quadrant_is_news(self):
        self._night(START)
        name = self._profile(self.customer).quadrant_id.name
        self._publish_copy(lambda policy: policy.quadrant_ids.write({"name": "Otherwise"}))
        changes = [change[:3] for change in self._changes(self._profile(self.customer)) if change[0] == "quadrant"]
        self.assertEqual(len(changes), 1)
        change = self._profile(self.customer).transition_ids.filtered(lambda it: it.what == "quadrant")
        self.assertEqual((change.old_label, change.new_label), (name, "Otherwise"))

    def _publish_copy(self, change=None):
        """Publish a copy of the published policy, and have it classify all customers."""
        policy = self.company.key_account_policy_id.copy()
        if change:
            change(policy)
        with freeze_time(f"{START} 12:00:00"):
            policy.action_publish()
            runs = self.env["key.account.run"]
            run = runs.search([("company_id", "=", self.company.id), ("state", "=", "waiting")], limit=1)
            self.assertEqual(run.cause, "policy")
            while run._is_open():
                run._step()


@tagged("post_install", "-at_install")
class TestByHand(SettlingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("manager", "sales_team.group_sale_manager")
        cls.salesperson = cls._user("salesperson", "sales_team.group_sale_salesman")
        cls.colleague = cls._user("colleague", "sales_team.group_sale_salesman_all_leads")
        cls.customer.user_id = cls.salesperson

    @classmethod
    def _user(cls, login, group):
        return create_user(cls.env, login, group, cls.company)

    def setUp(self):
        super().setUp()
        self._night(START)

    def _override(self, user=None, customer=None, **values):
        with freeze_time(f"{START} 12:00:00"):
            self._profile(customer).with_user(user or self.manager).write(values)
            self.env.flush_all()
        return self._profile(customer)

    def test_a_category_counts_at_once_and_says_who_and_why(self):
        profile = self._override(manual_category="client", manual_category_reason="They move away")
        self.assertFigures(profile, [{
            "category": "client", "computed_category": "passive_partner", "judgement_differs": True,
            "category_differs": True, "manual_category_by_id": self.manager.id,
        }])  # fmt: skip
        self.assertEqual(self._changes(), [("category", "passive_partner", "client", "other", "hand")])
        self.assertFigures(profile.transition_ids, [{"user_id": self.manager.id, "reason": "They move away"}])

    def test_what_is_taken_back_counts_at_once_though_it_falls(self):
        self._override(manual_category="active_partner", manual_category_reason="Talks are on")
        profile = self._override(manual_category=False, manual_category_reason=False)
        self.assertFigures(profile, [{
            "category": "passive_partner", "category_falling_since": False, "manual_category_by_id": False,
        }])  # fmt: skip

    def test_it_counts_to_its_last_day_and_then_returns_by_itself(self):
        self._override(manual_category="client", manual_category_reason="Closed", manual_category_until="2025-06-20")
        self.assertEqual(self._night("2025-06-20").category, "client")
        profile = self._night("2025-06-21")
        self.assertFigures(profile, [{
            "category": "passive_partner", "manual_category": False, "manual_category_reason": False,
            "manual_category_until": False, "manual_category_by_id": False,
        }])  # fmt: skip
        self.assertFigures(profile.transition_ids[:1], [{
            "cause": "ended", "user_id": self.manager.id, "reason": "Closed", "old_value": "client",
            "new_value": "passive_partner",
        }])  # fmt: skip

    def test_that_it_ended_is_told_even_if_the_figures_lead_to_the_same(self):
        self._override(
            manual_category="passive_partner", manual_category_reason="Sure", manual_category_until="2025-06-20"
        )
        self._night("2025-06-21")
        self.assertEqual(self._changes(), [("category", "passive_partner", "passive_partner", "other", "ended")])

    def test_a_type_by_hand(self):
        profile = self._override(
            customer=self.other, manual_type_id=self._type("image").id, manual_type_reason="Everybody knows them"
        )
        self.assertEqual((profile.main_type_id, profile.computed_type_id.id), (self._type("image"), False))
        self.assertEqual(
            self._changes(profile), [("type", "", str(self._type("image").id), "became_key_account", "hand")]
        )
        self.assertEqual(profile.transition_ids.new_label, "Image")

    def test_no_key_account_by_hand(self):
        profile = self._override(not_key_account=True, manual_type_reason="A subsidiary of ours")
        self.assertFigures(profile, [{"is_key_account": False, "judgement_differs": True}])
        self.assertEqual(profile.computed_type_id, self._type("large_steady"))
        self.assertEqual([event for *_c, event, _cause in self._changes()], ["no_key_account"])
        self.assertEqual(self._night("2025-06-20").main_type_id.id, False)

    def test_a_quadrant_by_hand_until_the_policy_changes(self):
        low = self.company.key_account_policy_id.quadrant_ids.filtered(lambda q: q.place == "low_low")
        profile = self._override(manual_quadrant_id=low.id, manual_quadrant_reason="They said so")
        self.assertEqual((profile.quadrant_id, profile.computed_quadrant_id.place), (low, "high_high"))
        self.assertEqual(self._changes()[0][3:], ("fell_quadrant", "hand"))
        self.company.key_account_policy_id.copy().action_publish()
        self.assertEqual(self._night("2025-06-16").quadrant_id.place, "high_high")

    def test_who_cannot_be_developed_until_a_day(self):
        lead = self._engage(START)
        profile = self._override(
            cannot_be_developed=True, cannot_be_developed_reason="Full", cannot_be_developed_until="2025-06-20"
        )
        self.assertEqual(self._night("2025-06-20").category, "passive_partner")
        profile = self._night("2025-06-21")
        self.assertFigures(profile, [{"category": "active_partner", "cannot_be_developed": False}])
        self.assertIn(("development", "no", "", "other", "ended"), self._changes())
        self.assertTrue(lead.exists())

    def test_special_needs_a_review_date(self):
        special = self._type("special").id
        with self.assertRaisesRegex(ValidationError, "review date"):
            self._override(manual_type_id=special, manual_type_reason="The founder's friend")
        profile = self._override(
            manual_type_id=special, manual_type_reason="The founder's friend", review_date="2025-12-01"
        )
        self.assertEqual(profile.main_type_id.code, "special")

    def test_a_reason_is_needed(self):
        image = self._type("image").id
        low = self.company.key_account_policy_id.quadrant_ids[0].id
        for values in (
            {"manual_type_id": image},
            {"not_key_account": True},
            {"manual_quadrant_id": low},
            {"manual_category": "client"},
            {"manual_category": "client", "manual_category_reason": "  "},
        ):
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, "Please say why"):
                self._override(**values)

    def test_bad_ends(self):
        with self.assertRaisesRegex(ValidationError, "2025-06-14 has passed"):
            self._override(manual_category="client", manual_category_reason="x", manual_category_until="2025-06-14")
        self._override(manual_category="client", manual_category_reason="x", manual_category_until="2025-06-15")
        with self.assertRaisesRegex(ValidationError, "at the same time"):
            self._override(not_key_account=True, manual_type_id=self._type("image").id, manual_type_reason="x")
        old = self.company.key_account_policy_id
        old.copy().action_publish()
        with self.assertRaisesRegex(ValidationError, "another policy"):
            self._override(manual_quadrant_id=old.quadrant_ids[0].id, manual_quadrant_reason="x")

    def test_who_may_override(self):
        values = {"manual_category": "client", "manual_category_reason": "x"}
        self.assertEqual(self._override(self.salesperson, **values).manual_category_by_id, self.salesperson)
        with self.assertRaisesRegex(AccessError, "Only the account manager of .*salesperson"):
            self._override(self.colleague, **values)
        self.assertEqual(self._override(self.colleague, self.other, **values).category, "client")
        with self.assertRaises(AccessError):
            self._override(self.salesperson, self.other, **values)
        with self.assertRaises(AccessError):
            self._override(self.manager, main_type_id=self._type("image").id)

    def test_a_customer_without_invoice_can_be_a_key_account_and_stays_one(self):
        prospect = self._customer("Famous", user_id=self.salesperson.id)
        profile = self.env["key.account.refresh"]._ensure_profiles(self.company, prospect)
        self.assertEqual(self.env["key.account.refresh"]._ensure_profiles(self.company, prospect), profile)
        self._override(
            self.salesperson,
            prospect,
            manual_type_id=self._type("image").id,
            manual_type_reason="The best name in town",
        )
        self.assertEqual(self._night("2025-06-16").browse(profile.id).main_type_id.code, "image")
        self._override(self.salesperson, prospect, manual_type_id=False, manual_type_reason=False)
        self._night("2025-06-17")
        self.assertFalse(profile.exists())

    def test_the_flag_can_be_filtered(self):
        self._override(manual_category="client", manual_category_reason="x")
        self._override(customer=self.other, manual_category="client", manual_category_reason="x")
        both = self._live()
        self.assertEqual(
            both.search([("judgement_differs", "=", True), ("id", "in", both.ids)]).partner_id, self.customer
        )
        self.assertEqual(
            both.search([("judgement_differs", "=", False), ("id", "in", both.ids)]).partner_id, self.other
        )

    def test_a_wallet_size_counts_in_a_minute(self):
        self._override(wallet_size=50_000)
        self._mark_and_refresh()
        self.assertFigures(self._profile(), [{"potential_amount": 38_000}])

    def _mark_and_refresh(self):
        with freeze_time(f"{START} 12:05:00"), self.enter_registry_test_mode():
            self.env.ref("key_account_segmentation.ir_cron_refresh_stale").method_direct_trigger()


@tagged("post_install", "-at_install")
class TestTypes(SettlingCase):
    """The five types, from figures; the rules at their borders are in ``tools.account_types``."""

    def _codes(self, customer):
        return self._profile(customer).suggested_type_ids.mapped("code")

    def _night_with(self, **thresholds):
        self.company.key_account_policy_id.copy(thresholds).action_publish()
        return self._night(START)

    def test_large_and_steady(self):
        self._night(START)
        self.assertEqual(self._codes(self.customer), ["large_steady"])
        self.assertEqual(self._codes(self.other), [])
        self.assertEqual(self._profile().main_type_id, self._type("large_steady"))

    def test_each_suggestion_says_why_with_figures(self):
        self._night(START)
        self.assertIn(
            "<b>Large and steady</b>: Among the largest customers (A), and loyal: 100%.", self._profile().type_reasons
        )
        self.assertFalse(self._profile(self.other).type_reasons)
        self.other.key_account_referrer_id = self.customer
        self._profile().wallet_size = 30_000
        self._insert_documents([(self.other, "out_invoice", "2025-06-10", 11_000)])
        self._night(START)
        reasons = self._profile().type_reasons
        for text in (
            "18,000.00\xa0€ could come on top of 12,000.00\xa0€.",
            "Customers they referred: 1, who brought 11,020.00\xa0€ in 12 months; a good part of the company",
        ):
            self.assertIn(text, reasons)

    def test_potential_by_growth(self):
        young = self._customer("Young")
        self._insert_documents(
            [
                (young, "out_invoice", "2025-05-20", 10),
                (young, "out_invoice", "2025-06-01", 20),
                (young, "out_invoice", "2025-06-10", 29),
            ]
        )
        self._night(START)
        self.assertFigures(self._profile(young), [{"last_to_first": 2.9}])
        self.assertEqual(self._codes(young), [])
        self._insert_documents([(young, "out_invoice", "2025-06-10", 1)])
        self._night(START)
        self.assertEqual(self._codes(young), ["potential"])
        self._night_with(type_growth_min=3.1)
        self.assertEqual(self._codes(young), [])

    def test_potential_by_opportunities(self):
        """The smallest A customer brings 12,000: half of it is 6,000."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Big",
                "type": "opportunity",
                "partner_id": self.other.id,
                "company_id": self.company.id,
                "expected_revenue": 11_998,
            }
        )
        lead.probability = 50
        self._night(START)
        self.assertFigures(self._profile(self.other), [{"pipeline_amount": 5_999, "potential_amount": 5_999}])
        self.assertEqual(self._codes(self.other), [])
        lead.expected_revenue = 12_000
        self._night(START)
        self.assertEqual(self._codes(self.other), ["potential"])
        self._night_with(type_potential_share_min=0.51)
        self.assertEqual(self._codes(self.other), [])
        self._night_with(type_potential_share_min=0.5)
        lead.action_set_lost()
        self._night(START)
        self.assertFigures(self._profile(self.other), [{"pipeline_amount": 0}])

    def test_an_opportunity_counts_once_where_its_currency_is_known(self):
        """10 million without company may be yen; the team's company, else the salesperson's, says where it counts."""
        elsewhere = self._create_company("Tokyo Ltd", self.env.ref("base.JPY"))
        self.env.ref("base.JPY").active = True
        lead = self.env["crm.lead"].create(
            {"name": "Big", "type": "opportunity", "partner_id": self.other.id, "expected_revenue": 10_000_000}
        )
        teams = self.env["crm.team"].create(
            [{"name": name, "company_id": company} for name, company in
             (("Here", self.company.id), ("Tokyo", elsewhere.id), ("Any", False))]
        )  # fmt: skip
        here, tokyo, anywhere = teams
        seller = create_user(self.env, "pipeline_seller", "sales_team.group_sale_salesman", self.company)
        user, nobody = seller.id, False
        for company, team, salesperson, amount in [
            (False, False, nobody, 0), (False, anywhere.id, nobody, 0), (False, here.id, nobody, 5_000_000),
            (False, False, user, 5_000_000), (False, anywhere.id, user, 5_000_000), (False, tokyo.id, nobody, 0),
            (elsewhere.id, False, nobody, 0), (self.company.id, False, nobody, 5_000_000),
        ]:  # fmt: skip
            with self.subTest(company=company, team=team, salesperson=salesperson):
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE crm_lead SET company_id = %s, team_id = %s, user_id = %s, probability = 50 WHERE id = %s",
                    [company or None, team or None, salesperson or None, lead.id],
                )
                lead.invalidate_recordset()
                self._night(START)
                self.assertFigures(self._profile(self.other), [{"pipeline_amount": amount}])

    def test_potential_by_what_they_buy_elsewhere(self):
        self._night(START)
        for wallet_size, codes in [(6_019, []), (6_020, ["potential"])]:
            self._profile(self.other).wallet_size = wallet_size
            self._night(START)
            self.assertEqual(self._codes(self.other), codes)

    def test_an_image_customer_may_buy_nothing(self):
        famous = self._customer("Famous")
        self._insert_documents([(self._customer("Third"), "out_invoice", "2025-06-01", 5_000)])
        self.other.key_account_referrer_id = famous
        self.env["key.account.refresh"]._ensure_profiles(self.company, famous)
        self._night(START)
        self.assertFigures(self._profile(famous), [{"referral_count": 1, "referred_revenue_12m": 20, "revenue_12m": 0}])
        self.assertEqual(self._codes(famous), ["image"])
        self.other.key_account_referrer_id = self.customer
        self._night(START)
        self.assertEqual(self._codes(self.customer), ["large_steady"])
        self._night_with(type_image_share_min=0.001)
        self.assertEqual(self._codes(self.customer), ["large_steady", "image"])

    def test_a_tester(self):
        for day in ("2024-06-15", "2024-06-16", "2025-06-15"):
            self._feedback(day)
        self._night(START)
        self.assertFigures(self._profile(self.other), [{"feedback_count_12m": 2}])
        self.assertEqual(self._codes(self.other), [])
        self._feedback("2025-01-01")
        self._night(START)
        self.assertEqual(self._codes(self.other), ["tester"])
        self._night_with(type_feedback_min=4)
        self.assertEqual(self._codes(self.other), [])

    def _feedback(self, day):
        with freeze_time(f"{START} 12:00:00"):
            self.env["key.account.feedback"].create(
                {"name": "Too loud", "partner_id": self.other.id, "date": day, "company_id": self.company.id}
            )

    def test_a_type_with_a_rule_of_ones_own(self):
        loyal = self.env["key.account.type"].create(
            {"name": "Loyal", "rule_domain": "[('event_count', '>=', 2)]", "sequence": 1}
        )
        self._night(START)
        self.assertEqual(self._profile().suggested_type_ids, loyal | self._type("large_steady"))
        self.assertEqual(self._profile().main_type_id, loyal)
        self.assertEqual(self._profile(self.other).main_type_id, loyal)
        loyal.active = False
        self._night(START)
        self.assertEqual(self._profile().computed_type_id, self._type("large_steady"))

    def test_a_broken_rule_says_so_when_it_is_saved(self):
        for rule in (
            "[('no_such_field', '=', 1)]",
            "[('rank', 'is', 1)]",
            "nonsense",
            "[(1, 2)]",
            "[('partner_id', '=', )]",
        ):
            with self.subTest(rule=rule), self.assertRaisesRegex(ValidationError, "The rule of “Mine” cannot be used"):
                self.env["key.account.type"].create({"name": "Mine", "rule_domain": rule})

    def test_a_rule_that_broke_later_is_skipped(self):
        mine = self.env["key.account.type"].create({"name": "Mine", "rule_domain": "[('rank', '=', 1)]"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account_type SET rule_domain = '[(''gone'', ''='', 1)]' WHERE id = %s", [mine.id]
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.key_account_segmentation", "WARNING") as log:
            self._night(START)
        self.assertIn("Mine", log.output[0])
        self.assertEqual(self._codes(self.customer), ["large_steady"])

    def test_built_in_types_are_archived_not_deleted(self):
        with self.assertRaisesRegex(UserError, "archived"):
            self._type("image").unlink()

    def test_a_merged_referrer_and_the_numbers_of_a_colleague_company(self):
        """Referrals count in the company where the referred customer buys."""
        other_company = self._create_company("Elsewhere Ltd")
        self.other.key_account_referrer_id = self.customer
        self._insert_documents([(self.other, "out_invoice", "2025-06-01", 7)], other_company)
        self.env["key.account.refresh"]._ensure_profiles(other_company, self.customer)
        with freeze_time(f"{START} 12:00:00"):
            self.env["key.account.run"].refresh_all(other_company)
        self.assertFigures(self._live([self.customer], other_company), [{"referred_revenue_12m": 7}])
