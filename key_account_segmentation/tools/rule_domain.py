# SPDX-License-Identifier: LGPL-3.0-only
"""The rule of a key account type as people type it: a literal domain on the fields it may name.

The text is parsed and never run. Each condition is looked up: whether its field may be named, by which operators, and with
which values. Relations are named by numbers, or by words where the names are no secret, and never followed.
"""

import ast
import math

#: Characters, and conditions together with what connects them.
LENGTH_MAX = 2000
PARTS_MAX = 100

CONNECTIVES = ("&", "|", "!")

#: Conditions that hold for everybody and for nobody, as Odoo's editor writes them.
CONSTANTS = ((1, "=", 1), (0, "=", 1))

EQUAL = frozenset({"=", "!=", "in", "not in"})
ORDER = EQUAL | {"<", "<=", ">", ">="}
WORDS = EQUAL | {"like", "not like", "ilike", "not ilike", "=like", "=ilike", "not =like", "not =ilike"}

#: Kind of a field -> operators, and the types of a value; False is a field that is empty.
KINDS = {
    "number": (ORDER, (int, float)),
    "date": (ORDER, (str,)),
    "text": (WORDS, (str,)),
    "choice": (EQUAL, (str,)),
    "yes_no": (EQUAL, (bool,)),
    "record": (EQUAL, (int,)),
    "named": (WORDS, (int, str)),
}


class RuleFault(ValueError):
    """The fault of a rule: a code, and the part of the rule it is about."""

    def __init__(self, code, part=""):
        super().__init__(f"{code}: {part}" if part else code)
        self.code = code
        self.part = part


def parsed_rule(text, kinds):
    """The rule as a list of conditions and connectives.

    :param kinds: what may be named -> its kind, see ``KINDS``
    :raises RuleFault: the first fault

    >>> kinds = {"rank": "number", "abc": "choice", "first_invoice_date": "date", "partner_id.country_id": "named"}
    >>> parsed_rule("['|', ('rank', '<=', 10), ('abc', 'in', ['A', 'B'])]", kinds)
    ['|', ('rank', '<=', 10), ('abc', 'in', ['A', 'B'])]
    >>> parsed_rule("[('first_invoice_date', '>=', 'today -30d'), ('partner_id.country_id', 'ilike', 'Bel')]", kinds)
    [('first_invoice_date', '>=', 'today -30d'), ('partner_id.country_id', 'ilike', 'Bel')]
    >>> parsed_rule("[]", kinds), parsed_rule("[(1, '=', 1)]", kinds)
    ([], [(1, '=', 1)])

    >>> def fault(text):
    ...     try:
    ...         return parsed_rule(text, kinds)
    ...     except RuleFault as fault:
    ...         return str(fault)
    >>> fault("[('rank', '=', uid)]"), fault("[('rank'"), fault("5"), fault("[" * 1999)
    ('text', 'text', 'text', 'text')
    >>> fault("[('rank', '=', 1)]" + " " * 2000), fault("[" + "'!', " * 100 + "('rank', '=', 1)]")
    ('long', 'long')
    >>> fault("[('rank', '=')]"), fault("[7]"), fault("[['rank', ['='], 1]]")
    ("condition: ('rank', '=')", 'condition: 7', "condition: ['rank', ['='], 1]")
    >>> fault("[('partner_id.user_ids.login', '=', 'x')]"), fault("[('partner_id', 'any', [])]")
    ('field: partner_id.user_ids.login', 'field: partner_id')
    >>> fault("[('partner_id.country_id', 'any', [])]"), fault("[('partner_id.country_id', 'child_of', 1)]")
    ("operator: ('partner_id.country_id', 'any', [])", "operator: ('partner_id.country_id', 'child_of', 1)")
    >>> fault("[('rank', '=', '1')]"), fault("[('rank', '=', 1e999)]"), fault("[('abc', 'in', [['A']])]")
    ("value: ('rank', '=', '1')", "value: ('rank', '=', inf)", "value: ('abc', 'in', [['A']])")
    """
    if len(text) > LENGTH_MAX:
        raise RuleFault("long")
    try:
        parts = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise RuleFault("text") from error
    if not isinstance(parts, (list, tuple)):
        raise RuleFault("text")
    if len(parts) > PARTS_MAX:
        raise RuleFault("long")
    for part in parts:
        if part not in CONNECTIVES:
            _check_condition(part, kinds)
    return list(parts)


def _check_condition(condition, kinds):
    """:raises RuleFault: it is no condition, or not one a rule may have"""
    if not isinstance(condition, (list, tuple)) or len(condition) != 3:
        raise RuleFault("condition", condition)
    if tuple(condition) in CONSTANTS:
        return
    name, operator, value = condition
    if not isinstance(name, str) or not isinstance(operator, str):
        raise RuleFault("condition", condition)
    if name not in kinds:
        raise RuleFault("field", name)
    operators, types = KINDS[kinds[name]]
    if operator not in operators:
        raise RuleFault("operator", condition)
    values = value if operator in ("in", "not in") else [value]
    if not isinstance(values, (list, tuple)) or not all(_fits(it, types) for it in values):
        raise RuleFault("value", condition)


def _fits(value, types):
    """Whether a value is of one of the types, or False; a yes is no number.

    >>> _fits(1, (int,)), _fits(False, (int,)), _fits(True, (int,)), _fits(math.nan, (int, float))
    (True, True, False, False)
    """
    if value is None or isinstance(value, bool):
        return not value or bool in types
    return isinstance(value, types) and not (isinstance(value, float) and not math.isfinite(value))
