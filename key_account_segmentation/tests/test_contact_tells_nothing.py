# SPDX-License-Identifier: LGPL-3.0-only
"""What stands on a contact says what to do. Everybody reads it, in every company; how the customer stands is elsewhere."""

import re

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import html2plaintext, mute_logger

from .roles import ROLES, create_user
from .test_follow_up import FollowUpCase

#: How a customer stands, in any word we have for it; and numbers, of days, dates and shares.
TELLING = re.compile(
    r"\d|%|risk|lost|late\b|gone|overdue|major|quadrant|categor|type\b|partner|steady|expected|last time|by hand|review"
    r"|still|ended|became|special|pillar|passer|depends|→",
    re.IGNORECASE,
)

#: Who may see the customer's figures, beside the account manager.
SEEING = ("all", "manager", "invoicing", "auditor")


class ContactCase(FollowUpCase):
    """A contact that two companies share, and people of both who may read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls._create_company("Elsewhere Ltd")
        roles = ("own", "all", "manager", "invoicing", "auditor", "employee")
        cls.here = {role: cls._user(f"here_{role}", cls._groups(role)) for role in roles}
        cls.there = {
            role: create_user(cls.env, f"kas_there_{role}", cls._groups(role), cls.elsewhere) for role in roles
        }

    @classmethod
    def _groups(cls, role):
        """The role's groups; whoever reads contacts at all is an employee."""
        return f"base.group_user,{ROLES[role]}"

    def _as_user(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=user.company_id.ids)

    def _readers(self):
        return [*self.here.items(), *self.there.items()]

    def _standing_on(self, user, contact):
        """All that a user reads of a contact: activities, done ones too, and messages."""
        here = [("res_id", "=", contact.id)]
        activities = self._as_user(user, self.env["mail.activity"]).with_context(active_test=False)
        messages = self._as_user(user, self.env["mail.message"])
        texts = []
        for activity in activities.search([("res_model", "=", "res.partner"), *here]):
            texts += [activity.display_name, activity.summary, activity.note]
        for message in messages.search([("model", "=", "res.partner"), *here]):
            texts += [message.body, message.subject, message.preview]
        return [html2plaintext(text) for text in texts if text]

    def assertTellsNothing(self, contact=None, besides=()):
        """Whatever a contact carries, nobody reads from it how the customer stands."""
        contact = contact or self.customer
        self.env.flush_all()
        self.env.invalidate_all()
        for role, user in self._readers():
            for text in self._standing_on(user, contact):
                for word in (*besides, contact.name):
                    text = text.replace(word, "")
                # the address of the link is a number, and html2plaintext notes it below the text
                text = re.sub(r"\[\d+\]|/odoo/key-account-follow-ups/\d+|https?://\S+", "", text)
                self.assertNotRegex(text, TELLING, f"{role} of {user.company_id.name} reads it")


