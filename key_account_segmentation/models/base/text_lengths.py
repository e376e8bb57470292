# SPDX-License-Identifier: LGPL-3.0-only
"""How long a text may be that people enter: whoever sees the customer reads it, in lists, cards and sentences."""

from odoo import api, models
from odoo.exceptions import ValidationError

from .key_account_judged import REASON

#: Characters of a name, of a reason or a remark in one line, and of a text of several paragraphs.
NAME_MAX, LINE_MAX, TEXT_MAX = 200, 500, 5000


def check_lengths(records, limits):
    """Refuse what is too long.

    :param limits: name of the field -> most characters
    :raises ValidationError: naming the field, its length and its limit
    """
    for record in records:
        for name, most in limits.items():
            length = len(record[name] or "")
            if length > most:
                label = record._fields[name].get_description(record.env, ["string"])["string"]
                raise ValidationError(
                    record.env._(
                        "“%(label)s” has %(length)s characters, at most %(most)s are kept. Please say it shorter.",
                        label=label,
                        length=length,
                        most=most,
                    )
                )


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

    @api.constrains(*REASON.values())
    def _check_lengths(self):
        check_lengths(self, dict.fromkeys(REASON.values(), LINE_MAX))


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"

    @api.constrains("name", "effect")
    def _check_lengths(self):
        check_lengths(self, {"name": LINE_MAX, "effect": TEXT_MAX})


class KeyAccountQuadrant(models.Model):
    _inherit = "key.account.quadrant"

    @api.constrains("name", "advice")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "advice": TEXT_MAX})


class KeyAccountType(models.Model):
    _inherit = "key.account.type"

    @api.constrains("name", "description")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "description": TEXT_MAX})


class KeyAccountCollaboration(models.Model):
    _inherit = "key.account.collaboration"

    @api.constrains("name", "description")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "description": TEXT_MAX})


class KeyAccountPolicy(models.Model):
    _inherit = "key.account.policy"

    @api.constrains("name", "note")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "note": TEXT_MAX})
