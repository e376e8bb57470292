"""Many values into PostgreSQL at once."""


def array_literal(values):
    """A PostgreSQL array as text: numbers bare, text and dates quoted, None as NULL.

    Text is taken as it is: codes and numbers, never what people typed.

    >>> from datetime import date
    >>> array_literal([1, None, 0.5, "11 12", date(2026, 3, 31), True])
    '{1,NULL,0.5,"11 12","2026-03-31",True}'
    """
    items = [ARRAY_ITEM.get(type(value), '"{}"'.format)(value) for value in values]
    return "{" + ",".join(items) + "}"


#: What is not listed, dates of any kind among it, is quoted.
ARRAY_ITEM = {
    type(None): lambda value: "NULL",
    bool: repr,
    int: repr,
    float: repr,
}