@tagged("post_install", "-at_install")
class TestActivities(ContactCase):
    def test_an_activity_says_what_to_do_and_not_why(self):
        for kind in self.rules:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                self._run()
                self.assertEqual(len(self._activities()), 1)
                self.assertTellsNothing()

    def test_closing_it_tells_nothing(self):
        for kind in self.rules:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                row = self._run()
                self._over(kind)
                self._run(0, [kind])
                self.assertEqual(row.state, "ended")
                self.assertTrue(row.end_reason)
                self.assertTellsNothing()

    def test_handing_it_on_tells_nothing(self):
        self._due("payment")
        row = self._run()
        self._run(7)
        self.assertEqual(row.escalated_date, self._day(7))
        self.assertTellsNothing()

    def test_doing_it_tells_what_was_done(self):
        for kind in self.rules:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                row = self._run()
                self._as_user(row.user_id, self._activities()).action_feedback("They send Anna")
                texts = self._standing_on(self.there["employee"], self.customer)
                self.assertTrue([text for text in texts if "They send Anna" in text])
                self.assertTellsNothing()

    def test_who_is_no_customer_any_more(self):
        self._due("payment")
        self._run()
        self.profile.unlink()
        self.assertTellsNothing()

    def test_what_was_agreed_elsewhere_is_not_repeated(self):
        """Neither on the contact, nor to whom the contact it was agreed with is not shown."""
        child = self._customer("Barbara", is_company=False, parent_id=self.customer.id)
        child.company_id = self.elsewhere
        child.activity_schedule(user_id=self.there["own"].id).action_feedback("Canary of elsewhere")
        start = f"{self._day(-2)} 09:00:00"
        self.env["calendar.event"].create(
            {"name": "Canary meeting", "start": start, "stop": start, "partner_ids": [Command.link(child.id)]}
        )
        own = self._customer("Bert", is_company=False, parent_id=self.customer.id)
        with freeze_time(f"{self._day(-9)} 12:00:00"):
            own.activity_schedule(user_id=self.manager.id).action_feedback("A price list in May")
            self.env.flush_all()
        self._due("payment")
        row = self._run()
        self.assertIn("A price list in May", row.agreed)
        self.assertNotIn("Canary", row.agreed)
        self.assertTellsNothing()

    def test_the_activity_leads_to_the_follow_up_whose_reason_is_guarded(self):
        for kind in self.rules:
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                row = self._run()
                self.assertIn(f'href="/odoo/key-account-follow-ups/{row.id}"', self._activities().note)
                readers = {row.user_id, self.manager, *(self.here[role] for role in SEEING)}
                for user in {*self.here.values(), *self.there.values(), *readers}:
                    seen = self._as_user(user, row)
                    if user in readers:
                        self.assertTrue(seen.reason)
                        continue
                    with self.assertRaises(AccessError):
                        seen.read(["reason"])
                    if user in (self.here["own"], *(self.there[role] for role in SEEING)):
                        self.assertFalse(seen.search([("reason", "!=", False)]))

    def test_who_is_asked_may_read_why(self):
        """Also a salesperson who sees own customers only, and whose customer it is not."""
        self.profile.account_manager_id = self.here["own"]
        self.here["own"].action_archive()
        self.customer.user_id = self.manager
        self._due("payment")
        row = self._run()
        self.assertEqual(row.user_id, self.manager)
        self.assertFalse(self._as_user(self.manager, self.profile).has_access("read"))
        self.assertIn("1,300.00", self._as_user(self.manager, row).reason)

    def test_who_may_not_read_why_is_not_asked(self):
        self.profile.account_manager_id = False
        self.customer.user_id = self.here["employee"]
        self.profile.quadrant_id = self.quadrants["high_high"]
        self.quadrants["high_high"].responsible_id = self.manager
        self._due("payment")
        self.assertEqual(self._run().user_id, self.manager)


@tagged("post_install", "-at_install")
class TestPlaybooks(ContactCase):
    def test_a_playbook_of_an_event_tells_nothing(self):
        self._set(main_type_id=self.types["large_steady"].id)
        self._change("became_key_account")
        row = self._run()
        self.assertTrue(row.play_id)
        self.assertEqual(row.play_id.name, "New key account: a good start")
        self.assertIn("of the type “Large and steady”", row.reason)
        steps = self.types["large_steady"].plan_id.template_ids
        self.assertTellsNothing(besides=[steps[0].summary])
        for activity in self._activities():
            self.assertIn(f'href="/odoo/key-account-follow-ups/{row.id}"', activity.note)

    def test_a_playbook_that_somebody_starts_tells_nothing(self):
        self._set(quadrant_id=self.quadrants["high_high"].id)
        self._as_user(self.manager, self.profile).action_start_playbook()
        self.assertEqual(self.profile.open_play_ids.name, "Pillar: know them and keep them")
        self.assertTellsNothing()

    def test_plays_are_guarded(self):
        self._set(quadrant_id=self.quadrants["high_high"].id)
        self._as_user(self.manager, self.profile).action_start_playbook()
        play = self.profile.open_play_ids
        for user in (self.here["own"], *(self.there[role] for role in SEEING)):
            self.assertFalse(self._as_user(user, play).search([("profile_id", "=", self.profile.id)]))


