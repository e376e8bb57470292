# SPDX-License-Identifier: LGPL-3.0-only
"""What the matrix view is told: places, scales, points, bins, and who sees what."""

import math
from itertools import count, pairwise
from random import Random
from statistics import fmean, median, pstdev
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..models.matrix.key_account_matrix import COLORS_MAX, LARGEST_MAX, MISSING_MAX, OTHERS, POINTS, POINTS_MAX
from ..tools.axes import BESIDE
from .common import KeyAccountCase, read_csv
from .roles import INSIDERS, ROLES, create_users

PLACES = ["low_high", "high_high", "low_low", "high_low"]
TOY = [(10, 1), (20, 5), (30, 2), (40, 9)]


class MatrixCase(KeyAccountCase):
    @classmethod
    def _customers(cls, rows, company=None, **values):
        """A profile for each (revenue, tenure), by name c0, c1, …; None is no value."""
        numbers = count()
        partners = cls.env["res.partner"].create([{"name": f"c{next(numbers)}"} for _row in rows])
        return cls.profiles.create(
            [
                {
                    "company_id": (company or cls.company).id,
                    "partner_id": partner.id,
                    "revenue_12m": False if revenue is None else revenue,
                    "tenure_years": False if tenure is None else tenure,
                    **values,
                }
                for partner, (revenue, tenure) in zip(partners, rows, strict=True)
            ]
        )

    def _read(self, domain=(), x="revenue_12m", y="tenure_years", size="revenue_12m", **options):
        profiles = options.pop("profiles", self.profiles)
        return profiles.matrix_read(list(domain), x, y, size, options.pop("color", "category"), **options)

    def _places(self, answer):
        """Place -> names of the points that lie there by the cuts of the answer."""
        places = {place: [] for place in PLACES}
        for _id, name, x, y, _size, _color, _place in answer["points"]:
            level = {
                side: "high" if (value <= axis["cut"] if axis["reversed"] else value >= axis["cut"]) else "low"
                for side, value, axis in (("x", x, answer["x"]), ("y", y, answer["y"]))
            }
            places["{x}_{y}".format(**level)].append(name)
        return places

    def assertQuadrants(self, answer, counts):
        """Compare the counts of the four quadrants, in reading order, and the points' places with them."""
        self.assertEqual([quadrant["place"] for quadrant in answer["quadrants"]], PLACES)
        self.assertEqual([quadrant["count"] for quadrant in answer["quadrants"]], counts)
        if not answer["bins"]:
            self.assertEqual([len(names) for names in self._places(answer).values()], counts)
        self.assertPlaces(answer)

    def assertPlaces(self, answer):
        """Each point says where it lies, and each quadrant is searched for by a domain that finds just these."""
        points = answer["points"]
        said = {place: [point[1] for point in points if point[6] == place] for place in PLACES}
        self.assertEqual(said, self._places(answer))
        among = [("id", "in", [point[0] for point in points])]
        for quadrant in answer["quadrants"]:
            if None in (answer["x"]["cut"], answer["y"]["cut"]):
                self.assertIs(quadrant["domain"], False)
                continue
            found = self.env["key.account.profile"].search([*quadrant["domain"], *among])
            self.assertEqual(set(found.ids), {point[0] for point in points if point[6] == quadrant["place"]})

    def assertUnusable(self, message, **options):
        with self.assertRaisesRegex(UserError, message):
            self._read(**options)


