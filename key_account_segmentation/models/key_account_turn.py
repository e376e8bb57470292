from odoo import fields, models


class KeyAccountTurn(models.Model):
    """One row for each company, written by whoever refreshes its customers: refreshes take turns at it.

    A row of its own, so that nobody else waits for a refresh, not even who publishes a policy.
    """

    _name = "key.account.turn"
    _description = "Turn of a Refresh"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    number = fields.Integer(required=True, help="How many there were.")

    _company_unique = models.UniqueIndex("(company_id)")
