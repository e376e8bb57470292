# SPDX-License-Identifier: LGPL-3.0-only
"""What a key account type's rule may ask, who may write it, and what becomes of its customers when it breaks."""

from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..models.key_account import key_account_refresh
from ..models.override import key_account_refresh as effective_refresh
from ..tools.account_types import TypeRule
from .canaries import CanaryCase
from .common import KeyAccountCase
from .roles import create_user
from .test_follow_up import FollowUpCase
from .test_settling import MONTHLY, START, SettlingCase

#: Rules that would tell, yes or no, what others wrote, when they came, or what another company knows.
CURIOUS = {
    "a private chat": [("partner_id.user_ids.partner_id.channel_ids.message_ids.body", "ilike", "takeover")],
    "a private chat, nested": [("partner_id", "any", [("channel_ids.message_ids.body", "ilike", "takeover")])],
    "the login log": [("account_manager_id.log_ids.create_date", ">=", "2020-01-01")],
    "the login log, nested": [("account_manager_id", "any", [("log_ids", "!=", False)])],
    "a colleague's login": [("account_manager_id", "ilike", "mara")],
    "a lead of another company": [("partner_id.opportunity_ids.name", "ilike", "kas-abroad-secret")],
    "messages of the contact": [("partner_id.message_ids.body", "ilike", "secret")],
    "activities of the contact": [("partner_id.activity_ids.note", "ilike", "secret")],
    "the contact's name": [("partner_id", "ilike", "Theirs")],
    "the contact's bank account": [("partner_id.bank_ids.acc_number", "ilike", "1")],
    "changes": [("transition_ids.reason", "ilike", "secret")],
    "playbooks": [("open_play_ids.name", "ilike", "secret")],
    "another company": [("company_id.name", "ilike", "Abroad")],
    "its own outcome": [("main_type_id", "!=", False)],
    "members of a hierarchy": [("partner_id", "child_of", 1)],
}


