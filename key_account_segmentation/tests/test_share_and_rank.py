# SPDX-License-Identifier: LGPL-3.0-only
"""What customers of others bring is not found in the figures of one's own: share, rank, referred revenue."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import shown_fields
from .link import LinkCase
from .roles import INSIDERS

NOISE = ("odoo.models", "odoo.orm.models", "odoo.domains", "odoo.addons.base.models.ir_model")

#: Model -> field that only those read who see the share of a customer.
SHARES = [
    ("key.account.profile", "share"),
    ("key.account.profile", "rank"),
    ("key.account.snapshot", "share"),
    ("key.account.snapshot", "rank"),
    ("key.account.load", "revenue_share"),
    *[(model, "key_account_share") for model in ("res.partner", "crm.lead")],
]

#: Model -> field that only those read who see all customers.
REFERRED = [
    ("key.account.profile", "referred_revenue_12m"),
    ("res.partner", "key_account_referred_revenue_12m"),
    ("key.account.transition", "figures"),
]

SCREENS = {
    "key.account.profile": ("kanban", "list", "form", "search", "pivot", "graph", "quadrant"),
    "key.account.snapshot": ("list", "search", "pivot", "graph", "quadrant"),
    "key.account.load": ("list", "kanban", "search", "pivot", "graph"),
    "key.account.transition": ("list", "kanban", "search"),
    "res.partner": ("form", "list", "kanban", "search"),
    "crm.lead": ("form", "kanban", "list", "search"),
}


@tagged("post_install", "-at_install")
class TestShareAndRank(LinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anchor = cls._live(cls, [cls.customers["anchor"]])
        cls.env["key.account.snapshot"].create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.customers["anchor"].id,
                "account_manager_id": cls.users["own"].id,
                "as_of_date": "2028-12-31",
                "share": 0.6,
                "rank": 1,
            }
        )
        cls.anchor.write(
            {"referral_count": 2, "referred_revenue_12m": 4711, "active_months": 12, "observed_months": 12, "adi": 1}
        )
        cls.anchor.account_manager_id = cls.users["all"]
        cls.anchor.account_manager_id = cls.users["own"]
        cls.env.flush_all()

    def _switch(self, is_on):
        settings = self.env["res.config.settings"].create({"group_key_account_share_and_rank": is_on})
        settings.set_values()
        self.env.flush_all()
        self.env.invalidate_all()

    def _ways(self, records, name):
        """Each way to learn of a field."""
        found = records.search([])
        ways = {
            "read": lambda: found.read([name]),
            "web_read": lambda: found.web_read({name: {}}),
            "search": lambda: records.search([(name, ">", 0.1)]),
            "order": lambda: records.search([], order=name),
            "group": lambda: records._read_group([], [], [f"{name}:max"]),
            "export": lambda: found.export_data([name]),
        }
        if name.startswith("key_account_"):
            below = name.removeprefix("key_account_")
            link = "key_account_profile_id"
            found = found.filtered(link)
            ways |= {
                "search by the link": lambda: records.search([(f"{link}.{below}", ">", 0)]),
                "any by the link": lambda: records.search([(link, "any", [(below, ">", 0)])]),
                "read by the link": lambda: found.web_read({link: {"fields": {below: {}}}}),
                "export by the link": lambda: found.export_data([f"{link}/{below}"]),
                "group by the link": lambda: records.formatted_read_group([], [f"{link}.{below}"], ["__count"]),
                "order by the link": lambda: records.search([], order=f"{link}.{below}"),
            }
        return ways

    def _is_refused(self, ask):
        """Whether it may not be asked, or cannot: Odoo sorts by no field behind a link."""
        try:
            ask()
        except (AccessError, UserError, ValueError):
            return True
        return False

    def assertHidden(self, role, model, name):
        records = self._as(role, model)
        self.assertNotIn(name, records.fields_get())
        self.users[role].group_ids += self.env.ref("base.group_allow_export")
        ways = self._ways(records, name)
        if records._fields[name].type == "json":
            ways = {way: ways[way] for way in ("read", "web_read", "export")}
        for way, ask in ways.items():
            with self.subTest(role=role, model=model, name=name, way=way), mute_logger(*NOISE):
                self.assertTrue(self._is_refused(ask))

    def test_who_sees_only_their_own_customers_sees_no_share_and_no_referred_revenue(self):
        for model, name in SHARES + REFERRED:
            self.assertHidden("own", model, name)

    def test_the_switch_shows_share_and_rank_and_nothing_else(self):
        self._switch(True)
        for model, name in SHARES:
            with self.subTest(model=model, name=name):
                self.assertTrue(self._as("own", model).search([]).read([name]))
        for model, name in REFERRED:
            self.assertHidden("own", model, name)
        self.assertEqual(self._as("own", self.anchor).share, 0.6)
        self._switch(False)
        for model, name in SHARES:
            self.assertHidden("own", model, name)

    def test_who_sees_all_customers_sees_them(self):
        for is_on in (False, True, False):
            self._switch(is_on)
            for role in INSIDERS[1:]:
                with self.subTest(role=role, is_on=is_on):
                    anchor = self._as(role, self.anchor)
                    self.assertEqual((anchor.share, anchor.rank, anchor.referred_revenue_12m), (0.6, 1, 4711))
                    self.assertEqual(self._as(role, self.customers["anchor"]).key_account_share, 0.6)
                    self.assertTrue(self._as(role, "key.account.transition").search([])[:1].figures)

    def test_the_reason_of_who_brings_others_has_no_amount(self):
        image = self.env["key.account.type"].search([("code", "=", "image")])
        self.anchor.suggested_type_ids = image
        self.assertIn("4,711", self._as("all", self.anchor).type_reasons)
        reasons = str(self._as("own", self.anchor).type_reasons)
        self.assertIn("Brings other customers: 2.", reasons)
        self.assertNotIn("4,711", reasons)

    def test_every_screen_opens_without_them(self):
        hidden = {name for _model, name in SHARES + REFERRED}
        for is_on in (False, True):
            self._switch(is_on)
            seen = {name for _model, name in SHARES} if is_on else set()
            for model, kinds in SCREENS.items():
                records = self._as("own", model)
                views = records.get_views([(False, kind) for kind in kinds])
                self.assertFalse((hidden - seen) & views["models"][model]["fields"].keys(), model)
                for kind, view in views["views"].items():
                    with self.subTest(model=model, kind=kind, is_on=is_on):
                        arch = etree.fromstring(view["arch"])
                        named = {node.get("name") for node in arch.iter("field")}
                        self.assertFalse((hidden - seen) & named)
                        if kind in ("list", "kanban", "form"):
                            order = arch.get("default_order")
                            self.assertTrue(
                                records.web_search_read([], shown_fields(view["arch"]), order=order)["records"]
                            )

    def test_the_matrix_opens_without_them(self):
        profiles = self._as("own", "key.account.profile")
        axes = [axis["field"] for axis in profiles.matrix_read([])["axes"]]
        self.assertNotIn("share", axes)
        self.assertIn(
            "share", [axis["field"] for axis in self._as("all", "key.account.profile").matrix_read([])["axes"]]
        )
        self.assertRaises(UserError, profiles.matrix_read, [], x="share")
        self.assertRaises(UserError, profiles.matrix_read, [], size="rank")
        draft = self.company.key_account_policy_id.copy({"axis_x": "share", "cut_x_method": "median"})
        draft.action_publish()
        self.env.flush_all()
        for model in ("key.account.profile", "key.account.snapshot"):
            answer = self._as("own", model).matrix_read([])
            self.assertNotIn("share", (answer["x"]["field"], answer["y"]["field"]))
            self.assertFalse(answer["is_policy"])
        self.assertEqual(self._as("all", "key.account.profile").matrix_read([])["x"]["field"], "share")

    def test_contacts_and_leads_are_listed_without_them(self):
        for model in ("res.partner", "crm.lead"):
            records = self._as("own", model).search(self._among(model))
            rows = records.read(["key_account_revenue_12m", "key_account_category"])
            self.assertEqual([row["key_account_revenue_12m"] for row in rows if row["key_account_revenue_12m"]], [1200])

    def test_customers_are_in_the_order_of_their_rank(self):
        self.assertEqual(
            self._as("all", "key.account.profile").search([("company_id", "=", self.company.id)]).mapped("rank"),
            [1, 2, 3],
        )
