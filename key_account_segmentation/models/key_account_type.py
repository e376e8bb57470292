from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

#: The types whose rules are in ``tools.account_types``, in the order in which one of several becomes the main one.
SHIPPED = ("large_steady", "potential", "image", "tester", "special")


class KeyAccountType(models.Model):
    """A kind of key account: why these customers get more attention than others, and how often."""

    _name = "key.account.type"
    _description = "Key Account Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        readonly=True, copy=False, help="Set for the types that came with the module: their rule is built in."
    )
    sequence = fields.Integer(
        default=100, help="Of several types a customer has, the first in this order is the main one."
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    icon = fields.Char(default="fa-star", help="Name of a Font Awesome 4 icon, such as fa-star.")
    contact_days = fields.Integer(
        string="Contact Every (Days)",
        help="Without a contact for so many days, the account manager gets a follow-up. 0: no rhythm.",
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Playbook",
        domain="[('res_model', '=', 'res.partner')]",
        ondelete="set null",
        help="The activities that are planned when a customer becomes a key account of this type.",
    )
    description = fields.Text(translate=True, help="In plain words: who belongs here, and why they matter.")
    rule_domain = fields.Char(
        string="Rule",
        help="Customers that fit are suggested. Without a rule the type is given by hand only.",
    )

    _code_unique = models.UniqueIndex("(code) WHERE code IS NOT NULL", "Each of the built-in types is there once.")
    _contact_days_positive = models.Constraint(
        "CHECK (contact_days >= 0)", "The days between two contacts cannot be negative; 0 is no rhythm."
    )

    @api.constrains("rule_domain")
    def _check_rule_domain(self):
        for account_type in self.filtered("rule_domain"):
            try:
                self.env["key.account.profile"].search_count(account_type._rule(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The rule of “%(type)s” cannot be used: %(error)s. Choose fields of the key account profile.",
                        type=account_type.name,
                        error=error,
                    )
                ) from error

    @api.constrains("plan_id")
    def _check_plan(self):
        for account_type in self:
            model = account_type.plan_id.res_model
            if model and model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” is a plan for %(model)s, not for contacts, on which a playbook plans its activities.",
                        plan=account_type.plan_id.name,
                        model=self.env["ir.model"]._get(model).name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_built_in(self):
        if self.filtered("code"):
            raise UserError(self.env._("The types that came with the module can be archived, not deleted."))

    def _rule(self):
        """The rule as a domain on profiles.

        :raises Exception: whatever is wrong with the text
        """
        return Domain(safe_eval(self.rule_domain, {"uid": self.env.uid}))
