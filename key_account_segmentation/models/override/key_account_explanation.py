# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models


class KeyAccountExplanation(models.AbstractModel):
    """An override comes before the sentence on the figures."""

    _inherit = "key.account.explanation"

    def _engagement_sentence(self, profile):
        if profile.manual_category:
            return self.env._(
                "Category set by hand: %(reason)s.", reason=(profile.manual_category_reason or "").rstrip(".")
            )
        if profile.category_falling_since:
            return self.env["key.account.override.words"]._falling_sentence(profile, "category")
        if profile.cannot_be_developed:
            return self.env._("Cannot be developed.")
        return super()._engagement_sentence(profile)
