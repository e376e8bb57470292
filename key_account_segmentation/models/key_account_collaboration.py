from odoo import fields, models


class KeyAccountCollaboration(models.Model):
    _name = "key.account.collaboration"
    _description = "Collaboration Type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    description = fields.Text(translate=True, help="What the two companies do together, for colleagues who are new.")
