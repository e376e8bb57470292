# SPDX-License-Identifier: LGPL-3.0-only
"""What the web client and scripts may call: JSON-RPC and JSON-2 give no more than the screens."""

from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import HttpCase, JsonRpcException, get_db_name, tagged
from odoo.tools import mute_logger

from .link import LinkCase

REFUSED = "odoo.exceptions.AccessError"


class RpcCase(LinkCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["own"].group_ids += cls.env.ref("base.group_allow_export")
        cls.anchor, cls.bridge = (
            cls.profiles.search([("company_id", "=", cls.company.id), ("partner_id", "=", cls.customers[name].id)])
            for name in ("anchor", "bridge")
        )

    def _forbidden(self):
        """Model, method, ids, arguments: what a salesperson who looks after anchor alone may not do."""
        theirs, mine = self.bridge.ids, self.anchor.ids
        return [
            ("key.account.profile", "read", theirs, {"fields": ["revenue_12m"]}),
            ("key.account.profile", "web_read", theirs, {"specification": {"revenue_12m": {}}}),
            ("key.account.profile", "export_data", theirs, {"fields_to_export": ["revenue_12m"]}),
            ("key.account.profile", "write", theirs, {"vals": {"cannot_be_developed": True}}),
            ("key.account.profile", "action_refresh", theirs, {}),
            ("key.account.profile", "action_set_developed", theirs, {}),
            ("key.account.profile", "action_refresh_all", mine, {}),
            ("key.account.profile", "write", mine, {"vals": {"revenue_12m": 5}}),
            ("key.account.profile", "write", mine, {"vals": {"category": "client"}}),
            ("key.account.profile", "write", mine, {"vals": {"assigned_manager_id": self.users["own"].id}}),
            ("key.account.profile", "unlink", mine, {}),
            ("key.account.profile", "create", [], {"vals_list": [{"partner_id": self.customers["fresh"].id}]}),
            ("key.account.run", "refresh_start", [], {}),
            ("key.account.run", "refresh_step", [], {"run_id": 1}),
            ("key.account.run", "refresh_in_background", [], {"run_ids": [1]}),
            ("key.account.run", "search_read", [], {"domain": []}),
            ("key.account.portfolio", "search_read", [], {"domain": []}),
            ("key.account.stale", "search_read", [], {"domain": []}),
            ("key.account.assign", "create", [], {"vals_list": [{"profile_ids": [(6, 0, theirs)]}]}),
        ]

    def _private(self):
        """Model, method, ids: what nobody may call from outside."""
        return [
            ("key.account.run", "refresh_all", []),
            ("key.account.run", "_create_run", []),
            ("key.account.run", "_cron_refresh_all", []),
            ("key.account.refresh", "_refresh_customers", self.anchor.ids),
            ("key.account.refresh", "_cron_refresh_stale", []),
            ("res.partner", "_key_account_visible_profiles", []),
            ("res.partner", "_key_account_profile_domain", []),
            ("key.account.stale", "_mark", []),
        ]


@tagged("post_install", "-at_install")
class TestJsonRpc(RpcCase):
    """A session of the browser."""

    def _call(self, model, method, args=(), **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    def assertRefused(self, model, method, args=(), **kwargs):
        with (
            self.subTest(model=model, method=method, args=args),
            mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
            self.assertRaises(JsonRpcException) as refusal,
        ):
            self._call(model, method, args, **kwargs)
        self.assertEqual(str(refusal.exception).split(": ")[-1], REFUSED, (model, method, args, kwargs))

    def _log_in(self, role):
        login = self.users[role].login
        self.authenticate(login, login)

    def test_a_salesperson_reads_the_customers_they_look_after(self):
        self._log_in("own")
        found = self._call("key.account.profile", "search_read", domain=[], fields=["revenue_12m"])
        self.assertEqual(found, [{"id": self.anchor.id, "revenue_12m": 1200}])
        contacts = self._call(
            "res.partner", "search_read", domain=self._among("res.partner"), order="id",
            fields=["key_account_revenue_12m", "key_account_why"],
        )  # fmt: skip
        self.assertEqual([row["key_account_revenue_12m"] for row in contacts], [1200, False, False, False])
        self.assertEqual([bool(row["key_account_why"]) for row in contacts], [True, False, False, False])
        groups = self._call(
            "crm.lead", "formatted_read_group", domain=self._among("crm.lead"), groupby=["key_account_category"],
            aggregates=["expected_revenue:sum"],
        )  # fmt: skip
        self.assertEqual(
            [(group["key_account_category"], group["expected_revenue:sum"]) for group in groups],
            [("active_partner", 100), (False, 40)],
        )

    def test_a_salesperson_may_not(self):
        self._log_in("own")
        for model, method, ids, kwargs in self._forbidden():
            self.assertRefused(model, method, [ids] if ids else [], **kwargs)

    def test_private_methods(self):
        for role in ("own", "manager"):
            self._log_in(role)
            for model, method, ids in self._private():
                self.assertRefused(model, method, [ids])

    def test_figures_of_contacts_are_not_written(self):
        self._log_in("manager")
        self._call("res.partner", "write", [self.customers["anchor"].ids, {"key_account_revenue_12m": 5}])
        self.env.invalidate_all()
        self.assertFigures(self.anchor, [{"revenue_12m": 1200}])

    def test_companies_of_others_cannot_be_asked_for(self):
        self._log_in("all")
        self.assertRefused(
            "res.partner", "search_read", domain=[("key_account_revenue_12m", "=", 25)],
            fields=["key_account_revenue_12m"], context={"allowed_company_ids": self.abroad.ids},
        )  # fmt: skip

    def test_portal_users(self):
        self.users["portal"].partner_id.parent_id = self.customers["anchor"]
        self._log_in("portal")
        for model in ("key.account.profile", "key.account.snapshot", "key.account.policy"):
            self.assertRefused(model, "search_read", domain=[], fields=["id"])
        (row,) = self._call(
            "res.partner", "read", [self.users["portal"].partner_id.ids],
            fields=["key_account_category", "key_account_revenue_12m"],
        )  # fmt: skip
        self.assertEqual((row["key_account_category"], row["key_account_revenue_12m"]), (False, False))

    def test_who_is_not_logged_in(self):
        self.authenticate(None, None)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException) as refusal:
            self._call("key.account.profile", "search_read", domain=[])
        self.assertIn("SessionExpired", str(refusal.exception))


@tagged("post_install", "-at_install")
class TestJson2(RpcCase):
    """A script with an API key."""

    def _send(self, role, model, method, ids=(), **kwargs):
        if role not in self.api_keys:
            keys = self.env["res.users.apikeys"].with_user(self.users[role])
            self.api_keys[role] = keys._generate("rpc", "Test", Datetime.now() + timedelta(hours=6))
            self.env.flush_all()
        payload = {"ids": list(ids), **kwargs} if ids else kwargs
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            return self.url_open(
                f"/json/2/{model}/{method}",
                json=payload,
                method="POST",
                headers={"Authorization": f"Bearer {self.api_keys[role]}", "X-Odoo-Database": get_db_name()},
            )

    def setUp(self):
        super().setUp()
        if "rpc" not in self.registry._init_modules:
            self.skipTest("without the module rpc nobody can call")
        self.api_keys = {}

    def test_a_salesperson_reads_the_customers_they_look_after(self):
        found = self._send("own", "key.account.profile", "search_read", domain=[], fields=["revenue_12m"])
        self.assertEqual(found.json(), [{"id": self.anchor.id, "revenue_12m": 1200}])
        contacts = self._send(
            "own", "res.partner", "search_read", domain=self._among("res.partner"), order="id",
            fields=["key_account_revenue_12m"],
        )  # fmt: skip
        self.assertEqual([row["key_account_revenue_12m"] for row in contacts.json()], [1200, False, False, False])

    def test_a_salesperson_may_not(self):
        for model, method, ids, kwargs in self._forbidden():
            with self.subTest(model=model, method=method):
                answer = self._send("own", model, method, ids, **kwargs)
                self.assertEqual((answer.status_code, answer.json()["name"]), (403, REFUSED))

    def test_private_methods(self):
        for model, method, ids in self._private():
            with self.subTest(model=model, method=method):
                self.assertIn(self._send("manager", model, method, ids).status_code, (403, 404))

    def test_a_sales_administrator_refreshes(self):
        self._insert_documents([(self.customers["fresh"], "out_invoice", "2024-06-01", 10)])
        (run,) = self._send("manager", "key.account.run", "refresh_start").json()
        # the batch, then a step each time
        for _step in range(1 + len(self.env["key.account.run"].browse(run)._steps())):
            state = self._send("manager", "key.account.run", "refresh_step", run_id=run).json()
        self.assertEqual((state["company"], state["state"]), ("Segmented Ltd", "done"))
        self.env.invalidate_all()
        self.assertEqual(self.customers["fresh"].key_account_category, "client")

    def test_without_a_key(self):
        self.api_keys["own"] = "no-such-key"
        self.assertEqual(self._send("own", "key.account.profile", "search_read", domain=[]).status_code, 401)
