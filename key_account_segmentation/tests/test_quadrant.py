# SPDX-License-Identifier: LGPL-3.0-only
"""The quadrant of each customer, stored by the refresh, beside one worked out from the expected figures of the samples."""

import statistics
import unittest
from collections import Counter
from random import Random

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.axes import BESIDE, PLACES, Axis
from .common import KeyAccountCase, read_csv
from .test_samples import NORTHWIND, NORTHWIND_EXPECTED, NORTHWIND_MISSING

#: The columns of the board: the best first.
COLUMNS = ["high_high", "low_high", "high_low", "low_low", "newcomer", "win_back"]

#: Pairs of axes with columns in the files; of the lost probability less is better.
PAIRS = [("revenue_12m", "coverage"), ("growth", "lost_probability"), ("event_count_12m", "share")]
REVERSED = {"lost_probability"}


def number(text):
    return float(text) if text else None


def beside(row):
    """The place beside the quadrants, False without a purchase; None for those whom the cuts place."""
    if row["recurrence"] == "none":
        return False
    if row["lifecycle"] == "lost":
        return "win_back"
    is_newcomer = row["recurrence"] == "new" and row["abc"] != "A" and row["growth_signal"] == "False"
    return "newcomer" if is_newcomer else None


def expected_places(rows, axes, share=0.5):
    """Customer -> place, from nothing but the columns of a file and the definition; None without a place."""
    places = {row["partner_ref"]: beside(row) or None for row in rows}
    placed = [row for row in rows if beside(row) is None]
    high = []
    for axis in axes:
        values = [number(row[axis]) for row in placed if float(row["revenue_12m"]) > 0 and row[axis]]
        if not values:
            # nobody with revenue has a value: there is no cut, and nobody has a quadrant
            return places
        sign = -1 if axis in REVERSED else 1
        cut = percentile([sign * value for value in values], share)
        high.append({row["partner_ref"]: sign * number(row[axis]) >= cut if row[axis] else None for row in placed})
    words = {True: "high", False: "low"}
    return places | {
        ref: None if None in (x, high[1][ref]) else f"{words[x]}_{words[high[1][ref]]}" for ref, x in high[0].items()
    }


def percentile(values, share):
    """Between the two nearest values, as PostgreSQL's PERCENTILE_CONT."""
    values = sorted(values)
    place = share * (len(values) - 1)
    below, above = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
    return below + (above - below) * (place - int(place))


class QuadrantCase(KeyAccountCase):
    def _publish(self, **values):
        """A policy with other axes, cut at their medians unless said otherwise."""
        medians = {"cut_x_method": "median", "cut_y_method": "median"}
        policy = self.company.key_account_policy_id.copy({"name": "Another matrix", **medians, **values})
        policy.action_publish()
        return policy

    def _places(self, profiles, partners):
        """Customer -> place."""
        places = {profile.partner_id: profile.quadrant_id.place or None for profile in profiles}
        return {ref: places[partner] for ref, partner in partners.items() if partner in places}


@tagged("post_install", "-at_install")
class TestQuadrantOfSamples(QuadrantCase):
    def _check(self, documents, rows, day):
        partners = self._load(documents)
        for axes in PAIRS:
            for share in (0.5, 0.8):
                method = {f"cut_{side}_method": "percentile" if share != 0.5 else "median" for side in "xy"}
                with freeze_time(f"{day} 12:00:00"):
                    self._publish(
                        axis_x=axes[0], axis_y=axes[1], cut_x_percentile=share, cut_y_percentile=share, **method
                    )
                    self.env["key.account.run"].refresh_all(self.company)
                expected = expected_places(rows, axes, share)
                with self.subTest(axes=axes, share=share):
                    self.assertGreater(len(set(expected.values())), 1)
                    self.assertEqual(self._places(self._live(), partners), expected)
                    self.assertEqual(
                        self._live().mapped("place"), [it.quadrant_id.place for it in self._live()], "both say the same"
                    )

    def test_percentile(self):
        values = [3, 1, 4, 1, 5, 9, 2, 6]
        self.assertEqual(percentile(values, 0.5), statistics.median(values))
        self.assertAlmostEqual(percentile(values, 0.8), 5.6)

    def test_oracle(self):
        self._check(read_csv("oracle/input.csv"), read_csv("oracle/expected_2026-03-31.csv"), "2026-03-31")

    def test_bike_sales(self):
        self._check(read_csv("bike_sales/invoices.csv"), read_csv("bike_sales/expected_2011-12-31.csv"), "2011-12-31")

    @unittest.skipUnless(NORTHWIND.exists(), NORTHWIND_MISSING)
    def test_northwind(self):
        self._check(
            read_csv(NORTHWIND / "invoices.csv"), read_csv(NORTHWIND_EXPECTED / "expected_1998-05-06.csv"), "1998-05-06"
        )


