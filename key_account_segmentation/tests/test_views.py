# SPDX-License-Identifier: LGPL-3.0-only
"""Every screen opens for everyone who may open it, with every filter and grouping; translations can be loaded."""

from collections import Counter
from pathlib import Path

from lxml import etree

from odoo import tools
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import dateutil, safe_eval
from odoo.tools.translate import PoFileReader, TranslationImporter

from .common import KeyAccountCase, read_csv, shown_fields
from .roles import INSIDERS, create_users

MODULE = "key_account_segmentation"
I18N = Path(__file__).parents[1] / "i18n"


@tagged("post_install", "-at_install")
class TestViews(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        partners = cls._load(read_csv("oracle/input.csv"))
        for number, partner in enumerate(partners.values()):
            partner.user_id = cls.users["own"] if number % 2 else False
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.env["key.account.collaboration"].create({"name": "Joint development"})
        found = cls.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", "ir.actions.act_window")])
        cls.actions = cls.env["ir.actions.act_window"].browse(found.mapped("res_id"))

    def _evaluate(self, text, user):
        """Python of an action or a view, as the client evaluates it."""
        today = Date.today()
        names = {
            "uid": user.id, "context_today": lambda: today, "current_date": str(today), "datetime": safe_datetime,
            "relativedelta": dateutil.relativedelta.relativedelta, "allowed_company_ids": self.company.ids,
            "active_id": 0, "active_ids": [], "time": tools.safe_eval.time,
        }  # fmt: skip
        return safe_eval(text or "{}", names)

    def _opened(self, role):
        """Each window action the role may use: action, model as the user, context, views as the client has them."""
        user = self.users[role]
        for action in self.actions:
            model = self.env[action.res_model].with_user(user).with_context(allowed_company_ids=self.company.ids)
            if not model.has_access("read"):
                continue
            context = self._evaluate(action.context, user)
            model = model.with_context(**{k: v for k, v in context.items() if not k.startswith("search_default")})
            views = [(view_id, mode) for view_id, mode in action.views] + [(action.search_view_id.id, "search")]
            options = {"action_id": action.id, "toolbar": True, "load_filters": True}
            yield action, model, context, model.get_views(views, options)

    def _domain(self, action, user):
        return self._evaluate(action.domain or "[]", user)

    def _read(self, model, arch, domain):
        """Read what a list, kanban or form shows: each field once, a list below it as well."""
        return model.web_search_read(domain, shown_fields(arch), limit=80)["records"]

    def _group(self, model, domain, groupby, measures=()):
        """Groups with sums, as list, kanban, pivot and graph ask for them."""
        aggregates = [f"{name}:{model._fields[name].aggregator}" for name in measures if model._fields[name].aggregator]
        groups = model.web_read_group(domain, groupby[:1], ["__count", *aggregates]) if groupby else None
        cells = model.formatted_read_group(domain, groupby, ["__count", *aggregates])
        return groups, cells

    def test_actions_are_found(self):
        self.assertGreaterEqual(
            set(self.actions.mapped("res_model")),
            {"key.account.profile", "key.account.policy", "key.account.portfolio", "key.account.run"},
        )

    def test_every_action_opens_for_every_role(self):
        opened = Counter()
        for role in INSIDERS:
            for action, model, _context, views in self._opened(role):
                domain = self._domain(action, self.users[role])
                for mode in ("list", "kanban", "form"):
                    if mode in views["views"]:
                        with self.subTest(role=role, action=action.name, mode=mode):
                            records = self._read(model, views["views"][mode]["arch"], domain)
                            self.assertEqual(bool(records), bool(model.search_count(domain)))
                            opened[role] += 1
        self.assertEqual(set(opened), set(INSIDERS))
        self.assertGreater(opened["manager"], opened["all"])

    def test_every_pivot_and_graph_counts(self):
        drawn = 0
        for role in INSIDERS:
            for action, model, _context, views in self._opened(role):
                for mode in {"pivot", "graph"} & set(views["views"]):
                    fields = etree.fromstring(views["views"][mode]["arch"]).findall("field")
                    measures = [field.get("name") for field in fields if field.get("type") == "measure"]
                    groupby = [
                        f"{field.get('name')}:{field.get('interval')}" if field.get("interval") else field.get("name")
                        for field in fields
                        if field.get("type") != "measure" and not field.get("invisible")
                    ]
                    with self.subTest(role=role, action=action.name, mode=mode):
                        domain = self._domain(action, self.users[role])
                        _groups, cells = self._group(model, domain, groupby, measures)
                        self.assertEqual(sum(cell["__count"] for cell in cells), model.search_count(domain))
                        drawn += 1
        self.assertGreater(drawn, len(INSIDERS))

    def test_every_filter_and_grouping_works(self):
        tried = 0
        for role in INSIDERS:
            for action, model, _context, views in self._opened(role):
                for filter_ in etree.fromstring(views["views"]["search"]["arch"]).iter("filter"):
                    with self.subTest(role=role, action=action.name, filter=filter_.get("name")):
                        self._try_filter(model, filter_, self.users[role])
                        tried += 1
        self.assertGreater(tried, 20 * len(INSIDERS))

    def _try_filter(self, model, filter_, user):
        domain = self._evaluate(filter_.get("domain") or "[]", user)
        model.search_count(domain)
        if filter_.get("date"):
            model.search_count([(filter_.get("date"), ">=", "2025-01-01")])
        groupby = self._evaluate(filter_.get("context"), user).get("group_by")
        if groupby:
            if groupby in model._fields and model._fields[groupby].type in ("date", "datetime"):
                groupby = f"{groupby}:month"  # what the client takes if nothing is said
            _groups, cells = self._group(model, domain, [groupby])
            self.assertEqual(sum(cell["__count"] for cell in cells), model.search_count(domain))

    def test_every_default_filter_exists(self):
        for action, _model, context, views in self._opened("manager"):
            search = etree.fromstring(views["views"]["search"]["arch"])
            names = {node.get("name") for node in search.iter("filter", "field")}
            wanted = {name.removeprefix("search_default_") for name in context if name.startswith("search_default_")}
            self.assertLessEqual(wanted, names, action.name)

    def test_searching_by_name(self):
        for action, model, _context, views in self._opened("manager"):
            for field in etree.fromstring(views["views"]["search"]["arch"]).iter("field"):
                name, operator = field.get("name"), field.get("operator") or "ilike"
                if field.get("filter_domain"):
                    domain = safe_eval(field.get("filter_domain"), {"self": "01", "raw_value": "01"})
                else:
                    domain = [
                        (name, operator if model._fields[name].relational or operator != "child_of" else "ilike", "01")
                    ]
                with self.subTest(action=action.name, field=name):
                    if model._fields[name].type not in ("selection", "date", "datetime"):
                        self.assertIsInstance(model.search_count(domain), int)

    def test_everyone_who_may_sees_the_app(self):
        root = self.env.ref(f"{MODULE}.menu_root")
        for role in (*INSIDERS, "employee"):
            menus = self.env["ir.ui.menu"].with_user(self.users[role])._visible_menu_ids()
            self.assertEqual(root.id in menus, role in INSIDERS, role)

    def test_every_menu_leads_to_an_action_its_users_may_open(self):
        menus = self.env["ir.ui.menu"].search([("id", "child_of", self.env.ref(f"{MODULE}.menu_root").id)])
        for role in INSIDERS:
            visible = menus.with_user(self.users[role])._filter_visible_menus()
            for menu in visible.sudo().filtered("action"):
                model = self.env[menu.action.res_model].with_user(self.users[role])
                self.assertTrue(model.has_access("read"), (role, menu.complete_name))

    def test_documents_behind_the_figures_open(self):
        profiles = self._live()
        for profile in profiles:
            for name, count in [
                ("action_open_invoices_12m", profile.invoice_count_12m),
                ("action_open_refunds_12m", profile.refund_count_12m),
            ]:
                action = getattr(profile, name)()
                self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), count)
            action = profile.action_open_documents()
            documents = self.env[action["res_model"]].search(action["domain"])
            self.assertAlmostEqual(sum(documents.mapped("amount_untaxed_signed")), profile.revenue_lifetime)
        self.assertGreater(sum(profiles.mapped("event_count")), 0)


@tagged("post_install", "-at_install")
class TestTranslations(KeyAccountCase):
    def test_every_translation_can_be_loaded(self):
        template, files = I18N / f"{MODULE}.pot", sorted(I18N.glob("*.po"))
        self.assertEqual(template.exists(), bool(files), "a template and its translations come together")
        if not files:
            return
        terms = {row["src"] for row in PoFileReader(str(template))}
        for path in files:
            with self.subTest(language=path.stem):
                language = (
                    self.env["res.lang"].with_context(active_test=False).search([("iso_code", "=", path.stem)])[:1]
                )
                language.active = True
                rows = list(PoFileReader(str(path)))
                self.assertTrue([row for row in rows if row["value"]])
                self.assertLessEqual({row["src"] for row in rows}, terms)
                importer = TranslationImporter(self.env.cr, verbose=False)
                importer.load_file(str(path), language.code)
                importer.save(overwrite=True)
