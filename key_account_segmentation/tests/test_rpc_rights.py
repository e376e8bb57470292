# SPDX-License-Identifier: LGPL-3.0-only
"""Who may call what over HTTP: every method of ours, and Odoo's own ways in on our models and fields.

Each table says it for everybody. What a table does not name fails the test, so that a new method or model is not forgotten.
"""

from odoo.tests import tagged

from ..models.link.key_account_profile_link import KeyAccountProfileLink
from .canaries import ADDON, ANONYMOUS, EVERYBODY, EXPIRED, SECRETS, CanaryCase
from .link import LINKED
from .roles import INSIDERS

SELLERS = ("own", "all", "manager")

#: Who overrides the customer called mine: its account manager, and sales administrators.
OVERRIDERS = ("own", "manager")

#: Model -> method of ours, or one of Odoo's that we change -> who may call it on records they see. A method that is
#: missing here fails the test: say who may call it, or begin its name with an underscore.
CALLERS = {
    "account.invoice.report": {"action_open_key_account": ["invoicing", "auditor"]},
    "account.move": {"action_open_key_account": INSIDERS, "unlink": ["invoicing"], "write": ["invoicing"]},
    "account.move.line": {name: ["invoicing"] for name in ("create", "write", "unlink")},
    "account.partial.reconcile": {name: ["invoicing"] for name in ("create", "unlink")},
    "crm.lead": {
        "action_judge_key_account": OVERRIDERS,
        "action_open_key_account": SELLERS,
        "action_open_key_account_feedback": SELLERS,
        "create": SELLERS,
    },
    "crm.lead.lost": {"action_lost_reason_apply": SELLERS},
    "key.account.assign": {"action_assign": ["all", "manager"]},
    "key.account.collaboration": {"write": ["manager"]},
    "key.account.document.link": {"action_open_key_account": []},
    "key.account.feedback": {
        "action_open_key_account": INSIDERS,
        "create": SELLERS,
        "unlink": ["manager"],
        "write": SELLERS,
    },
    "key.account.figures": {"matrix_read": []},
    "key.account.follow.up": {"action_open_activity": INSIDERS, "action_open_customer": INSIDERS},
    "key.account.follow.up.rule": {"action_run_now": ["manager"], "write": ["manager"]},
    "key.account.load": {
        "action_hand_over": ["all", "manager"],
        "action_open_customers": SELLERS,
        "action_open_due": SELLERS,
        "write": ["manager"],
    },
    "key.account.hand.over": {"action_open_managers": SELLERS, "message_subscribe": ["manager"]},
    "key.account.judgement": {"action_apply": SELLERS, "create": SELLERS, "write": SELLERS},
    "key.account.location": {"create": ["manager"], "write": ["manager"]},
    "key.account.matrix": {"matrix_read": []},
    "key.account.policy": {
        "action_new_version": ["manager"],
        "action_preview": ["manager"],
        "action_publish": ["manager"],
        "copy_data": INSIDERS,
        "create": ["manager"],
        "write": ["manager"],
    },
    "key.account.preview": {"action_back": ["manager"], "action_publish": ["manager"]},
    "key.account.preview.line": {"action_open": ["manager"]},
    "key.account.profile": {
        "action_confirm_claim": ["all", "manager"],
        "action_judge": OVERRIDERS,
        "action_open_documents": INSIDERS,
        "action_open_invoices_12m": INSIDERS,
        "action_open_opportunities": INSIDERS,
        "action_open_refunds_12m": INSIDERS,
        "action_refresh": INSIDERS,
        "action_refresh_all": ["manager"],
        "action_refuse_claim": ["all", "manager"],
        "action_set_developed": ("own", "manager"),
        "action_start_playbook": SELLERS,
        "action_write_to": INSIDERS,
        "create": [],
        "matrix_read": INSIDERS,
        "write": SELLERS,
    },
    "key.account.profile.link": {"action_open_key_account": []},
    "key.account.quadrant": {"create": ["manager"], "write": ["manager"]},
    "key.account.run.failure": {"action_open_documents": ["manager"]},
    "key.account.snapshot": {"matrix_read": INSIDERS},
    "key.account.run": {
        "refresh_in_background": ["manager"],
        "refresh_start": ["manager"],
        "refresh_step": ["manager"],
    },
    "key.account.type": {"create": ["manager"], "write": ["manager"]},
    "res.company": {"create": ["system"]},
    "res.config.settings": {"action_key_account_refresh": ["manager"], "set_values": ["system"]},
    "res.partner": {
        "action_judge_key_account": OVERRIDERS,
        "action_open_key_account": [*INSIDERS, "employee", "portal", "system"],
        "action_open_key_account_feedback": [*INSIDERS, "employee", "portal", "system"],
        "action_open_key_account_referrals": [*INSIDERS, "employee", "portal", "system"],
        "create": [*SELLERS, "system"],
        "write": [*SELLERS, "system"],
    },
}


