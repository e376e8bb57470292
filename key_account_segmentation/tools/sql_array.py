"""Many values into PostgreSQL at once."""

from datetime import date


def array_literal(values):
    """A PostgreSQL array as text: numbers bare, text and dates quoted, None as NULL.

    Text is taken as it is: codes and numbers, never what people typed.

    >>> array_literal([1, None, 0.5, "11 12", date(2026, 3, 31), True])
    '{1,NULL,0.5,"11 12","2026-03-31",True}'
    """
    return "{%s}" % ",".join([ARRAY_ITEM.get(type(value), repr)(value) for value in values])


ARRAY_ITEM = {
    type(None): lambda value: "NULL",
    str: '"{}"'.format,
    date: '"{}"'.format,
}
