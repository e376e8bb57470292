# SPDX-License-Identifier: LGPL-3.0-only
"""What customers paid: one entry of the bank per day, with a line for each invoice that was paid then.

    account_move                posted entries
    account_move_line           the receivable of each paid invoice, and the bank
    account_partial_reconcile   each paid invoice and its line of the entry

A payment is all of its invoice. What Odoo tells by ``account_full_reconcile`` besides is left out: the addon reads none.
"""

from odoo import Command
from odoo.tools import SQL

from .rows import insert_like, number_moves

MOVE_VALUES = {
    "id": SQL("payment.id"),
    "name": SQL("payment.name"),
    "sequence_prefix": SQL("payment.sequence_prefix"),
    "sequence_number": SQL("payment.sequence_number"),
    "date": SQL("payment.paid_on"),
    "amount_total": SQL("payment.amount"),
    "amount_total_signed": SQL("payment.amount"),
    "amount_total_in_currency_signed": SQL("payment.amount"),
}
LINE_VALUES = {
    "id": SQL("line.id"),
    "move_id": SQL("payment.id"),
    "move_name": SQL("payment.name"),
    "date": SQL("payment.paid_on"),
    "partner_id": SQL("line.partner_id"),
    "name": SQL("line.name"),
    "balance": SQL("line.balance"),
    "amount_currency": SQL("line.balance"),
    "debit": SQL("GREATEST(line.balance, 0)"),
    "credit": SQL("GREATEST(-line.balance, 0)"),
    "price_subtotal": SQL("line.balance"),
    "price_total": SQL("line.balance"),
    "amount_residual": SQL("GREATEST(line.balance, 0)"),
    "amount_residual_currency": SQL("GREATEST(line.balance, 0)"),
    "matching_number": SQL("line.matching_number"),
    "full_reconcile_id": SQL("NULL"),
}
PARTIAL_VALUES = {
    "id": SQL("paid.partial_id"),
    "debit_move_id": SQL("paid.receivable_id"),
    "credit_move_id": SQL("paid.payment_line_id"),
    "full_reconcile_id": SQL("NULL"),
    "max_date": SQL("paid.paid_on"),
    "amount": SQL("move.amount_total"),
    "debit_amount_currency": SQL("move.amount_total"),
    "credit_amount_currency": SQL("move.amount_total"),
}


def make_payment_model(invoice):
    """Have Odoo pay an invoice: the payment and the reconciliation the others are copies of."""
    receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
    journals = invoice.env["account.journal"]
    journal = journals.search([("type", "=", "bank"), ("company_id", "=", invoice.company_id.id)], limit=1)
    lines = [
        {"account_id": journal.default_account_id.id, "debit": receivable.balance},
        {
            "account_id": receivable.account_id.id,
            "partner_id": receivable.partner_id.id,
            "credit": receivable.balance,
        },
    ]
    values = {"move_type": "entry", "journal_id": journal.id, "line_ids": [Command.create(line) for line in lines]}
    payment = invoice.env["account.move"].create(values)
    payment.action_post()
    (receivable + payment.line_ids.filtered("credit")).reconcile()


def insert_payments(env):
    """Insert the payments of the new documents that are paid, see ``bench_document``; stop if they are not sound."""
    make_payment_table(env)
    insert_like(
        env,
        "account_move",
        MOVE_VALUES,
        SQL(
            "FROM bench_payment AS payment JOIN account_move AS model ON model.id = payment.model_id ORDER BY payment.id"
        ),
    )
    insert_lines(env)
    insert_like(
        env,
        "account_partial_reconcile",
        PARTIAL_VALUES,
        SQL(
            """
              FROM bench_document AS paid
              JOIN account_move AS move ON move.id = paid.id
             CROSS JOIN (SELECT * FROM account_partial_reconcile ORDER BY id LIMIT 1) AS model
             WHERE paid.paid_on IS NOT NULL
             ORDER BY paid.paid_on, paid.id
            """
        ),
    )
    require_matches(env)
    env.cr.execute(SQL("DROP TABLE bench_payment"))


