# SPDX-License-Identifier: LGPL-3.0-only
"""Fields behind the link to a profile, which say what they can do without asking the link.

To find out whether a field without a column can be sorted, grouped or summed by, Odoo builds the SQL for it. Twenty fields
on four models ask for forty joins whenever a view is opened, each with the rights of the user in it. All these joins are
the same: what a field can do depends on the field it shows.
"""

from odoo import fields

from ..base.fields_empty import FloatOrEmpty, MonetaryOrEmpty


class Linked:
    """A related field that can do what the field it shows can do."""

    def _description_sortable(self, env):
        return self.related_field._description_sortable(env)

    def _description_groupable(self, env):
        return self.related_field._description_groupable(env)

    def _description_aggregator(self, env):
        return self.aggregator and self.related_field._description_aggregator(env) and self.aggregator


class LinkedChar(Linked, fields.Char):
    pass


class LinkedDate(Linked, fields.Date):
    pass


class LinkedFloat(Linked, FloatOrEmpty):
    pass


class LinkedHtml(Linked, fields.Html):
    pass


class LinkedInteger(Linked, fields.Integer):
    pass


class LinkedMany2one(Linked, fields.Many2one):
    pass


class LinkedMonetary(Linked, MonetaryOrEmpty):
    pass


class LinkedSelection(Linked, fields.Selection):
    pass


class LinkedText(Linked, fields.Text):
    pass
