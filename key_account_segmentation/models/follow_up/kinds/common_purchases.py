# SPDX-License-Identifier: LGPL-3.0-only
"""The common answers of kinds about purchases: the purchase that is expected, and the last one."""

from datetime import date

from odoo import fields, models
from odoo.fields import Domain

from ....tools.thresholds import CADENCE_DAYS
from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _expecting(self, domain, *names):
        """Monthly and periodic customers of whom a purchase is expected and no order waits, by figures."""
        steady = Domain("recurrence", "in", ["monthly", "periodic"])
        rows = self._figures(self._scope_domain() & steady & domain, "expected_next_date", "cadence", *names)
        ordered = self._ordered([row["id"] for row in rows])
        return [row for row in rows if row["id"] not in ordered]

    def _ordered(self, profile_ids):
        """Ids of those customers who have an order newer than their last purchase that waits for its invoice.

        That they buy is known: nobody asks why they do not.
        """
        if "sale.order" not in self.env or not profile_ids:
            return set()
        rows = self._figures(Domain("id", "in", list(profile_ids)), "partner_id", "last_invoice_date")
        latest = self._latest_waiting_order([row["partner_id"] for row in rows])
        return {
            row["id"]
            for row in rows
            if latest.get(row["partner_id"], date.min) > (row["last_invoice_date"] or date.min)
        }

    def _latest_waiting_order(self, partner_ids):
        """Customer's id -> the company's day of the latest order that waits for its invoice.

        An order invoiced on delivery has nothing to invoice before; one with a draft waits until that is posted.
        """
        waiting = Domain("invoice_status", "=", "to invoice")
        waiting |= Domain("invoice_status", "=", "no") & Domain("order_line.invoice_status", "=", "no")
        waiting |= Domain("order_line.invoice_lines.parent_state", "=", "draft")
        # sudo: an order is on its way, whoever took it
        orders = self.env["sale.order"].sudo()
        found = orders._read_group(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "sale")
            & Domain("partner_id.commercial_partner_id", "in", partner_ids)
            & waiting,
            ["partner_id"],
            ["date_order:max"],
        )
        latest, zone = {}, self.company_id._in_own_zone()
        for contact, moment in found:
            day, customer = fields.Datetime.context_timestamp(zone, moment).date(), contact.commercial_partner_id.id
            latest[customer] = max(day, latest.get(customer, day))
        return latest

    def _silence_unseen(self):
        """The changes of customers who became silent; those of whom an order waits are looked at when it is gone."""
        changes = self._event_unseen()
        ordered = self._ordered(changes.profile_id.ids) if self.active else set()
        return changes.filtered(lambda change: change.profile_id.id not in ordered)

    def _silence_lasting(self, rows, due):
        """Nobody goes on asking while an order waits; if it is cancelled, the change is looked at again."""
        ordered = self._ordered(rows.profile_id.ids)
        asked = rows.filtered(lambda row: row.state == "open" and row.profile_id.id in ordered)
        asked.transition_id.is_followed_up = False
        return self._event_lasting(rows, due) - ordered

    def _tolerances(self):
        """Cadence -> days a purchase may be late without meaning anything; others have no steady rhythm."""
        thresholds = self.company_id.key_account_policy_id._thresholds()
        return {cadence: thresholds.tolerance(cadence) for cadence in CADENCE_DAYS}

    def _silent_sentence(self, sentence, profile):
        """The sentence, and when the customer bought last."""
        if not profile.last_invoice_date:
            return sentence
        last = self.env._(
            "The last purchase was on %(day)s, %(count)s days ago.",
            day=day_text(self.env, profile.last_invoice_date),
            count=(self._today() - profile.last_invoice_date).days,
        )
        return f"{sentence} {last}"