def make_payment_table(env):
    """``bench_payment``: what was paid on which day, in order of date, with the entry's number."""
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_payment AS
            SELECT NEXTVAL('account_move_id_seq')::int AS id,
                   day.*,
                   model.id AS model_id,
                   REPLACE(model.sequence_prefix, DATE_PART('year', model.date)::text, DATE_PART('year', paid_on)::text)
                       AS sequence_prefix,
                   0 AS sequence_number,
                   '' AS name
              FROM (
                    SELECT paid_on, SUM(move.amount_total) AS amount
                      FROM bench_document
                      JOIN account_move AS move USING (id)
                     WHERE paid_on IS NOT NULL
                     GROUP BY paid_on
                     ORDER BY paid_on
                   ) AS day
             CROSS JOIN (SELECT * FROM account_move WHERE move_type = 'entry' ORDER BY id LIMIT 1) AS model
            """
        )
    )
    number_moves(env, "bench_payment")
    env.cr.execute(SQL("ANALYZE bench_payment"))


def insert_lines(env):
    """The bank's line of each entry, and one for each paid invoice."""
    insert_like(
        env,
        "account_move_line",
        LINE_VALUES,
        SQL(
            """
              FROM (
                    SELECT paid.paid_on, paid.payment_line_id AS id, paid.commercial_partner_id AS partner_id,
                           paid.name, -move.amount_total AS balance, 'P' || paid.partial_id AS matching_number
                      FROM bench_document AS paid
                      JOIN account_move AS move ON move.id = paid.id
                     WHERE paid.paid_on IS NOT NULL
                     UNION ALL
                    SELECT paid_on, NEXTVAL('account_move_line_id_seq'), NULL, name, amount, NULL
                      FROM bench_payment
                   ) AS line
              JOIN bench_payment AS payment ON payment.paid_on = line.paid_on
              JOIN account_move_line AS model
                ON model.move_id = payment.model_id
               AND (model.balance < 0) = (line.balance < 0)
             ORDER BY payment.id, line.id
            """
        ),
    )


def require_matches(env):
    """Stop if a payment would not stand in the books.

    Each entry balances, and only the bank still has it; each paid invoice meets one line of an entry, of the same
    customer and account, which is all of it; no other document meets any.
    """
    env.cr.execute(
        SQL(
            """
            SELECT (
                    SELECT COUNT(*)
                      FROM (
                            SELECT SUM(line.balance) = 0
                                   AND SUM(line.debit) = MAX(move.amount_total)
                                   AND BOOL_AND(line.amount_residual = GREATEST(line.balance, 0)) AS is_sound
                              FROM bench_payment AS payment
                              JOIN account_move AS move ON move.id = payment.id
                              LEFT JOIN account_move_line AS line ON line.move_id = move.id
                             GROUP BY move.id
                           ) AS payment
                     WHERE is_sound IS NOT TRUE
                   ),
                   (
                    SELECT COUNT(*)
                      FROM (
                            SELECT COUNT(partial.id) = MAX((paid.paid_on IS NOT NULL)::int)
                                   AND BOOL_AND(
                                       (paid.paid_on IS NULL) = (move.payment_state = 'not_paid')
                                       AND (receivable.amount_residual = 0) = receivable.reconciled
                                       AND receivable.balance - receivable.amount_residual
                                           = COALESCE(partial.amount, 0)
                                   )
                                   AND BOOL_AND(
                                       partial.id IS NULL
                                       OR partial.amount = -line.balance
                                       AND partial.max_date = line.date
                                       AND line.reconciled
                                       AND line.account_id = receivable.account_id
                                       AND line.partner_id = receivable.partner_id
                                   ) AS is_sound
                              FROM bench_document AS paid
                              JOIN account_move AS move ON move.id = paid.id
                              LEFT JOIN account_move_line AS receivable
                                ON receivable.move_id = paid.id
                               AND receivable.display_type = 'payment_term'
                              LEFT JOIN account_partial_reconcile AS partial ON partial.debit_move_id = receivable.id
                              LEFT JOIN account_move_line AS line ON line.id = partial.credit_move_id
                             GROUP BY paid.id
                           ) AS document
                     WHERE is_sound IS NOT TRUE
                   )
            """
        )
    )
    entries, documents = env.cr.fetchone()
    if entries or documents:
        raise ValueError(f"{entries} payments do not balance, {documents} documents are not paid as they say")
