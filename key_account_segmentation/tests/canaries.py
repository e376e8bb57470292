# SPDX-License-Identifier: LGPL-3.0-only
"""Two companies full of secrets, asked over HTTP: whatever an answer holds can be traced to who may know it.

A text secret is a word that stands nowhere else. A figure is a secret by its size: what colleagues sell is a thousand
times what the salesperson sells, and what the other company sells a hundred times that. A sum, an average or a
largest value that holds a hidden figure is therefore too large for who asked.
"""

import json
import re
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo.fields import Command, Date, Datetime
from odoo.http import root
from odoo.tests import HttpCase, get_db_name
from odoo.tools import SQL, mute_logger

from .common import KeyAccountPostingCase
from .roles import ADMINISTRATOR, INSIDERS, ROLES, create_users

ADDON = "odoo.addons.key_account_segmentation"
ADDON_FOLDER = str(Path(__file__).parent.parent)

#: A number in a text, but not the digits of a name.
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)")

REFUSED = "odoo.exceptions.AccessError"
EXPIRED = "odoo.http.SessionExpiredException"

#: Nobody logged in.
ANONYMOUS = "anonymous"
EVERYBODY = (*ROLES, *ADMINISTRATOR, ANONYMOUS)

#: Company -> customer -> untaxed amount of the invoice. ``own`` looks after mine, in both.
AMOUNTS = {
    "home": {"mine": 1_234_567.25, "theirs": 734_000_123.25, "nobodys": 731_000_321.25},
    "abroad": {"mine": 73_100_000_123.25, "theirs": 73_500_000_321.25, "foreign": 73_900_000_456.25},
}

#: Word -> who may read it.
SECRETS = {
    "kas-mine-secret": INSIDERS,
    "kas-colleague-secret": ("all", "manager", "invoicing", "auditor"),
    "kas-policy-secret": INSIDERS,
    # the settings tell who may open them whether the figures are up to date
    "kas-run-secret": ("manager", "system"),
    "kas-abroad-secret": (),
}

#: Largest number a role may find in a figure: its own customers, all of its company, or none.
LARGEST = {"own": 5e7, **dict.fromkeys(INSIDERS[1:], 1e10)}
NO_FIGURE = 5e5

#: What Odoo logs of refused calls.
NOISE = (
    "odoo.http",
    "odoo.sql_db",
    "odoo.domains",
    "odoo.models",
    "odoo.fields",
    "odoo.orm.models",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.rpc.controllers.json2",
    "py.warnings",
)


class Answer:
    """What came back of a call: a value or an error, and how long it took."""

    def __init__(self, response, seconds):
        self.seconds = seconds
        self.status = response.status_code
        try:
            body = response.json()
        except ValueError:
            body = response.text
        self.text = json.dumps(body, ensure_ascii=False)
        error = body.get("error", {}).get("data") if isinstance(body, dict) and "jsonrpc" in body else None
        if self.status != 200:
            error = body if isinstance(body, dict) else {"name": f"HTTP {self.status}", "message": body}
        self.value = None if error else body.get("result") if isinstance(body, dict) and "jsonrpc" in body else body
        error = error or {}
        self.error = error.get("name")
        self.message = str(error.get("message"))
        self.debug = error.get("debug", "")

    def __str__(self):
        if not self.error:
            return self.text[:500]
        return f"{self.error}: {self.message[:500]} at {self.place}"

    @property
    def place(self):
        """The innermost place an error came from."""
        return self.frames[-1] if self.frames else ""

    @property
    def is_ours(self):
        """Whether our code was at work when the error came."""
        return any(it.startswith(ADDON_FOLDER) for it in self.frames)

    @property
    def frames(self):
        """Where the error came from, innermost last: path:line."""
        return [":".join(it) for it in re.findall(r'File "(.+?)", line (\d+)', self.debug)]

    @property
    def is_refused(self):
        return self.error in (REFUSED, EXPIRED)


