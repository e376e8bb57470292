# SPDX-License-Identifier: LGPL-3.0-only
"""A document or a contact changes: the right customers are marked, and refreshed as the nightly run would."""

from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import KeyAccountCase, KeyAccountPostingCase, read_csv
from .roles import create_user

TODAY = "2026-03-31"
CRON = "key_account_segmentation.ir_cron_refresh_stale"


class StaleMixin(CronMixinCase):
    def _marked(self, action):
        """The marks an action makes, as (company id, partner id), and whether it calls the cron."""
        marks = self.env["key.account.stale"]
        marks.search([]).unlink()
        with self.capture_triggers(CRON) as triggers:
            action()
            self.env.flush_all()
        marked = {(mark.company_number, mark.partner_number) for mark in marks.search([])}
        self.assertEqual(bool(triggers.records), bool(marked), "the cron is called exactly if something is marked")
        return marked

    def _run_cron(self):
        with self.enter_registry_test_mode():
            return self.env.ref(CRON).method_direct_trigger()

    def _totals(self):
        """Sums over all live profiles of the company; they must not depend on who is whose contact."""
        profiles = self._live()
        return {
            name: round(sum(profiles.mapped(name)), 2)
            for name in ("revenue_12m", "revenue_prev_12m", "gross_12m", "refunds_12m", "revenue_lifetime")
        }


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestMarks(StaleMixin, KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer("Customer")
        cls.contact = cls._customer("Contact", is_company=False, parent_id=cls.customer.id)
        cls.other = cls._customer("Other")
        cls.draft = cls._document(cls.contact, "2026-03-01", 100)
        cls.posted = cls._post(cls.contact, "2026-03-02", 200)
        cls.mine = (cls.company.id, cls.customer.id)

    def test_creating_and_changing_a_draft_marks_nobody(self):
        self.assertEqual(self._marked(lambda: self._document(self.customer, "2026-03-01", 1)), set())
        self.assertEqual(self._marked(lambda: self.draft.write({"partner_id": self.other.id})), set())
        self.assertEqual(self._marked(lambda: self.draft.button_cancel()), set())
        self.assertEqual(self._marked(lambda: self.draft.unlink()), set())

    def test_posting(self):
        self.assertEqual(self._marked(lambda: self.draft.action_post()), {self.mine})

    def test_posting_several(self):
        drafts = self.draft + self._document(self.other, "2026-03-01", 1)
        self.assertEqual(self._marked(lambda: drafts.action_post()), {self.mine, (self.company.id, self.other.id)})

    def test_posting_a_receipt_and_a_credit_note(self):
        for move_type in ("out_receipt", "out_refund"):
            draft = self._document(self.contact, "2026-03-01", 1, move_type)
            self.assertEqual(self._marked(lambda draft=draft: draft.action_post()), {self.mine}, move_type)

    def test_posting_a_bill_or_an_entry_marks_nobody(self):
        bill = self._document(self.contact, "2026-03-01", 1, "in_invoice")
        self.assertEqual(self._marked(lambda: bill.action_post()), set())

    def test_resetting_to_draft(self):
        self.assertEqual(self._marked(lambda: self.posted.button_draft()), {self.mine})

    def test_cancelling(self):
        self.assertEqual(self._marked(lambda: self.posted.button_cancel()), {self.mine})

    def test_reversing(self):
        self.assertEqual(self._marked(lambda: self.posted._reverse_moves(cancel=True)), {self.mine})

    def test_deleting_a_draft_that_was_posted(self):
        self.posted.button_draft()
        self.posted.name = False
        self.assertEqual(self._marked(lambda: self.posted.unlink()), set())

    def test_another_customer_marks_both(self):
        both = {self.mine, (self.company.id, self.other.id)}
        posted = self.posted.with_context(skip_readonly_check=True)
        self.assertEqual(self._marked(lambda: posted.write({"partner_id": self.other.id})), both)

    def test_another_date(self):
        posted = self.posted.with_context(skip_readonly_check=True)
        self.assertEqual(self._marked(lambda: posted.write({"invoice_date": "2026-01-01"})), {self.mine})

    def test_a_field_that_does_not_count_marks_nobody(self):
        self.assertEqual(self._marked(lambda: self.posted.write({"ref": "PO 1"})), set())
        self.assertEqual(self._marked(lambda: self.customer.write({"name": "New Name"})), set())

    def test_a_customer_who_cannot_be_developed(self):
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([self.customer])
        self.assertEqual(self._marked(lambda: profile.write({"cannot_be_developed": True})), {self.mine})

    def test_moving_a_contact_marks_both_customers_in_all_companies(self):
        both = {(0, self.customer.id), (0, self.other.id)}
        self.assertEqual(self._marked(lambda: self.contact.write({"parent_id": self.other.id})) - {
            self.mine, (self.company.id, self.other.id)}, both)  # fmt: skip

    def test_a_contact_that_becomes_a_company_marks_both(self):
        both = {(0, self.customer.id), (0, self.contact.id)}
        self.assertEqual(self._marked(lambda: self.contact.write({"is_company": True})), both)

    def test_a_grandchild_moves_along(self):
        self._customer("Assistant", is_company=False, parent_id=self.contact.id, active=False)
        marked = self._marked(lambda: self.contact.write({"parent_id": False}))
        self.assertEqual({partner for _company, partner in marked}, {self.customer.id, self.contact.id})

    def test_posting_writes_nothing_on_the_customer(self):
        """Odoo itself counts the first invoice of a customer at once and the later ones after the transaction."""
        partners = self.customer + self.contact
        before = self._row_versions(partners)
        self.draft.action_post()
        self.assertEqual(self._row_versions(partners), before)

    def test_marking_waits_for_nobody_and_needs_no_right(self):
        clerk = create_user(self.env, "key_account_clerk", "account.group_account_invoice", self.company)
        self.assertEqual(self._marked(lambda: self.draft.with_user(clerk).action_post()), {self.mine})


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestStaleRefresh(StaleMixin, KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls._load(read_csv("oracle/input.csv"))
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.customer = cls.partners["01_monthly_1st"]
        cls.env["key.account.stale"].search([]).unlink()

    def test_one_customer_gets_what_the_night_gives(self):
        """Every column of every customer, after a document more."""
        newcomer = self._customer("Newcomer")
        for partner in [*self.partners.values(), newcomer]:
            with self.subTest(customer=partner.name):
                self._insert_documents([(partner, "out_invoice", "2026-03-30", 1234.56)])
                self.env["key.account.stale"]._mark({(self.company.id, partner.id)})
                self._run_cron()
                soon = self._stored(self._live([partner]), "write_date", "write_uid")
                self._run_by_the_same_usual_gap()
                self.assertEqual(self._stored(self._live([partner]), "write_date", "write_uid"), soon)
                self.assertEqual(len(soon), 1)

    def _run_by_the_same_usual_gap(self):
        """The night, but for what a document more does to the company's usual gap."""
        usual_gap = self.env["key.account.run"]._last_done(self.company).usual_gap_days
        run = self.env["key.account.run"]._create_run(self.company)
        run._begin()
        run.usual_gap_days = usual_gap
        while run._is_open():
            run._step()

    def test_customers_are_measured_by_the_usual_gap_of_the_last_night(self):
        """All by the same, whenever their documents come."""
        night = self.env["key.account.run"]._last_done(self.company)
        night.usual_gap_days = 77
        self._post(self.customer, "2026-03-30", 1000)
        self._run_cron()
        self.assertEqual(self._live([self.customer]).prior_gap_days, 77)

    def test_the_standing_of_a_few_is_that_of_ranking_all(self):
        """Ties and customers without revenue included."""
        tied = [self._customer(f"Tied {number}") for number in range(3)]
        zero = self._customer("Zero")
        self._insert_documents([(partner, "out_invoice", "2026-03-30", 500) for partner in tied])
        self._insert_documents([(zero, "out_invoice", "2026-03-30", 10), (zero, "out_refund", "2026-03-30", -20)])
        self.env["key.account.run"].refresh_all(self.company)
        ranked = self._stored(self._live())
        self.env.cr.execute(
            SQL("UPDATE key_account_profile SET share = 9, rank = 9, abc = 'C' WHERE company_id = %s", self.company.id)
        )
        self.env.invalidate_all()
        refresh = self.env["key.account.refresh"]
        for partner in self._live().partner_id:
            refresh._take_step(refresh._work_of(self.company, partner.ids), "_rank")
        self.assertEqual(self._stored(self._live()), ranked)

    def test_what_was_refreshed_is_not_marked_any_more(self):
        before = self._live([self.customer]).revenue_12m
        self._post(self.customer, "2026-03-30", 1000)
        self.assertEqual(len(self.env["key.account.stale"].search([])), 1)
        self._run_cron()
        self.assertFalse(self.env["key.account.stale"].search([]))
        self.assertEqual(self._live([self.customer]).revenue_12m, before + 1000)

    def test_only_marked_customers_are_written(self):
        others = self._live() - self._live([self.customer])
        before = self._row_versions(others)
        self._post(self.customer, "2026-03-30", 1000)
        self._run_cron()
        self.assertEqual(self._row_versions(others), before)

    def test_marks_live_and_die_with_the_refresh(self):
        """Were the transaction taken back, so would be the deletion of the marks."""
        self._post(self.customer, "2026-03-30", 1000)
        marks = self.env["key.account.stale"].search([])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["key.account.refresh"]._refresh_marked(self.company, marks)
            self.assertFalse(marks.exists())
            raise UserError(self.env._("interrupted"))
        self.assertEqual(marks.exists(), marks)

    def test_a_failing_refresh_keeps_its_marks(self):
        """A company that has lost its policy cannot be refreshed; what was done before it stays done."""
        broken = self._create_company("Broken Ltd")
        self.env["key.account.policy"].search([("company_id", "=", broken.id)])._write_state("archived")
        self.env["key.account.stale"]._mark({(self.company.id, self.customer.id)})
        self.env["key.account.stale"]._mark({(broken.id, self.customer.id)})
        with (
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.base.models.ir_cron", "odoo.addons.key_account_segmentation"),
        ):
            self.env.ref(CRON).method_direct_trigger()
        self.assertEqual(self.env["key.account.stale"].search([]).mapped("company_number"), [broken.id])

    def test_a_poisoned_customer_keeps_its_mark_and_stops_nobody(self):
        poisoned = self._customer("Poisoned")
        self._insert_documents([(poisoned, "out_invoice", "2026-03-30", "NaN")])
        before = self._live([self.customer]).revenue_12m
        self._insert_documents([(self.customer, "out_invoice", "2026-03-30", 1000)])
        self.env["key.account.stale"]._mark({(self.company.id, poisoned.id), (self.company.id, self.customer.id)})
        self._run_cron()
        self.assertEqual(self.env["key.account.stale"].search([]).mapped("partner_number"), poisoned.ids)
        self.assertEqual(self._live([self.customer]).revenue_12m, before + 1000)
        run = self.env["key.account.run"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertFigures(run, [{"cause": "documents", "read_count": 2, "changed_count": 1, "skipped_count": 1}])
        self.assertEqual(run.failure_ids.partner_id, poisoned)

    def test_the_button_says_who_could_not_be_worked_out(self):
        profile = self._live([self.customer])
        before = profile.revenue_12m
        self._insert_documents([(self.customer, "out_invoice", "2026-03-30", "NaN")])
        told = profile.action_refresh()
        self.assertIn("no number", told["params"]["message"])
        self.assertIn(self.customer.name, told["params"]["message"])
        self.assertEqual(profile.revenue_12m, before)

    def test_marks_of_nobody_are_dropped(self):
        self.env["key.account.stale"]._mark({(self.company.id, 2**31 - 1), (2**31 - 1, self.customer.id)})
        self._run_cron()
        self.assertFalse(self.env["key.account.stale"].search([]))

    def test_a_mark_for_all_companies_reaches_each(self):
        other = self._create_company("Other Ltd")
        self._insert_documents([(self.customer, "out_invoice", "2026-03-30", 7)], company=other)
        self.env["key.account.stale"]._mark({(0, self.customer.id)})
        self._run_cron()
        self.assertEqual(self._live([self.customer], company=other).revenue_12m, 7)

    def test_a_customer_whose_only_invoice_is_reset_has_no_profile_any_more(self):
        newcomer = self._customer("Newcomer")
        invoice = self._post(newcomer, "2026-03-30", 1000)
        self._run_cron()
        self.assertEqual(len(self._live([newcomer])), 1)
        invoice.button_draft()
        self._run_cron()
        self.assertFalse(self._live([newcomer]))

    def test_what_people_entered_keeps_the_profile(self):
        collaboration = self.env["key.account.collaboration"].create({"name": "Joint development"})
        for values in (
            {"manual_category": "active_partner", "manual_category_reason": "They grow with us"},
            {"cannot_be_developed": True},
            {"collaboration_id": collaboration.id},
        ):
            with self.subTest(values=values):
                newcomer = self._customer("Newcomer")
                invoice = self._post(newcomer, "2026-03-30", 1000)
                self._run_cron()
                self._live([newcomer]).write(values)
                invoice.button_draft()
                self._run_cron()
                self.assertFigures(self._live([newcomer]), [
                    {"revenue_12m": 0, "event_count": 0, "last_invoice_date": False, "recurrence": "none", **values}
                ])  # fmt: skip

    def test_what_people_entered_survives_a_refresh(self):
        profile = self._live([self.customer])
        values = {
            "manual_category": "client", "manual_category_reason": "Ends in summer",
            "manual_category_until": Date.to_date("2026-06-30"), "cannot_be_developed": True,
        }  # fmt: skip
        profile.write(values)
        self._post(self.customer, "2026-03-30", 1000)
        self._run_cron()
        self.env["key.account.run"].refresh_all(self.company)
        self.assertFigures(self._live([self.customer]), [
            {"category": "client", "computed_category": "passive_partner", "category_differs": True, **values}
        ])  # fmt: skip

    def test_a_category_by_hand_counts_at_once(self):
        profile = self._live([self.customer])
        profile.write({"manual_category": "client", "manual_category_reason": "Ends in summer"})
        self.assertEqual(profile.category, "client")
        profile.manual_category = False
        self.assertEqual(profile.category, profile.computed_category)

    def test_a_category_by_hand_ends_by_itself(self):
        self._live([self.customer]).write(
            {
                "manual_category": "client",
                "manual_category_reason": "Until the end of the month",
                "manual_category_until": TODAY,
            }
        )
        self.assertEqual(self._live([self.customer]).category, "client")
        with freeze_time("2026-04-01 12:00:00"):
            self.env["key.account.run"].refresh_all(self.company)
            self.assertEqual(self._live([self.customer]).category, "passive_partner")

    def test_the_button_refreshes_one_customer(self):
        profile = self._live([self.customer])
        before = profile.revenue_12m
        self._insert_documents([(self.customer, "out_invoice", "2026-03-30", 1000)])
        profile.action_refresh()
        self.assertEqual(profile.revenue_12m, before + 1000)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestMovingContacts(StaleMixin, KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls._customer("First"), cls._customer("Second")
        cls.contact = cls._customer("Contact", is_company=False, parent_id=cls.first.id)
        cls.single = cls._customer("Single", is_company=False)
        cls._post(cls.first, "2026-02-01", 100)
        cls._post(cls.contact, "2026-02-15", 40)
        cls._post(cls.contact, "2025-02-15", 4)
        cls._post(cls.single, "2026-02-20", 30, "out_refund")
        cls._post(cls.second, "2026-03-01", 7)
        cls.env["key.account.run"].refresh_all(cls.company)

    def _revenues_after(self, action):
        """Revenue by name of customer after an action and the cron; totals must stay."""
        before = self._totals()
        self.env["key.account.stale"].search([]).unlink()
        action()
        self._run_cron()
        self.assertEqual(self._totals(), before)
        revenues = {profile.partner_id.name: profile.revenue_12m for profile in self._live()}
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual({profile.partner_id.name: profile.revenue_12m for profile in self._live()}, revenues)
        return revenues

    def test_as_it_was(self):
        self.assertEqual(self._revenues_after(lambda: None), {"First": 140, "Single": -30, "Second": 7})

    def test_a_contact_moves_to_another_company(self):
        """Odoo leaves the documents of then with the company of then, and so do we."""
        revenues = self._revenues_after(lambda: self.contact.write({"parent_id": self.second.id}))
        self.assertEqual(revenues, {"First": 140, "Single": -30, "Second": 7})
        self._post(self.contact, "2026-03-10", 1)
        self._run_cron()
        self.assertEqual(self._live([self.second]).revenue_12m, 8)

    def test_a_single_person_joins_a_company(self):
        revenues = self._revenues_after(lambda: self.single.write({"parent_id": self.second.id}))
        self.assertEqual(revenues, {"First": 140, "Second": -23})

    def test_a_contact_leaves_its_company(self):
        revenues = self._revenues_after(lambda: self.contact.write({"parent_id": False}))
        self.assertEqual(revenues, {"First": 140, "Single": -30, "Second": 7})

    def test_a_contact_becomes_a_company(self):
        revenues = self._revenues_after(lambda: self.contact.write({"is_company": True}))
        self.assertEqual(revenues, {"First": 140, "Single": -30, "Second": 7})

    def test_a_document_of_a_company_that_joined_another_is_reset(self):
        invoice = self._post(self.first, "2026-03-05", 50)
        self._run_cron()
        self._revenues_after(lambda: self.first.write({"parent_id": self.second.id, "is_company": False}))
        self.assertEqual(self._live([self.second]).revenue_12m, 197)
        invoice.button_draft()
        self._run_cron()
        self.assertEqual(self._live([self.second]).revenue_12m, 147)

    def test_a_company_becomes_a_contact_of_another(self):
        revenues = self._revenues_after(lambda: self.first.write({"parent_id": self.second.id, "is_company": False}))
        self.assertEqual(revenues, {"Second": 147, "Single": -30})

    def test_a_customer_is_archived(self):
        """Their revenue stays in the sums, as it does in the Invoice Analysis."""
        revenues = self._revenues_after(lambda: self.first.write({"active": False}))
        self.assertEqual(revenues, {"First": 140, "Single": -30, "Second": 7})


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestMergingContacts(StaleMixin, KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third = (cls._customer(name) for name in ("First", "Second", "Third"))
        cls.contact = cls._customer("Contact", is_company=False, parent_id=cls.first.id)
        cls.unknown = cls._customer("Unknown")
        cls._insert_documents(
            [
                (cls.first, "out_invoice", "2026-02-01", 100),
                (cls.contact, "out_invoice", "2026-02-15", 40),
                (cls.second, "out_invoice", "2025-02-15", 4),
                (cls.second, "out_refund", "2026-02-20", -30),
                (cls.third, "out_invoice", "2026-03-01", 7),
            ]
        )
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.wizard = cls.env["base.partner.merge.automatic.wizard"].create({})

    def _merge(self, sources, destination):
        """Merge and let the cron run: totals stay, and the night finds nothing to change."""
        before = self._totals()
        self.env["key.account.stale"].search([]).unlink()
        with mute_logger("odoo.addons.base.partner.merge"):
            self.wizard._merge((sources + destination).ids, destination)
        self._run_cron()
        self.assertEqual(self._totals(), before)
        revenues = {profile.partner_id.name: profile.revenue_12m for profile in self._live()}
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual({profile.partner_id.name: profile.revenue_12m for profile in self._live()}, revenues)
        return revenues

    def test_two_customers(self):
        self.assertEqual(self._merge(self.second, self.first), {"First": 110, "Third": 7})

    def test_three_customers(self):
        self.assertEqual(self._merge(self.second + self.third, self.first), {"First": 117})

    def test_into_one_who_never_bought(self):
        revenues = self._merge(self.first + self.second, self.unknown)
        self.assertEqual(revenues, {"Unknown": 110, "Third": 7})

    def test_one_who_never_bought(self):
        self.assertEqual(self._merge(self.unknown, self.third), {"First": 140, "Second": -30, "Third": 7})

    def test_into_a_contact_of_a_customer(self):
        person = self._customer("Person", is_company=False)
        self._insert_documents([(person, "out_invoice", "2026-02-15", 1000)])
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._merge(person, self.contact), {"First": 1140, "Second": -30, "Third": 7})

    def test_a_company_into_a_contact_makes_the_contact_a_company(self):
        self.assertEqual(self._merge(self.second, self.contact), {"First": 140, "Contact": -30, "Third": 7})

    def test_a_contact_into_another_customer(self):
        """Odoo leaves the documents of the contact with the company of then, and so do we."""
        self.assertEqual(self._merge(self.contact, self.third)["Second"], -30)

    def test_customers_of_two_companies(self):
        other = self._create_company("Other Ltd")
        self._insert_documents(
            [(self.first, "out_invoice", "2026-02-01", 1), (self.second, "out_invoice", "2026-02-01", 2)], company=other
        )
        self.env["key.account.run"].refresh_all(other)
        self._merge(self.second, self.first)
        self.assertEqual(self._live(company=other).mapped("revenue_12m"), [3])

    def test_customers_with_snapshots(self):
        self._look_back("2026-03-01")
        self._look_back("2026-02-01")  # the third has bought nothing yet
        self.assertEqual(self._merge(self.second + self.third, self.first), {"First": 117})
        snapshots = self.env["key.account.snapshot"].search([("company_id", "=", self.company.id)])
        self.assertEqual(snapshots.partner_id, self.first)
        self.assertEqual(len(snapshots), 2)
        self.assertFigures(self._look_back("2026-03-01"), [{"revenue_12m": 117, "gross_12m": 147}])

    def test_what_people_entered_on_the_one_that_goes_is_kept(self):
        collaboration = self.env["key.account.collaboration"].create({"name": "Joint development"})
        entered = {
            "manual_category": "active_partner", "manual_category_reason": "They grow with us",
            "manual_category_until": Date.to_date("2026-12-31"), "cannot_be_developed": True,
            "collaboration_id": collaboration.id,
        }  # fmt: skip
        for destination in (self.first, self.unknown):
            with self.subTest(destination=destination.name), self.env.cr.savepoint() as savepoint:
                self._live([self.second]).write(entered)
                self._merge(self.second + self.third, destination)
                self.assertFigures(self._live([destination]), [{"category": "active_partner", **entered}])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_people_entered_on_the_one_that_stays_counts(self):
        """A category goes with its reason and its end, never mixed with another's."""
        self._live([self.first]).write({"manual_category": "client", "manual_category_reason": "Of the first"})
        self._live([self.second]).write(
            {
                "manual_category": "active_partner",
                "manual_category_reason": "Of the second",
                "manual_category_until": "2026-12-31",
            }
        )
        self._merge(self.second, self.first)
        self.assertFigures(self._live([self.first]), [{
            "manual_category": "client", "manual_category_reason": "Of the first", "manual_category_until": False,
        }])  # fmt: skip

    def test_a_type_by_hand_goes_with_its_author_and_the_changes_go_along(self):
        special = self.env.ref("key_account_segmentation.type_special")
        self._live([self.second]).write(
            {"manual_type_id": special.id, "manual_type_reason": "The founder", "review_date": "2099-01-01"}
        )
        author = self._live([self.second]).manual_type_by_id
        self._merge(self.second, self.first)
        kept = self._live([self.first])
        self.assertFigures(kept, [{
            "main_type_id": special.id, "manual_type_reason": "The founder", "manual_type_by_id": author.id,
        }])  # fmt: skip
        self.assertEqual(kept.transition_ids.filtered("reason").partner_id, self.first)

    def test_what_people_entered_is_kept_whichever_odoo_chooses(self):
        self._live([self.second]).cannot_be_developed = True
        before = self._totals()
        with mute_logger("odoo.addons.base.partner.merge"):
            self.wizard._merge((self.first + self.second).ids)
        self._run_cron()
        self.assertEqual(self._totals(), before)
        merged = self._live([(self.first + self.second).exists()])
        self.assertTrue(merged.cannot_be_developed)
