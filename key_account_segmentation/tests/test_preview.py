# SPDX-License-Identifier: LGPL-3.0-only
"""A draft shows what it would change without changing it, and is published by one person at a time."""

from contextlib import ExitStack, closing
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, HttpCase, freeze_time, get_db_name, tagged
from odoo.tools import SQL, mute_logger

from ..models.refresh import key_account_run
from ..wizard.key_account_preview import NONE, OUTSIDE
from .common import KeyAccountCase, KeyAccountPostingCase, read_csv
from .roles import create_users

TODAY = "2026-03-31"

#: What hangs on one another goes in as many steps at most.
ROUNDS = 5

#: Pairs of axes that between them try every axis whose figures come from documents.
AXES = [
    ("revenue_12m", "growth"),
    ("revenue_per_active_month", "lost_probability"),
    ("share", "tenure_years"),
    ("event_count_12m", "coverage"),
    ("location_score", "dso_days"),
]


class PreviewCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.published = cls.company.key_account_policy_id

    def _draft(self, **values):
        """A draft; an axis of its own is cut at its median unless said otherwise."""
        medians = {f"cut_{side}_method": "median" for side in "xy" if f"axis_{side}" in values}
        return self.published.copy({"name": "Draft", **medians, **values})

    def _preview(self, draft):
        action = draft.action_preview()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _moves(self, preview, kind):
        """(old, new) -> (customers, revenue)."""
        lines = preview.line_ids.filtered(lambda line: line.kind == kind)
        return {tuple(line._labels()): (line.customer_count, line.revenue_12m) for line in lines}

    def _warnings(self, preview):
        return [
            str(line).removesuffix("</li>")
            for line in (preview.warnings or "").split("</li></ul>")[0].split("<li>")[1:]
        ]

    def _names(self, line):
        action = line.action_open()
        return sorted(self.env[action["res_model"]].search(action["domain"]).mapped("display_name"))


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestPreview(PreviewCase):
    """The 14 customers of the sample: the smallest A customer brings 8,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls._load(read_csv("oracle/input.csv"))
        cls.env["key.account.run"].refresh_all(cls.company)

    def test_a_quadrant_without_colour_has_a_dot_and_a_category_has_none(self):
        draft = self._draft()
        draft.quadrant_ids.color = 0
        preview = self._preview(draft)

        def with_a_dot(name):
            return [head["label"] for head in preview[name]["columns"] if head["color"] is not False]

        self.assertEqual(with_a_dot("quadrant_table"), draft.quadrant_ids.sorted("sequence").mapped("name"))
        self.assertEqual(with_a_dot("category_table"), [])

    def test_the_same_policy_moves_nobody(self):
        preview = self._preview(self._draft())
        self.assertEqual(self._moves(preview, "quadrant"), {
            ("Loyal", "Loyal"): (3, 7300),
            ("Pillars", "Pillars"): (5, 71700),
            ("Passers-by", "Passers-by"): (3, 6700),
            ("Lost", "Lost"): (2, 9800),
            ("No quadrant", "No quadrant"): (1, -250),
        })  # fmt: skip
        self.assertEqual(self._moves(preview, "category"), {
            ("Passive partner", "Passive partner"): (7, 71000),
            ("Client", "Client"): (7, 24250),
        })  # fmt: skip
        self.assertFigures(preview, [{
            "customer_count": 14, "revenue_12m": 95250, "cut_x": 8000, "cut_y": 0.75,
            "axis_x_text": "Revenue (12 Months): high from 8,000.00\xa0€", "axis_y_text": "Loyalty: high from 75.0%",
            "summary": "Nobody would change quadrant. Nobody would change category.",
        }])  # fmt: skip
        self.assertEqual(self._warnings(preview), ["Nobody would be in “Big tickets”."])

    def test_another_axis(self):
        """Growth of those in quadrants with revenue: 0, 0, 100%, 185%, 1000%: the median is 100%."""
        preview = self._preview(self._draft(axis_y="growth"))
        self.assertEqual(self._moves(preview, "quadrant"), {
            ("Loyal", "Loyal"): (1, 5500),
            ("Loyal", "Passers-by"): (1, 0),
            ("Loyal", "No quadrant"): (1, 1800),
            ("Pillars", "Pillars"): (2, 42200),
            ("Pillars", "Big tickets"): (2, 20000),
            ("Pillars", "No quadrant"): (1, 9500),
            ("Passers-by", "No quadrant"): (3, 6700),
            ("Lost", "Lost"): (2, 9800),
            ("No quadrant", "No quadrant"): (1, -250),
        })  # fmt: skip
        self.assertFigures(preview, [{
            "cut_x": 8000, "cut_y": 1,
            "summary": "8 of 14 customers would change quadrant, with 38,000.00\xa0€ of revenue. "
            "Nobody would change category.",
        }])  # fmt: skip
        self.assertEqual(
            self._warnings(preview), ["No value for “Growth”, and so no quadrant: 5 of 14 customers (36%)."]
        )

    def test_other_thresholds(self):
        """Seasonal customers become partners, one who is monthly with months of credit notes does not any more."""
        preview = self._preview(self._draft(seasonal_is_recurring=True, steady_min=0.9))
        self.assertEqual(self._moves(preview, "category"), {
            ("Passive partner", "Passive partner"): (6, 61500),
            ("Passive partner", "Client"): (1, 9500),
            ("Client", "Passive partner"): (1, 8000),
            ("Client", "Client"): (6, 16250),
        })  # fmt: skip
        lines = {tuple(line._labels()): line for line in preview.line_ids if line.kind == "category"}
        self.assertEqual(self._names(lines["Passive partner", "Client"]), ["07_monthly_with_credit_notes"])
        self.assertEqual(self._names(lines["Client", "Passive partner"]), ["10_seasonal"])
        self.assertEqual(
            preview.summary,
            "Nobody would change quadrant. 2 would change category, with 17,500.00\xa0€.",
        )

    def test_the_table(self):
        preview = self._preview(self._draft(axis_y="growth"))
        table = preview.quadrant_table
        self.assertEqual(
            [(column["label"], column["customers"], column["revenue"]) for column in table["columns"]],
            [("Pillars", 2, 42200), ("Loyal", 1, 5500), ("Big tickets", 2, 20000), ("Passers-by", 1, 0),
             ("Newcomers", 0, 0), ("Lost", 2, 9800), ("No quadrant", 6, 17750)],
        )  # fmt: skip
        self.assertEqual(
            [(row["label"], row["customers"], row["revenue"]) for row in table["rows"]],
            [("Pillars", 5, 71700), ("Loyal", 3, 7300), ("Big tickets", 0, 0), ("Passers-by", 3, 6700),
             ("Newcomers", 0, 0), ("Lost", 2, 9800), ("No quadrant", 1, -250)],
        )  # fmt: skip
        pillars = table["rows"][0]["cells"]
        self.assertEqual(
            [cell and (cell["customers"], cell["revenue"], cell["stays"]) for cell in pillars],
            [(2, 42200, True), None, (2, 20000, False), None, None, None, (1, 9500, False)],
        )
        line = self.env["key.account.preview.line"].browse(pillars[2]["id"])
        self.assertEqual(line.action_open()["name"], "Pillars → Big tickets")
        self.assertEqual(self._names(line), ["01_monthly_1st", "10_seasonal"])
        self.assertEqual(table["total"], {"customers": 14, "revenue": 95250})
        self.assertEqual(table["currency_id"], self.company.currency_id.id)

    def test_nothing_is_written(self):
        profiles = self._live()
        runs = self.env["key.account.run"].search_count([])
        before, versions = self._stored(profiles), self._row_versions(profiles)
        policies = self._row_versions(self.published)
        self._preview(self._draft(seasonal_is_recurring=True, axis_y="growth"))
        self.assertEqual(self._stored(profiles), before)
        self.assertEqual(self._row_versions(profiles), versions)
        self.assertEqual(self._live(), profiles)
        self.assertEqual(self._row_versions(self.published), policies)
        self.assertEqual(self.env["key.account.run"].search_count([]), runs)
        self.assertEqual(self.company.key_account_policy_id, self.published)

    def test_publishing_does_what_the_preview_says(self):
        self.partners["08_irregular"].country_id = self.env.ref("base.de")
        germany = [Command.clear(), Command.create({"country_id": self.env.ref("base.de").id, "score": 70})]
        other = {"seasonal_is_recurring": True, "new_months": 3, "lookback_months": 24, "prior_customers_min": 50}
        self.startPatcher(patch.object(key_account_run, "BATCH_SIZE", 3))
        for axis_x, axis_y in AXES:
            for thresholds in ({}, other):
                with self.subTest(axes=(axis_x, axis_y), thresholds=thresholds):
                    self.published = self.company.key_account_policy_id
                    draft = self._draft(axis_x=axis_x, axis_y=axis_y, location_ids=germany, **thresholds)
                    preview = self._preview(draft)
                    expected = self._expected(preview)
                    cuts = (preview.cut_x, preview.cut_y)
                    preview.action_publish()
                    self.env["key.account.run"].refresh_all(self.company)
                    self.assertEqual(cuts, self.env["key.account.portfolio"]._last_cuts(self.company))
                    for profile in self._live():
                        quadrant = str(profile.quadrant_id.id or NONE)
                        self.assertEqual(expected["quadrant", profile.partner_id.id], quadrant, profile.display_name)
                        self.assertEqual(expected["category", profile.partner_id.id], profile.category)

    def _expected(self, preview):
        """(kind, partner id) -> what the preview says the customer will be."""
        return {(line.kind, partner_id): line.new for line in preview.line_ids for partner_id in line.partner_ids}

    def test_usage_and_margin_are_read_if_the_published_policy_does_not(self):
        preview = self._preview(self._draft(axis_x="usage_per_month"))
        self.assertEqual(preview.cut_x, False)
        self.assertEqual(preview.axis_x_text, "Usage Per Month: no customer with revenue has a value")
        self.assertEqual(
            self._warnings(preview),
            ["No customer has a value for “Usage Per Month”: nobody would be in a quadrant."],
        )

    def test_empty_and_overfull_quadrants(self):
        preview = self._preview(self._draft(cut_x_method="value", cut_x_value=1_000_000))
        self.assertEqual(self._warnings(preview), ["Nobody would be in “Pillars” or “Big tickets”."])
        preview = self._preview(
            self._draft(cut_x_method="value", cut_x_value=1_000_000, cut_y_method="value", cut_y_value=1.01)
        )
        self.assertEqual(self._warnings(preview), [
            "Nobody would be in “Pillars”, “Loyal”, or “Big tickets”.",
            "“Passers-by” would hold 11 of 14 customers (79%): cut through them, and the matrix says more.",
        ])  # fmt: skip

    def test_sixty_percent_is_not_too_many(self):
        """Three of five below the cut."""
        company = self._create_company("Five Ltd")
        self._insert_documents(
            [
                (customer, "out_invoice", day, amount / 2)
                for amount in (1, 2, 3, 40, 50)
                for customer in [self._customer(f"Toy {amount}")]
                for day in ("2025-08-10", "2026-01-10")
            ],
            company=company,
        )
        self.env["key.account.run"].refresh_all(company)
        draft = company.key_account_policy_id.copy(
            {"cut_x_method": "value", "cut_x_value": 10, "axis_y": "growth", "cut_y_method": "median"}
        )
        draft.write({"axis_y": "event_count_12m"})
        preview = self._preview(draft)
        self.assertEqual(preview.cut_y, 2)
        self.assertEqual(self._warnings(preview), [
            "All customers have the same “Purchase Days (12 Months)”: it does not tell them apart.",
            "Nobody would be in “Big tickets” or “Passers-by”.",
        ])  # fmt: skip
        draft.cut_x_value = 45
        self.assertIn("“Loyal” would hold 4 of 5 customers (80%)", self._warnings(self._preview(draft))[-1])

    def test_no_customer_and_one(self):
        company = self._create_company("New Ltd")
        draft = company.key_account_policy_id.copy()
        preview = self._preview(draft)
        self.assertFigures(preview, [{"customer_count": 0, "revenue_12m": 0, "cut_x": False}])
        self.assertEqual(self._warnings(preview), ["There are no customers yet: nothing can be compared."])
        yearly = self._customer("Only One")
        self._insert_documents(
            [(yearly, "out_invoice", f"{year}-03-30", 10) for year in (2022, 2023, 2024, 2025)], company=company
        )
        draft.write({"axis_y": "coverage", "cut_y_method": "median"})
        self.env["key.account.run"].refresh_all(company)
        self.assertEqual(self._warnings(self._preview(draft)), [
            "“Revenue (12 Months)” cannot be cut, because no customer with revenue has a value: nobody would be in a "
            "quadrant.",
            "“Coverage” cannot be cut, because no customer with revenue has a value: nobody would be in a quadrant.",
        ])  # fmt: skip

    def test_customers_who_begin_or_cease_to_count(self):
        sister = self._create_company("Sister Ltd").partner_id
        self._insert_documents([(sister, "out_invoice", "2026-03-01", 30_000)])
        draft = self._draft(count_own_companies=True)
        preview = self._preview(draft)
        self.assertEqual(self._moves(preview, "quadrant")["Not counted now", "Big tickets"], (1, 30_000))
        self.assertFigures(preview, [{"customer_count": 15, "revenue_12m": 125_250}])
        [line] = preview.line_ids.filtered(lambda line: line.old == OUTSIDE and line.kind == "quadrant")
        self.assertEqual(self._names(line), ["Sister Ltd"])
        draft.action_publish()
        self.env["key.account.run"].refresh_all(self.company)
        preview = self._preview(draft.copy({"count_own_companies": False}))
        self.assertEqual(self._moves(preview, "category")["Client", "Not counted"], (1, 30_000))
        self.assertFigures(preview, [{"customer_count": 14, "revenue_12m": 95_250}])

    def test_a_customer_who_cannot_be_worked_out_counts_as_now(self):
        self._insert_documents([(self.partners["05_one_off"], "out_invoice", "2026-03-01", 1e22)])
        preview = self._preview(self._draft(seasonal_is_recurring=True))
        self.assertEqual(self._moves(preview, "category")["Client", "Client"], (6, 16_250))
        self.assertFigures(preview, [{"customer_count": 14, "revenue_12m": 95_250}])
        self.assertEqual(
            self._warnings(preview),
            [
                "Nobody would be in “Big tickets”.",
                "Could not be classified, and counted as they are now: 1 of 14 customers.",
            ],
        )

    def test_figures_of_another_day(self):
        with freeze_time("2026-04-02 12:00:00"):
            self.assertEqual(len(self._warnings(self._preview(self._draft()))), 1)
            [_nobody, warning] = self._warnings(self._preview(self._draft(seasonal_is_recurring=True)))
        self.assertIn("what customers are now was refreshed on Mar 31, 2026", warning)

    def test_a_category_set_by_hand_stays(self):
        self._live([self.partners["10_seasonal"]]).write(
            {"manual_category": "active_partner", "manual_category_reason": "We build their stall"}
        )
        preview = self._preview(self._draft(seasonal_is_recurring=True))
        self.assertEqual(self._moves(preview, "category")["Active partner", "Active partner"], (1, 8000))

    def test_quadrants_of_an_earlier_policy_keep_their_names(self):
        """Published, but not yet refreshed: customers are still where the policy before it has put them."""
        draft = self._draft()
        for quadrant in draft.quadrant_ids:
            quadrant.name += " 2"
        draft.action_publish()
        preview = self._preview(draft.copy())
        self.assertEqual(self._moves(preview, "quadrant")["Pillars", "Pillars 2"], (5, 71_700))
        [_nobody, warning] = self._warnings(preview)
        self.assertIn("A refresh of all customers is under way", warning)

    def test_only_drafts_are_previewed(self):
        with self.assertRaisesRegex(UserError, "“Standard policy” is not a draft"):
            self.published.action_preview()

    def test_a_new_preview_replaces_the_former_one(self):
        draft = self._draft()
        first = self._preview(draft)
        second = self._preview(draft)
        self.assertFalse(first.exists())
        self.assertEqual(self.env["key.account.preview.line"].search([]).preview_id, second)


@tagged("post_install", "-at_install")
class TestPreviewOfLines(KeyAccountPostingCase, PreviewCase):
    def test_margin_under_a_draft(self):
        """The published policy reads no lines, the draft asks for the margin: 60 of 100 and 10 of 100."""
        self.published = self.company.key_account_policy_id
        today = Date.today()
        for name, cost in (("Dear", 40), ("Cheap", 90)):
            product = self.env["product.product"].create({"name": name, "standard_price": cost})
            line = Command.create({"product_id": product.id, "quantity": 1, "price_unit": 100, "tax_ids": []})
            self._post(self._customer(name), today, 100, invoice_line_ids=[line])
        self.env["key.account.run"].refresh_all(self.company)
        self.assertEqual(self._live().mapped("margin_12m"), [False, False])
        draft = self._draft(axis_x="margin_12m", axis_y="margin_ratio_12m")
        preview = self._preview(draft)
        self.assertFigures(preview, [{"cut_x": 35, "cut_y": 0.35}])
        new = {line.new: self._names(line) for line in preview.line_ids if line.kind == "quadrant"}
        places = {quadrant.place: new.get(str(quadrant.id)) for quadrant in draft.quadrant_ids}
        self.assertEqual(
            {place: names for place, names in places.items() if names}, {"high_high": ["Dear"], "low_low": ["Cheap"]}
        )


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestPublishingAPreview(PreviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load(read_csv("oracle/input.csv"))
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.users = create_users(cls.env, cls.company)

    def test_a_manager_previews_and_publishes(self):
        draft = self._as("manager", self._draft(axis_y="growth"))
        preview = draft.env["key.account.preview"].browse(draft.action_preview()["res_id"])
        self.assertEqual(preview.customer_count, 14)
        preview.web_read({"quadrant_table": {}, "category_table": {}, "summary": {}, "warnings": {}})
        line = preview.line_ids[0]
        action = line.action_open()
        self.assertEqual(draft.env[action["res_model"]].search_count(action["domain"]), line.customer_count)
        action = preview.action_publish()
        self.assertEqual(action["params"]["message"], "“Draft” counts from now on. All customers are being classified by it "
                         "in the background.")  # fmt: skip
        self.assertFigures(draft, [{"state": "published", "published_by_id": self.users["manager"].id}])
        self.assertEqual(self.published.state, "archived")
        run = self.env["key.account.run"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertFigures(run, [{"state": "waiting", "cause": "policy", "policy_id": draft.id}])

    def test_nobody_else_may(self):
        draft = self._draft()
        preview = self._preview(draft)
        moved = [("preview_line_id", "in", preview.line_ids.ids)]
        for role in self.users.keys() - {"manager"}:
            for action in (
                self._as(role, draft).action_preview,
                self._as(role, preview).action_publish,
                self._as(role, preview.line_ids[0]).action_open,
                self._as(role, preview).read,
                lambda role=role: self._as(role, self.profiles).search(moved),
            ):
                with (
                    self.subTest(role=role, action=action),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                ):
                    action()

    def test_a_preview_is_for_who_made_it_and_for_their_companies(self):
        draft = self._draft()
        preview = self._preview(draft)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._as("manager", preview).read(["customer_count"])
        lines = preview.line_ids.ids
        self.assertFalse(self._as("manager", self.profiles).search([("preview_line_id", "in", lines)]))
        mine = self._as("manager", draft).action_preview()["res_id"]
        other = self._create_company("Other Ltd")
        self.users["manager"].company_ids += other
        elsewhere = self._as("manager", preview.browse(mine)).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            elsewhere.read(["customer_count"])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._as("manager", draft).with_context(allowed_company_ids=other.ids).action_preview()

    def test_another_policy_published_meanwhile(self):
        preview = self._preview(self._draft())
        self._draft(name="Faster").action_publish()
        with self.assertRaisesRegex(UserError, "“Faster” was published by .* after this preview was made. Go back"):
            preview.action_publish()
        self.assertEqual(self.company.key_account_policy_id.name, "Faster")


@tagged("post_install", "-at_install")
class TestTogether(BaseCase):
    """Connections of their own, which see and lock each other as those of two people do; what they leave is deleted."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.connections = self.enterContext(ExitStack())
        env = self._connect()
        self.company = env["res.company"].create({"name": "Two Managers Ltd"})
        self.addCleanup(self._delete)
        published = self.company.key_account_policy_id
        self.first, self.second = (published.copy({"name": name}) for name in ("First", "Second"))
        self.customer = env["res.partner"].create({"name": "Toy", "is_company": True})
        self._write_profile(env, revenue=10)
        self.partner_ids = (self.customer.id, self.company.partner_id.id)
        env.cr.commit()

    def _connect(self):
        """A connection that rather fails than waits for another one."""
        cr = self.connections.enter_context(closing(self.registry.cursor()))
        cr.execute(SQL("SET lock_timeout = '2s'"))
        env = api.Environment(cr, SUPERUSER_ID, {})
        env.cr.commit()
        return env

    def _delete(self):
        """By SQL: what has been published cannot be deleted otherwise; other modules give a company rows as well."""
        self.connections.close()
        with self.registry.cursor() as cr, mute_logger("odoo.sql_db"):
            # the tables and columns that name a company
            cr.execute(
                SQL(
                    """
                    SELECT conrelid::regclass::text, attname
                      FROM pg_constraint
                      JOIN pg_attribute
                        ON attrelid = conrelid
                       AND attnum = conkey[1]
                     WHERE contype = 'f'
                       AND confrelid = 'res_company'::regclass
                       AND conrelid <> confrelid
                     ORDER BY 1, 2
                    """
                )
            )
            left = [*cr.fetchall(), ("res_company", "id")]
            for _round in range(ROUNDS):
                left = [place for place in left if not self._delete_from(cr, *place)]
            self.assertFalse(left)
            cr.execute(SQL("DELETE FROM res_partner WHERE id IN %s", self.partner_ids))

    def _delete_from(self, cr, table, column):
        """Whether the company's rows could be deleted: nothing refers to them any more."""
        try:
            with cr.savepoint():
                cr.execute(SQL("DELETE FROM %s WHERE %s = %s", *map(SQL.identifier, (table, column)), self.company.id))
        except IntegrityError:
            return False
        return True

    def _write_profile(self, env, revenue):
        env.cr.execute(
            SQL(
                """
                INSERT INTO key_account_profile (company_id, partner_id, category, revenue_12m, coverage, policy_id)
                VALUES (%s, %s, 'client', %s, 1, %s)
                    ON CONFLICT (company_id, partner_id) DO UPDATE
                   SET revenue_12m = EXCLUDED.revenue_12m
                """,
                self.company.id,
                self.customer.id,
                revenue,
                self.company.key_account_policy_id.id,
            )
        )

    def _states(self):
        """Name -> state of the company's policies, as the next one to look sees them."""
        policies = self._connect()["key.account.policy"].search([("company_id", "=", self.company.id)])
        return {policy.name: policy.state for policy in policies}

    def assertOnlyFirstPublished(self):
        self.assertEqual(self._states(), {"Standard policy": "archived", "First": "published", "Second": "draft"})

    def assertToldToLook(self):
        return self.assertRaisesRegex(
            UserError, "^Somebody else is publishing or changing a policy of Two Managers Ltd"
        )

    def test_the_second_of_two_who_publish_at_once_is_told(self):
        mine, theirs = self._connect(), self._connect()
        self.first.with_env(mine).action_publish()
        for policy in (self.second, self.first):
            with self.assertToldToLook(), mute_logger("odoo.sql_db"):
                policy.with_env(theirs).action_publish()
        mine.cr.commit()
        theirs.cr.rollback()
        self.assertOnlyFirstPublished()

    def test_who_began_before_the_other_was_through_is_told(self):
        mine, theirs = self._connect(), self._connect()
        self.assertEqual(self.second.with_env(theirs).state, "draft")
        self.first.with_env(mine).action_publish()
        mine.cr.commit()
        with self.assertToldToLook(), mute_logger("odoo.sql_db"):
            self.second.with_env(theirs).action_publish()
        self.assertEqual(self.second.with_env(theirs).state, "draft", "the transaction can go on")
        theirs.cr.commit()
        self.assertOnlyFirstPublished()

    def test_one_after_the_other_is_no_conflict(self):
        for policy in (self.first, self.second):
            env = self._connect()
            policy.with_env(env).action_publish()
            env.cr.commit()
        self.assertEqual(self._states(), {"Standard policy": "archived", "First": "archived", "Second": "published"})

    def test_the_draft_may_not_change_between_preview_and_publishing(self):
        france = self._connect().ref("base.fr")
        for values in (
            {"axis_y": "growth"},
            {"location_ids": [Command.create({"country_id": france.id, "score": 5})]},
        ):
            with self.subTest(values=values):
                mine, theirs, later = self._connect(), self._connect(), self._connect()
                preview_id = self.first.with_env(mine).action_preview()["res_id"]
                mine.cr.commit()
                self.first.with_env(theirs).write(values)
                theirs.cr.commit()
                with self.assertRaisesRegex(UserError, "The draft was changed after this preview was made"):
                    later["key.account.preview"].browse(preview_id).action_publish()
                later.cr.rollback()
        self.assertEqual(self._states()["First"], "draft")

    def test_who_publishes_while_figures_are_written_does_not_wait(self):
        mine, refresh = self._connect(), self._connect()
        self._write_profile(refresh, revenue=20)
        self.first.with_env(mine).action_publish()
        mine.cr.commit()
        refresh.cr.commit()
        self.assertOnlyFirstPublished()

    def test_a_preview_is_of_one_moment_whatever_is_written_meanwhile(self):
        mine, refresh = self._connect(), self._connect()
        draft = self.first.with_env(mine)
        self.assertEqual(draft.state, "draft")
        self._write_profile(refresh, revenue=20)
        preview = mine["key.account.preview"].browse(draft.action_preview()["res_id"])
        self.assertEqual((preview.cut_x, preview.revenue_12m), (10, 10), "does not wait")
        refresh.cr.commit()
        again = mine["key.account.preview"].browse(draft.action_preview()["res_id"])
        self.assertEqual((again.cut_x, again.revenue_12m), (10, 10), "is still of the same moment")
        mine.cr.commit()
        later = mine["key.account.preview"].browse(draft.action_preview()["res_id"])
        self.assertEqual((later.cut_x, later.revenue_12m), (20, 20))


@tagged("post_install", "-at_install")
class TestPreviewInTheBrowser(PreviewCase, HttpCase):
    def test_from_the_draft_to_the_names_and_back_and_publish(self):
        """By growth the brewery, which has none, is no pillar any more; the fair has grown from 300 to 900."""
        today = Date.today()
        brewery, fair, starter = map(self._customer, ("Steady Brewery", "Once Upon a Fair", "First Order Ltd"))
        self._insert_documents(
            [(brewery, "out_invoice", today - relativedelta(months=month), 1200) for month in range(24)]
            + [(fair, "out_invoice", today - relativedelta(months=month), 300) for month in (2, 5, 10, 17)]
            + [(starter, "out_invoice", today - relativedelta(days=3), 80)]
        )
        self.env["key.account.run"].refresh_all(self.company)
        manager = create_users(self.env, self.company)["manager"]
        draft = self._draft(name="Draft of the tour", axis_y="growth")
        self.start_tour(f"/odoo/key-account-policies/{draft.id}", "key_account_preview", login=manager.login)
        self.assertEqual(draft.state, "published")
        self.assertEqual(draft.published_by_id, manager)
