# SPDX-License-Identifier: LGPL-3.0-only
from itertools import pairwise

from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import float_repr
from odoo.tools.translate import LazyTranslate

from ...tools.thresholds import CADENCE_DAYS, Thresholds
from ..base.text_lengths import NAME_MAX, TEXT_MAX, check_lengths

_lt = LazyTranslate(__name__)

DEFAULTS = Thresholds()

#: field -> smallest and largest sensible value, and why
MARGINS = {
    "lookback_months": (
        12,
        120,
        _lt("less than a year shows no yearly rhythm, more than ten years is another business"),
    ),
    "undone_days": (0, 366, _lt("a year later a credit note is about something else")),
    "engagement_months": (
        1,
        60,
        _lt("it says how long an opportunity, meeting or activity counts as work with the customer"),
    ),
    "pattern_adi": (1, 12, _lt("months between active months cannot be below 1, and a year has 12")),
    "pattern_cv2": (0.01, 10, _lt("at 0 no customer buys evenly, at 10 every one does")),
    "cadence_share_min": (0.5, 1, _lt("a cadence that less than half of the gaps follow is none")),
    "cadence_gaps_min": (
        2,
        24,
        _lt("one gap shows no rhythm, and more than 24 would hide every cadence above a month"),
    ),
    "cadence_gaps_min_long": (
        2,
        10,
        _lt("one gap shows no rhythm, and ten years of purchases are the most there can be"),
    ),
    "tolerance_weekly": (0, 3, _lt("with more, every second day would count as weekly")),
    "tolerance_biweekly": (0, 6, _lt("with more, a week or three would count as two")),
    "tolerance_monthly": (0, 15, _lt("with more, half a month would count as one")),
    "tolerance_bimonthly": (0, 30, _lt("with more, one month would count as two")),
    "tolerance_quarterly": (0, 30, _lt("with more, two months would count as three")),
    "tolerance_semiannual": (0, 60, _lt("with more, four months would count as six")),
    "tolerance_annual": (0, 90, _lt("with more, nine months would count as twelve")),
    "season_months_min": (1, 11, _lt("a season has at least one month and never all twelve")),
    "season_months_max": (1, 11, _lt("a season has at least one month and never all twelve")),
    "season_overlap_min": (0.1, 1, _lt("years with hardly a month in common share no season")),
    "prior_gap_days": (1, 3650, _lt("it stands for the usual number of days between two purchases")),
    "prior_customers_min": (1, 1000, _lt("it says how many customers it takes to know the company's usual gap")),
    "late_gaps": (1, 20, _lt("a customer is not late before the day the purchase was expected")),
    "risk_gaps": (1, 50, _lt("a customer is not at risk before the day the purchase was expected")),
    "lost_days_min": (0, 366, _lt("who bought nothing for a year is lost anyway")),
    "season_late_days": (0, 150, _lt("a season that is five months late is over")),
    "season_risk_days": (1, 240, _lt("a season that is eight months late is over")),
    "season_lost_days": (2, 366, _lt("after a year the next season has begun")),
    "silence_late_min": (0.05, 0.999, _lt("at 0 every customer is late, at 1 none ever is")),
    "silence_risk_min": (0.05, 0.999, _lt("at 0 every customer is at risk, at 1 none ever is")),
    "silence_lost_min": (0.05, 0.999, _lt("at 0 every customer is lost, at 1 none ever is")),
    "steady_min": (0.1, 1, _lt("whoever buys in less than one month of ten is not steady")),
    "monthly_active_min": (1, 12, _lt("there are twelve months to be active in")),
    "new_months": (1, 12, _lt("newness is measured within the last twelve months")),
    "shrinking_max": (0.1, 0.99, _lt("at 100% every customer would be shrinking or growing")),
    "shrinking_noise": (0, 10, _lt("it says by how many usual deviations the last months have to differ")),
    "shrinking_months_min": (1, 12, _lt("the year they are compared with has twelve months")),
    "shrinking_share_min": (0, 1, _lt("it is a share of the revenue of the smallest A customer")),
    "abc_a_share": (0.05, 0.99, _lt("A customers bring a part of the revenue, neither none nor all")),
    "abc_b_share": (0.1, 1, _lt("A and B customers together bring a part of the revenue, at most all")),
    "major_share": (0.01, 1, _lt("below 1% nearly everybody would be a major customer")),
    "stability_days": (0, 366, _lt("0 lets every change count at once, and after a year nothing is a change any more")),
    "type_growth_min": (1, 100, _lt("below 1 the last purchase would be smaller than the first")),
    "type_potential_share_min": (
        0.01,
        100,
        _lt("at 0 every customer with an opportunity would be a key account"),
    ),
    "type_image_share_min": (0.001, 1, _lt("at 0 everybody who referred a customer would be a key account")),
    "type_feedback_min": (1, 1000, _lt("without feedback nobody is a tester")),
}

