# SPDX-License-Identifier: LGPL-3.0-only
"""The policy: what may be set, who may still change it, and that every threshold decides something."""

from datetime import date, timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.policy.key_account_policy import MARGINS
from ..tools.thresholds import Thresholds
from .common import KeyAccountCase
from .roles import create_user

THRESHOLDS = {name for name, field in Thresholds.__dataclass_fields__.items() if field.init}


@tagged("post_install", "-at_install")
class TestMargins(KeyAccountCase):
    def _refusal(self, **values):
        """What the policy says to these values, nothing if it takes them."""
        try:
            with self.env.cr.savepoint():
                self.env["key.account.policy"].create({"company_id": self.company.id, **values})
        except ValidationError as error:
            return error.args[0]
        return ""

    def test_every_number_has_margins_a_default_and_a_help(self):
        numbers = {name for name in THRESHOLDS if not isinstance(getattr(Thresholds(), name), bool)}
        self.assertEqual(set(MARGINS), numbers)
        policies, usual = self.env["key.account.policy"], Thresholds()
        draft = policies.new({"company_id": self.company.id})
        for name in THRESHOLDS:
            self.assertEqual(draft[name], getattr(usual, name), name)
            self.assertTrue(policies._fields[name].help, name)
            self.assertTrue(policies._fields[name].string, name)

    def test_on_the_limit_is_taken_and_beyond_is_refused(self):
        policies = self.env["key.account.policy"]
        for name, (low, high, reason) in MARGINS.items():
            step = 1 if policies._fields[name].type == "integer" else 0.001
            label = policies._fields[name].get_description(self.env, ["string"])["string"]
            for value in (low, high):
                self.assertNotIn("has to be between", self._refusal(**{name: value}), name)
            for value in (low - step, high + step):
                refusal = self._refusal(**{name: value})
                self.assertIn(f"{label} is {policies._value_text(name, value)}.", refusal, name)
                self.assertIn(str(reason), refusal, name)

    def test_the_sentence(self):
        self.assertEqual(
            self._refusal(cadence_share_min=0.4),
            "Gaps That Have to Agree is 40%. It has to be between 50% and 100%: "
            "a cadence that less than half of the gaps follow is none.",
        )
        self.assertEqual(
            self._refusal(new_months=0),
            "New Below (Months) is 0. It has to be between 1 and 12: "
            "newness is measured within the last twelve months.",
        )

    def test_pairs_have_to_be_in_order(self):
        for values, sentence in [
            ({"abc_a_share": 0.8, "abc_b_share": 0.8},
             "A Brings (80%) has to be below A and B Bring (80%): B begins where A ends."),
            ({"late_gaps": 3, "risk_gaps": 2.5},
             "Late Up to (× Gap) (3) has to be below At Risk Up to (× Gap) (2.5): a customer is late before being at risk."),
            ({"season_late_days": 60},
             "Season: Late After (Days) (60) has to be below Season: At Risk After (Days) (60): a customer is late before "
             "being at risk."),
            ({"season_risk_days": 190},
             "Season: At Risk After (Days) (190) has to be below Season: Lost After (Days) (180): a customer is at risk "
             "before being lost."),
            ({"silence_late_min": 0.5},
             "Late From (Silence) (50%) has to be below At Risk From (Silence) (50%): a customer is late before being at "
             "risk."),
            ({"silence_risk_min": 0.9},
             "At Risk From (Silence) (90%) has to be below Lost From (Silence) (80%): a customer is at risk before being "
             "lost."),
        ]:  # fmt: skip
            self.assertEqual(self._refusal(**values), sentence)
        for values in (
            {"abc_a_share": 0.8, "abc_b_share": 0.81},
            {"late_gaps": 2.9},
            {"season_late_days": 59},
            {"season_risk_days": 179},
            {"silence_late_min": 0.49},
            {"silence_risk_min": 0.79},
        ):
            self.assertEqual(self._refusal(**values), "")

    def test_the_shortest_season_is_not_longer_than_the_longest(self):
        self.assertEqual(
            self._refusal(season_months_min=5, season_months_max=4),
            "The shortest season (5 months) is longer than the longest (4 months).",
        )
        self.assertEqual(self._refusal(season_months_min=4, season_months_max=4), "")

    def test_tolerances_do_not_overlap(self):
        self.assertEqual(
            self._refusal(tolerance_weekly=3, tolerance_biweekly=4),
            "Weekly ± Days ends at 10.0 days, but Every Two Weeks ± Days begins at 10.0: "
            "a gap in between would be both. Make one of the two tolerances smaller.",
        )
        self.assertEqual(self._refusal(tolerance_weekly=3, tolerance_biweekly=3.9), "")
        for wide in ({"tolerance_biweekly": 6}, {"tolerance_monthly": 15}, {"tolerance_bimonthly": 30},
                     {"tolerance_quarterly": 30}, {"tolerance_annual": 90, "tolerance_semiannual": 60,
                      "tolerance_quarterly": 35}):  # fmt: skip
            self.assertTrue(self._refusal(**wide), wide)


