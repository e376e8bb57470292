# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, models
from odoo.fields import Command, Domain

from ..demo.plan import HOME_CURRENCY, documents, rates

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


class KeyAccountDemo(models.AbstractModel):
    """Turns the plan of the demo company into posted and paid documents; called by the demo data only."""

    _name = "key.account.demo"
    _description = "Key Account Demo Data"

    @api.model
    def _create_documents(self):
        """Everything the demo customers bought up to today; once."""
        largest = self._record("customer_harvest_lane")
        if self.env["account.move"].search_count([("commercial_partner_id", "=", largest.id)], limit=1):
            return
        for name, xmlid in COMPANIES.items():
            company = self.env.ref(xmlid)
            planned = documents(company._key_account_today())
            here = self.with_company(company).with_context(**QUIETLY)
            here._prepare_company()
            here._post([document for document in planned if document.company == name])

    @api.model
    def _plan_follow_ups(self):
        """What the next night would plan, so that there is something to do on the first day."""
        rules = self.env["key.account.follow.up.rule"]
        rules._ensure_rules()
        for rule in rules.search([]):
            for _done in rule._follow_up():
                pass

    @api.model
    def _release(self):
        """Before an uninstallation: park what posted documents need, or Odoo tries in vain to delete it."""
        self._hand_over("key_account_segmentation", PARKED)

    @api.model
    def _reclaim(self):
        """Before the demo data is loaded again: find what an uninstallation left."""
        self._hand_over(PARKED, "key_account_segmentation")

    def _hand_over(self, giver, taker):
        held = Domain("module", "=", giver) & Domain("model", "in", KEPT_MODELS)
        self.env["ir.model.data"].search(held).module = taker
        # the next file looks its records up in SQL
        self.env["ir.model.data"].flush_model()

    def _record(self, name):
        return self.env.ref(f"key_account_segmentation.{name}")

    def _prepare_company(self):
        """A chart of accounts, and the rates of the foreign currency."""
        company = self.env.company
        if not company.chart_template:
            own_currency = company.currency_id
            # not try_loading, which warns during an installation
            self.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
            company.currency_id = own_currency
        foreign = {"USD": "EUR", "EUR": "USD"}.get(company.currency_id.name)
        if foreign:
            self._create_rates(self.env.ref(f"base.{foreign}"))

    def _create_rates(self, currency):
        today = self.env.company._key_account_today()
        dollars = {day: rate if currency.name == "EUR" else 1 / rate for day, rate in rates(today)}
        known = currency.rate_ids.filtered(lambda rate: rate.company_id == self.env.company).mapped("name")
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": self.env.company.id,
                    "name": day,
                    "inverse_company_rate": value,
                }
                for day, value in dollars.items()
                if day not in known
            ]
        )

    def _post(self, planned):
        products = {name: self._record(name) for document in planned for name, _quantity, _price in document.lines}
        moves = self.env["account.move"].create([self._move_values(document, products) for document in planned])
        moves.action_post()
        by_payment_day = {}
        for document, move in zip(planned, moves, strict=True):
            if document.paid_on:
                by_payment_day.setdefault(document.paid_on, []).append(move.id)
        self._pay(sorted(by_payment_day.items()))

    def _move_values(self, document, products):
        company = self.env.company
        home = document.currency == HOME_CURRENCY[document.company]
        return {
            "move_type": document.move_type,
            "company_id": company.id,
            "partner_id": self._record(f"customer_{document.contact}").id,
            "invoice_user_id": self._record(f"customer_{document.customer}").user_id.id,
            "invoice_date": document.day,
            "invoice_payment_term_id": self.env.ref("account.account_payment_term_30days").id,
            "currency_id": company.currency_id.id if home else self.env.ref(f"base.{document.currency}").id,
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

    def _pay(self, by_payment_day):
        """A line of the bank's statement for all the money of a day, matched with what it pays for."""
        company_domain = self.env["account.journal"]._check_company_domain(self.env.company)
        bank = self.env["account.journal"].search(Domain("type", "=", "bank") & Domain(company_domain), limit=1)
        due = [self._receivable(self.env["account.move"].browse(ids)) for day, ids in by_payment_day]
        received = self.env["account.bank.statement.line"].create(
            [self._statement_values(bank, day, lines) for (day, _ids), lines in zip(by_payment_day, due, strict=True)]
        )
        pairs = []
        for lines, payment in zip(due, received, strict=True):
            parts = self._receivable(payment.move_id).sorted("sequence")
            pairs += [line + part for line, part in zip(lines, parts, strict=True)]
        self.env["account.move.line"]._reconcile_plan(pairs)

    def _receivable(self, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _statement_values(self, bank, day, lines):
        total = sum(lines.mapped("balance"))
        return {
            "journal_id": bank.id,
            "date": day,
            "payment_ref": "Customer payments",
            "amount": total,
            "line_ids": [
                Command.create(
                    {"name": "Customer payments", "account_id": bank.default_account_id.id, "balance": total}
                ),
                *[Command.create(self._payment_values(line, number)) for number, line in enumerate(lines, start=1)],
            ],
        }

    def _payment_values(self, line, number):
        return {
            "sequence": number,
            "name": line.move_id.name,
            "account_id": line.account_id.id,
            "partner_id": line.partner_id.id,
            "currency_id": line.currency_id.id,
            "amount_currency": -line.amount_currency,
            "balance": -line.balance,
        }
