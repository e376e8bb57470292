# SPDX-License-Identifier: LGPL-3.0-only
"""The matrix of a policy: two axes, where they are cut, the four quadrants they make, and the places beside them."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_list

#: The axis that the smallest A customer is found by.
REVENUE = "revenue_12m"

CUTS = [
    ("a_border", "A customers"),
    ("median", "Median"),
    ("percentile", "Percentile"),
    ("value", "Value"),
]


class KeyAccountPolicyMatrix(models.Model):
    _inherit = "key.account.policy"

    axis_x = fields.Selection(
        selection="_axis_selection",
        string="Horizontal Axis",
        default=REVENUE,
        required=True,
        help="What customers are compared by from left to right; high is to the right.",
    )
    cut_x_method = fields.Selection(
        CUTS,
        string="Horizontal Cut",
        default="a_border",
        required=True,
        help="Where low ends and high begins. A customers: the revenue of the smallest A customer, only for the revenue of "
        "12 months. Median: half of the customers with revenue lie on each side; neither new nor lost ones count. A "
        "customer on the cut is high.",
    )
    cut_x_percentile = fields.Float(
        string="Horizontal Percentile", default=0.8, help="This share of the customers with revenue lies below the cut."
    )
    cut_x_value = fields.Float(string="Horizontal Value", help="In the unit of the axis.")
    axis_y = fields.Selection(
        selection="_axis_selection",
        string="Vertical Axis",
        default="loyalty",
        required=True,
        help="What customers are compared by from bottom to top; high is on top.",
    )
    cut_y_method = fields.Selection(CUTS, string="Vertical Cut", default="value", required=True)
    cut_y_percentile = fields.Float(
        string="Vertical Percentile", default=0.8, help="This share of the customers with revenue lies below the cut."
    )
    cut_y_value = fields.Float(string="Vertical Value", default=0.75, help="In the unit of the axis.")
    quadrant_ids = fields.One2many(
        "key.account.quadrant",
        "policy_id",
        string="Quadrants",
        copy=True,
        default=lambda self: [Command.create(values) for values in self.env["key.account.quadrant"]._default_values()],
    )
    reads_lines = fields.Boolean(
        string="Read Invoice Lines",
        help="Usage and margin come from the lines of the invoices. Reading them takes about as long again as everything "
        "else; without it those two stay empty. Always on when one of them is an axis.",
    )
    usage_category_id = fields.Many2one(
        "product.category",
        string="Usage Of",
        ondelete="restrict",
        help="Only products of this category and those below it count as usage; empty: all products.",
    )
    location_ids = fields.One2many(
        "key.account.location",
        "policy_id",
        string="Locations",
        copy=True,
        default=lambda self: self._default_locations(),
        help="Scores of countries and states on the location axis; a country without a line has 0.",
    )

    @api.model
    def _axis_selection(self):
        profiles = self.env["key.account.profile"]
        labels = profiles.fields_get(list(profiles._axes()), ["string"])
        return [(name, labels[name]["string"]) for name in profiles._axes() if name in labels]

    @api.model
    def _default_locations(self):
        """The company's own country is near."""
        company = self.env["res.company"].browse(self.env.context.get("default_company_id")) or self.env.company
        return [Command.create({"country_id": company.country_id.id, "score": 100})] if company.country_id else []

    def _give_default_matrix(self):
        """The quadrants and the location a new policy begins with, for policies that have none."""
        quadrants = self.env["key.account.quadrant"]
        for policy in self:
            quadrants.create([values | {"policy_id": policy.id} for values in quadrants._default_values()])
            if policy.company_id.country_id and not policy.location_ids:
                self.env["key.account.location"].create(
                    {"policy_id": policy.id, "country_id": policy.company_id.country_id.id, "score": 100}
                )

    @api.constrains("axis_x", "axis_y")
    def _check_axes(self):
        for policy in self:
            if policy.axis_x == policy.axis_y:
                raise ValidationError(
                    self.env._(
                        "Both axes are “%(axis)s”. A matrix compares customers by two different figures: choose another "
                        "one for the second axis.",
                        axis=dict(self._axis_selection())[policy.axis_x],
                    )
                )

    @api.onchange("axis_x", "axis_y")
    def _onchange_axes(self):
        """A cut that the new axis cannot have becomes the median."""
        for side in self._sides_without_a_border():
            self[f"cut_{side}_method"] = "median"

    @api.constrains("axis_x", "axis_y", "cut_x_method", "cut_y_method")
    def _check_cuts(self):
        for policy in self:
            for side in policy._sides_without_a_border():
                raise ValidationError(
                    self.env._(
                        "“%(axis)s” cannot be cut at the smallest A customer, who is found by “%(revenue)s”. Choose the "
                        "median, a percentile or a value for this axis.",
                        axis=dict(self._axis_selection())[policy[f"axis_{side}"]],
                        revenue=dict(self._axis_selection())[REVENUE],
                    )
                )

    def _sides_without_a_border(self):
        """The sides cut at the A border whose axis has none."""
        return [side for side in "xy" if self[f"cut_{side}_method"] == "a_border" and self[f"axis_{side}"] != REVENUE]

    @api.constrains("cut_x_percentile", "cut_y_percentile")
    def _check_percentiles(self):
        for policy in self:
            for name in ("cut_x_percentile", "cut_y_percentile"):
                if not 0 < policy[name] < 1:
                    raise ValidationError(
                        self.env._(
                            "%(label)s is %(value)s%%. It has to lie between 0 and 100%%, both excluded: otherwise all "
                            "customers would be on one side.",
                            label=policy._label_of(name),
                            value=f"{policy[name] * 100:g}",
                        )
                    )

    def _axis_fault(self):
        """Why the axes cannot place customers, in a sentence; empty if they can."""
        known = self.env["key.account.profile"]._axes()
        gone = [name for name in self._axis_names() if name not in known]
        if not gone:
            return ""
        return self.env._(
            "The policy “%(policy)s” places customers by “%(axis)s”, an axis of a module that is not installed any more. "
            "Quadrants stay as they were. Publish a version of the policy with another axis.",
            policy=self.name,
            axis=gone[0],
        )

    def copy_data(self, default=None):
        """A copy of a policy whose axis is gone begins with the usual axes: Odoo would refuse a value it does not offer."""
        data = super().copy_data(default)
        for policy, values in zip(self, data, strict=True):
            if policy._axis_fault():
                names = [name.format(side) for side in "xy" for name in ("axis_{}", "cut_{}_method", "cut_{}_value")]
                usual = self.default_get(names)
                values.update({name: value for name, value in usual.items() if name not in (default or {})})
        return data

    def _check_whole_matrix(self):
        """Each place has its record; calls from outside may have left one out.

        :raises UserError: naming what is missing
        """
        places = dict(self.env["key.account.quadrant"]._fields["place"]._description_selection(self.env))
        missing = [label for place, label in places.items() if place not in self.quadrant_ids.mapped("place")]
        if missing:
            raise UserError(
                self.env._(
                    "The matrix of “%(policy)s” has no quadrant for %(places)s. Add it, or make a new version of the "
                    "policy that counts.",
                    policy=self.name,
                    places=format_list(self.env, missing),
                )
            )

    def _asks_for_lines(self):
        """Whether a refresh reads invoice lines: the policy asks for them, or an axis needs them."""
        return self.reads_lines or self._has_axis_of_lines()

    def _has_axis_of_lines(self):
        return not {*self.env["key.account.profile"]._figures("lines")}.isdisjoint(self._axis_names())

    def _axis_names(self):
        return self.axis_x, self.axis_y

    def _cuts(self, scope, placed):
        """The values that divide the two axes, None where no customer with revenue has a value.

        :param scope: table and condition of the customers, see the targets of a refresh
        :param placed: SQL condition of those in the four quadrants; the smallest A customer is that of all
        """
        return self._cut("x", scope, placed), self._cut("y", scope, placed)

    def _cut(self, side, scope, placed):
        method = self[f"cut_{side}_method"]
        if method == "value":
            return self[f"cut_{side}_value"]
        query = self._a_border_sql(scope) if method == "a_border" else self._percentile_sql(side, scope, placed)
        return self.env.execute_query(query)[0][0]

    def _a_border_sql(self, scope):
        return SQL("SELECT MIN(revenue_12m)::float8 FROM %s AND abc = 'A'", scope)

    def _percentile_sql(self, side, scope, placed):
        axis = self[f"axis_{side}"]
        share = 0.5 if self[f"cut_{side}_method"] == "median" else self[f"cut_{side}_percentile"]
        if self.env["key.account.profile"]._axes()[axis].reversed:
            share = 1 - share
        return SQL(
            """
            SELECT PERCENTILE_CONT(%(share)s) WITHIN GROUP (ORDER BY %(axis)s::float8)
              FROM %(scope)s
               AND revenue_12m > 0
               AND %(placed)s
            """,
            share=share,
            axis=SQL.identifier(axis),
            scope=scope,
            placed=placed,
        )
