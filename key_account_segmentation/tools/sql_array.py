# SPDX-License-Identifier: LGPL-3.0-only
"""Many values into PostgreSQL at once, written as the text of an array: much faster than a parameter per value."""


def number_array(values):
    """Numbers and booleans, None as NULL.

    >>> number_array([1, None, 0.5, True])
    '{1, NULL, 0.5, True}'
    """
    return "{" + str(values)[1:-1].replace("None", "NULL") + "}"


def text_array(values):
    """Texts and dates, None as NULL; taken as they are: codes and dates, never what people typed.

    >>> from datetime import date
    >>> text_array(["11 12", None, date(2026, 3, 31)])
    '{"11 12",NULL,"2026-03-31"}'
    """
    return "{" + ",".join(["NULL" if value is None else f'"{value}"' for value in values]) + "}"
