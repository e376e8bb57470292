from odoo import models

from .key_account_profile import MANUAL_FIELDS


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners.commercial_partner_id
        if dst_partner:
            # sudo: the judgement of colleagues is kept, whoever merges
            self.sudo()._key_account_keep_judgement(partners - dst_partner, dst_partner)
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        self.env["key.account.stale"]._mark({(0, customer.id) for customer in customers.exists()})
        return result

    def _key_account_keep_judgement(self, sources, destination):
        """What people entered on a profile that disappears goes to the one that stays, where that one has nothing."""
        profiles = self.env["key.account.profile"].search([("partner_id", "in", (sources | destination).ids)])
        for kept in profiles.filtered(lambda profile: profile.partner_id == destination):
            for lost in profiles.filtered(lambda p, company=kept.company_id: p.company_id == company) - kept:
                kept.write({name: lost[name] for name in MANUAL_FIELDS if lost[name] and not kept[name]})
