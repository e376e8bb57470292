# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models

from ..base.fields_empty import FloatOrEmpty, MonetaryOrEmpty


class KeyAccountPortfolio(models.Model):
    """The concentration of a company's revenue on a day."""

    _name = "key.account.portfolio"
    _description = "Key Account Portfolio"
    _order = "as_of_date desc, company_id, id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of_date = fields.Date(string="As of", required=True, readonly=True)
    policy_id = fields.Many2one("key.account.policy", readonly=True, index=True, ondelete="restrict")

    customer_count = fields.Integer(string="Customers", readonly=True, help="Customers with a posted document, ever.")
    buyer_count = fields.Integer(
        string="Customers with Revenue", readonly=True, help="Customers with positive revenue in 12 months."
    )
    revenue_12m = fields.Monetary(
        string="Revenue (12 Months)",
        readonly=True,
        help="Untaxed invoices and receipts less credit notes of the 12 months up to the date, posted, in the company's "
        "currency.",
    )
    revenue_positive_12m = fields.Monetary(
        string="Revenue of Customers Above Zero",
        readonly=True,
        help="The same over customers with positive revenue: what shares are shares of.",
    )
    hhi = FloatOrEmpty(
        string="Herfindahl-Hirschman Index",
        readonly=True,
        aggregator=None,
        help="Sum of the squared shares of revenue: 1 is a single customer, near 0 very many equal ones.",
    )
    effective_customers = FloatOrEmpty(
        readonly=True,
        aggregator=None,
        help="1 / Herfindahl-Hirschman index: as concentrated as if there were this many equal customers.",
    )
    cr1 = FloatOrEmpty(string="Largest Customer", readonly=True, aggregator=None, help="Share of the largest customer.")
    cr3 = FloatOrEmpty(string="Largest 3", readonly=True, aggregator=None, help="Share of the 3 largest customers.")
    cr5 = FloatOrEmpty(string="Largest 5", readonly=True, aggregator=None, help="Share of the 5 largest customers.")
    cr10 = FloatOrEmpty(string="Largest 10", readonly=True, aggregator=None, help="Share of the 10 largest customers.")
    customers_for_80 = fields.Integer(
        string="Customers for 80%",
        readonly=True,
        aggregator=None,
        help="The fewest customers that bring 80% of revenue.",
    )
    gini = FloatOrEmpty(
        string="Gini Coefficient",
        readonly=True,
        aggregator=None,
        help="Inequality of revenue among customers with revenue: 0 all equal, near 1 one has it all.",
    )
    major_count = fields.Integer(
        string="Major Customers",
        readonly=True,
        help="Customers with 10% of revenue or more (the policy may say another share).",
    )
    a_border = MonetaryOrEmpty(
        string="Smallest A Customer",
        readonly=True,
        aggregator=None,
        help="Revenue of 12 months of the smallest A customer: what the potential of others is measured by.",
    )
    base_prev_12m = fields.Monetary(
        string="Revenue of the Year Before",
        readonly=True,
        help="Revenue of the 12 months before, of customers who had any.",
    )
    churned = fields.Monetary(readonly=True, help="Revenue lost with customers who brought none in the last 12 months.")
    contraction = fields.Monetary(
        readonly=True, help="Revenue lost with customers who brought less than in the year before."
    )
    expansion = fields.Monetary(
        readonly=True, help="Revenue gained with customers who brought more than in the year before."
    )
    new_revenue = fields.Monetary(readonly=True, help="Revenue of customers who had none in the year before.")
    nrr = FloatOrEmpty(
        string="Net Revenue Retention",
        readonly=True,
        aggregator=None,
        help="Revenue of 12 months of customers who had revenue in the year before / their revenue of that year.",
    )
    grr = FloatOrEmpty(
        string="Gross Revenue Retention",
        readonly=True,
        aggregator=None,
        help="The same, counting for each customer at most the revenue of the year before: without growth.",
    )
    kept_base_count = fields.Integer(
        string="Customers of the Year Before", readonly=True, help="Customers with revenue in the 12 months before."
    )
    logo_retention = FloatOrEmpty(
        string="Customers Kept",
        readonly=True,
        aggregator=None,
        help="Customers of the year before who still bring revenue / all customers of the year before.",
    )
    usual_gap_days = FloatOrEmpty(
        string="Usual Gap (Days)",
        readonly=True,
        aggregator=None,
        help="Median of the customers' mean days between purchases: where the silence starts from.",
    )

    cut_x = FloatOrEmpty(
        string="Horizontal Cut",
        readonly=True,
        aggregator=None,
        help="From here on customers are high on the policy's axis.",
    )
    cut_y = FloatOrEmpty(
        string="Vertical Cut",
        readonly=True,
        aggregator=None,
        help="From here on customers are high on the policy's axis.",
    )

    _company_day_unique = models.UniqueIndex("(company_id, as_of_date)")

    @api.model
    def _last_cuts(self, company):
        """The cuts of the last night, if they are of the published policy; else False."""
        last = self.search([("company_id", "=", company.id)], limit=1)
        return last.policy_id == company.key_account_policy_id and (last.cut_x, last.cut_y)

    @api.model
    def _store(self, policy, as_of, cuts, summary):
        """Keep the portfolio of a day; that of the same day is overwritten."""
        day = {"company_id": policy.company_id.id, "as_of_date": as_of}
        values = summary | {"policy_id": policy.id, "cut_x": cuts[0], "cut_y": cuts[1]}
        if existing := self.search([(name, "=", value) for name, value in day.items()]):
            existing.write(values)
        else:
            self.create(values | day)

    @api.depends("company_id", "as_of_date")
    def _compute_display_name(self):
        for portfolio in self:
            date = fields.Date.to_string(portfolio.as_of_date)
            portfolio.display_name = f"{portfolio.company_id.name} {date}"
