# SPDX-License-Identifier: LGPL-3.0-only
"""Fifty cards cost as many queries as five."""

from functools import partial
from unittest.mock import patch

from odoo.tests import tagged

from ..models.link.key_account_profile_link import ProfileLink
from .common import KeyAccountCase, shown_fields
from .link import LINKED
from .roles import create_users

FIELDS = {
    name: {}
    for name in (
        "key_account_profile_id",
        "key_account_category",
        "key_account_recurrence",
        "key_account_lifecycle",
        "key_account_abc",
        "key_account_share",
        "key_account_currency_id",
        "key_account_revenue_12m",
        "key_account_growth",
        "key_account_expected_next_date",
        "key_account_lost_probability",
    )
}


@tagged("post_install", "-at_install")
class TestPerformance(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        # as the switch in the settings does
        cls.users["own"].group_ids += cls.env.ref("key_account_segmentation.group_share_and_rank")
        cls.customers = cls.env["res.partner"].concat(*[cls._customer(f"Customer {number}") for number in range(50)])
        cls.contacts = cls.env["res.partner"].concat(
            *[cls._customer(f"Contact of {it.name}", is_company=False, parent_id=it.id) for it in cls.customers]
        )
        cls._insert_documents(
            [
                (partner, "out_invoice", day, 10 + number)
                for number, partner in enumerate(cls.customers)
                for day in ("2024-06-01", "2026-06-01")
            ]
        )
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": f"Lead {it.id}", "type": "opportunity", "partner_id": it.id, "user_id": cls.users["own"].id}
                for it in cls.contacts
            ]
        )
        cls.customers.user_id = cls.users["own"]
        cls.moves = cls.env["account.move"].search([("commercial_partner_id", "in", cls.customers.ids)])
        cls.env.flush_all()

    def _as(self, role, model):
        return self.env[model].with_user(self.users[role]).with_context(allowed_company_ids=self.company.ids)

    def _count(self, action):
        """Queries of what is done with an empty cache, once rules and views are known."""
        for _again in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            action()
        return self.env.cr.sql_log_count - before

    def assertSameForMany(self, read, few, many):
        """The same number of queries for few and for many; who counts nothing has not read anything."""
        counts = [self._count(lambda records=records: read([("id", "in", records.ids)])) for records in (few, many)]
        self.assertEqual(counts[0], counts[1])
        self.assertGreater(counts[0], 0)
        return counts[0]

    def _shown(self, records, mode, view=None):
        arch = records.get_view(self.env.ref(view).id if view else None, mode)["arch"]
        names = shown_fields(arch)
        self.assertIn("key_account_category", names)
        self.assertIn("key_account_lifecycle", names)
        return names

    def test_cards_of_the_pipeline(self):
        for role in ("own", "all", "manager"):
            with self.subTest(role=role):
                leads = self._as(role, "crm.lead")
                shown = self._shown(leads, "kanban", "crm.crm_case_kanban_view_leads")
                with_badge = self.assertSameForMany(
                    lambda domain, leads=leads, shown=shown: leads.web_search_read(domain, shown, limit=80),
                    self.leads[:5], self.leads,
                )  # fmt: skip
                stock = {name: nested for name, nested in shown.items() if not name.startswith("key_account_")}
                without = self.assertSameForMany(
                    lambda domain, leads=leads, shown=stock: leads.web_search_read(domain, shown, limit=80),
                    self.leads[:5], self.leads,
                )  # fmt: skip
                self.assertLessEqual(with_badge - without, 4)

    def test_the_pipeline_by_category(self):
        leads = self._as("own", "crm.lead")
        shown = self._shown(leads, "kanban", "crm.crm_case_kanban_view_leads")
        self.assertSameForMany(
            lambda domain: leads.web_read_group(
                domain, ["key_account_category"], ["expected_revenue:sum"], auto_unfold=True,
                unfold_read_specification=shown,
            ),
            self.leads[:5], self.leads,
        )  # fmt: skip

    def test_list_of_contacts(self):
        for role in ("own", "all", "invoicing"):
            with self.subTest(role=role):
                partners = self._as(role, "res.partner")
                shown = self._shown(partners, "list", "base.view_partner_tree")
                self.assertSameForMany(
                    lambda domain, partners=partners, shown=shown: partners.web_search_read(
                        domain, shown, limit=80, order="key_account_revenue_12m desc"
                    ),
                    self.contacts[:5], self.contacts,
                )  # fmt: skip

    def test_contacts_and_documents_with_all_fields(self):
        for role, few, many in [
            ("own", self.customers[:5], self.customers),
            ("all", self.leads[:5], self.leads),
            ("invoicing", self.moves[:5], self.moves[:50]),
        ]:
            with self.subTest(model=many._name):
                records = self._as(role, many._name)
                self.assertSameForMany(
                    lambda domain, records=records: records.web_search_read(domain, FIELDS, limit=80), few, many
                )

    def test_fields_of_core_models_are_described_without_the_link(self):
        """No query more than stock needs, once the labels of the profile are known, and no join built for nothing."""
        for model in (*LINKED, "res.users"):
            records = self._as("own", model).with_context(lang="en_US")
            stock = [name for name in records._fields if not name.startswith("key_account_")]
            with self.subTest(model=model), patch.object(ProfileLink, "join") as join:
                counts = [self._count_anew(partial(records.fields_get, names)) for names in (stock, None)]
                self.assertLessEqual(counts[1], counts[0])
                join.assert_not_called()

    def _count_anew(self, action):
        """Queries of an action when nothing is known but the labels of the profile's fields."""
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()
        self.profiles.with_context(lang="en_US").fields_get(["category"])
        before = self.env.cr.sql_log_count
        action()
        return self.env.cr.sql_log_count - before