@tagged("post_install", "-at_install")
class TestQuadrantOfARefresh(QuadrantCase):
    def _toy(self):
        """Revenue 10, 20, 30, 40 and 1, 5, 2, 9 purchases of 12 months: cuts 25 and 3.5. Customers for long, each."""
        today = Date.today()
        partners = [self._customer(f"Customer {revenue}") for revenue in (10, 20, 30, 40)]
        for partner, revenue, events in zip(partners, (10, 20, 30, 40), (1, 5, 2, 9), strict=True):
            days = [Date.subtract(today, days=9 * day) for day in range(events)]
            self._insert_documents([(partner, "out_invoice", day, revenue / events) for day in days])
            self._insert_documents([(partner, "out_invoice", Date.subtract(today, months=18), 5)])
        return partners

    def _live_places(self, partners):
        places = {profile.partner_id: profile.quadrant_id.place for profile in self._live()}
        return [places[partner] for partner in partners]

    def test_toy(self):
        partners = self._toy()
        self._publish(axis_x="revenue_12m", axis_y="event_count_12m")
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live_places(partners), ["low_low", "low_high", "high_low", "high_high"])
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual((portfolio.cut_x, portfolio.cut_y), (25, 3.5))

    def test_on_the_cut_is_high(self):
        partners = self._toy()
        self._publish(
            axis_x="revenue_12m", axis_y="event_count_12m", cut_x_method="value", cut_x_value=30, cut_y_method="value",
            cut_y_value=5,
        )  # fmt: skip
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live_places(partners), ["low_low", "low_high", "high_low", "high_high"])

    def test_a_single_customer_goes_by_the_cuts_of_the_last_night(self):
        partners = self._toy()
        self._publish(axis_x="revenue_12m", axis_y="event_count_12m")
        self.env["key.account.run"].refresh_all(self.company)
        self._insert_documents([(partners[0], "out_invoice", Date.today(), 16)])
        self._live([partners[0]]).action_refresh()
        self.assertEqual(self._live_places(partners)[0], "high_low")
        newcomer = self._customer("Newcomer")
        self._insert_documents([(newcomer, "out_invoice", Date.today(), 1000)])
        self.env["key.account.refresh"]._refresh_customers(self.company, newcomer.ids)
        self.assertEqual(self._live_places([newcomer]), ["high_low"])
        self.assertEqual(self._live_places(partners)[1:], ["low_high", "high_low", "high_high"])

    def test_all_equal_are_all_high(self):
        partners = [self._customer(name) for name in ("A", "B", "C")]
        self._insert_documents([(partner, "out_invoice", Date.today(), 100) for partner in partners])
        self.env["key.account.run"].refresh_all(self.company)
        places = self._live_places(partners)
        self.assertEqual(len(set(places)), 1)

    def test_one_customer_and_none(self):
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFalse(self._live())
        partner = self._customer("Only One")
        self._insert_documents([(partner, "out_invoice", Date.subtract(Date.today(), months=2), 100)])
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live_places([partner]), ["high_low"], "an A customer, however new")

    def test_without_a_value_there_is_no_quadrant(self):
        partners = self._toy()
        self._publish(axis_x="revenue_12m", axis_y="days_late_12m")
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live_places(partners), [False] * 4)

    def test_snapshots_have_the_quadrant_of_their_day(self):
        partners = self._toy()
        self._publish(axis_x="revenue_12m", axis_y="event_count_12m")
        with freeze_time(Date.add(Date.today(), days=1)):
            snapshots = self._look_back(Date.subtract(Date.today(), days=1))
        places = {snapshot.partner_id: snapshot.quadrant_id.place for snapshot in snapshots}
        self.assertEqual([places[partner] for partner in partners], ["low_low", "low_high", "high_low", "high_high"])

    def test_it_groups_customers_contacts_and_opportunities(self):
        partners = self._toy()
        lead = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity", "partner_id": partners[3].id})
        self._publish(axis_x="revenue_12m", axis_y="event_count_12m")
        self.env["key.account.run"].refresh_all(self.company)
        best = self.company.key_account_policy_id.quadrant_ids.filtered(lambda it: it.place == "high_high")
        self.assertEqual(lead.key_account_quadrant_id, best)
        self.assertEqual(self.env["res.partner"].search([("key_account_quadrant_id", "=", best.id)]), partners[3])
        contacts = [("id", "in", [partner.id for partner in partners])]
        grouped = dict(self.env["res.partner"]._read_group(contacts, ["key_account_quadrant_id"], ["__count"]))
        self.assertEqual(Counter(quadrant.place for quadrant in grouped), Counter(PLACES))
        groups = self.profiles.with_context(read_group_expand=True).formatted_read_group(
            [("partner_id", "=", partners[0].id)], ["quadrant_id"], ["__count"]
        )
        self.assertEqual(
            [group["quadrant_id"][1] for group in groups],
            ["Pillars", "Loyal", "Big tickets", "Passers-by", "Newcomers", "Lost"],
            "the best first, also where nobody is",
        )


