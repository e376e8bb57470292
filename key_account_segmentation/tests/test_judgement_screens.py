# SPDX-License-Identifier: LGPL-3.0-only
"""What people override: who may, what they are asked, what stands beside the figures; in a browser, too."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .roles import create_users

TODAY = Date.today()


class OverrideCase(KeyAccountCase):
    """A large customer of the salesperson's, one of a colleague's, one of nobody's; one without invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.brewery = cls._customer("Steady Brewery", user_id=cls.users["own"].id)
        cls.fair = cls._customer("Once Upon a Fair", user_id=cls.users["all"].id)
        cls.starter = cls._customer("First Order Ltd")
        cls._insert_documents(
            [(cls.brewery, "out_invoice", TODAY - relativedelta(months=month), 1200) for month in range(24)]
            + [(cls.fair, "out_invoice", TODAY - relativedelta(months=month), 300) for month in (5, 17)]
            + [(cls.starter, "out_invoice", TODAY, 80)]
        )
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.by_name = {
            profile.partner_id: profile for profile in cls.profiles.search([("company_id", "=", cls.company.id)])
        }

    def _profile(self, customer, role=None):
        profile = self._live([customer])
        return self._as(role, profile) if role else profile

    def _type(self, code):
        return self.env.ref(f"key_account_segmentation.type_{code}")

    def _wizard(self, role, profiles=None, **values):
        """The assistant as it opens for these profiles, filled in."""
        action = self._as(role, profiles).action_judge()
        wizards = self._as(role, self.env["key.account.judgement"]).with_context(**action["context"])
        return wizards.create(values)

    def _override(self, role, profiles, **values):
        wizard = self._wizard(role, profiles, **values)
        wizard.action_apply()
        self.env.invalidate_all()
        return wizard


@tagged("post_install", "-at_install")
class TestOverride(OverrideCase):
    def test_the_figures_make_the_brewery_large_and_steady(self):
        self.assertEqual(self._profile(self.brewery).main_type_id, self._type("large_steady"))
        self.assertFalse(self._profile(self.fair).main_type_id)

    def test_a_type_by_hand_counts_at_once_and_says_who_and_why(self):
        until = TODAY + relativedelta(days=30)
        self._override(
            "own", self._profile(self.brewery), what="type", type_id=self._type("image").id, reason=" They speak ",
            until=until,
        )  # fmt: skip
        self.assertFigures(self._profile(self.brewery), [{
            "main_type_id": self._type("image").id, "computed_type_id": self._type("large_steady").id,
            "manual_type_reason": "They speak", "manual_type_until": until, "judgement_differs": True,
            "manual_type_by_id": self.users["own"].id, "is_key_account": True,
        }])  # fmt: skip
        table = self._profile(self.brewery, "own").judgement_table
        for words in ("Image", "Set by", "“They speak”", "The figures say: Large and steady."):
            self.assertIn(words, table)
        change = self._profile(self.brewery).transition_ids[:1]
        self.assertEqual((change.old_label, change.new_label, change.cause), ("Large and steady", "Image", "hand"))

    def test_no_key_account(self):
        self._override("own", self._profile(self.brewery), what="no_type", reason="They leave")
        profile = self._profile(self.brewery)
        self.assertFigures(profile, [{"main_type_id": False, "not_key_account": True, "manual_type_id": False}])
        self.assertIn("No key account", profile.judgement_table)
        self._override("own", profile, what="type", type_id=self._type("tester").id, reason="They stay")
        self.assertFigures(self._profile(self.brewery), [{"not_key_account": False, "is_key_account": True}])

    def test_category_and_quadrant(self):
        quadrant = self.company.key_account_policy_id.quadrant_ids.filtered(lambda it: it.place == "low_low")
        self._override("own", self._profile(self.brewery), what="category", category="client", reason="Ends in summer")
        self._override(
            "own", self._profile(self.brewery), what="quadrant", quadrant_id=quadrant.id, reason="Small soon"
        )
        self.assertFigures(self._profile(self.brewery), [{"category": "client", "quadrant_id": quadrant.id}])

    def test_cannot_be_developed_is_refreshed_at_once(self):
        self.env["crm.lead"].create({"name": "More", "type": "opportunity", "partner_id": self.brewery.id})
        profile = self._profile(self.brewery)
        profile.action_refresh()
        self.assertEqual(profile.computed_category, "active_partner")
        self._override("own", profile, what="development", reason="Their line is full")
        self.assertFigures(self._profile(self.brewery), [{
            "cannot_be_developed": True, "cannot_be_developed_reason": "Their line is full",
            "computed_category": "passive_partner",
        }])  # fmt: skip

    def test_taken_back_the_figures_decide(self):
        profile = self._profile(self.brewery)
        self._override("own", profile, what="type", type_id=self._type("image").id, reason="They speak")
        self._override("own", profile, what="type", mode="back")
        self.assertFigures(self._profile(self.brewery), [{
            "main_type_id": self._type("large_steady").id, "manual_type_id": False, "manual_type_reason": False,
            "manual_type_by_id": False, "judgement_differs": False, "judgement_table": False,
        }])  # fmt: skip

    def test_several_customers_at_once(self):
        profiles = self._live([self.brewery, self.fair, self.starter])
        wizard = self._override("manager", profiles, what="type", type_id=self._type("tester").id, reason="New glue")
        self.assertEqual(wizard.figures_say, "2 × No key account and 1 × Large and steady")
        self.assertEqual(profiles.main_type_id, self._type("tester"))

    def test_what_is_to_happen_soon_is_told(self):
        profile = self._profile(self.brewery)
        profile.write({"category_falling_since": "2026-03-01"})
        self.assertIn(
            "The figures have said “Passive partner” since Mar 1, 2026; it counts from Mar 31, 2026 if it stays like that.",
            profile.judgement_table,
        )

    def test_from_the_list_it_is_asked_why_somebody_cannot_be_developed(self):
        profile = self._profile(self.brewery, "own")
        listed = profile.with_context(active_model=profile._name, active_ids=profile.ids)
        action = self.env.ref("key_account_segmentation.action_cannot_be_developed")
        opened = self._as("own", action).with_context(**listed.env.context).run()
        assistants = self._as("own", self.env["key.account.judgement"]).with_context(**opened["context"])
        with self.assertRaisesRegex(UserError, "Say why"):
            assistants.create({}).action_apply()
        assistants.create({"reason": "They buy all they need"}).action_apply()
        self.assertEqual(
            (profile.cannot_be_developed, profile.cannot_be_developed_reason), (True, "They buy all they need")
        )
        self._as("own", profile).action_set_developed()
        self.assertEqual((profile.cannot_be_developed, profile.cannot_be_developed_reason), (False, False))

    def test_the_assistant_shows_what_the_figures_say(self):
        profile = self._profile(self.brewery)
        self._override("own", profile, what="type", type_id=self._type("image").id, reason="They speak")
        action = self._as("own", profile).action_judge()
        assistants = self._as("own", self.env["key.account.judgement"]).with_context(**action["context"])
        form = Form(assistants)
        self.assertEqual(form.figures_say, "Large and steady")
        self.assertTrue(form.is_by_hand)
        self.assertIn("“They speak”", form.by_hand_now)
        form.what = "category"
        self.assertEqual(form.figures_say, "Passive partner")
        self.assertFalse(form.is_by_hand)
        form.what = "type"
        form.mode = "back"
        form.what = "category"
        self.assertEqual(form.mode, "set", "there is nothing to take back")


