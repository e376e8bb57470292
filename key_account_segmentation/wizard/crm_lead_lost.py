# SPDX-License-Identifier: LGPL-3.0-only
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..models.base.text_lengths import TEXT_MAX, check_lengths


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"

    key_account_names = fields.Char(
        string="Key Accounts",
        compute="_compute_key_account_names",
        help="The customers of the lost opportunities who are key accounts.",
    )
    key_account_meaning = fields.Text(
        string="What it means for the account",
        help="Will be noted on the opportunity, and on the contact where no other company reads it.",
    )

    @api.constrains("key_account_meaning")
    def _check_key_account_lengths(self):
        check_lengths(self, {"key_account_meaning": TEXT_MAX})

    @api.depends("lead_ids")
    def _compute_key_account_names(self):
        for lost in self:
            names = lost.lead_ids.filtered("key_account_type_id").key_account_profile_id.mapped("display_name")
            lost.key_account_names = ", ".join(names)

    def action_lost_reason_apply(self):
        result = super().action_lost_reason_apply()
        if (self.key_account_meaning or "").strip():
            for lead in self.lead_ids.filtered("key_account_type_id"):
                self._note_meaning(lead)
        return result

    def _note_meaning(self, lead):
        """Note the consequences as the user: on the opportunity, and on a contact that no other company reads."""
        author = self.env.user.partner_id.id
        meaning = Markup("<p>%s</p>%s") % (
            self.env._("What it means for the account:"),
            plaintext2html(self.key_account_meaning),
        )
        # sudo: users who may lose an opportunity may note the consequences, even on a contact they may not change
        customer = lead.key_account_profile_id.partner_id.sudo()
        if customer._key_account_is_only_of(lead.key_account_profile_id.company_id):
            customer._message_log(body=Markup("<p>%s</p>%s") % (self._lost_sentence(lead), meaning), author_id=author)
        lead._message_log(body=meaning, author_id=author)

    def _lost_sentence(self, lead):
        link = lead._get_html_link(title=lead.name)
        if not self.lost_reason_id:
            return self.env._("Opportunity lost: %s.", link)
        return self.env._(
            "Opportunity lost: %(opportunity)s (%(reason)s).", opportunity=link, reason=self.lost_reason_id.name
        )
