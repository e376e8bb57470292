# SPDX-License-Identifier: LGPL-3.0-only
"""What customers say: whose it is, who may note and read it, and where it is counted."""

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .roles import INSIDERS, ROLES, create_users

MODEL = "key.account.feedback"


class FeedbackCase(KeyAccountCase):
    """Two customers with people, the first looked after by the role "own documents"."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls._create_company("Abroad Ltd")
        cls.users = create_users(cls.env, cls.company)
        cls.mine = cls._customer("Mine", user_id=cls.users["own"].id)
        cls.theirs = cls._customer("Theirs", user_id=cls.users["all"].id)
        cls.tester = cls._customer("Ann", is_company=False, parent_id=cls.mine.id)
        cls.buyer = cls._customer("Bob", is_company=False, parent_id=cls.theirs.id)
        cls.feedback = cls.env[MODEL]

    @classmethod
    def _said(cls, partner, **values):
        return cls.feedback.create({"partner_id": partner.id, "name": "Too loud", **values})

    def _as(self, role, records=None, companies=None):
        records = self.env[MODEL] if records is None else records
        companies = companies or self.company
        return records.with_user(self.users[role]).with_context(allowed_company_ids=companies.ids)

    def _marks(self):
        """Marks since the last look, as (company, customer)."""
        self.env.flush_all()
        marks = self.env["key.account.stale"].search([])
        found = {(mark.company_number, mark.partner_number) for mark in marks}
        marks.unlink()
        return found


@tagged("post_install", "-at_install")
class TestFeedback(FeedbackCase):
    def test_it_is_of_today_mine_and_of_the_company_unless_said_otherwise(self):
        said = self._as("own").create({"partner_id": self.tester.id, "name": "Too loud"})
        self.assertEqual(said.date, Date.context_today(said))
        self.assertEqual((said.user_id, said.company_id), (self.users["own"], self.company))
        self.assertEqual(said.commercial_partner_id, self.mine)

    def test_nobody_says_anything_tomorrow(self):
        today = Date.context_today(self.feedback)
        said = self._said(self.tester, date=today)
        with self.assertRaisesRegex(ValidationError, r"day to come: choose today \(.*, where Segmented Ltd is\)"):
            self._said(self.tester, date=Date.add(today, days=1))
        with self.assertRaisesRegex(ValidationError, "day to come"):
            said.date = Date.add(today, days=1)

    def test_today_is_that_of_the_company(self):
        """Wherever who notes it sits: in Kiritimati it may be tomorrow already, in Pago Pago yesterday still."""
        today = self.company._key_account_today()
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            feedback = self.feedback.with_context(tz=zone)
            said = feedback.create({"partner_id": self.tester.id, "name": "Too loud"})
            self.assertEqual(said.date, today)
            with self.assertRaises(ValidationError):
                said.date = Date.add(today, days=1)

    def test_who_said_it_and_what_have_to_be_there(self):
        form = Form(self.feedback)
        with self.assertRaisesRegex(AssertionError, "name is a required field"):
            form.save()
        form.name = "Too loud"
        with self.assertRaisesRegex(AssertionError, "partner_id is a required field"):
            form.save()
        form.partner_id = self.tester
        self.assertEqual(form.save().commercial_partner_id, self.mine)

    def test_contacts_of_another_company_say_nothing_here(self):
        foreign = self._customer("Foreign", company_id=self.abroad.id)
        with self.assertRaises(UserError):
            self._said(foreign)

    def test_it_moves_with_the_contact(self):
        said = self._said(self.tester)
        self.tester.parent_id = self.theirs
        self.assertEqual(said.commercial_partner_id, self.theirs)

    def test_it_goes_with_the_contact(self):
        said = self._said(self.tester)
        self.tester.unlink()
        self.assertFalse(said.exists())


@tagged("post_install", "-at_install")
class TestFeedbackFigures(FeedbackCase):
    def test_who_buys_nothing_gets_a_profile(self):
        self.assertFalse(self._live())
        self._said(self.tester)
        self.assertEqual(self._live().partner_id, self.mine)
        self._said(self.mine)
        self.assertEqual(len(self._live()), 1)

    def test_the_profile_is_of_the_company_it_was_said_in(self):
        self._said(self.tester, company_id=self.abroad.id)
        self.assertFalse(self._live())
        self.assertEqual(self._live(company=self.abroad).partner_id, self.mine)

    def test_a_salesperson_may_note_what_a_stranger_says(self):
        self._as("own").create({"partner_id": self.buyer.id, "name": "Too loud"})
        self.assertEqual(self._live().partner_id, self.theirs)
        self.assertFalse(self._as("own", self.profiles).search([]))

    def test_what_changes_whose_it_is_or_when_has_figures_worked_out(self):
        home, mine, theirs = self.company.id, (self.company.id, self.mine.id), (self.company.id, self.theirs.id)
        said = self._said(self.tester)
        self.assertEqual(self._marks(), {mine})
        said.write({"effect": "Quieter", "name": "Too loud by far", "user_id": self.users["all"].id})
        self.assertEqual(self._marks(), set())
        said.date = "2024-01-31"
        self.assertEqual(self._marks(), {mine})
        said.partner_id = self.buyer
        self.assertEqual(self._marks(), {mine, theirs})
        self.assertEqual(set(self._live().partner_id), {self.mine, self.theirs})
        said.company_id = self.abroad
        self.assertEqual(self._marks(), {(home, self.theirs.id), (self.abroad.id, self.theirs.id)})
        said.unlink()
        self.assertEqual(self._marks(), {(self.abroad.id, self.theirs.id)})


@tagged("post_install", "-at_install")
class TestFeedbackRights(FeedbackCase):
    #: Role -> what it may do with feedback its rules show.
    RIGHTS = {
        "own": ("read", "create", "write"),
        "all": ("read", "create", "write"),
        "manager": ("read", "create", "write", "unlink"),
        "invoicing": ("read",),
        "auditor": ("read",),
        "employee": (),
        "portal": (),
        "public": (),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stranger = cls.users["manager"].id
        cls.of_mine = cls._said(cls.tester, user_id=stranger)
        cls.of_theirs = cls._said(cls.buyer, user_id=stranger)
        cls.by_own = cls._said(cls.theirs, user_id=cls.users["own"].id)
        cls.elsewhere = cls._said(cls.tester, user_id=cls.users["own"].id, company_id=cls.abroad.id)

    def test_what_each_role_may_do(self):
        self.assertEqual(self.RIGHTS.keys(), ROLES.keys())
        for role, rights in self.RIGHTS.items():
            for operation in ("read", "create", "write", "unlink"):
                with self.subTest(role=role, operation=operation):
                    self.assertEqual(self._as(role).has_access(operation), operation in rights)

    def test_what_each_role_sees(self):
        here = self.of_mine + self.of_theirs + self.by_own
        for role in INSIDERS:
            with self.subTest(role=role):
                found = self._as(role).search([])
                self.assertEqual(set(found.ids), set((here - self.of_theirs if role == "own" else here).ids))

    def test_a_salesperson_changes_what_they_noted_and_what_their_customers_said(self):
        for said in (self.of_mine, self.by_own):
            self._as("own", said).effect = "Quieter"
        for said in (self.of_theirs, self.elsewhere):
            with (
                self.subTest(said=said.partner_id.name),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.env.cr.savepoint(),
            ):
                self._as("own", said).effect = "Louder"

    def test_a_salesperson_does_not_note_it_for_a_colleague_of_a_colleagues_customer(self):
        values = {"partner_id": self.buyer.id, "name": "Too loud", "user_id": self.users["all"].id}
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._as("own").create(values)

    def test_who_takes_a_customer_over_sees_what_it_said(self):
        self.mine.user_id = self.users["all"]
        self.theirs.user_id = self.users["own"]
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(self._as("own").search([]).ids), set((self.of_theirs + self.by_own).ids))

    def test_an_assigned_account_manager_sees_it_too(self):
        self._live([self.theirs]).account_manager_id = self.users["own"]
        self.env.flush_all()
        self.assertIn(self.of_theirs, self._as("own").search([]))

    def test_what_was_said_elsewhere_is_seen_there(self):
        self.users["own"].company_ids += self.abroad
        self.assertEqual(self._as("own", companies=self.abroad).search([]).ids, self.elsewhere.ids)
        self.assertIn(self.elsewhere, self._as("own", companies=self.company + self.abroad).search([]))


@tagged("post_install", "-at_install")
class TestFeedbackButtons(FeedbackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.said = cls._said(cls.tester) + cls._said(cls.mine)
        cls.other = cls._said(cls.buyer)
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Quieter ones", "type": "opportunity", "partner_id": cls.tester.id, "user_id": cls.users["own"].id}
        )

    def test_contacts_count_for_the_whole_customer(self):
        for partner, count in [(self.mine, 2), (self.tester, 2), (self.theirs, 1), (self.buyer, 1)]:
            self.assertEqual(self._as("all", partner).key_account_feedback_count, count, partner.name)
        self.assertEqual(self._as("own", self.buyer).key_account_feedback_count, 0)

    def test_opportunities_count_for_the_whole_customer(self):
        lead = self._as("own", self.lead)
        self.assertEqual(lead.key_account_feedback_count, 2)
        lead.partner_id = self.theirs
        self.assertEqual(lead.key_account_feedback_count, 0)
        self.assertEqual(self._as("all", self.lead).key_account_feedback_count, 1)
        lead.partner_id = False
        self.assertEqual(lead.key_account_feedback_count, 0)

    def test_the_buttons_lead_to_what_they_count_and_a_new_one_is_the_contacts(self):
        for record in (self.tester, self.lead):
            action = self._as("own", record).action_open_key_account_feedback()
            found = self._as("own").search(action["domain"])
            self.assertEqual(set(found.ids), set(self.said.ids))
            new = self._as("own").with_context(**action["context"]).create({"name": "Still too loud"})
            self.assertEqual((new.partner_id, new.commercial_partner_id), (self.tester, self.mine))
            new.unlink() if new.has_access("unlink") else new.sudo().unlink()

    def test_an_opportunity_without_customer_has_no_feedback(self):
        self.lead.partner_id = False
        self.assertFalse(
            self._as("own").search(self._as("own", self.lead).action_open_key_account_feedback()["domain"])
        )

    def test_the_buttons_are_for_who_may_read_feedback(self):
        for model, roles in [("res.partner", INSIDERS), ("crm.lead", ("own", "all", "manager"))]:
            for role in (*roles, "employee"):
                records = self.env[model].with_user(self.users[role])
                if not records.has_access("read"):
                    continue
                arch = etree.fromstring(records.get_views([(False, "form")])["views"]["form"]["arch"])
                buttons = arch.xpath("//button[@name='action_open_key_account_feedback']")
                self.assertEqual(len(buttons), int(role in roles), (model, role))

    def test_the_button_is_hidden_without_customer(self):
        (button,) = etree.fromstring(self.env["crm.lead"].get_view(view_type="form")["arch"]).xpath(
            "//button[@name='action_open_key_account_feedback']"
        )
        self.assertEqual(button.get("invisible"), "not partner_id")


@tagged("post_install", "-at_install")
class TestFeedbackYear(FeedbackCase):
    """Twelve months are those of the figures: the day a year ago is out, the day after it is in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = Date.context_today(cls.feedback)
        year_ago = Date.subtract(today, months=12)
        for day in (today, Date.add(year_ago, days=1), year_ago, Date.subtract(today, months=30)):
            cls._said(cls.tester, date=day)
        cls.within = cls.feedback.search([("date", ">=", Date.add(year_ago, days=1))])

    def test_the_filter(self):
        arch = etree.fromstring(self.feedback.get_view(view_type="search")["arch"])
        (node,) = arch.xpath("//filter[@name='last_12_months']")
        self.assertEqual(node.get("domain"), "[('date', '>', 'today -12m')]")
        self.assertEqual(self.feedback.search([("date", ">", "today -12m")]), self.within)
        self.assertEqual(len(self.within), 2)

    def test_the_figure(self):
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live([self.mine]).feedback_count_12m, 2)