@tagged("post_install", "-at_install")
class TestMatrixPlaces(MatrixCase):
    def test_toy(self):
        self._customers(TOY)
        answer = self._read()
        self.assertEqual((answer["x"]["cut"], answer["y"]["cut"]), (25, 3.5))
        self.assertEqual(
            self._places(answer), {"low_low": ["c0"], "low_high": ["c1"], "high_low": ["c2"], "high_high": ["c3"]}
        )
        self.assertQuadrants(answer, [1, 1, 1, 1])
        self.assertEqual([quadrant["size"] for quadrant in answer["quadrants"]], [20, 40, 10, 30])
        self.assertEqual(answer["total"], {"count": 4, "size": 100})

    def test_on_the_cut_is_high(self):
        self._customers([(10, 1), (20, 2), (30, 3)])
        answer = self._read()
        self.assertEqual((answer["x"]["cut"], answer["y"]["cut"]), (20, 2))
        self.assertQuadrants(answer, [0, 2, 1, 0])

    def test_less_is_better_on_a_reversed_axis(self):
        for profile, days in zip(self._customers(TOY), (0, 10, 20, 30), strict=True):
            profile.days_late_12m = days
        answer = self._read(x="days_late_12m")
        self.assertTrue(answer["x"]["reversed"])
        self.assertEqual(answer["x"]["cut"], 15)
        self.assertEqual(
            self._places(answer), {"high_low": ["c0"], "high_high": ["c1"], "low_low": ["c2"], "low_high": ["c3"]}
        )
        self.assertQuadrants(answer, [1, 1, 1, 1])
        self.assertEqual(answer["quadrants"][1]["name"], "Low Pays Late By (Days), high Customer Since (Years)")

    def test_on_the_cut_of_a_reversed_axis_is_high(self):
        for profile, days in zip(self._customers([(1, 1)] * 3), (0, 10, 20), strict=True):
            profile.days_late_12m = days
        self.assertQuadrants(self._read(x="days_late_12m"), [1, 2, 0, 0])

    def test_places_and_levels_as_sql(self):
        def place(x, y, /, cut_x=25.0, cut_y=3.5, **reverse):
            query = self.profiles._place_sql(
                SQL("%s::float8", x),
                SQL("%s::float8", y),
                cut_x,
                cut_y,
                reverse.get("x", False),
                reverse.get("y", False),
            )
            return self.env.execute_query(SQL("SELECT %s", query))[0][0]

        self.assertEqual([place(*row) for row in TOY], ["low_low", "low_high", "high_low", "high_high"])
        self.assertEqual(place(25, 3.5), "high_high")
        self.assertEqual(place(25, 3.5, x=True, y=True), "high_high")
        self.assertEqual(place(25.01, 3.49, x=True), "low_low")
        self.assertEqual(place(24.99, 3.49, x=True, y=True), "high_high")
        self.assertEqual(place(0, 0, cut_x=0, cut_y=SQL("1 - 1")), "high_high")
        for row in [(None, 1), (1, None), (None, None)]:
            self.assertIsNone(place(*row))
        for nothing in (None, False):
            self.assertIsNone(place(1, 1, cut_x=nothing))
            self.assertIsNone(place(1, 1, cut_y=nothing))

    def test_the_median_is_that_of_customers_with_revenue(self):
        self._customers([*TOY, (0, 100), (-50, 200), (None, 300)])
        answer = self._read()
        self.assertEqual((answer["x"]["cut"], answer["y"]["cut"]), (25, 3.5))

    def test_the_median_without_any_revenue(self):
        self._customers([(0, 1), (-10, 2), (-20, 6)])
        answer = self._read()
        self.assertEqual((answer["x"]["cut"], answer["y"]["cut"]), (-10, 2))
        self.assertQuadrants(answer, [1, 1, 0, 1])

    def test_neutral_names(self):
        self._customers(TOY)
        answer = self._read()
        self.assertFalse(answer["is_policy"])
        self.assertEqual(
            [(quadrant["id"], quadrant["name"], quadrant["advice"]) for quadrant in answer["quadrants"]],
            [
                (False, "Low Revenue (12 Months), high Customer Since (Years)", False),
                (False, "High Revenue (12 Months), high Customer Since (Years)", False),
                (False, "Low Revenue (12 Months), low Customer Since (Years)", False),
                (False, "High Revenue (12 Months), low Customer Since (Years)", False),
            ],
        )

    def test_axes_say_what_they_are(self):
        self._customers(TOY)
        answer = self._read(y="coverage", x="lost_probability")
        self.assertEqual((answer["x"]["label"], answer["x"]["unit"]), ("Lost Probability", "percent"))
        self.assertIn("stopped buying for good", answer["x"]["help"])
        undeclared = self._read(x="gap_count", y="cv2")
        self.assertEqual((undeclared["x"]["unit"], undeclared["y"]["unit"]), ("count", "ratio"))
        offered = [axis["field"] for axis in answer["axes"]]
        self.assertEqual(offered, list(self.profiles._axes()))
        self.assertTrue(all(axis["label"] and axis["help"] for axis in answer["axes"]))


