# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models

from ..base.words import day_text


class KeyAccountTransition(models.Model):
    """Which changes have been followed up. Each is looked at once, so that none is forgotten and none comes twice."""

    _inherit = "key.account.transition"

    is_followed_up = fields.Boolean(readonly=True)
    is_end_told = fields.Boolean(readonly=True, help="Whether the author knows that what was set by hand has ended.")

    _follow_up_idx = models.Index("(company_id, event) WHERE is_followed_up IS NOT TRUE AND event <> 'other'")
    _end_idx = models.Index("(company_id) WHERE is_end_told IS NOT TRUE AND cause = 'ended'")

    def _ended_sentence(self):
        return self.env._(
            "%(what)s: what was set by hand ended on %(day)s. It was “%(old)s”, now it is “%(new)s”.",
            what=dict(self._fields["what"]._description_selection(self.env))[self.what],
            day=day_text(self.env, self.date),
            old=self.old_label,
            new=self.new_label,
        )
