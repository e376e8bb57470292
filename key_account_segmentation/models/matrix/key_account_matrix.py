# SPDX-License-Identifier: LGPL-3.0-only
"""The answers to the matrix view: where the records of a model lie on two of their numbers.

    _matrix_figure_sql    one row per record the user may see: id, x, y, size, color, currency, aside
    _matrix_extent_sql    one row: values, skewness and cut of both axes, and the currencies
    _matrix_picture_sql   one row: groups, points, bins, records without a value, and the largest of each quadrant, as JSON

The first is read by the other two: where to cut and how to draw is known after the first time. It begins with a search
as the user, so that points, bins, cuts and sums hold what they may see, and nothing else.

Worked example: four customers with revenue 10, 20, 30, 40 and loyalty 1, 5, 2, 9. The medians cut at 25 and 3.5, and
the customers lie at low_low, low_high, high_low, high_high.
"""

import math
from collections import Counter
from typing import NamedTuple

from psycopg2 import DataError, ProgrammingError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.axes import PLACES, Axis, best_scale, grid

#: Units of numbers that nobody declared as an axis.
UNITS = {"monetary": "money", "integer": "count", "float": "ratio"}

#: How a value on the high side compares with the cut, and one on the low side; the other way round where less is better.
SIDES = {False: (SQL(">="), SQL("<")), True: (SQL("<="), SQL(">"))}

#: The place of records that stand neither in the picture nor beside it.
NOWHERE = ""

#: Types of fields that records can be coloured by.
COLORING = ("selection", "many2one", "boolean")

#: How many records are drawn one by one; the rest is counted in a grid of so many cells each way.
POINTS = 2000
POINTS_MAX = 5000
CELLS = 32

#: How many records without a value on an axis are named.
MISSING_MAX = 80

#: How many of each quadrant are named, where it is a list.
LARGEST_MAX = 5

#: How many values are told apart by colour; the rarer ones are one value together.
COLORS_MAX = 50
OTHERS = "others"

#: What is to be known of a field.
ATTRIBUTES = (
    "name",
    "type",
    "string",
    "help",
    "store",
    "groupable",
    "digits",
    "currency_field",
    "selection",
    "relation",
)


class Figures(NamedTuple):
    """The drawing: the fields, as ``fields_get`` describes them (empty: none), and a row for each record."""

    x: dict
    y: dict
    size: dict
    color: dict
    #: place -> domain of those who stand beside the picture, see ``_matrix_aside``
    aside: dict
    sql: SQL


class Group(NamedTuple):
    """How many records of one colour lie at one place, and how large they are together.

    The place is one of the four, one beside them, ``NOWHERE``, or None without a cut or a value.
    """

    plotted: bool
    place: str | None
    color: str | int | bool | None
    count: int
    #: None in several currencies
    size: float | None


def total(groups):
    """Count and size of several groups together."""
    sizes = [group.size for group in groups]
    return {"count": sum(group.count for group in groups), "size": None if None in sizes else math.fsum(sizes)}


