# SPDX-License-Identifier: LGPL-3.0-only
"""What contacts, opportunities and invoices know of their customer can be searched, sorted, grouped, summed and exported."""

from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import SQL

from .link import AMOUNTS, LINKED, PROFILES, LinkCase

#: Roles that may read each model.
READERS = {
    "res.partner": ("own", "all", "manager", "invoicing", "auditor"),
    "crm.lead": ("own", "all", "manager"),
    "account.move": ("invoicing", "auditor"),
    "account.invoice.report": ("invoicing", "auditor"),
}

#: Domain, who sees all customers finds, who sees anchor alone finds.
SEARCHES = [
    ([("key_account_category", "=", "active_partner")], "anchor", "anchor"),
    ([("key_account_category", "=", "client")], "cellar", ""),
    ([("key_account_category", "!=", "client")], "anchor bridge empty", "anchor bridge cellar empty"),
    ([("key_account_category", "in", ["client", "passive_partner"])], "bridge cellar", ""),
    ([("key_account_category", "not in", ["client", "passive_partner"])], "anchor empty",
     "anchor bridge cellar empty"),
    ([("key_account_category", "in", ["active_partner", False])], "anchor empty", "anchor bridge cellar empty"),
    ([("key_account_category", "not in", ["active_partner", False])], "bridge cellar", ""),
    ([("key_account_category", "=", False)], "empty", "bridge cellar empty"),
    ([("key_account_category", "!=", False)], "anchor bridge cellar", "anchor"),
    (["!", ("key_account_category", "=", "client")], "anchor bridge empty", "anchor bridge cellar empty"),
    (["|", ("key_account_category", "=", "client"), ("key_account_abc", "=", "A")], "anchor cellar", "anchor"),
    ([("key_account_recurrence", "in", ["monthly", "periodic"])], "anchor bridge", "anchor"),
    ([("key_account_lifecycle", "in", ["late", "at_risk"])], "bridge", ""),
    ([("key_account_abc", "not in", ["A"])], "bridge cellar empty", "bridge cellar empty"),
    ([("key_account_revenue_12m", ">", 600)], "anchor", "anchor"),
    ([("key_account_revenue_12m", ">=", 600)], "anchor bridge", "anchor"),
    ([("key_account_revenue_12m", "<", 600)], "cellar", ""),
    ([("key_account_revenue_12m", "<=", 600)], "bridge cellar", ""),
    ([("key_account_revenue_12m", "=", 600)], "bridge", ""),
    ([("key_account_revenue_12m", "!=", 600)], "anchor cellar empty", "anchor bridge cellar empty"),
    ([("key_account_revenue_12m", "!=", False)], "anchor bridge cellar", "anchor"),
    ([("key_account_revenue_12m", "=", False)], "empty", "bridge cellar empty"),
    (["!", ("key_account_revenue_12m", ">", 600)], "bridge cellar empty", "bridge cellar empty"),
    ([("key_account_share", ">", 0.25)], "anchor bridge", "anchor"),
    ([("key_account_growth", "<", 0)], "bridge", ""),
    ([("key_account_growth", "<", 0.1)], "bridge", ""),
    ([("key_account_growth", "!=", 0)], "anchor bridge cellar empty", "anchor bridge cellar empty"),
    ([("key_account_growth", "=", False)], "cellar empty", "bridge cellar empty"),
    ([("key_account_growth", "!=", False)], "anchor bridge", "anchor"),
    ([("key_account_revenue_12m", ">", 0)], "anchor bridge cellar", "anchor"),
    ([("key_account_revenue_12m", ">=", 0)], "anchor bridge cellar", "anchor"),
    ([("key_account_revenue_12m", "=", 0)], "", ""),
    ([("key_account_lost_probability", ">=", 0.3)], "bridge cellar", ""),
    ([("key_account_expected_next_date", "=", "2030-02-10")], "bridge", ""),
    ([("key_account_expected_next_date", "!=", "2030-02-10")], "anchor cellar empty", "anchor bridge cellar empty"),
    ([("key_account_expected_next_date", ">=", "2030-01-01"), ("key_account_expected_next_date", "<", "2030-02-01")],
     "anchor", "anchor"),
    ([("key_account_expected_next_date", "<=", "2030-12-31")], "anchor bridge", "anchor"),
    ([("key_account_expected_next_date", "<", "2030-01-01")], "", ""),
    ([("key_account_expected_next_date", ">", "today -1d")], "anchor bridge", "anchor"),
    ([("key_account_expected_next_date", "=", False)], "cellar empty", "bridge cellar empty"),
    ([("key_account_expected_next_date", "!=", False)], "anchor bridge", "anchor"),
    ([("key_account_expected_next_date.month_number", "=", 2)], "bridge", ""),
    ([("key_account_profile_id", "ilike", "bRID")], "bridge", ""),
    ([("key_account_profile_id", "ilike", "anch")], "anchor", "anchor"),
    ([("key_account_profile_id", "not ilike", "bRID")], "anchor cellar empty", "anchor bridge cellar empty"),
    ([("key_account_profile_id", "=", "Anchor")], "anchor", "anchor"),
    ([("key_account_profile_id", "child_of", "bRID")], "bridge", ""),
    ([("key_account_profile_id", "parent_of", ["anch", "cell"])], "anchor cellar", "anchor"),
    ([("key_account_profile_id", "=", False)], "empty", "bridge cellar empty"),
    ([("key_account_profile_id", "!=", False)], "anchor bridge cellar", "anchor"),
    ([("key_account_profile_id.revenue_12m", ">", 500)], "anchor bridge", "anchor"),
    ([("key_account_profile_id.account_manager_id", "=", False)], "cellar", ""),
    ([("key_account_profile_id", "any", [("revenue_12m", "<", 1000)])], "bridge cellar", ""),
    ([("key_account_profile_id", "not any", [("revenue_12m", "<", 1000)])], "anchor empty",
     "anchor bridge cellar empty"),
    ([("key_account_company_id", "!=", False)], "anchor bridge cellar", "anchor"),
]  # fmt: skip