class PlaceCase(QuadrantCase):
    def _buys(self, name, *purchases):
        """A customer with purchases: (day, amount)."""
        customer = self._customer(name)
        self._insert_documents([(customer, "out_invoice", day, amount) for day, amount in purchases])
        return customer

    def _monthly(self, name, amount, until=3):
        """Every month on the 20th from April 2025 on."""
        days = [f"2025-{month:02}-20" for month in range(4, 13)] + [
            f"2026-{month:02}-20" for month in range(1, until + 1)
        ]
        return self._buys(name, *[(day, amount) for day in days])

    def _refresh(self):
        self.env["key.account.run"].refresh_all(self.company)

    def _place(self, customer):
        profile = self._live([customer])
        self.assertEqual(profile.quadrant_id.place, profile.place)
        return profile.place

    def _type(self, code):
        return self.env.ref(f"key_account_segmentation.type_{code}")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 12:00:00")
class TestPlacesBeside(PlaceCase):
    """Who is new or gone is in no quadrant, and has no say in where the quadrants are cut."""

    def test_new_and_lost_ones_move_no_median(self):
        kept = [self._monthly(f"Kept {amount}", amount) for amount in (10, 20, 30)]
        self._monthly("Gone, and large", 1000, until=0)
        self._buys("Just begun", ("2026-03-30", 5))
        self._publish(axis_y="event_count_12m")
        self._refresh()
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual((portfolio.cut_x, portfolio.cut_y), (240, 12))
        self.assertEqual([self._place(it) for it in kept], ["low_high", "high_high", "high_high"])
        self.assertEqual(self._live().mapped("place").count("win_back"), 1)

    def test_the_first_that_fits(self):
        large = self._monthly("Large", 1000)
        gone = self._monthly("Gone", 1200, until=0)
        new = self._buys("New", ("2026-03-30", 5))
        new_and_large = self._buys("New and large", ("2026-03-30", 11000))
        credited = self._customer("Only credited")
        self._insert_documents([(credited, "out_refund", "2026-03-01", -80)])
        self._refresh()
        self.assertEqual(
            [self._place(it) for it in (large, gone, new, new_and_large, credited)],
            ["high_high", "win_back", "newcomer", "high_low", False],
        )

    def test_a_newcomer_with_potential_has_a_quadrant(self):
        self._monthly("Large", 1000)
        growing = self._buys("Growing", ("2026-01-20", 10), ("2026-03-20", 30))
        promising, usual = (self._buys(name, ("2026-03-20", 10)) for name in ("Promising", "Usual"))
        deal = {"name": "Deal", "type": "opportunity", "company_id": self.company.id, "probability": 50}
        self.env["crm.lead"].create(deal | {"partner_id": promising.id, "expected_revenue": 12000})
        self._refresh()
        self.assertEqual([self._place(it) for it in (growing, promising, usual)], ["low_low", "low_low", "newcomer"])
        profile = self._live([usual])
        assistant = self.env["key.account.judgement"].create(
            {"profile_ids": profile.ids, "what": "type", "type_id": self._type("potential").id, "reason": "I know them"}
        )
        assistant.action_apply()
        self.assertEqual(self._place(usual), "low_low", "at once")
        self._refresh()
        self.assertEqual(self._place(usual), "low_low")

    def test_a_past_day_is_placed_as_it_was_live(self):
        self._monthly("Large", 1000)
        self._buys("Growing", ("2026-01-20", 10), ("2026-03-20", 30))
        self._buys("New", ("2026-03-20", 10))
        self._monthly("Gone", 10, until=0)
        self._refresh()
        live = {profile.partner_id: (profile.place, profile.quadrant_id) for profile in self._live()}
        with freeze_time("2026-04-20 12:00:00"):
            snapshots = self._look_back("2026-03-31")
        self.assertEqual({it.partner_id: (it.place, it.quadrant_id) for it in snapshots}, live)
        self.assertEqual({place for place, _quadrant in live.values()}, {"high_high", "low_low", *BESIDE})

    def test_large_and_steady_ones_are_the_pillars(self):
        self._load(read_csv("places/input.csv"))
        self._refresh()
        pillars = self._live().filtered(lambda it: it.quadrant_id.place == "high_high")
        steady = self._live().filtered(lambda it: self._type("large_steady") in it.suggested_type_ids)
        self.assertGreater(len(pillars), 5)
        self.assertEqual(pillars, steady)
        self.assertNotIn("lost", pillars.mapped("lifecycle"))

    def test_large_and_steady_ones_are_the_pillars_whatever_they_buy(self):
        random = Random(19)
        customers = [self._customer(f"Random {number}") for number in range(120)]
        documents = []
        for customer in customers:
            begin, step = random.randint(1, 900), random.choice([7, 30, 31, 61, 91, 182])
            days = [day for day in range(begin, -1, -step) if random.random() < random.choice([0.4, 0.9, 1])]
            amount = random.lognormvariate(5, 1.5)
            documents += [
                (
                    customer,
                    "out_invoice",
                    Date.subtract(Date.today(), days=day),
                    round(amount * random.uniform(0.5, 2), 2),
                )
                for day in days
            ]
        self._insert_documents(documents)
        self._refresh()
        pillars = self._live().filtered(lambda it: it.quadrant_id.place == "high_high")
        steady = self._live().filtered(lambda it: self._type("large_steady") in it.suggested_type_ids)
        self.assertGreater(len(pillars), 5)
        self.assertEqual(pillars, steady)
        self.assertEqual({*self._live().mapped("place")} - {False}, {*COLUMNS})


