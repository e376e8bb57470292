# SPDX-License-Identifier: LGPL-3.0-only
"""The groups of Odoo that the module asks about."""

SELLERS = "sales_team.group_sale_salesman"
SELLERS_OF_ALL = "sales_team.group_sale_salesman_all_leads"

#: Who sees all customers of a company, and so what they sum up to.
SEEING_ALL = (SELLERS_OF_ALL, "account.group_account_invoice", "account.group_account_readonly")

#: Who sees share and rank: those, and by a setting everybody with a right on Sales.
SEEING_SHARES = "key_account_segmentation.group_share_and_rank"
