# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL


class KeyAccountRefresh(models.AbstractModel):
    """A refresh of all customers confirms the salespersons of contacts, unless somebody asked for one who may not decide."""

    _inherit = "key.account.refresh"

    @api.model
    def _steps(self, work):
        confirms = work.is_of_all and work.target.is_today
        return [*super()._steps(work), *(["_confirm_salespersons"] if confirms else [])]

    def _confirm_salespersons(self, work):
        rows = self.env.execute_query(self._unconfirmed_sql(work.company))
        # nobody in particular confirms them
        profiles = self.env["key.account.profile"].with_user(SUPERUSER_ID)
        profiles.browse([row[0] for row in rows])._confirm_salesperson()

    def _unconfirmed_sql(self, company):
        """Ids of the profiles whose contact has another salesperson now, and nobody asked for it who may not decide."""
        return SQL(
            """
            SELECT profile.id
              FROM key_account_profile AS profile
              JOIN res_partner AS contact ON contact.id = profile.partner_id
             WHERE profile.company_id = %(company)s
               AND profile.claimed_by_id IS NULL
               AND profile.salesperson_id IS DISTINCT FROM contact.user_id
               AND profile.salesperson_id IS DISTINCT FROM
                   CASE WHEN contact.user_id = ANY(%(sellers)s) THEN contact.user_id END
             ORDER BY profile.id
            """,
            company=company.id,
            sellers=self.env["res.users"]._key_account_seller_ids(),
        )
