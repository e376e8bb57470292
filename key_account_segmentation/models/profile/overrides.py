# SPDX-License-Identifier: LGPL-3.0-only
"""What people can judge by hand, and the fields it takes up on a profile."""

#: What rises at once and falls with a delay.
JUDGED = ("category", "quadrant", "type")

#: The columns that what somebody set by hand takes up, by what it is.
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

#: The columns of which one says that something is set by hand; the others are its details.
SETTING = {
    "category": ("manual_category",),
    "quadrant": ("manual_quadrant_id",),
    "type": ("manual_type_id", "not_key_account"),
    "development": ("cannot_be_developed",),
}

REASON = {what: next(name for name in names if name.endswith("_reason")) for what, names in BY_HAND.items()}
UNTIL = {what: next(name for name in names if name.endswith("_until")) for what, names in BY_HAND.items()}

#: What the figures lead to, and what is set by hand instead.
COMPARED = {
    "category": ("computed_category", "manual_category"),
    "quadrant": ("computed_quadrant_id", "manual_quadrant_id"),
    "type": ("computed_type_id", "manual_type_id"),
}