@tagged("post_install", "-at_install")
class TestMethods(CanaryCase):
    """Every method of ours that can be called from outside, by everybody."""

    def test_it_is_said_of_every_method_who_may_call_it(self):
        methods = {model: self._public_methods(model, ADDON) for model in self.registry}
        unsaid = {model: names - CALLERS.get(model, {}).keys() for model, names in methods.items()}
        self.assertFalse(
            {model: names for model, names in unsaid.items() if names}, "Say in CALLERS who may call these."
        )
        gone = {model: said.keys() - methods.get(model, set()) for model, said in CALLERS.items()}
        self.assertFalse({model: names for model, names in gone.items() if names}, "There are no such methods.")

    def _examples(self):
        """Model -> ids, and arguments of the methods that need some, for a call that makes sense."""
        mine, draft = self.profile["home", "mine"], self.drafts["home"]
        bare = draft.copy({"quadrant_ids": False})
        spare = self.env["key.account.collaboration"].create({"name": "Spare"})
        spare_type = self.env["key.account.type"].create({"name": "Spare"})
        rule = self.env["key.account.follow.up.rule"].search([("company_id", "=", self.company.id)], limit=1)
        run = self.env["key.account.run"].search([("company_id", "=", self.company.id)], limit=1)
        load = self.env["key.account.load"].search(
            [("company_id", "=", self.company.id), ("account_manager_id", "=", self.users["own"].id)]
        )
        move = self.invoices["home", "mine"]
        report = self.env["account.invoice.report"].search([("move_id", "=", move.id)], limit=1)
        unposted = self._document(self.customers["mine"], "2024-06-01", 10)
        settings = self.env["res.config.settings"].with_context(allowed_company_ids=self.company.ids)
        settings = settings.with_user(self.users["system"]).create({})
        return {
            "account.invoice.report": (report.ids, {}),
            "account.move": (unposted.ids, {"write": {"vals": {"invoice_date": "2024-06-02"}}}),
            "account.move.line": (
                unposted.invoice_line_ids.ids,
                {
                    "create": {"vals_list": [{"move_id": unposted.id, "name": "More", "price_unit": 1}]},
                    "write": {"vals": {"name": "Other goods"}},
                },
            ),
            "account.partial.reconcile": self._matches(),
            "crm.lead": (self.leads["mine"].ids, {"create": {"vals_list": [{"name": "Mine"}]}}),
            "crm.lead.lost": (self.losses["own"].ids, {}),
            "key.account.assign": ([], {}),
            "key.account.collaboration": (spare.ids, {"write": {"vals": {"name": "Mine"}}}),
            "key.account.document.link": ([1], {}),
            "key.account.feedback": (
                self.feedback["home", "mine"].ids,
                {
                    "create": {"vals_list": [{"partner_id": self.customers["mine"].id, "name": "Mine"}]},
                    "write": {"vals": {"name": "Mine"}},
                },
            ),
            "key.account.figures": ([], {"matrix_read": {"domain": []}}),
            "key.account.follow.up": (self.follow_ups["home", "mine"].ids, {}),
            "key.account.follow.up.rule": (rule.ids, {"write": {"vals": {"days": 5}}}),
            "key.account.load": (load.ids, {"write": {"vals": {"own_limit": 5}}}),
            "key.account.judgement": (
                self.assistants["own"].ids,
                {"create": {"vals_list": [{"what": "no_type"}]}, "write": {"vals": {"reason": "Mine"}}},
            ),
            "key.account.location": (
                draft.location_ids.ids,
                {
                    "create": {
                        "vals_list": [{"policy_id": draft.id, "country_id": self.env.ref("base.fj").id, "score": 5}]
                    },
                    "write": {"vals": {"score": 5}},
                },
            ),
            "key.account.matrix": ([], {"matrix_read": {"domain": []}}),
            "key.account.policy": (
                draft.ids, {"create": {"vals_list": [{"name": "Mine"}]}, "write": {"vals": {"name": "Mine"}}},
            ),
            "key.account.preview": (self.preview.ids, {}),
            "key.account.preview.line": (self.preview.line_ids[:1].ids, {}),
            "key.account.profile": (
                mine.ids,
                {
                    "create": {
                        "vals_list": [{"partner_id": self.customers["mine"].id, "company_id": self.company.id}]
                    },
                    "matrix_read": {"domain": []},
                    "write": {"vals": {"wallet_size": 5}},
                },
            ),
            "key.account.profile.link": ([1], {}),
            "key.account.quadrant": (
                draft.quadrant_ids[:1].ids,
                {
                    "create": {"vals_list": [{"policy_id": bare.id, "place": "low_low", "name": "Mine"}]},
                    "write": {"vals": {"name": "Mine"}},
                },
            ),
            "key.account.snapshot": ([], {"matrix_read": {"domain": []}}),
            "key.account.run": (
                [], {"refresh_in_background": {"run_ids": run.ids}, "refresh_step": {"run_id": run.id}},
            ),
            "key.account.run.failure": (self.failures["home"].ids, {}),
            "key.account.type": (
                spare_type.ids, {"create": {"vals_list": [{"name": "Mine"}]}, "write": {"vals": {"contact_days": 5}}},
            ),
            "res.company": ([], {"create": {"vals_list": [{"name": "Mine Ltd"}]}}),
            "res.config.settings": (settings.ids, {}),
            "res.partner": (
                self.customers["mine"].ids,
                {"create": {"vals_list": [{"name": "Mine"}]}, "write": {"vals": {"is_company": True}}},
            ),
        }  # fmt: skip

    def _matches(self):
        """A match of two documents, and what another one of them is made of."""
        documents = self._post(self.customers["mine"], "2024-06-01", 10)
        documents += self._post(self.customers["mine"], "2024-06-01", 4, "out_refund")
        debit, credit = documents.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        (debit + credit).reconcile()
        values = {"amount": 1, "debit_amount_currency": 1, "credit_amount_currency": 1}
        values |= {"debit_move_id": debit.id, "credit_move_id": credit.id}
        return debit.matched_credit_ids.ids, {"create": {"vals_list": [values]}}

    def _own_wizard(self, model, role):
        """What the role itself has on its screen, if the model is an assistant."""
        wizards = {
            "crm.lead.lost": self.losses,
            "key.account.assign": self.wizards,
            "key.account.judgement": self.assistants,
        }.get(model, {})
        return wizards.get(role) or wizards.get("all") or self.env["key.account.assign"]

    def test_who_may_call_it(self):
        for model, (examples, arguments) in self._examples().items():
            for method, callers in CALLERS[model].items():
                answers = {}
                for role in EVERYBODY:
                    ids = self._own_wizard(model, role).ids or examples
                    with self._undone():
                        answers[role] = answer = self._ask(role, model, method, ids, **arguments.get(method, {}))
                        self.assertKeepsSecrets(answer, role, model)
                with self.subTest(model=model, method=method):
                    said = {role: str(answer) for role, answer in answers.items() if not answer.is_refused}
                    self.assertEqual(sorted(said), self._expected(model, method, callers), said)
                    self.assertFalse([answer for role, answer in said.items() if answers[role].error])

    def _expected(self, model, method, callers):
        """The callers, in order: salespeople read invoices only where there are sales orders."""
        is_of_sales = (model, method) == ("account.move", "action_open_key_account")
        missing = SELLERS if is_of_sales and "sale" not in self.registry._init_modules else ()
        return sorted(set(callers).difference(missing))


