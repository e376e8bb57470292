# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.ownership import check_playbook, check_readable
from ..base.text_lengths import NAME_MAX, TEXT_MAX, check_lengths

#: In reading order: top left first; the first word is the horizontal axis, the second the vertical one. Then those beside
#: the picture.
PLACES = [
    ("low_high", "Low / high"),
    ("high_high", "High / high"),
    ("low_low", "Low / low"),
    ("high_low", "High / low"),
    ("newcomer", "New"),
    ("win_back", "Lost"),
]

#: Fields that may change after the policy is published: the advice, not the meaning.
ACTING_FIELDS = {"plan_id", "responsible_id", "color", "advice"}


class KeyAccountQuadrant(models.Model):
    """A place of a policy's matrix, one of its four fields or one beside them: its name, and what to do there."""

    _name = "key.account.quadrant"
    _description = "Key Account Quadrant"
    _order = "policy_id desc, sequence, id"
    _check_company_auto = True

    policy_id = fields.Many2one("key.account.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    place = fields.Selection(
        PLACES,
        required=True,
        help="Where it lies: low or high on the horizontal axis, low or high on the vertical one. New and lost customers "
        "have a place of their own beside these four.",
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer(default=0)
    advice = fields.Text(string="What to Do", translate=True, help="In plain words, for those who look after them.")
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Playbook",
        domain="[('res_model', '=', 'res.partner')]",
        check_company=True,
        ondelete="set null",
        help="The activities that “Start playbook” plans for a customer of this quadrant.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        ondelete="set null",
        help="Who answers for this quadrant; gets the activities of customers without an account manager.",
    )

    _place_unique = models.UniqueIndex("(policy_id, place)", "A policy has one quadrant for each place.")

    @api.constrains("name", "advice")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "advice": TEXT_MAX})

    @api.model
    def _default_values(self):
        """The places of revenue x loyalty, as a company begins with them."""
        return [
            {
                "place": "high_high",
                "name": self.env._("Pillars"),
                "sequence": 1,
                "color": 4,
                "plan_id": self._playbook_id("pillars"),
                "advice": self.env._(
                    "Large and steady: the business rests on them. One person each, a talk every quarter, no surprises."
                ),
            },
            {
                "place": "low_high",
                "name": self.env._("Loyal"),
                "sequence": 2,
                "color": 10,
                "plan_id": self._playbook_id("loyal"),
                "advice": self.env._(
                    "Small, but steady. Grow them: offer what they do not buy yet, ask whom they know."
                ),
            },
            {
                "place": "high_low",
                "name": self.env._("Big tickets"),
                "sequence": 3,
                "color": 2,
                "plan_id": self._playbook_id("big_tickets"),
                "advice": self.env._(
                    "Large, but without a rhythm. Find out when they decide, and make the next order easy: "
                    "contract, reminder, stock."
                ),
            },
            {
                "place": "low_low",
                "name": self.env._("Passers-by"),
                "sequence": 4,
                "color": 0,
                "plan_id": self._playbook_id("passers_by"),
                "advice": self.env._(
                    "Small and now and then. Serve them well at little cost, and watch who comes back."
                ),
            },
            *self._default_values_beside(),
        ]

    def _default_values_beside(self):
        """The places beside the four quadrants."""
        return [
            {
                "place": "newcomer",
                "name": self.env._("Newcomers"),
                "sequence": 5,
                "color": 8,
                "plan_id": self._playbook_id("newcomers"),
                "advice": self.env._("Too new to tell. Get to know them: a second purchase is what makes a customer."),
            },
            {
                "place": "win_back",
                "name": self.env._("Lost"),
                "sequence": 6,
                "color": 1,
                "plan_id": self._playbook_id("win_back"),
                "advice": self.env._("Gone by their own rhythm. Ask why, then win them back or let them go."),
            },
        ]

    @api.model
    def _playbook_id(self, name):
        """The shipped playbook, unless somebody has deleted it."""
        plan = self.env.ref(f"key_account_segmentation.playbook_{name}", raise_if_not_found=False)
        return plan.id if plan else False

    @api.model_create_multi
    def create(self, vals_list):
        check_readable(self, vals_list, "plan_id")
        quadrants = super().create(vals_list)
        quadrants._check_draft()
        return quadrants

    def write(self, vals):
        if vals.keys() - ACTING_FIELDS:
            self._check_draft()
        check_readable(self, [vals], "plan_id")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_whole(self):
        raise UserError(
            self.env._("A matrix has four quadrants and two places beside them: rename one rather than delete it.")
        )

    @api.constrains("plan_id")
    def _check_plan(self):
        check_playbook(self)

    def _check_draft(self):
        if not self.env.su and self.policy_id.filtered(lambda policy: policy.state != "draft"):
            raise UserError(
                self.env._(
                    "The policy has been published and stays as it is. Make a new version; the playbook, the advice, the "
                    "colour and who is responsible can be changed here."
                )
            )
