# SPDX-License-Identifier: LGPL-3.0-only
"""The same question to a model of Odoo's own: what it answers is Odoo's manner, not ours."""

import json
import re
from operator import attrgetter

#: Models that stand for ours: one with fields of every kind, one that cannot be archived and that nothing holds on to, one
#: that looks at the values of a new record before Odoo does.
TWINS = ("crm.lead", "crm.tag", "res.partner")

#: Errors of PostgreSQL that Odoo's own models give, what PostgreSQL says, and a question to a model of Odoo's that shows it
#: (model, method, ids, arguments). They are values no column can hold and numbers that are none: nothing of the question
#: is taken for SQL in any of them.
KNOWN_SQL_ERRORS = [
    ("psycopg2.ProgrammingError", "can't adapt type", "crm.tag", "search", [], {"domain": [], "limit": {"a": 1}}),
    (
        "psycopg2.errors.IndeterminateDatatype", "cannot determine type of empty array",
        "crm.tag", "search", [], {"domain": [], "limit": [[[]]]},
    ),
    (
        "psycopg2.errors.UntranslatableCharacter", "unsupported Unicode escape sequence",
        "crm.tag", "create", [], {"vals_list": [{"name": "a\x00b"}]},
    ),
    (
        "psycopg2.errors.InvalidEscapeSequence", "LIKE pattern must not end with escape character",
        "crm.tag", "search", [], {"domain": [["name", "=ilike", "\\"]]},
    ),
    (
        "psycopg2.errors.InvalidRowCountInLimitClause", "LIMIT must not be negative",
        "crm.tag", "search", [], {"domain": [], "limit": -1},
    ),
    (
        "psycopg2.errors.InvalidRowCountInResultOffsetClause", "OFFSET must not be negative",
        "crm.tag", "search", [], {"domain": [], "offset": -1},
    ),
    (
        "psycopg2.errors.InvalidTextRepresentation", "invalid input syntax for type",
        "crm.tag", "search", [], {"domain": [], "limit": "1; SELECT 1"},
    ),
    (
        "psycopg2.errors.InvalidTextRepresentation", "malformed array literal",
        "crm.tag", "search", [], {"domain": [], "offset": ["2024-13-45", ["x"]]},
    ),
    ("psycopg2.errors.NumericValueOutOfRange", "out of range", "crm.tag", "search", [], {"domain": [], "limit": 2**63}),
    # a single value where "in" expects several, in the condition on groups
    (
        "psycopg2.errors.SyntaxError", r"\bIN [^(]",
        "crm.tag", "formatted_read_group", [], {"domain": [], "groupby": ["color"], "having": [["__count", "in", 53]]},
    ),
    (
        "psycopg2.errors.DatatypeMismatch", "argument of (LIMIT|OFFSET) must be type bigint",
        "crm.tag", "search", [], {"domain": [], "limit": [7]},
    ),
    (
        "psycopg2.errors.DatatypeMismatch", "is of type integer but expression is of type integer",
        "crm.lead", "create", [], {"vals_list": [{"name": "Lead", "user_id": [1]}]},
    ),
    ("psycopg2.errors.UndefinedFunction", r'DELETE FROM "\w+" WHERE id IN', "crm.tag", "unlink", [1, True], {}),
]  # fmt: skip

#: Errors that mean a text was taken for SQL, or that a query is wrong: never Odoo's manner, whatever its models answer.
NEVER = tuple(
    f"psycopg2.errors.{name}"
    for name in (
        "AmbiguousColumn", "GroupingError", "InsufficientPrivilege", "InvalidColumnReference", "QueryCanceled",
        "ReadOnlySqlTransaction", "SyntaxError", "UndefinedColumn", "UndefinedObject", "UndefinedTable",
    )
)  # fmt: skip

#: Questions to a model of Odoo's that end in errors which are no refusals (model, method, ids, arguments).
MANNERS = [
    ("crm.tag", "write", [[]], {"vals": {"color": 1}}),
    ("crm.tag", "unlink", [{}], {}),
    ("crm.tag", "create", [], {"vals_list": [{"name": "Tag", "color": "9999-12-31"}]}),
    ("crm.tag", "create", [], {"vals_list": [{"name": "Tag", "color": [1]}]}),
    ("crm.tag", "create", [], {"vals_list": [1]}),
    ("crm.tag", "search_read", [], {"domain": [], "context": {"lang": ["en_US"]}}),
]