def numbers(value, wanted=lambda key: True, key=""):
    """All numbers in a JSON value below the keys that are wanted."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from numbers(item, wanted, name)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item, wanted, key)
    elif isinstance(value, str):
        # a figure in a sentence, a chart or an export: 734,000,123.25
        yield from (float(it) for it in NUMBER.findall(value.replace(",", "")) if wanted(key))
    elif isinstance(value, (int, float)) and wanted(key):
        yield abs(value)


class CanaryCase(KeyAccountPostingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls._create_company("Abroad Ltd")
        cls.companies = {"home": cls.company, "abroad": cls.abroad}
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=(cls.company + cls.abroad).ids))
        cls.users = create_users(cls.env, cls.company, ROLES | ADMINISTRATOR)
        for role, user in cls.users.items():
            if role not in ("portal", "public"):
                user.group_ids += cls.env.ref("base.group_allow_export")
        cls._create_customers()
        cls._create_linked()
        cls._create_figures()
        cls._hide_words()
        for company in cls.companies.values():
            country = {"country_id": cls.env.ref("base.be").id}
            if not cls.drafts["home" if company == cls.company else "abroad"].location_ids:
                cls.drafts["home" if company == cls.company else "abroad"].location_ids = [Command.create(country)]
        # those that are off would be found by some ways to read and not by others
        cls.env["key.account.follow.up.rule"].with_context(active_test=False).search([]).active = True
        cls.preview = cls._create_preview()
        cls.wizards = {role: cls._create_wizard(role) for role in ("all", "manager")}
        cls.assistants = {role: cls._create_assistant(role) for role in ("own", "all", "manager")}
        cls.losses = {role: cls._create_loss(role) for role in ("own", "all", "manager")}
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _create_customers(cls):
        cls.customers = {
            "mine": cls._customer("Mine", user_id=cls.users["own"].id),
            "theirs": cls._customer("Theirs", user_id=cls.users["all"].id),
            "nobodys": cls._customer("Nobody's"),
            "foreign": cls._customer("kas-abroad-secret", company_id=cls.abroad.id),
        }
        cls.users["portal"].partner_id.parent_id = cls.customers["mine"]

    @classmethod
    def _create_figures(cls):
        """What the refresh makes of invoices and opportunities: another one finds nothing to change."""
        today = Date.today()
        for company in cls.companies.values():
            cls._look_back(cls, today - timedelta(days=10), company=company)
            cls.env["key.account.run"].refresh_all(company)
        cls.profile = {
            (name, profile.partner_id): profile
            for name, company in cls.companies.items()
            for profile in cls.profiles.search([("company_id", "=", company.id)])
        }
        cls.profile = {
            (company, name): cls.profile[company, cls.customers[name]]
            for company, amounts in AMOUNTS.items()
            for name in amounts
        }

    @classmethod
    def _create_linked(cls):
        """An invoice and a feedback for each customer and company, an opportunity for each customer."""
        cls.feedback = {
            (company, name): cls.env["key.account.feedback"].create(
                {
                    "company_id": cls.companies[company].id,
                    "partner_id": cls.customers[name].id,
                    **dict.fromkeys(("name", "effect"), f"kas-{cls._word(company, name)}-secret"),
                }
            )
            for company, amounts in AMOUNTS.items()
            for name in amounts
        }
        day = Date.today() - timedelta(days=45)
        cls.invoices = {
            (company, name): cls._post(
                cls.customers[name], day, amount, company=cls.companies[company],
                invoice_user_id=cls.customers[name].user_id.id,
            )
            for company, amounts in AMOUNTS.items()
            for name, amount in amounts.items()
        }  # fmt: skip
        leads = cls.env["crm.lead"]
        cls.leads = {
            name: leads.create(
                {
                    "name": "kas-abroad-secret" if name == "foreign" else name,
                    "type": "opportunity",
                    "partner_id": customer.id,
                    "user_id": customer.user_id.id,
                    "company_id": customer.company_id.id or cls.company.id,
                }
            )
            for name, customer in cls.customers.items()
        }

    @classmethod
    def _word(cls, company, name):
        """Whose secret it is what is said of a customer in a company."""
        return "abroad" if company == "abroad" else "mine" if name == "mine" else "colleague"

    @classmethod
    def _hide_words(cls):
        cls.follow_ups = {}
        for (company, name), profile in cls.profile.items():
            word = cls._word(company, name)
            profile.write({"manual_category": "active_partner", "manual_category_reason": f"kas-{word}-secret"})
            cls.env["key.account.play"].create({"profile_id": profile.id, "name": f"kas-{word}-secret"})
            reason = {"kind": "review", "summary": "Look again", "reason": f"kas-{word}-secret"}
            cls.follow_ups[company, name] = cls.env["key.account.follow.up"].create(
                {"profile_id": profile.id, **reason}
            )
        cls.drafts, cls.failures = {}, {}
        for name, company in cls.companies.items():
            word = f"kas-{'policy' if name == 'home' else 'abroad'}-secret"
            company.key_account_policy_id.note = word
            cls.drafts[name] = company.key_account_policy_id.copy({"note": word})
            runs = cls.env["key.account.run"].search([("company_id", "=", company.id)])
            runs.message = word.replace("policy", "run")
            failures = cls.env["key.account.run.failure"]
            values = {"run_id": runs[0].id, "partner_id": cls.customers["mine"].id, "reason": runs[0].message}
            cls.failures[name] = failures.create(values)
        cls.env["key.account.hand.over"].create({"user_id": cls.users["own"].id, "summary": "kas-run-secret"})
        for (name, _customer), profile in cls.profile.items():
            kinds = cls.env["key.account.collaboration"].search([("company_id", "=", cls.companies[name].id)])
            word = "Joint development" if name == "home" else "kas-abroad-secret"
            profile.collaboration_id = kinds or kinds.create({"name": word, "company_id": cls.companies[name].id})
        cls.env["key.account.type"].create({"name": "kas-abroad-secret", "company_id": cls.abroad.id})

    @classmethod
    def _create_wizard(cls, role):
        """What the role has on its screen while it assigns an account manager to its customers."""
        wizards = cls.env["key.account.assign"].with_user(cls.users[role])
        wizards = wizards.with_context(allowed_company_ids=cls.company.ids)
        return wizards.create({"profile_ids": cls.profile["home", "mine"].ids}).with_env(cls.env)

    @classmethod
    def _create_assistant(cls, role):
        """What the role has on its screen while it overrides a customer of its own."""
        assistants = cls.env["key.account.judgement"].with_user(cls.users[role])
        assistants = assistants.with_context(allowed_company_ids=cls.company.ids)
        profile = cls.profile["home", "theirs" if role == "all" else "mine"]
        values = {"profile_ids": profile.ids, "what": "no_type", "reason": "They leave"}
        return assistants.create(values).with_env(cls.env)

    @classmethod
    def _create_loss(cls, role):
        """What the role has on its screen while it loses an opportunity."""
        losses = cls.env["crm.lead.lost"].with_user(cls.users[role])
        losses = losses.with_context(allowed_company_ids=cls.company.ids)
        return losses.create({"lead_ids": cls.leads["mine"].ids}).with_env(cls.env)

    @classmethod
    def _create_preview(cls):
        """What the manager sees of the draft before it is published."""
        draft = cls.drafts["home"].with_user(cls.users["manager"]).with_context(allowed_company_ids=cls.company.ids)
        return cls.env["key.account.preview"].browse(draft.action_preview()["res_id"])

    @classmethod
    def _public_methods(cls, model, package=""):
        """Names of the methods that Odoo lets callers from outside through to, as far as they are defined in a package."""
        registered = cls.registry[model]
        return {
            name
            for name in dir(registered)
            if not name.startswith("_")
            and callable(getattr(registered, name))
            and not any(getattr(getattr(it, name, None), "_api_private", False) for it in registered.__mro__)
            and any(name in vars(it) and it.__module__.startswith(package) for it in registered.__mro__)
        }

    def setUp(self):
        super().setUp()
        self.doors = {}
        self.api_keys = {role: self._generate_key(role) for role in self.users}
        self.enterContext(mute_logger(*NOISE))

    @contextmanager
    def _undone(self):
        """Whatever happens in the block is taken back."""
        savepoint = self.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _enter_as(self, role):
        """Be the browser of a role: each logs in once."""
        if role not in self.doors:
            self.session = None
            login = role != ANONYMOUS and self.users[role].login
            session = self.authenticate(login or None, login or None)
            self.addCleanup(root.session_store.delete, session)
            self.doors[role] = self.opener
        self.opener = self.doors[role]

    def _generate_key(self, role):
        keys = self.env["res.users.apikeys"].with_user(self.users[role])
        return keys._generate("rpc", "Test", Datetime.now() + timedelta(hours=6))

    def _ask(self, role, model, method, ids=(), /, **kwargs):
        """A call from a session of the browser."""
        self._enter_as(role)
        function = getattr(self.registry[model], method, None)
        args = [] if getattr(function, "_api_model", False) else [ids]
        if method == "create":
            # Odoo looks at the first argument to shape its answer
            args = [kwargs.pop("vals_list", [])]
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post_json("/web/dataset/call_kw", {"jsonrpc": "2.0", "method": "call", "params": params})

    def _ask_with_key(self, role, model, method, ids=(), /, **kwargs):
        """The same call from a script with an API key."""
        self._enter_as(ANONYMOUS)
        key = self.api_keys.get(role, "no-such-key")
        headers = {"Authorization": f"Bearer {key}", "X-Odoo-Database": get_db_name()}
        if ids and not getattr(getattr(self.registry[model], method, None), "_api_model", False):
            kwargs["ids"] = ids
        return self._post_json(f"/json/2/{model}/{method}", kwargs, **headers)

    def _post_json(self, path, body, **headers):
        """As text, because the client's own JSON refuses what is not a number."""
        start = time.monotonic()
        headers["Content-Type"] = "application/json"
        response = self.url_open(path, data=json.dumps(body), headers=headers, timeout=120)
        return Answer(response, time.monotonic() - start)

    def _is_linked(self, model):
        """Whether the model is Odoo's, with fields of ours."""
        return self.registry[model]._original_module != "key_account_segmentation"

    def _secrets_in(self, answer, role, model, asked=""):
        """What of an answer the role may not know; a number that stood in the question is no news."""
        found = [word for word, knowing in SECRETS.items() if role not in knowing and word in answer.text]
        limit = LARGEST.get(role, NO_FIGURE)
        wanted = (lambda key: key.startswith("key_account")) if self._is_linked(model) else (lambda key: key != "cut")
        # where the policy cuts is said to all whom it divides, and again in the domains of its quadrants, nowhere else
        known = set(numbers(asked))
        cuts = set(numbers(answer.value, lambda key: key == "cut"))
        figures = [*numbers(answer.value, lambda key: wanted(key) and key != "domain")]
        figures += [it for it in numbers(answer.value, lambda key: key == "domain") if it not in cuts]
        return found + [it for it in figures if limit < it < 1e15 and it not in known]

    def assertKeepsSecrets(self, answer, role, model, asked=""):
        self.assertEqual(self._secrets_in(answer, role, model, asked), [], f"{role}, {model}: {answer}")

    def _content(self, table, ids=None):
        """A checksum of a table, or of these rows of it, without what Odoo notes of every write."""
        query = SQL(
            """
            SELECT md5(string_agg((to_jsonb(content) - %s)::text, ' ' ORDER BY id))
              FROM %s AS content
             WHERE %s OR id = ANY(%s)
            """,
            ["write_date", "write_uid", "is_manually_modified"],
            SQL.identifier(table),
            ids is None,
            list(ids or []),
        )
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]
