# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.account_types import RULES
from ...tools.follow_up import DAYS_MAX
from ..base.ownership import check_playbook, check_readable, check_stays
from ..base.text_lengths import NAME_MAX, TEXT_MAX, check_lengths


class KeyAccountType(models.Model):
    """A kind of key account: why these customers get more attention than others, and how often.

    Those that come with a module have a code and are every company's; the others belong to the company that made them.
    """

    _name = "key.account.type"
    _description = "Key Account Type"
    _inherit = ["key.account.type.rule"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        default=lambda self: self.env.company,
        help="Whose customers it is for. Empty: came with the module, for all companies.",
    )
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
        check_company=True,
        ondelete="set null",
        help="The activities that are planned when a customer becomes a key account of this type.",
    )
    description = fields.Text(translate=True, help="In plain words: who belongs here, and why they matter.")

    rule_domain = fields.Char(
        string="Rule",
        help="Customers that fit are suggested. It may name figures, what people set, and of the contact the country, "
        "state, industry, tags, and whether it is a company. Without a rule the type is given by hand only.",
    )
    has_rule = fields.Boolean(
        string="Suggest by a rule",
        compute="_compute_has_rule",
        inverse="_inverse_has_rule",
        help="Customers that fit the rule are suggested. Otherwise the type is given by hand only.",
    )
    rule_fault = fields.Char(compute="_compute_rule_fault", help="Why the rule cannot be used.")

    _code_unique = models.UniqueIndex("(code) WHERE code IS NOT NULL", "Each of the built-in types is there once.")
    _contact_days_positive = models.Constraint(
        "CHECK (contact_days >= 0)", "The days between two contacts cannot be negative; 0 is no rhythm."
    )
    _company_known = models.Constraint(
        "CHECK (company_id IS NOT NULL OR code IS NOT NULL)", "A type that came with no module belongs to a company."
    )
    # The name becomes a class of an element.
    _icon_name = models.Constraint(
        "CHECK (icon ~ '^fa-[a-z0-9-]{1,60}$')",
        "An icon is named as Font Awesome 4 does: fa- and small letters, digits or hyphens, such as fa-star.",
    )

    @api.model
    def _built_in_rules(self):
        """When figures suggest the types that have a code, as ``TypeRule``; another module appends its own.

        The sentence of a reason is a method of key.account.type.words.
        """
        return RULES

    @api.depends("rule_domain")
    def _compute_has_rule(self):
        for account_type in self:
            account_type.has_rule = bool(account_type.rule_domain)

    def _inverse_has_rule(self):
        self.filtered(lambda account_type: not account_type.has_rule).rule_domain = False

    @api.depends("rule_domain")
    @api.depends_context("lang", "uid")
    def _compute_rule_fault(self):
        for account_type in self:
            account_type.rule_fault = account_type._rule_fault()

    @api.constrains("name", "description")
    def _check_lengths(self):
        check_lengths(self, {"name": NAME_MAX, "description": TEXT_MAX})

    @api.constrains("contact_days")
    def _check_contact_days(self):
        for account_type in self:
            if fault := account_type._contact_fault():
                raise ValidationError(fault)

    def _contact_fault(self):
        """Why nobody can be contacted in the rhythm of this type; nothing if they can."""
        if self.contact_days <= DAYS_MAX:
            return ""
        return self.env._(
            "“%(type)s” asks for a contact every %(days)s days. %(most)s, ten years, are the most; 0 is no rhythm.",
            type=self.name,
            days=self.contact_days,
            most=DAYS_MAX,
        )

    @api.constrains("plan_id")
    def _check_plan(self):
        check_playbook(self)

    @api.model_create_multi
    def create(self, vals_list):
        check_readable(self, vals_list, "plan_id")
        types = super().create([{"company_id": False} | vals if vals.get("code") else vals for vals in vals_list])
        types._check_no_module_is_needed()
        types._check_rule()
        return types

    def write(self, vals):
        check_stays(self, vals)
        check_readable(self, [vals], "plan_id")
        result = super().write(vals)
        if "code" in vals:
            self._check_no_module_is_needed()
        if "rule_domain" in vals:
            self._check_rule()
        return result

    def _check_no_module_is_needed(self):
        """:raises AccessError: somebody makes a type that only a module can bring"""
        if not self.env.su and any(it.code or not it.company_id for it in self):
            raise AccessError(
                self.env._("A type with a code, for all companies, comes with a module. Leave out the code.")
            )

    def _check_access(self, operation):
        """A type of all companies may be changed only by users who may open all of them."""
        refused = super()._check_access(operation)
        if refused or self.env.su or operation == "read":
            return refused
        # sudo: to whom a type belongs is looked up to say who may change it
        shared = self.filtered(lambda it: it.id and not it.sudo().company_id)
        if shared and not self._sees_all_companies():
            return shared, lambda: AccessError(
                self.env._(
                    "“%(type)s” is used by all companies. Only who may open all companies may change it; "
                    "make a type of your own instead.",
                    type=shared[0].name,
                )
            )
        return None

    def _sees_all_companies(self):
        # sudo: only whether there are others is looked up
        companies = self.env["res.company"].sudo().search([])
        return companies <= self.env.user.company_ids

    @api.ondelete(at_uninstall=False)
    def _unlink_except_built_in(self):
        if self.filtered("code"):
            raise UserError(self.env._("The types that came with the module can be archived, not deleted."))

    def _of(self, company):
        """The types a company has: its own and those of all companies."""
        return self.search([("company_id", "in", [company.id, False])])
