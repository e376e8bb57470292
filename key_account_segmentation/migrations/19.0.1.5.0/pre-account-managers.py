# SPDX-License-Identifier: LGPL-3.0-only
from odoo.tools import sql


def migrate(cr, version):
    """Who looks after a customer goes on doing so: the salesperson who is it now is confirmed."""
    if sql.column_exists(cr, "key_account_profile", "salesperson_id"):
        return
    cr.execute(
        """
        ALTER TABLE key_account_profile ADD COLUMN salesperson_id int4;
        UPDATE key_account_profile AS profile
           SET salesperson_id = CASE WHEN profile.assigned_manager_id IS NULL THEN profile.account_manager_id
                                     ELSE contact.user_id END
          FROM res_partner AS contact
         WHERE contact.id = profile.partner_id;
        """
    )
