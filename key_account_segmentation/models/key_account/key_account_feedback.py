# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..base.text_lengths import LINE_MAX, TEXT_MAX, check_lengths
from ..base.words import day_text

#: What decides whose feedback it is, and of which year.
FACT_FIELDS = {"company_id", "date", "partner_id"}


class KeyAccountFeedback(models.Model):
    """The feedback of a customer, and its outcome. Frequent feedback makes a tester."""

    _name = "key.account.feedback"
    _description = "Customer Feedback"
    _inherit = ["key.account.document.link"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Feedback", required=True, help="What they said, in one line.")
    effect = fields.Text(string="What Came of It", help="What you changed, saved or learned because of it.")
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env.company._key_account_today(),
        help="When they said it; today, where the company is, or before.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        help="Who said it. It counts for their company.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        "res.users",
        string="Noted by",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        ondelete="set null",
    )

    @api.constrains("name", "effect")
    def _check_lengths(self):
        check_lengths(self, {"name": LINE_MAX, "effect": TEXT_MAX})

    @api.constrains("date")
    def _check_date(self):
        for company, feedback in self.grouped("company_id").items():
            today = company._key_account_today()
            if any(it.date > today for it in feedback):
                raise ValidationError(
                    self.env._(
                        "Feedback cannot be of a day to come: choose today (%(day)s, where %(company)s is) or the day it "
                        "was given.",
                        day=day_text(self.env, today),
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        feedback = super().create(vals_list)
        feedback._note()
        return feedback

    def write(self, vals):
        if FACT_FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._mark()
        result = super().write(vals)
        self._note()
        return result

    def unlink(self):
        self._mark()
        return super().unlink()

    def _note(self):
        """Mark the customers for a refresh; one without purchases gets a profile."""
        self._mark()
        for company, feedback in self.grouped("company_id").items():
            # sudo: that a contact belongs to a customer is no secret to who may write about them
            self.env["key.account.refresh"]._ensure_profiles(company, feedback.sudo().commercial_partner_id)

    def _mark(self):
        # sudo: as above, the customer may be one whom the user may not open
        self.env["key.account.stale"]._mark({(it.company_id.id, it.commercial_partner_id.id) for it in self.sudo()})

    @api.model
    def _count_by_customer(self, customers):
        """Number of feedbacks the user may see, by the customer's id."""
        groups = self._read_group(
            [("commercial_partner_id", "in", customers.ids)], ["commercial_partner_id"], ["__count"]
        )
        return {customer.id: count for customer, count in groups}

    @api.model
    def _customer_action(self, contact):
        """Open the feedback of all contacts of the company; a new one is this contact's."""
        # sudo: an opportunity may name a contact its reader may not open
        customer = contact.sudo().commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Feedback of %(customer)s", customer=customer.display_name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("commercial_partner_id", "=", customer.id)],
            "context": {"default_partner_id": contact.id},
            "help": self.env["ir.actions.act_window"]._for_xml_id(
                "key_account_segmentation.key_account_feedback_action"
            )["help"],
        }
