# SPDX-License-Identifier: LGPL-3.0-only
"""Three years of a company's trade, by SQL: a few documents made by Odoo, and many rows that are as theirs.

    res_partner           companies, and a contact below some of them
    account_move          posted; few customers buy often, most seldom; 2% are credit notes
    account_move_line     1 to 3 lines of products and the receivable, which balance
    crm_lead              open opportunities

Due after 30 days, most invoices are paid between 10 and 70 days after their date (payments.py); credit notes stay open.

The first customer invoice and the first credit note are the models: each document is a copy of one of them in every
column that ``VALUES`` below does not name, and so is each of its lines.
"""

from odoo import Command
from odoo.tools import SQL

from .payments import insert_payments, make_payment_model
from .rows import bulk_load, insert_like, number_moves

DAYS = 3 * 365
REFUND_SHARE = 0.02
CONTACT_SHARE = 0.3
DUE_DAYS = 30
PAID_SHARE = 0.96
#: Days from invoice to payment, first and last.
PAID_DAYS = (10, 70)
PRODUCTS = 50
#: Documents that Odoo makes: an invoice, a credit note, and an invoice that is paid.
MODELS = 3

LEAD_VALUES = {
    "name": SQL("'Bench ' || lead"),
    "partner_id": SQL("customer.partner_id"),
    "stage_id": SQL("stage.id"),
    "expected_revenue": SQL("lead"),
}
MOVE_VALUES = {
    "id": SQL("document.id"),
    "partner_id": SQL("document.partner_id"),
    "partner_shipping_id": SQL("document.partner_id"),
    "commercial_partner_id": SQL("document.commercial_partner_id"),
    "invoice_partner_display_name": SQL("partner.complete_name"),
    "name": SQL("document.name"),
    "payment_reference": SQL("CASE WHEN NOT is_refund THEN document.name END"),
    "sequence_prefix": SQL("document.sequence_prefix"),
    "sequence_number": SQL("document.sequence_number"),
    "date": SQL("document.day"),
    "invoice_date": SQL("document.day"),
    "invoice_date_due": SQL("document.day + %s", DUE_DAYS),
    "payment_state": SQL("CASE WHEN paid_on IS NULL THEN 'not_paid' ELSE 'paid' END"),
    "amount_untaxed": SQL("amount"),
    "amount_total": SQL("amount"),
    "amount_residual": SQL("CASE WHEN paid_on IS NULL THEN amount ELSE 0 END"),
    "amount_untaxed_signed": SQL("direction * amount"),
    "amount_untaxed_in_currency_signed": SQL("direction * amount"),
    "amount_total_signed": SQL("direction * amount"),
    "amount_total_in_currency_signed": SQL("direction * amount"),
    "amount_residual_signed": SQL("CASE WHEN paid_on IS NULL THEN direction * amount ELSE 0 END"),
}
LINE_VALUES = {
    "id": SQL("CASE WHEN line.product_id IS NULL THEN receivable_id ELSE NEXTVAL('account_move_line_id_seq') END"),
    "move_id": SQL("document.id"),
    "move_name": SQL("document.name"),
    "partner_id": SQL("document.commercial_partner_id"),
    "date": SQL("document.day"),
    "invoice_date": SQL("document.day"),
    "date_maturity": SQL("CASE WHEN line.product_id IS NULL THEN document.day + %s END", DUE_DAYS),
    "name": SQL("COALESCE(line.name, document.name)"),
    "product_id": SQL("line.product_id"),
    "quantity": SQL("line.quantity"),
    "price_unit": SQL("line.price_unit"),
    "price_subtotal": SQL("line.price_subtotal"),
    "price_total": SQL("line.price_subtotal"),
    "balance": SQL("line.balance"),
    "amount_currency": SQL("line.balance"),
    "debit": SQL("GREATEST(line.balance, 0)"),
    "credit": SQL("GREATEST(-line.balance, 0)"),
    "amount_residual": SQL("CASE WHEN line.product_id IS NULL AND paid_on IS NULL THEN line.balance ELSE 0 END"),
    "amount_residual_currency": SQL(
        "CASE WHEN line.product_id IS NULL AND paid_on IS NULL THEN line.balance ELSE 0 END"
    ),
    "reconciled": SQL("line.product_id IS NULL AND paid_on IS NOT NULL"),
    "matching_number": SQL("CASE WHEN line.product_id IS NULL THEN 'P' || partial_id END"),
}


def seed(env, customers, invoices, leads):
    """Fill a database that has no documents yet: so many of each, the models among them."""
    company = env.ref("base.main_company")
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    make_models(env)
    env.flush_all()
    env.cr.execute(SQL("SELECT SETSEED(0.5)"))
    insert_customers(env, customers - 1)
    with bulk_load(env, "account_move", "account_move_line", "account_partial_reconcile"):
        insert_documents(env, trade_sql(customers - 1, invoices - MODELS))
    insert_leads(env, leads - 1)
    env.cr.commit()


