from odoo import fields, models


class KeyAccountAssign(models.TransientModel):
    _name = "key.account.assign"
    _description = "Assign Account Manager"

    profile_ids = fields.Many2many(
        "key.account.profile",
        string="Customers",
        default=lambda self: self.env.context.get("active_ids"),
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Account Manager",
        domain=[("share", "=", False)],
        help="Leave it empty to go back to the salesperson of each contact.",
    )

    def action_assign(self):
        """Give all selected customers the account manager, or back to their salespersons."""
        for profile in self.profile_ids:
            profile.account_manager_id = self.user_id or profile.partner_id.user_id
        return {"type": "ir.actions.act_window_close"}
