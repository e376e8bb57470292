# SPDX-License-Identifier: LGPL-3.0-only
"""The quadrant of each customer, stored by the refresh, beside one worked out from the expected figures of the samples."""

import statistics
import unittest
from collections import Counter

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.axes import PLACES, Axis
from .common import KeyAccountCase, read_csv
from .test_samples import NORTHWIND, NORTHWIND_MISSING

#: Pairs of axes with columns in the files; of the lost probability less is better.
PAIRS = [("revenue_12m", "coverage"), ("growth", "lost_probability"), ("event_count_12m", "share")]
REVERSED = {"lost_probability"}


def number(text):
    return float(text) if text else None


def expected_places(rows, axes, share=0.5):
    """Customer -> place, from nothing but the columns of a file and the definition; None without a value."""
    high = []
    for axis in axes:
        # nobody with revenue has a value: there is no cut, and nobody has a place
        if not any(float(row["revenue_12m"]) > 0 and row[axis] for row in rows):
            return {row["partner_ref"]: None for row in rows}
        values = [number(row[axis]) for row in rows if float(row["revenue_12m"]) > 0 and row[axis]]
        sign = -1 if axis in REVERSED else 1
        cut = percentile([sign * value for value in values], share)
        high.append({row["partner_ref"]: sign * number(row[axis]) >= cut if row[axis] else None for row in rows})
    words = {True: "high", False: "low"}
    return {
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
        policy = self.company.key_account_policy_id.copy({"name": "Another matrix", **values})
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
                    # the shops of the bike sales have no year before, and so no growth
                    self.assertTrue(set(expected.values()) == {None} or len(set(expected.values())) > 2)
                    self.assertEqual(self._places(self._live(), partners), expected)

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
        self._check(read_csv(NORTHWIND / "invoices.csv"), read_csv(NORTHWIND / "expected_1998-05-06.csv"), "1998-05-06")


@tagged("post_install", "-at_install")
class TestQuadrantOfARefresh(QuadrantCase):
    def _toy(self):
        """Revenue 10, 20, 30, 40 and 1, 5, 2, 9 purchases: cuts 25 and 3.5."""
        today = Date.today()
        partners = [self._customer(f"Customer {revenue}") for revenue in (10, 20, 30, 40)]
        for partner, revenue, events in zip(partners, (10, 20, 30, 40), (1, 5, 2, 9), strict=True):
            self._insert_documents(
                [
                    (partner, "out_invoice", Date.subtract(today, days=9 * day), revenue / events)
                    for day in range(events)
                ]
            )
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
        self.assertEqual(self._live_places([partner]), ["high_high"])

    def test_without_a_value_there_is_no_quadrant(self):
        partners = self._toy()
        self._publish(axis_x="revenue_12m", axis_y="growth")
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
            ["Loyal", "Pillars", "Passers-by", "Big tickets"],
            "four columns in reading order, also where nobody is",
        )


@tagged("post_install", "-at_install")
class TestMatrixOfAPolicy(QuadrantCase):
    def test_what_a_company_begins_with(self):
        policy = self.company.key_account_policy_id
        self.assertEqual((policy.axis_x, policy.axis_y), ("revenue_12m", "coverage"))
        self.assertEqual((policy.cut_x_method, policy.cut_y_method), ("median", "median"))
        self.assertEqual(policy.quadrant_ids.mapped("place"), list(PLACES))
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
        self.assertEqual(draft.quadrant_ids.mapped("place"), list(PLACES))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            draft.quadrant_ids = [Command.create({"place": "low_low", "name": "Again"})]

    def test_a_matrix_with_a_hole_is_not_published(self):
        draft = self.company.key_account_policy_id.copy({"quadrant_ids": False})
        draft.quadrant_ids = [
            Command.create({"place": place, "name": place}) for place in PLACES if place != "high_low"
        ]
        with self.assertRaisesRegex(UserError, "no quadrant for High / low"):
            draft.action_publish()
        self.assertEqual(draft.state, "draft")

    def test_the_form_of_a_draft(self):
        draft = self.company.key_account_policy_id.copy()
        with Form(draft) as form:
            form.axis_x = "lost_probability"
            form.cut_x_method = "percentile"
            form.cut_x_percentile = 0.9
        self.assertEqual((draft.axis_x, draft.cut_x_percentile), ("lost_probability", 0.9))


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
