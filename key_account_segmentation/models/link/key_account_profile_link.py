# SPDX-License-Identifier: LGPL-3.0-only
"""The link from contacts, opportunities and invoices to their customer's profile, without a stored column on them.

``key_account_profile_id`` is a Many2one without a column: the profile of the record's customer in a company, if the user
may see it. Every other field is related to it, so that it can be searched, sorted, grouped and, where a sum means
something, summed. Reading, searching and SQL all start from the same search as the real user: related fields are read in
sudo, and without that a salesperson would read every customer's revenue in a list of contacts.

In SQL the link is one LEFT JOIN for all fields of a query. The joined table is the search itself, so no row of a profile
that the user may not see comes in:

    SELECT profile.category, SUM(report.price_subtotal)
      FROM account_invoice_report AS report
      LEFT JOIN res_partner AS customer ON customer.id = report.commercial_partner_id
      LEFT JOIN (SELECT ... FROM key_account_profile WHERE <record rules>) AS profile
        ON profile.partner_id = customer.commercial_partner_id AND profile.company_id = report.company_id
     GROUP BY profile.category
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.groups import SEEING_SHARES
from .fields_linked import (
    LinkedChar,
    LinkedDate,
    LinkedFloat,
    LinkedInteger,
    LinkedMany2one,
    LinkedMonetary,
    LinkedSelection,
    LinkedText,
)

LINK = "key_account_profile_id"

#: What lists and cards show of a profile, read together; a profile has five times as many columns.
SHOWN = (
    "company_id",
    "category",
    "main_type_id",
    "account_manager_id",
    "quadrant_id",
    "recurrence",
    "lifecycle",
    "abc",
    "share",
    "revenue_12m",
    "growth",
    "expected_next_date",
    "lost_probability",
)


class ProfileLink(fields.Many2one):
    """A Many2one without a column, joined by customer and company to the profiles the real user may see."""

    def join(self, model, alias, query):
        """Join the visible profiles; returns their model and alias. A second join of the same is no other one."""
        profile = query.make_alias(alias, self.name)
        visible = model._key_account_visible_profiles()
        every_column = SQL("%s.*", SQL.identifier(visible.table))
        is_of = model._key_account_is_of_sql(alias, profile, query)
        query.add_join("LEFT JOIN", profile, visible.subselect(every_column), is_of)
        return model.env[self.comodel_name], profile

    def _description_sortable(self, env):
        # as the fields behind it: the join is always there, and Odoo would build it to find that out
        return True

    def _description_groupable(self, env):
        return True


class KeyAccountProfileLink(models.AbstractModel):
    _name = "key.account.profile.link"
    _description = "Link to the Key Account Profile"

    key_account_profile_id = ProfileLink(
        "key.account.profile",
        compute="_compute_key_account_profile_id",
        search="_search_key_account_profile_id",
        help="What the posted invoices say of this customer, in the company you work in.",
    )
    key_account_company_id = LinkedMany2one(related="key_account_profile_id.company_id", string="Key Account Company")
    key_account_category = LinkedSelection(related="key_account_profile_id.category", string="Customer Category")
    key_account_quadrant_id = LinkedMany2one(related="key_account_profile_id.quadrant_id", string="Quadrant")
    key_account_quadrant_color = LinkedInteger(
        related="key_account_profile_id.quadrant_id.color",
        string="Color of the Quadrant",
        aggregator=None,
        help="As the matrix shows it.",
    )
    key_account_type_id = LinkedMany2one(
        related="key_account_profile_id.main_type_id", string="Key Account Type", falsy_value_label="No key account"
    )
    key_account_type_icon = LinkedChar(
        related="key_account_profile_id.main_type_id.icon", string="Icon of the Key Account Type"
    )
    key_account_type_color = LinkedInteger(
        related="key_account_profile_id.main_type_id.color", string="Color of the Key Account Type", aggregator=None
    )
    key_account_manager_id = LinkedMany2one(
        related="key_account_profile_id.account_manager_id", string="Account Manager"
    )
    key_account_recurrence = LinkedSelection(related="key_account_profile_id.recurrence", string="Recurrence")
    key_account_lifecycle = LinkedSelection(related="key_account_profile_id.lifecycle", string="Customer Lifecycle")
    key_account_abc = LinkedSelection(related="key_account_profile_id.abc", string="ABC")
    key_account_share = LinkedFloat(
        related="key_account_profile_id.share", string="Share of Revenue", aggregator=None, groups=SEEING_SHARES
    )
    key_account_currency_id = LinkedMany2one(
        related="key_account_profile_id.company_id.currency_id", string="Key Account Currency"
    )
    # The customer's revenue stands on each of their records: added up it would count as often.
    key_account_revenue_12m = LinkedMonetary(
        related="key_account_profile_id.revenue_12m",
        string="Customer Revenue (12 Months)",
        currency_field="key_account_currency_id",
        aggregator=None,
    )
    key_account_expected_next_date = LinkedDate(
        related="key_account_profile_id.expected_next_date", string="Expected Next Invoice"
    )
    key_account_growth = LinkedFloat(related="key_account_profile_id.growth", string="Customer Growth", aggregator=None)
    key_account_why = LinkedChar(related="key_account_profile_id.why", string="Why")
    key_account_months_chart = LinkedText(related="key_account_profile_id.months_chart", string="Revenue by Month")
    key_account_lost_probability = LinkedFloat(
        related="key_account_profile_id.lost_probability", string="Lost Probability", aggregator="avg"
    )

    def _key_account_customers(self):
        """record -> (company id, commercial partner id), for the records that have a customer."""
        return {}

    def _key_account_is_of_sql(self, alias, profile, query):
        """SQL condition: the row of ``profile`` (an alias) is that of the record's customer and company.

        :param query: takes the joins that lead from the record to its customer
        """
        return SQL("FALSE")

    def _key_account_join_contact(self, alias, field_name, query):
        """Join the contact that a field names; its alias."""
        contact = query.make_alias(alias, f"key_account_{field_name}")
        query.add_join(
            "LEFT JOIN",
            contact,
            "res_partner",
            SQL("%s = %s", SQL.identifier(contact, "id"), self._field_to_sql(alias, field_name, query)),
        )
        return contact

    def _key_account_visible_profiles(self, domain=Domain.TRUE):
        """Query of the profiles that the real user may see."""
        profiles = self.env["key.account.profile"].sudo(False)
        visible = self._key_account_visible_domain(domain)
        return profiles._search(visible, bypass_access=visible.is_false())

    def _key_account_visible_domain(self, domain):
        """The profiles of the companies in question, none for users who may not read profiles at all."""
        # related fields are read in sudo: the rights of the real user decide
        if not self.env["key.account.profile"].sudo(False).has_access("read"):
            return Domain.FALSE
        return Domain(domain) & Domain("company_id", "in", self._key_account_companies().ids)

    def _key_account_companies(self):
        """The companies whose figures may appear: here the one the user works in."""
        return self.env.company

    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_key_account_profile_id(self):
        customers = self._key_account_customers()
        partner_ids = {partner for _company, partner in customers.values()}
        visible = self._key_account_visible_domain([("partner_id", "in", partner_ids)])
        profiles = self.env["key.account.profile"].sudo(False)
        if not visible.is_false():
            shown = [name for name in SHOWN if profiles._has_field_access(profiles._fields[name], "read")]
            profiles = profiles.search_fetch(visible, [*shown, "partner_id"], order="id")
        profiles = {(profile.company_id.id, profile.partner_id.id): profile.id for profile in profiles}
        for record in self:
            record.key_account_profile_id = profiles.get(customers.get(record))

    @api.model
    def _search_key_account_profile_id(self, operator, value):
        if operator in ("any", "any!"):
            return self._key_account_profile_domain(value)
        if operator == "in":
            found = self._key_account_profile_domain([("id", "in", [number for number in value if number])])
            return found if all(value) else found | ~self._key_account_profile_domain(Domain.TRUE)
        if operator in ("child_of", "parent_of"):
            return self._key_account_profile_domain(self._named_or_numbered(value))
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return self._key_account_profile_domain([("display_name", operator, value)])

    def _named_or_numbered(self, value):
        """Profiles by name or number; there are none above or below them."""
        values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        names = [name for name in values if isinstance(name, str)]
        numbers = [number for number in values if isinstance(number, int) and number]
        return Domain.OR([Domain("id", "in", numbers), *(Domain("display_name", "ilike", name) for name in names)])

    def _key_account_profile_domain(self, domain):
        """Domain: the record's customer has a visible profile that fits ``domain`` (or is in a query of profiles)."""
        if not isinstance(domain, (list, tuple, Domain)):
            domain = [("id", "in", domain)]

        def exists_sql(model, alias, query):
            visible = model._key_account_visible_profiles(domain).subselect(
                *[SQL.identifier("key_account_profile", name) for name in ("company_id", "partner_id")]
            )
            return SQL(
                "EXISTS (SELECT FROM %(visible)s AS visible WHERE %(is_of)s)",
                visible=visible,
                is_of=model._key_account_is_of_sql(alias, "visible", query),
            )

        return Domain.custom(to_sql=exists_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != LINK:
            # Odoo asks for the groups of fields with a column only: others could be sorted and grouped by.
            if (field := self._fields.get(field_expr)) and field.related and field.groups:
                self._check_field_access(field, "read")
            return super()._field_to_sql(alias, field_expr, query)
        _profiles, profile = self._fields[LINK].join(self, alias, query)
        return SQL.identifier(profile, "id")

    def action_open_key_account(self):
        """The profile of the record's customer."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "key.account.profile",
            "res_id": self.key_account_profile_id.id,
            "views": [(False, "form")],
        }

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # Customers without a value come last, whichever way the list is sorted.
        if field_name.startswith("key_account_"):
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
