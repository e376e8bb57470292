from odoo import models
from odoo.fields import Domain


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
        referrers = (stays.sudo() | partners).mapped("key_account_referrer_id")
        feedback = self._key_account_feedback(partners)
        partners.key_account_referrer_id = False
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        partners.exists()._key_account_settle_referrals()
        for referrer in referrers.exists():
            stays.sudo().commercial_partner_id._key_account_take_referrer(referrer)
        self.env.add_to_compute(feedback._fields["commercial_partner_id"], feedback)
        return result

    def _key_account_feedback(self, partners):
        """What they said: Odoo makes it that of the contact that stays, but not of that contact's company."""
        said = Domain("partner_id", "in", partners.ids) | Domain("commercial_partner_id", "in", partners.ids)
        # sudo: what colleagues and other companies noted goes along
        return self.env["key.account.feedback"].sudo().search(said)
