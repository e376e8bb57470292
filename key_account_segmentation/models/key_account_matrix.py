"""What the matrix view draws: where the records of a model lie on two of their numbers."""

from odoo import api, models
from odoo.tools import SQL


class KeyAccountMatrix(models.AbstractModel):
    """Gives a model with two numbers the view type ``quadrant``."""

    _name = "key.account.matrix"
    _description = "Key Account Matrix"

    @api.model
    def _axes(self):
        """What the view offers as axes: names of stored numeric fields, each with an ``Axis``."""
        return {}

    @api.model
    def _policy_axes(self):
        """Axes, cuts and quadrants of the policy that counts: (axis_x, axis_y, cut_x, cut_y, quadrants), or None."""
        return None

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
        cut = None if cut is False else cut
        if is_reversed:
            return SQL(
                "CASE WHEN %(value)s <= %(cut)s THEN 'high' WHEN %(value)s > %(cut)s THEN 'low' END",
                value=value,
                cut=cut,
            )
        return SQL(
            "CASE WHEN %(value)s >= %(cut)s THEN 'high' WHEN %(value)s < %(cut)s THEN 'low' END", value=value, cut=cut
        )
