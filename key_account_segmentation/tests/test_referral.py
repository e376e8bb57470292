# SPDX-License-Identifier: LGPL-3.0-only
"""Who came through whom: never through themselves, and whoever referred somebody is looked at again."""

from itertools import pairwise

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase, shown_fields
from .roles import INSIDERS, create_users


class ReferralCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.anna, cls.bert, cls.carl, cls.dora = (cls._customer(name) for name in ("Anna", "Bert", "Carl", "Dora"))
        cls.buyer = cls._customer("Buyer of Bert", is_company=False, parent_id=cls.bert.id)

    def _refer(self, *pairs):
        """(customer, who referred it), one after the other."""
        for customer, referrer in pairs:
            customer.key_account_referrer_id = referrer

    def _marks(self):
        """Customers marked since the last look, each for every company."""
        self.env.flush_all()
        marks = self.env["key.account.stale"].search([])
        found = self.env["res.partner"].browse(marks.mapped("partner_number"))
        self.assertEqual(set(marks.mapped("company_number")) - {0}, set())
        marks.unlink()
        return set(found)

    def assertRefused(self, customer, referrer, *words):
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            customer.key_account_referrer_id = referrer
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestReferral(ReferralCase):
    def test_a_referrer_can_be_a_customer_or_one_of_its_people(self):
        self._refer((self.anna, self.bert), (self.carl, self.buyer))
        self.assertEqual(self.bert.key_account_referral_count, 2)
        self.assertEqual(self.buyer.key_account_referral_count, 2)
        self.assertEqual(self.anna.key_account_referral_count, 0)

    def test_nobody_refers_themselves(self):
        self.assertRefused(self.anna, self.anna, "“Anna” cannot be referred by itself", "leave “Referred by” empty")

    def test_nobody_is_referred_by_their_own_people(self):
        self.assertRefused(self.bert, self.buyer, "is a contact of “Bert” itself", "Choose somebody of another company")

    def test_a_referral_stands_on_the_company(self):
        self.assertRefused(self.buyer, self.anna, "is a contact of “Bert”. Enter on “Bert” who referred it")
        with self.assertRaisesRegex(ValidationError, "Enter on “Bert”"):
            self._customer("New", is_company=False, parent_id=self.bert.id, key_account_referrer_id=self.anna.id)

    def test_a_person_without_company_is_a_customer(self):
        person = self._customer("Person", is_company=False, key_account_referrer_id=self.buyer.id)
        self.assertEqual(person.key_account_referrer_id, self.buyer)

    def test_circles_of_any_length(self):
        chain = [self.anna, self.bert, self.carl, self.dora]
        for length in range(2, 5):
            links = pairwise(chain[:length])
            with self.subTest(length=length), self.env.cr.savepoint() as savepoint:
                self._refer(*links)
                self.assertRefused(
                    chain[length - 1], self.anna, "“Anna” came through “", "empty “Referred by” of “Anna”"
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_circles_through_the_people_of_a_customer(self):
        self._refer((self.anna, self.buyer))
        self.assertRefused(self.bert, self.anna, "“Anna” came through “Bert”")

    def test_many_may_come_through_one_and_the_chain_goes_on(self):
        self._refer((self.anna, self.dora), (self.bert, self.dora), (self.carl, self.bert))
        self.assertEqual(self.dora.key_account_referral_count, 2)
        self.assertEqual(self.bert.key_account_referral_count, 1)

    def test_a_copy_came_through_nobody(self):
        self._refer((self.anna, self.bert))
        self.assertFalse(self.anna.copy().key_account_referrer_id)

    def test_when_the_referrer_is_deleted_the_customer_stays(self):
        self._refer((self.anna, self.buyer))
        self.buyer.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.anna.key_account_referrer_id)


