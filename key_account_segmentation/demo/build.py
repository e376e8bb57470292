# SPDX-License-Identifier: LGPL-3.0-only
"""Turns the plan of the demo company into posted and paid documents.

The demo data calls ``STEPS`` by name, through the one method that ``ir.module.module`` has for it.
"""

from odoo.fields import Command, Domain

from .plan import HOME_CURRENCY, documents, rates

#: No mail, no log: nobody is interested in the history of invented documents.
QUIETLY = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True, "mail_notrack": True}

#: Demo records that documents hold on to; collaboration types go with their table.
KEPT_MODELS = (
    "res.partner",
    "res.company",
    "res.users",
    "crm.team",
    "crm.team.member",
    "product.category",
    "product.template",
    "product.product",
    "mail.alias",
    "key.account.collaboration",
)

#: Whose they are while the module is not installed.
PARKED = "__key_account_segmentation_demo__"

COMPANIES = {"main": "base.main_company", "europe": "key_account_segmentation.company_europe"}


def create_documents(env):
    """Everything the demo customers bought up to today; once."""
    largest = _record(env, "customer_harvest_lane")
    if env["account.move"].search_count([("commercial_partner_id", "=", largest.id)], limit=1):
        return
    for name, xmlid in COMPANIES.items():
        company = env.ref(xmlid)
        planned = documents(company._key_account_today())
        here = company.with_company(company).with_context(**QUIETLY).env
        _prepare_company(here)
        _post(here, [document for document in planned if document.company == name])


def plan_follow_ups(env):
    """Plan the follow-ups of the next night, so that there are tasks on the first day."""
    rules = env["key.account.follow.up.rule"]
    rules._ensure_rules()
    for rule in rules.search([]):
        for _done in rule._follow_up():
            pass


def release(env):
    """Before an uninstallation: park what posted documents need, or Odoo tries in vain to delete it."""
    _move_external_ids(env, "key_account_segmentation", PARKED)


def reclaim(env):
    """Before the demo data is loaded again: find what an uninstallation left."""
    _move_external_ids(env, PARKED, "key_account_segmentation")


def _move_external_ids(env, giver, taker):
    held = Domain("module", "=", giver) & Domain("model", "in", KEPT_MODELS)
    env["ir.model.data"].search(held).module = taker
    # the next file looks its records up in SQL
    env["ir.model.data"].flush_model()


def _record(env, name):
    return env.ref(f"key_account_segmentation.{name}")


def _prepare_company(env):
    """A chart of accounts, and the rates of the foreign currency."""
    company = env.company
    if not company.chart_template:
        own_currency = company.currency_id
        # not try_loading, which warns during an installation
        env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        company.currency_id = own_currency
    foreign = {"USD": "EUR", "EUR": "USD"}.get(company.currency_id.name)
    if foreign:
        _create_rates(env, env.ref(f"base.{foreign}"))


def _create_rates(env, currency):
    today = env.company._key_account_today()
    dollars = {day: rate if currency.name == "EUR" else 1 / rate for day, rate in rates(today)}
    known = currency.rate_ids.filtered(lambda rate: rate.company_id == env.company).mapped("name")
    env["res.currency.rate"].create(
        [
            {
                "currency_id": currency.id,
                "company_id": env.company.id,
                "name": day,
                "inverse_company_rate": value,
            }
            for day, value in dollars.items()
            if day not in known
        ]
    )


def _post(env, planned):
    products = {name: _record(env, name) for document in planned for name, _quantity, _price in document.lines}
    moves = env["account.move"].create([_move_values(env, document, products) for document in planned])
    moves.action_post()
    for document, move in zip(planned, moves, strict=True):
        if document.reversed_on:
            move._reverse_moves([{"date": document.reversed_on, "invoice_date": document.reversed_on}], cancel=True)
    by_payment_day = {}
    for document, move in zip(planned, moves, strict=True):
        if document.paid_on:
            by_payment_day.setdefault(document.paid_on, []).append(move.id)
    _pay(env, sorted(by_payment_day.items()))


def _move_values(env, document, products):
    company = env.company
    home = document.currency == HOME_CURRENCY[document.company]
    return {
        "move_type": document.move_type,
        "company_id": company.id,
        "partner_id": _record(env, f"customer_{document.contact}").id,
        "invoice_user_id": _record(env, f"customer_{document.customer}").user_id.id,
        "invoice_date": document.day,
        "invoice_payment_term_id": env.ref("account.account_payment_term_30days").id,
        "currency_id": company.currency_id.id if home else env.ref(f"base.{document.currency}").id,
        "ref": "Rolls returned" if document.move_type == "out_refund" else False,
        "invoice_line_ids": [
            Command.create(
                {
                    "product_id": products[name].id,
                    "quantity": quantity,
                    "price_unit": price,
                    "tax_ids": [Command.clear()],
                }
            )
            for name, quantity, price in document.lines
        ],
    }


def _pay(env, by_payment_day):
    """A line of the bank's statement for all the money of a day, matched with what it pays for."""
    company_domain = env["account.journal"]._check_company_domain(env.company)
    bank = env["account.journal"].search(Domain("type", "=", "bank") & Domain(company_domain), limit=1)
    due = [_receivable(env["account.move"].browse(ids)) for day, ids in by_payment_day]
    received = env["account.bank.statement.line"].create(
        [_statement_values(bank, day, lines) for (day, _ids), lines in zip(by_payment_day, due, strict=True)]
    )
    pairs = []
    for lines, payment in zip(due, received, strict=True):
        parts = _receivable(payment.move_id).sorted("sequence")
        pairs += [line + part for line, part in zip(lines, parts, strict=True)]
    env["account.move.line"]._reconcile_plan(pairs)


def _receivable(moves):
    return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


def _statement_values(bank, day, lines):
    total = sum(lines.mapped("balance"))
    return {
        "journal_id": bank.id,
        "date": day,
        "payment_ref": "Customer payments",
        "amount": total,
        "line_ids": [
            Command.create({"name": "Customer payments", "account_id": bank.default_account_id.id, "balance": total}),
            *[Command.create(_payment_values(line, number)) for number, line in enumerate(lines, start=1)],
        ],
    }


def _payment_values(line, number):
    return {
        "sequence": number,
        "name": line.move_id.name,
        "account_id": line.account_id.id,
        "partner_id": line.partner_id.id,
        "currency_id": line.currency_id.id,
        "amount_currency": -line.amount_currency,
        "balance": -line.balance,
    }


#: What the demo data asks for, by name.
STEPS = {"reclaim": reclaim, "create_documents": create_documents, "plan_follow_ups": plan_follow_ups}