@tagged("post_install", "-at_install")
class TestRulesOverHttp(CanaryCase):
    """A sales administrator of one company asks with rules what is none of their business."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        channel = cls.env["discuss.channel"].create({"name": "Two of us", "channel_type": "group"})
        channel.message_post(body="takeover", message_type="comment")
        cls.users["own"].with_user(cls.users["own"])._update_last_login()
        cls.mine = cls.env["key.account.type"].create({"name": "Mine"})
        cls.env.flush_all()

    def _write(self, rule):
        return self._ask("manager", "key.account.type", "write", self.mine.ids, vals={"rule_domain": rule})

    def test_a_rule_asks_nothing_of_other_models(self):
        for what, rule in CURIOUS.items():
            for method, ids, kwargs in (
                ("write", self.mine.ids, {"vals": {"rule_domain": repr(rule)}}),
                ("create", [], {"vals_list": [{"name": "Curious", "rule_domain": repr(rule)}]}),
                ("web_save", [], {"vals": {"name": "Curious", "rule_domain": repr(rule)}, "specification": {}}),
            ):
                with self.subTest(what=what, method=method):
                    answer = self._ask("manager", "key.account.type", method, ids, **kwargs)
                    self.assertEqual(answer.error, "odoo.exceptions.ValidationError", str(answer))
                    self.assertIn("cannot be used", answer.message)
                    self.assertKeepsSecrets(answer, "manager", "key.account.type", repr(rule))

    def test_a_rule_is_read_and_not_run(self):
        for rule in (
            "[('account_manager_id', '=', uid)]",
            "[('rank', '<', (lambda: 5)())]",
            "[('rank', '=', 1) for i in range(10**9)]",
            "[('last_invoice_date', '>', context_today())]",
            "[('rank', '=', 1)] + []",
            "nonsense",
            "{'rank': 1}",
        ):
            with self.subTest(rule=rule):
                answer = self._write(rule)
                self.assertEqual(answer.error, "odoo.exceptions.ValidationError", str(answer))

    def test_the_right_to_read_a_field_counts(self):
        field = self.profiles._fields["revenue_12m"]
        self.patch(field, "groups", "base.group_system")
        answer = self._write("[('revenue_12m', '>', 1)]")
        self.assertEqual(answer.error, "odoo.exceptions.ValidationError", str(answer))
        self.mine.rule_domain = "[('revenue_12m', '>', 1)]"

    def test_what_people_need_is_allowed(self):
        be = self.env.ref("base.be").id
        for rule in (
            "[]",
            "[(1, '=', 1)]",
            "['|', ('abc', '=', 'A'), '!', ('revenue_12m', '>=', 10000.0)]",
            "[('last_invoice_date', '>=', 'today -30d'), ('expected_next_date', '!=', False)]",
            "['&', ('first_invoice_date', '>=', '2020-01-01'), ('first_invoice_date', '<', 'today =1d +1m')]",
            f"[('partner_id.country_id', 'in', [{be}]), ('partner_id.state_id', '=', False)]",
            "[('partner_id.country_id', 'ilike', 'Belg'), ('country_id', '!=', False)]",
            "[('partner_id.industry_id', '!=', False), ('partner_id.category_id', 'ilike', 'gold')]",
            "[('partner_id.is_company', '=', True)]",
            f"[('account_manager_id', 'in', [{self.users['own'].id}]), ('partner_id', 'not in', [1, 2])]",
            "[('manual_category_reason', 'ilike', 'founder'), ('cannot_be_developed', '=', False)]",
            "[('quadrant_id', 'ilike', 'Pillars'), ('collaboration_id', '!=', False)]",
            "[('growth', '=', False), ('rank', 'in', [1, 2, 3])]",
        ):
            with self.subTest(rule=rule):
                answer = self._write(rule)
                self.assertFalse(answer.error, str(answer))
                self.assertFalse(self.mine.rule_fault)

    def test_a_long_rule_is_refused(self):
        for rule in (repr([("rank", "in", list(range(1000)))]), "[" + "'!', " * 300 + "('rank', '=', 1)]", "[" * 1999):
            with self.subTest(rule=rule[:40]):
                answer = self._write(rule)
                self.assertEqual(answer.error, "odoo.exceptions.ValidationError", str(answer))

    def test_dates_and_numbers_beyond_the_calendar_are_refused(self):
        for rule in (
            "[('last_invoice_date', '>=', 'today -99999999d')]",
            "[('last_invoice_date', '>=', 'the day after')]",
            "[('rank', '=', 1e999)]",
            "[('abc', '=', 1)]",
            "[('rank', 'ilike', '1')]",
        ):
            with self.subTest(rule=rule):
                answer = self._write(rule)
                self.assertEqual(answer.error, "odoo.exceptions.ValidationError", str(answer))


@tagged("post_install", "-at_install")
class TestRulesThatBreak(SettlingCase):
    """A rule that cannot be used leaves its customers as they are, and the refresh says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loyal = cls.env["key.account.type"].create(
            {"name": "Loyal", "rule_domain": "[('event_count', '>=', 2)]", "sequence": 1}
        )

    def _break(self, rule="[('gone', '=', 1)]"):
        self.env.flush_all()
        self.env.cr.execute("UPDATE key_account_type SET rule_domain = %s WHERE id = %s", [rule, self.loyal.id])
        self.env.invalidate_all()

    def _run(self):
        return self.env["key.account.run"].search([("company_id", "=", self.company.id)], limit=1)

    def test_customers_of_a_broken_rule_stay_and_the_run_says_so(self):
        self._night(START)
        self.assertEqual(self._profile(self.other).main_type_id, self.loyal)
        for rule in ("[('gone', '=', 1)]", "[('partner_id.message_ids.body', 'ilike', 'x')]", "nonsense"):
            with self.subTest(rule=rule):
                self._break(rule)
                with self.assertLogs("odoo.addons.key_account_segmentation", "WARNING") as log:
                    self._night("2025-06-16")
                self.assertIn("Loyal", log.output[0])
                self.assertEqual(self._profile(self.other).main_type_id, self.loyal)
                self.assertIn(self._type("large_steady"), self._profile().suggested_type_ids)
                self.assertEqual(self._run().state, "done")
                self.assertRegex(self._run().message, "(?s)“Loyal” cannot be used: .*stays so")
                self.assertTrue(self.loyal.rule_fault)

    def test_nobody_is_added_by_a_broken_rule(self):
        self._break()
        with mute_logger("odoo.addons.key_account_segmentation.models.key_account.key_account_refresh"):
            self._night(START)
        self.assertFalse(self._profile(self.other).main_type_id)
        self.assertEqual(self._profile().main_type_id, self._type("large_steady"))

    def test_a_refresh_of_a_few_customers_says_so_too(self):
        self._night(START)
        self._break()
        with freeze_time(f"{START} 12:00:00"), self.assertLogs("odoo.addons.key_account_segmentation", "WARNING"):
            self.env["key.account.stale"]._mark({(self.company.id, self.other.id)})
            self.env["key.account.refresh"]._refresh_marked(self.company, self.env["key.account.stale"].search([]))
        self.assertEqual(self._profile(self.other).main_type_id, self.loyal)
        self.assertEqual(self._run().cause, "documents")
        self.assertIn("“Loyal”", self._run().message)

    def _keep_found(self, _type, query):
        self.found = query.get_result_ids()

    def test_today_is_the_companys_day(self):
        self._night(START)
        self._profile().last_invoice_date = "2025-06-16"
        self.loyal.rule_domain = "[('last_invoice_date', '=', 'today')]"
        for zone, hour, found in (("Pacific/Auckland", 20, True), ("Pacific/Auckland", 9, False), (False, 20, False)):
            with self.subTest(zone=zone, hour=hour), freeze_time(f"2025-06-15 {hour:02}:00:00"):
                self.company.partner_id.tz = zone
                fault = self.loyal._run_rule(self.company, None, self._keep_found)
                self.assertFalse(fault)
                self.assertEqual(self._profile().id in self.found, found)

    @mute_logger("odoo.sql_db", "odoo.addons.key_account_segmentation.models.key_account.key_account_refresh")
    def test_a_rule_has_a_time_limit_of_its_own(self):
        """A rule that takes too long is broken; the limit of the rest of the transaction stays what it was."""
        self._night(START)
        self.env.cr.execute("SET LOCAL statement_timeout = '77s'")
        self.env.cr.execute(
            """
            CREATE FUNCTION pg_temp.slow_rank() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(30) IS NULL';
            ALTER TABLE key_account_profile RENAME TO key_account_profile_rows;
            CREATE VIEW key_account_profile AS
                SELECT * FROM key_account_profile_rows WHERE seasonal_months IS NULL OR pg_temp.slow_rank();
            UPDATE key_account_profile_rows SET seasonal_months = '1';
            """
        )
        self.patch(self.registry["key.account.type"], "_rule_seconds", 0.2)
        with self.assertRaisesRegex(ValidationError, "longer than"), self.env.cr.savepoint():
            self.loyal.rule_domain = "[('event_count', '>=', 3)]"
        faults = self.env["key.account.refresh"]._match_rules(self.company, self.loyal)
        self.assertEqual(list(faults), [self.loyal])
        self.env.cr.execute("SELECT COUNT(*) FROM key_account_match")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("77s",))

    def test_a_rule_that_works_leaves_the_time_limit_as_it_was(self):
        self.env.cr.execute("SET LOCAL statement_timeout = '77s'")
        self.loyal.rule_domain = "[('event_count', '>=', 1)]"
        self._night(START)
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("77s",))
        self.assertFalse(self._run().message)