def trade_sql(customers, invoices):
    """Who buys when, and pays; of a customer with a contact, each bought half."""
    return SQL(
        """
        SELECT COALESCE(CASE WHEN RANDOM() < 0.5 THEN contact_id END, partner_id) AS partner_id,
               partner_id AS commercial_partner_id,
               day,
               is_refund,
               CASE WHEN will_pay AND NOT is_refund AND day + wait <= CURRENT_DATE THEN day + wait END AS paid_on
          FROM (
                SELECT 1 + FLOOR(POWER(RANDOM(), 2) * %(customers)s)::int AS number,
                       CURRENT_DATE - FLOOR(RANDOM() * %(days)s)::int AS day,
                       RANDOM() < %(refunds)s AS is_refund,
                       RANDOM() < %(paid)s AS will_pay,
                       %(first)s + FLOOR(RANDOM() * (%(last)s - %(first)s + 1))::int AS wait
                  FROM GENERATE_SERIES(1, %(invoices)s)
               ) AS document
          JOIN bench_customer USING (number)
        """,
        customers=customers,
        days=DAYS,
        refunds=REFUND_SHARE,
        paid=PAID_SHARE,
        first=PAID_DAYS[0],
        last=PAID_DAYS[1],
        invoices=invoices,
    )


def count(env):
    """How many of each there are, of documents those of customers."""
    env.cr.execute(
        SQL(
            """
            SELECT (SELECT COUNT(*) FROM res_partner WHERE is_company AND name ~ '^Bench') AS customers,
                   (SELECT COUNT(*) FROM account_move WHERE %(documents)s) AS invoices,
                   (SELECT COUNT(*) FROM account_move_line
                     WHERE move_id IN (SELECT id FROM account_move WHERE %(documents)s)) AS lines,
                   (SELECT COUNT(*) FROM crm_lead) AS leads
            """,
            documents=SQL("state = 'posted' AND move_type IN ('out_invoice', 'out_refund')"),
        )
    )
    return env.cr.dictfetchone()


def make_models(env):
    """The records the others are copies of, made by Odoo."""
    customer = env["res.partner"].create({"name": "Bench", "is_company": True})
    env["res.partner"].create({"name": "Contact", "parent_id": customer.id})
    products = env["product.product"].create([{"name": f"Bench {number}"} for number in range(1, PRODUCTS + 1)])
    line = {"product_id": products[0].id, "price_unit": 10, "tax_ids": [Command.clear()]}
    values = {"partner_id": customer.id, "invoice_line_ids": [Command.create(line)]}
    types = ("out_invoice", "out_refund", "out_invoice")
    *_open, paid = documents = env["account.move"].create([values | {"move_type": move_type} for move_type in types])
    documents.action_post()
    make_payment_model(paid)
    env["crm.lead"].create({"name": "Bench", "type": "opportunity", "partner_id": customer.id, "user_id": env.uid})


def insert_customers(env, number):
    """Companies, some with a contact; ``bench_customer`` knows their numbers until the end of the transaction."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_customer ON COMMIT DROP AS
            SELECT number,
                   NEXTVAL('res_partner_id_seq')::int AS partner_id,
                   CASE WHEN RANDOM() < %s THEN NEXTVAL('res_partner_id_seq')::int END AS contact_id
              FROM GENERATE_SERIES(1, %s) AS number
            """,
            CONTACT_SHARE,
            number,
        )
    )
    customer = env["res.partner"].search([("name", "=", "Bench")])
    name = SQL("'Bench ' || number")
    values = {"name": name, "complete_name": name, "commercial_company_name": name}
    values |= {"id": SQL("partner_id"), "commercial_partner_id": SQL("partner_id")}
    insert_like(
        env, "res_partner", values, SQL("FROM bench_customer, res_partner AS model WHERE model.id = %s", customer.id)
    )
    contact_values = {
        "id": SQL("contact_id"),
        "parent_id": SQL("partner_id"),
        "commercial_partner_id": SQL("partner_id"),
        "complete_name": SQL("%s || ', Contact'", name),
        "commercial_company_name": name,
    }
    source = SQL(
        "FROM bench_customer, res_partner AS model WHERE contact_id IS NOT NULL AND model.id = %s",
        customer.child_ids.id,
    )
    insert_like(env, "res_partner", contact_values, source)
    env.cr.execute(SQL("ANALYZE bench_customer"))


