# SPDX-License-Identifier: LGPL-3.0-only
"""SQL for what makes a key account: pipeline, referrals, feedback. Returns SQL and runs nothing.

Worked example: a customer with opportunities of 1,000 at 20% and 500 at 40% has a pipeline of 400; bought for 300 in
12 months, and 1,000 in all from anyone (wallet size): 700 could come on top, which is more, so the potential is 700.
"""

from odoo import models
from odoo.tools import SQL

from ...tools.sql_array import number_array

#: Columns written by ``_type_facts_update_sql``; empty is 0.
TYPE_FACTS = ("pipeline_amount", "potential_amount", "referral_count", "referred_revenue_12m", "feedback_count_12m")


class KeyAccountProfileFactsTypes(models.Model):
    _inherit = "key.account.profile"

    def _facts_pipeline_sql(self, company):
        """One row per customer with open opportunities: partner_id, amount (expected revenue x probability)."""
        leads = self.env["crm.lead"]
        domain = [
            ("type", "=", "opportunity"),
            ("won_status", "=", "pending"),
            ("company_id", "in", [company.id, False]),
        ]
        # bypass: what is expected of a customer counts, whoever works on it and whoever asks
        query = leads._search(domain, bypass_access=True)
        return SQL(
            """
            SELECT member.commercial_partner_id AS partner_id,
                   SUM(lead.expected * lead.probability / 100)::numeric AS amount
              FROM %(leads)s AS lead
              JOIN res_partner AS member
                ON member.id = lead.partner_id
             GROUP BY 1
            """,
            leads=query.subselect(
                SQL("%s AS partner_id", leads._field_to_sql(query.table, "partner_id", query)),
                SQL("%s AS expected", leads._field_to_sql(query.table, "expected_revenue", query)),
                SQL("%s AS probability", leads._field_to_sql(query.table, "probability", query)),
            ),
        )

    def _remembered_sql(self, company):
        """Customers who are kept without documents: those who referred somebody, and those who gave feedback."""
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

    def _facts_referral_sql(self, company):
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

    def _facts_feedback_sql(self, company, windows):
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

    def _type_facts_update_sql(self, company, windows, customers):
        """Write pipeline, potential, referrals and feedback of the given customers where they are others than stored.

        :param customers: function from the SQL of a partner column to the condition which customers, or None for all
        """
        return SQL(
            """
            UPDATE key_account_profile AS figures
               SET (%(columns)s) = ROW(%(new)s)
              FROM (
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
                   ) AS new
             WHERE figures.id = new.id
               AND (%(old)s) IS DISTINCT FROM (%(new)s)
         RETURNING figures.id
            """,
            columns=SQL(", ").join([SQL.identifier(name) for name in TYPE_FACTS]),
            new=SQL(", ").join([SQL.identifier("new", name) for name in TYPE_FACTS]),
            # empty is 0: the first refresh need not write it to everybody
            old=SQL(", ").join([SQL("COALESCE(%s, 0)", SQL.identifier("figures", name)) for name in TYPE_FACTS]),
            pipeline=self._facts_pipeline_sql(company),
            referral=self._facts_referral_sql(company),
            feedback=self._facts_feedback_sql(company, windows),
            company=company.id,
            customers=customers(SQL.identifier("profile", "partner_id")) if customers else SQL("TRUE"),
        )

    def _type_candidates_sql(self, company, customers, growth_min, ruled):
        """One row per customer who may have a type, or had one: id, stored types, what the rules look at.

        :param ruled: ids of the profiles that fit the rule of a type people made
        """
        return SQL(
            """
            SELECT id,
                   computed_type_id,
                   ARRAY(
                       SELECT type_id
                         FROM key_account_profile_type_rel
                        WHERE profile_id = key_account_profile.id
                   ) AS suggested,
                   abc,
                   recurrence,
                   event_count,
                   last_to_first,
                   potential_amount,
                   revenue_12m,
                   referred_revenue_12m,
                   feedback_count_12m
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND %(customers)s
               AND (
                       abc = 'A'
                    OR last_to_first >= %(growth_min)s
                    OR potential_amount > 0
                    OR referred_revenue_12m > 0
                    OR feedback_count_12m > 0
                    OR computed_type_id IS NOT NULL
                    OR id IN (SELECT UNNEST(%(ruled)s::int[]))
                   )
            """,
            ruled=number_array(ruled),
            company=company.id,
            growth_min=growth_min,
            customers=customers(SQL.identifier("partner_id")) if customers else SQL("TRUE"),
        )

    def _unsettled_sql(self, company, as_of, customers, after, limit):
        """One row per customer of whom something counts that is not simply what the figures lead to, by id."""
        return SQL(
            """
            SELECT id,
                   lifecycle,
                   settled_lifecycle,
                   COALESCE(is_major, FALSE) AS is_major,
                   COALESCE(settled_major, FALSE) AS settled_major,
                   category,
                   computed_category,
                   category_falling_since,
                   manual_category,
                   manual_category_until,
                   manual_category_by_id,
                   manual_category_reason,
                   quadrant_id,
                   computed_quadrant_id,
                   quadrant_falling_since,
                   manual_quadrant_id,
                   manual_quadrant_until,
                   manual_quadrant_by_id,
                   manual_quadrant_reason,
                   main_type_id,
                   computed_type_id,
                   type_falling_since,
                   manual_type_id,
                   manual_type_until,
                   manual_type_by_id,
                   manual_type_reason,
                   COALESCE(not_key_account, FALSE) AS not_key_account,
                   COALESCE(cannot_be_developed, FALSE) AS cannot_be_developed,
                   cannot_be_developed_until,
                   cannot_be_developed_by_id,
                   cannot_be_developed_reason
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND id > %(after)s
               AND %(customers)s
               AND (
                       (lifecycle, COALESCE(is_major, FALSE), category, quadrant_id, main_type_id) IS DISTINCT FROM (
                           settled_lifecycle,
                           COALESCE(settled_major, FALSE),
                           computed_category,
                           computed_quadrant_id,
                           computed_type_id
                       )
                    OR COALESCE(category_falling_since, quadrant_falling_since, type_falling_since) IS NOT NULL
                    OR manual_category IS NOT NULL
                    OR manual_quadrant_id IS NOT NULL
                    OR manual_type_id IS NOT NULL
                    OR not_key_account
                    OR cannot_be_developed_until < %(as_of)s
                   )
             ORDER BY id
             LIMIT %(limit)s
            """,
            company=company.id,
            as_of=as_of,
            customers=customers(SQL.identifier("partner_id")) if customers else SQL("TRUE"),
            after=after,
            limit=limit,
        )

    def _settled_update_sql(self, rows):
        """Write what counts now.

        :param rows: tuples of id, category, category_falling_since, quadrant_id, quadrant_falling_since, main_type_id,
            type_falling_since
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        return SQL(
            """
            UPDATE key_account_profile AS figures
               SET category = new.category,
                   category_falling_since = new.category_falling_since,
                   quadrant_id = new.quadrant_id,
                   quadrant_falling_since = new.quadrant_falling_since,
                   main_type_id = new.main_type_id,
                   type_falling_since = new.type_falling_since,
                   settled_lifecycle = figures.lifecycle,
                   settled_major = figures.is_major
              FROM UNNEST(
                       %s::int[], %s::text[], %s::date[], %s::int[], %s::date[], %s::int[], %s::date[]
                   ) AS new (
                       id, category, category_falling_since, quadrant_id, quadrant_falling_since, main_type_id,
                       type_falling_since
                   )
             WHERE figures.id = new.id
            """,
            *columns,
        )

    def _transition_insert_sql(self, day, now, uid, policy, rows):
        """Put changes on record, each with the customer's figures of now.

        :param day: what the figures were worked out for
        :param now: the moment
        :param uid: who has it worked out
        :param rows: tuples of profile id, what, old value, new value, event, cause, user id, reason
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        return SQL(
            """
            INSERT INTO key_account_transition (
                profile_id, company_id, partner_id, date, what, old_value, new_value, event, cause, user_id, reason,
                policy_id, figures, create_date, write_date, create_uid, write_uid
            )
            SELECT profile.id,
                   profile.company_id,
                   profile.partner_id,
                   %(day)s,
                   change.what,
                   change.old_value,
                   change.new_value,
                   change.event,
                   change.cause,
                   change.user_id,
                   change.reason,
                   %(policy)s,
                   JSONB_BUILD_OBJECT(
                       'revenue_12m', profile.revenue_12m,
                       'revenue_prev_12m', profile.revenue_prev_12m,
                       'share', profile.share,
                       'rank', profile.rank,
                       'active_months', profile.active_months,
                       'days_since_last', profile.days_since_last,
                       'expected_next_date', profile.expected_next_date,
                       'lost_probability', profile.lost_probability,
                       'potential_amount', profile.potential_amount,
                       'referred_revenue_12m', profile.referred_revenue_12m,
                       'feedback_count_12m', profile.feedback_count_12m
                   ),
                   %(now)s,
                   %(now)s,
                   %(uid)s,
                   %(uid)s
              FROM UNNEST(
                       %(ids)s::int[], %(whats)s::text[], %(olds)s::text[], %(news)s::text[], %(events)s::text[],
                       %(causes)s::text[], %(users)s::int[], %(reasons)s::text[]
                   ) WITH ORDINALITY AS change (
                       profile_id, what, old_value, new_value, event, cause, user_id, reason, place
                   )
              JOIN key_account_profile AS profile
                ON profile.id = change.profile_id
             ORDER BY change.place
         RETURNING id
            """,
            day=day,
            policy=policy.id or None,
            now=now,
            uid=uid,
            **dict(zip(("ids", "whats", "olds", "news", "events", "causes", "users", "reasons"), columns, strict=True)),
        )
