# SPDX-License-Identifier: LGPL-3.0-only
"""Users with exactly the groups of a role."""

from odoo.fields import Command
from odoo.tests import new_test_user

ROLES = {
    "own": "sales_team.group_sale_salesman",
    "all": "sales_team.group_sale_salesman_all_leads",
    "manager": "sales_team.group_sale_manager",
    "invoicing": "account.group_account_invoice",
    "auditor": "account.group_account_readonly",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}

#: Who sets Odoo up and has nothing to do with sales.
ADMINISTRATOR = {"system": "base.group_system"}

#: Roles that see the app.
INSIDERS = ("own", "all", "manager", "invoicing", "auditor")


def create_users(env, company, roles=None):
    """A user of the company for each role, of ``ROLES`` if none are given."""
    return {role: create_user(env, f"key_account_{role}", groups, company) for role, groups in (roles or ROLES).items()}


def create_user(env, login, groups, company, **values):
    """Somebody who works in one company.

    :param groups: external ids, separated by commas
    """
    return new_test_user(env, login, groups, company_id=company.id, company_ids=[Command.set(company.ids)], **values)