@tagged("post_install", "-at_install")
class TestDigests(ContactCase):
    def test_a_digest_is_for_who_is_asked_alone(self):
        for notification in ("inbox", "email"):
            with self.subTest(notification=notification), self._undone():
                self.manager.notification_type = notification
                self._due("became_lost")
                self._run()
                digest = self.env["mail.message"].search([("subject", "like", "Follow-ups for you")])
                self.assertEqual((len(digest), digest.partner_ids), (1, self.manager.partner_id))
                self.assertFalse(digest.model or digest.res_id)
                self.assertIn("Became lost", self._as_user(self.manager, digest).body)
                self.assertTellsNothing()
                for role, user in self._readers():
                    messages = self._as_user(user, self.env["mail.message"])
                    self.assertNotIn(digest, messages.search([("subject", "like", "Follow-ups")]), role)
                    self.assertFalse(messages.search([("body", "like", "Became lost")]), role)
                    with self.assertRaises(AccessError):
                        messages.browse(digest.id).read(["body"])
                    mails = self._as_user(user, self.env["mail.mail"])
                    self.assertFalse(mails.has_access("read"), role)

    def test_no_activity_is_sent_by_mail(self):
        self.manager.notification_type = "email"
        mails = self.env["mail.mail"].search([])
        self._due("became_lost")
        self._run()
        self._run(7)
        sent = self.env["mail.mail"].search([]) - mails
        self.assertEqual({mail.subject for mail in sent}, {"Follow-ups for you: 1"})
        self.assertEqual(sent.mail_message_id.partner_ids, (self.manager | self.leader).partner_id)


@tagged("post_install", "-at_install")
class TestShown(ContactCase):
    """The reason stands where the figures stand: on the profile, and in the panel of the contact."""

    def _shown(self, user):
        contact = self._as_user(user, self.customer)
        return html2plaintext(contact.read(["key_account_open_follow_ups"])[0]["key_account_open_follow_ups"] or "")

    def test_the_contact_shows_why_to_those_who_may_see_the_profile(self):
        self._due("payment")
        row = self._run()
        seeing = [self.manager, self.leader, *(self.here[role] for role in SEEING)]
        for user in seeing:
            self.assertIn(row.reason, self._shown(user), user.login)
            profile = self._as_user(user, self.profile)
            self.assertIn(row.reason, html2plaintext(profile.open_follow_ups), user.login)
        for user in {*self.here.values(), *self.there.values()} - set(seeing):
            self.assertFalse(self._shown(user), user.login)

    def test_what_is_handled_or_over_is_not_shown(self):
        self._due("payment")
        self._run()
        self._activities().action_feedback("Paid soon")
        self._run(1)
        self.assertFalse(self._shown(self.leader))

    def test_each_company_shows_its_own(self):
        self._due("payment")
        row = self._run()
        theirs = self.env["key.account.refresh"]._ensure_profiles(self.elsewhere, self.customer)
        self.follow_ups.create({"profile_id": theirs.id, "kind": "payment", "reason": "Canary of elsewhere"})
        self.assertIn(row.reason, self._shown(self.here["manager"]))
        self.assertNotIn("Canary", self._shown(self.here["manager"]))
        self.assertIn("Canary", self._shown(self.there["manager"]))
        self.assertNotIn(row.reason, self._shown(self.there["manager"]))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_form_shows_what_one_may_see(self):
        self._due("payment")
        self.customer.phone = "+32 2 290 34 90"
        row = self._run()
        with self._undone():
            seen = self._as_user(self.manager, row)
            self.assertEqual((seen.phone, seen.has_open_activity), ("+32 2 290 34 90", True))
            self.assertEqual(seen.action_open_activity()["res_id"], self._activities().id)
        self.env["ir.rule"].create(
            {
                "name": "Contacts are nobody's",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.customer.id})]",
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self._as_user(self.manager, row).phone)
