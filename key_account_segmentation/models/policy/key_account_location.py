# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class KeyAccountLocation(models.Model):
    """The score of a country or state on the location axis of a policy."""

    _name = "key.account.location"
    _description = "Location Score"
    _order = "policy_id, score desc, country_id, state_id"
    _rec_name = "country_id"

    policy_id = fields.Many2one("key.account.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    country_id = fields.Many2one("res.country", required=True, ondelete="cascade")
    state_id = fields.Many2one(
        "res.country.state",
        domain="[('country_id', '=', country_id)]",
        ondelete="cascade",
        help="Only this state; it counts instead of the score of the whole country.",
    )
    score = fields.Float(
        required=True, default=100, help="0 is far away, 100 next door; countries without a line have 0."
    )

    _place_unique = models.UniqueIndex(
        "(policy_id, country_id, COALESCE(state_id, 0))", "This place has a score already."
    )

    @api.constrains("score")
    def _check_score(self):
        for location in self:
            if not 0 <= location.score <= 100:
                raise ValidationError(self.env._("A location's score lies between 0 and 100."))

    @api.constrains("state_id", "country_id")
    def _check_state(self):
        for location in self:
            if location.state_id and location.state_id.country_id != location.country_id:
                raise ValidationError(
                    self.env._(
                        "%(state)s is not in %(country)s.",
                        state=location.state_id.name,
                        country=location.country_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        locations = super().create(vals_list)
        locations._check_draft()
        return locations

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su and self.policy_id.filtered(lambda policy: policy.state != "draft"):
            raise UserError(self.env._("The policy has been published and stays as it is. Make a new version."))
