# SPDX-License-Identifier: LGPL-3.0-only
"""Post documents (JSON on standard input) through the ORM, with progress; the customers become companies."""

import json
import sys

from odoo import Command

BATCH = 200

documents = json.load(sys.stdin)
company = env.ref("base.main_company")
env = env(context={"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True})


def prepare_accounting():
    """Give the company a generic chart of accounts, and return the account that revenue goes to."""
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    return company.income_account_id or env["account.account"].search(
        [("company_ids", "=", company.id), ("account_type", "=", "income")], limit=1
    )


def create_partners():
    """One company per reference, in sorted order, by reference."""
    names = sorted({document["partner"] for document in documents})
    partners = env["res.partner"].create([{"name": name, "ref": name, "is_company": True} for name in names])
    return dict(zip(names, partners.ids, strict=True))


def move_values(document, partner_ids, account):
    """One line without tax: a credit note's line is positive, its type gives the sign."""
    line = {
        "name": document["number"] or document["kind"],
        "quantity": 1,
        "price_unit": abs(float(document["amount"])),
        "account_id": account.id,
        "tax_ids": [Command.clear()],
    }
    return {
        "move_type": document["kind"],
        "partner_id": partner_ids[document["partner"]],
        "invoice_date": document["day"],
        "date": document["day"],
        "ref": document["number"],
        "payment_reference": document["number"],
        "invoice_line_ids": [Command.create(line)],
    }


def post_documents():
    """Create and post in batches. Each is committed: after a failure the whole database is thrown away."""
    account, partner_ids = prepare_accounting(), create_partners()
    wanted = [document for document in documents if float(document["amount"])]
    if len(wanted) < len(documents):
        print(f"  {len(documents) - len(wanted)} document(s) of amount 0 skipped", file=sys.stderr)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        moves = env["account.move"].create([move_values(document, partner_ids, account) for document in batch])
        moves.action_post()
        env.cr.commit()
        env.invalidate_all()
        print(f"  {start + len(batch)} of {len(wanted)} documents posted", file=sys.stderr, flush=True)


post_documents()