@tagged("post_install", "-at_install")
class TestPublishing(CronMixinCase, KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.published = cls.company.key_account_policy_id
        cls.draft = cls.published.copy({"name": "Draft", "new_months": 4})

    def test_a_new_company_has_a_published_policy(self):
        self.assertFigures(self.published, [{"state": "published", "company_id": self.company.id, "new_months": 6}])
        self.company._ensure_key_account_policy()
        self.assertEqual(self.env["key.account.policy"].search_count([("company_id", "=", self.company.id)]), 2)

    def test_every_company_of_the_database_has_one(self):
        companies = self.env["res.company"].search([])
        self.assertEqual(len(companies.mapped("key_account_policy_id")), len(companies))

    def test_a_draft_can_be_changed_and_deleted(self):
        self.draft.new_months = 5
        self.assertEqual(self.draft._thresholds().new_months, 5)
        self.draft.unlink()
        self.assertFalse(self.draft.exists())

    def test_a_published_policy_stays_as_it_is(self):
        for values in ({"new_months": 5}, {"state": "draft"}, {"company_id": self._create_company("Other Ltd").id}):
            with self.assertRaisesRegex(UserError, "“Standard policy” has been published and stays as it is"):
                self.published.write(values)
        self.published.write({"name": "Of 2026", "note": "As the sales meeting decided"})
        with self.assertRaisesRegex(UserError, "Only drafts can be deleted"):
            self.published.unlink()

    def test_nobody_gets_around_the_button(self):
        manager = create_user(self.env, "policy_manager", "sales_team.group_sale_manager", self.company)
        policies = self.env["key.account.policy"].with_user(manager).with_context(key_account_publishing=True)
        with self.assertRaisesRegex(UserError, "publish it with the button"):
            policies.create({"name": "Smuggled", "company_id": self.company.id, "state": "published"})
        draft = policies.create({"name": "Draft", "company_id": self.company.id})
        with self.assertRaisesRegex(UserError, "published with the button"):
            draft.write({"state": "published"})
        published = policies.browse(self.company.key_account_policy_id.id)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            published.write({"major_share": 0.5})

    def test_publishing_archives_the_former_one(self):
        self.draft.action_publish()
        self.assertFigures(self.draft + self.published, [{"state": "published"}, {"state": "archived"}])
        self.assertEqual(self.company.key_account_policy_id, self.draft)
        self.assertEqual(self.draft.published_by_id, self.env.user)
        self.assertLess(abs(self.draft.published_date - Datetime.now()), timedelta(minutes=1))
        for policy in (self.published, self.draft):
            with self.assertRaises(UserError):
                policy.new_months = 6
            with self.assertRaises(UserError):
                policy.unlink()

    def test_publishing_has_the_customers_of_its_company_worked_out(self):
        self._create_company("Other Ltd")
        last = self.env["key.account.run"].search([], limit=1).id or 0
        with self.capture_triggers("key_account_segmentation.ir_cron_refresh_all") as triggers:
            self.draft.action_publish()
        self.assertTrue(triggers.records)
        self.assertFigures(self.env["key.account.run"].search([("id", ">", last)]), [
            {"company_id": self.company.id, "state": "waiting", "policy_id": self.draft.id}
        ])  # fmt: skip

    def test_only_drafts_can_be_published(self):
        for policy in (self.published, self.draft):
            if policy == self.draft:
                policy.action_publish()
            with self.assertRaisesRegex(UserError, "is not a draft"):
                policy.action_publish()

    def test_publishing_leaves_other_companies_alone(self):
        other = self._create_company("Other Ltd")
        theirs = other.key_account_policy_id
        self.draft.action_publish()
        self.assertEqual(other.key_account_policy_id, theirs)
        self.assertEqual(theirs.state, "published")

    def test_a_new_version_has_the_same_values(self):
        self.draft.action_publish()
        action = self.draft.action_new_version()
        version = self.env[action["res_model"]].browse(action["res_id"])
        self.assertFigures(version, [{"state": "draft", "name": "Draft (new version)", "published_date": False}])
        self.assertEqual(version._thresholds(), self.draft._thresholds())
        self.assertEqual(version.company_id, self.company)

    def test_one_published_policy_per_company(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["key.account.policy"].create({"company_id": self.company.id, "state": "published"})

    def test_published_ones_stand_first(self):
        self.draft.action_publish()
        draft = self.draft.copy()
        policies = self.env["key.account.policy"].search([("company_id", "=", self.company.id)])
        self.assertEqual(policies, self.draft + draft + self.published)


def back_from(last, *gaps):
    """Dates from the last one back, with gaps in days, the latest gap first."""
    days = [date.fromisoformat(last)]
    for gap in gaps:
        days.append(days[-1] - timedelta(days=gap))
    return [str(day) for day in days]


MONTHLY = [f"{year}-{month:02}-15" for year in (2023, 2024) for month in range(1, 13)]

#: Customer -> dates with an invoice of 100.
CUSTOMERS = {
    "weekly": back_from("2024-12-30", *[9] * 4),
    "biweekly": back_from("2024-12-28", *[17] * 4),
    "monthly": back_from("2024-12-20", *[35] * 4),
    "bimonthly": back_from("2024-12-20", *[68] * 4),
    "quarterly": back_from("2024-12-20", *[101] * 4),
    "semiannual": back_from("2024-12-20", *[197] * 4),
    "annual": back_from("2024-12-20", *[385] * 2),
    "every month": MONTHLY,
    "ten months": [day for day in MONTHLY if day[:7] not in ("2024-04", "2024-08")],
    "nearly regular": [*MONTHLY, "2024-05-25"],
    "until November": MONTHLY[:-1],
    "until October": MONTHLY[:-2],
    "nine months": [day for day in MONTHLY if day[:7] not in ("2024-03", "2024-06", "2024-08")],
    "no winter": ["2022-11-05", "2022-11-25", "2022-12-20", "2023-11-20", "2023-12-24"],
    "biweekly until November": back_from("2024-11-15", *[14] * 6),
    "at risk": ["2024-07-04", "2024-08-03"],
    "winter": ["2023-11-05", "2023-11-25", "2023-12-20", "2024-11-02", "2024-12-24"],
    "summer": ["2023-06-03", "2023-06-20", "2023-07-29", "2024-06-05", "2024-07-11", "2024-08-30"],
    "once": ["2024-03-15"],
    "late": ["2024-08-28", "2024-10-29"],
    "young": ["2024-11-15", "2024-12-20"],
}

#: Customer -> amount of one invoice.
LARGE = {"first": 100_000, "second": 50_000, "third": 25_000}

#: Month -> amount of the invoice in it; 1,000 in each of the last three.
SHRINKING = {day: 2500 if int(day[5:7]) % 2 == 0 else 1500 for day in MONTHLY if day[:7] != "2024-05"} | dict.fromkeys(
    MONTHLY[-3:], 1000
)

#: Threshold, values, customer, figure, with the standard policy, with the values.
REACH = [
    ("lookback_months", {"lookback_months": 12}, "annual", "cadence", "annual", "none"),
    ("undone_days", {"undone_days": 29}, "taken back", "event_count", 0, 1),
    ("engagement_months", {"engagement_months": 1}, "every month", "category", "active_partner", "passive_partner"),
    ("pattern_adi", {"pattern_adi": 1}, "every month", "demand_pattern", "smooth", "intermittent"),
    ("pattern_cv2", {"pattern_cv2": 0.01}, "nearly regular", "demand_pattern", "smooth", "erratic"),
    ("cadence_share_min", {"cadence_share_min": 1}, "nearly regular", "cadence", "monthly", "irregular"),
    ("cadence_gaps_min", {"cadence_gaps_min": 5}, "quarterly", "cadence", "quarterly", "irregular"),
    ("cadence_gaps_min_long", {"cadence_gaps_min_long": 3}, "annual", "cadence", "annual", "irregular"),
    ("tolerance_weekly", {"tolerance_weekly": 1}, "weekly", "cadence", "weekly", "irregular"),
    ("tolerance_biweekly", {"tolerance_biweekly": 2}, "biweekly", "cadence", "biweekly", "irregular"),
    ("tolerance_monthly", {"tolerance_monthly": 4}, "monthly", "cadence", "monthly", "irregular"),
    ("tolerance_bimonthly", {"tolerance_bimonthly": 7}, "bimonthly", "cadence", "bimonthly", "irregular"),
    ("tolerance_quarterly", {"tolerance_quarterly": 9}, "quarterly", "cadence", "quarterly", "irregular"),
    ("tolerance_semiannual", {"tolerance_semiannual": 14}, "semiannual", "cadence", "semiannual", "irregular"),
    ("tolerance_annual", {"tolerance_annual": 19}, "annual", "cadence", "annual", "irregular"),
    ("season_months_min", {"season_months_min": 3}, "winter", "is_seasonal", True, False),
    ("season_months_max", {"season_months_max": 2}, "summer", "is_seasonal", True, False),
    ("season_overlap_min", {"season_overlap_min": 0.7}, "summer", "is_seasonal", True, False),
    ("prior_customers_min", {"prior_customers_min": 50}, "once", "prior_gap_days", 35, 90),
    ("prior_gap_days", {"prior_customers_min": 50, "prior_gap_days": 7}, "once", "prior_gap_days", 35, 7),
    ("late_gaps", {"late_gaps": 1.2}, "until November", "lifecycle", "late", "at_risk"),
    ("risk_gaps", {"risk_gaps": 2.1}, "until October", "lifecycle", "at_risk", "lost"),
    ("lost_days_min", {"lost_days_min": 45}, "biweekly until November", "lifecycle", "at_risk", "lost"),
    ("season_late_days", {"season_late_days": 41}, "no winter", "lifecycle", "late", "active"),
    ("season_risk_days", {"season_risk_days": 40}, "no winter", "lifecycle", "late", "at_risk"),
    ("season_lost_days", {"season_risk_days": 30, "season_lost_days": 40}, "no winter", "lifecycle", "late", "lost"),
    ("silence_late_min", {"silence_late_min": 0.45}, "late", "lifecycle", "late", "active"),
    ("silence_risk_min", {"silence_risk_min": 0.79}, "at risk", "lifecycle", "at_risk", "late"),
    ("silence_lost_min", {"silence_lost_min": 0.9}, "once", "lifecycle", "lost", "at_risk"),
    ("steady_min", {"steady_min": 0.76}, "nine months", "recurrence", "monthly", "occasional"),
    ("monthly_active_min", {"monthly_active_min": 11}, "ten months", "recurrence", "monthly", "occasional"),
    ("new_months", {"new_months": 2}, "young", "recurrence", "new", "occasional"),
    ("shrinking_max", {"shrinking_max": 0.45}, "shrinking", "is_shrinking", True, False),
    ("shrinking_noise", {"shrinking_noise": 5}, "shrinking", "is_shrinking", True, False),
    ("shrinking_months_min", {"shrinking_months_min": 12}, "shrinking", "is_shrinking", True, False),
    ("shrinking_share_min", {"shrinking_share_min": 0.15}, "shrinking", "is_shrinking", True, False),
    ("seasonal_is_recurring", {"seasonal_is_recurring": True}, "winter", "category", "client", "passive_partner"),
    ("abc_a_share", {"abc_a_share": 0.4}, "second", "abc", "A", "B"),
    ("abc_b_share", {"abc_b_share": 0.81}, "shrinking", "abc", "B", "C"),
    ("major_share", {"major_share": 0.2}, "third", "is_major", True, False),
]


#: Tried where what they decide is tried: which rows there are, what counts when, and the key account types.
TRIED_ELSEWHERE = {
    "count_own_companies",
    "stability_days",
    "type_growth_min",
    "type_potential_share_min",
    "type_image_share_min",
    "type_feedback_min",
}


@tagged("post_install", "-at_install")
class TestReach(KeyAccountCase):
    """Every threshold reaches the rules: changing it changes the verdict of a customer made for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = {name: cls._customer(name) for name in [*CUSTOMERS, *LARGE, "shrinking", "taken back"]}
        cls._insert_documents(
            [(cls.partners[name], "out_invoice", day, 100) for name, days in CUSTOMERS.items() for day in days]
            + [(cls.partners[name], "out_invoice", "2024-06-01", amount) for name, amount in LARGE.items()]
            + [(cls.partners["shrinking"], "out_invoice", day, amount) for day, amount in SHRINKING.items()]
        )
        invoice, credit_note = cls._insert_documents(
            [
                (cls.partners["taken back"], "out_invoice", "2024-06-01", 100),
                (cls.partners["taken back"], "out_refund", "2024-07-01", -100),
            ]
        )
        cls._link_reversals({credit_note: invoice})
        won = cls.env["crm.lead"].create(
            {
                "name": "Won in June", "type": "opportunity", "company_id": cls.company.id,
                "partner_id": cls.partners["every month"].id, "date_closed": "2024-06-20 10:00:00",
            }
        )  # fmt: skip
        won.action_set_won()
        won.date_closed = "2024-06-20 10:00:00"
        cls.env.flush_all()
        cls.env.cr.execute(SQL("UPDATE crm_lead SET create_date = '2024-06-01' WHERE id = %s", won.id))
        cls.standard = cls.company.key_account_policy_id

    def _figures_with(self, **values):
        if values:
            self.standard.copy(values).action_publish()
        return {snapshot.partner_id.name: snapshot for snapshot in self._look_back("2024-12-31")}

    def test_every_threshold_is_tried(self):
        self.assertEqual({threshold for threshold, *_case in REACH}, THRESHOLDS - TRIED_ELSEWHERE)

    def test_every_threshold_decides_something(self):
        customers = self._figures_with()
        for threshold, _values, customer, figure, before, _after in REACH:
            with self.subTest(threshold=threshold, policy="standard"):
                self.assertFigures(customers[customer], [{figure: before}])
        for threshold, values, customer, figure, _before, after in REACH:
            with self.subTest(threshold=threshold):
                self.assertFigures(self._figures_with(**values)[customer], [{figure: after}])