#: Model of ours -> who may read it, each what the record rules show them; a model that is missing fails the test.
READERS = {
    "key.account.assign": ["all", "manager"],
    "key.account.collaboration": INSIDERS,
    "key.account.document.link": [],
    "key.account.explanation": [],
    "key.account.facts": [],
    "key.account.facts.agreed": [],
    "key.account.facts.books": [],
    "key.account.facts.documents": [],
    "key.account.facts.engagement": [],
    "key.account.facts.holdings": [],
    "key.account.facts.key.accounts": [],
    "key.account.facts.portfolio": [],
    "key.account.feedback": INSIDERS,
    "key.account.figures": [],
    "key.account.follow.up": INSIDERS,
    "key.account.follow.up.rule": ["manager"],
    "key.account.hand.over": SELLERS,
    "key.account.load": SELLERS,
    "key.account.judgement": SELLERS,
    "key.account.location": INSIDERS,
    "key.account.matrix": [],
    "key.account.override.words": [],
    "key.account.play": INSIDERS,
    "key.account.policy": INSIDERS,
    "key.account.portfolio": INSIDERS[1:],
    "key.account.preview": ["manager"],
    "key.account.preview.line": ["manager"],
    "key.account.profile": INSIDERS,
    "key.account.profile.link": [],
    "key.account.quadrant": INSIDERS,
    "key.account.refresh": [],
    "key.account.run": ["manager"],
    "key.account.run.failure": ["manager"],
    "key.account.snapshot": INSIDERS,
    "key.account.stale": ["system"],
    "key.account.transition": INSIDERS,
    "key.account.trial": [],
    "key.account.type": INSIDERS,
    "key.account.type.rule": [],
    "key.account.type.words": [],
}

EVERY_CHANGE = ("create", "write", "copy", "unlink", "load", "web_save")

#: Model of ours -> method -> who may change something by it. What is missing may be changed by nobody.
CHANGERS = {
    "key.account.assign": dict.fromkeys(EVERY_CHANGE, ("all", "manager")),
    "key.account.collaboration": dict.fromkeys([*EVERY_CHANGE, "name_create"], ("manager",)),
    "key.account.feedback": dict.fromkeys(["create", "write", "copy", "web_save"], SELLERS) | {"unlink": ("manager",)},
    "key.account.follow.up.rule": dict.fromkeys(["write", "web_save"], ("manager",)),
    "key.account.load": dict.fromkeys(["write", "web_save"], ("manager",)),
    "key.account.judgement": dict.fromkeys(EVERY_CHANGE, SELLERS),
    "key.account.location": dict.fromkeys(["create", "write", "unlink", "web_save"], ("manager",)),
    "key.account.policy": dict.fromkeys([*EVERY_CHANGE, "name_create"], ("manager",)),
    # four of them belong to a policy, no more and no less
    "key.account.quadrant": dict.fromkeys(["write", "web_save"], ("manager",)),
    "key.account.profile": dict.fromkeys(["write", "web_save"], SELLERS),
    "key.account.type": dict.fromkeys([*EVERY_CHANGE, "name_create"], ("manager",)),
}

