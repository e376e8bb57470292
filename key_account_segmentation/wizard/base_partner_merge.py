# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models

from ..models.override.key_account_transition import MODELS
from ..models.profile.overrides import AUTHOR, BY_HAND, REASON, SETTING, UNTIL, has_override
from ..tools.effective import is_in_force

#: Entered columns that move one by one. An override moves as a whole: without its reason it would be another one.
ALONE = ("review_date", "wallet_size", "collaboration_id", "assigned_manager_id")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge, and leave the customer that stays with the figures, overrides and referrers of all.

        Odoo hands on the referrers of the others, and points at the one that stays whoever came through them: somebody
        merged with their own referrer would have come through themselves.
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners.commercial_partner_id
        stays = referrers = partners[:0]
        if len(partners) > 1:
            stays = (dst_partner or stays) & partners or self._get_ordered_partner(partners.ids)[-1]
            # sudo: the referral is kept whoever merges, and a circle may lead through contacts they may not see
            referrers = (stays | partners).sudo().mapped("key_account_referrer_id")
            # sudo: as above
            partners.sudo().key_account_referrer_id = False
            # sudo: what colleagues set by hand is kept, whoever merges
            self.sudo()._key_account_merge_figures(partners - stays, stays.commercial_partner_id)
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        remaining = customers.exists()
        self.env["key.account.stale"]._mark_moved({(0, customer.id) for customer in remaining})
        # the row that was kept may be that of a customer with another salesperson
        self.env["key.account.profile"]._follow_salespersons(remaining)
        for referrer in referrers.exists():
            # sudo: as above
            stays.sudo().commercial_partner_id._key_account_take_referrer(referrer)
        return result

    def _key_account_merge_figures(self, sources, destination):
        """Leave one row per company (and day): Odoo would give all of them the same customer, which cannot be."""
        same = [("partner_id", "in", (sources | destination).ids)]
        for rows in self.env["key.account.profile"].search(same).grouped("company_id").values():
            kept = rows.filtered(lambda row: row.partner_id == destination) or rows[:1]
            self._key_account_take_entered(kept, rows - kept)
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

    def _key_account_take_entered(self, kept, lost):
        """Copy entered values from profiles that disappear to the one that stays, where that one has none.

        An override moves as a whole, with its reason, end and author. One that finds another there is logged as a change.
        """
        values, left = {}, []
        for what, names in BY_HAND.items():
            giver = _giver(what, kept, lost)
            values |= {name: giver[name] for name in names if giver and name != "review_date"}
            left += [(what, row) for row in lost - giver if has_override(row, what)]
        for name in ALONE:
            # a merge must not make users account manager of a customer they did not see
            if name == "assigned_manager_id" and not self.env.user._key_account_decides():
                continue
            if giver := not kept[name] and lost.filtered(name)[:1]:
                values[name] = giver[name]
        if values:
            kept.write(values)
        self.env["key.account.transition"].create(
            [_merged_change(what, kept, row) for what, row in left if _is_set_otherwise(what, kept, row)]
        )

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


def _giver(what, kept, others):
    """The profile whose override the kept one takes over: none if it has one, else the first one's still in force."""
    if has_override(kept, what):
        return others[:0]
    as_of = kept.company_id._key_account_as_of()
    return others.filtered(lambda row: has_override(row, what) and is_in_force(row[UNTIL[what]], as_of))[:1]


def _is_set_otherwise(what, kept, other):
    """Whether the other one's override says anything that the kept one's does not."""
    return any(kept[name] != other[name] for name in (*SETTING[what], REASON[what], UNTIL[what]))


def _merged_change(what, kept, other):
    """The values of a change that keeps the other one's override, with its author and reason."""
    return {
        "profile_id": kept.id,
        "date": kept.company_id._key_account_as_of(),
        "what": what,
        "old_value": _value_by_hand(what, other),
        "new_value": _value_by_hand(what, kept),
        "cause": "merged",
        "user_id": other[AUTHOR[what]].id,
        "reason": other[REASON[what]],
    }


def _value_by_hand(what, profile):
    """What is set by hand as changes are logged: an id as text, a word, or nothing."""
    value = profile[SETTING[what][0]]
    if what == "development":
        return "no" if value else False
    return str(value.id) if value and what in MODELS else value or False