def insert_documents(env, trade):
    """Insert posted documents with their lines.

    :param trade: SQL of rows partner_id, commercial_partner_id, day, is_refund, paid_on (empty: open)
    """
    make_document_table(env, trade)
    make_line_table(env)
    insert_like(
        env,
        "account_move",
        MOVE_VALUES,
        SQL(
            """
              FROM bench_document AS document
              JOIN account_move AS model ON model.id = document.model_id
              JOIN res_partner AS partner ON partner.id = document.partner_id
              JOIN (SELECT document_id, SUM(price_subtotal) AS amount FROM bench_line GROUP BY 1) AS total
                ON total.document_id = document.id
             ORDER BY document.id
            """
        ),
    )
    insert_like(
        env,
        "account_move_line",
        LINE_VALUES,
        SQL(
            """
              FROM (
                    SELECT document_id, 'product' AS display_type, product_id, name, quantity, price_unit,
                           price_subtotal, -direction * price_subtotal AS balance
                      FROM bench_line
                     UNION ALL
                    SELECT document_id, 'payment_term', NULL, NULL, 0, 0, 0, SUM(direction * price_subtotal)
                      FROM bench_line
                     GROUP BY document_id
                   ) AS line
              JOIN bench_document AS document ON document.id = line.document_id
              JOIN account_move_line AS model
                ON model.move_id = document.model_id
               AND model.display_type = line.display_type
             ORDER BY document.id, line.product_id NULLS LAST
            """
        ),
    )
    require_balance(env)
    insert_payments(env)
    env.cr.execute(SQL("DROP TABLE bench_document, bench_line"))


def make_document_table(env, trade):
    """``bench_document``: the documents in order of date, with their numbers, after those that are there."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_document AS
            SELECT NEXTVAL('account_move_id_seq')::int AS id,
                   trade.*,
                   model.id AS model_id,
                   CASE WHEN is_refund THEN -1 ELSE 1 END AS direction,
                   1 + FLOOR(RANDOM() * 3)::int AS line_count,
                   NEXTVAL('account_move_line_id_seq') AS receivable_id,
                   CASE WHEN paid_on IS NOT NULL THEN NEXTVAL('account_move_line_id_seq') END AS payment_line_id,
                   CASE WHEN paid_on IS NOT NULL THEN NEXTVAL('account_partial_reconcile_id_seq') END AS partial_id,
                   CASE WHEN is_refund THEN 'RINV/' ELSE 'INV/' END || DATE_PART('year', day) || '/' AS sequence_prefix,
                   0 AS sequence_number,
                   '' AS name
              FROM (SELECT * FROM (%(trade)s) AS trade ORDER BY day) AS trade
              JOIN (SELECT move_type, MIN(id) AS id FROM account_move WHERE state = 'posted' GROUP BY 1) AS model
                ON model.move_type = CASE WHEN is_refund THEN 'out_refund' ELSE 'out_invoice' END
            """,
            trade=trade,
        )
    )
    number_moves(env, "bench_document")
    env.cr.execute(SQL("ANALYZE bench_document"))


def make_line_table(env):
    """``bench_line``: what was sold; most of it is cheap."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_line AS
            SELECT drawn.*,
                   product_template.name->>'en_US' AS name,
                   quantity * price_unit AS price_subtotal
              FROM (
                    SELECT id AS document_id,
                           direction,
                           (%(products)s)[1 + FLOOR(RANDOM() * %(count)s)::int] AS product_id,
                           (1 + FLOOR(RANDOM() * 5))::numeric AS quantity,
                           ROUND((EXP(RANDOM() * 6) * 2)::numeric, 2) AS price_unit
                      FROM bench_document,
                           GENERATE_SERIES(1, line_count)
                   ) AS drawn
              JOIN product_product ON product_product.id = drawn.product_id
              JOIN product_template ON product_template.id = product_product.product_tmpl_id
            """,
            products=env["product.product"].search([("name", "=like", "Bench %")]).ids,
            count=PRODUCTS,
        )
    )
    env.cr.execute(SQL("ANALYZE bench_line"))


def require_balance(env):
    """Stop if a new document would not stand in the books: each balances, and its lines make its total."""
    env.cr.execute(
        SQL(
            """
            SELECT COUNT(*)
              FROM (
                    SELECT SUM(line.balance) = 0
                           AND SUM(line.price_subtotal) = MAX(move.amount_untaxed)
                           AND SUM(line.amount_residual) = MAX(move.amount_residual_signed) AS is_sound
                      FROM bench_document AS document
                      JOIN account_move AS move ON move.id = document.id
                      LEFT JOIN account_move_line AS line ON line.move_id = move.id
                     GROUP BY move.id
                   ) AS document
             WHERE is_sound IS NOT TRUE
            """
        )
    )
    unsound = env.cr.fetchone()[0]
    if unsound:
        raise ValueError(f"{unsound} documents do not balance")


def insert_leads(env, number):
    """Opportunities of the customers in turn, spread over the open stages."""
    insert_like(
        env,
        "crm_lead",
        LEAD_VALUES,
        SQL(
            """
              FROM (
                    SELECT lead,
                           1 + lead %% (SELECT COUNT(*) FROM bench_customer) AS customer,
                           1 + lead %% (SELECT COUNT(*) FROM crm_stage WHERE is_won IS NOT TRUE) AS stage
                      FROM GENERATE_SERIES(1, %s) AS lead
                   ) AS lead
              JOIN bench_customer AS customer
                ON customer.number = lead.customer
              JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM crm_stage WHERE is_won IS NOT TRUE) AS stage
                ON stage.place = lead.stage
              JOIN crm_lead AS model
                ON model.name = 'Bench'
            """,
            number,
        ),
    )