#: What the matrix is asked for besides whose points to show.
MATRIX_ONLY = ("x", "y", "size", "color", "limit")

#: Method of ours -> what Odoo does with the same arguments.
METHODS = {
    "refresh_step": lambda kwargs: ("search_count", {"domain": [["id", "=", kwargs.get("run_id")]]}),
    "refresh_in_background": lambda kwargs: ("search_count", {"domain": [["id", "in", kwargs.get("run_ids")]]}),
    "set_values": lambda kwargs: ("execute", {}),
    "action_set_developed": lambda kwargs: ("write", {"vals": {"active": True}}),
    "matrix_read": lambda kwargs: (
        "search_count",
        {name: it for name, it in kwargs.items() if name not in MATRIX_ONLY},
    ),
}


class Twin:
    """Asks models of Odoo's with the names of fields and the numbers of records exchanged for theirs."""

    def __init__(self, environment, ids, methods):
        self.env = environment
        self.ids = ids
        self.methods = methods

    def questions(self, model, method, ids, kwargs):
        """(model, method, ids, arguments) of the same question to models of Odoo's."""
        context = {"context": kwargs["context"]} if "context" in kwargs else {}
        given = {key: it for key, it in kwargs.items() if key != "context"}
        for twin in TWINS if model.startswith("key.account") else (model, *TWINS[:1]):
            for names in self._namings(model, twin):
                for name, arguments in self._methods(method, given):
                    for told in self._one_by_one(arguments):
                        yield twin, name, self._numbers(ids, twin), self._renamed(told, names) | context
            # what comes of the context alone comes of the plainest question as well
            yield twin, "search_read", [], {"domain": [], "fields": ["display_name"], **context}

    def _one_by_one(self, arguments):
        """The arguments, and each value to be written alone: two fields of ours may be one of the other model."""
        yield arguments
        values = arguments.get("vals")
        if isinstance(values, dict) and len(values) > 1:
            for name, value in values.items():
                yield arguments | {"vals": {name: value}}

    def _methods(self, method, kwargs):
        """What Odoo does with the same arguments; a method of ours reads its records, or one."""
        if method in METHODS:
            return [METHODS[method](kwargs)]
        if method in self.methods:
            return [(method, kwargs)]
        return [("read", {"fields": ["id"], **kwargs}), ("get_formview_action", kwargs)]

    def _numbers(self, ids, twin):
        """Numbers of our records become those of existing ones of the other model."""
        known = {number for numbers in self.ids.values() for number in numbers}
        theirs = self.ids.get(twin) or self.env[twin].search([], limit=3).ids or [1]
        if not isinstance(ids, list):
            return theirs[0] if isinstance(ids, int) and ids in known else ids
        ours = [it for it in ids if isinstance(it, int) and not isinstance(it, bool) and it in known]
        return [theirs[ours.index(it) % len(theirs)] if it in ours else it for it in ids]

    def _namings(self, model, twin):
        """Twice: field of ours -> field of the other model of the same kind; if there is none, of the same use or type."""
        places = {}
        for name, field in sorted(self.env[twin]._fields.items(), key=lambda it: (not it[1].store, it[0])):
            if not name.startswith("key_account") and not field.groups:
                for kind in ((field.type, is_in_sql(field)), is_in_sql(field), field.type):
                    places.setdefault(kind, name)
        fields = {
            name: field
            for name, field in self._renamed_fields(model)
            if name not in self.env[twin]._fields or "key_account" in name
        }
        for loosely in (is_in_sql, attrgetter("type")):
            yield {
                name: places.get((field.type, is_in_sql(field))) or places.get(loosely(field), "id")
                for name, field in fields.items()
            }

    def _renamed_fields(self, model):
        for it in {model, "key.account.profile"}:
            yield from self.env[it]._fields.items()
        yield from ((name, it) for name, it in self.env["crm.lead"]._fields.items() if "key_account" in name)

    def _renamed(self, arguments, names):
        """The arguments with fields exchanged; what stands behind a dot is of another model."""
        words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        text = re.sub(rf"(?<![\w.])({words})\b", lambda found: names[found[1]], json.dumps(arguments))
        return json.loads(text)


def is_in_sql(field):
    """Whether the field can be searched: stored, by a method of its own, or by what it is related to."""
    return is_in_sql(field.related_field) if field.related else bool(field.store or field.search)