class KeyAccountMatrix(models.AbstractModel):
    """Gives a model with two numbers the view type ``quadrant``."""

    _name = "key.account.matrix"
    _description = "Key Account Matrix"

    def _valid_field_parameter(self, field, name):
        return name == "axis" or super()._valid_field_parameter(field, name)

    @api.model
    def _axes(self):
        """The axes the view offers: names of the stored numeric fields that are declared with ``axis=Axis(...)``."""
        return {name: field.axis for name, field in self._fields.items() if getattr(field, "axis", None)}

    @api.model
    def _policy_axes(self):
        """Axes, cuts and quadrants of the published policy: (axis_x, axis_y, cut_x, cut_y, quadrants).

        Without quadrants these are just the axes to begin with, for records of several policies; empty if there is none.
        """
        return ()

    @api.model
    def _matrix_aside(self):
        """Who stands beside the picture by the policy's axes: place -> ``Domain``; the first that fits.

        Those of the place ``NOWHERE`` count as without a value. By other axes than the policy's everybody is drawn: what
        people look at then are figures, not places.
        """
        return {}

    @api.model
    def _place_sql(self, x, y, cut_x, cut_y, x_reversed, y_reversed):
        """The place of a pair of values, as in ``tools.axes.PLACES``; NULL without a value or without a cut.

        :param cut_x: the value that divides the axis, or SQL of it; None or False if there is none
        """
        return SQL(
            "%s || '_' || %s",
            self._level_sql(x, cut_x, x_reversed),
            self._level_sql(y, cut_y, y_reversed),
        )

    def _level_sql(self, value, cut, is_reversed):
        """High is the cut or more; the cut or less where less is better."""
        high, low = SIDES[bool(is_reversed)]
        return SQL(
            "CASE WHEN %(value)s %(high)s %(cut)s THEN 'high' WHEN %(value)s %(low)s %(cut)s THEN 'low' END",
            value=value,
            high=high,
            low=low,
            cut=None if cut is False else cut,
        )

    def _matrix_place_domain(self, place, x, y):
        """The records at a place, as ``_place_sql`` finds them; False where an axis has no cut."""
        if x["cut"] is None or y["cut"] is None:
            return False
        return [
            (axis["field"], SIDES[axis["reversed"]][level == "low"].code, axis["cut"])
            for axis, level in zip((x, y), place.split("_"), strict=True)
        ]

    @api.readonly
    @api.model
    def matrix_read(self, domain, x=None, y=None, size=None, color=None, limit=POINTS):
        """The answer to the view for the records in ``domain``.

        :param x: name of the stored numeric field from left to right; without one, the policy's
        :param y: the same from bottom to top
        :param size: a stored numeric field that is added up; without one, records are counted
        :param color: a selection, many2one or boolean by which records are told apart
        :param limit: how many records, the largest first, are points of their own; the rest is counted in bins
        :return: ``x`` and ``y``: field, label, help, unit, digits, reversed, can_be_empty, cut, min, max and scale of an
            axis, and what the scale was chosen by: share, minimum and skewness of the values above zero;
            ``is_policy``: whether the axes are the policy's, whose names the ``quadrants`` bear then;
            they name their ``largest``: [id, name, size], and their ``domain``, False without a cut;
            ``aside``: the same of the places beside the picture, none by other axes than the policy's; ``drawn``: the domain
            that leaves those out, to be added to that of a quadrant or of a range;
            ``points``: [id, name, x, y, size, color, place]; ``bins``: x0 <= x < x1 and y0 <= y < y1;
            ``missing``: who has no value on an axis, and their ``domain``;
            ``total``; ``colors``; ``axes``: what else could be looked at, False if nothing is declared;
            ``currency_id`` of the money, False if there is none, or if it is of several currencies: sums are None then
        :raise UserError: if something cannot be used; the message names it
        """
        try:
            return self._matrix_answer(domain, x, y, size, color, limit)
        except (DataError, ProgrammingError) as error:
            # a domain may compare a number with a word
            raise UserError(self.env._("PostgreSQL cannot search for that: %s", error.diag.message_primary)) from error

    def _matrix_answer(self, domain, x, y, size, color, limit):
        self.check_access("read")
        policy = self._policy_axes() or ()
        x, y = self._matrix_axis_names(x, y, policy)
        is_policy = policy[:2] == (x, y) and bool(policy[4])
        figures = self._matrix_figures(domain, x, y, size, color, self._matrix_aside() if is_policy else {})
        x, y, currency_id = self._matrix_extent(figures, policy)
        adds_up = figures.size.get("type") != "monetary" or bool(currency_id)
        groups, points, bins, missing, largest = self._matrix_picture(
            figures, (x, y), adds_up, self._matrix_limit(limit)
        )
        quadrants = policy[4] if is_policy else ()
        names = self._matrix_names([row[0] for row in points + missing + largest])
        colors = self._matrix_colors(figures.color, groups)
        return {
            "x": x,
            "y": y,
            "is_policy": is_policy,
            **{
                key: [place | {"largest": self._matrix_largest(largest, names, place["place"])} for place in places]
                for key, places in (
                    ("quadrants", self._matrix_quadrants(groups, x, y, quadrants)),
                    ("aside", self._matrix_beside(groups, figures.aside, quadrants)),
                )
            },
            "drawn": list(~Domain.OR(figures.aside.values())) if figures.aside else [],
            "colors": colors,
            "axes": self._matrix_offered_axes(),
            "points": self._matrix_points(points, names, colors),
            "bins": bins,
            "missing": {
                **total([group for group in groups if self._is_missing(group)]),
                "records": [[row_id, names[row_id], size] for row_id, size in missing],
                "domain": self._matrix_missing_domain(figures),
            },
            "total": total(groups),
            "currency_id": currency_id,
        }

    def _is_missing(self, group):
        return not group.plotted and not group.place

    def _matrix_missing_domain(self, figures):
        """The records without a value on an axis, as far as they do not stand beside the picture, and those nowhere."""
        empty = [Domain(field["name"], "=", False) for field in (figures.x, figures.y) if self._can_be_empty(field)]
        beside = Domain.OR(domain for place, domain in figures.aside.items() if place != NOWHERE)
        return list((Domain.OR(empty) | figures.aside.get(NOWHERE, Domain.FALSE)) & ~beside)

    def _matrix_points(self, points, names, colors):
        """[id, name, x, y, size, color, place] of each."""
        told_apart = {color["value"] for color in colors["values"]} or {False}
        return [
            [row_id, names[row_id], *values, (color or False) if (color or False) in told_apart else OTHERS, place]
            for row_id, *values, color, place in points
        ]

    def _matrix_largest(self, largest, names, place):
        """[id, name, size] of those at this place."""
        return [[row_id, names[row_id], size] for row_id, where, size in largest if where == place]

    def _matrix_offered_axes(self):
        """The declared axes, as far as the user may read them; False if the model declares none."""
        fields = self.fields_get(list(self._axes()), ["string", "help"]) if self._axes() else {}
        return [
            {"field": name, "label": fields[name]["string"], "help": fields[name].get("help", "")}
            for name in self._axes()
            if name in fields
        ] or False

    def _matrix_axis_names(self, x, y, policy):
        """The names asked for; where none is, an axis of the policy, or else a declared one."""
        readable = self.fields_get(list(self._axes()), ["type"]) if self._axes() else {}
        usual = [*policy[:2], *readable]
        x = x or next((name for name in usual if name != y), None)
        y = y or next((name for name in usual if name != x), None)
        if not x or not y:
            raise UserError(self.env._("Choose two axes: “%s” declares none.", self._description))
        if x == y:
            raise UserError(
                self.env._(
                    "Both axes are “%(axis)s”. A matrix compares two different figures: choose another one for the second "
                    "axis.",
                    axis=self._matrix_number(x)["string"],
                )
            )
        return x, y

    def _matrix_figures(self, domain, x, y, size, color, aside):
        fields = [self._matrix_number(name) for name in (x, y)]
        fields.append(self._matrix_number(size) if size else {})
        fields.append(self._matrix_color(color) if color else {})
        return Figures(*fields, aside, self._matrix_figure_sql(self._matrix_search(domain), *fields, aside))

    def _matrix_search(self, domain):
        try:
            return self._search(domain)
        except (TypeError, OverflowError) as error:
            raise UserError(self.env._("“%s” is no search domain.", domain)) from error

    def _matrix_field(self, name):
        """The description of a field the user may read."""
        field = isinstance(name, str) and self.fields_get([name], ATTRIBUTES).get(name)
        if not field:
            raise UserError(
                self.env._(
                    "“%(model)s” has no field “%(field)s” that you may see.", model=self._description, field=name
                )
            )
        return field

    def _matrix_number(self, name):
        field = self._matrix_field(name)
        if field["type"] not in UNITS or not field["store"] or name == "id":
            raise UserError(
                self.env._(
                    "“%(label)s” (%(field)s) is no stored number: it can be neither an axis nor a size.",
                    label=field["string"],
                    field=name,
                )
            )
        return field

    def _matrix_color(self, name):
        field = self._matrix_field(name)
        if field["type"] not in COLORING or not field["groupable"]:
            raise UserError(
                self.env._(
                    "Records cannot be coloured by “%(label)s” (%(field)s): take a selection, a link or a checkbox.",
                    label=field["string"],
                    field=name,
                )
            )
        return field

    def _matrix_limit(self, limit):
        if isinstance(limit, bool) or not isinstance(limit, int):
            raise UserError(self.env._("“%s” is no number of points.", limit))
        return min(max(limit, 1), POINTS_MAX)

    def _matrix_figure_sql(self, query, x, y, size, color, aside):
        """One row per record: id, x, y and size as far as they can be meant, color, currency of the money, place beside the
        picture; who has one has neither x nor y.
        """

        def column(field):
            return self._field_to_sql(query.table, field["name"], query) if field else SQL("NULL")

        def number(field):
            return column(field) if self._can_be_empty(field) else SQL("COALESCE(%s, 0)", column(field))

        money = next((field for field in (size, x, y) if field.get("currency_field")), {})
        currency = money and {"name": money["currency_field"]}
        # OFFSET keeps PostgreSQL from working a value out anew wherever it is used.
        return SQL(
            """
            (SELECT id,
                    CASE WHEN aside IS NULL THEN x END AS x,
                    CASE WHEN aside IS NULL THEN y END AS y,
                    size, color, currency, aside
               FROM %s AS figure
             OFFSET 0)
            """,
            query.subselect(
                SQL("%s AS id", SQL.identifier(query.table, "id")),
                SQL("%s::float8 AS x", self._meant_sql(number(x))),
                SQL("%s::float8 AS y", self._meant_sql(number(y))),
                SQL("COALESCE(%s, 0) AS size", self._meant_sql(column(size)) if size else SQL("1")),
                SQL("%s AS color", column(color)),
                SQL("%s AS currency", column(currency)),
                SQL("%s AS aside", self._matrix_aside_sql(query, aside)),
            ),
        )

    def _matrix_aside_sql(self, query, aside):
        """The place beside the picture of a record, NULL for those in it."""
        if not aside:
            return SQL("NULL::text")
        choices = [
            SQL("WHEN %s THEN %s", domain.optimize_full(self)._to_sql(self, query.table, query), place)
            for place, domain in aside.items()
        ]
        return SQL("CASE %s END", SQL(" ").join(choices))

    def _can_be_empty(self, field):
        """Whether Odoo tells no value from 0: a plain number without one is 0 to searches and on screens."""
        return self._fields[field["name"]].falsy_value is None

    def _meant_sql(self, number):
        """A number; NULL if it is none (NaN is above all others), or so large that its cube cannot be counted with."""
        return SQL("CASE WHEN %(number)s BETWEEN -1e90 AND 1e90 THEN %(number)s END", number=number)

    def _matrix_extent(self, figures, policy):
        """Description of both axes, and the one currency of the money or False."""
        cuts = {policy[0]: policy[2], policy[1]: policy[3]} if policy else {}
        known = [None if (cut := cuts.get(field["name"])) is False else cut for field in (figures.x, figures.y)]
        *sides, currency, other = self.env.execute_query(self._matrix_extent_sql(figures.sql, *known))[0]
        x, y = self._matrix_axis(figures.x, *sides[:6]), self._matrix_axis(figures.y, *sides[6:])
        return x, y, currency if currency and currency == other else False

    def _matrix_axis(self, field, lowest, highest, least, above_zero, skewness, cut):
        axis = self._axes().get(field["name"], Axis(UNITS[field["type"]]))
        return {
            "field": field["name"],
            "label": field["string"],
            "help": field.get("help", ""),
            "unit": axis.unit,
            "digits": field.get("digits", False),
            "reversed": axis.reversed,
            "can_be_empty": self._can_be_empty(field),
            "cut": cut,
            "min": lowest,
            "max": highest,
            "min_above_zero": least,
            "above_zero": above_zero,
            "skewness": skewness,
            "scale": best_scale(above_zero, skewness, cut),
        }

    def _matrix_extent_sql(self, figures, cut_x, cut_y):
        """One row: of x smallest and largest value, smallest above zero, share and skewness of those above zero, and cut;
        the same of y; first and last currency.

        Without a known cut it is the median of records with a size above zero, as long as there are any.
        """
        return SQL(
            """
            SELECT x_min,
                   x_max,
                   x_least,
                   x_above_zero,
                   x_skewness,
                   COALESCE(%(cut_x)s, x_median, (%(median_x)s)),
                   y_min,
                   y_max,
                   y_least,
                   y_above_zero,
                   y_skewness,
                   COALESCE(%(cut_y)s, y_median, (%(median_y)s)),
                   currency_first,
                   currency_last
              FROM (
                    SELECT MIN(x) FILTER (WHERE y IS NOT NULL) AS x_min,
                           MAX(x) FILTER (WHERE y IS NOT NULL) AS x_max,
                           MIN(x) FILTER (WHERE y IS NOT NULL AND x > 0) AS x_least,
                           AVG((x > 0)::int) FILTER (WHERE y IS NOT NULL)::float8 AS x_above_zero,
                           AVG(x) FILTER (WHERE y IS NOT NULL AND x > 0) AS x_mean,
                           STDDEV_POP(x) FILTER (WHERE y IS NOT NULL AND x > 0) AS x_spread,
                           PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x)
                               FILTER (WHERE size > 0 AND %(cut_x)s IS NULL) AS x_median,
                           MIN(y) FILTER (WHERE x IS NOT NULL) AS y_min,
                           MAX(y) FILTER (WHERE x IS NOT NULL) AS y_max,
                           MIN(y) FILTER (WHERE x IS NOT NULL AND y > 0) AS y_least,
                           AVG((y > 0)::int) FILTER (WHERE x IS NOT NULL)::float8 AS y_above_zero,
                           AVG(y) FILTER (WHERE x IS NOT NULL AND y > 0) AS y_mean,
                           STDDEV_POP(y) FILTER (WHERE x IS NOT NULL AND y > 0) AS y_spread,
                           PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY y)
                               FILTER (WHERE size > 0 AND %(cut_y)s IS NULL) AS y_median,
                           MIN(currency) AS currency_first,
                           MAX(currency) AS currency_last
                      FROM %(figures)s AS figure
                   ) AS middle
             CROSS JOIN LATERAL (
                    SELECT %(skewness_x)s AS x_skewness,
                           %(skewness_y)s AS y_skewness
                      FROM %(figures)s AS figure
                     WHERE x IS NOT NULL AND y IS NOT NULL
                   ) AS third
            """,
            figures=figures,
            cut_x=SQL("%s::float8", cut_x),
            cut_y=SQL("%s::float8", cut_y),
            median_x=SQL("SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) FROM %s AS figure", figures),
            median_y=SQL("SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY y) FROM %s AS figure", figures),
            skewness_x=self._skewness_sql(SQL("x"), SQL("x_mean"), SQL("x_spread"), SQL("x_least < x_max")),
            skewness_y=self._skewness_sql(SQL("y"), SQL("y_mean"), SQL("y_spread"), SQL("y_least < y_max")),
        )

    def _skewness_sql(self, value, mean, spread, differs):
        """Third standardised moment of the values above zero, 0 if none of them differ.

        What lies next to the mean adds nothing: its cube would be too small to count with.
        """
        return SQL(
            """
            COALESCE(AVG(CASE WHEN %(differs)s AND ABS(%(value)s - %(mean)s) > 1e-9 * NULLIF(%(spread)s, 0)
                              THEN POWER((%(value)s - %(mean)s) / %(spread)s, 3)
                              ELSE 0 END) FILTER (WHERE %(value)s > 0), 0)
            """,
            value=value,
            mean=mean,
            spread=spread,
            differs=differs,
        )

    def _matrix_picture(self, figures, axes, adds_up, limit):
        """Groups, points [id, x, y, size, color, place], bins, without a value [id, size], largest [id, place, size]."""
        edges = [grid(axis["min"], axis["max"], axis["scale"], CELLS, least=axis["min_above_zero"]) for axis in axes]
        groups, points, bins, missing, largest = self.env.execute_query(
            self._matrix_picture_sql(figures.sql, axes, edges, adds_up, limit, figures.aside)
        )[0]
        bins = [
            {
                "x0": edges[0][x - 1],
                "x1": edges[0][x],
                "y0": edges[1][y - 1],
                "y1": edges[1][y],
                "count": count,
                "size": size,
            }
            for x, y, count, size in bins or []
        ]
        return [Group(*group) for group in groups or []], points or [], bins, missing or [], largest or []

    def _matrix_picture_sql(self, figures, axes, edges, adds_up, limit, aside):
        """One row of JSON: groups, points, bins, and the largest records without a value and of each place.

        :param edges: of the cells on both axes
        :param adds_up: whether the sum of sizes means something
        :param aside: the places beside the picture, ``NOWHERE`` among them
        """
        x, y = axes
        return SQL(
            """
            WITH figure AS MATERIALIZED (
                SELECT id, x, y, size, color,
                       x IS NOT NULL AND y IS NOT NULL AS plotted,
                       COALESCE(aside, %(place)s) AS place
                  FROM %(figures)s AS figure
            ),
            grouped AS (
                SELECT plotted, place, color, COUNT(*) AS count, %(sum)s AS size
                  FROM figure
                 GROUP BY plotted, place, color
            ),
            point AS (
                SELECT id, x, y, size, color, place FROM figure WHERE plotted ORDER BY size DESC, id LIMIT %(limit)s
            ),
            rest AS (
                SELECT x, y, size FROM figure
                 WHERE plotted AND (size, -id) < (SELECT size, -id FROM point ORDER BY size, id DESC LIMIT 1)
            ),
            bin AS (
                SELECT WIDTH_BUCKET(x, %(edges_x)s::float8[]) AS x,
                       WIDTH_BUCKET(y, %(edges_y)s::float8[]) AS y,
                       COUNT(*) AS count,
                       %(sum)s AS size
                  FROM rest
                 GROUP BY 1, 2
            ),
            missing AS (
                SELECT id, size FROM figure
                 WHERE NOT plotted AND COALESCE(place, '') = ''
                 ORDER BY size DESC, id
                 LIMIT %(missing_max)s
            ),
            largest AS (
                SELECT named.id, quadrant.place, named.size
                  FROM UNNEST(%(places)s) AS quadrant(place)
                 CROSS JOIN LATERAL (
                        SELECT id, size FROM figure
                         WHERE figure.place = quadrant.place
                         ORDER BY size DESC, id
                         LIMIT %(largest_max)s
                       ) AS named
            )
            SELECT (SELECT JSON_AGG(JSON_BUILD_ARRAY(plotted, place, color, count, size)) FROM grouped),
                   (SELECT JSON_AGG(JSON_BUILD_ARRAY(id, x, y, size, color, place) ORDER BY size DESC, id) FROM point),
                   (SELECT JSON_AGG(JSON_BUILD_ARRAY(x, y, count, size) ORDER BY x, y) FROM bin),
                   (SELECT JSON_AGG(JSON_BUILD_ARRAY(id, size) ORDER BY size DESC, id) FROM missing),
                   (SELECT JSON_AGG(JSON_BUILD_ARRAY(id, place, size) ORDER BY size DESC, id) FROM largest)
            """,
            figures=figures,
            place=self._place_sql(SQL("x"), SQL("y"), x["cut"], y["cut"], x["reversed"], y["reversed"]),
            sum=SQL("SUM(size)") if adds_up else SQL("NULL"),
            limit=limit,
            missing_max=MISSING_MAX,
            largest_max=LARGEST_MAX,
            places=[*PLACES, *(place for place in aside if place != NOWHERE)],
            edges_x=edges[0],
            edges_y=edges[1],
        )

    def _matrix_names(self, ids):
        """Name by id, of records the user has found."""
        # sudo: as in a link to it, the name is for whoever sees the record, though it may be that of another one
        records = self.browse(ids).sudo()
        records.fetch(["display_name"])
        return {record.id: record.display_name for record in records}

    def _matrix_quadrants(self, groups, x, y, quadrants):
        """The four in reading order: names, advice and colour of the policy's ``quadrants`` or neutral ones, and sums."""
        named = {quadrant.place: quadrant for quadrant in quadrants}
        return [
            self._matrix_quadrant(groups, place, named.get(place), self._matrix_place_domain(place, x, y))
            | ({} if place in named else {"name": self._matrix_place_name(place, x, y)})
            for place in PLACES
        ]

    def _matrix_beside(self, groups, aside, quadrants):
        """The places beside the picture, as the quadrants."""
        named = {quadrant.place: quadrant for quadrant in quadrants}
        return [
            self._matrix_quadrant(groups, place, named[place], list(domain))
            for place, domain in aside.items()
            if place in named
        ]

    def _matrix_quadrant(self, groups, place, quadrant, domain):
        """What the view is told of a place and of those who are there; without the policy's record it has no name."""
        return {
            "place": place,
            "id": quadrant.id if quadrant else False,
            "name": quadrant.name if quadrant else False,
            "advice": quadrant.advice if quadrant else False,
            "color": quadrant.color if quadrant else 0,
            "domain": domain,
            **total([group for group in groups if group.place == place]),
        }

    def _matrix_place_name(self, place, x, y):
        """The words of a place: “High revenue, low coverage”; where less is better, the high side is the low one."""
        level_x, level_y = place.split("_")
        is_high = [(level == "high") != axis["reversed"] for level, axis in ((level_x, x), (level_y, y))]
        names = {
            (True, True): self.env._("High %(x)s, high %(y)s", x=x["label"], y=y["label"]),
            (True, False): self.env._("High %(x)s, low %(y)s", x=x["label"], y=y["label"]),
            (False, True): self.env._("Low %(x)s, high %(y)s", x=x["label"], y=y["label"]),
            (False, False): self.env._("Low %(x)s, low %(y)s", x=x["label"], y=y["label"]),
        }
        return names[tuple(is_high)]

    def _matrix_colors(self, field, groups):
        """The values that are told apart, with label and count of the records drawn: the most frequent first."""
        if not field:
            return {"field": False, "label": "", "values": []}
        counts = Counter()
        for group in groups:
            if group.plotted:
                counts[group.color or False] += group.count
        common = dict(counts.most_common(COLORS_MAX))
        labels = self._matrix_labels(field, common)
        values = [{"value": value, "label": labels[value], "count": count} for value, count in common.items()]
        if len(counts) > len(common):
            others = sum(counts.values()) - sum(common.values())
            values.append({"value": OTHERS, "label": self.env._("Others"), "count": others})
        return {"field": field["name"], "label": field["string"], "values": values}

    def _matrix_labels(self, field, values):
        """Label by value."""
        if field["type"] == "boolean":
            return {True: self.env._("Yes"), False: self.env._("No")}
        labels = {False: self.env._("None")}
        if field["type"] == "selection":
            return labels | dict(field["selection"])
        # sudo: as for the names of records
        linked = self.env[field["relation"]].sudo().browse(value for value in values if value)
        return labels | {record.id: record.display_name for record in linked}
