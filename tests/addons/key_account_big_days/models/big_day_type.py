# SPDX-License-Identifier: LGPL-3.0-only
"""A key account type with its own suggestion: a rule, a sentence for its reason, and the record of the type."""

from odoo import api, models

from odoo.addons.key_account_segmentation.models.base.words import money_text
from odoo.addons.key_account_segmentation.tools.account_types import TypeRule

#: A purchase day from this amount on, in the company's currency, is a big one.
BIG = 5000


def _big_day_domain(_limits):
    return [("big_day_12m", ">=", BIG)]


def _big_day(account, _limits):
    return ["big_day"] if account.big_day_12m >= BIG else []


class KeyAccountType(models.Model):
    _inherit = "key.account.type"

    @api.model
    def _built_in_rules(self):
        return (*super()._built_in_rules(), TypeRule("big_day", ("big_day_12m",), _big_day_domain, _big_day))


class KeyAccountTypeWords(models.AbstractModel):
    _inherit = "key.account.type.words"

    def _reason_big_day(self, profile):
        return self.env._("One day brought %s.", money_text(profile, profile.big_day_12m))