#: Order, who sees all customers gets, who sees anchor alone gets; the rest is in order of id.
ORDERS = [
    ("key_account_revenue_12m, id", "cellar bridge anchor empty", "anchor bridge cellar empty"),
    ("key_account_revenue_12m desc, id", "anchor bridge cellar empty", "anchor bridge cellar empty"),
    ("key_account_revenue_12m desc, id desc", "anchor bridge cellar nobody fresh", "anchor nobody fresh cellar bridge"),
    ("key_account_category, id", "anchor cellar bridge empty", "anchor bridge cellar empty"),
    ("key_account_category desc, id", "bridge cellar anchor empty", "anchor bridge cellar empty"),
    ("key_account_expected_next_date, id", "anchor bridge cellar empty", "anchor bridge cellar empty"),
    ("key_account_expected_next_date desc, id", "bridge anchor cellar empty", "anchor bridge cellar empty"),
    ("key_account_expected_next_date asc nulls first, id", "anchor bridge cellar empty", "anchor bridge cellar empty"),
    ("key_account_lost_probability desc, id", "cellar bridge anchor empty", "anchor bridge cellar empty"),
    ("key_account_share, id", "cellar bridge anchor empty", "anchor bridge cellar empty"),
    ("key_account_profile_id, id", "anchor bridge cellar empty", "anchor bridge cellar empty"),
    ("key_account_profile_id desc, id", "cellar bridge anchor empty", "anchor bridge cellar empty"),
]