@tagged("post_install", "-at_install")
class TestChangesOfPlace(PlaceCase):
    """When a place takes effect, and what is told of it."""

    def _night(self, day):
        with freeze_time(f"{day} 12:00:00"):
            self._refresh()

    def _told(self, customer, what):
        changes = self._live([customer]).transition_ids.filtered(lambda it: it.what == what).sorted("id")
        return [(change.old_label, change.new_label, change.event) for change in changes]

    def test_who_is_lost_is_told_once_and_at_once(self):
        large, gone = self._monthly("Large", 1000), self._monthly("Gone", 1000)
        self._night("2026-03-31")
        self._insert_documents([(large, "out_invoice", "2026-06-20", 5000)])
        self._night("2026-07-31")
        self.assertEqual(self._told(gone, "quadrant"), [("Pillars", "Lost", "other")])
        self.assertEqual(self._told(gone, "lifecycle")[-1][1:], ("Lost", "became_lost"))
        self._insert_documents([(gone, "out_invoice", "2026-08-01", 1000)])
        self._night("2026-08-01")
        self.assertEqual([event for *_names, event in self._told(gone, "quadrant")], ["other", "other"])
        self.assertEqual(self._told(gone, "lifecycle")[-1][2], "came_back")

    def test_a_newcomer_has_not_fallen(self):
        large, new = self._monthly("Large", 1000), self._buys("New", ("2026-03-20", 10), ("2026-03-30", 10))
        self._night("2026-03-31")
        self._insert_documents([(customer, "out_invoice", "2026-09-20", 10) for customer in (new, large)])
        self._night("2026-10-01")
        self.assertEqual(self._told(new, "quadrant"), [("Newcomers", "Passers-by", "other")])


