# SPDX-License-Identifier: LGPL-3.0-only
"""Which types of key account the figures suggest: a step of every refresh of today.

figures    pipeline, referrals and feedback are written                        `_key_account_sql` of key.account.facts
limits     share of the A border, of the revenue: those of the refresh         `_limits_of`
rules      of people: who fits goes into a temporary table                     `_match_rules`, key.account.type.rule
candidates whom a built-in rule may suggest, who fits a rule, who has a type   `_candidates`, a batch at a time
types      the built-in rules decide                                           tools.account_types
"""

import logging
from types import SimpleNamespace
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.account_types import AMOUNT_MIN, YOUNG, Limits, figures_of, suggested_types
from ..base.columns import columns, named, or_zero, unnest
from ..profile.overrides import UNTIL, in_force_sql
from ..refresh.work import Outcome

_logger = logging.getLogger(__name__)

#: Candidates read, decided and written together.
CANDIDATE_BATCH = 2000

#: Code of the type whose customers are placed however new they are.
POTENTIAL = "potential"

#: What a row without figures begins with.
BARE_COLUMNS = (
    "company_id",
    "partner_id",
    "as_of_date",
    "policy_id",
    "recurrence",
    "computed_category",
    "category",
)


class Suggested(NamedTuple):
    """A row of the suggested types of a profile."""

    profile_id: int
    type_id: int


class Suggesting(NamedTuple):
    """Of whom types are suggested, and by what."""

    types: models.Model
    limits: Limits
    #: domain of the customers it may concern
    candidates: Domain
    #: whether the table ``key_account_match`` is there
    has_matches: bool
    #: types whose suggestions stay as they are -> why their rule cannot be used
    faults: dict


