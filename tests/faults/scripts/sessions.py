# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 (env comes from devkit/scripts/run_script.py)
"""Sessions that post, reset and cancel invoices as the server would: `sessions.py THREADS SECONDS SEED CUSTOMERS...`.

Prints a JSON line: how many requests were begun, how many tries again, the slowest one, every error; how many invoices
went from which state to which, and the state each was left in.
"""

import json
import logging
import random
import sys
import threading
import time
import traceback
from collections import Counter
from datetime import timedelta

from odoo import Command, api, fields
from odoo.service.model import retrying

threads, seconds, seed, *customers = map(int, sys.argv[1:])
user = env.ref("base.user_admin").id
account = env["account.account"].search([("account_type", "=", "income")], limit=1).id
registry = env.registry
end = time.monotonic() + seconds


class Retries(logging.Handler):
    """Counts how often the server tries again."""

    count = 0

    def emit(self, record):
        self.count += "try again" in record.getMessage()


def create_journal(code):
    """A journal of a session's own: in the same one Odoo lets only one post at a time, to number without gaps."""
    return env["account.journal"].create({"name": code, "code": code, "type": "sale"})


def stand(invoice):
    """What to remember of an invoice when its request is through."""
    return invoice.id, invoice.state


class Session(threading.Thread):
    """A user at work on invoices of a few customers."""

    def __init__(self, number):
        super().__init__()
        self.chance = random.Random(seed * 100 + number)
        self.journal = retrying(lambda: create_journal(f"S{seed % 100}{number}").id, env)
        self.begun, self.changes, self.states = 0, Counter(), {}
        self.seconds, self.errors = [], []

    def run(self):
        while time.monotonic() < end:
            self.begun += 1
            begin = time.monotonic()
            try:
                self.request(self.chance.choice((self.post, self.post, self.reset, self.cancel)))
            except Exception:
                self.errors.append(traceback.format_exc())
            self.seconds.append(time.monotonic() - begin)

    def request(self, action):
        """One request of the web client: its own transaction, tried again when another gets in the way."""
        with registry.cursor() as cr:
            request = api.Environment(cr, user, {})
            invoice_id, state = retrying(lambda: stand(action(request)), request)
        self.changes[f"{self.states.get(invoice_id, 'new')} {state}"] += 1
        self.states[invoice_id] = state

    def post(self, request):
        """A new invoice, posted."""
        line = {"name": "Work", "price_unit": self.chance.randint(1, 5000), "account_id": account, "tax_ids": []}
        invoice = request["account.move"].create(
            {
                "move_type": self.chance.choice(("out_invoice", "out_invoice", "out_refund")),
                "journal_id": self.journal,
                "partner_id": self.chance.choice(customers),
                "invoice_date": fields.Date.today() - timedelta(days=self.chance.randint(0, 500)),
                "invoice_line_ids": [Command.create(line)],
            }
        )
        invoice.action_post()
        return invoice

    def reset(self, request):
        """An invoice of mine a draft again, or a draft posted."""
        invoice = self.any_invoice(request)
        if invoice.state == "draft":
            invoice.action_post()
        else:
            invoice.button_draft()
        return invoice

    def cancel(self, request):
        """An invoice of mine cancelled, be it posted or a draft."""
        invoice = self.any_invoice(request)
        if invoice.state != "cancel":
            invoice.button_cancel()
        return invoice

    def any_invoice(self, request):
        """One of mine; the first is posted for the purpose."""
        if not self.states:
            return self.post(request)
        return request["account.move"].browse(self.chance.choice(list(self.states)))


retries = Retries()
logging.getLogger("odoo.service.model").addHandler(retries)
logging.getLogger("odoo.service.model").setLevel(logging.INFO)
sessions = [Session(number) for number in range(threads)]
for session in sessions:
    session.start()
for session in sessions:
    session.join()
print(
    json.dumps(
        {
            "begun": sum(session.begun for session in sessions),
            "retries": retries.count,
            "slowest": max(max(session.seconds) for session in sessions),
            "errors": [error for session in sessions for error in session.errors],
            "changes": sum((session.changes for session in sessions), Counter()),
            "states": {number: state for session in sessions for number, state in session.states.items()},
        }
    )
)