#: Group by -> value -> names, for who sees all customers and for who sees anchor alone.
GROUPS = {
    "key_account_category": (
        {"active_partner": "anchor", "client": "cellar", "passive_partner": "bridge", False: "empty"},
        {"active_partner": "anchor", False: "bridge cellar empty"},
    ),
    "key_account_recurrence": (
        {"monthly": "anchor", "occasional": "cellar", "periodic": "bridge", False: "empty"},
        {"monthly": "anchor", False: "bridge cellar empty"},
    ),
    "key_account_lifecycle": (
        {"active": "anchor", "late": "bridge", "lost": "cellar", False: "empty"},
        {"active": "anchor", False: "bridge cellar empty"},
    ),
    "key_account_abc": (
        {"A": "anchor", "B": "bridge", "C": "cellar", False: "empty"},
        {"A": "anchor", False: "bridge cellar empty"},
    ),
    "key_account_expected_next_date:month": (
        {"2030-01-01": "anchor", "2030-02-01": "bridge", False: "cellar empty"},
        {"2030-01-01": "anchor", False: "bridge cellar empty"},
    ),
    "key_account_expected_next_date:quarter": (
        {"2030-01-01": "anchor bridge", False: "cellar empty"},
        {"2030-01-01": "anchor", False: "bridge cellar empty"},
    ),
}

#: What the salesperson may see, and everybody else.
ALL, OWN = 1, 2