@tagged("post_install", "-at_install")
class TestReferrersOfOthers(ReferralCase):
    """Who told a customer about you is somebody whom who enters it may see, of a company that fits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls._create_company("Abroad Ltd")
        cls.foreign = cls._customer("kas-foreign", company_id=cls.abroad.id)
        cls.local = cls._customer("Local", company_id=cls.company.id)

    def test_a_contact_one_may_not_read_is_refused_unnamed(self):
        for role in ("own", "all", "manager"):
            partners = self._as(role, self.env["res.partner"])
            for enter in (
                lambda role=role: self._as(role, self.anna).write({"key_account_referrer_id": self.foreign.id}),
                lambda it=partners: it.create({"name": "New", "key_account_referrer_id": self.foreign.id}),
                lambda it=partners: it.load(["name", "key_account_referrer_id/.id"], [["New", str(self.foreign.id)]]),
            ):
                muted = mute_logger("odoo.addons.base.models.ir_rule")
                with self.subTest(role=role), muted, self.env.cr.savepoint() as savepoint:
                    try:
                        message = str(enter())
                    except AccessError as error:
                        message = str(error)
                    self.assertNotIn("kas-foreign", message)
                    self.assertFalse(self.foreign.search([("key_account_referrer_id", "=", self.foreign.id)]))
                    savepoint.rollback()
        self.assertFalse(self._live(company=self.abroad))

    def test_a_referrer_of_another_company_does_not_fit(self):
        for partner, referrer in [(self.anna, self.foreign), (self.anna, self.local), (self.local, self.foreign)]:
            with self.subTest(partner=partner.name):
                self.assertRefused(partner, referrer, "belongs to", "no company")
        self._refer((self.local, self.anna))
        self.local.key_account_referrer_id = self._customer("Local too", company_id=self.company.id)
        with self.assertRaisesRegex(ValidationError, "belongs to"), self.env.cr.savepoint():
            self.local.company_id = self.abroad

    def test_a_merge_takes_over_no_referrer_that_does_not_fit(self):
        self.foreign.key_account_referrer_id = self._customer("Foreign too", company_id=self.abroad.id)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.foreign + self.local).ids, self.local)
        self.assertFalse(self.local.key_account_referrer_id)


@tagged("post_install", "-at_install")
class TestReferralFigures(ReferralCase):
    def test_a_referrer_who_buys_nothing_gets_a_profile(self):
        self.assertFalse(self._live())
        self._refer((self.anna, self.buyer))
        self.assertEqual(self._live().partner_id, self.bert)

    def test_also_when_the_customer_is_new(self):
        self._customer("New", key_account_referrer_id=self.buyer.id)
        self.assertEqual(self._live().partner_id, self.bert)

    def test_the_profile_outlives_the_night(self):
        self._refer((self.anna, self.buyer))
        self._insert_documents([(self.anna, "out_invoice", Date.today(), 100)])
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFigures(
            self._live([self.bert]), [{"referral_count": 1, "referred_revenue_12m": 100, "event_count": 0}]
        )

    def test_both_are_looked_at_again(self):
        self._refer((self.anna, self.buyer))
        self.assertEqual(self._marks(), {self.anna, self.bert})
        self._refer((self.anna, self.carl))
        self.assertEqual(self._marks(), {self.anna, self.bert, self.carl})
        self._refer((self.anna, self.carl))
        self.assertEqual(self._marks(), set())
        self._refer((self.anna, False))
        self.assertEqual(self._marks(), {self.anna, self.carl})
        new = self._customer("New", key_account_referrer_id=self.carl.id)
        self.assertEqual(self._marks(), {new, self.carl})

    def test_a_contact_who_refers_and_moves_takes_it_along(self):
        self._refer((self.anna, self.buyer))
        self._marks()
        self.buyer.parent_id = self.carl
        self.assertLessEqual({self.bert, self.carl}, self._marks())
        self.assertEqual((self.bert.key_account_referral_count, self.carl.key_account_referral_count), (0, 1))


@tagged("post_install", "-at_install")
class TestReferralMoves(ReferralCase):
    def test_who_becomes_a_contact_hands_the_referral_up(self):
        person = self._customer("Person", is_company=False, key_account_referrer_id=self.anna.id)
        person.parent_id = self.carl
        self.assertFalse(person.key_account_referrer_id)
        self.assertEqual(self.carl.key_account_referrer_id, self.anna)

    def test_but_not_over_what_the_company_says(self):
        self._refer((self.carl, self.dora))
        person = self._customer("Person", is_company=False, key_account_referrer_id=self.anna.id)
        person.parent_id = self.carl
        self.assertFalse(person.key_account_referrer_id)
        self.assertEqual(self.carl.key_account_referrer_id, self.dora)

    def test_and_not_to_the_referrer(self):
        person = self._customer("Person", is_company=False, key_account_referrer_id=self.carl.id)
        person.parent_id = self.carl
        self.assertFalse((person + self.carl).key_account_referrer_id)

    def test_a_referrer_who_joins_the_customer_is_forgotten(self):
        person = self._customer("Person", is_company=False)
        self._refer((self.anna, person))
        person.parent_id = self.anna
        self.assertFalse(self.anna.key_account_referrer_id)

    def test_a_referrer_who_closes_a_longer_circle_by_moving(self):
        person = self._customer("Person", is_company=False)
        self._refer((self.anna, person), (self.carl, self.anna))
        person.parent_id = self.carl
        self.assertFalse(self.carl.key_account_referrer_id)
        self.assertEqual(self.anna.key_account_referrer_id, person)

    def test_a_company_made_of_a_contacts_words(self):
        person = self._customer(
            "Person", is_company=False, company_name="Words Ltd", key_account_referrer_id=self.anna.id
        )
        person.create_company()
        self.assertEqual(person.parent_id.key_account_referrer_id, self.anna)


@tagged("post_install", "-at_install")
class TestReferralMerge(ReferralCase):
    def setUp(self):
        super().setUp()
        self.wizard = self.env["base.partner.merge.automatic.wizard"].create({})

    def _merge(self, destination, *sources):
        self.env.flush_all()
        with mute_logger("odoo.addons.base.partner.merge"):
            self.wizard._merge([destination.id, *(source.id for source in sources)], destination)
        self.env.flush_all()
        self.env.invalidate_all()
        for partner in self.env["res.partner"].search([("key_account_referrer_id", "!=", False)]):
            self.assertFalse(partner._key_account_referrer_fault(partner.key_account_referrer_id))

    def test_customer_and_referrer(self):
        for destination, source in [(self.anna, self.bert), (self.bert, self.anna)]:
            with self.subTest(stays=destination.name), self.env.cr.savepoint() as savepoint:
                self._refer((self.anna, self.bert))
                self._merge(destination, source)
                self.assertFalse(destination.key_account_referrer_id)
                self.assertEqual(destination.key_account_referral_count, 0)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_customer_and_a_contact_who_referred_it(self):
        self._refer((self.anna, self.buyer))
        self._merge(self.buyer, self.anna)
        self.assertFalse((self.buyer + self.bert).key_account_referrer_id)

    def test_ends_of_a_chain(self):
        for destination, source in [(self.anna, self.carl), (self.carl, self.anna)]:
            with self.subTest(stays=destination.name), self.env.cr.savepoint() as savepoint:
                self._refer((self.anna, self.bert), (self.bert, self.carl))
                self._merge(destination, source)
                self.assertFalse(destination.key_account_referrer_id)
                self.assertEqual(self.bert.key_account_referrer_id, destination)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_three_of_a_chain(self):
        self._refer((self.anna, self.bert), (self.bert, self.carl), (self.carl, self.dora))
        self._merge(self.bert, self.anna, self.carl)
        self.assertEqual(self.bert.key_account_referrer_id, self.dora)

    def test_into_a_contact_of_a_customer_who_came_through_those_it_brings(self):
        """Dora came through the person; Bert through Dora: now Dora came through Bert."""
        person = self._customer("Person", is_company=False)
        self._refer((self.dora, person), (self.bert, self.dora))
        self._merge(self.buyer, person)
        self.assertEqual(self.dora.key_account_referrer_id, self.buyer)
        self.assertFalse(self.bert.key_account_referrer_id)

    def test_the_referral_of_the_one_that_goes_is_kept(self):
        self._refer((self.bert, self.carl))
        self._merge(self.anna, self.bert)
        self.assertEqual(self.anna.key_account_referrer_id, self.carl)

    def test_the_referral_of_the_one_that_stays_counts(self):
        self._refer((self.anna, self.dora), (self.bert, self.carl))
        self._merge(self.anna, self.bert)
        self.assertEqual(self.anna.key_account_referrer_id, self.dora)

    def test_who_came_through_the_one_that_goes_came_through_the_one_that_stays(self):
        self._refer((self.carl, self.buyer), (self.dora, self.bert))
        self._merge(self.anna, self.bert)
        self.assertEqual(self.dora.key_account_referrer_id, self.anna)
        self.assertEqual(self.anna.key_account_referral_count, 2)

    def test_whichever_odoo_chooses(self):
        self._refer((self.anna, self.bert), (self.bert, self.dora))
        with mute_logger("odoo.addons.base.partner.merge"):
            self.wizard._merge((self.anna + self.bert).ids)
        self.env.invalidate_all()
        self.assertEqual((self.anna + self.bert).exists().key_account_referrer_id, self.dora)

    def test_what_odoo_refuses_stays_as_it_was(self):
        self._refer((self.anna, self.bert))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.wizard._merge((self.anna + self.bert + self.carl + self.dora).ids)
        self.env.invalidate_all()
        self.assertEqual(self.anna.key_account_referrer_id, self.bert)

    def test_feedback_goes_to_the_company_of_who_stays(self):
        person = self._customer("Person", is_company=False)
        colleague = self._customer("Colleague", is_company=False, parent_id=self.anna.id)
        for destination, source in [(self.buyer, person), (self.buyer, colleague), (self.carl, colleague)]:
            with self.subTest(stays=destination.name, goes=source.name), self.env.cr.savepoint() as savepoint:
                said = self.env["key.account.feedback"].create({"partner_id": source.id, "name": "Too loud"})
                self._merge(destination, source)
                customer = destination.commercial_partner_id
                self.assertEqual((said.partner_id, said.commercial_partner_id), (destination, customer))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_referral_by_a_contact_who_is_merged_with_a_contact_of_the_customer(self):
        self._refer((self.bert, self.dora), (self.anna, self.buyer))
        colleague = self._customer("Colleague", is_company=False, parent_id=self.anna.id)
        self._merge(colleague, self.buyer)
        self.assertFalse(self.anna.key_account_referrer_id)
        self.assertEqual(self.bert.key_account_referrer_id, self.dora)


@tagged("post_install", "-at_install")
class TestReferralScreens(ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bert.user_id = cls.users["own"]
        cls._insert_documents(
            [
                (cls.bert, "out_invoice", Date.today(), 40),
                (cls.anna, "out_invoice", Date.today(), 300),
                (cls.carl, "out_refund", Date.today(), -7),
            ]
        )
        (cls.anna + cls.carl).key_account_referrer_id = cls.buyer
        cls.env["key.account.run"].refresh_all(cls.company)

    def test_own_and_referred_revenue_are_for_who_may_see_the_profile(self):
        for role in (*INSIDERS, "employee"):
            for customer, figures in [(self.bert, (40, 300)), (self.buyer, (40, 300)), (self.anna, (300, 0))]:
                seen = role in INSIDERS and (role != "own" or customer != self.anna)
                partner = self._as(role, customer)
                with self.subTest(role=role, customer=customer.name):
                    self.assertEqual(partner.key_account_revenue_12m, figures[0] if seen else False)
                    if role in INSIDERS[1:]:
                        self.assertEqual(partner.key_account_referred_revenue_12m, figures[1])
                        continue
                    # what was brought are customers of others
                    with self.assertRaises(AccessError):
                        partner.read(["key_account_referred_revenue_12m"])

    def test_the_button_leads_to_the_customers_it_counts(self):
        for role in INSIDERS:
            for partner in (self.bert, self.buyer):
                action = self._as(role, partner).action_open_key_account_referrals()
                found = self._as(role, self.env["res.partner"]).search(action["domain"])
                self.assertEqual(set(found.ids), set((self.anna + self.carl).ids))
                self.assertEqual(self._as(role, partner).key_account_referral_count, 2)

    def test_the_list_opens(self):
        for role in (*INSIDERS, "employee"):
            action = self._as(role, self.bert).action_open_key_account_referrals()
            partners = self._as(role, self.env["res.partner"])
            arch = partners.get_views(action["views"])["views"]["list"]["arch"]
            self.assertEqual(partners.web_search_read(action["domain"], shown_fields(arch))["length"], 2)

    def test_the_form_opens_and_has_them_for_insiders(self):
        for role in (*INSIDERS, "employee"):
            partners = self._as(role, self.env["res.partner"])
            arch = partners.get_views([(False, "form")])["views"]["form"]["arch"]
            self._as(role, self.bert).web_read(shown_fields(arch))
            named = {node.get("name") for node in etree.fromstring(arch).iter("field", "button")}
            ours = {"action_open_key_account_referrals", "action_open_key_account_feedback", "key_account_referrer_id"}
            self.assertEqual(ours & named, ours if role in INSIDERS else set(), role)

    def test_a_salesperson_enters_who_referred_a_customer(self):
        with Form(self._as("own", self.dora)) as form:
            form.key_account_referrer_id = self._as("own", self.anna)
        self.assertEqual(self.dora.key_account_referrer_id, self.anna)
        self.assertEqual(self._live([self.anna]).partner_id, self.anna)

    def test_people_of_a_company_have_no_referrer_to_enter(self):
        with self.assertRaisesRegex(AssertionError, "invisible|can't write"), Form(self.buyer) as form:
            form.key_account_referrer_id = self.anna

    def test_a_company_is_made_with_its_people_and_its_referrer(self):
        company = self.env["res.partner"].create(
            {
                "name": "New",
                "is_company": True,
                "key_account_referrer_id": self.anna.id,
                "child_ids": [Command.create({"name": "Buyer"})],
            }
        )
        self.assertEqual(company.key_account_referrer_id, self.anna)
        self.assertFalse(company.child_ids.key_account_referrer_id)
