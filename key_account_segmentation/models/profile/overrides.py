# SPDX-License-Identifier: LGPL-3.0-only
"""Overrides: the columns each takes up on a profile, and the two questions that every room asks about it.

is anything set by hand     has_override
is it still in force        ``is_in_force`` of tools.effective, in SQL ``in_force_sql``
"""

from odoo.tools import SQL

#: The column of the effective value: it rises at once and falls with a delay.
EFFECTIVE = {"type": "main_type_id", "category": "category", "quadrant": "quadrant_id"}

#: The columns of each override.
BY_HAND = {
    "category": ("manual_category", "manual_category_reason", "manual_category_until", "manual_category_by_id"),
    "quadrant": (
        "manual_quadrant_id",
        "manual_quadrant_reason",
        "manual_quadrant_until",
        "manual_quadrant_by_id",
    ),
    "type": (
        "manual_type_id",
        "not_key_account",
        "review_date",
        "manual_type_reason",
        "manual_type_until",
        "manual_type_by_id",
    ),
    "development": (
        "cannot_be_developed",
        "cannot_be_developed_reason",
        "cannot_be_developed_until",
        "cannot_be_developed_by_id",
    ),
}

#: Any of these columns is an override; the others are its details.
SETTING = {
    "category": ("manual_category",),
    "quadrant": ("manual_quadrant_id",),
    "type": ("manual_type_id", "not_key_account"),
    "development": ("cannot_be_developed",),
}

REASON = {what: next(name for name in names if name.endswith("_reason")) for what, names in BY_HAND.items()}
UNTIL = {what: next(name for name in names if name.endswith("_until")) for what, names in BY_HAND.items()}
AUTHOR = {what: names[-1] for what, names in BY_HAND.items()}

#: The computed column of each, and the manual one.
COMPARED = {
    "category": ("computed_category", "manual_category"),
    "quadrant": ("computed_quadrant_id", "manual_quadrant_id"),
    "type": ("computed_type_id", "manual_type_id"),
}


def has_override(values, what):
    """Whether something is set by hand, "none" included.

    :param values: a profile, or a dict with its columns
    """
    return any(values[name] for name in SETTING[what])


def differs(profile, what):
    """Whether the override is another value than the computed one."""
    computed, manual = COMPARED[what]
    if what == "type" and profile.not_key_account:
        return bool(profile[computed])
    return bool(profile[manual]) and profile[manual] != profile[computed]


def in_force_sql(until, day):
    """Condition: the override that ends on that column's day, or has no end, is in force on ``day``.

    :param until: name of the column, or its SQL
    """
    column = until if isinstance(until, SQL) else SQL.identifier(until)
    return SQL("COALESCE(%s >= %s, TRUE)", column, day)
