# SPDX-License-Identifier: LGPL-3.0-only
"""Key accounts on opportunities: who gets a new one, what is asked when one is lost, what can be filtered and grouped."""

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import Form, HttpCase, tagged

from .common import KeyAccountCase
from .link import LINKED, LinkCase
from .roles import create_user, create_users

TODAY = Date.today()


class CrmCase(KeyAccountCase):
    """The brewery is a key account of the salesperson's, the fair none of a colleague's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.brewery = cls._customer("Steady Brewery", user_id=cls.users["own"].id)
        cls.buyer = cls._customer("Buyer", is_company=False, parent_id=cls.brewery.id)
        cls.fair = cls._customer("Once Upon a Fair", user_id=cls.users["all"].id)
        cls._insert_documents(
            [(cls.brewery, "out_invoice", TODAY - relativedelta(months=month), 1200) for month in range(24)]
            + [(cls.fair, "out_invoice", TODAY - relativedelta(months=month), 300) for month in (5, 17)]
        )
        cls.env["key.account.run"].refresh_all(cls.company)

    def _lead(self, role="manager", context=None, **values):
        leads = self._as(role, self.env["crm.lead"]).with_context(**(context or {}))
        return leads.create({"name": "New bottles", "type": "opportunity", **values}).with_env(self.env)

    def _switch_on(self):
        self.company.write({"key_account_lead_to_manager": True, "key_account_lead_priority": True})

    def assertLead(self, lead, role, priority):
        self.assertEqual((lead.user_id, lead.priority), (self.users[role] if role else lead.user_id[:0], priority))


@tagged("post_install", "-at_install")
class TestNewLeads(CrmCase):
    def test_nothing_happens_unless_it_is_switched_on(self):
        self.assertLead(self._lead(partner_id=self.buyer.id), "manager", "0")

    def test_a_key_account_s_lead_goes_to_its_account_manager(self):
        self._switch_on()
        self.assertLead(self._lead(partner_id=self.brewery.id), "own", "2")
        self.assertLead(self._lead(partner_id=self.buyer.id), "own", "2")
        self.assertLead(self._lead(context={"default_partner_id": self.buyer.id}), "own", "2")
        self.assertLead(self._lead(commercial_partner_id=self.brewery.id), "own", "2")

    def test_one_switch_at_a_time(self):
        self.company.key_account_lead_to_manager = True
        self.assertLead(self._lead(partner_id=self.buyer.id), "own", "0")
        self.company.write({"key_account_lead_to_manager": False, "key_account_lead_priority": True})
        self.assertLead(self._lead(partner_id=self.buyer.id), "manager", "2")

    def test_what_is_given_stays(self):
        self._switch_on()
        self.assertLead(self._lead(partner_id=self.buyer.id, user_id=self.users["all"].id), "all", "2")
        self.assertLead(
            self._lead(partner_id=self.buyer.id, context={"default_user_id": self.users["all"].id}), "all", "2"
        )
        self.assertLead(self._lead(partner_id=self.buyer.id, priority="1"), "own", "1")
        self.assertLead(self._lead(partner_id=self.buyer.id, context={"default_priority": "3"}), "own", "3")

    def test_other_customers_and_none(self):
        self._switch_on()
        self.assertLead(self._lead(partner_id=self.fair.id), "manager", "0")
        self.assertLead(self._lead(), "manager", "0")
        self.assertLead(self._lead(partner_id=False, user_id=False), None, "0")

    def test_the_switch_is_that_of_the_lead_s_company(self):
        self._switch_on()
        abroad = self._create_company("Abroad Ltd")
        lead = self.env["crm.lead"].create({"name": "Far", "partner_id": self.buyer.id, "company_id": abroad.id})
        self.assertLead(lead.with_env(self.env), None, "0") if not lead.user_id else self.assertEqual(
            (lead.user_id, lead.priority), (self.env.user, "0")
        )

    def test_managers_who_left(self):
        self._switch_on()
        self.users["own"].active = False
        self.assertLead(self._lead(partner_id=self.buyer.id), "manager", "2")

    def test_a_salesperson_keeps_what_would_vanish(self):
        self._switch_on()
        colleague = create_user(self.env, "key_account_colleague", "sales_team.group_sale_salesman", self.company)
        leads = self.env["crm.lead"].with_user(colleague).with_context(allowed_company_ids=self.company.ids)
        saved = leads.web_save({"name": "Heard of it", "partner_id": self.buyer.id}, {"user_id": {}, "priority": {}})
        self.assertEqual((saved[0]["user_id"], saved[0]["priority"]), (colleague.id, "2"))

    def test_a_company_one_does_not_work_in_proposes_nothing(self):
        abroad = self._create_company("Abroad Ltd")
        abroad.write({"key_account_lead_to_manager": True, "key_account_lead_priority": True})
        self._insert_documents(
            [(self.fair, "out_invoice", TODAY - relativedelta(months=month), 1200) for month in range(24)],
            company=abroad,
        )
        self.env["key.account.run"].refresh_all(abroad)
        self.assertTrue(self._live([self.fair], company=abroad).main_type_id)
        values = {"name": "Guess", "type": "opportunity", "partner_id": self.fair.id, "company_id": abroad.id}
        for role in ("own", "all", "manager", "employee"):
            leads = self._as(role, self.env["crm.lead"])
            spec = {"user_id": {}, "priority": {}, "partner_id": {}, "company_id": {}}
            with self.subTest(role=role):
                if role != "employee":
                    answer = leads.onchange(values | {"user_id": False}, ["partner_id"], spec)["value"]
                    self.assertNotEqual(answer.get("priority"), "2")
                    self.assertNotEqual(answer.get("user_id"), self.users["all"].id)
                self.assertEqual(leads._key_account_defaults(values), values)
        self.users["manager"].company_ids += abroad
        proposed = self._as("manager", self.env["crm.lead"])._key_account_defaults(values)
        self.assertEqual(proposed["priority"], "2")

    def test_an_e_mail_of_a_key_account(self):
        self._switch_on()
        self.buyer.email = "buyer@brewery.example.com"
        message = {"subject": "Bottles", "from": self.buyer.email, "author_id": self.buyer.id, "body": "Please call"}
        lead = self.env["crm.lead"].with_context(allowed_company_ids=self.company.ids).message_new(message)
        self.assertLead(lead, "own", "2")

    def test_the_form_proposes_the_same(self):
        self._switch_on()
        form = Form(self._as("manager", self.env["crm.lead"]).with_context(default_type="opportunity"))
        form.name = "New bottles"
        form.partner_id = self.buyer
        self.assertEqual((form.user_id, form.priority), (self.users["own"], "2"))
        self.assertLead(form.save().with_env(self.env), "own", "2")

    def test_the_form_leaves_what_somebody_chose(self):
        self._switch_on()
        form = Form(self._as("manager", self.env["crm.lead"]).with_context(default_type="opportunity"))
        form.name = "New bottles"
        form.user_id = self.users["all"]
        form.priority = "1"
        form.partner_id = self.buyer
        self.assertEqual((form.user_id, form.priority), (self.users["all"], "1"))

    def test_an_opportunity_that_is_there_is_left_alone(self):
        lead = self._lead(partner_id=self.fair.id)
        self._switch_on()
        with Form(self._as("manager", lead)) as form:
            form.partner_id = self.buyer
        self.assertLead(lead, "manager", "0")


@tagged("post_install", "-at_install")
class TestLost(CrmCase):
    def _lose(self, role, leads, meaning, **values):
        wizard = self._as(role, self.env["crm.lead.lost"]).create(
            {"lead_ids": leads.ids, "key_account_meaning": meaning, **values}
        )
        names = wizard.key_account_names
        wizard.action_lost_reason_apply()
        return names

    def _notes(self, record):
        return "\n".join(record.message_ids.mapped("body"))

    def test_on_a_contact_that_companies_share_it_is_not_noted(self):
        lead = self._lead("own", partner_id=self.buyer.id)
        before = self.brewery.message_ids
        self._lose("own", lead, "A year with others")
        self.assertEqual(self.brewery.message_ids, before)
        self.assertIn("A year with", self._notes(lead))

    def test_what_it_means_stands_on_the_customer_and_the_opportunity(self):
        (self.brewery | self.buyer).company_id = self.company
        lead = self._lead("own", partner_id=self.buyer.id)
        reason = self.env["crm.lost.reason"].create({"name": "Too <b>dear</b>"})
        names = self._lose("own", lead, "A year with <i>others</i>", lost_reason_id=reason.id)
        self.assertEqual(names, "Steady Brewery")
        self.assertEqual(lead.won_status, "lost")
        note = self.brewery.message_ids[0]
        self.assertEqual(note.author_id, self.users["own"].partner_id)
        for words in (
            "New bottles",
            "Too &lt;b&gt;dear",
            "What it means for the account",
            "A year with &lt;i&gt;others",
        ):
            self.assertIn(words, note.body)
        self.assertTrue(note.is_internal)
        self.assertIn("A year with", self._notes(lead))

    def test_nothing_is_noted_if_nothing_is_said(self):
        lead = self._lead("own", partner_id=self.buyer.id)
        before = self.brewery.message_ids
        self._lose("own", lead, "  ")
        self.assertEqual(self.brewery.message_ids, before)

    def test_it_is_asked_of_key_accounts_only(self):
        fair, nobody = self._lead("all", partner_id=self.fair.id), self._lead("all")
        before = self.fair.message_ids
        self.assertFalse(self._lose("all", fair | nobody, "Whatever it means"))
        self.assertEqual(self.fair.message_ids, before)

    def test_of_several_the_key_accounts_are_named(self):
        (self.brewery | self.buyer | self.fair).company_id = self.company
        leads = self._lead("manager", partner_id=self.buyer.id) | self._lead("manager", partner_id=self.fair.id)
        self.assertEqual(self._lose("manager", leads, "A year with others"), "Steady Brewery")
        self.assertIn("A year with others", self._notes(self.brewery))
        self.assertNotIn("A year with others", self._notes(self.fair))

    def test_the_dialog_asks(self):
        lead = self._lead("own", partner_id=self.buyer.id)
        lost = self._as("own", self.env["crm.lead.lost"])
        self.assertTrue(Form(lost.with_context(default_lead_ids=lead.ids)).key_account_names)
        other = self._lead("all", partner_id=self.fair.id, user_id=self.users["own"].id)
        form = Form(lost.with_context(default_lead_ids=other.ids))
        with self.assertRaisesRegex(AssertionError, "invisible"):
            form.key_account_meaning = "Nothing"


@tagged("post_install", "-at_install")
class TestTypeLink(LinkCase):
    """The type of the customer, on contacts, opportunities, invoices and in the report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.types = {name: cls.env.ref(f"key_account_segmentation.type_{name}") for name in ("image", "tester")}
        for customer, name in [("anchor", "image"), ("bridge", "tester")]:
            profile = cls.profiles.search(
                [("partner_id", "=", cls.customers[customer].id), ("company_id", "=", cls.company.id)]
            )
            profile.main_type_id = cls.types[name]
        cls.env.flush_all()

    def test_searched(self):
        for model in LINKED:
            for role, domain, names in [
                ("manager", [("key_account_type_id", "!=", False)], "anchor bridge"),
                ("manager", [("key_account_type_id", "=", False)], "cellar empty"),
                ("manager", [("key_account_type_id", "=", self.types["tester"].id)], "bridge"),
                ("manager", [("key_account_type_id", "ilike", "image")], "anchor"),
                ("manager", [("key_account_type_id.code", "=", "image")], "anchor"),
                ("manager", [("key_account_manager_id", "=", self.users["all"].id)], "bridge"),
                ("own", [("key_account_type_id", "!=", False)], "anchor"),
            ]:
                # each role sees the documents it may see: those are LinkRights' matter
                records = self._as(role, model).sudo()
                if role == "manager" and model.startswith("account."):
                    records = self._as("invoicing", model)
                with self.subTest(model=model, role=role, domain=domain):
                    if role == "own" and model.startswith("account."):
                        continue
                    self.assertFound(records, domain, names)

    def test_grouped(self):
        for model in LINKED:
            role = "invoicing" if model.startswith("account.") else "manager"
            groups = self._as(role, model)._read_group(
                self._among(model), ["key_account_type_id"], ["__count"], order="key_account_type_id"
            )
            counts = {account_type.code: count for account_type, count in groups}
            with self.subTest(model=model):
                self.assertEqual((counts["image"], counts["tester"]), (1, 1))
                self.assertEqual(sum(counts.values()), len(self.linked[model]))

    def test_read(self):
        for model in LINKED:
            role = "invoicing" if model.startswith("account.") else "manager"
            record = self._as(role, self.linked[model]["anchor"])
            self.assertEqual(record.key_account_type_id, self.types["image"], model)
            self.assertEqual(record.key_account_type_icon, "fa-bullhorn", model)
            self.assertEqual(record.key_account_type_color, self.types["image"].color, model)


@tagged("post_install", "-at_install")
class TestPipelineInTheBrowser(CrmCase, HttpCase):
    def test_badge_filters_and_lost(self):
        salesperson = self.users["own"]
        (self.brewery | self.buyer).company_id = self.company
        self._lead("own", partner_id=self.buyer.id, user_id=salesperson.id)
        self._lead("manager", name="Festival tent", partner_id=self.fair.id, user_id=salesperson.id)
        architect = self._customer("Architect", user_id=salesperson.id)
        self._lead("own", name="New house", partner_id=architect.id, user_id=salesperson.id)
        self.env["crm.lost.reason"].create({"name": "Went to others"})
        self.start_tour("/odoo/action-crm.crm_lead_action_pipeline", "key_account_pipeline", login=salesperson.login)
        self.assertIn("Ask again in spring", "\n".join(self.brewery.message_ids.mapped("body")))
        self.assertEqual(self._live([architect]).main_type_id.code, "image")
