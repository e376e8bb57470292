# SPDX-License-Identifier: LGPL-3.0-only
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ....tools.follow_up import contact_since
from ...base.words import day_text


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    kind = fields.Selection(selection_add=[("contact", "No contact")], ondelete={"contact": "cascade"})

    def _contact_defaults(self):
        return {"sequence": 0, "scope": "key_accounts"} | self._call()

    def _contact_due(self, known):
        """Key accounts that nobody has contacted for the days of their type: by the last night, then by today."""
        silent = [row for account_type in self._types_with_rhythm() for row in self._silent(account_type)]
        touched = self._last_touch([row["partner_id"] for row in silent])
        due = {}
        for row in silent:
            days = [row["last_contact_date"], row["last_invoice_date"], touched.get(row["partner_id"])]
            # contacts are remembered as long as the policy counts work with a customer
            remembered = known[row["id"]].since if row["id"] in known else row["create_date"].date()
            last = max(filter(None, days), default=remembered)
            if since := contact_since(last, row["days"], self._today()):
                due[row["id"]] = since
        return due

    def _types(self):
        """The key account types of the company, archived ones too."""
        return self.env["key.account.type"].with_context(active_test=False)._of(self.company_id)

    def _types_with_rhythm(self):
        return self._types().filtered(lambda it: it.contact_days and not it._contact_fault())

    def _silent(self, account_type):
        """Key accounts of a type without contact or invoice for its days, by figures and these days."""
        today = self._today()
        day = today - timedelta(days=account_type.contact_days)
        silent = Domain.AND(
            Domain(name, "=", False) | Domain(name, "<=", day) for name in ("last_contact_date", "last_invoice_date")
        )
        known = Domain("create_date", "<", today + timedelta(days=1))
        rows = self._figures(
            self._scope_domain() & known & silent & Domain("main_type_id", "=", account_type.id),
            "partner_id", "last_contact_date", "last_invoice_date", "create_date",
        )  # fmt: skip
        return [row | {"days": account_type.contact_days} for row in rows]

    def _last_touch(self, partner_ids):
        """The last contact up to now by customer: activities, meetings, messages, orders."""
        if not partner_ids:
            return {}
        facts = self.env["key.account.facts"]
        windows = facts._windows(self._today(), self.company_id.key_account_policy_id._thresholds())
        # the SQL reads opportunities, meetings, activities, messages and contacts
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            facts._engagement_sql(
                self.company_id, windows, lambda column: facts._customers_listed_sql(column, partner_ids)
            )
        )
        touched = {row["partner_id"]: row["last_contact_date"] for row in rows if row["last_contact_date"]}
        for partner_id, day in self._last_order(partner_ids).items():
            touched[partner_id] = max(day, touched.get(partner_id, day))
        return touched

    def _last_order(self, partner_ids):
        """The day of the last confirmed order by customer, where orders are taken in Odoo."""
        if "sale.order" not in self.env:
            return {}
        # sudo: a confirmed order is a contact, whoever took it
        orders = self.env["sale.order"].sudo()
        latest = orders._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("partner_id.commercial_partner_id", "in", partner_ids),
            ],
            ["partner_id"],
            ["date_order:max"],
        )
        days = {}
        for contact, ordered in latest:
            customer = contact.commercial_partner_id.id
            days[customer] = max(ordered.date(), days.get(customer, ordered.date()))
        return days

    def _contact_again_after(self, known):
        """The rhythm of the type."""
        profiles = self.env["key.account.profile"].browse(known)
        return {
            profile.id: profile.main_type_id.contact_days
            for profile in profiles.exists()
            if not profile.main_type_id._contact_fault()
        }

    def _contact_left_alone(self, rows):
        return rows.filtered(lambda row: row.profile_id.main_type_id._contact_fault())

    def _contact_faults(self):
        """Why nobody is contacted in the rhythm of some types."""
        return [fault for account_type in self._types() if (fault := account_type._contact_fault())]

    def _contact_summary(self):
        return self.env._("Get in touch")

    def _contact_to_do(self):
        return self.env._("Get in touch")

    def _contact_reason(self, profile, since, _changes):
        return self.env._(
            "Nobody has been in touch since %(day)s, for %(count)s days. A key account of the type “%(type)s” is contacted "
            "every %(rhythm)s days.",
            day=day_text(self.env, since),
            count=(self._today() - since).days,
            type=profile.main_type_id.name,
            rhythm=profile.main_type_id.contact_days,
        )

    def _contact_gone(self, env):
        return env._("Somebody has been in touch, or the customer is no such key account any more")

    def _contact_explanation(self):
        return self.env._(
            "Key accounts with whom nobody has been in touch for the days of their type: no activity done, meeting, "
            "message, order or invoice."
        )
