# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for the figures behind the types: pipeline, referrals, feedback. Returns SQL and runs nothing.

Worked example: a customer with opportunities of 1,000 at 20% and 500 at 40% has a pipeline of 400; bought for 300 in
12 months, and 1,000 in all from anyone (wallet size): 700 could come on top, which is more, so the potential is 700.
"""

from odoo import models
from odoo.tools import SQL

from ..base.columns import read_sql


class KeyAccountFactsKeyAccounts(models.AbstractModel):
    _name = "key.account.facts.key.accounts"
    _description = "SQL of Pipeline, Referrals and Feedback"

    def _pipeline_sql(self, company):
        """One row per customer with open opportunities: partner_id, amount (expected revenue x probability).

        An expected revenue is in the currency of the opportunity's company. Without one it is that of the team, else of
        the salesperson. Where none of them says it, the currency is unknown: 10 million may be yen, and count nowhere.
        """
        domain = [
            ("type", "=", "opportunity"),
            ("won_status", "=", "pending"),
            ("company_id", "in", [company.id, False]),
        ]
        read = {name: name for name in ("partner_id", "company_id", "team_id", "user_id", "probability")}
        read["expected"] = "expected_revenue"
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   SUM(lead.expected * lead.probability / 100)::numeric AS amount
              FROM %(leads)s AS lead
              JOIN res_partner AS member
                ON member.id = lead.partner_id
              LEFT JOIN crm_team AS team
                ON team.id = lead.team_id
              LEFT JOIN res_users AS salesperson
                ON salesperson.id = lead.user_id
             WHERE COALESCE(lead.company_id, team.company_id, salesperson.company_id) = %(company)s
             GROUP BY 1
            """,
            company=company.id,
            leads=read_sql(self.env["crm.lead"], domain, **read),
        )

    def _remembered_sql(self, company):
        """Customers that keep their profile without documents: they have referred somebody or given feedback."""
        return SQL(
            """
            SELECT referrer.commercial_partner_id
              FROM res_partner AS referred
              JOIN res_partner AS referrer
                ON referrer.id = referred.key_account_referrer_id
             UNION
            SELECT member.commercial_partner_id
              FROM key_account_feedback AS feedback
              JOIN res_partner AS member
                ON member.id = feedback.partner_id
             WHERE feedback.company_id = %s
            """,
            company.id,
        )

    def _referral_sql(self, company):
        """One row per customer who referred others: partner_id, customers, revenue (above zero, 12 months)."""
        return SQL(
            """
            SELECT referrer.commercial_partner_id AS partner_id,
                   COUNT(*) AS customers,
                   SUM(GREATEST(brought.revenue_12m, 0)) AS revenue
              FROM res_partner AS referred
              JOIN res_partner AS referrer
                ON referrer.id = referred.key_account_referrer_id
              JOIN key_account_profile AS brought
                ON brought.partner_id = referred.id
               AND brought.company_id = %s
             GROUP BY 1
            """,
            company.id,
        )

    def _feedback_sql(self, company, windows):
        """One row per customer who gave feedback in 12 months: partner_id, feedbacks."""
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   COUNT(*) AS feedbacks
              FROM key_account_feedback AS feedback
              JOIN res_partner AS member
                ON member.id = feedback.partner_id
             WHERE feedback.company_id = %(company)s
               AND feedback.date > %(year_ago)s
               AND feedback.date <= %(as_of)s
             GROUP BY 1
            """,
            company=company.id,
            year_ago=windows.year_ago,
            as_of=windows.as_of,
        )

    def _key_account_sql(self, company, windows, customers):
        """One row per customer with or so far with a figure of the source *key accounts*: id and these figures.

        Most customers have no opportunity, referral or feedback: leaving them out halves the work.

        :param customers: function from the SQL of a partner column to the condition that selects customers, or None
        """
        return SQL(
            """
            SELECT profile.id,
                   COALESCE(pipeline.amount, 0) AS pipeline_amount,
                   GREATEST(
                       pipeline.amount, NULLIF(profile.wallet_size, 0) - profile.revenue_12m, 0
                   ) AS potential_amount,
                   COALESCE(referral.customers, 0) AS referral_count,
                   COALESCE(referral.revenue, 0) AS referred_revenue_12m,
                   COALESCE(feedback.feedbacks, 0) AS feedback_count_12m
              FROM key_account_profile AS profile
              LEFT JOIN (%(pipeline)s) AS pipeline USING (partner_id)
              LEFT JOIN (%(referral)s) AS referral USING (partner_id)
              LEFT JOIN (%(feedback)s) AS feedback USING (partner_id)
             WHERE profile.company_id = %(company)s
               AND %(customers)s
               AND (
                       COALESCE(pipeline.partner_id, referral.partner_id, feedback.partner_id) IS NOT NULL
                    OR profile.wallet_size <> 0
                    OR %(stored)s
                   )
            """,
            pipeline=self._pipeline_sql(company),
            referral=self._referral_sql(company),
            feedback=self._feedback_sql(company, windows),
            company=company.id,
            customers=customers(SQL.identifier("profile", "partner_id")) if customers else SQL("TRUE"),
            stored=SQL(" OR ").join(
                [
                    SQL("%s <> 0", SQL.identifier("profile", name))
                    for name in self.env["key.account.profile"]._figures("key_accounts")
                ]
            ),
        )