@tagged("post_install", "-at_install")
class TestWhoMayOverride(OverrideCase):
    def test_own_customers_and_all_for_administrators(self):
        values = {"what": "type", "type_id": self._type("image").id, "reason": "They speak"}
        self._override("own", self._profile(self.brewery), **values)
        self._override("all", self._profile(self.fair), **values)
        self._override("all", self._profile(self.starter), **values)
        self._override("manager", self._live(), **values)
        self.assertEqual(self._live().main_type_id, self._type("image"))

    def test_a_colleague_is_told_whom_to_ask(self):
        with self.assertRaisesRegex(
            AccessError, "account manager of “Steady Brewery”, .*own.* may override its figures"
        ):
            self._as("all", self._profile(self.brewery)).action_judge()

    def test_others_cannot(self):
        for role in ("invoicing", "auditor", "employee"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, self._profile(self.brewery)).action_judge()
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._as(role, self.env["key.account.judgement"]).create({})

    def test_the_rights_are_asked_when_it_is_written(self):
        wizard = self._wizard("own", self._profile(self.brewery), what="no_type", reason="They leave")
        self.brewery.user_id = self.users["all"]
        with self.assertRaises(UserError):
            wizard.action_apply()
        self.assertFalse(self._profile(self.brewery).not_key_account)

    def test_no_profile_of_others_by_another_way(self):
        values = {"profile_ids": self._profile(self.fair).ids, "what": "no_type", "reason": "Mine"}
        with self.assertRaises(AccessError):
            self._as("own", self.env["key.account.judgement"]).create(values)


