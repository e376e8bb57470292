from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _key_account_take_plays(self, kept, lost):
        """Follow-ups go along with the playbooks; of two of a kind that are not over, the one of who stays is left."""
        super()._key_account_take_plays(kept, lost)
        lasting = set(kept.follow_up_ids.filtered(lambda row: row.state != "ended").mapped("kind"))
        for row in lost.follow_up_ids:
            if row.state == "ended" or row.kind not in lasting:
                row.profile_id = kept
                lasting |= {row.kind} if row.state != "ended" else set()