#: The fields of ours on Odoo's models, as lists and scripts ask for them.
LINK_FIELDS = sorted(
    name
    for name, field in KeyAccountProfileLink.__dict__.items()
    if name.startswith("key_account_") and "groups" not in field._args__
)

#: What those ask who get the same refusal everywhere.
USUAL = ("read", "web_search_read", "export_data", "search", "name_search", "formatted_read_group", "get_views")

#: Model of Odoo's with fields of ours -> its field with the customer.
CUSTOMER_FIELDS = {
    "res.partner": "id",
    "crm.lead": "partner_id",
    "account.move": "partner_id",
    "account.invoice.report": "partner_id",
}

WITHOUT_RIGHT_TO_EXPORT = ("portal", "public")


#: Model -> field that a group guards -> who reads it of what they see.
GUARDED = {
    "key.account.profile": {
        **dict.fromkeys(("share", "rank", "holding_share", "referred_revenue_12m"), INSIDERS[1:]),
        **dict.fromkeys(("claimed_by_id", "claim"), ("all", "manager")),
        "opportunity_count": SELLERS,
        "preview_line_id": ("manager",),
    },
    "key.account.snapshot": dict.fromkeys(("share", "rank", "holding_share"), INSIDERS[1:]),
    "key.account.feedback": {"key_account_share": INSIDERS[1:]},
    "key.account.load": {"revenue_share": ("all", "manager")},
    "key.account.transition": {"figures": INSIDERS[1:]},
    "res.partner": {
        **dict.fromkeys(("key_account_share", "key_account_referred_revenue_12m"), INSIDERS[1:]),
        "key_account_feedback_count": INSIDERS,
    },
    "crm.lead": {"key_account_feedback_count": SELLERS, "key_account_share": ("all", "manager")},
    "account.move": {"key_account_share": INSIDERS[1:]},
    "account.invoice.report": {"key_account_share": ("invoicing", "auditor")},
}


