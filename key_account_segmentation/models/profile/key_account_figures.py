# SPDX-License-Identifier: LGPL-3.0-only
"""The figures of a customer, declared once for the live profile and for snapshots of the past.

Names and definitions are those of the project's list of facts; only the refresh writes such a column. A field says of itself
all that lists would have to say of it:

    source      documents   a sum of posted documents           `_document_sums` of key.account.facts
                work        opportunities, meetings, messages   `_engagement_sql`
                verdict     a conclusion of tools.verdict
                portfolio   how a customer stands among all     `_rank_sql`
                payments    what is paid late and what is open  `_payment_sql`
                lines       invoice lines, if the policy reads them   `_line_sql`
                location    scores of places                    `_location_sql`
                key_accounts  pipeline, referrals, feedback     `_key_account_sql`
                matrix      the place, and its quadrant
    axis        how it is drawn where it is an axis of the matrix
    history     kept with every change of a customer
    entered     people enter it, the refresh never does
"""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.axes import BESIDE, Axis
from ..base.fields_empty import FloatOrEmpty, IntegerOrEmpty, MonetaryOrEmpty
from ..base.groups import SEEING_SHARES
from ..matrix.key_account_matrix import NOWHERE
from ..policy.key_account_quadrant import PLACES

CATEGORIES = [
    ("active_partner", "Active partner"),
    ("passive_partner", "Passive partner"),
    ("client", "Client"),
]
RECURRENCES = [
    ("monthly", "Monthly"),
    ("periodic", "Periodic"),
    ("seasonal", "Seasonal"),
    ("occasional", "Occasional"),
    ("new", "New"),
    ("one_off", "One-off"),
    ("dormant", "Dormant"),
    ("none", "No purchase"),
]
LIFECYCLES = [
    ("active", "On time"),
    ("late", "Late"),
    ("at_risk", "At risk"),
    ("lost", "Lost"),
]
CADENCES = [
    ("weekly", "Weekly"),
    ("biweekly", "Every two weeks"),
    ("monthly", "Monthly"),
    ("bimonthly", "Every two months"),
    ("quarterly", "Quarterly"),
    ("semiannual", "Twice a year"),
    ("annual", "Yearly"),
    ("irregular", "Irregular"),
    ("none", "None"),
]
DEMAND_PATTERNS = [
    ("smooth", "Smooth"),
    ("erratic", "Erratic"),
    ("intermittent", "Intermittent"),
    ("lumpy", "Lumpy"),
]
ABC = [("A", "A"), ("B", "B"), ("C", "C")]


