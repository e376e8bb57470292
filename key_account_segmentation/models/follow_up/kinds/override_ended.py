# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...profile.overrides import BY_HAND, has_override


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(
        selection_add=[("override_ended", "End of what was set by hand")], ondelete={"override_ended": "cascade"}
    )

    def _override_ended_defaults(self):
        return {"sequence": 10}

    def _override_ended_unseen(self):
        return self._unseen(Domain("is_end_told", "!=", True) & Domain("cause", "=", "ended"))

    def _override_ended_see(self, changes):
        changes.is_end_told = True

    def _override_ended_due(self, _known):
        """Of several overrides of a customer that ended the first: each author is told in turn."""
        unseen = self._override_ended_unseen()
        followed = unseen.filtered(lambda change: change.partner_id.active)
        self._override_ended_see(unseen - followed)
        return {change.profile_id.id: change.id for change in reversed(followed)}

    def _override_ended_lasting(self, rows, _due):
        return {row.profile_id.id for row in rows if row.partner_id.active and not self._is_set_again(row)}

    def _is_set_again(self, row):
        """Whether somebody has set by hand anew what had ended."""
        what = row.transition_id.what
        return what in BY_HAND and has_override(row.profile_id, what)

    def _override_ended_lasts(self):
        """That something ended is told once, there is nothing that lasts."""
        return False

    def _override_ended_counts_from(self, row):
        return row.transition_id.id or 0

    def _override_ended_changes(self, profile, since):
        """All that ended of the same author."""
        author = self.env["key.account.transition"].browse(since).user_id
        return profile.transition_ids.filtered(
            lambda it: it.cause == "ended" and not it.is_end_told and it.user_id == author
        ).sorted("id")

    def _override_ended_asked_first(self, profile, since):
        """The author."""
        return self._override_ended_changes(profile, since).user_id

    def _override_ended_summary(self):
        return self.env._("What was set by hand has ended")

    def _override_ended_reason(self, _profile, _since, changes):
        return " ".join([change._ended_sentence() for change in changes])

    def _override_ended_gone(self, env):
        return env._("Somebody has set it by hand again")

    def _override_ended_explanation(self):
        return self.env._("What somebody set by hand has ended: its author is told.")