@tagged("post_install", "-at_install")
class TestEntryPoints(CanaryCase):
    """Odoo's own ways in, on our models and on the fields of ours that Odoo's models have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spare = cls.env["key.account.collaboration"].create({"name": "Spare"})
        cls.spare_type = cls.env["key.account.type"].create({"name": "Spare"})
        # what is switched off is not found by a search
        cls.env["key.account.follow.up.rule"].search([("active", "=", False)]).active = True
        cls.env.flush_all()

    def _models(self):
        return {model for model, cls in self.registry.items() if cls._original_module == "key_account_segmentation"}

    def _records(self, model):
        """All records there are; of a model without a table one that is not there."""
        records = self.env[model].with_context(active_test=False)
        return records.browse([1]) if records._abstract else records.search([])

    def _visible(self, model, role):
        """What the role's rules show: its own company, of that its own customers, its own wizards."""
        records = self._records(model)
        if role not in READERS[model]:
            return records[:0]
        if self.registry[model]._transient:
            return records.filtered(lambda it: it.create_uid == self.users[role])
        if "company_id" in records._fields:
            # what came with a module is everybody's
            records = records.filtered(lambda it: it.company_id in (self.company, self.env["res.company"]))
        if role == "own" and "account_manager_id" in records._fields:
            records = records.filtered(lambda it: it.account_manager_id == self.users["own"])
        if role == "own" and model == "key.account.feedback":
            records = records.filtered(lambda it: it.commercial_partner_id.user_id == self.users["own"])
        if role in ("own", "all") and model == "key.account.hand.over":
            records = records.filtered(lambda it: it.responsible_id == self.users[role])
        if role == "own" and model in ("key.account.follow.up", "key.account.play", "key.account.transition"):
            records = records.filtered(lambda it: it.profile_id.account_manager_id == self.users["own"])
        return records

    def _reading(self, fields, group, ids):
        """Method -> records and arguments, for every way to read the fields of the records, or of all there are."""
        shown = {name: {} for name in fields}
        groups = {"domain": [], "groupby": [group], "aggregates": ["__count"]}
        return {
            "read": (ids, {"fields": fields}),
            "web_read": (ids, {"specification": shown}),
            "export_data": (ids, {"fields_to_export": fields}),
            "search": ((), {"domain": []}),
            "search_count": ((), {"domain": []}),
            "search_read": ((), {"domain": [], "fields": fields}),
            "web_search_read": ((), {"domain": [], "specification": shown}),
            "name_search": ((), {"name": ""}),
            "web_name_search": ((), {"name": "", "specification": {"display_name": {}}}),
            "formatted_read_group": ((), groups),
            "formatted_read_grouping_sets": (
                (), {"domain": [], "grouping_sets": [[group], []], "aggregates": ["__count"]},
            ),
            "web_read_group": ((), {**groups, "unfold_read_specification": shown, "auto_unfold": True}),
            "read_group": ((), {"domain": [], "fields": fields, "groupby": [group]}),
            "read_progress_bar": (
                (), {"domain": [], "group_by": group, "progress_bar": {"field": group, "colors": {"a": "b"}}},
            ),
            "get_views": ((), {"views": [[False, "list"], [False, "form"], [False, "search"]]}),
        }  # fmt: skip

    def _fields_and_group(self, model):
        fields = [name for name, field in self.env[model]._fields.items() if not field.groups]
        if self.env[model]._table_query:
            fields.remove("id")  # Odoo gives the rows of a query no external names
        groups = [name for name in ("company_id", "partner_id", "company_number", "create_uid") if name in fields]
        return fields, [*groups, "id"][0]

    def test_it_is_said_of_every_model_who_may_read_it(self):
        self.assertEqual(self._models(), READERS.keys(), "Say in READERS who may read each model of ours.")

    def test_records_and_roles(self):
        """The secrets are there to be found, or the tests below would find none of them missing."""
        self.assertEqual(
            {role: len(self._visible("key.account.profile", role)) for role in EVERYBODY},
            {**dict.fromkeys(EVERYBODY, 0), **dict.fromkeys(INSIDERS, 3), "own": 1},
        )
        answer = self._ask("all", "key.account.profile", "search_read", domain=[], fields=["revenue_12m", "why"])
        self.assertEqual(self._secrets_in(answer, "all", "key.account.profile"), [])
        self.assertEqual(
            self._secrets_in(answer, "own", "key.account.profile"),
            ["kas-colleague-secret", 734000123.25, 731000321.25],
        )

    def test_reading_shows_what_the_rules_show(self):
        for model, readers in READERS.items():
            fields, group = self._fields_and_group(model)
            for role in EVERYBODY:
                visible = self._visible(model, role).ids
                questions = self._reading(fields, group, visible or self._records(model).ids)
                for method in questions if role in readers else USUAL:
                    ids, kwargs = questions[method]
                    with self.subTest(model=model, role=role, method=method):
                        answer = self._ask(role, model, method, ids, **kwargs)
                        self.assertKeepsSecrets(answer, role, model)
                        if role in readers and (visible or not ids):
                            self.assertIsNone(answer.error, str(answer))
                        else:
                            self.assertRefusedReading(answer, role, method)
                        if method == "search" and role in readers:
                            self.assertEqual(sorted(answer.value), sorted(visible))

    def assertRefusedReading(self, answer, role, method):
        if method == "export_data" and role in WITHOUT_RIGHT_TO_EXPORT:
            self.assertEqual(answer.error, "odoo.exceptions.UserError")
        else:
            self.assertTrue(answer.is_refused, str(answer))

    def test_hidden_records_are_refused(self):
        for model, readers in READERS.items():
            fields, group = self._fields_and_group(model)
            for role in readers:
                visible = self._visible(model, role)
                hidden = self._records(model) - visible
                for ids in [*zip(hidden.ids), (visible + hidden).ids] if hidden else []:
                    for method in ("read", "web_read", "export_data"):
                        with self.subTest(model=model, role=role, method=method, ids=ids):
                            asked, kwargs = self._reading(fields, group, ids)[method]
                            answer = self._ask(role, model, method, asked, **kwargs)
                            self.assertRefusedReading(answer, role, method)
                            self.assertKeepsSecrets(answer, role, model)

    def test_who_may_read_may_search_every_field(self):
        for model, readers in READERS.items():
            for role in readers:
                fields = self.env[model].with_user(self.users[role]).fields_get(attributes=["searchable"])
                searchable = [name for name, it in fields.items() if it["searchable"]]
                with self.subTest(model=model, role=role):
                    for domain in ([[name, "!=", False]] for name in searchable):
                        answer = self._ask(role, model, "search", domain=domain)
                        self.assertIsNone(answer.error, f"{domain}: {answer}")

    def test_what_is_read_of_a_model_itself_is_no_secret(self):
        for model in READERS:
            fields, _group = self._fields_and_group(model)
            for role in EVERYBODY:
                for method, kwargs in [("fields_get", {}), ("default_get", {"fields": fields})]:
                    with self.subTest(model=model, role=role, method=method):
                        answer = self._ask(role, model, method, **kwargs)
                        self.assertKeepsSecrets(answer, role, model)
                        self.assertEqual(answer.error, EXPIRED if role == ANONYMOUS else None, str(answer))

    def test_fields_of_ours_on_models_of_odoo(self):
        for model in LINKED:
            for role in EVERYBODY:
                ids = self._linked_ids(role, model)
                questions = self._reading(LINK_FIELDS, "key_account_category", ids)
                for method in questions if role in INSIDERS else USUAL:
                    asked, kwargs = questions[method]
                    with self.subTest(model=model, role=role, method=method):
                        answer = self._ask(role, model, method, asked, **kwargs)
                        self.assertKeepsSecrets(answer, role, model)
                        if answer.error:
                            self.assertRefusedReading(answer, role, method)

    def test_it_is_said_of_every_guarded_field_who_reads_it(self):
        for model in {*READERS, *CUSTOMER_FIELDS} - {"key.account.figures", "key.account.profile.link"}:
            fields = self.env[model]._fields.items()
            guarded = {
                name
                for name, it in fields
                if it.groups not in (None, "", "base.group_user") and it._module == "key_account_segmentation"
            }
            if not self.env[model]._abstract:
                self.assertEqual(sorted(guarded), sorted(GUARDED.get(model, {})), model)

    def test_guarded_fields(self):
        # salespeople read invoices only where there are sales orders
        without_invoices = () if "sale" in self.registry._init_modules else SELLERS
        for model, guarded in GUARDED.items():
            for name, readers in guarded.items():
                readers = set(readers).difference(without_invoices if model == "account.move" else ())
                for role in EVERYBODY:
                    with self.subTest(model=model, name=name, role=role):
                        self.assertGuarded(role, model, name, role in readers)

    def assertGuarded(self, role, model, name, is_shown):
        ids = self._linked_ids(role, model) if model in CUSTOMER_FIELDS else self._visible(model, role).ids
        answers = {
            "read": self._ask(role, model, "read", ids or [1], fields=[name]),
            "web_read": self._ask(role, model, "web_read", ids or [1], specification={name: {}}),
            "search_read": self._ask(role, model, "search_read", domain=[], fields=[name]),
            "export_data": self._ask(role, model, "export_data", ids or [1], fields_to_export=[name]),
        }
        if self.env[model]._fields[name]._description_sortable(self.env):
            answers["order"] = self._ask(role, model, "search", domain=[], order=name)
            condition = [[name, ">", 0]] if self.env[model]._fields[name].type != "many2one" else [[name, "!=", False]]
            answers["searched"] = self._ask(role, model, "search", domain=condition)
        for method, answer in answers.items():
            self.assertKeepsSecrets(answer, role, model)
            if is_shown:
                self.assertIsNone(answer.error, f"{method}: {answer}")
            else:
                # who sees no figures at all finds none
                self.assertTrue(answer.error or answer.value == [], f"{method}: {answer}")

    def _linked_ids(self, role, model):
        """Records of the customers that the role may read, all of the company's if there is none."""
        records = self.env[model].with_context(allowed_company_ids=self.company.ids)
        domain = [(CUSTOMER_FIELDS[model], "in", [it.id for it in self.customers.values()])]
        as_role = records.with_user(self.users.get(role, self.users["public"]))
        return (as_role.has_access("read") and as_role.search(domain).ids) or records.search(domain).ids

    def test_contacts_tell_what_one_may_know_and_no_more(self):
        for role in EVERYBODY[:-1]:
            answer = self._ask(role, "res.partner", "search_read", domain=[], fields=["key_account_why"])
            found = [word for word in SECRETS if word in answer.text]
            customers = ("kas-mine-secret", "kas-colleague-secret")
            self.assertEqual(found, [word for word in customers if role in SECRETS[word]], role)

    def _changing(self, model, ids):
        """Method -> records and arguments, for every way to change records."""
        mine = self.profile["home", "mine"].id
        name, value = {
            "key.account.assign": ("user_id", self.users["own"].id),
            "key.account.profile": ("wallet_size", 5),
            "key.account.stale": ("partner_number", 1),
            "key.account.follow.up": ("reason", "Mine"),
            "key.account.follow.up.rule": ("escalation_days", 5),
            "key.account.run.failure": ("reason", "Mine"),
            "key.account.run": ("message", "Mine"),
            "key.account.location": ("score", 5),
            "key.account.load": ("own_limit", 5),
            "key.account.judgement": ("reason", "Mine"),
        }.get(model, ("name", "Mine"))
        if name not in self.env[model]._fields:
            name, value = "company_id", self.company.id
        created = {"profile_ids": [(6, 0, [mine])]} if model == "key.account.assign" else {name: value}
        if model == "key.account.location":
            created |= {"policy_id": self.drafts["home"].id, "country_id": self.env.ref("base.fj").id}
        if model == "key.account.feedback":
            created["partner_id"] = self.customers["mine"].id
        loaded = "profile_ids/.id" if model == "key.account.assign" else name
        return {
            "create": ((), {"vals_list": [created]}),
            "write": (ids, {"vals": {name: value}}),
            "web_save": (ids, {"vals": {name: value}, "specification": {}}),
            "copy": (ids, {}),
            "unlink": (ids, {}),
            "load": ((), {"fields": [loaded], "data": [[str(mine)]]}),
            "name_create": ((), {"name": "Mine"}),
            "onchange": (ids, {"values": {name: value}, "field_names": [name], "fields_spec": {name: {}}}),
        }

    def test_changing_is_left_to_who_may(self):
        for model in READERS:
            table = "key_account_profile" if self.env[model]._abstract else self.env[model]._table
            if self.env[model]._table_query:
                table = "res_users"
            for role in EVERYBODY:
                questions = self._changing(model, self._changeable(model, role).ids)
                usual = ("create", "write", "unlink") if self.env[model]._abstract else questions
                changing = [it for it in usual if self._changes(table, role, model, it, *questions[it])]
                with self.subTest(model=model, role=role):
                    allowed = [method for method, roles in CHANGERS.get(model, {}).items() if role in roles]
                    self.assertEqual(sorted(changing), sorted(allowed))

    def _changeable(self, model, role):
        """What the role sees and nothing else holds on to; what others see if it sees nothing."""
        if model == "key.account.collaboration":
            return self.spare
        if model == "key.account.type":
            return self.spare_type
        if model == "key.account.policy":
            return self.drafts["home"]
        if model == "key.account.quadrant":
            return self.drafts["home"].quadrant_ids
        if model == "key.account.location":
            return self.drafts["home"].location_ids
        if model == "key.account.load":
            return self._visible(model, role).filtered("account_manager_id") or self._records(model)
        return self._visible(model, role) or self._records(model)

    def _changes(self, table, role, model, method, ids, kwargs):
        """Whether a call changes the table."""
        with self._undone():
            before = self._content(table)
            answer = self._ask(role, model, method, ids, **kwargs)
            self.assertKeepsSecrets(answer, role, model)
            return self._content(table) != before

    def test_hidden_records_are_not_changed(self):
        for model, methods in CHANGERS.items():
            for role in {role for roles in methods.values() for role in roles}:
                for hidden in self._records(model) - self._visible(model, role):
                    for method, (ids, kwargs) in self._changing(model, hidden.ids).items():
                        if ids:
                            with self.subTest(model=model, role=role, method=method, ids=ids), self._undone():
                                answer = self._ask(role, model, method, ids, **kwargs)
                                self.assertTrue(answer.is_refused, str(answer))
                                self.assertKeepsSecrets(answer, role, model)

    def test_a_policy_begins_as_a_draft_whatever_the_context_says(self):
        for state in ("published", "archived"):
            for method, ids, kwargs in [
                ("create", [], {"vals_list": [{"name": "Mine"}]}),
                ("name_create", [], {"name": "Mine"}),
                ("copy", self.drafts["home"].ids, {}),
            ]:
                with self.subTest(state=state, method=method), self._undone():
                    policies = self.env["key.account.policy"]
                    before = policies.search([])
                    self._ask("manager", policies._name, method, ids, context={"default_state": state}, **kwargs)
                    self.assertLessEqual(set((policies.search([]) - before).mapped("state")), {"draft"})

    def test_a_policy_does_not_move_to_a_company_of_others(self):
        with self._undone():
            answer = self._ask(
                "manager", "key.account.policy", "write", self.drafts["home"].ids, vals={"company_id": self.abroad.id}
            )
            self.assertTrue(answer.error, "a draft of ours lies in a company we may not open")


