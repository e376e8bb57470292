from odoo import fields, models


class KeyAccountTurn(models.Model):
    """One row for each company: written by who refreshes a few of its customers, shared by who refreshes all of them.

    A row of its own, so that nobody else waits for a refresh, not even who publishes a policy.
    """

    _name = "key.account.turn"
    _description = "Turn of a Refresh"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    number = fields.Integer(required=True, help="How often a few customers were refreshed.")

    _company_unique = models.UniqueIndex("(company_id)")
