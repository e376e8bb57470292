from odoo import models


class KeyAccountProfileExplanation(models.Model):
    _inherit = "key.account.profile"
