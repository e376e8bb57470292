# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge, and leave the customer that stays referred by somebody through whom it can still have come.

        Odoo hands on the referrers of the others, and points at the one that stays whoever came through them: somebody
        merged with their own referrer would have come through themselves.
        """
        # sudo: the referral is kept whoever merges, and a circle may lead through contacts they may not see
        partners = self.env["res.partner"].browse(partner_ids).exists().sudo()
        if len(partners) < 2:
            return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        stays = (dst_partner or partners[:0]) & partners or self._get_ordered_partner(partners.ids)[-1]
        # sudo: as above
        stays = stays.sudo()
        referrers = (stays | partners).mapped("key_account_referrer_id")
        partners.key_account_referrer_id = False
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        for referrer in referrers.exists():
            stays.commercial_partner_id._key_account_take_referrer(referrer)
        return result