@tagged("post_install", "-at_install")
class TestBadInput(OverrideCase):
    def assertRefused(self, error, sentence, **values):
        wizard = self._wizard("own", self._profile(self.brewery), **values)
        with self.assertRaisesRegex(error, sentence), self.env.cr.savepoint():
            wizard.action_apply()
        self.assertFalse(self._profile(self.brewery).manual_type_id)

    def test_sentences(self):
        image, special = self._type("image").id, self._type("special").id
        yesterday = TODAY - relativedelta(days=1)
        for reason in (False, "", "  "):
            self.assertRefused(UserError, "Say why", what="type", type_id=image, reason=reason)
            self.assertRefused(UserError, "Say why", what="development", reason=reason)
        self.assertRefused(UserError, "Choose what should count", what="type", reason="Because")
        self.assertRefused(UserError, "Choose what should count", what="category", reason="Because")
        self.assertRefused(ValidationError, "has passed", what="type", type_id=image, reason="Because", until=yesterday)
        self.assertRefused(ValidationError, "review date", what="type", type_id=special, reason="Because")

    def test_until_today_counts_today(self):
        self._override(
            "own", self._profile(self.brewery), what="type", type_id=self._type("image").id, reason="Fair", until=TODAY
        )
        self.assertEqual(self._profile(self.brewery).main_type_id, self._type("image"))

    def test_special_with_a_review_date(self):
        day = TODAY + relativedelta(months=3)
        self._override(
            "own", self._profile(self.brewery), what="type", type_id=self._type("special").id, reason="The mayor's",
            review_date=day,
        )  # fmt: skip
        self.assertEqual(self._profile(self.brewery).review_date, day)
        self.assertIn("To be reviewed on", self._profile(self.brewery).judgement_table)

    def test_the_review_date_goes_with_the_type(self):
        action = self._as("own", self._profile(self.brewery)).action_judge()
        form = Form(self._as("own", self.env["key.account.judgement"]).with_context(**action["context"]))
        form.type_id = self._type("special")
        form.review_date = TODAY
        form.type_id = self._type("image")
        self.assertFalse(form.review_date)

    def test_nobody_selected(self):
        wizard = self._as("own", self.env["key.account.judgement"]).create({"what": "no_type", "reason": "Because"})
        with self.assertRaisesRegex(UserError, "Select the customers first"):
            wizard.action_apply()


@tagged("post_install", "-at_install")
class TestWithoutInvoices(OverrideCase):
    """A customer with no document at all can be made a key account."""

    def _make(self, role, contact, **values):
        action = self._as(role, contact).action_judge_key_account()
        wizard = self._as(role, self.env["key.account.judgement"]).with_context(**action["context"]).create(values)
        wizard.action_apply()
        self.env.invalidate_all()
        return wizard

    def test_from_a_contact_and_from_the_opportunity(self):
        image = {"what": "type", "type_id": self._type("image").id, "reason": "Everybody asks them"}
        architect = self._customer("Architect", user_id=self.users["own"].id)
        person = self._customer("Ann", is_company=False, parent_id=architect.id)
        self._make("own", person, **image)
        self.assertFigures(self._live([architect]), [{"main_type_id": self._type("image").id, "event_count": 0}])
        chef = self._customer("Chef", user_id=self.users["own"].id)
        lead = self.env["crm.lead"].create(
            {"name": "Menu", "type": "opportunity", "partner_id": chef.id, "user_id": self.users["own"].id}
        )
        self._make("own", lead, **image)
        self.assertEqual(self._live([chef]).main_type_id, self._type("image"))
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(
            self._live([architect, chef]).main_type_id, self._type("image"), "a night later they still are"
        )

    def test_nothing_is_made_before_somebody_says_why(self):
        architect = self._customer("Architect", user_id=self.users["own"].id)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._make("own", architect, what="type", type_id=self._type("image").id)
        self.assertFalse(self._live([architect]))

    def test_whose_customer_it_is(self):
        theirs = self._customer("Theirs", user_id=self.users["all"].id)
        nobodys = self._customer("Nobody's")
        with self.assertRaisesRegex(AccessError, "account manager of “Theirs”, .*all.* may override its figures"):
            self._as("own", theirs).action_judge_key_account()
        with self.assertRaisesRegex(AccessError, "Nobody looks after “Nobody's” yet"):
            self._as("own", nobodys).action_judge_key_account()
        for role in ("all", "manager"):
            self.assertTrue(self._as(role, nobodys).action_judge_key_account()["context"]["default_partner_id"])
        with self.assertRaises(AccessError):
            self._as("all", self._customer("Mine", user_id=self.users["own"].id)).action_judge_key_account()
        with self.assertRaises(AccessError):
            self._as("own", self.fair).action_judge_key_account()
        with self.assertRaises(AccessError):
            self._as("employee", nobodys).action_judge_key_account()

    def test_the_customer_may_have_gone_to_somebody_else_meanwhile(self):
        mine = self._customer("Mine", user_id=self.users["own"].id)
        action = self._as("own", mine).action_judge_key_account()
        wizard = (
            self._as("own", self.env["key.account.judgement"])
            .with_context(**action["context"])
            .create({"what": "no_type", "reason": "Because"})
        )
        mine.user_id = self.users["all"]
        with self.assertRaisesRegex(AccessError, "may override its figures"):
            wizard.action_apply()

    def test_a_customer_with_invoices_opens_with_its_profile(self):
        action = self._as("own", self.brewery).action_judge_key_account()
        self.assertEqual(action["context"]["default_profile_ids"], self._profile(self.brewery).ids)