#: pairs that have to be in this order, and why
ORDERED = [
    ("abc_a_share", "abc_b_share", _lt("B begins where A ends")),
    ("late_gaps", "risk_gaps", _lt("a customer is late before being at risk")),
    ("season_late_days", "season_risk_days", _lt("a customer is late before being at risk")),
    ("season_risk_days", "season_lost_days", _lt("a customer is at risk before being lost")),
    ("silence_late_min", "silence_risk_min", _lt("a customer is late before being at risk")),
    ("silence_risk_min", "silence_lost_min", _lt("a customer is at risk before being lost")),
]

PERCENTAGES = {
    "cadence_share_min",
    "season_overlap_min",
    "silence_late_min",
    "silence_risk_min",
    "silence_lost_min",
    "steady_min",
    "shrinking_max",
    "shrinking_share_min",
    "abc_a_share",
    "abc_b_share",
    "major_share",
    "type_potential_share_min",
    "type_image_share_min",
}


class KeyAccountPolicy(models.Model):
    """The thresholds that classify a company's customers.

    One policy per company is published; a published one never changes, so that every figure can be traced to the
    thresholds of its day. To change something: a new draft, then publish it.
    """

    _name = "key.account.policy"
    _description = "Key Account Policy"
    _order = "company_id, state_sequence, published_date desc, id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("Policy"))
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("archived", "Archived")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="Draft: can be changed, classifies nobody. Published: the one that counts, one per company. Archived: counted "
        "once; kept because figures of then refer to it.",
    )
    state_sequence = fields.Integer(compute="_compute_state_sequence", store=True)
    published_date = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", string="Published by", readonly=True, copy=False)
    note = fields.Text(help="Why these values: for those who come after you.")

    count_own_companies = fields.Boolean(
        default=DEFAULTS.count_own_companies,
        help="Also classify customers that are companies of this database (sales between your own companies).",
    )
    seasonal_is_recurring = fields.Boolean(
        string="Seasonal Counts as Recurring",
        default=DEFAULTS.seasonal_is_recurring,
        help="Customers who buy every year in the same season can become active or passive partners.",
    )
    lookback_months = fields.Integer(
        string="Look-back (Months)",
        default=DEFAULTS.lookback_months,
        required=True,
        help="How far back from the last purchase the purchase days count for gaps, cadence and silence. Default 48.",
    )
    undone_days = fields.Integer(
        string="Undone Within (Days)",
        default=DEFAULTS.undone_days,
        required=True,
        help="An invoice that is credited in full within this number of days is no purchase; the money always counts. "
        "Default 30.",
    )
    engagement_months = fields.Integer(
        string="Engagement Counts for (Months)",
        default=DEFAULTS.engagement_months,
        required=True,
        help="How long an opportunity that was closed, a meeting held or an activity done counts as work with the "
        "customer. Default 12.",
    )
    pattern_adi = fields.Float(
        string="Often or Seldom: Months Between Active Months",
        default=DEFAULTS.pattern_adi,
        required=True,
        help="Demand pattern: below this a customer buys often (smooth, erratic), else seldom. Default 1.32, Syntetos, "
        "Boylan and Croston 2005.",
    )
    pattern_cv2 = fields.Float(
        string="Even or Uneven: Unevenness of Amounts",
        default=DEFAULTS.pattern_cv2,
        required=True,
        help="Demand pattern: below this the amounts are even (smooth, intermittent), else uneven. Default 0.49.",
    )
    cadence_share_min = fields.Float(
        string="Gaps That Have to Agree",
        default=DEFAULTS.cadence_share_min,
        required=True,
        help="Share of the gaps that has to lie within a cadence's tolerance. Default 75%.",
    )
    cadence_gaps_min = fields.Integer(
        string="Gaps Needed",
        default=DEFAULTS.cadence_gaps_min,
        required=True,
        help="How many gaps it takes to see a cadence up to quarterly. Default 3.",
    )
    cadence_gaps_min_long = fields.Integer(
        string="Gaps Needed Above Quarterly",
        default=DEFAULTS.cadence_gaps_min_long,
        required=True,
        help="How many gaps it takes to see that a customer buys twice a year or yearly. Default 2.",
    )
    tolerance_weekly = fields.Float(
        string="Weekly ± Days",
        default=DEFAULTS.tolerance_weekly,
        required=True,
        help="7 days, plus or minus. Default 2.",
    )
    tolerance_biweekly = fields.Float(
        string="Every Two Weeks ± Days",
        default=DEFAULTS.tolerance_biweekly,
        required=True,
        help="14 days, plus or minus. Default 3.",
    )
    tolerance_monthly = fields.Float(
        string="Monthly ± Days",
        default=DEFAULTS.tolerance_monthly,
        required=True,
        help="30.4375 days, plus or minus. Default 5.",
    )
    tolerance_bimonthly = fields.Float(
        string="Every Two Months ± Days",
        default=DEFAULTS.tolerance_bimonthly,
        required=True,
        help="60.875 days, plus or minus. Default 8.",
    )
    tolerance_quarterly = fields.Float(
        string="Quarterly ± Days",
        default=DEFAULTS.tolerance_quarterly,
        required=True,
        help="91.3125 days, plus or minus. Default 10.",
    )
    tolerance_semiannual = fields.Float(
        string="Twice a Year ± Days",
        default=DEFAULTS.tolerance_semiannual,
        required=True,
        help="182.625 days, plus or minus. Default 15.",
    )
    tolerance_annual = fields.Float(
        string="Yearly ± Days",
        default=DEFAULTS.tolerance_annual,
        required=True,
        help="365.25 days, plus or minus. Default 20.",
    )
    season_months_min = fields.Integer(
        string="Shortest Season (Months)",
        default=DEFAULTS.season_months_min,
        required=True,
        help="Fewest different months of a year with revenue that can be a season. Default 2.",
    )
    season_months_max = fields.Integer(
        string="Longest Season (Months)",
        default=DEFAULTS.season_months_max,
        required=True,
        help="Most different months of a year with revenue that are still a season. Default 6.",
    )
    season_overlap_min = fields.Float(
        string="Months Two Years Share",
        default=DEFAULTS.season_overlap_min,
        required=True,
        help="Months active in both years / months active in either. Default 60%.",
    )
    prior_gap_days = fields.Float(
        string="Usual Gap of a Young Company (Days)",
        default=DEFAULTS.prior_gap_days,
        required=True,
        help="Starting point of the silence while too few customers bought twice. Default 90.",
    )
    prior_customers_min = fields.Integer(
        string="Customers Needed for an Own Usual Gap",
        default=DEFAULTS.prior_customers_min,
        required=True,
        help="From this number of customers with two purchase days on, the median of their mean gaps is used. Default 5.",
    )
    late_gaps = fields.Float(
        string="Late Up to (× Gap)",
        default=DEFAULTS.late_gaps,
        required=True,
        help="Customers with a cadence are late up to this multiple of the days that were to be expected. Nobody without "
        "one is at risk or lost before, unless 12 months pass without a purchase. Default 2.",
    )
    risk_gaps = fields.Float(
        string="At Risk Up to (× Gap)",
        default=DEFAULTS.risk_gaps,
        required=True,
        help="Customers with a cadence are at risk up to this multiple and lost above it; customers without one are late "
        "above it at the latest. Default 3.",
    )
    lost_days_min = fields.Integer(
        string="Lost Not Before (Days)",
        default=DEFAULTS.lost_days_min,
        required=True,
        help="Customers with a cadence are not lost before this number of silent days: it matters for those who buy every "
        "week or two. Default 60.",
    )
    season_late_days = fields.Integer(
        string="Season: Late After (Days)",
        default=DEFAULTS.season_late_days,
        required=True,
        help="Seasonal customers are late this many days after the day that was expected. Default 15.",
    )
    season_risk_days = fields.Integer(
        string="Season: At Risk After (Days)",
        default=DEFAULTS.season_risk_days,
        required=True,
        help="Seasonal customers are at risk this many days after the day that was expected. Default 60.",
    )
    season_lost_days = fields.Integer(
        string="Season: Lost After (Days)",
        default=DEFAULTS.season_lost_days,
        required=True,
        help="Seasonal customers are lost this many days after the day that was expected. Default 180.",
    )
    silence_late_min = fields.Float(
        string="Late From (Silence)",
        default=DEFAULTS.silence_late_min,
        required=True,
        help="Customers without a cadence are late above their usual gap, if the probability that they buy nothing in the "
        "next 12 months is at least this. Default 30%.",
    )
    silence_risk_min = fields.Float(
        string="At Risk From (Silence)",
        default=DEFAULTS.silence_risk_min,
        required=True,
        help="Customers without a cadence are at risk above “Late Up to” times their usual gap, from this probability on. "
        "Default 50%.",
    )
    silence_lost_min = fields.Float(
        string="Lost From (Silence)",
        default=DEFAULTS.silence_lost_min,
        required=True,
        help="Customers without a cadence are lost above “Late Up to” times their usual gap, from this probability on; and "
        "after 12 months without a purchase. Default 80%.",
    )
    steady_min = fields.Float(
        string="Steady From (Share of Months)",
        default=DEFAULTS.steady_min,
        required=True,
        help="Monthly: the share of the observed months that brought money. Large and steady: the loyalty. Default 75%.",
    )
    monthly_active_min = fields.Integer(
        string="Monthly From (Active Months)",
        default=DEFAULTS.monthly_active_min,
        required=True,
        help="And not before this number of active months. Default 3.",
    )
    new_months = fields.Integer(
        string="New Below (Months)",
        default=DEFAULTS.new_months,
        required=True,
        help="A customer observed for fewer complete months is new. Default 6.",
    )
    shrinking_max = fields.Float(
        string="Shrinking Up to",
        default=DEFAULTS.shrinking_max,
        required=True,
        help="Customers shrink if the last 3 months brought at most this share of the same months a year before, and of a "
        "usual quarter; they grow if it is the other way round. Default 75%.",
    )
    shrinking_noise = fields.Float(
        string="Shrinking: Beyond the Usual Ups and Downs (×)",
        default=DEFAULTS.shrinking_noise,
        required=True,
        help="Customers shrink or grow only if the last 3 months differ from a usual quarter by at least this multiple of "
        "a quarter's usual deviation. Default 1.",
    )
    shrinking_months_min = fields.Integer(
        string="Shrinking: From (Active Months)",
        default=DEFAULTS.shrinking_months_min,
        required=True,
        help="Customers shrink or grow only if at least so many months of the year compared with brought money. Default 6.",
    )
    shrinking_share_min = fields.Float(
        string="Shrinking: From (Share of the A Border)",
        default=DEFAULTS.shrinking_share_min,
        required=True,
        help="Customers shrink or grow only if the difference is at least this share of the revenue of the smallest A "
        "customer. Default 5%.",
    )
    abc_a_share = fields.Float(
        string="A Brings",
        default=DEFAULTS.abc_a_share,
        required=True,
        help="The largest customers that together bring this share of revenue are A; the one that crosses it is A. Default "
        "80%.",
    )
    abc_b_share = fields.Float(
        string="A and B Bring",
        default=DEFAULTS.abc_b_share,
        required=True,
        help="Then B, until A and B together bring this share; the rest is C. Default 95%.",
    )
    major_share = fields.Float(
        string="Major Customer From",
        default=DEFAULTS.major_share,
        required=True,
        help="Share of revenue from which a customer is a major customer. Default 10% (IFRS 8, ASC 280).",
    )

    stability_days = fields.Integer(
        string="A Fall Counts After (Days)",
        default=DEFAULTS.stability_days,
        required=True,
        help="Category, quadrant and key account type rise at once. They fall only after the figures have said so for this "
        "many days, or when the customer is lost. Default 30.",
    )
    type_growth_min = fields.Float(
        string="Potential: Last / First Purchase From",
        default=DEFAULTS.type_growth_min,
        required=True,
        help="A new or occasional customer whose last purchase is this many times the first one has potential. Default 3.",
    )
    type_potential_share_min = fields.Float(
        string="Potential: From (Share of the A Border)",
        default=DEFAULTS.type_potential_share_min,
        required=True,
        help="What could come on top / the revenue of the smallest A customer. Default 50%.",
    )
    type_image_share_min = fields.Float(
        string="Image: Referred Revenue From (Share)",
        default=DEFAULTS.type_image_share_min,
        required=True,
        help="Revenue of the customers somebody referred / revenue of the company; less is enough if it is as much as "
        "their own. Default 5%.",
    )
    type_feedback_min = fields.Integer(
        string="Tester: Feedback in 12 Months From",
        default=DEFAULTS.type_feedback_min,
        required=True,
        help="From this number of feedbacks in 12 months on, a customer is a tester. Default 3.",
    )

    _published_unique = models.UniqueIndex(
        "(company_id) WHERE state = 'published'", "A company has one published policy: publish through the button."
    )

    @api.constrains("name", "note")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "note": TEXT_MAX})

    @api.depends("state")
    def _compute_state_sequence(self):
        order = {"published": 0, "draft": 1, "archived": 2}
        for policy in self:
            policy.state_sequence = order[policy.state]

    @api.constrains(*MARGINS)
    def _check_margins(self):
        for policy in self:
            for name, (low, high, reason) in MARGINS.items():
                if not low <= policy[name] <= high:
                    raise ValidationError(
                        self.env._(
                            "%(label)s is %(value)s. It has to be between %(low)s and %(high)s: %(reason)s.",
                            label=policy._label_of(name),
                            value=policy._value_text(name, policy[name]),
                            low=policy._value_text(name, low),
                            high=policy._value_text(name, high),
                            reason=reason,
                        )
                    )

    @api.constrains(*{name for first, second, _reason in ORDERED for name in (first, second)})
    def _check_order(self):
        for policy in self:
            for first, second, reason in ORDERED:
                if policy[first] >= policy[second]:
                    raise ValidationError(
                        self.env._(
                            "%(first)s (%(low)s) has to be below %(second)s (%(high)s): %(reason)s.",
                            first=policy._label_of(first),
                            low=policy._value_text(first, policy[first]),
                            second=policy._label_of(second),
                            high=policy._value_text(second, policy[second]),
                            reason=reason,
                        )
                    )

    @api.constrains("season_months_min", "season_months_max")
    def _check_season(self):
        for policy in self:
            if policy.season_months_min > policy.season_months_max:
                raise ValidationError(
                    self.env._(
                        "The shortest season (%(low)s months) is longer than the longest (%(high)s months).",
                        low=policy.season_months_min,
                        high=policy.season_months_max,
                    )
                )

    @api.constrains(*["tolerance_" + cadence for cadence in CADENCE_DAYS])
    def _check_tolerances(self):
        for policy in self:
            for shorter, longer in pairwise(CADENCE_DAYS):
                ends = CADENCE_DAYS[shorter] + policy["tolerance_" + shorter]
                begins = CADENCE_DAYS[longer] - policy["tolerance_" + longer]
                if ends >= begins:
                    raise ValidationError(
                        self.env._(
                            "%(shorter)s ends at %(ends)s days, but %(longer)s begins at %(begins)s: a gap in between "
                            "would be both. Make one of the two tolerances smaller.",
                            shorter=policy._label_of("tolerance_" + shorter),
                            ends=float_repr(ends, 1),
                            longer=policy._label_of("tolerance_" + longer),
                            begins=float_repr(begins, 1),
                        )
                    )

    def _label_of(self, name):
        return self._fields[name].get_description(self.env, ["string"])["string"]

    def _value_text(self, name, value):
        """How a value of the field is written on the screen: ``80%``, ``1.32``, ``48``."""
        if name in PERCENTAGES:
            return f"{value * 100:g}%"
        return f"{value:g}"

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_state", "draft")
        if not self.env.su and any(vals.get("state", default) != "draft" for vals in vals_list):
            raise UserError(self.env._("A policy begins as a draft; publish it with the button."))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() - {"name", "note"} and not self._only_acts(vals):
            frozen = self.filtered(lambda policy: policy.state != "draft")
            if frozen:
                raise UserError(
                    self.env._(
                        "“%(policy)s” has been published and stays as it is, so that figures can be traced to it. "
                        "Make a new version, change that one, and publish it.",
                        policy=frozen[0].name,
                    )
                )
        if "state" in vals:
            raise UserError(
                self.env._("A policy is published with the button, and archived by the one that follows it.")
            )
        result = super().write(vals)
        if "company_id" in vals:
            self.check_access("write")
        return result

    def _only_acts(self, vals):
        """Whether the values change only how quadrants are acted on; the quadrants check that themselves."""
        return vals.keys() == {"quadrant_ids"} and all(command[0] == Command.UPDATE for command in vals["quadrant_ids"])

    def _write_state(self, state, **values):
        """Write the state past the freeze: from draft to published, from published to archived."""
        # a context key or an argument of write would let every caller past it
        result = super().write({"state": state, **values})
        self.flush_recordset(["state"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if self.filtered(lambda policy: policy.state != "draft"):
            raise UserError(self.env._("Only drafts can be deleted: figures refer to published policies."))

    def _thresholds(self):
        """The plain thresholds the rules in ``tools`` work with."""
        self.ensure_one()
        names = [name for name, field in Thresholds.__dataclass_fields__.items() if field.init]
        return Thresholds(**{name: self[name] for name in names})

    def action_new_version(self):
        """A draft with the same values, opened for change."""
        self.ensure_one()
        draft = self.copy({"name": self.env._("%(policy)s (new version)", policy=self.name)})
        return draft._open_form()

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_preview(self):
        """Preview the changes this draft would make."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        preview = self.env["key.account.preview"]._of(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [(False, "form")],
        }

    def action_publish(self):
        """Make a draft the policy of its company from now on; all customers are classified anew in the background."""
        self.check_access("write")
        for policy in self:
            policy._lock_to_publish()
            policy._check_draft()
            policy._check_whole_matrix()
            policy._published_beside()._write_state("archived")
            policy._write_state("published", published_date=fields.Datetime.now(), published_by_id=self.env.uid)
        self.env["res.company"].invalidate_model(["key_account_policy_id"])
        self.env["key.account.run"]._trigger_refresh(self.company_id)

    def _check_draft(self):
        if self.state != "draft":
            raise UserError(self.env._("“%(policy)s” is not a draft.", policy=self.name))

    def _published_beside(self):
        return self.search([("company_id", "=", self.company_id.id), ("state", "=", "published")])

    def _lock_to_publish(self):
        """Lock the company against other publications until the transaction ends; figures may still refer to it.

        :raises UserError: if another transaction publishes, or has since this one began
        """
        # Flushed outside: the savepoint would flush what callers changed, and their error would look like a publication.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                (self | self._published_beside()).lock_for_update(allow_referencing=True)
        except (LockError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) as error:
            raise UserError(
                self.env._(
                    "Somebody else is publishing or changing a policy of %(company)s at this very moment. Look at what "
                    "counts now, then publish “%(policy)s” if it is still right.",
                    company=self.company_id.name,
                    policy=self.name,
                )
            ) from error