class KeyAccountFigures(models.AbstractModel):
    _name = "key.account.figures"
    _inherit = ["key.account.matrix"]
    _description = "Key Account Figures"

    # Its index is the unique one of each table, which begins with it.
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The company (commercial partner) all contacts and addresses of this customer belong to.",
    )
    as_of_date = fields.Date(
        string="As of",
        readonly=True,
        help="The day the figures were refreshed for: documents dated later are not in them.",
    )

    account_manager_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who looks after the customer: the salesperson of the contact, unless somebody else was assigned.",
    )
    policy_id = fields.Many2one(
        "key.account.policy",
        readonly=True,
        ondelete="restrict",
        help="The thresholds that classified the customer.",
    )

    # Sums
    first_invoice_date = fields.Date(
        string="First Purchase",
        readonly=True,
        help="Date of the first invoice or receipt above zero, ever.",
        source="documents",
    )
    last_invoice_date = fields.Date(
        string="Last Purchase",
        readonly=True,
        help="Date of the latest invoice or receipt above zero.",
        source="documents",
    )
    event_count = fields.Integer(
        string="Purchase Days",
        readonly=True,
        help="Number of different days, ever, with at least one invoice or receipt above zero that was not credited in "
        "full within the days the policy says (30).",
        source="documents",
    )
    event_count_12m = fields.Integer(
        string="Purchase Days (12 Months)",
        readonly=True,
        help="Purchase days in the 12 months up to the as-of date.",
        source="documents",
        axis=Axis("count"),
    )
    invoice_count_12m = fields.Integer(
        string="Invoices (12 Months)",
        readonly=True,
        help="Posted invoices and receipts above zero in the 12 months up to the as-of date.",
        source="documents",
    )
    refund_count_12m = fields.Integer(
        string="Credit Notes (12 Months)",
        readonly=True,
        help="Posted documents below zero in the 12 months up to the as-of date.",
        source="documents",
    )
    # Never empty here; the fields of contacts that are related to it are, and read it as this one does.
    revenue_12m = MonetaryOrEmpty(
        string="Revenue (12 Months)",
        readonly=True,
        help="Untaxed invoices and receipts less credit notes of the 12 months up to the as-of date, posted, in the "
        "company's currency. Negative if more was credited than sold.",
        source="documents",
        axis=Axis("money"),
        history=True,
    )
    revenue_prev_12m = fields.Monetary(
        string="Revenue (Year Before)",
        readonly=True,
        help="The same for the 12 months before those.",
        source="documents",
        history=True,
    )
    gross_12m = fields.Monetary(
        string="Invoiced (12 Months)",
        readonly=True,
        help="Untaxed documents above zero of the last 12 months, before credit notes, in the company's currency.",
        source="documents",
    )
    refunds_12m = fields.Monetary(
        string="Credited (12 Months)",
        readonly=True,
        help="Untaxed documents below zero of the last 12 months as a positive amount, in the company's currency.",
        source="documents",
    )
    refund_ratio_12m = FloatOrEmpty(
        string="Credited Share (12 Months)",
        readonly=True,
        aggregator=None,
        help="Credited / invoiced of the last 12 months. Empty if nothing was invoiced.",
        source="documents",
    )
    growth = FloatOrEmpty(
        readonly=True,
        aggregator=None,
        help="(Revenue of the last 12 months - revenue of the 12 months before) / revenue of the 12 months before. Empty "
        "for a customer without revenue in the 12 months before.",
        source="documents",
        axis=Axis("percent"),
    )
    revenue_lifetime = fields.Monetary(
        string="Revenue (Ever)",
        readonly=True,
        help="Untaxed invoices and receipts less credit notes, ever, posted, in the company's currency.",
        source="documents",
    )

    last_to_first = FloatOrEmpty(
        string="Last / First Purchase",
        readonly=True,
        aggregator=None,
        help="Untaxed invoices and receipts above zero of the last purchase day / those of the first one. Empty with fewer "
        "than two purchase days.",
        source="documents",
    )

    # Months
    observed_months = fields.Integer(
        readonly=True,
        aggregator=None,
        help="How many of the last 12 complete calendar months are not before the customer's first purchase.",
        source="verdict",
    )
    active_months = fields.Integer(
        readonly=True,
        aggregator=None,
        help="How many of the last 12 complete calendar months brought money, credit notes deducted.",
        source="verdict",
        history=True,
    )
    negative_months = fields.Integer(
        readonly=True,
        aggregator=None,
        help="How many of them ended below zero because of credit notes.",
        source="verdict",
    )
    coverage = FloatOrEmpty(
        readonly=True,
        aggregator=None,
        help="Active months / observed months: 100% is money every month.",
        source="verdict",
        axis=Axis("percent"),
    )
    adi = FloatOrEmpty(
        string="Months Between Active Months",
        readonly=True,
        aggregator=None,
        help="Observed months / active months (average demand interval): 1.0 is every month. Empty without an active month.",
        source="verdict",
    )
    cv2 = FloatOrEmpty(
        string="Unevenness of Amounts",
        readonly=True,
        aggregator=None,
        help="Squared coefficient of variation of the active months' revenue (standard deviation / mean, squared): 0 is "
        "always the same amount.",
        source="verdict",
    )
    demand_pattern = fields.Selection(
        DEMAND_PATTERNS,
        readonly=True,
        help="Syntetos, Boylan and Croston: smooth (often, even amounts), erratic (often, uneven amounts), intermittent "
        "(seldom, even amounts), lumpy (seldom, uneven amounts).",
        source="verdict",
    )
    volatility = FloatOrEmpty(
        readonly=True,
        aggregator=None,
        help="Standard deviation / mean of monthly revenue over the observed months, months without revenue included. "
        "Empty if they bring nothing on average.",
        source="verdict",
    )

    # Rhythm
    gap_count = fields.Integer(
        string="Gaps",
        readonly=True,
        aggregator=None,
        help="Intervals between purchase days within the look-back.",
        source="verdict",
    )
    median_gap_days = FloatOrEmpty(
        string="Usual Gap (Days)",
        readonly=True,
        aggregator=None,
        help="Median of the days between two purchase days within the look-back.",
        source="verdict",
    )
    mean_gap_days = FloatOrEmpty(
        string="Mean Gap (Days)",
        readonly=True,
        aggregator=None,
        help="Mean of the days between two purchase days within the look-back.",
        source="verdict",
    )
    gap_cv = FloatOrEmpty(
        string="Unevenness of Gaps",
        readonly=True,
        aggregator=None,
        help="Standard deviation / mean of the gaps: 0 is like clockwork. Empty with fewer than two gaps.",
        source="verdict",
    )
    cadence = fields.Selection(
        CADENCES,
        readonly=True,
        help="The rhythm most gaps agree on, within the tolerance of the policy; irregular if they agree on none.",
        source="verdict",
    )
    cadence_months = IntegerOrEmpty(
        string="Cadence (Months)",
        readonly=True,
        aggregator=None,
        help="Length of the cadence in whole months.",
        source="verdict",
    )
    cadence_share = FloatOrEmpty(
        readonly=True,
        aggregator=None,
        help="Share of the gaps that follow the cadence. Empty without a cadence.",
        source="verdict",
    )
    is_seasonal = fields.Boolean(
        string="Seasonal",
        readonly=True,
        help="Irregular, but in the same two to six months of the year, this year and the year before.",
        source="verdict",
    )
    seasonal_months = fields.Char(
        string="Season",
        readonly=True,
        help="Numbers of the months of the year the customer buys in (11 is November).",
        source="verdict",
    )
    expected_next_date = fields.Date(
        string="Expected Next",
        readonly=True,
        help="When the next purchase is due if the customer keeps the rhythm: by cadence and usual day of the month, by "
        "season, or by the usual gap.",
        source="verdict",
        history=True,
    )
    days_since_last = IntegerOrEmpty(
        string="Days Since Last Purchase",
        readonly=True,
        aggregator="avg",
        help="Days from the last purchase to the as-of date.",
        source="verdict",
        history=True,
    )
    overdue_ratio = FloatOrEmpty(
        readonly=True,
        aggregator=None,
        help="Days since the last purchase / days that were to be expected: above 1 the customer is late.",
        source="verdict",
    )
    overdue_days = IntegerOrEmpty(
        readonly=True,
        aggregator="avg",
        help="Days since the next purchase was expected, 0 if it is still to come.",
        source="verdict",
    )
    prior_gap_days = FloatOrEmpty(
        string="Company's Usual Gap (Days)",
        readonly=True,
        aggregator=None,
        help="Median of the mean gaps of all customers of the company: what the silence starts from.",
        source="verdict",
    )
    silence_probability = FloatOrEmpty(
        string="Silence (12 Months)",
        readonly=True,
        aggregator="avg",
        help="Probability that the customer buys nothing in the next 12 months, from how often and until when they bought "
        "(MBG/NBD model with the company's usual gap as prior).",
        source="verdict",
        axis=Axis("percent", reversed=True),
        history=True,
    )
    silence_6m = FloatOrEmpty(
        string="Silence (6 Months)",
        readonly=True,
        aggregator="avg",
        help="Probability that the customer buys nothing in the next 6 months.",
        source="verdict",
        axis=Axis("percent", reversed=True),
    )
    lost_probability = FloatOrEmpty(
        readonly=True,
        aggregator="avg",
        help="Probability that the customer has stopped buying for good, by the same model as silence. It decides nothing.",
        source="verdict",
        axis=Axis("percent", reversed=True),
        history=True,
    )
    late_from = fields.Date(
        readonly=True,
        help="First day on which the customer is late if no purchase comes before it.",
        source="verdict",
    )
    at_risk_from = fields.Date(
        readonly=True,
        help="First day on which the customer is at risk if no purchase comes before it.",
        source="verdict",
    )
    lost_from = fields.Date(
        readonly=True,
        help="First day on which the customer is lost if no purchase comes before it.",
        source="verdict",
    )
    loyalty = FloatOrEmpty(
        readonly=True,
        aggregator="avg",
        help="How far the customer keeps a rhythm of their own, 0 to 100%: of a cadence of two months or more, the "
        "purchases that came / those it asks for; of a season, the share of its months with a purchase; else the share of "
        "the months that brought money. New customers: active months / the months a customer is new (6).",
        source="verdict",
        axis=Axis("percent"),
        history=True,
    )

    # Lately
    recent_3m = fields.Monetary(
        string="Revenue (3 Months)",
        readonly=True,
        help="Untaxed invoices and receipts less credit notes of the last 3 complete months, in the company's currency.",
        source="verdict",
        axis=Axis("money"),
    )
    recent_3m_prev = fields.Monetary(
        string="Revenue (Same 3 Months a Year Before)",
        readonly=True,
        help="Untaxed invoices and receipts less credit notes of the same 3 months a year before.",
        source="verdict",
    )
    recent_change = FloatOrEmpty(
        string="Change (3 Months)",
        readonly=True,
        aggregator=None,
        help="Revenue of the last 3 complete months against the same 3 months a year before. Empty if those brought none.",
        source="verdict",
        axis=Axis("percent"),
    )
    money_lost = fields.Monetary(
        string="Revenue Lost in a Year",
        readonly=True,
        help="Revenue of the same 3 months a year before less that of the last 3 complete months. Negative: it grew.",
        source="verdict",
        axis=Axis("money", reversed=True),
    )
    is_shrinking = fields.Boolean(
        string="Shrinking",
        readonly=True,
        help="The last 3 complete months brought clearly less than the same months a year before and than a usual quarter, "
        "beyond the customer's own ups and downs. Neither lost nor seasonal customers.",
        source="verdict",
        history=True,
    )
    is_growing = fields.Boolean(
        string="Growing",
        readonly=True,
        help="The last 3 complete months brought clearly more than the same months a year before and than a usual quarter, "
        "beyond the customer's own ups and downs.",
        source="verdict",
    )

    # Verdict
    lifecycle = fields.Selection(
        LIFECYCLES,
        group_expand=True,
        readonly=True,
        help="Whether the customer keeps their own rhythm: on time, late, at risk of leaving, or lost.",
        source="verdict",
    )
    recurrence = fields.Selection(
        RECURRENCES,
        group_expand=True,
        readonly=True,
        help="How regularly the customer brings money, from the last 12 complete months.",
        source="verdict",
    )
    engagement_count = fields.Integer(
        string="Engagements",
        readonly=True,
        aggregator=None,
        help="Opportunities open now or closed, meetings held and activities done within the months an engagement counts "
        "for (12 unless the policy says otherwise), with the customer and its contacts. Meetings they declined and what is "
        "only planned do not count.",
        source="work",
    )
    last_contact_date = fields.Date(
        string="Last Contact",
        readonly=True,
        help="Day of the latest meeting held, activity done, order taken by a colleague, or message that a person sent to "
        "the customer and its contacts or received from them. Notifications, mailings and invoices are none. Empty: never.",
        source="work",
    )
    computed_category = fields.Selection(
        CATEGORIES,
        readonly=True,
        help="The category the invoices and the work with the customer lead to.",
        source="verdict",
    )
    category = fields.Selection(
        CATEGORIES,
        group_expand=True,
        readonly=True,
        help="Client: buys now and then. Active partner: brings money steadily, and we do something to help them grow. "
        "Passive partner: brings money steadily, without our doing.",
        source="verdict",
    )

    # Portfolio
    share = FloatOrEmpty(
        string="Share of Revenue",
        readonly=True,
        aggregator=None,
        groups=SEEING_SHARES,
        help="Revenue of 12 months / the sum of it over all customers of the company with positive revenue.",
        source="portfolio",
        axis=Axis("percent"),
        history=True,
    )
    rank = IntegerOrEmpty(
        readonly=True,
        aggregator=None,
        groups=SEEING_SHARES,
        help="Place among the company's customers by revenue of 12 months.",
        source="portfolio",
        history=True,
    )
    abc = fields.Selection(
        ABC,
        group_expand=True,
        string="ABC",
        readonly=True,
        help="A: the largest customers that bring the first 80% of revenue, B: the next 15%, C: the rest (the policy may "
        "cut elsewhere). Empty without revenue.",
        source="portfolio",
    )
    is_major = fields.Boolean(
        string="Major Customer",
        readonly=True,
        help="10% of revenue or more (the policy may say another share), together with the other customers of the same "
        "holding: what IFRS 8 and ASC 280 call a major customer.",
        source="portfolio",
    )
    holding_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The company at the top of the group the customer belongs to. Empty for a customer that stands alone.",
        source="portfolio",
    )
    holding_share = FloatOrEmpty(
        string="Share of the Holding",
        readonly=True,
        aggregator=None,
        groups=SEEING_SHARES,
        help="Revenue of 12 months of all customers of the holding / that of the company. A customer that stands alone is "
        "a holding of its own.",
        source="portfolio",
    )

    # Books and place
    days_late_12m = FloatOrEmpty(
        string="Pays Late By (Days)",
        readonly=True,
        aggregator="avg",
        help="Days from the due date of an instalment to its payment, early payment as 0, weighted by the amount matched "
        "in the company's currency, over payments dated in the 12 months up to the as-of date. Credit notes, exchange "
        "differences and write-offs in other journals than bank, cash and credit card are no payments. Empty without one.",
        source="payments",
        axis=Axis("days", reversed=True),
    )
    open_amount = MonetaryOrEmpty(
        readonly=True,
        help="Residual of all posted journal items of the customer on receivable accounts, with tax, in the company's "
        "currency, blocked invoices included. Payments and credit notes that are matched with nothing count as negative. "
        "Today's, 0 if nothing is open; empty for a past day.",
        source="payments",
    )
    overdue_amount = MonetaryOrEmpty(
        readonly=True,
        help="The part of the open amount that was due before the as-of date, by instalment, in the company's currency. "
        "Payments and credit notes that are matched with nothing pay the oldest due first. 0 if nothing is overdue; empty "
        "for a past day.",
        source="payments",
        axis=Axis("money", reversed=True),
    )
    payment_overdue_days = IntegerOrEmpty(
        string="Payment Overdue (Days)",
        readonly=True,
        aggregator="avg",
        help="Days since the oldest instalment was due of which a part is overdue. 0 if nothing is overdue; empty for a "
        "past day.",
        source="payments",
        axis=Axis("days", reversed=True),
    )
    overdue_share = FloatOrEmpty(
        readonly=True,
        aggregator="avg",
        help="Overdue amount / open amount. Empty unless something is open, and for a past day.",
        source="payments",
        axis=Axis("percent", reversed=True),
    )
    dso_days = FloatOrEmpty(
        string="Days Sales Outstanding",
        readonly=True,
        aggregator=None,
        help="Open amount, if above 0, x 365 / revenue of 12 months. The open amount is with tax, revenue without. Empty "
        "without revenue, and for a past day.",
        source="payments",
        axis=Axis("days", reversed=True),
    )
    usage_per_month = FloatOrEmpty(
        readonly=True,
        help="Quantity invoiced in the 12 months up to the as-of date / 12, credit notes deducted, in the products' own "
        "units; of the category the policy names, or of all products. Empty unless the policy reads invoice lines.",
        source="lines",
        axis=Axis("count"),
    )
    margin_12m = MonetaryOrEmpty(
        string="Margin (12 Months)",
        readonly=True,
        help="Revenue of product lines less quantity x the product's present cost, 12 months, in the company's currency, "
        "as the margin of the Invoice Analysis. Empty unless the policy reads invoice lines.",
        source="lines",
        axis=Axis("money"),
    )
    margin_ratio_12m = FloatOrEmpty(
        string="Margin Rate (12 Months)",
        readonly=True,
        aggregator="avg",
        help="Margin of 12 months / revenue of 12 months. Empty without revenue.",
        source="lines",
        axis=Axis("percent"),
    )
    location_score = FloatOrEmpty(
        readonly=True,
        aggregator="avg",
        help="Score of the customer's country or state in the policy, 0 to 100; 0 for those it does not name.",
        source="location",
        axis=Axis("score"),
    )
    revenue_per_active_month = MonetaryOrEmpty(
        readonly=True,
        aggregator="avg",
        help="Mean revenue of the active months among the last 12 complete calendar months. Empty without one.",
        source="verdict",
        axis=Axis("money"),
    )
    tenure_years = FloatOrEmpty(
        string="Customer Since (Years)",
        readonly=True,
        aggregator="avg",
        help="Years of 365.25 days from the first purchase to the as-of date.",
        source="verdict",
        axis=Axis("years"),
    )
    place = fields.Selection(
        PLACES,
        readonly=True,
        help="Where the figures put the customer. Lost customers have a place of their own, and so have new ones, unless "
        "they are A customers or have potential. All others: low or high on the horizontal axis, low or high on the "
        "vertical one. Empty without a purchase, or without a value on one of the axes.",
        source="matrix",
    )
    quadrant_id = fields.Many2one(
        "key.account.quadrant",
        readonly=True,
        ondelete="set null",
        group_expand="_group_expand_quadrants",
        help="The quadrant of the policy's matrix: high is the cut or more (or less, where less is better). New and lost "
        "customers are beside the four. Empty without a purchase, or without a value on one of the axes.",
        source="matrix",
    )

    def _valid_field_parameter(self, field, name):
        """A figure says of itself where it comes from, see the head of this file."""
        return name in ("source", "history", "entered") or super()._valid_field_parameter(field, name)

    @api.model
    def _figures(self, *sources):
        """Names of the figures that come from these sources, in the order they are declared."""
        return tuple(name for name, field in self._fields.items() if getattr(field, "source", None) in sources)

    @api.model
    def _figures_in_history(self):
        """Names of the figures that are kept with every change of a customer."""
        return tuple(name for name, field in self._fields.items() if getattr(field, "history", False))

    @api.model
    def _entered(self):
        """Names of the columns that people enter: the refresh writes none of them, and keeps a profile that has any."""
        return tuple(name for name, field in self._fields.items() if getattr(field, "entered", False))

    @api.model
    def _policy_axes(self):
        # sudo: every user may know which policy is published
        policy = self.env.companies.sudo().key_account_policy_id[:1]
        return (policy.axis_x, policy.axis_y, None, None, ()) if self._shows_axes_of(policy) else ()

    @api.model
    def _matrix_aside(self):
        """New and lost customers stand beside the quadrants; who never bought is nowhere."""
        places = {place: Domain("place", "=", place) for place in BESIDE}
        return places | {NOWHERE: Domain("recurrence", "=", "none")}

    def _shows_axes_of(self, policy):
        """Whether there is a policy, and the user may read the figures it places customers by."""
        return bool(policy) and len(self.fields_get([policy.axis_x, policy.axis_y], ["type"])) == 2

    @api.model
    def _group_expand_quadrants(self, quadrants, domain):
        """All places of the published policies, the best first."""
        # sudo: every user may know which policy is published
        policies = self.env.companies.sudo().key_account_policy_id
        return (quadrants | policies.quadrant_ids.sudo(False)).sorted()

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for figures in self:
            figures.display_name = figures.partner_id.display_name