@tagged("post_install", "-at_install")
class TestFilters(OverrideCase):
    def _found(self, name):
        domain = {
            "key_accounts": [("is_key_account", "=", True)],
            "by_hand_differs": [("judgement_differs", "=", True)],
            "suggested": [("computed_type_id", "!=", False), ("is_key_account", "=", False)],
        }[name]
        return self.profiles.search([("company_id", "=", self.company.id), *domain]).partner_id

    def test_filters(self):
        self.assertEqual(self._found("key_accounts"), self.brewery)
        self.assertFalse(self._found("by_hand_differs"))
        self._override("own", self._profile(self.brewery), what="no_type", reason="They leave")
        self._override("all", self._profile(self.fair), what="type", type_id=self._type("image").id, reason="Known")
        self.assertEqual(self._found("key_accounts"), self.fair)
        self.assertEqual(self._found("by_hand_differs"), self.brewery | self.fair)
        self.assertEqual(self._found("suggested"), self.brewery)

    def test_every_type_is_a_column_and_none_is_the_last(self):
        profiles = self._as("manager", self.profiles).with_context(read_group_expand=True)
        groups = profiles.web_read_group([], ["main_type_id"], ["__count"])["groups"]
        names = [group["main_type_id"] and group["main_type_id"][1] for group in groups]
        self.assertEqual(set(names), {*self.env["key.account.type"].search([]).mapped("name"), False})
        label = self.profiles.fields_get(["main_type_id"])["main_type_id"]["falsy_value_label"]
        self.assertEqual(label, "No key account")


@tagged("post_install", "-at_install")
class TestTypeForm(OverrideCase):
    def test_a_type_with_and_without_a_rule(self):
        form = Form(self._as("manager", self.env["key.account.type"]))
        form.name = "Growing"
        self.assertFalse(form.has_rule)
        form.has_rule = True
        form.rule_domain = "[('growth', '>', 0.5)]"
        account_type = form.save()
        self.assertEqual(account_type.rule_domain, "[('growth', '>', 0.5)]")
        with Form(account_type) as form:
            self.assertTrue(form.has_rule)
            form.has_rule = False
        self.assertFalse(account_type.rule_domain)

    def test_a_broken_rule_says_so(self):
        for rule in ("[('no_such_field', '=', 1)]", "[('growth'", "growth"):
            with (
                self.assertRaisesRegex(ValidationError, "The rule of “Growing” cannot be used"),
                self.env.cr.savepoint(),
            ):
                self._as("manager", self.env["key.account.type"]).create({"name": "Growing", "rule_domain": rule})


@tagged("post_install", "-at_install")
class TestInTheBrowser(OverrideCase, HttpCase):
    def test_a_card_is_dragged_to_another_type(self):
        self.start_tour("/odoo/key-accounts-by-type", "key_account_judgement", login="key_account_own")
        profile = self._profile(self.brewery)
        self.assertFigures(profile, [{"main_type_id": self._type("large_steady").id, "manual_type_id": False}])
        self.assertEqual(
            [(it.old_label, it.new_label, it.reason) for it in profile.transition_ids.sorted("id")],
            [
                ("Large and steady", "Image", "They speak for us"),
                ("Image", "No key account", "They are leaving"),
                ("No key account", "Large and steady", False),
            ],
        )

    @mute_logger("odoo.http")
    def test_a_colleague_is_told_instead(self):
        self.start_tour("/odoo/key-accounts-by-type", "key_account_judgement_refused", login="key_account_all")
        self.assertEqual(self._profile(self.brewery).main_type_id, self._type("large_steady"))

    def test_a_type_of_ones_own(self):
        self.start_tour("/odoo/key-account-types", "key_account_types", login="key_account_manager")
        reference = self.env["key.account.type"].search([("name", "=", "Reference plant")])
        self.assertFigures(reference, [{"icon": "fa-industry", "contact_days": 45}])


@tagged("post_install", "-at_install")
class TestOnAPhone(OverrideCase, HttpCase):
    browser_size = "400x800"
    touch_enabled = True

    def test_overridden_without_dragging(self):
        self.start_tour("/odoo/key-accounts-by-type", "key_account_judgement_phone", login="key_account_own")
        self.assertEqual(self._profile(self.brewery).main_type_id, self._type("tester"))
