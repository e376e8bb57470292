# SPDX-License-Identifier: LGPL-3.0-only
"""Numbers that may have no value.

Odoo reads an empty number column as 0, but a customer without a previous year has no growth rate, which is not a growth
of 0%. These fields read it as False, which the client shows as an empty cell and which counts as 0 in arithmetic.
"""

from odoo import fields


class Emptiable:
    """The common part of the three: no value stays no value, in the cache, in reads and in searches."""

    #: 0 is a value: "below 0" and "not 0" do not mean who has none.
    falsy_value = None

    def convert_to_cache(self, value, record, validate=True):
        return None if value is None or value is False else super().convert_to_cache(value, record, validate)

    def convert_to_column(self, value, record, values=None, validate=True):
        return None if value is None or value is False else super().convert_to_column(value, record, values, validate)

    def convert_to_export(self, value, record):
        return "" if value is None or value is False else super().convert_to_export(value, record)

    def convert_to_record(self, value, record):
        return False if value is None else value


class FloatOrEmpty(Emptiable, fields.Float):
    pass


class IntegerOrEmpty(Emptiable, fields.Integer):
    pass


class MonetaryOrEmpty(Emptiable, fields.Monetary):
    pass
