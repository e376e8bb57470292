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
        """Key accounts that nobody has contacted for the days of their type: by the last night, then by today.

        Without any contact they are due so many days after they became a key account, which counts from no contact: None.
        """
        silent = [row for account_type in self._types_with_rhythm() for row in self._silent(account_type)]
        touched = self._last_touch([row["partner_id"] for row in silent])
        begun = self._key_accounts_since(silent)
        due = {}
        for row in silent:
            days = [row["last_contact_date"], touched.get(row["partner_id"])]
            last = max(filter(None, days), default=None)
            if since := contact_since(last or begun[row["id"]], row["days"], self._today()):
                due[row["id"]] = last and since
        return due

    def _key_accounts_since(self, rows):
        """Profile id -> the company's day on which the customer became a key account, or was found as one."""
        became = dict(
            self.env["key.account.transition"]._read_group(
                [("event", "=", "became_key_account"), ("profile_id", "in", [row["id"] for row in rows])],
                ["profile_id"],
                ["date:max"],
            )
        )
        days = {profile.id: day for profile, day in became.items()}
        zone = self.company_id._in_own_zone()
        return {
            row["id"]: days.get(row["id"]) or fields.Datetime.context_timestamp(zone, row["create_date"]).date()
            for row in rows
        }

    def _types(self):
        """The key account types of the company, archived ones too."""
        return self.env["key.account.type"].with_context(active_test=False)._of(self.company_id)

    def _types_with_rhythm(self):
        return self._types().filtered(lambda it: it.contact_days and not it._contact_fault())

    def _silent(self, account_type):
        """Key accounts of a type without contact for its days, by figures and these days."""
        today = self._today()
        day = today - timedelta(days=account_type.contact_days)
        silent = Domain("last_contact_date", "=", False) | Domain("last_contact_date", "<=", day)
        known = Domain("create_date", "<", today + timedelta(days=1))
        rows = self._figures(
            self._scope_domain() & known & silent & Domain("main_type_id", "=", account_type.id),
            "partner_id", "last_contact_date", "create_date",
        )  # fmt: skip
        return [row | {"days": account_type.contact_days} for row in rows]

    def _last_touch(self, partner_ids):
        """The last contact up to now by customer, as the refresh of the night will find it."""
        if not partner_ids:
            return {}
        facts = self.env["key.account.facts"]
        windows = facts._windows(self._today(), self.company_id.key_account_policy_id._thresholds())
        # the SQL reads opportunities, meetings, activities, messages, orders, invoices and contacts
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            facts._engagement_sql(
                self.company_id, windows, lambda column: facts._customers_listed_sql(column, partner_ids)
            )
        )
        return {row["partner_id"]: row["last_contact_date"] for row in rows if row["last_contact_date"]}

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
        if since is None:
            return self.env._(
                "Nobody has ever been in touch with them. A key account of the type “%(type)s” is contacted every "
                "%(rhythm)s days.",
                type=profile.main_type_id.name,
                rhythm=profile.main_type_id.contact_days,
            )
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
            "Key accounts with whom nobody has been in touch for the days of their type: no activity done, no meeting held, "
            "no message in person, no order taken. An invoice is no contact."
        )