class SharesCase(LinkCase):
    """Salespeople see share and rank of their customers, as by the switch in the settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["own"].group_ids += cls.env.ref("key_account_segmentation.group_share_and_rank")


@tagged("post_install", "-at_install")
class TestLink(SharesCase):
    def _cases(self):
        """Each model as each role that reads it: records, and which column of the tables holds for the role."""
        for model, roles in READERS.items():
            for role in roles:
                with self.subTest(model=model, role=role):
                    yield self._as(role, model), OWN if role == "own" else ALL

    def test_searching(self):
        for records, column in self._cases():
            for row in SEARCHES:
                with self.subTest(domain=row[0]):
                    self.assertFound(records, row[0], row[column])

    def test_searching_as_another_user_with_all_rights_finds_what_that_user_may_see(self):
        for model in LINKED:
            records = self._as("own", model).sudo()
            for domain, _all, own in SEARCHES:
                with self.subTest(model=model, domain=domain):
                    self.assertFound(records, domain, own)

    def test_searching_a_profile_by_id(self):
        anchor, bridge = self._live([self.customers["anchor"], self.customers["bridge"]])
        for records, column in self._cases():
            for domain, *names in [
                ([("key_account_profile_id", "=", bridge.id)], "bridge", ""),
                ([("key_account_profile_id", "in", (anchor + bridge).ids)], "anchor bridge", "anchor"),
                ([("key_account_profile_id", "in", [bridge.id, False])], "bridge empty", "bridge cellar empty"),
                ([("key_account_profile_id", "!=", bridge.id)], "anchor cellar empty", "anchor bridge cellar empty"),
                ([("key_account_profile_id", "not in", [anchor.id, bridge.id])], "cellar empty", "bridge cellar empty"),
                ([("key_account_profile_id", "not in", [bridge.id, False])], "anchor cellar", "anchor"),
            ]:  # fmt: skip
                with self.subTest(domain=domain):
                    self.assertFound(records, domain, names[column - 1])

    def test_empty_values_sort_last_in_both_directions(self):
        for records, column in self._cases():
            for row in ORDERS:
                with self.subTest(order=row[0]):
                    found = records.search(self._among(records._name), order=row[0])
                    self.assertEqual(self._names(found), self._expand(records._name, row[column]))

    def test_a_page_of_a_sorted_list(self):
        for model, roles in READERS.items():
            records = self._as(roles[-1], model)
            page = records.web_search_read(
                self._among(model), {"key_account_revenue_12m": {}}, offset=1, limit=2,
                order="key_account_revenue_12m DESC",
            )  # fmt: skip
            self.assertEqual([row["key_account_revenue_12m"] for row in page["records"]], [600, 200], model)

    def test_reading(self):
        for records, column in self._cases():
            visible = {"anchor", "bridge", "cellar"} if column == ALL else {"anchor"}
            for name, record in self.linked[records._name].items():
                figures = PROFILES["home"].get(name, {}) if name in visible else {}
                (row,) = self._same_user(records, record).read(
                    ["key_account_category", "key_account_recurrence", "key_account_lifecycle", "key_account_abc",
                     "key_account_share", "key_account_revenue_12m", "key_account_growth", "key_account_lost_probability"]
                )  # fmt: skip
                for field in ("category", "recurrence", "lifecycle", "abc", "share", "revenue_12m", "growth",
                              "lost_probability"):  # fmt: skip
                    self.assertEqual(row[f"key_account_{field}"], figures.get(field, False), (name, field))

    def _same_user(self, records, record):
        return record.with_env(records.env)

    def test_an_empty_number_is_not_zero(self):
        for model in LINKED:
            (row,) = self.linked[model]["fresh"].read(
                ["key_account_revenue_12m", "key_account_share", "key_account_lost_probability", "key_account_growth"]
            )
            for name in ("revenue_12m", "share", "lost_probability", "growth"):
                self.assertIs(row[f"key_account_{name}"], False, (model, name))

    def test_groups(self):
        for records, column in self._cases():
            for groupby, tables in GROUPS.items():
                with self.subTest(groupby=groupby):
                    rows = records._read_group(self._among(records._name), [groupby], ["id:array_agg"])
                    found = {
                        Date.to_string(value) if ":" in groupby and value else value: self._names(records.browse(ids))
                        for value, ids in rows
                    }
                    expected = {
                        value: self._expand(records._name, names) for value, names in tables[column - 1].items()
                    }
                    self.assertEqual({value: sorted(names) for value, names in found.items()},
                                     {value: sorted(names) for value, names in expected.items()})  # fmt: skip

    def test_the_records_of_a_group_are_those_counted(self):
        for records, column in self._cases():
            for groupby, tables in GROUPS.items():
                with self.subTest(groupby=groupby):
                    domain = self._among(records._name)
                    result = records.web_read_group(domain, [groupby], ["__count"])
                    self.assertEqual(result["length"], len(tables[column - 1]))
                    for group in result["groups"]:
                        self.assertEqual(
                            records.search_count([*domain, *group["__extra_domain"]]), group["__count"], group
                        )

    def test_grouping_by_two_fields(self):
        for records, column in self._cases():
            rows = records.formatted_read_group(
                self._among(records._name), ["key_account_category", "key_account_abc"], ["__count"]
            )
            empty = {"res.partner": 1}.get(records._name, 2)
            self.assertEqual(
                [(row["key_account_category"], row["key_account_abc"], row["__count"]) for row in rows],
                [("active_partner", "A", 1), ("client", "C", 1), ("passive_partner", "B", 1), (False, False, empty)]
                if column == ALL
                else [("active_partner", "A", 1), (False, False, empty + 2)],
            )

    def test_grouping_by_profile(self):
        for records, column in self._cases():
            rows = records._read_group(self._among(records._name), ["key_account_profile_id"], ["__count"])
            empty = {"res.partner": 1}.get(records._name, 2)
            self.assertEqual(
                [(profile.sudo().partner_id.name, number) for profile, number in rows],
                [("Anchor", 1), ("Bridge", 1), ("Cellar", 1), (False, empty)]
                if column == ALL
                else [("Anchor", 1), (False, empty + 2)],
            )

    def test_grouping_by_a_field_of_the_profile(self):
        for records, column in self._cases():
            rows = records._read_group(self._among(records._name), ["key_account_profile_id.category"], ["__count"])
            empty = {"res.partner": 1}.get(records._name, 2)
            self.assertEqual(
                rows,
                [("active_partner", 1), ("client", 1), ("passive_partner", 1), (False, empty)]
                if column == ALL
                else [("active_partner", 1), (False, empty + 2)],
            )

    def test_the_pivot_counts_the_same_in_all_its_sums(self):
        for records, column in self._cases():
            total, by_category, cells = records.formatted_read_grouping_sets(
                self._among(records._name),
                [[], ["key_account_category"], ["key_account_category", "key_account_lifecycle"]],
                ["__count", "key_account_lost_probability:avg"],
            )
            count = len(self.linked[records._name])
            for groups in (total, by_category, cells):
                self.assertEqual(sum(group["__count"] for group in groups), count)
            # the mean over those who have one: 0.1, 0.3 and 0.8, or 0.1 alone
            self.assertAlmostEqual(total[0]["key_account_lost_probability:avg"], 0.4 if column == ALL else 0.1)

    def test_ratios_and_repeated_amounts_have_no_sum(self):
        for model in LINKED:
            description = self.env[model].fields_get()
            for name in ("share", "growth", "revenue_12m"):
                self.assertIsNone(description[f"key_account_{name}"].get("aggregator"), (model, name))
            self.assertEqual(description["key_account_lost_probability"]["aggregator"], "avg")

    def test_the_client_may_search_sort_and_group(self):
        names = ("profile_id", "category", "recurrence", "lifecycle", "abc", "share", "revenue_12m",
                 "expected_next_date", "lost_probability")  # fmt: skip
        for model in LINKED:
            description = self.env[model].fields_get()
            for name in names:
                field = description[f"key_account_{name}"]
                self.assertTrue(field["searchable"] and field["sortable"], (model, name))
                self.assertTrue(field["readonly"], (model, name))
                self.assertFalse(field["store"], (model, name))
            for name in ("profile_id", "category", "recurrence", "lifecycle", "abc", "expected_next_date"):
                self.assertTrue(description[f"key_account_{name}"]["groupable"], (model, name))


@tagged("post_install", "-at_install")
class TestLinkSums(LinkCase):
    """Sums by category are those of SQL by hand, for each role and company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].create(
            [
                {"name": "Second", "type": "opportunity", "partner_id": cls.customers["anchor"].id, "user_id": False,
                 "expected_revenue": 11},
                {"name": "Abroad", "type": "opportunity", "partner_id": cls.customers["fresh"].id, "user_id": False,
                 "expected_revenue": 13, "company_id": cls.abroad.id},
            ]
        )  # fmt: skip
        cls._invoice("anchor", cls.abroad)
        cls._invoice("fresh", cls.abroad)
        cls.env.flush_all()

    def _profiles_sql(self, role, companies):
        """By hand: the profiles the role may see."""
        own = SQL("AND account_manager_id = %s", self.users["own"].id) if role == "own" else SQL()
        return SQL("(SELECT * FROM key_account_profile WHERE company_id = ANY(%s) %s)", list(companies.ids), own)

    def _by_category(self, query):
        return {category or False: float(total) for category, total in self.env.execute_query(query)}

    def assertSums(self, records, domain, field, query, expected):
        found = dict(records._read_group(domain, ["key_account_category"], [f"{field}:sum"]))
        self.assertEqual(found, expected)
        self.assertEqual(self._by_category(query), expected)
        shown = records.formatted_read_group(domain, ["key_account_category"], [f"{field}:sum"])
        self.assertEqual({row["key_account_category"]: row[f"{field}:sum"] for row in shown}, expected)
        self.assertEqual(sum(expected.values()), records._read_group(domain, [], [f"{field}:sum"])[0][0])

    def test_expected_revenue_of_opportunities(self):
        everything = {"active_partner": 111, "passive_partner": 40, "client": -10, False: 10}
        mine = {"active_partner": 111, False: 40 - 10 + 7 + 3}
        for role, expected in [("own", mine), ("all", everything), ("manager", everything)]:
            with self.subTest(role=role):
                query = SQL(
                    """
                    SELECT profile.category, SUM(lead.expected_revenue)
                      FROM crm_lead AS lead
                      LEFT JOIN res_partner AS contact
                        ON contact.id = lead.partner_id
                      LEFT JOIN %s AS profile
                        ON profile.partner_id = contact.commercial_partner_id
                     WHERE lead.create_uid = %s
                       AND (lead.company_id = %s OR lead.company_id IS NULL)
                       AND lead.name = ANY(%s)
                     GROUP BY profile.category
                    """,
                    self._profiles_sql(role, self.company),
                    self.env.uid,
                    self.company.id,
                    [*AMOUNTS, "Second"],
                )
                domain = [("create_uid", "=", self.env.uid), ("name", "in", [*AMOUNTS, "Second", "Abroad"])]
                self.assertSums(self._as(role, "crm.lead"), domain, "expected_revenue", query, expected)

    def test_revenue_of_the_invoice_analysis(self):
        home = {"active_partner": 100, "passive_partner": 40, "client": -10, False: 10}
        abroad = {"client": 100, "passive_partner": 7}
        both = {"active_partner": 100, "passive_partner": 47, "client": 90, False: 10}
        for role in ("invoicing", "auditor"):
            self.users[role].company_ids += self.abroad
            for companies, expected in [
                (self.company, home),
                (self.abroad, abroad),
                (self.company + self.abroad, both),
                (self.abroad + self.company, both),
            ]:
                with self.subTest(role=role, companies=companies.mapped("name")):
                    query = SQL(
                        """
                        SELECT profile.category, SUM(-line.balance)
                          FROM account_move_line AS line
                          JOIN account_move AS move
                            ON move.id = line.move_id
                          LEFT JOIN %s AS profile
                            ON profile.partner_id = move.commercial_partner_id
                           AND profile.company_id = move.company_id
                         WHERE line.display_type = 'product'
                           AND move.move_type IN ('out_invoice', 'out_refund')
                           AND move.company_id = ANY(%s)
                         GROUP BY profile.category
                        """,
                        self._profiles_sql(role, companies),
                        companies.ids,
                    )
                    report = self._as(role, "account.invoice.report", *companies)
                    self.assertSums(report, [], "price_subtotal", query, expected)

    def test_contacts_are_counted_by_the_figures_of_the_current_company(self):
        self.users["all"].company_ids += self.abroad
        for companies, expected in [
            ((self.company,), {"active_partner": 1, "passive_partner": 1, "client": 1, False: 1}),
            ((self.abroad,), {"client": 1, "passive_partner": 1, False: 2}),
            ((self.company, self.abroad), {"active_partner": 1, "passive_partner": 1, "client": 1, False: 1}),
            ((self.abroad, self.company), {"client": 1, "passive_partner": 1, False: 2}),
        ]:
            partners = self._as("all", "res.partner", *companies)
            rows = partners._read_group(self._among("res.partner"), ["key_account_category"], ["__count"])
            self.assertEqual(dict(rows), expected)


