# SPDX-License-Identifier: LGPL-3.0-only
"""Questions nobody should ask, one from each number: what a hostile client may send to a method of a model."""

import inspect
import random

#: What a table may not contain after somebody's text was taken for SQL: its number was drawn.
BAIT = "key_account_bait"

#: Seconds that a text taken for SQL would sleep.
SLEEP = 20

TEXTS = [
    "'",
    '"',
    "\\",
    "\\'",
    "';--",
    "'; DROP TABLE key_account_profile; --",
    '"; DROP TABLE key_account_profile; --',
    "1; DROP TABLE key_account_profile",
    "') OR ('1'='1",
    "1 OR 1=1",
    f"pg_sleep({SLEEP})",
    f"(SELECT pg_sleep({SLEEP}))",
    f"'||pg_sleep({SLEEP})||'",
    f"nextval('{BAIT}')",
    f"(SELECT nextval('{BAIT}'))",
    f"'||nextval('{BAIT}')||'",
    f"id\" DESC, (SELECT nextval('{BAIT}')) --",
    f"id) AS x, (SELECT nextval('{BAIT}')",
    "%s",
    "%(x)s",
    "%(domain)s",
    "%",
    "%%",
    "{0.__class__}",
    "$1",
    "/*",
    "*/",
    "--",
    "NULL",
    "\x00",
    "a\x00b",
    "\ud800",
    "𝒦𝒜",
    "\u202e",
    "é́",
    "\n",
    "",
    " ",
    "_",
    "__class__",
    "<script>",
    "A" * 5000,
]
NUMBERS = [
    0, 1, -1, 2, 80, 2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, 10**30, 0.5, -0.5, 1e308, -1e308,
    float("nan"), float("inf"), float("-inf"), True, False, None,
]  # fmt: skip
DAYS = [
    "2024-02-29", "2024-13-45", "0001-01-01", "9999-12-31", "10000-01-01", "today", "=1d", "-3m +1y", "now",
    "infinity", "2024-01-01 25:00:00", "2024-01-01T00:00:00+14:00", "1d; SELECT 1",
]  # fmt: skip

#: Ways from our models and the linked ones to what is nobody's business.
PATHS = [
    "create_uid.password",
    "write_uid.login",
    "account_manager_id.password",
    "account_manager_id.api_key_ids.key",
    "account_manager_id.partner_id.signup_type",
    "company_id.partner_id.bank_ids.acc_number",
    "company_id.key_account_policy_id.note",
    "policy_id.company_id.name",
    "policy_id.note",
    "partner_id.user_ids.password",
    "partner_id.key_account_revenue_12m",
    "partner_id.key_account_profile_id.revenue_12m",
    "partner_id.invoice_ids.amount_total",
    "commercial_partner_id.key_account_profile_id.manual_category_reason",
    "key_account_profile_id.revenue_12m",
    "key_account_profile_id.manual_category_reason",
    "key_account_profile_id.company_id",
    "key_account_profile_id.account_manager_id.password",
    "key_account_profile_id.partner_id.key_account_profile_id.revenue_12m",
    "key_account_company_id.key_account_policy_id",
    "profile_ids.revenue_12m",
    "run_id.message",
    "as_of_date.month_number",
    "name.x",
    "x.y.z",
    ".id",
    "id.id",
    "partner_id.",
    ".partner_id",
]
OPERATORS = [
    "!=", "<", "<=", "<>", "=", "==", "=?", "=ilike", "=like", ">", ">=", "any", "any!", "child_of", "ilike", "in",
    "like", "not =ilike", "not =like", "not any", "not any!", "not ilike", "not in", "not like", "parent_of", "any!",
    "not any!",
]  # fmt: skip
NO_OPERATORS = ["inselect", "ANY", "=;", "OR 1=1 --", "", None, 1]
GRANULARITIES = ["day", "week", "month", "quarter", "year", "day_of_week", "month_number", "x'", ""]
AGGREGATES = [
    "sum", "avg", "min", "max", "count", "count_distinct", "bool_and", "bool_or", "array_agg", "array_agg_distinct",
    "recordset", "sum_currency", "x", "sum(1);--",
]  # fmt: skip


