# SPDX-License-Identifier: LGPL-3.0-only
"""Anything at all sent to every method that can be called from outside, by everybody, over HTTP.

Whatever is asked: the answer is a result or a plain refusal, it tells no secret, it does not depend on one, and nothing
changes that the asker may not change. An error that is no refusal counts only if Odoo gives the same error when one of its
own models is asked the same question.
"""

import json
import logging
import os
import re
import time
import warnings
from collections import Counter

from odoo.tests import tagged
from odoo.tools import SQL

from .canaries import ADDON, ANONYMOUS, EVERYBODY, CanaryCase
from .hostile import BAIT, SLEEP, Hostile
from .roles import INSIDERS, create_user
from .twins import KNOWN_SQL_ERRORS, MANNERS, NEVER, Twin

try:
    import pytest

    slow = pytest.mark.slow
except ImportError:

    def slow(test):
        """Odoo's own runner leaves these tests out by their tag."""
        return test


_logger = logging.getLogger(__name__)

#: ``seed`` or ``seed:role:number``: ask these questions again, or that one alone.
REPEAT = os.environ.get("KEY_ACCOUNT_FUZZ_SEED", "")

#: Seeds and rounds of the short and of the long run: the same questions on every machine, so that they fail for a change of
#: the code alone. To look for more: another seed, and KEY_ACCOUNT_FUZZ_ROUNDS.
SHORT, LONG = ("1", 3), ("2", int(os.environ.get("KEY_ACCOUNT_FUZZ_ROUNDS", "18")))

#: Calls of a role between two looks at the tables.
ROUND = 60

#: Less than somebody's pg_sleep, more than any answer takes; twice, for a machine may be busy once.
TOO_LONG = SLEEP / 2

REFUSALS = (
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.RedirectWarning",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.http.SessionExpiredException",
    "werkzeug.exceptions.BadRequest",
    "werkzeug.exceptions.NotFound",
    "werkzeug.exceptions.Unauthorized",
    "werkzeug.exceptions.UnprocessableEntity",
)

#: Tables of Odoo's that no question asked here may change for anybody.
WATCHED = (
    "account.move",
    "account.move.line",
    "crm.lead",
    "ir.config_parameter",
    "ir.cron",
    "ir.model.access",
    "ir.rule",
    "res.company",
    "res.groups",
    "res.partner",
    "res.users",
)

#: Model -> who adds records to it without a right of their own, because ours does it for them.
ADDED_FOR = {
    # marks of customers to be refreshed
    "key.account.stale": (*INSIDERS, "system"),
    "key.account.run": ("manager", "system"),
    # playbooks that were started
    "key.account.play": ("own", "all", "manager"),
    # an override changes effective values, and the change is logged
    "key.account.transition": ("own", "all", "manager"),
    # whoever is said to have referred a customer, or gave feedback, has a profile
    "key.account.profile": (*INSIDERS, "employee", "system"),
    "key.account.follow.up": ("manager",),
    # the button of a draft makes its preview, which goes with the draft
    "key.account.preview": ("manager",),
    "key.account.preview.line": ("manager",),
}

#: Model -> whose calls lead to changes of the company's records that they may not change themselves.
CHANGED_FOR = {
    "key.account.run": ("manager",),
    # the dialog that loses an opportunity is Odoo's; ours only asks one question more
    "crm.lead": ("own", "all", "manager"),
    # the previews of a draft go with it
    "key.account.preview": ("manager",),
    "key.account.preview.line": ("manager",),
}

#: Model -> where its company is known, if not in a field of its own.
COMPANY_OF = {"key.account.preview.line": "preview_id.company_id"}

#: Columns that stay as they are behind what is hidden: what decides whether it is.
# Which policy counts is no secret, nor are its name and where its quadrants lie.
KEPT = ("id", "as_of_date", "state", "name", "place", "kind", "code", "overdue_share_min")

#: Ways in that only read; the answer may not depend on what the asker cannot see.
READING = (
    "export_data",
    "fields_get",
    "formatted_read_group",
    "formatted_read_grouping_sets",
    "name_search",
    "read",
    "read_group",
    "read_progress_bar",
    "search",
    "search_count",
    "search_read",
    "web_name_search",
    "web_read",
    "web_read_group",
    "web_search_read",
)

#: Ways in that change something, asked as often as those that read.
CHANGING = ("copy", "create", "load", "onchange", "unlink", "web_save", "write")


class Question:
    """One call: who asks what of which model, at which door."""

    def __init__(self, role, door, model, method, ids, kwargs):
        self.role, self.door, self.model, self.method, self.ids, self.kwargs = role, door, model, method, ids, kwargs

    def __str__(self):
        arguments = json.dumps({"ids": self.ids, **self.kwargs})
        return f"{self.role} at {self.door}: {self.model}.{self.method} {arguments[:3000]}"