@tagged("post_install", "-at_install")
class TestLinkCompanies(LinkCase):
    def _categories(self, record, *companies, role="all"):
        return [self._as(role, record, company).key_account_category for company in companies]

    def test_another_company_shows_its_own_figures(self):
        self.users["all"].company_ids += self.abroad
        anchor = self._as("all", self.customers["anchor"], self.company, self.abroad)
        for _again in range(2):
            self.assertEqual((anchor.key_account_category, anchor.key_account_revenue_12m), ("active_partner", 1200))
            there = anchor.with_company(self.abroad)
            self.assertEqual((there.key_account_category, there.key_account_revenue_12m), ("client", 25))
            self.assertEqual(there.key_account_company_id, self.abroad)
            self.assertEqual(anchor.key_account_company_id, self.company)

    def test_opportunities_show_the_figures_of_the_current_company(self):
        self.users["all"].company_ids += self.abroad
        lead = self.linked["crm.lead"]["anchor"]
        lead.company_id = False
        self.assertEqual(
            self._categories(lead, self.company, self.abroad, self.company),
            ["active_partner", "client", "active_partner"],
        )

    def test_documents_show_the_figures_of_their_own_company(self):
        self.users["invoicing"].company_ids += self.abroad
        home, abroad = self.linked["account.move"]["anchor"], self._invoice("anchor", self.abroad)
        self.env.flush_all()
        lines = self.env["account.invoice.report"].with_context(allowed_company_ids=(self.company + self.abroad).ids)
        lines = lines.search([("move_id", "in", (home + abroad).ids)], order="move_id.id")
        for records in (home + abroad, lines):
            for companies in ((self.company, self.abroad), (self.abroad, self.company)):
                records = self._as("invoicing", records, *companies)
                self.assertEqual(records.mapped("key_account_category"), ["active_partner", "client"])
                self.assertEqual(records.mapped("key_account_revenue_12m"), [1200, 25])
                self.assertEqual(
                    records.search([("id", "in", records.ids), ("key_account_category", "=", "client")]), records[1]
                )

    def test_figures_of_a_company_that_is_not_selected_stay_away(self):
        self.users["invoicing"].company_ids += self.abroad
        abroad = self._invoice("anchor", self.abroad)
        self.assertFalse(self._as("invoicing", abroad, self.company).sudo().key_account_category)
        self.assertEqual(self._as("invoicing", abroad, self.company, self.abroad).key_account_category, "client")

    def test_users_do_not_see_what_was_read_for_others_in_the_same_transaction(self):
        for model in LINKED:
            bridge = self.linked[model]["bridge"]
            for role, category in [("auditor", "passive_partner"), ("own", False), ("all", "passive_partner"),
                                   ("own", False), ("employee", False), ("invoicing", "passive_partner")]:  # fmt: skip
                with self.subTest(model=model, role=role):
                    as_role = self._as(role, bridge).sudo()
                    self.assertEqual(as_role.key_account_category, category)
                    self.assertEqual(as_role.key_account_profile_id.category, category)
                    self.assertEqual(as_role.key_account_revenue_12m, 600 if category else False)

    def test_what_a_refresh_finds_shows_at_once(self):
        fresh, lead = self.customers["fresh"], self.linked["crm.lead"]["fresh"]
        self.assertEqual((fresh.key_account_category, lead.key_account_category), (False, False))
        self._insert_documents([(fresh, "out_invoice", "2024-06-01", 10)])
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual((fresh.key_account_category, lead.key_account_category), ("client", "client"))
        self.assertEqual(lead.key_account_lifecycle, "lost")