@tagged("post_install", "-at_install")
class TestLock(CanaryCase):
    """Own documents is a lock: nobody lets themselves in by writing what they may write."""

    def _reads_no_other_customer(self, role="own"):
        """Ask for all there is to see, in the ways that showed more once."""
        shown = ["partner_id", "revenue_12m", "months_chart", "explanation", "why"]
        linked = ["key_account_revenue_12m", "key_account_why", "key_account_months_chart"]
        for model, method, kwargs in [
            ("key.account.profile", "search_read", {"domain": [], "fields": shown}),
            ("key.account.profile", "web_search_read", {"domain": [], "specification": {name: {} for name in shown}}),
            ("key.account.profile", "matrix_read", {"domain": []}),
            ("key.account.profile", "formatted_read_group", {"domain": [], "aggregates": ["revenue_12m:sum"]}),
            ("key.account.snapshot", "search_read", {"domain": [], "fields": ["revenue_12m"]}),
            ("key.account.transition", "search_read", {"domain": [], "fields": ["reason", "old_label", "new_label"]}),
            ("key.account.follow.up", "search_read", {"domain": [], "fields": ["reason"]}),
            ("key.account.feedback", "search_read", {"domain": [], "fields": ["name"]}),
            ("key.account.load", "search_read", {"domain": [], "fields": ["revenue_12m", "customer_count"]}),
            ("res.partner", "search_read", {"domain": [], "fields": linked}),
            ("crm.lead", "search_read", {"domain": [], "fields": linked}),
        ]:
            answer = self._ask(role, model, method, **kwargs)
            with self.subTest(model=model, method=method):
                self.assertIsNone(answer.error, str(answer))
                self.assertKeepsSecrets(answer, role, model)

    def _refresh_marked(self):
        self.env.invalidate_all()
        marks = self.env["key.account.stale"]
        marks._spread()
        mine = [("company_number", "=", self.company.id), ("waiting_since", "=", False)]
        self.env["key.account.refresh"]._refresh_marked(self.company, marks.search(mine))
        self.env.flush_all()

    def _write(self, role, name, **vals):
        answer = self._ask(role, "res.partner", "write", self.customers[name].ids, vals=vals)
        self.assertIsNone(answer.error, str(answer))

    def test_writing_oneself_as_salesperson_and_back(self):
        for name in ("theirs", "nobodys"):
            before = self.customers[name].user_id.id
            self._write("own", name, user_id=self.users["own"].id)
            self._reads_no_other_customer()
            mine, hidden = (self.profile["home", it].ids for it in ("mine", name))
            self.assertIsNone(self._ask("own", "key.account.profile", "action_refresh", mine).error)
            self.assertTrue(self._ask("own", "key.account.profile", "action_refresh", hidden).is_refused)
            self._refresh_marked()
            self._reads_no_other_customer()
            self._write("own", name, user_id=before)
            self.env.invalidate_all()
            self.assertFalse(self.profile["home", name].claimed_by_id)
            self._reads_no_other_customer()

    def test_moving_a_customer_below_ones_own(self):
        self._write("own", "theirs", parent_id=self.customers["mine"].id, is_company=False)
        self._refresh_marked()
        mine = self.profile["home", "mine"].ids
        self.assertIn("coming night", self._ask("own", "key.account.profile", "action_refresh", mine).text)
        self._reads_no_other_customer()
        self._write("own", "theirs", parent_id=False, is_company=True)
        self._refresh_marked()
        self._reads_no_other_customer()

    def test_a_new_company_above_somebodys_customer(self):
        self.customers["theirs"].is_company = False
        self.env["key.account.stale"].search([]).unlink()
        self.env.flush_all()
        above = {"name": "Above", "is_company": True, "user_id": self.users["own"].id}
        answer = self._ask(
            "own", "res.partner", "create", vals_list=[above | {"child_ids": [(4, self.customers["theirs"].id)]}]
        )
        self.assertIsNone(answer.error, str(answer))
        self._refresh_marked()
        self._reads_no_other_customer()
        self.assertFalse(self.profiles.search([("partner_id.name", "=", "Above")]))

    def test_nobody_names_themselves(self):
        for name in ("theirs", "nobodys"):
            for vals in [
                {"account_manager_id": self.users["own"].id},
                {"assigned_manager_id": self.users["own"].id},
                {"salesperson_id": self.users["own"].id},
                {"claimed_by_id": False},
            ]:
                answer = self._ask("own", "key.account.profile", "write", self.profile["home", name].ids, vals=vals)
                self.assertTrue(answer.is_refused, str(answer))
        self._reads_no_other_customer()

    def test_a_colleagues_customer_is_not_overridden_in_three_writes(self):
        mine = self.profile["home", "mine"]
        mine.write({"manual_category": False})
        self.env.flush_all()

        def write(**vals):
            return self._ask("all", "key.account.profile", "write", mine.ids, vals=vals)

        override = {"manual_category": "client", "manual_category_reason": "Because"}
        for taking, back in [
            ({"account_manager_id": self.users["all"].id}, {"account_manager_id": self.users["own"].id}),
            ({"account_manager_id": False}, {"account_manager_id": self.users["own"].id}),
        ]:
            self.assertIsNone(write(**taking).error)
            answer = write(**override)
            self.assertTrue(answer.is_refused, str(answer))
            self.assertIsNone(write(**back).error)
        self.env.invalidate_all()
        self.assertFalse(mine.manual_category)
        changes = mine.transition_ids.filtered(lambda change: change.what == "manager")
        self.assertEqual(changes.user_id, self.users["all"])

    def test_a_reason_of_a_megabyte(self):
        vals = {"manual_category": "client", "manual_category_reason": "x" * 1_000_000}
        answer = self._ask("own", "key.account.profile", "write", self.profile["home", "mine"].ids, vals=vals)
        self.assertEqual(answer.error, "odoo.exceptions.ValidationError")
        self.assertLess(len(answer.message), 200)

    def test_a_lead_of_another_company_tells_nothing(self):
        self.abroad.write({"key_account_lead_to_manager": True, "key_account_lead_priority": True})
        special = self.env.ref("key_account_segmentation.type_large_steady")
        self.profile["abroad", "theirs"].write({"manual_type_id": special.id, "manual_type_reason": "Because"})
        self.env.flush_all()
        values = {"name": "Guess", "partner_id": self.customers["theirs"].id, "company_id": self.abroad.id}
        fields_spec = {"user_id": {}, "priority": {}, "partner_id": {}, "company_id": {}}
        for role in SELLERS:
            call = {"values": values | {"user_id": False}, "field_names": ["partner_id"], "fields_spec": fields_spec}
            answer = self._ask(role, "crm.lead", "onchange", **call)
            with self.subTest(role=role):
                told = (answer.value or {}).get("value", {})
                self.assertNotEqual(told.get("priority"), "2", str(answer))
                self.assertNotEqual(told.get("user_id"), self.users["all"].id, str(answer))
