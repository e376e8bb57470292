# SPDX-License-Identifier: LGPL-3.0-only
from odoo import fields, models
from odoo.fields import Domain

from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("review", "Review date")], ondelete={"review": "cascade"})

    def _review_defaults(self):
        return {"sequence": 9}

    def _review_due(self, _known):
        rows = self._figures(self._living() & Domain("review_date", "<=", self._today()), "review_date")
        return {row["id"]: row["review_date"] for row in rows}

    def _review_summary(self):
        return self.env._("Look again: still a special account?")

    def _review_reason(self, _profile, since, _changes):
        return self.env._(
            "The review date was %(day)s. Set another one, or take the type back.", day=day_text(self.env, since)
        )

    def _review_gone(self, env):
        return env._("There is another review date, or none")

    def _review_explanation(self):
        return self.env._("The day has come to look again whether a special account still is one.")