def _often_domain(limits):
    return [("invoice_count_12m", ">=", limits.feedback_min)]


def _often(account, limits):
    return ["often"] if account.invoice_count_12m >= limits.feedback_min and account.gross_12m >= 1000.0 else []


@tagged("post_install", "-at_install")
class TestTypesOfModules(SettlingCase):
    """Another module brings a type with a rule of its own, on figures of its own choice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frequent = cls.env["key.account.type"].create({"name": "Frequent", "code": "frequent", "sequence": 0})
        rule = TypeRule("frequent", ("invoice_count_12m", "gross_12m"), _often_domain, _often)
        built_in = cls.env["key.account.type"]._built_in_rules()
        types, words = cls.registry["key.account.type"], cls.registry["key.account.type.words"]
        cls.classPatch(types, "_built_in_rules", lambda self: (*built_in, rule))
        cls.enterClassContext(
            patch.object(
                words, "_reason_often", lambda self, profile: f"{profile.invoice_count_12m} invoices.", create=True
            )
        )

    def test_it_is_suggested_with_its_reason(self):
        self._night(START)
        self.assertEqual(self._profile().main_type_id, self.frequent)
        self.assertEqual(self._profile().suggested_type_ids, self.frequent | self._type("large_steady"))
        self.assertIn("<b>Frequent</b>: 12 invoices.", self._profile().type_reasons)
        self.assertFalse(self._profile(self.other).suggested_type_ids)

    def test_a_candidate_whose_figures_fall_short_is_not_suggested(self):
        self._insert_documents([(self.other, "out_invoice", f"2025-06-0{day}", 10) for day in range(1, 5)])
        self._night(START)
        self.assertFalse(self._profile(self.other).suggested_type_ids)

    def test_a_type_that_does_not_fit_any_more_goes(self):
        self._night(START)
        self.assertEqual(self._profile().computed_type_id, self.frequent)
        self.env.cr.execute("DELETE FROM account_move WHERE partner_id = %s", [self.customer.id])
        self._insert_documents([(self.customer, "out_invoice", "2025-06-10", 500)])
        self._night("2025-06-16")
        self.assertFalse(self._profile().suggested_type_ids & self.frequent)


@tagged("post_install", "-at_install")
class TestBatches(SettlingCase):
    """Candidates are read a few at a time: it does not matter how many."""

    def test_every_size_of_batch_gives_the_same(self):
        customers = [self._customer(f"Buys {number}") for number in range(5)]
        self._insert_documents([(it, "out_invoice", day, 900) for it in customers for day in MONTHLY])
        self.env["key.account.type"].create({"name": "Loyal", "rule_domain": "[('event_count', '>=', 2)]"})
        found = []
        for size in (5000, 1, 2, 7):
            self.env["key.account.profile"].search([("company_id", "=", self.company.id)]).unlink()
            with (
                patch.object(key_account_refresh, "CANDIDATE_BATCH", size),
                patch.object(effective_refresh, "EFFECT_BATCH", size),
            ):
                self._night(START)
            profiles = self.env["key.account.profile"].search([("company_id", "=", self.company.id)])
            found.append({it.partner_id: (it.suggested_type_ids.ids, it.main_type_id) for it in profiles})
        self.assertEqual(len(found[0]), 7)
        self.assertTrue(all(types for types, _main in found[0].values()))
        self.assertEqual(found, found[:1] * 4)


@tagged("post_install", "-at_install")
class TestTypesOfCompanies(SettlingCase):
    """A type belongs to the company that made it; the shipped ones to all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls._create_company("Abroad Ltd")
        groups = "sales_team.group_sale_manager"
        cls.here = create_user(cls.env, "kas_here", groups, cls.company)
        cls.there = create_user(cls.env, "kas_there", groups, cls.abroad)

    def _types(self, user):
        return self.env["key.account.type"].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def _night_everywhere(self):
        with freeze_time(f"{START} 12:00:00"):
            self.env["key.account.run"].refresh_all(self.company + self.abroad)

    def test_a_rule_suggests_customers_of_its_own_company(self):
        self._insert_documents([(self.other, "out_invoice", "2025-06-01", 7)], self.abroad)
        theirs = self._types(self.there).create({"name": "Theirs", "rule_domain": "[]", "sequence": 1})
        self.assertEqual(theirs.company_id, self.abroad)
        self._night_everywhere()
        self.assertNotIn(theirs, self._live().suggested_type_ids)
        self.assertEqual(self._live(company=self.abroad).main_type_id.ids, theirs.ids)

    def test_types_of_another_company_are_out_of_sight(self):
        theirs = self._types(self.there).create({"name": "Theirs"})
        self.assertEqual(len(self._types(self.here).search([])), 5)
        self.assertIn(theirs, self._types(self.there).search([]))
        for call in (
            lambda: theirs.with_user(self.here).read(["name"]),
            lambda: theirs.with_user(self.here).write({"contact_days": 5}),
            lambda: self._types(self.here).create({"name": "Mine", "company_id": self.abroad.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()

    def test_a_customer_gets_no_type_of_another_company(self):
        """By hand neither, and the message does not tell its name."""
        self._night(START)
        theirs = self._types(self.there).create({"name": "Top Secret"})
        kind = self.env["key.account.collaboration"].with_user(self.there)
        kind = kind.with_context(allowed_company_ids=self.abroad.ids).create({"name": "Top Secret"})
        self.assertEqual(kind.company_id, self.abroad)
        profile = self._profile().with_user(self.here)
        for vals in (
            {"manual_type_id": theirs.id, "manual_type_reason": "Why not"},
            {"collaboration_id": kind.id},
            {"manual_quadrant_id": self.abroad.key_account_policy_id.quadrant_ids[0].id, "manual_quadrant_reason": "x"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
                profile.write(vals)
            self.assertNotIn("Top Secret", str(caught.exception))
            values = (
                {"type_id": theirs.id} if "manual_type_id" in vals else {"quadrant_id": vals.get("manual_quadrant_id")}
            )
            if any(values.values()):
                with self.subTest(vals=values), self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.env["key.account.judgement"].with_user(self.here).create(values)
            with self.subTest(vals=vals), self.assertRaises(UserError), self.env.cr.savepoint():
                # whoever works in both companies may read it, and it still does not fit
                both = create_user(
                    self.env, f"kas_both_{next(iter(vals))}", "sales_team.group_sale_manager", self.company
                )
                both.company_ids += self.abroad
                self._profile().with_user(both).with_context(
                    allowed_company_ids=(self.company + self.abroad).ids
                ).write(vals)

    def test_shipped_types_are_edited_by_who_sees_all_companies(self):
        shipped = self._type("image")
        self.assertFalse(shipped.company_id)
        for vals in ({"contact_days": 5}, {"sequence": 1}, {"active": False}, {"name": "Mine"}, {"plan_id": False}):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "all companies"), self.env.cr.savepoint():
                shipped.with_user(self.here).write(vals)
        with self.assertRaisesRegex(AccessError, "all companies"), self.env.cr.savepoint():
            shipped.with_user(self.here).update_field_translations("name", {"en_US": "Mine"})
        self.here.company_ids = self.env["res.company"].search([])
        shipped.with_user(self.here).write({"contact_days": 5})
        self.assertEqual(shipped.contact_days, 5)

    def test_nobody_makes_a_type_of_all_companies(self):
        types = self._types(self.here)
        for vals in ({"name": "Mine", "code": "mine"}, {"name": "Mine", "code": "mine", "company_id": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError), self.env.cr.savepoint():
                types.create(vals)
        mine = types.create({"name": "Mine"})
        for vals in ({"code": "mine", "company_id": False}, {"code": "mine"}, {"company_id": self.abroad.id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError), self.env.cr.savepoint():
                mine.write(vals)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            mine.sudo().company_id = False
            self.env.flush_all()

    def test_the_rule_of_a_shipped_type_is_built_in(self):
        with self.assertRaisesRegex(ValidationError, "built in"), self.env.cr.savepoint():
            self._type("image").rule_domain = "[]"

    def test_playbooks_of_another_company_are_refused(self):
        plans = self.env["mail.activity.plan"]
        theirs = plans.create({"name": "Theirs", "res_model": "res.partner", "company_id": self.abroad.id})
        ours = plans.create({"name": "Ours", "res_model": "res.partner", "company_id": self.company.id})
        shared = plans.create({"name": "Shared", "res_model": "res.partner", "company_id": False})
        mine = self._types(self.here).create({"name": "Mine"})
        quadrant = self.company.key_account_policy_id.quadrant_ids[0].with_user(self.here)
        rules = self.env["key.account.follow.up.rule"].with_user(self.here)
        rule = rules.search([("company_id", "=", self.company.id), ("kind", "=", "became_lost")])
        for record in (mine, quadrant, rule):
            with self.subTest(model=record._name):
                record.plan_id = ours
                record.plan_id = shared
                with self.assertRaisesRegex(UserError, "belongs to another company"), self.env.cr.savepoint():
                    record.plan_id = theirs
        # a playbook may move afterwards: then it is not started
        todo = self.env.ref("mail.mail_activity_data_todo").id
        ours.template_ids = [Command.create({"summary": "Call", "activity_type_id": todo})]
        self.assertFalse(rule._problem(ours))
        ours.company_id = self.abroad
        self.assertIn("another company", rule._problem(ours))
        ours.company_id = self.company
        with self.assertRaisesRegex(UserError, "belongs to another company"), self.env.cr.savepoint():
            self._type("image").plan_id = ours

    def test_shipped_playbooks_are_for_all_companies(self):
        names = ("pillars", "loyal", "big_tickets", "passers_by", "key_account")
        for name in names:
            self.assertFalse(self.env.ref(f"key_account_segmentation.playbook_{name}").company_id, name)


@tagged("post_install", "-at_install")
class TestLimitsOfDays(FollowUpCase):
    """Days beyond ten years are refused; those of before stop nobody but the type or the rule that has them."""

    def _before(self, table, column, record):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE %s SET %s = 99999999 WHERE id = %s", SQL.identifier(table), SQL.identifier(column), record.id)
        )
        self.env.invalidate_all()

    def test_too_many_days_are_refused(self):
        manager = self._user("administrator", "sales_team.group_sale_manager")
        mine = self.env["key.account.type"].with_user(manager).create({"name": "Mine", "contact_days": 3660})
        rule = self.rules["reminder"].with_user(manager)
        for record, name in ((mine, "contact_days"), (rule, "days"), (rule, "escalation_days")):
            for days in (3661, 99_999_999):
                refused = self.assertRaisesRegex(ValidationError, "3660")
                with self.subTest(name=name, days=days), refused, self.env.cr.savepoint():
                    record[name] = days

    def test_a_type_with_too_many_days_skips_itself(self):
        self._due("contact")
        late = self._customer("Late Bakery", user_id=self.manager.id)
        figures = {"last_invoice_date": self._day(-70), "last_contact_date": self._day(-70)}
        self._profile_of(late, main_type_id=self.types["image"].id, **figures)
        self.types["image"].contact_days = 60
        planned = self._run(kinds=["contact"])
        self.assertEqual(planned.partner_id, self.customer | late)
        planned.filtered(lambda row: row.partner_id == late).unlink()
        self._before("key_account_type", "contact_days", self.types["large_steady"])
        again = self._run(number=1, kinds=["contact"])
        self.assertEqual(again.partner_id, late)
        self.assertIn("“Large and steady” asks for a contact every 99999999 days", self.rules["contact"].last_result)
        self.assertEqual((planned.exists() - again).state, "open", "what was planned stays as it was")
        self.assertEqual(self._run(number=2, kinds=["contact"]), self.follow_ups)

    def test_a_rule_with_too_many_days_skips_itself(self):
        for kind, column in (("reminder", "days"), ("payment", "escalation_days")):
            with self.subTest(kind=kind), self._undone():
                self._due(kind)
                self._due("review")
                self._before("key_account_follow_up_rule", column, self.rules[kind])
                self.patch(self.env.cr, "rollback", lambda: None)
                with mute_logger(
                    "odoo.addons.key_account_segmentation.models.follow_up.key_account_follow_up_planning"
                ):
                    for name in (kind, "review"):
                        list(self.rules[name]._follow_up_or_log())
                found = self.follow_ups.search([("partner_id", "=", self.customer.id)])
                self.assertEqual(found.mapped("kind"), ["review"])
                self.assertIn("99999999 days", self.rules[kind].last_result)


@tagged("post_install", "-at_install")
class TestIcons(KeyAccountCase):
    def test_an_icon_is_the_name_of_one(self):
        types = self.env["key.account.type"]
        for icon in (
            "fa-star modal-backdrop",
            "modal",
            "fa-STAR",
            "fa-",
            "fa-star\n",
            'fa-"',
            "fa-" + "a" * 61,
            "fa-é",
        ):
            refused = self.assertRaises(CheckViolation)
            with self.subTest(icon=icon), refused, mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                types.create({"name": "Mine", "icon": icon})
        self.assertEqual(types.create({"name": "Mine", "icon": "fa-lightbulb-o"}).icon, "fa-lightbulb-o")
        self.assertFalse(types.create({"name": "Plain", "icon": False}).icon)
