# SPDX-License-Identifier: LGPL-3.0-only
"""The account manager of a customer, and the users who may name one.

The account manager is whoever was assigned, else the salesperson of the contact. A contact may be written by many who see
only their own customers; if the account manager simply followed, they could let themselves in. So the salesperson counts
once it is *confirmed* (``salesperson_id``):

    who changes the salesperson                     the account manager follows
    with All Documents, and Odoo itself             at once
    the customer's account manager                  at once: who looks after a customer may give it away
    who has Own Documents Only                      not before somebody with All Documents confirms it (``claimed_by_id``)
    who has no right on Sales                       with the next refresh of all customers

Every change of the account manager goes through ``write``, which logs it.
"""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from ..base.groups import SELLERS, SELLERS_OF_ALL
from ..override.changes import Change

#: What people name, and all that the account manager follows from.
DECIDED_BY_HAND = {"account_manager_id", "assigned_manager_id"}
DECIDING = DECIDED_BY_HAND | {"salesperson_id"}


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

    account_manager_id = fields.Many2one(
        compute="_compute_account_manager_id",
        inverse="_inverse_account_manager_id",
        store=True,
        readonly=False,
        domain=[("share", "=", False)],
    )
    assigned_manager_id = fields.Many2one(
        "res.users", ondelete="set null", help="An account manager who is not the salesperson.", entered=True
    )
    salesperson_id = fields.Many2one(
        "res.users",
        string="Confirmed Salesperson",
        readonly=True,
        ondelete="set null",
        help="The salesperson of the contact, as far as somebody who may decide that has confirmed it.",
    )
    claimed_by_id = fields.Many2one(
        "res.users",
        string="Change Asked for by",
        readonly=True,
        ondelete="set null",
        groups=SELLERS_OF_ALL,
        help="Who sees only their own customers and has changed the salesperson of this one: it counts once confirmed.",
    )
    claim = fields.Char(
        string="Asked for", compute="_compute_claim", groups=SELLERS_OF_ALL, help="The change that waits for you."
    )

    # What was said of a customer and what is to be done goes along when it is moved or merged: record rules ask for this.
    waits_for_night = fields.Boolean(
        readonly=True,
        help="Documents were moved to or from this customer by somebody who sees only some of the customers.",
    )

    @api.depends("assigned_manager_id", "salesperson_id")
    def _compute_account_manager_id(self):
        for profile in self:
            profile.account_manager_id = profile.assigned_manager_id or profile.salesperson_id

    def _inverse_account_manager_id(self):
        for profile in self:
            # sudo: this is how the field people edit is kept
            profile.sudo()._keep_manager(profile.account_manager_id)
        # who takes somebody away without naming another gets the salesperson back
        emptied = self.filtered(lambda profile: not profile.account_manager_id)
        self.env.add_to_compute(self._fields["account_manager_id"], emptied)

    @api.depends("claimed_by_id", "partner_id.user_id", "account_manager_id")
    def _compute_claim(self):
        for profile in self:
            # sudo: the salesperson of the contact is no secret
            salesperson, author = profile.sudo().partner_id.user_id, profile.claimed_by_id
            names = {"author": author.name, "salesperson": salesperson.name}
            if not author:
                profile.claim = False
            elif salesperson == author:
                profile.claim = self.env._("%(author)s asks to look after this customer.", **names)
            elif salesperson:
                profile.claim = self.env._("%(author)s asks that %(salesperson)s look after this customer.", **names)
            else:
                profile.claim = self.env._("%(author)s asks that nobody look after this customer.", **names)

    @api.constrains("assigned_manager_id")
    def _check_assigned_manager(self):
        for company, profiles in self.grouped("company_id").items():
            profiles.assigned_manager_id._check_may_look_after(company)

    @api.model_create_multi
    def create(self, vals_list):
        """A new customer is looked after by the salesperson of the contact."""
        # sudo: the salesperson of a contact is no secret
        contacts = self.env["res.partner"].sudo()
        for vals in vals_list:
            salesperson = contacts.browse(vals.get("partner_id")).user_id
            if salesperson and salesperson.has_group(SELLERS):
                vals.setdefault("salesperson_id", salesperson.id)
        return super().create(vals_list)

    def write(self, vals):
        if DECIDING.isdisjoint(vals):
            return super().write(vals)
        # sudo: who gives a customer away does not see it any more
        profiles = self.sudo()
        before = {profile: profile.account_manager_id for profile in profiles}
        result = super().write(vals)
        profiles._log_managers(before, "contact" if vals.keys().isdisjoint(DECIDED_BY_HAND) else "hand")
        return result

    def _log_managers(self, before, cause):
        """Log each change of the account manager, and each one who took a customer and is confirmed now.

        :param before: profile -> account manager of before
        """
        author = self.env.user if self.env.uid != SUPERUSER_ID else self.env["res.users"]
        confirms = cause == "hand" and author and author.has_group("sales_team.group_sale_manager")
        changed = self.filtered(
            lambda profile: (
                profile.account_manager_id != before[profile]
                or (confirms and profile._taken_from(profile.account_manager_id))
            )
        )
        self.env.flush_all()
        why = {"cause": cause, "user_id": author.id or None}
        for company, profiles in changed.grouped("company_id").items():
            changes = [
                Change(it.id, "manager", _number(before[it]), _number(it.account_manager_id), **why) for it in profiles
            ]
            self.env["key.account.refresh"]._log_changes(company, company._key_account_today(), changes)
        changed.invalidate_recordset(["transition_ids"])

    def _taken_from(self, user):
        """The colleague from whom ``user`` took this customer: who looked after it before the user's own changes.

        Nobody if somebody else has decided since, or if the colleague has left.
        """
        before = self.env["res.users"]
        # sudo: what happened decides, whoever may see it
        changes = (
            self.sudo().transition_ids.filtered(lambda change: change.what == "manager").sorted("id", reverse=True)
        )
        for change in changes:
            if not user or change.user_id != user:
                break
            before = before.browse(int(change.old_value or 0))
        # sudo: that a colleague has left is no secret here
        return before.sudo().exists().filtered(lambda it: it.active and it != user)

    def _keep_manager(self, manager):
        """Keep who was named as account manager; the contact's salesperson is no assignment, and confirmed by it."""
        if manager == self.partner_id.user_id:
            manager._check_may_look_after(self.company_id)
            self.write({"assigned_manager_id": False, "salesperson_id": manager.id, "claimed_by_id": False})
        elif manager:
            self.write({"assigned_manager_id": manager.id, "claimed_by_id": False})
        else:
            self.assigned_manager_id = False

    def _back_to_salesperson(self):
        """Give these customers to the salespersons of their contacts."""
        self.check_access("write")
        # sudo: as for the field people edit
        profiles = self.sudo()
        profiles.assigned_manager_id = False
        profiles._confirm_salesperson()

    @api.model
    def _follow_salespersons(self, partners):
        """Somebody has changed the salesperson of these contacts: the account managers follow as far as that counts."""
        user = self.env.user
        # sudo: the customer may be one whom the user does not see, in a company where they do not work
        profiles = self.sudo().search([("partner_id", "in", partners.ids)])
        changed = profiles.filtered(lambda profile: profile.partner_id.user_id != profile.salesperson_id)
        (profiles - changed).filtered("claimed_by_id").claimed_by_id = False
        decided = changed
        if not user._key_account_decides():
            decided = changed.filtered(lambda profile: profile.account_manager_id == user)
        decided._confirm_salesperson()
        waiting = changed - decided
        if user.has_group(SELLERS):
            waiting.claimed_by_id = user
        else:
            waiting.filtered("claimed_by_id").claimed_by_id = False

    def _confirm_salesperson(self):
        """Take over the salesperson of each contact."""
        for salesperson, profiles in self.grouped(lambda profile: profile._salesperson_of_contact()).items():
            profiles = profiles.filtered(
                lambda profile, it=salesperson: profile.salesperson_id != it or profile.claimed_by_id
            )
            profiles.write({"salesperson_id": salesperson.id, "claimed_by_id": False})

    def _salesperson_of_contact(self):
        """The salesperson of the contact; nobody if they have no right on Sales, unless they have been it before."""
        salesperson = self.partner_id.user_id
        counts = salesperson and (salesperson == self.salesperson_id or salesperson.has_group(SELLERS))
        return salesperson if counts else salesperson.browse()

    def action_confirm_claim(self):
        """Let the salesperson who was asked for look after these customers."""
        self._check_may_decide()
        for profile in self:
            # sudo: the salesperson of the contact is no secret
            profile.account_manager_id = profile.sudo().partner_id.user_id

    def action_refuse_claim(self):
        """Leave these customers with who looks after them: the contact gets the salesperson of before back."""
        self._check_may_decide()
        for profile in self:
            profile.partner_id.user_id = profile.salesperson_id

    def _check_may_decide(self):
        self.check_access("write")
        if not self.env.user._key_account_decides():
            raise AccessError(
                self.env._("Who looks after a customer is for somebody with the right “All Documents” to say.")
            )


def _number(record):
    """As a transition keeps it."""
    return str(record.id) if record else None
