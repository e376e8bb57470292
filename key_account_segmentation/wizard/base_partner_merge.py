from odoo import models

from ..models.key_account_judged import BY_HAND

#: What people enter together and what has to stay together: a category without its reason would be another judgement.
JUDGEMENTS = (
    *BY_HAND.values(),
    ("wallet_size",),
    ("collaboration_id",),
    ("assigned_manager_id",),
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners.commercial_partner_id
        if len(partners) > 1:
            stays = (dst_partner or partners[:0]) & partners or self._get_ordered_partner(partners.ids)[-1]
            # sudo: the judgement of colleagues is kept, whoever merges
            self.sudo()._key_account_merge_figures(partners - stays, stays.commercial_partner_id)
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        remaining = customers.exists()
        self.env["key.account.stale"]._mark_moved({(0, customer.id) for customer in remaining})
        # the row that was kept may be that of a customer with another salesperson
        self.env["key.account.profile"]._follow_salespersons(remaining)
        return result

    def _key_account_merge_figures(self, sources, destination):
        """Leave one row per company (and day): Odoo would give all of them the same customer, which cannot be."""
        same = [("partner_id", "in", (sources | destination).ids)]
        for rows in self.env["key.account.profile"].search(same).grouped("company_id").values():
            kept = rows.filtered(lambda row: row.partner_id == destination) or rows[:1]
            self._key_account_take_judgement(kept, rows - kept)
            self._key_account_take_plays(kept, rows - kept)
            self._key_account_take_follow_ups(kept, rows - kept)
            (rows - kept).transition_ids.profile_id = kept
            (rows - kept).unlink()
            kept.partner_id = destination
        snapshots = self.env["key.account.snapshot"].search(same)
        for rows in snapshots.grouped(lambda row: (row.company_id, row.as_of_date)).values():
            kept = rows.filtered(lambda row: row.partner_id == destination) or rows[:1]
            (rows - kept).unlink()
            kept.partner_id = destination

    def _key_account_take_judgement(self, kept, lost):
        """What people entered on profiles that disappear goes to the one that stays, where that one has nothing."""
        for name, *details in JUDGEMENTS:
            # who sees only their own customers does not become account manager of another one by merging
            if name == "assigned_manager_id" and not self.env.user._key_account_decides():
                continue
            if giver := not kept[name] and lost.filtered(name)[:1]:
                kept.write({field: giver[field] for field in (name, *details)})

    def _key_account_take_plays(self, kept, lost):
        """Started playbooks go along; the activities of one that is open on both become one."""
        for play in lost.play_ids:
            same = play.is_open and kept.open_play_ids.filtered(lambda it, plan=play.plan_id: it.plan_id == plan)
            if same:
                same.activity_ids += play.activity_ids
            else:
                play.profile_id = kept

    def _key_account_take_follow_ups(self, kept, lost):
        """Follow-ups go along; of two of a kind that are not over, the one of who stays is left."""
        lasting = set(kept.follow_up_ids.filtered(lambda row: row.state != "ended").mapped("kind"))
        for row in lost.follow_up_ids:
            if row.state == "ended" or row.kind not in lasting:
                row.profile_id = kept
                lasting |= {row.kind} if row.state != "ended" else set()