@tagged("post_install", "-at_install")
class TestMatrixOfAPolicy(QuadrantCase):
    def test_what_a_company_begins_with(self):
        policy = self.company.key_account_policy_id
        self.assertEqual((policy.axis_x, policy.axis_y), ("revenue_12m", "loyalty"))
        self.assertEqual((policy.cut_x_method, policy.cut_y_method, policy.cut_y_value), ("a_border", "value", 0.75))
        self.assertEqual(policy.quadrant_ids.mapped("place"), COLUMNS)
        self.assertTrue(all(quadrant.advice and quadrant.plan_id for quadrant in policy.quadrant_ids))

    def test_every_axis_is_a_number_with_label_and_explanation(self):
        described = self.profiles.fields_get(list(self.profiles._axes()))
        for name in self.profiles._axes():
            with self.subTest(axis=name):
                self.assertTrue(described[name]["store"])
                self.assertIn(described[name]["type"], ("integer", "float", "monetary"))
                self.assertTrue(described[name].get("help"))

    def test_the_same_axis_twice(self):
        draft = self.company.key_account_policy_id.copy()
        with self.assertRaisesRegex(ValidationError, "Both axes are “Revenue"):
            draft.axis_y = "revenue_12m"

    def test_a_percentile_outside_its_range(self):
        draft = self.company.key_account_policy_id.copy()
        for share in (0, 1, -0.2, 1.5):
            with self.subTest(share=share), self.assertRaisesRegex(ValidationError, "between 0 and 100"):
                draft.cut_x_percentile = share

    def test_a_published_matrix_stays_but_for_how_it_is_acted_on(self):
        policy = self.company.key_account_policy_id
        manager = self.env.ref("base.user_admin")
        quadrant = policy.quadrant_ids[0].with_user(manager).with_context(allowed_company_ids=self.company.ids)
        manager.company_ids += self.company
        quadrant.write({"advice": "Call them", "responsible_id": manager.id, "color": 5})
        self.assertEqual(quadrant.advice, "Call them")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            quadrant.name = "Friends"
        with self.assertRaisesRegex(UserError, "four quadrants"):
            quadrant.unlink()

    def test_a_place_only_once(self):
        draft = self.company.key_account_policy_id.copy()
        self.assertEqual(draft.quadrant_ids.mapped("place"), COLUMNS)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            draft.quadrant_ids = [Command.create({"place": "low_low", "name": "Again"})]

    def test_a_matrix_with_a_hole_is_not_published(self):
        draft = self.company.key_account_policy_id.copy({"quadrant_ids": False})
        draft.quadrant_ids = [
            Command.create({"place": place, "name": place}) for place in PLACES if place != "high_low"
        ]
        with self.assertRaisesRegex(UserError, "no quadrant for High / low, New, and Lost"):
            draft.action_publish()
        self.assertEqual(draft.state, "draft")

    def test_only_revenue_is_cut_at_the_smallest_a_customer(self):
        draft = self.company.key_account_policy_id.copy()
        with self.assertRaisesRegex(ValidationError, "“Loyalty” cannot be cut at the smallest A customer"):
            draft.cut_y_method = "a_border"
        with self.assertRaisesRegex(ValidationError, "“Growth” cannot be cut at the smallest A customer"):
            draft.axis_x = "growth"
        with Form(draft) as form:
            form.axis_x = "growth"
            self.assertEqual(form.cut_x_method, "median")

    def test_the_form_of_a_draft(self):
        draft = self.company.key_account_policy_id.copy()
        with Form(draft) as form:
            form.axis_x = "silence_probability"
            form.cut_x_method = "percentile"
            form.cut_x_percentile = 0.9
        self.assertEqual((draft.axis_x, draft.cut_x_percentile), ("silence_probability", 0.9))


@tagged("post_install", "-at_install")
class TestAxisOfAnotherModule(QuadrantCase):
    def test_a_line_in_axes_is_enough(self):
        """Any stored number of the profile; here the number of gaps, which is none of ours."""
        figures = self.registry["key.account.figures"]
        declared = figures._axes
        self.patch(figures, "_axes", lambda model: declared(model) | {"gap_count": Axis("count")})
        self.assertIn("gap_count", dict(self.env["key.account.policy"]._axis_selection()))
        partner = self._customer("Regular")
        self._insert_documents([(partner, "out_invoice", Date.subtract(Date.today(), days=day), 10) for day in (0, 9)])
        self._publish(axis_x="gap_count", axis_y="coverage")
        self.env["key.account.run"].refresh_all(self.company)
        portfolio = self.env["key.account.portfolio"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(portfolio.cut_x, 1)
        answer = self.profiles.matrix_read([])
        self.assertEqual((answer["x"]["field"], answer["x"]["label"]), ("gap_count", "Gaps"))
        self.assertIn("gap_count", [axis["field"] for axis in answer["axes"]])
