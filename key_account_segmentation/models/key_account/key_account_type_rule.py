# SPDX-License-Identifier: LGPL-3.0-only
"""The rules people type for their own types: what they may name, who may write them, and how they are run.

    written      the text by ``tools.rule_domain``, the fields by the author's rights, then tried      _check_rule
    used         the text again, then run by the refresh, a rule at a time and for some seconds        _run_rule

A rule that cannot be used stays as it is written and suggests nobody; ``_rule_fault`` says why.
"""

from contextlib import contextmanager

import psycopg2

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.rule_domain import LENGTH_MAX, PARTS_MAX, RuleFault, parsed_rule

#: What a rule may name of the profile by the type of a stored field: figures, and what people set.
KINDS = {
    "integer": "number",
    "float": "number",
    "monetary": "number",
    "date": "date",
    "char": "text",
    "selection": "choice",
    "boolean": "yes_no",
}

#: Beside these the relations, whose own fields a rule does not reach. Types are left out: rules suggest them.
RELATIONS = {
    "partner_id": "record",
    "account_manager_id": "record",
    "assigned_manager_id": "record",
    "country_id": "named",
    "quadrant_id": "named",
    "computed_quadrant_id": "named",
    "manual_quadrant_id": "named",
    "collaboration_id": "named",
}

#: What a rule may name of the contact.
OF_CONTACT = {
    "country_id": "named",
    "state_id": "named",
    "industry_id": "named",
    "category_id": "named",
    "is_company": "yes_no",
}

#: Errors that no rule is to blame for, but for a query that took too long: no room, no connection, a lock.
GENERAL_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError, MemoryError)


class KeyAccountTypeRule(models.AbstractModel):
    _name = "key.account.type.rule"
    _description = "Rule of a Key Account Type"

    #: Seconds one rule may take.
    _rule_seconds = 10

    def _check_rule(self):
        """Try the rules as whoever writes them. No constraint: those are checked with all rights.

        :raises ValidationError: saying what is wrong
        """
        self.env.flush_all()
        for account_type in self.filtered("rule_domain"):
            fault = account_type._rule_fault()
            if not fault:
                fault = account_type._run_rule(account_type.company_id or self.env.company, None, self._count_matches)
            if fault:
                raise ValidationError(account_type._rule_sentence(fault))

    def _rule_sentence(self, fault):
        return self.env._("The rule of “%(type)s” cannot be used: %(fault)s", type=self.name, fault=fault)

    def _rule_fault(self):
        """The fault of the rule as it is written, in a sentence; False if it has none."""
        if not self.rule_domain:
            return False
        if self.code:
            return self.env._("That of a type that came with a module is built in.")
        try:
            self._rule()
        except Exception as error:
            return self._rule_fault_text(error)
        return False

    def _count_matches(self, account_type, query):
        """Have PostgreSQL look at every customer, and keep nothing."""
        self.env.cr.execute(SQL("SELECT COUNT(*) FROM (%s) AS found", query.select()))

    def _run_rule(self, company, partner_ids, use):
        """Have ``use`` run the query of the profiles that fit the rule, of these customers or all.

        The refresh asks with all rights, an author with their own.

        :param use: function from the type and the query; what it wrote is undone if anything goes wrong
        :returns: what went wrong, in a sentence; nothing if all went well
        :raises: what no rule is to blame for
        """
        # sudo: in which time zone a company is may be known to whoever works with its customers; today is its day
        profiles = self.env["key.account.profile"].with_context(tz=company.sudo().partner_id.tz or "UTC")
        try:
            domain = self._rule() & self.env["key.account.refresh"]._customers_domain(company, partner_ids)
            with self.env.cr.savepoint(flush=False), self._time_limit():
                use(self, profiles._search(domain))
                return ""
        except Exception as error:
            if isinstance(error, GENERAL_ERRORS) and not isinstance(error, psycopg2.errors.QueryCanceled):
                raise
            return self._rule_fault_text(error)

    @contextmanager
    def _time_limit(self):
        """A time limit for what is asked of the database; an error takes it back with its savepoint."""
        self.env.cr.execute(
            SQL(
                "SELECT CURRENT_SETTING('statement_timeout'), SET_CONFIG('statement_timeout', %s, TRUE)",
                f"{round(self._rule_seconds * 1000)}ms",
            )
        )
        before = self.env.cr.fetchone()[0]
        yield
        self.env.cr.execute(SQL("SELECT SET_CONFIG('statement_timeout', %s, TRUE)", before))

    def _rule(self):
        """The rule as a domain on profiles.

        :raises Exception: whatever is wrong with the text
        """
        domain = Domain(parsed_rule(self.rule_domain, self._rule_kinds()))
        domain.validate(self.env["key.account.profile"])
        return domain

    def _rule_kinds(self):
        """Field that a rule may name and the user may read -> its kind."""
        profiles, contacts = self.env["key.account.profile"], self.env["res.partner"]

        def readable(records, name):
            return name in records._fields and records._has_field_access(records._fields[name], "read")

        kinds = {
            name: KINDS[field.type]
            for name, field in profiles._fields.items()
            if field.store and field.type in KINDS and name != "id"
        } | RELATIONS
        of_contact = {f"partner_id.{name}": kind for name, kind in OF_CONTACT.items() if readable(contacts, name)}
        return {name: kind for name, kind in kinds.items() if readable(profiles, name)} | of_contact

    def _rule_fault_text(self, error):
        if isinstance(error, RuleFault):
            return self._rule_fault_sentences(error.part)[error.code]
        if isinstance(error, psycopg2.errors.QueryCanceled):
            return self.env._("it took longer than %s seconds. Make it simpler.", self._rule_seconds)
        return str(error).strip() or type(error).__name__

    def _rule_fault_sentences(self, part):
        return {
            "long": self.env._(
                "it is too long. %(characters)s characters and %(parts)s conditions are the most.",
                characters=LENGTH_MAX,
                parts=PARTS_MAX,
            ),
            "text": self.env._("it is no list of conditions with plain values, such as [('rank', '<=', 10)]."),
            "condition": self.env._("%(part)s is no condition of a field, an operator and a value.", part=part),
            "field": self.env._(
                "it names “%(part)s”. Choose fields you may read: figures, what people set, or of the customer the country, "
                "state, industry, tags or whether it is a company.",
                part=part,
            ),
            "operator": self.env._("%(part)s has an operator that this field does not take.", part=part),
            "value": self.env._("%(part)s compares the field with a value of another kind.", part=part),
        }
