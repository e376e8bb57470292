# SPDX-License-Identifier: LGPL-3.0-only
"""The common answers of all kinds; a kind with another answer has the method with its own name for ``any``."""

from odoo import models


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _any_lasting(self, _rows, due):
        """Ids of the profiles whose follow-up stays open: the cause is there."""
        return due.keys()

    def _any_lasts(self):
        """Whether a follow-up that was handled stays until its cause is gone, so that no second one is planned."""
        return True

    def _any_counts_from(self, row):
        """What a follow-up that is there counts from; a cause that counts from later is another one."""
        return row.since or None

    def _any_again_after(self, _known):
        """Profile id -> days after which a handled follow-up is planned again, though its cause is the same."""
        return {}

    def _any_left_alone(self, rows):
        """Follow-ups that stay as they are, because nobody can say whether they are due."""
        return rows.browse()

    def _any_changes(self, _profile, _since):
        """Transitions that caused the follow-up."""
        return self.env["key.account.transition"]

    def _any_unseen(self):
        """Transitions that may cause a follow-up and have not been looked at."""
        return self.env["key.account.transition"]

    def _any_see(self, changes):
        """Note that these transitions have been looked at."""

    def _any_plan(self, _profile):
        """The playbook that is started, none for a single activity."""
        return self.plan_id if "plan_id" in (self.settings or ()) else self.plan_id.browse()

    def _any_asked_first(self, _profile, _since):
        """Users who are asked before the account manager."""
        return self.env["res.users"]

    def _any_faults(self):
        """Sentences on what is wrong with the rule, for sales administrators."""
        return []

    def _any_to_do(self):
        return self.env._("Look at this account")
