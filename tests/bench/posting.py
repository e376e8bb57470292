# SPDX-License-Identifier: LGPL-3.0-only
"""How long it takes to post invoices: the same in a database with our addon and in one without."""

from odoo import Command

from .timing import seconds

LINES = 2
BATCH = 200
drafts = []


def prepare(env, count):
    """Draft so many invoices, with two products and the company's tax, as a person would; they wait in this process."""
    env = environment(env)
    customers = env["res.partner"].search([("name", "=like", "Bench _%"), ("is_company", "=", True)], limit=count)
    products = env["product.product"].search([("name", "=like", "Bench %")], limit=LINES)
    lines = [Command.create({"product_id": product.id, "quantity": 3, "price_unit": 20}) for product in products]
    customer_ids = [customers.ids[number % len(customers)] for number in range(count)]
    for start in range(0, count, BATCH):
        values = [
            {"move_type": "out_invoice", "partner_id": customer, "invoice_line_ids": lines}
            for customer in customer_ids[start : start + BATCH]
        ]
        drafts.extend(env["account.move"].create(values).ids)
        env.cr.commit()
        env.transaction.clear()


def post(env, count, together):
    """Seconds to post the next drafts, in one transaction or in one each."""
    env = environment(env)
    ids = drafts[:count]
    del drafts[:count]
    portions = [ids] if together else [[number] for number in ids]

    def post_all():
        for portion in portions:
            env["account.move"].browse(portion).action_post()
            env.cr.commit()
            env.transaction.clear()

    env.transaction.clear()
    return seconds(post_all)


def environment(env):
    """As the administrator of the company."""
    company = env.ref("base.main_company")
    return env(user=env.ref("base.user_admin").id, su=False, context={"allowed_company_ids": company.ids})