@tagged("post_install", "-at_install")
class TestMatrixAside(MatrixCase):
    """By the policy's axes new and lost customers stand beside the picture, as they do on the board."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls._load(read_csv("places/input.csv"))
        with freeze_time("2026-03-31 12:00:00"):
            cls.env["key.account.run"].refresh_all(cls.company)

    def _answer(self, domain=(), **options):
        return self.profiles.matrix_read(list(domain), size="revenue_12m", **options)

    def _found(self, domain):
        return self.profiles.search([("company_id", "=", self.company.id), *domain])

    def test_each_place_holds_whom_it_holds_on_the_board(self):
        answer = self._answer()
        self.assertEqual((answer["x"]["field"], answer["y"]["field"]), ("revenue_12m", "loyalty"))
        for place in answer["quadrants"] + answer["aside"]:
            with self.subTest(place=place["place"]):
                there = self._live().filtered(lambda it, name=place["place"]: it.quadrant_id.place == name)
                self.assertGreater(len(there), 0)
                self.assertEqual((place["count"], place["name"]), (len(there), there.quadrant_id.name))
                self.assertAlmostEqual(place["size"], sum(there.mapped("revenue_12m")))
                drawn = answer["drawn"] if place in answer["quadrants"] else []
                self.assertEqual(self._found([*place["domain"], *drawn]), there.sorted())
                self.assertEqual([it[0] for it in place["largest"]], there.sorted().ids[:LARGEST_MAX])

    def test_who_stands_beside_is_no_point_and_has_no_part_in_the_axes(self):
        answer = self._answer()
        beside = self._live().filtered(lambda it: it.place in BESIDE)
        self.assertEqual([place["place"] for place in answer["aside"]], list(BESIDE))
        self.assertFalse({point[0] for point in answer["points"]} & {*beside.ids})
        drawn = self._found(answer["drawn"])
        self.assertEqual({point[0] for point in answer["points"]}, {*drawn.ids})
        self.assertEqual(answer["y"]["min"], min(drawn.mapped("loyalty")))
        self.assertEqual(answer["total"]["count"], len(self._live()))

    def test_who_never_bought_is_missing(self):
        answer = self._answer()
        nowhere = self._live().filtered(lambda it: it.recurrence == "none")
        self.assertEqual({row[0] for row in answer["missing"]["records"]}, {*nowhere.ids})
        self.assertEqual(answer["missing"]["count"], len(nowhere))
        self.assertEqual(self._found(answer["missing"]["domain"]), nowhere.sorted())
        self.assertEqual(
            sum(part["count"] for part in (*answer["quadrants"], *answer["aside"], answer["missing"])),
            answer["total"]["count"],
        )

    def test_who_has_no_place_yet_is_drawn(self):
        [bare] = self._customers([(5, 1)], loyalty=0.5, place=False, recurrence=False)
        answer = self._answer([("id", "=", bare.id)])
        self.assertEqual([point[0] for point in answer["points"]], bare.ids)
        self.assertEqual(self._found([*answer["drawn"], ("id", "=", bare.id)]), bare)

    def test_other_axes_and_several_companies_draw_everybody(self):
        answer = self._answer(y="silence_probability")
        self.assertEqual((answer["aside"], answer["drawn"]), ([], []))
        self.assertEqual(len(answer["points"]), len(self._live().filtered("event_count")))
        companies = self.company | self._create_company("Another Ltd")
        self.env.user.company_ids |= companies
        profiles = self.profiles.with_context(allowed_company_ids=companies.ids)
        self.assertEqual(profiles.matrix_read([], size="revenue_12m")["aside"], [])

    def test_only_those_one_may_see_are_counted(self):
        user = create_users(self.env, self.company)["own"]
        mine = self._live().filtered(lambda it: it.place == "newcomer")[:1]
        mine.partner_id.user_id = user
        profiles = self.profiles.with_user(user).with_context(allowed_company_ids=self.company.ids)
        [newcomers, lost] = profiles.matrix_read([], size="revenue_12m")["aside"]
        self.assertEqual((newcomers["count"], [row[0] for row in newcomers["largest"]]), (1, mine.ids))
        self.assertEqual((lost["count"], lost["largest"]), (0, []))


@tagged("post_install", "-at_install")
class TestMatrixValues(MatrixCase):
    """Values at the edge: none, one, equal ones, negative, huge and impossible ones."""

    def test_no_customer(self):
        answer = self._read()
        for axis in (answer["x"], answer["y"]):
            self.assertEqual(
                [axis[name] for name in ("cut", "min", "max", "skewness", "scale")], [None, None, None, 0, "linear"]
            )
        self.assertQuadrants(answer, [0, 0, 0, 0])
        self.assertEqual((answer["points"], answer["bins"], answer["colors"]["values"]), ([], [], []))
        missing = ["|", ("revenue_12m", "=", False), ("tenure_years", "=", False)]
        self.assertEqual(answer["missing"], {"count": 0, "size": 0, "records": [], "domain": missing})
        self.assertEqual(answer["total"], {"count": 0, "size": 0})

    def test_one_customer(self):
        self._customers([(10, 1)])
        self.assertQuadrants(self._read(), [0, 1, 0, 0])

    def test_all_equal(self):
        self._customers([(0.1, 0.1)] * 50)
        answer = self._read(limit=10)
        self.assertEqual((answer["x"]["skewness"], answer["x"]["scale"]), (0, "linear"))
        self.assertQuadrants(answer, [0, 50, 0, 0])
        (cell,) = answer["bins"]
        self.assertEqual((cell["count"], cell["x0"]), (40, 0.1))
        self.assertGreater(cell["x1"], 0.1)

    def test_an_axis_without_a_value(self):
        self._customers([(10, None), (30, None)])
        answer = self._read()
        self.assertEqual((answer["x"]["cut"], answer["x"]["min"], answer["y"]["cut"]), (20, None, None))
        self.assertQuadrants(answer, [0, 0, 0, 0])
        self.assertEqual([record[1:] for record in answer["missing"]["records"]], [["c1", 30], ["c0", 10]])
        self.assertEqual((answer["missing"]["count"], answer["missing"]["size"]), (2, 40))
        self.assertEqual(answer["total"], {"count": 2, "size": 40})

    def test_empty_is_not_zero(self):
        self._customers([(10, 0), (10, None)])
        answer = self._read()
        self.assertEqual([point[1] for point in answer["points"]], ["c0"])
        self.assertEqual([record[1] for record in answer["missing"]["records"]], ["c1"])

    def test_a_plain_number_without_a_value_is_zero(self):
        """As it is to searches and on screens; the lists that the view opens agree with the picture."""
        (profile,) = self._customers([(10, 1)])
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE key_account_profile SET event_count_12m = NULL WHERE id = %s", profile.id))
        answer = self._read(x="event_count_12m")
        self.assertEqual([point[2:4] for point in answer["points"]], [[0, 1]])
        self.assertEqual((answer["x"]["can_be_empty"], answer["y"]["can_be_empty"]), (False, True))

    def test_only_the_largest_without_a_value_are_named(self):
        self._customers([(number, None) for number in range(MISSING_MAX + 5)])
        missing = self._read()["missing"]
        self.assertEqual((missing["count"], len(missing["records"])), (MISSING_MAX + 5, MISSING_MAX))
        self.assertEqual(missing["records"][0][1:], [f"c{MISSING_MAX + 4}", MISSING_MAX + 4])

    def test_log_scale_for_skewed_values_above_zero(self):
        skewed = [1] * 30 + [1000]
        for values, scale in [
            (skewed, "log"),
            ([0.01, *skewed], "log"),
            ([*[0] * 7, *skewed], "log"),
            ([*[-1] * 7, *skewed], "log"),
            ([*[0] * 8, *skewed], "linear"),
            ([*[-1e6] * 3, *range(1, 31)], "linear"),
            (range(1, 31), "linear"),
            ([-value for value in skewed], "linear"),
        ]:
            with self.subTest(values=list(values)[:3], scale=scale):
                self.profiles.search([]).unlink()
                self._customers([(value, 1) for value in values])
                self.assertEqual(self._read()["x"]["scale"], scale)

    def test_a_cut_at_zero_is_shown_on_a_linear_scale(self):
        profiles = self._customers([(value, 1) for value in [1] * 30 + [1000]])
        policy = ("revenue_12m", "tenure_years", 0, 1, ())
        with patch.object(type(profiles), "_policy_axes", lambda self: policy):
            self.assertEqual(self._read()["x"]["scale"], "linear")

    def test_zero_and_below_have_a_cell_beside_a_logarithmic_scale(self):
        self._customers([(value, 1) for value in [-3, 0, *[1] * 30, 1000]])
        answer = self._read(limit=1)
        axis = answer["x"]
        self.assertEqual((axis["scale"], axis["min"], axis["min_above_zero"]), ("log", -3, 1))
        self.assertAlmostEqual(axis["above_zero"], 31 / 33)
        self.assertEqual(
            [(cell["x0"], cell["x1"] > 1, cell["count"]) for cell in answer["bins"]], [(-3, False, 2), (1, True, 30)]
        )

    def test_only_what_is_drawn_decides_the_scale(self):
        self._customers([(1, 1)] * 30 + [(1000, 1), (0, None)])
        answer = self._read()
        self.assertEqual((answer["x"]["scale"], answer["x"]["min"]), ("log", 1))

    def test_skewness(self):
        random = Random(7)
        values = [round(random.lognormvariate(5, 1), 2) for _number in range(200)]
        self._customers([(value, random.gauss(1e6, 1)) for value in values])
        axis = self._read()["x"]
        mean, spread = fmean(values), pstdev(values)
        self.assertAlmostEqual(axis["skewness"], fmean(((value - mean) / spread) ** 3 for value in values), 9)
        self.assertAlmostEqual(axis["cut"], median(values), 9)
        self.assertEqual((axis["min"], axis["max"]), (min(values), max(values)))

    def test_values_too_small_to_count_with(self):
        for values in [(1e-200, 2e-200, 9e-200), (5e-324, 1e-320, 1), (-1, 1, 1e-120), (1e-300, 1e80, 1e-299)]:
            with self.subTest(values=values):
                self.profiles.search([]).unlink()
                self._customers([(1, value) for value in values])
                answer = self._read(limit=1)
                self.assertTrue(math.isfinite(answer["y"]["skewness"]))
                self.assertEqual(sum(quadrant["count"] for quadrant in answer["quadrants"]), 3)
                self.assertEqual(sum(cell["count"] for cell in answer["bins"]), 2)

    def test_impossible_values_are_no_values(self):
        profiles = self._customers([*TOY, (5, 7), (5, 7), (5, 7), (5, 7)])
        self.env.flush_all()
        for profile, value in zip(profiles[4:], ("NaN", "Infinity", "-Infinity", "1e300"), strict=True):
            self.env.cr.execute(
                SQL("UPDATE key_account_profile SET tenure_years = %s::float8 WHERE id = %s", value, profile.id)
            )
        for value in ("NaN", "1e400"):
            self.env.cr.execute(
                SQL("UPDATE key_account_profile SET gross_12m = %s::numeric WHERE id = %s", value, profiles[0].id)
            )
            answer = self._read(size="gross_12m")
            self.assertEqual(answer["total"], {"count": 8, "size": 0})
        self.assertEqual(len(answer["points"]), 4)
        self.assertEqual({record[1] for record in answer["missing"]["records"]}, {"c4", "c5", "c6", "c7"})
        self.assertTrue(all(math.isfinite(point[3]) for point in answer["points"]))

    def test_huge_values(self):
        self._customers([(1e12, 1e60), (-1e12, -1e60), (1, 1)])
        answer = self._read(limit=1)
        self.assertEqual((answer["x"]["min"], answer["x"]["max"]), (-1e12, 1e12))
        self.assertQuadrants(answer, [0, 1, 2, 0])
        self.assertEqual(answer["total"]["size"], 1)


@tagged("post_install", "-at_install")
class TestMatrixPoints(MatrixCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        random = Random(11)
        cls.rows = [
            (round(random.lognormvariate(6, 1.5), 2), round(random.uniform(-3, 9), 1)) for _number in range(300)
        ]
        # several of the same size, so that the order of points has to be told by id
        cls.all = cls._customers([*cls.rows, *[(1000, 5)] * 20, (1000, None)], category="client")

    def test_the_largest_are_points(self):
        answer = self._read(limit=25)
        order = sorted(
            self.all.filtered(lambda it: it.tenure_years is not False), key=lambda it: (-it.revenue_12m, it.id)
        )
        self.assertEqual([point[0] for point in answer["points"]], [profile.id for profile in order[:25]])
        first = order[0]
        self.assertEqual(
            answer["points"][0],
            [
                first.id,
                first.partner_id.name,
                *[first[name] for name in ("revenue_12m", "tenure_years", "revenue_12m")],
                "client",
                "high_low",
            ],
        )

    def test_points_and_bins_hold_everybody_once(self):
        for limit in (1, 7, 25, 100, 319, 320, 321):
            with self.subTest(limit=limit):
                answer = self._read(limit=limit)
                self.assertEqual(len(answer["points"]), min(limit, 320))
                self.assertEqual(len(answer["points"]) + sum(cell["count"] for cell in answer["bins"]), 320)
                drawn = sum(point[4] for point in answer["points"]) + sum(cell["size"] for cell in answer["bins"])
                self.assertAlmostEqual(drawn + answer["missing"]["size"], answer["total"]["size"], 2)

    def test_each_quadrant_names_its_largest_though_nobody_of_it_is_a_point(self):
        answer = self._read(limit=1)
        places = self._places(self._read(limit=POINTS))
        self.assertEqual([len(quadrant["largest"]) for quadrant in answer["quadrants"]], [LARGEST_MAX] * 4)
        for quadrant in answer["quadrants"]:
            here = self.all.filtered(lambda it, names=set(places[quadrant["place"]]): it.partner_id.name in names)
            order = sorted(here, key=lambda it: (-it.revenue_12m, it.id))
            self.assertEqual(
                quadrant["largest"],
                [[it.id, it.partner_id.name, it.revenue_12m] for it in order[:LARGEST_MAX]],
                quadrant["place"],
            )

    def test_a_bin_is_a_search(self):
        """As the client asks: in the box, and after the last point."""
        answer = self._read(limit=60)
        self.assertEqual((answer["x"]["scale"], answer["y"]["scale"]), ("log", "linear"))
        last_id, _name, _x, _y, last_size, _color, _place = answer["points"][-1]
        rest = Domain("revenue_12m", "<", last_size) | Domain("revenue_12m", "=", last_size) & Domain(
            "id", ">", last_id
        )
        for cell in answer["bins"]:
            found = self.profiles.search(
                Domain("revenue_12m", ">=", cell["x0"])
                & Domain("revenue_12m", "<", cell["x1"])
                & Domain("tenure_years", ">=", cell["y0"])
                & Domain("tenure_years", "<", cell["y1"])
                & rest
            )
            self.assertEqual(len(found), cell["count"], cell)
            self.assertAlmostEqual(sum(found.mapped("revenue_12m")), cell["size"], 2)

    def test_bins_do_not_overlap(self):
        for side, cells in (("x", set()), ("y", set())):
            for cell in self._read(limit=1)["bins"]:
                cells.add((cell[side + "0"], cell[side + "1"]))
            self.assertLessEqual(len(cells), 40)
            for (_low, high), (low, _high) in pairwise(sorted(cells)):
                self.assertLessEqual(high, low)

    def test_limit_is_cut_off(self):
        for limit in (0, -5):
            self.assertEqual(len(self._read(limit=limit)["points"]), 1)
        self.assertEqual(self.profiles._matrix_limit(10**30), POINTS_MAX)

    def test_without_a_size_records_are_counted(self):
        answer = self._read(size=False)
        self.assertEqual(answer["total"], {"count": 321, "size": 321})
        self.assertEqual([point[0] for point in answer["points"]], (self.all[:-1]).ids)

    def test_a_domain_over_related_fields(self):
        chosen = self.all[:40]
        chosen.partner_id.country_id = self.env.ref("base.be")
        answer = self._read([("partner_id.country_id.code", "=", "BE")], limit=10)
        self.assertEqual(answer["total"]["count"], 40)
        self.assertAlmostEqual(answer["total"]["size"], sum(chosen.mapped("revenue_12m")), 2)
        self.assertAlmostEqual(answer["x"]["cut"], median(chosen.mapped("revenue_12m")), 6)
        found = self._read([("partner_id.name", "in", ["c1", "c2"])])
        self.assertEqual({point[1] for point in found["points"]}, {"c1", "c2"})

    def test_what_is_not_yet_written_counts(self):
        self.all[0].revenue_12m = 5e6
        self.assertEqual(self._read()["points"][0][:2], [self.all[0].id, "c0"])

    def test_it_only_reads(self):
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            self.assertEqual(self._read()["total"]["count"], 321)
            raise ZeroDivisionError  # the savepoint takes the setting back
        self.assertTrue(self.profiles.matrix_read._readonly)

    def test_number_of_queries(self):
        """As many for many customers as for few: their partners are read together."""
        self._read(limit=5)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self._read(limit=5)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self._read(limit=300)


@tagged("post_install", "-at_install")
class TestMatrixColors(MatrixCase):
    def _colors(self, field):
        colors = self._read(color=field)["colors"]
        return [(value["value"], value["label"], value["count"]) for value in colors["values"]]

    def test_selection(self):
        self._customers(TOY, category="client")
        self._customers(TOY[:2], category="active_partner")
        self._customers(TOY[:1])
        self._customers([(5, None)], category="passive_partner")
        self.assertEqual(
            self._colors("category"),
            [("client", "Client", 4), ("active_partner", "Active partner", 2), (False, "None", 1)],
        )

    def test_link_checkbox_and_related_field(self):
        sells = self.env.ref("sales_team.group_sale_salesman").ids
        manager = self.env["res.users"].create({"name": "Mia", "login": "mia", "group_ids": sells})
        mias = self._customers(TOY)
        mias.partner_id.user_id = manager
        mias.partner_id[:3].country_id = self.env.ref("base.be")
        others = self._customers(TOY[:1], is_major=True)
        self.assertEqual(self._colors("account_manager_id"), [(manager.id, "Mia", 4), (False, "None", 1)])
        self.assertEqual(self._colors("is_major"), [(False, "No", 4), (True, "Yes", 1)])
        self.assertEqual(self._colors("country_id"), [(self.env.ref("base.be").id, "Belgium", 3), (False, "None", 2)])
        answer = self._read(color="account_manager_id")
        self.assertEqual(
            {point[0]: point[5] for point in answer["points"]},
            dict.fromkeys(mias.ids, manager.id) | {others.id: False},
        )

    def test_rare_values_are_one(self):
        self._customers([(number + 1, 1) for number in range(COLORS_MAX + 7)])
        twice = self._customers([(1, 1)], company=self.company)
        answer = self._read(color="partner_id")
        values = answer["colors"]["values"]
        self.assertEqual(len(values), COLORS_MAX + 1)
        self.assertEqual(values[-1], {"value": OTHERS, "label": "Others", "count": 8})
        self.assertEqual(len([point for point in answer["points"] if point[5] == OTHERS]), 8)
        self.assertTrue(twice)

    def test_none(self):
        self._customers(TOY)
        answer = self._read(color=False)
        self.assertEqual(answer["colors"], {"field": False, "label": "", "values": []})
        self.assertEqual([point[5] for point in answer["points"]], [False] * 4)


@tagged("post_install", "-at_install")
class TestMatrixBadInput(MatrixCase):
    def test_fields_that_cannot_be_used_are_named(self):
        for name, message in [
            ("category", r"“Category” \(category\) is no stored number"),
            ("as_of_date", r"“As of” \(as_of_date\) is no stored number"),
            ("opportunity_count", r"“Opportunities” \(opportunity_count\) is no stored number"),
            ("id", r"\(id\) is no stored number"),
            ("no_such_field", "no field “no_such_field”"),
            ("partner_id.id", "no field “partner_id.id”"),
            ("revenue_12m:sum", "no field “revenue_12m:sum”"),
            ('revenue_12m"; DROP', "no field “revenue_12m"),
            (5, "no field “5”"),
            (["revenue_12m", "coverage"], "no field “revenue_12m and coverage”"),
        ]:
            for role in ("x", "y", "size"):
                with self.subTest(field=name, role=role):
                    self.assertUnusable(message, **{role: name})

    def test_colors_that_cannot_be_used_are_named(self):
        for name in ("revenue_12m", "partner_active2", "why", "explanation", "tier", "as_of_date", 5):
            with self.subTest(field=name):
                self.assertUnusable(str(name), color=name)
        self.assertUnusable("no field “a”", color={"a": 1})

    def test_the_same_field_twice(self):
        self.assertUnusable("Both axes are “Revenue .12 Months.”", y="revenue_12m")
        self.assertUnusable("no field “nothing”", x="nothing", y="nothing")

    def test_fields_of_other_groups(self):
        user = create_users(self.env, self.company)["own"]
        self.patch(self.env["key.account.profile"]._fields["margin_12m"], "groups", "base.group_system")
        profiles = self.profiles.with_user(user)
        for role in ("x", "y", "size"):
            self.assertUnusable("no field “margin_12m” that you may see", profiles=profiles, **{role: "margin_12m"})
        offered = [axis["field"] for axis in self._read(profiles=profiles)["axes"]]
        self.assertNotIn("margin_12m", offered)
        self.assertIn("margin_ratio_12m", offered)

    def test_missing_axes_are_the_usual_ones(self):
        usual = list(self.profiles._axes())
        answer = self.profiles.matrix_read([], size="revenue_12m")
        self.assertNotEqual(answer["x"]["field"], answer["y"]["field"])
        answer = self.profiles.matrix_read([], y=usual[0])
        self.assertNotEqual(answer["x"]["field"], usual[0])

    @mute_logger("odoo.sql_db")
    def test_anything_is_refused_in_words(self):
        self._customers(TOY)
        values = [None, True, 0, -1, 1.5, float("nan"), float("inf"), "", "x", "a\0b", b"x", [], ["x"], {}, {"a": 1},
                  (), [[]], [1], ["&"], 10**30, "é" * 300]  # fmt: skip
        attempts = [{name: value} for name in ("domain", "x", "y", "size", "color", "limit") for value in values]
        attempts += [
            {"domain": [(field, operator, value)]}
            for field in ("revenue_12m", "category", "partner_id", "as_of_date", "id", "event_count")
            for operator in ("=", "in", ">", "ilike", "any", "child_of", "weird")
            for value in values
        ]
        refused = 0
        for attempt in attempts:
            arguments = {
                "domain": [],
                "x": "revenue_12m",
                "y": "tenure_years",
                "size": "revenue_12m",
                "color": "category",
            }
            with self.subTest(**{name: repr(value) for name, value in attempt.items()}):
                try:
                    with self.env.cr.savepoint(flush=False):
                        self.profiles.matrix_read(**arguments | attempt)
                except (UserError, ValueError) as error:
                    self.assertTrue(str(error))
                    refused += 1
        self.assertGreater(refused, 300)
        self.assertEqual(self._read()["total"]["count"], 4)


@tagged("post_install", "-at_install")
class TestMatrixCompanies(MatrixCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Other Ltd")
        cls.abroad = cls._create_company("Abroad Inc", currency=cls.env.ref("base.USD"))
        cls.env.user.company_ids += cls.other + cls.abroad
        cls._customers(TOY)
        cls._customers([(1, 1), (99, 99)], company=cls.other)
        cls._customers([(5, 5)], company=cls.abroad)

    def _of(self, *companies):
        selected = self.env["res.company"].concat(*companies)
        user = self.env["res.users"].browse(self.env.uid)
        profiles = self.profiles.with_user(user).sudo(False).with_context(allowed_company_ids=selected.ids)
        return self._read([("company_id", "in", selected.ids)], profiles=profiles)

    def test_one_company(self):
        answer = self._of(self.abroad)
        self.assertEqual(
            (answer["total"], answer["currency_id"]), ({"count": 1, "size": 5}, self.env.ref("base.USD").id)
        )

    def test_one_currency(self):
        answer = self._of(self.company, self.other)
        self.assertEqual(answer["total"], {"count": 6, "size": 200})
        self.assertEqual(answer["currency_id"], self.env.ref("base.EUR").id)

    def test_several_currencies_have_no_sum(self):
        answer = self._of(self.company, self.other, self.abroad)
        self.assertIs(answer["currency_id"], False)
        self.assertEqual(answer["total"], {"count": 7, "size": None})
        self.assertEqual({quadrant["size"] for quadrant in answer["quadrants"] if quadrant["count"]}, {None})
        self.assertEqual(sorted(point[4] for point in answer["points"]), [1, 5, 10, 20, 30, 40, 99])

    def test_counts_add_up_whatever_the_currency(self):
        profiles = self.profiles.with_context(allowed_company_ids=(self.company + self.abroad).ids)
        answer = profiles.matrix_read([], "event_count", "tenure_years", "event_count_12m")
        self.assertEqual((answer["currency_id"], answer["total"]["size"]), (False, 0))


@tagged("post_install", "-at_install")
class TestMatrixRights(MatrixCase):
    """A salesperson's matrix has their own customers, and so have its sums, cuts and bins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.other = cls._create_company("Other Ltd")
        cls.mine = cls._customers([*TOY, (7, None)])
        cls.mine.partner_id.user_id = cls.users["own"]
        cls.theirs = cls._customers([(1000, 100), (2000, 200), (3000, 300), (4000, None)])
        cls.theirs.partner_id.user_id = cls.users["all"]
        cls.foreign = cls._customers([(1e6, 1000), (1e6, None)], company=cls.other)
        cls.foreign.partner_id.user_id = cls.users["own"]
        cls.env.flush_all()

    def _as(self, role, **options):
        profiles = self.profiles.with_user(self.users[role]).with_context(allowed_company_ids=self.company.ids)
        return self._read(profiles=profiles, **options)

    def _shown(self, answer):
        named = [answer["points"], answer["missing"]["records"], *(it["largest"] for it in answer["quadrants"])]
        return {row[0] for rows in named for row in rows}

    def test_a_salesperson_sees_their_own(self):
        answer = self._as("own")
        self.assertEqual(self._shown(answer), set(self.mine.ids))
        self.assertEqual(answer["total"], {"count": 5, "size": 107})
        self.assertEqual((answer["missing"]["count"], answer["missing"]["size"]), (1, 7))
        self.assertEqual((answer["x"]["cut"], answer["y"]["cut"]), (20, 3.5))
        self.assertEqual((answer["x"]["max"], answer["y"]["max"]), (40, 9))
        self.assertEqual(sum(quadrant["count"] for quadrant in answer["quadrants"]), 4)
        self.assertEqual(sum(quadrant["size"] for quadrant in answer["quadrants"]), 100)
        self.assertEqual(sum(value["count"] for value in answer["colors"]["values"]), 4)

    def test_a_salespersons_bins_are_their_own(self):
        answer = self._as("own", limit=1)
        self.assertEqual(sum(cell["count"] for cell in answer["bins"]), 3)
        self.assertEqual(sum(cell["size"] for cell in answer["bins"]), 60)
        self.assertLess(max(cell["x1"] for cell in answer["bins"]), 1000)

    def test_asking_for_others_gives_nothing(self):
        for domain in ([("id", "in", self.theirs.ids)], [("account_manager_id", "!=", self.users["own"].id)]):
            answer = self._as("own", domain=domain)
            self.assertEqual((answer["total"], self._shown(answer)), ({"count": 0, "size": 0}, set()))

    def test_everybody_else_inside_sees_the_company(self):
        for role in INSIDERS:
            if role != "own":
                with self.subTest(role=role):
                    answer = self._as(role, color="account_manager_id")
                    self.assertEqual(self._shown(answer), set((self.mine + self.theirs).ids))
                    self.assertEqual(answer["total"], {"count": 9, "size": 10107})
                    self.assertEqual(answer["x"]["cut"], 40)

    def test_another_company_never(self):
        for role in INSIDERS:
            answer = self._as(role, domain=[("id", "in", self.foreign.ids)])
            self.assertEqual((answer["total"]["count"], self._shown(answer)), (0, set()))
            with self.assertRaises(AccessError):
                self._read(
                    profiles=self.profiles.with_user(self.users[role]).with_context(allowed_company_ids=self.other.ids)
                )

    def test_who_has_no_access(self):
        for role in set(ROLES) - set(INSIDERS):
            with (
                self.subTest(role=role),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
            ):
                self._as(role)

    def test_the_name_of_a_contact_one_may_not_read(self):
        """A customer that became another company's contact is still named, as in a list of profiles."""
        self.mine[0].partner_id.company_id = self.other
        names = {point[0]: point[1] for point in self._as("own")["points"]}
        self.assertEqual(names[self.mine[0].id], "c0")