class FuzzCase(CanaryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "sales_team.group_sale_manager,account.group_account_manager,base.group_system,base.group_allow_export"
        cls.users["twin"] = create_user(cls.env, "key_account_twin", groups, cls.company)
        cls.env["crm.tag"].create([{"name": "One"}, {"name": "Two"}])
        cls.env.cr.execute(SQL("CREATE SEQUENCE %s", SQL.identifier(BAIT)))
        cls.ours = [
            model
            for model, it in cls.registry.items()
            if it._original_module == "key_account_segmentation" and not it._abstract
        ]
        cls.ids = {model: cls.env[model].with_context(active_test=False).search([]).ids for model in cls.ours}
        cls.ids |= {
            "res.partner": [it.id for it in cls.customers.values()],
            "crm.lead": [it.id for it in cls.leads.values()],
            "account.move": [it.id for it in cls.invoices.values()],
            "res.company": (cls.company + cls.abroad).ids,
            "res.users": [cls.users[role].id for role in ("own", "all", "manager", "portal")],
        }
        cls.ids["account.invoice.report"] = (
            cls.env["account.invoice.report"].search([("move_id", "in", cls.ids["account.move"])]).ids
        )
        cls.methods = {model: cls._public_methods(model) for model in cls.ours} | {
            model: {*READING, "onchange", *cls._public_methods(model, ADDON)} for model in cls._changed_models()
        }
        cls.likely = {
            model: sorted(methods & {*READING, *CHANGING, *cls._public_methods(model, ADDON)})
            for model, methods in cls.methods.items()
        }

    def setUp(self):
        super().setUp()
        ignored = warnings.catch_warnings()
        ignored.__enter__()
        self.addCleanup(ignored.__exit__, None, None, None)
        warnings.simplefilter("ignore", DeprecationWarning)  # old methods are asked as well

    @classmethod
    def _changed_models(cls):
        """Models that are not ours and have a public method of ours, and abstract ones of ours."""
        return [model for model in cls.registry if model not in cls.ours and cls._public_methods(model, ADDON)]

    def _question(self, seed, role, number):
        hostile = Hostile(self.env, self.ids, self.seen[role], f"{seed}:{role}:{number}")
        draw = hostile.random
        model = draw.choice(sorted(self.ours) if draw.random() < 0.5 else sorted(self.methods))
        method = draw.choice(self.likely[model] if draw.random() < 0.85 else sorted(self.methods[model]))
        door = draw.choice(["session", "key"])
        return Question(role, door, model, method, hostile.record_ids(model), hostile.arguments(model, method))

    def _put(self, question):
        ask = self._ask if question.door == "session" else self._ask_with_key
        return ask(question.role, question.model, question.method, question.ids, **question.kwargs)

    def _complaints(self, question, answer):
        """What is wrong with an answer, in words; nothing if all is well."""
        asked = [question.ids, question.kwargs]
        secrets = self._secrets_in(answer, question.role, question.model, asked)
        if secrets:
            yield f"tells {secrets}"
        if answer.seconds > TOO_LONG and self._put(question).seconds > TOO_LONG:
            yield f"took {answer.seconds:.0f} seconds, and again"
        if answer.error and answer.error not in REFUSALS:
            if answer.error.startswith("psycopg2"):
                if not self._is_known_of_sql(question, answer):
                    yield "an error of PostgreSQL"
            elif answer.is_ours and not self._is_manner_of_odoo(question, answer):
                yield "an error that Odoo's own models do not give"

    def _is_known_of_sql(self, question, answer):
        for error, text, *_example in KNOWN_SQL_ERRORS:
            if error == answer.error and re.search(text, answer.message):
                return True
        return answer.error not in NEVER and answer.error in [it.error for it in self._answers_of_odoo(question)]

    def _is_manner_of_odoo(self, question, answer):
        """Whether a model of Odoo gives an error of this kind at this place."""
        manner = answer.error, answer.place
        if manner not in self.manners and answer.error in [it.error for it in self._answers_of_odoo(question)]:
            self.manners.add(manner)
        return manner in self.manners

    def _answers_of_odoo(self, question):
        """What models of Odoo answer to the same question."""
        for twin in self.twin.questions(question.model, question.method, question.ids, question.kwargs):
            yield self._ask_odoo(*twin)

    def _ask_odoo(self, model, method, ids, kwargs):
        """An answer to who may ask everything."""
        with self._undone():
            return self._ask("twin", model, method, ids, **kwargs)

    def _hidden(self, role):
        """Model of ours -> records that the role's rules do not show."""
        records = {model: self.env[model].with_context(active_test=False).search([]) for model in self.ours}
        return {model: records[model] - records[model].browse(self.seen[role][model]) for model in self.ours}

    def _seen(self, role):
        """Model -> ids that the role's rules show."""
        seen = {}
        for model, ids in self.ids.items():
            records = self._as(role, model)
            may_read = role != ANONYMOUS and records.has_access("read")
            seen[model] = records.search([("id", "in", ids)]).ids if may_read else []
        return seen

    def _alter(self, records):
        """Give every figure and word of records another value, past all rules."""
        changes = [
            SQL("%s = %s", SQL.identifier(name), changed)
            for name, field in sorted(records._fields.items())
            if field.store and field.column_type and name not in KEPT and (changed := self._altered_sql(field))
        ]
        table = SQL.identifier(records._table)
        if records and changes and not records._table_query:
            self.env.cr.execute(SQL("UPDATE %s SET %s WHERE id = ANY(%s)", table, SQL(", ").join(changes), records.ids))

    def _altered_sql(self, field):
        column = SQL.identifier(field.name)
        if field.type in ("integer", "float", "monetary"):
            return SQL("COALESCE(%s, 0) * 3 + 7", column)
        if field.type == "boolean":
            return SQL("NOT COALESCE(%s, FALSE)", column)
        if field.type == "selection":
            return SQL("%s", field.get_values(self.env)[-1])
        if field.type in ("char", "text") and not field.translate:
            # an icon as well
            return SQL("%s", "fa-changed")
        return SQL("%s + 13", column) if field.type == "date" else None

    def _state(self, role):
        """Table -> checksum of the rows the role may not change, and number of rows if it may not add any."""
        state = {}
        for model, ids in self.protected[role].items():
            table = self.env[model]._table
            may_add = role in ADDED_FOR.get(model, ()) or self._as(role, model).has_access("create")
            state[table] = self._content(table, ids), None if may_add else self._count(table)
        state[BAIT] = self.env.execute_query(SQL("SELECT is_called FROM %s", SQL.identifier(BAIT)))
        return state

    def _count(self, table):
        return self.env.execute_query(SQL("SELECT COUNT(*) FROM %s", SQL.identifier(table)))

    def _as(self, role, model):
        user = self.users.get(role, self.env.ref("base.public_user"))
        return self.env[model].with_user(user).with_context(allowed_company_ids=self.company.ids, active_test=False)

    def _protect(self, role):
        """Model -> ids of the records that nothing the role does may change."""
        protected = {}
        for model in [*self.ours, *WATCHED]:
            if self.env[model]._table_query:
                # worked out from other tables, which are protected themselves
                continue
            records = self.env[model].with_context(active_test=False).search([])
            mine = records.with_env(self._as(role, model).env) if model in self.ours else records[:0]
            changing = mine._filtered_access("write").ids + mine._filtered_access("unlink").ids
            if role in CHANGED_FOR.get(model, ()):
                path = COMPANY_OF.get(model, "company_id")
                changing += records.filtered(lambda it, path=path: it.mapped(path) == self.company).ids
            protected[model] = set(records.ids) - set(changing)
        return protected

    def _round(self, seed, role, numbers):
        """Ask some questions and look at everything afterwards."""
        questions = [self._question(seed, role, number) for number in numbers]
        with self._undone():
            answers = [self._put(question) for question in questions]
            wrong = [
                (number, question, answer, complaint)
                for number, question, answer in zip(numbers, questions, answers, strict=True)
                for complaint in self._complaints(question, answer)
            ]
            after = self._state(role)
        changed = [table for table, content in self.untouched[role].items() if after[table] != content]
        if changed:
            wrong += self._who_changed(seed, role, numbers, changed)
        wrong += self._what_depends(role, numbers, questions, answers)
        self.asked.update(answer.error for answer in answers)
        self._complain(seed, role, wrong)

    def _who_changed(self, seed, role, numbers, tables):
        """Ask again, and look at the tables after each question."""
        wrong = []
        before = self.untouched[role]
        with self._undone():
            for number in numbers:
                question = self._question(seed, role, number)
                answer = self._put(question)
                after = self._state(role)
                if after != before:
                    changed = [table for table in before if after[table] != before[table]]
                    wrong.append((number, question, answer, f"changed {changed}"))
                before = after
        return wrong or [(numbers, "all of these together", "", f"changed {tables}")]

    def _what_depends(self, role, numbers, questions, answers):
        """Questions that are answered otherwise where other figures stand behind what is hidden."""
        asked = [
            (number, question, answer)
            for number, question, answer in zip(numbers, questions, answers, strict=True)
            if question.method in READING
        ]
        others = self._elsewhere(role, [question for _number, question, _answer in asked])
        suspects = [it for it, other in zip(asked, others, strict=True) if said(it[2]) != said(other)]
        return [
            (number, question, answer, f"tells what is hidden: {found}")
            for number, question, answer in suspects
            if (found := self._told(role, question))
        ]

    def _told(self, role, question):
        """Where the answers of the two worlds differ, each asked alone; nothing if it is time that makes them differ."""
        here, (elsewhere,), again = self._here(question), self._elsewhere(role, [question]), self._here(question)
        differ = said(here) == said(again) != said(elsewhere)
        return difference(said(here), said(elsewhere)) if differ else ""

    def _here(self, question):
        with self._undone():
            return self._put(question)

    def _elsewhere(self, role, questions):
        """Answers in a world where all that is hidden from the role has other values."""
        with self._undone():
            for records in self.hidden[role].values():
                self._alter(records)
            return [self._put(question) for question in questions]

    def _fuzz(self, seed, rounds):
        """Ask everybody's questions."""
        self._look()
        start = time.monotonic()
        for number in range(0, rounds * ROUND, ROUND):
            for role in EVERYBODY:
                share = ROUND if role in INSIDERS else ROUND // 2
                self._round(seed, role, range(number, number + share))
        calls = sum(self.asked.values())
        _logger.info("%s calls in %.0f s: %s", calls, time.monotonic() - start, dict(self.asked.most_common()))

    def _look(self):
        """What there is, who sees what of it, and what nobody may change."""
        self.twin = Twin(self.env, self.ids, set(dir(self.registry["base"])))
        self.asked, self.wrong = Counter(), {}
        self.manners = {(answer.error, answer.place) for answer in [self._ask_odoo(*it) for it in MANNERS]}
        self.seen = {role: self._seen(role) for role in EVERYBODY}
        self.hidden = {role: self._hidden(role) for role in EVERYBODY}
        self.protected = {role: self._protect(role) for role in EVERYBODY}
        self.untouched = {role: self._state(role) for role in EVERYBODY}

    def _complain(self, seed, role, wrong):
        """Keep the first question of each kind that went wrong."""
        for number, question, answer, complaint in wrong:
            kind = complaint[:60], getattr(answer, "error", ""), getattr(answer, "place", "")
            self.wrong.setdefault(kind, f"{seed}:{role}:{number} {complaint}\n  {question}\n  {answer}")

    def assertNothingWrong(self):
        self.assertGreater(sum(self.asked.values()), 0)
        if self.wrong:
            # an answer may hold characters that a process of the tests cannot tell the other
            lines = "\n\n".join(self.wrong.values()).encode("ascii", "backslashreplace").decode()
            self.fail(f"Repeat one with KEY_ACCOUNT_FUZZ_SEED=… ./dev test …:\n\n{lines}")


def said(answer):
    """What an answer says, without what is drawn by lot."""
    text = f"{answer.error} {answer.message}" if answer.error else json.dumps(answer.value, sort_keys=True)
    return re.sub(r"__export__\.\w+|0x[0-9a-f]+", "", text)


def difference(one, other):
    """The first place where two texts differ, with what stands around it."""
    place = next((it for it, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    begin, end = max(place - 100, 0), place + 100
    return f"…{one[begin:end]}… or …{other[begin:end]}…"


@tagged("post_install", "-at_install")
class TestFuzz(FuzzCase):
    def test_errors_of_odoo(self):
        """What counts as known of Odoo, its own model answers."""
        for error, text, *question in KNOWN_SQL_ERRORS:
            with self.subTest(error=error, text=text):
                answer = self._ask_odoo(*question)
                self.assertEqual(answer.error, error)
                self.assertRegex(answer.message, text)
        for question in MANNERS:
            with self.subTest(question=question):
                answer = self._ask_odoo(*question)
                self.assertTrue(answer.error and answer.error not in REFUSALS, str(answer))

    def test_some_questions(self):
        seed, role, number = [*REPEAT.split(":"), "", ""][:3]
        steady, rounds = SHORT
        if number:
            self._look()
            self._round(seed, role, [int(number)])
        else:
            self._fuzz(seed or steady, rounds)
        self.assertNothingWrong()


@slow
@tagged("post_install", "-at_install", "-standard", "key_account_slow")
class TestFuzzLong(FuzzCase):
    def test_many_questions(self):
        steady, rounds = LONG
        self._fuzz(REPEAT or steady, rounds)
        self.assertNothingWrong()