class Hostile:
    """Draws calls from a number; the same number gives the same call.

    :param environment: whose models are asked
    :param ids: model -> ids of records there, some of them hidden from who asks
    :param seen: model -> ids of those that are not
    :param number: anything that can be printed
    """

    def __init__(self, environment, ids, seen, number):
        self.env = environment
        self.ids = ids
        self.seen = seen
        self.random = random.Random(str(number))

    def _chance(self, share):
        return self.random.random() < share

    def _some(self, draw, most=3):
        return [draw() for _number in range(self.random.randint(0, most))]

    def anything(self, depth=0):
        """A value of no particular kind."""
        kinds = [
            lambda: self.random.choice(TEXTS),
            lambda: self.random.choice(NUMBERS),
            lambda: self.random.choice(DAYS),
            lambda: self.random.choice(PATHS),
            self.some_id,
        ]
        if depth < 3:
            kinds.append(lambda: self._some(lambda: self.anything(depth + 1)))
            kinds.append(lambda: {self.random.choice(TEXTS): self.anything(depth + 1) for _ in range(2)})
        return self.random.choice(kinds)()

    def some_id(self, model=None):
        """The number of a record, of that model or of any."""
        model = model or self.random.choice(sorted(self.ids))
        return self.random.choice(self.ids.get(model) or [1])

    def record_ids(self, model):
        """What stands where the numbers of records are expected; what cannot be compared fails anywhere in Odoo."""
        if self._chance(0.06):
            thing = self.anything()
            return [it for it in thing if not isinstance(it, list | dict)] if isinstance(thing, list) else thing
        seen = self.seen.get(model)
        if seen and self._chance(0.6):
            return self.random.sample(seen, min(len(seen), self.random.choice([1, 1, 2])))
        ids = [self.some_id(model) for _number in range(self.random.choice([1, 1, 1, 2, 3]))]
        if self._chance(0.05) and not isinstance(thing := self.anything(), list | dict):
            ids.append(thing)
        return ids

    def field(self, model):
        """Where the name of a field is expected."""
        if self._chance(0.08):
            return self.random.choice(PATHS)
        if self._chance(0.03):
            return self.random.choice(TEXTS)
        return self.random.choice(self._own_fields(model))

    def _own_fields(self, model):
        """On models of Odoo's ours and those that lead to them."""
        names = sorted(self.env[model]._fields)
        ours = [name for name in names if name.startswith("key_account")]
        return [*ours, "id", "display_name", "create_uid"] if ours and "key.account" not in model else names

    def domain(self, model, depth=0):
        """A domain, most of them well formed."""
        if self._chance(0.03):
            return self.anything()
        conditions = [self.condition(model, depth) for _number in range(self.random.choice([0, 1, 1, 1, 2, 3]))]
        connectives = ["&", "|"] * len(conditions)
        domain = self.random.sample(connectives, max(len(conditions) - 1, 0)) + conditions
        if domain and self._chance(0.2):
            domain.insert(0, "!")
        if self._chance(0.04):
            domain.insert(self.random.randint(0, len(domain)), self.random.choice(["&", "|", "!", "x", 1, [], None]))
        return domain

    def condition(self, model, depth):
        name, operator = self.field(model), self.random.choice(OPERATORS if self._chance(0.97) else NO_OPERATORS)
        field = self.env[model]._fields.get(name.partition(".")[0])
        comodel = field.comodel_name if field is not None and field.relational else model
        if comodel not in self.env:
            comodel = model
        value = self._compared(field, comodel, operator, depth)
        return [name, operator, value] if self._chance(0.98) else self._some(self.anything, 4)

    def _compared(self, field, comodel, operator, depth):
        """Something to compare a field with, most often of its kind."""
        if "any" in str(operator) and depth < 3 and self._chance(0.9):
            return self.domain(comodel, depth + 1)
        draw = self.anything if field is None or self._chance(0.3) else lambda: self.value(field, comodel)
        return self._some(draw) if "in" in str(operator) and self._chance(0.9) else draw()

    def value(self, field, comodel):
        """A value of the field's kind."""
        if field.relational:
            return self.random.choice([self.some_id(comodel), False, "Mine", "%", [self.some_id(comodel)]])
        if field.type in ("date", "datetime"):
            return self.random.choice(DAYS)
        if field.type == "selection":
            return self.random.choice([*(field.get_values(self.env) or [""]), False, *TEXTS])
        if field.type in ("integer", "float", "monetary", "boolean"):
            return self.random.choice(NUMBERS)
        return self.random.choice(TEXTS)

    def order(self, model):
        def term():
            endings = ["", "asc", "desc", "DESC", "desc nulls first", "nulls last"]
            words = [str(self.field(model)), self.random.choice(endings if self._chance(0.95) else TEXTS)]
            return " ".join(word for word in words if word)

        return ", ".join([term() for _number in range(self.random.choice([1, 1, 2]))])

    def group(self, model):
        name = str(self.field(model))
        field = self.env[model]._fields.get(name)
        dated = field is not None and field.type in ("date", "datetime")
        return f"{name}:{self.random.choice(GRANULARITIES)}" if self._chance(0.9 if dated else 0.05) else name

    def aggregate(self, model):
        return self.random.choice(["__count", f"{self.field(model)}:{self.random.choice(AGGREGATES)}"])

    def having(self, model):
        return [[self.aggregate(model), self.random.choice([">", "=", "!=", "in", "x"]), self.anything()]]

    def specification(self, model, depth=0):
        """What the web client asks for: field -> what of it."""
        shown = {}
        for name in self._some(lambda: str(self.field(model)), 4):
            field = self.env[model]._fields.get(name)
            shown[name] = {}
            if field is not None and field.relational and field.comodel_name in self.env and depth < 2:
                shown[name] = {"fields": self.specification(field.comodel_name, depth + 1)}
                if self._chance(0.2):
                    shown[name]["order"] = self.order(field.comodel_name)
            if self._chance(0.1):
                shown[name]["context"] = self.context()
        return shown

    def values(self, model):
        """What is written: field -> value or commands."""
        return {name: self.written(model, name) for name in [str(self.field(model)) for _number in range(2)]}

    def written(self, model, name):
        field = self.env[model]._fields.get(name)
        if field is None or self._chance(0.2):
            return self.anything()
        if field.type in ("many2many", "one2many"):
            return [self.command(field.comodel_name) for _number in range(2)]
        return self.value(field, field.comodel_name if field.relational else model)

    def command(self, model):
        number = self.random.choice([0, 1, 2, 3, 4, 5, 6, 7, "6"])
        return [number, self.some_id(model), self.random.choice([[self.some_id(model)], {}, self.anything()])]

    def context(self):
        """What a client may say of itself, and what it would like to be."""
        companies = self.ids["res.company"]
        offers = {
            "active_test": [False, True, "'"],
            "allowed_company_ids": [[it] for it in companies] + [companies, [], "x", [None], [2**40]],
            "lang": ["en_US", "de_DE", "x'--", "../../etc", None, 1, ["en_US"]],
            "tz": ["Europe/Berlin", "x'); SELECT 1 --", "", 1],
            "bin_size": [True],
            "uid": [1, 2],
            "su": [True],
            "sudo": [True],
            "company_id": companies,
            "force_company": companies,
            "default_company_id": companies,
            "default_state": ["published", "archived", "x"],
            "active_id": [self.some_id("key.account.profile")],
            "active_ids": [self.ids["key.account.profile"], "x", [[1]]],
            "active_model": ["res.users", "x'"],
            "prefetch_fields": [False],
            "install_mode": [True],
            "import_file": [True],
            "fill_temporal": [True],
            "group_by": ["x'"],
        }
        names = self.random.sample(sorted(offers), self.random.choice([1, 1, 2]))
        return {name: self.random.choice(offers[name]) for name in names}

    def argument(self, model, name):
        """Something for a parameter of that name."""
        if self._chance(0.04):
            return self.anything()
        draws = {
            "domain": self.domain,
            "having": self.having,
            "order": self.order,
            "orderby": self.order,
            "group_by": self.group,
            "field_name": self.field,
            "full_name": self.field,
            "specification": self.specification,
            "fields_spec": self.specification,
            "unfold_read_specification": self.specification,
            "vals": self.values,
            "values": self.values,
            "default": self.values,
            "run_id": lambda _model: self.some_id("key.account.run"),
            "run_ids": lambda _model: self.record_ids("key.account.run"),
        }
        several = {
            "fields": self.field,
            "field_names": self.field,
            "fields_to_export": self.field,
            "allfields": self.field,
            "groupby": self.group,
            "aggregates": self.aggregate,
            "vals_list": self.values,
            "grouping_sets": lambda model: self._some(lambda: self.group(model), 2),
        }
        if name in several:
            return [several[name](model) for _number in range(self.random.choice([0, 1, 1, 2, 3]))]
        return draws[name](model) if name in draws else self._rare_argument(model, name)

    def _rare_argument(self, model, name):
        """The parameters that only one method has, or that are no names of anything."""
        if name in ("limit", "offset", "count_limit"):
            return self.random.choice([None, 0, 1, 2, 80] if self._chance(0.9) else [-1, 2**63, "1", "1; SELECT 1"])
        if name == "operator":
            return self.random.choice([*OPERATORS, *NO_OPERATORS])
        if name == "operation":
            return self.random.choice(["read", "write", "create", "unlink", *TEXTS])
        if name == "progress_bar":
            return {"field": self.field(model), "colors": {self.random.choice(TEXTS): "red"}}
        if name == "data":
            return [[self.random.choice(TEXTS) for _number in range(2)] for _number in range(2)]
        if name == "views":
            return [[self.random.choice([False, 1]), self.random.choice(["list", "form", "pivot", "'"])]]
        if name == "translations":
            return {self.random.choice(["en_US", "x'"]): self.anything()}
        return self.anything()

    def arguments(self, model, method):
        """Keyword arguments, most of them such as the method takes."""
        parameters = list(inspect.signature(getattr(self.env.registry[model], method)).parameters.values())[1:]
        kwargs = {}
        for parameter in parameters:
            if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                continue
            wanted = parameter.default is parameter.empty or parameter.name in ("fields", "groupby", "aggregates")
            if self._chance(0.98 if wanted else 0.35):
                kwargs[parameter.name] = self.argument(model, parameter.name)
        if self._chance(0.03):
            kwargs[self.random.choice(["x", "uid", "sudo", "cr"])] = self.anything()
        if self._chance(0.3):
            kwargs["context"] = self.context() if self._chance(0.95) else self.anything()
        return kwargs
