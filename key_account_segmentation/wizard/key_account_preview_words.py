# SPDX-License-Identifier: LGPL-3.0-only
"""The sentences of a preview: how many customers would move, where the axes would be cut, and warnings."""

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_list
from odoo.tools.misc import formatLang

from ..models.base.words import day_text, percent_text
from ..models.refresh.key_account_run import OPEN_STATES
from ..tools.axes import BESIDE

#: Of all customers; a quadrant with more tells hardly anybody apart.
OVERFULL_SHARE = 0.6

#: Of all customers; if more have no value on an axis, the matrix leaves out too many.
MISSING_SHARE = 0.2


class KeyAccountPreview(models.TransientModel):
    _inherit = "key.account.preview"

    def _summary_text(self):
        quadrants, to_quadrants = self._moved(self.quadrant_table)
        categories, to_categories = self._moved(self.category_table)
        return " ".join(
            [
                self.env._(
                    "%(moved)s of %(count)s customers would change quadrant, with %(revenue)s of revenue.",
                    moved=quadrants,
                    count=self.customer_count,
                    revenue=to_quadrants,
                )
                if quadrants
                else self.env._("Nobody would change quadrant."),
                self.env._(
                    "%(moved)s would change category, with %(revenue)s.", moved=categories, revenue=to_categories
                )
                if categories
                else self.env._("Nobody would change category."),
            ]
        )

    def _moved(self, table):
        """How many customers of a table do not stay, and their revenue as text."""
        cells = [cell for row in table["rows"] for cell in row["cells"] if cell and not cell["stays"]]
        revenue = self._value_text("money", sum(cell["revenue"] for cell in cells))
        return sum(cell["customers"] for cell in cells), revenue

    def _matrix_warnings(self):
        """Sentences on axes and quadrants that would not tell customers apart."""
        if not self.customer_count:
            return [self.env._("There are no customers yet: nothing can be compared.")]
        axes = [self.policy_id.axis_x, self.policy_id.axis_y]
        warnings = [*self._axis_warnings(axes[0], self.cut_x), *self._axis_warnings(axes[1], self.cut_y)]
        if False not in (self.cut_x, self.cut_y):
            warnings += self._quadrant_warnings()
        return warnings

    def _axis_warnings(self, axis, cut):
        """Of the customers in the quadrants: new and lost ones need no value."""
        label = self._axis_label(axis)
        placed, known, lowest, highest = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), COUNT(%(axis)s), MIN(%(axis)s), MAX(%(axis)s)
                  FROM key_account_draft
                 WHERE is_counted
                   AND beside IS NULL
                """,
                axis=SQL.identifier(axis),
            )
        )[0]
        if not placed:
            return
        missing = placed - known
        if not known:
            yield self.env._("No customer has a value for “%(axis)s”: nobody would be in a quadrant.", axis=label)
        elif cut is False:
            yield self.env._(
                "“%(axis)s” cannot be cut, because no customer with revenue has a value: nobody would be in a quadrant.",
                axis=label,
            )
        elif missing > MISSING_SHARE * self.customer_count:
            yield self.env._(
                "No value for “%(axis)s”, and so no quadrant: %(missing)s of %(count)s customers (%(share)s).",
                axis=label,
                missing=missing,
                count=self.customer_count,
                share=self._share_text(missing),
            )
        if known > 1 and lowest == highest:
            yield self.env._("All customers have the same “%(axis)s”: it does not tell them apart.", axis=label)

    def _quadrant_warnings(self):
        """Of the four: nobody cuts through the places beside them."""
        places = self.policy_id.quadrant_ids.sorted("sequence").mapped("place")
        columns = [
            column
            for place, column in zip(places, self._moves("quadrant")["columns"], strict=False)
            if place not in BESIDE
        ]
        if empty := [column["label"] for column in columns if not column["customers"]]:
            yield self.env._(
                "Nobody would be in %(quadrants)s.",
                quadrants=format_list(self.env, [f"“{name}”" for name in empty], style="or"),
            )
        for column in columns:
            if column["customers"] > OVERFULL_SHARE * self.customer_count:
                yield self.env._(
                    "“%(quadrant)s” would hold %(count)s of %(total)s customers (%(share)s): "
                    "cut through them, and the matrix says more.",
                    quadrant=column["label"],
                    count=column["customers"],
                    total=self.customer_count,
                    share=self._share_text(column["customers"]),
                )

    def _figure_warnings(self, outcome):
        """Sentences on stored figures of another day, and on customers that cannot be classified."""
        if outcome and outcome.skipped:
            yield self.env._(
                "Could not be classified, and counted as they are now: %(skipped)s of %(count)s customers.",
                skipped=len(outcome.skipped),
                count=self.customer_count,
            )
        if self.env["key.account.run"].search_count(
            [("company_id", "=", self.company_id.id), ("is_past", "=", False), ("state", "in", OPEN_STATES)], limit=1
        ):
            yield self.env._(
                "A refresh of all customers is under way: those it has not come to yet are compared with what they were "
                "before. Look again when it is through."
            )
        elif outcome and (day := self._oldest_day()):
            yield self.env._(
                "The draft is tried on the documents of today, but what customers are now was refreshed on %(day)s: "
                "some would have moved without it.",
                day=day_text(self.env, day),
            )

    def _oldest_day(self):
        """The day the stored figures are of, if that is not today."""
        [[day]] = self.env["key.account.profile"]._read_group(
            [("company_id", "=", self.company_id.id)], [], ["as_of_date:min"]
        )
        return day and day < self.company_id._key_account_as_of() and day

    def _share_text(self, count):
        return percent_text(self.env, count / self.customer_count, digits=0)

    def _axis_label(self, name):
        return self.env["key.account.profile"].fields_get([name], ["string"])[name]["string"]

    def _axis_text(self, name, cut):
        """An axis with its cut in words."""
        label, axis = self._axis_label(name), self.env["key.account.profile"]._axes()[name]
        if cut is False:
            return self.env._("%(axis)s: no customer with revenue has a value", axis=label)
        value = self._value_text(axis.unit, cut)
        if axis.reversed:
            return self.env._("%(axis)s: high up to %(value)s, less is better", axis=label, value=value)
        return self.env._("%(axis)s: high from %(value)s", axis=label, value=value)

    def _value_text(self, unit, value):
        """A cut as the matrix writes it; its ticks and cards are written where they are drawn, these sentences here."""
        if unit == "money":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if unit == "percent":
            return percent_text(self.env, value, digits=1)
        number = formatLang(self.env, value, digits=1)
        units = {
            "days": self.env._("%(number)s days", number=number),
            "months": self.env._("%(number)s months", number=number),
            "years": self.env._("%(number)s years", number=number),
        }
        return units.get(unit, number)

    def _list_html(self, sentences):
        lines = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
        return lines and Markup("<ul class='mb-0 ps-3'>%s</ul>") % lines