@tagged("post_install", "-at_install")
class TestLinkBadInput(SharesCase):
    def test_contacts_show_their_company(self):
        buyers = [self.buyers[name] for name in ("anchor", "bridge", "fresh")]
        partners = self.env["res.partner"].concat(*buyers)
        self.assertEqual(partners.mapped("key_account_category"), ["active_partner", "passive_partner", False])
        self.assertEqual(
            partners.search([("id", "in", partners.ids), ("key_account_revenue_12m", ">", 1000)]), self.buyers["anchor"]
        )
        action = self.buyers["anchor"].action_open_key_account()
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).partner_id, self.customers["anchor"])

    def test_archived_contacts_keep_their_figures(self):
        cellar = self.customers["cellar"]
        (cellar + self.buyers["cellar"]).active = False
        self.assertEqual(cellar.key_account_category, "client")
        found = self._as("all", "res.partner").with_context(active_test=False)
        self.assertFound(found, [("key_account_category", "=", "client")], "cellar")
        self.assertFound(self._as("all", "crm.lead"), [("key_account_category", "=", "client")], "cellar")
        self.assertFound(self._as("auditor", "account.move"), [("key_account_category", "=", "client")], "cellar")

    def test_a_contact_of_another_company(self):
        lead = self.linked["crm.lead"]["anchor"]
        self.env.cr.execute(
            SQL("UPDATE res_partner SET company_id = %s WHERE id = %s", self.abroad.id, self.buyers["anchor"].id)
        )
        self.env.invalidate_all()
        for role in ("own", "all", "manager"):
            with self.subTest(role=role):
                as_role = self._as(role, lead)
                self.assertEqual(as_role.key_account_category, "active_partner")
                self.assertEqual(as_role.read(["key_account_revenue_12m"])[0]["key_account_revenue_12m"], 1200)
                self.assertFound(as_role, [("key_account_category", "=", "active_partner")], "anchor")

    def test_documents_of_a_customer_who_became_part_of_another(self):
        """The figures count them with the new company, and so does every grouping."""
        self.customers["fresh"].parent_id = self.customers["anchor"]
        self.customers["fresh"].is_company = False
        self.env.flush_all()
        for model in LINKED:
            with self.subTest(model=model):
                self.assertEqual(self.linked[model]["fresh"].key_account_category, "active_partner")
                self.assertFound(
                    self.env[model], [("key_account_category", "=", "active_partner")], "anchor fresh", model
                )

    def test_records_that_are_being_entered(self):
        for model in ("res.partner", "crm.lead", "account.move"):
            new = self.env[model].new({})
            self.assertFalse(new.key_account_profile_id, model)
            self.assertFalse(new.key_account_category, model)
        self.assertEqual(
            self.env["crm.lead"].new({"partner_id": self.buyers["anchor"].id}).key_account_category, "active_partner"
        )

    def test_exporting(self):
        for role in ("own", "all"):
            self.users[role].group_ids += self.env.ref("base.group_allow_export")
        names = ["name", "key_account_profile_id", "key_account_category", "key_account_revenue_12m",
                 "key_account_expected_next_date", "key_account_share"]  # fmt: skip
        partners = self._as("all", self.customers["anchor"] + self.customers["fresh"])
        self.assertEqual(
            partners.export_data(names)["datas"],
            [["Anchor", "Anchor", "Active partner", 1200.0, Date.to_date("2030-01-15"), 0.6],
             ["Fresh", "", "", "", "", ""]],
        )  # fmt: skip
        theirs = self._as("own", self.customers["bridge"])
        self.assertEqual(theirs.export_data(names)["datas"], [["Bridge", "", "", "", "", ""]])

    def test_importing_leaves_the_figures_alone(self):
        before = self._stored(self._live())
        result = self.env["res.partner"].load(
            [".id", "name", "key_account_category", "key_account_revenue_12m", "key_account_expected_next_date"],
            [
                [str(self.customers["anchor"].id), "Anchor", "Client", "5", "2031-01-01"],
                ["", "Imported", "Client", "5", "2031-01-01"],
            ],
        )
        self.assertEqual(result["messages"], [])
        self.env.flush_all()
        self.env.invalidate_all()
        anchor, imported = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(anchor, self.customers["anchor"])
        self.assertEqual((anchor.key_account_category, anchor.key_account_revenue_12m), ("active_partner", 1200))
        self.assertEqual((imported.name, imported.key_account_category), ("Imported", False))
        self.assertEqual(self._stored(self._live()), before)

    def test_writing_a_contact_leaves_the_figures_alone(self):
        before = self._stored(self._live())
        self.customers["anchor"].write({"key_account_category": "client", "key_account_revenue_12m": 5})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._stored(self._live()), before)
        self.assertEqual(self.customers["anchor"].key_account_category, "active_partner")

    def test_awkward_names(self):
        for name in (
            """O'Neil & "Söhne" %s %(x)s; --""",
            "<script>alert(1)</script><b>Bold</b>",
            "{{ 7 * 7 }} ${7*7} <t t-out='1'/>",
            "שלום עולם \u202e مرحبا",
            "🍺 𝕭𝖗𝖊𝖜𝖊𝖗𝖞 𠜎",
        ):
            with self.subTest(name=name):
                customer = self.customers["anchor"]
                customer.name = name
                self.env.flush_all()
                for model in LINKED:
                    self.assertFound(self.env[model], [("key_account_profile_id", "ilike", name)], "anchor")
                rows = self.env["res.partner"].web_read_group(
                    self._among("res.partner"), ["key_account_profile_id"], ["__count"]
                )
                self.assertIn(name, [group["key_account_profile_id"][1] for group in rows["groups"][:1]])
                self.assertEqual(customer.export_data(["key_account_profile_id"])["datas"], [[name]])

    def test_what_people_write_is_no_markup(self):
        tag = "<img src=x onerror=alert(1)>"
        self._insert_documents([(self.customers["anchor"], "out_invoice", "2024-06-01", 10)])
        self.company.key_account_policy_id.copy({"name": tag}).action_publish()
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([self.customers["anchor"]])
        profile.write({"manual_category": "passive_partner", "manual_category_reason": tag})
        self.assertNotIn("<img", profile.explanation)
        self.assertIn("&lt;img", profile.explanation)
        # plain text for the client, which escapes it
        self.assertIn(tag, self.customers["anchor"].key_account_why)
        self.assertEqual(self.env["res.partner"]._fields["key_account_why"].type, "char")