class KeyAccountRefresh(models.AbstractModel):
    _inherit = "key.account.refresh"

    @api.model
    def _steps(self, work):
        """A past day has no suggestions: its pipeline is unknown, and so is the outcome of a rule.

        Types go by the ranks, and places by the types: a newcomer with potential has a quadrant.
        """
        steps = super()._steps(work)
        if work.target.is_today:
            steps.insert(steps.index("_place"), "_suggest")
        return steps

    def _suggest(self, work):
        """Pipeline, referrals, feedback, and the types they suggest.

        :returns: ``Outcome`` with the types whose rule cannot be used; their suggestions stay as they are
        """
        figures = self._facts._key_account_sql(work.company, self._windows_of(work), self._listed(work.partner_ids))
        work.target.update(figures, work.target.figures._figures("key_accounts"))
        suggesting = self._suggesting(work)
        for rows in self._in_batches(lambda after: self._candidates(suggesting, after), CANDIDATE_BATCH):
            self._write_types(suggesting, rows)
        return Outcome(remarks=self._rule_remarks(suggesting.faults))

    def _rule_remarks(self, faults):
        """Which types' rules could not be used: type -> why."""
        if not faults:
            return []
        stay = self.env._("Who was suggested by these rules stays so. Open the type to put its rule right.")
        return [*(account_type._rule_sentence(fault) for account_type, fault in faults.items()), stay]

    def _suggesting(self, work):
        types = self.env["key.account.type"]._of(work.company)
        ruled = types.filtered("rule_domain")
        limits = self._limits_of(work)
        candidates = self._candidate_domain(work, limits)
        if ruled:
            candidates |= Domain.custom(to_sql=self._matched_sql)
        return Suggesting(
            types=types,
            limits=limits,
            candidates=candidates & self._customers_domain(work.company, work.partner_ids),
            has_matches=bool(ruled),
            faults=self._match_rules(work.company, ruled, work.partner_ids) if ruled else {},
        )

    def _in_batches(self, read, size):
        """Batches of rows by id, until one is not full.

        :param read: function from the last id of the batch before to at most ``size`` rows, dicts with an id
        """
        after, rows = 0, ()
        while not after or len(rows) == size:
            rows = read(after)
            if not rows:
                return
            yield rows
            after = rows[-1]["id"]

    def _match_rules(self, company, types, partner_ids=None):
        """Fill the temporary table ``key_account_match`` with the profiles that fit the rules people made.

        A transaction that refreshes several times has one table all the same: each new one would hold its locks to the end.

        :returns: type -> why its rule cannot be used
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE IF NOT EXISTS key_account_match (
                    profile_id int, type_id int, PRIMARY KEY (profile_id, type_id)
                ) ON COMMIT DROP
                """
            )
        )
        self.env.cr.execute(SQL("TRUNCATE key_account_match"))
        faults = {}
        for account_type in types:
            if fault := account_type._run_rule(company, partner_ids, self._keep_matches):
                faults[account_type] = fault
                _logger.warning("%s (%s)", account_type._rule_sentence(fault), company.name)
        return faults

    def _keep_matches(self, account_type, query):
        self.env.cr.execute(
            SQL(
                "INSERT INTO key_account_match (type_id, profile_id) SELECT %s, found.id FROM (%s) AS found",
                account_type.id,
                query.select(),
            )
        )

    def _customers_domain(self, company, partner_ids):
        """The profiles of these customers of a company, of all if None."""
        domain = Domain("company_id", "=", company.id)
        return domain if partner_ids is None else domain & Domain("partner_id", "in", partner_ids)

    @api.model
    def _type_limits(self, company, thresholds):
        """The limits that figures are compared with, as the last refresh of all customers had them."""
        border = self.env["key.account.run"]._last_begun(company).a_border
        return self._limits(thresholds, border, self._revenue_of_last_night(company))

    def _limits_of(self, work):
        """The limits of a refresh: of all customers they are of the same day as the figures."""
        if work.is_of_all:
            scope = work.target.scope_sql(work.company, work.as_of)
            query = SQL("SELECT SUM(revenue_12m)::float8 FROM %s AND revenue_12m > 0", scope)
            revenue = self.env.execute_query(query)[0][0]
        else:
            revenue = self._revenue_of_last_night(work.company)
        return self._limits(work.thresholds, work.a_border, revenue)

    def _revenue_of_last_night(self, company):
        portfolios = self.env["key.account.portfolio"]
        return portfolios.search([("company_id", "=", company.id)], limit=1).revenue_positive_12m

    def _limits(self, thresholds, border, revenue):
        """
        :param border: revenue of the smallest A customer, nothing without one
        :param revenue: of all customers above zero
        """
        return Limits(
            steady_min=thresholds.steady_min,
            growth_min=thresholds.type_growth_min,
            potential_min=thresholds.type_potential_share_min * border if border else None,
            image_min=thresholds.type_image_share_min * revenue if revenue else None,
            feedback_min=thresholds.type_feedback_min,
        )

    def _newcomer_sql(self, work, figure):
        """Customers of the type potential are placed by their figures, however new they are."""
        newcomer = super()._newcomer_sql(work, figure)
        potential = self.env["key.account.type"]._of(work.company).filtered(lambda it: it.code == POTENTIAL)
        if not potential:
            return newcomer
        if work.target.has_types:
            return SQL("%s AND NOT %s", newcomer, self._has_type_sql(work, figure, potential))
        return SQL("%s AND NOT %s", newcomer, self._has_potential_sql(work, figure))

    def _has_type_sql(self, work, figure, account_type):
        """Condition: the type is suggested, or set by hand."""
        return SQL(
            """(
                EXISTS (
                    SELECT FROM key_account_profile_type_rel WHERE profile_id = %(profile)s AND type_id = %(type)s
                )
                OR COALESCE(%(by_hand)s = %(type)s, FALSE) AND %(in_force)s
            )""",
            profile=figure("id"),
            type=account_type.id,
            by_hand=figure("manual_type_id"),
            in_force=in_force_sql(figure(UNTIL["type"]), work.as_of),
        )

    def _has_potential_sql(self, work, figure):
        """Condition: the figures of a past day or a draft would suggest the type potential.

        What could come on top of the revenue is known of today only.
        """
        limits = self._limits(work.thresholds, work.a_border, None)
        knows_amount = "potential_amount" in work.target.figures._fields and limits.potential_min is not None
        return SQL(
            "COALESCE(%(is_young)s AND %(growth)s >= %(growth_min)s OR %(amount)s, FALSE)",
            is_young=SQL("%s IN %s", figure("recurrence"), tuple(YOUNG)),
            growth=figure("last_to_first"),
            growth_min=limits.growth_min,
            amount=SQL("%s >= %s", figure("potential_amount"), max(limits.potential_min, AMOUNT_MIN))
            if knows_amount
            else SQL("FALSE"),
        )

    def _candidate_domain(self, work, limits):
        """Domain: customers that a built-in rule may suggest a type for, and those that have one so far."""
        rules = self.env["key.account.type"]._built_in_rules()
        return Domain("computed_type_id", "!=", False) | Domain.OR(Domain(rule.domain(limits)) for rule in rules)

    def _matched_sql(self, profiles, alias, query):
        return SQL(
            "EXISTS (SELECT FROM key_account_match WHERE profile_id = %s)", profiles._field_to_sql(alias, "id", query)
        )

    def _candidates(self, suggesting, after):
        """The next candidates: dicts of id, stored types, types whose rule they fit, and what the built-in rules look at."""
        # sudo: what suggests a type is the same whoever has it refreshed
        profiles = self.env["key.account.profile"].sudo()
        following = suggesting.candidates & Domain("id", ">", after)
        query = profiles._search(following, order="id", limit=CANDIDATE_BATCH)
        number = profiles._field_to_sql(query.table, "id", query)
        stored = SQL("ARRAY(SELECT type_id FROM key_account_profile_type_rel WHERE profile_id = %s)", number)
        matched = SQL("ARRAY(SELECT type_id FROM key_account_match WHERE profile_id = %s)", number)
        selected = {
            "id": number,
            "computed_type_id": profiles._field_to_sql(query.table, "computed_type_id", query),
            "suggested": stored,
            "matched": matched if suggesting.has_matches else SQL("ARRAY[]::int[]"),
        }
        figures = {name: self._figure_sql(profiles, name, query) for name in self._type_figures()}
        return self.env.execute_query_dict(query.select(named(selected | figures)))

    def _type_figures(self):
        return figures_of(self.env["key.account.type"]._built_in_rules())

    def _figure_sql(self, profiles, name, query):
        """A figure as Odoo reads it: no Decimal, and no NULL where the number cannot be empty."""
        field = profiles._fields[name]
        column = or_zero(field, profiles._field_to_sql(query.table, name, query))
        return SQL("%s::float8", column) if field.type in ("float", "monetary") else column

    def _account(self, profile):
        """The figures of one profile that the built-in rules look at."""
        return SimpleNamespace(**{name: self._figure(profile, name) for name in self._type_figures()})

    def _figure(self, profile, name):
        value = profile[name]
        return None if value is False and profile._fields[name].type != "boolean" else value

    def _write_types(self, suggesting, rows):
        """Write the suggested types of the candidates where they are others than the stored ones."""
        rules, types = self.env["key.account.type"]._built_in_rules(), suggesting.types
        kept = {account_type.id for account_type in suggesting.faults}
        by_code = {account_type.code: account_type.id for account_type in types if account_type.code}
        order = {number: place for place, number in enumerate(types.ids)}
        main_types, suggested = [], []
        for row in rows:
            codes = suggested_types(SimpleNamespace(**row), suggesting.limits, rules)
            found = {by_code[code] for code in codes if code in by_code}
            found |= set(row["matched"]) | kept.intersection(row["suggested"])
            first = min(found, key=order.get, default=None)
            if found != set(row["suggested"]) or first != row["computed_type_id"]:
                main_types.append(Suggested(row["id"], first))
                suggested += [Suggested(row["id"], number) for number in found]
        if main_types:
            self._store_types(main_types, suggested)

    def _store_types(self, main_types, suggested):
        """Write the suggested types of some profiles, and the first of each."""
        profile_ids = [row.profile_id for row in main_types]
        self.env.cr.execute(SQL("DELETE FROM key_account_profile_type_rel WHERE profile_id = ANY(%s)", profile_ids))
        if suggested:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO key_account_profile_type_rel (%s) SELECT * FROM %s ON CONFLICT DO NOTHING",
                    columns(Suggested._fields),
                    unnest(suggested),
                )
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE key_account_profile AS figures
                   SET computed_type_id = new.type_id
                  FROM %s AS new (%s)
                 WHERE figures.id = new.profile_id
                   AND figures.computed_type_id IS DISTINCT FROM new.type_id
                """,
                unnest(main_types),
                columns(Suggested._fields),
            )
        )
        self.env["key.account.profile"].invalidate_model(["suggested_type_ids", "computed_type_id"])

    @api.model
    def _ensure_profiles(self, company, partners):
        """The profiles of these customers (commercial partners) in a company, made for those who have none.

        A customer without documents keeps the row as long as it has an override, a referral or a feedback. If another
        transaction makes the same row, the second one waits for it, and then begins anew (a serialization failure)
        instead of being refused.
        """
        partners = partners.commercial_partner_id
        company._ensure_key_account_policy()
        # sudo: the row tells nothing of the customer; the record rules decide which users see it
        profiles = self.env["key.account.profile"].sudo()
        of_partners = Domain("company_id", "=", company.id) & Domain("partner_id", "in", partners.ids)
        if missing := partners - profiles.search(of_partners).partner_id:
            self.env.flush_all()
            self.env.cr.execute(self._bare_insert_sql(company, missing.ids))
            made = profiles.browse([row[0] for row in self.env.cr.fetchall()])
            made.modified(BARE_COLUMNS)
        return profiles.search(of_partners).sudo(False)

    def _bare_insert_sql(self, company, partner_ids):
        """Add rows without a figure, unless somebody else just has."""
        return SQL(
            """
            INSERT INTO key_account_profile (
                %(columns)s, salesperson_id, account_manager_id, create_uid, write_uid, create_date, write_date
            )
            SELECT %(company)s, customer.id, %(as_of)s, %(policy)s, 'none', 'client', 'client',
                   seller.id, seller.id, %(user)s, %(user)s, %(now)s, %(now)s
              FROM res_partner AS customer
              LEFT JOIN UNNEST(%(sellers)s) AS seller (id)
                ON seller.id = customer.user_id
             WHERE customer.id = ANY(%(partners)s)
                ON CONFLICT (company_id, partner_id) DO NOTHING
         RETURNING id
            """,
            columns=columns(BARE_COLUMNS),
            company=company.id,
            as_of=company._key_account_as_of(),
            policy=company.key_account_policy_id.id,
            user=self.env.uid,
            now=self.env.cr.now(),
            partners=partner_ids,
            sellers=self.env["res.users"]._key_account_seller_ids(),
        )
