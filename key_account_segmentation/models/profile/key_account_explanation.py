# SPDX-License-Identifier: LGPL-3.0-only
"""Why a customer has its class, and what would change it: the rules of ``tools`` in words.

This model decides nothing. Every line is a check of the tables in ``tools.classification``, walked again over the stored
figures with the thresholds of the policy.
"""

import dataclasses
from datetime import date

from babel.dates import format_date as format_babel_date
from babel.dates import get_month_names

from odoo import models
from odoo.tools import SQL, get_lang

from ...tools import classification
from ...tools.months import divmod_month, last_complete_month, month_number
from ...tools.verdict import (
    SILENT,
    Customer,
    derive_limits,
    lifecycle_causes,
    months_above_monthly,
    months_to_monthly,
)
from ..base.columns import columns
from ..base.words import day_text, number_text, percent_text
from ..policy.key_account_policy import PERCENTAGES


class KeyAccountExplanation(models.AbstractModel):
    _name = "key.account.explanation"
    _description = "Why a Customer Is What They Are"

    def _most_urgent(self, profile, sections):
        """The hint to show beside the name: what silence leads to if the customer is late, else the way up."""
        hints = [hint for section in sections for hint in section["hints"]]
        if profile.lifecycle in ("late", "at_risk"):
            hints = sections[-1]["hints"]
        return hints[0] if hints else False

    def _why_sentences(self, profile):
        """The reasons of recurrence class, category and lifecycle, in one sentence each."""
        sentences = [self._recurrence_sentence(profile)]
        if profile.recurrence in ("monthly", "periodic", "seasonal") or profile.category != profile.computed_category:
            sentences.append(self._engagement_sentence(profile))
        if profile.lifecycle not in (False, "active"):
            sentences.append(self._silence_sentence(profile))
        if profile.is_shrinking or profile.is_growing:
            sentences.append(self._lately_sentence(profile))
        return sentences

    def _recurrence_sentence(self, profile):
        """Why the customer has this recurrence class."""
        months = {
            "active": profile.active_months,
            "observed": profile.observed_months,
        }
        return {
            "monthly": self.env._("Brought money in %(active)s of %(observed)s months.", **months),
            "periodic": self.env._(
                "Buys in a steady rhythm: %(cadence)s.", cadence=self._label("cadence", profile.cadence)
            ),
            "seasonal": self.env._(
                "Buys every year in the same months: %(season)s.", season=self._season_text(profile)
            ),
            "occasional": self.env._("Brought money in only %(active)s of %(observed)s months.", **months),
            "new": self.env._("First purchase on %(day)s.", day=self._day_or_dash(profile.first_invoice_date)),
            "one_off": self.env._("A single purchase, on %(day)s.", day=self._day_or_dash(profile.first_invoice_date)),
            "dormant": self.env._(
                "No purchase for 12 months, the last on %(day)s.", day=self._day_or_dash(profile.last_invoice_date)
            ),
            "none": self.env._("Has bought nothing yet."),
        }.get(profile.recurrence, "")

    def _engagement_sentence(self, profile):
        """Why a recurring customer is an active or a passive partner."""
        if not profile.engagement_count:
            return self.env._("No opportunity open or closed lately, no meeting held, no activity done.")
        if profile.engagement_count == 1:
            return self.env._("One opportunity, meeting held or activity done with them.")
        return self.env._(
            "%(count)s opportunities, meetings held or activities done with them.", count=profile.engagement_count
        )

    def _silence_sentence(self, profile):
        """Why the customer is late, at risk or lost."""
        if profile.overdue_days:
            return self.env._(
                "Expected on %(day)s, %(count)s days ago.",
                day=self._day_or_dash(profile.expected_next_date),
                count=profile.overdue_days,
            )
        return self.env._("Silent for %(count)s days.", count=profile.days_since_last)

    def _lately_sentence(self, profile):
        """What the last three months brought against the same months a year before."""
        return self.env._(
            "Brought %(recent)s in the last 3 months, %(before)s in the same months a year before.",
            recent=profile.currency_id.format(profile.recent_3m),
            before=profile.currency_id.format(profile.recent_3m_prev),
        )

    def _day_or_dash(self, day):
        return day_text(self.env, day) if day else "-"

    def _season_text(self, profile):
        """Names of the season's months: ``November, December``."""
        names = get_month_names("wide", locale=get_lang(self.env).code)
        return ", ".join([names[int(month)] for month in (profile.seasonal_months or "").split()])

    def _months_chart(self, profile):
        """Data of Odoo's dashboard graph: a bar for each of the last 12 complete months, and the current one."""
        facts = self.env["key.account.facts"]
        windows = facts._windows(profile.as_of_date, profile.policy_id._thresholds())
        query = facts._month_sql(profile.company_id, windows, profile.partner_id.ids)
        nets = {month: net for _partner, month, net in self.env.execute_query(query)}
        last = last_complete_month(profile.as_of_date)
        locale = get_lang(self.env).code
        values = [
            {
                "label": format_babel_date(date(*divmod_month(month), 1), "MMM yy", locale=locale),
                "value": round(nets.get(month, 0), profile.currency_id.decimal_places),
                "type": "past" if month <= last else "future",
            }
            for month in range(last - 11, max(last, month_number(profile.as_of_date)) + 1)
        ]
        return [{"key": self.env._("Revenue (%(currency)s)", currency=profile.currency_id.name), "values": values}]

    def _sections_of(self, profile):
        """The rules of each verdict with the customer's figures, and hints of what would change it."""
        thresholds = profile.policy_id._thresholds()
        return self._sections(self._explained_customer(profile, thresholds), thresholds)

    def _explained_customer(self, profile, thresholds):
        """The stored figures as the rules take them, empty values as None."""
        profile.flush_recordset()
        known = {field.name for field in dataclasses.fields(Customer)}
        names = [name for name in profile._figures("documents", "work", "verdict") if name in known]
        query = SQL(
            "SELECT %s FROM key_account_profile WHERE id = %s", columns(("cannot_be_developed", *names)), profile.id
        )
        self.env.cr.execute(query)
        figures = self.env.cr.dictfetchone()
        customer = Customer(as_of=profile.as_of_date, **self._explained_purchases(profile, thresholds), **figures)
        customer.cannot_be_developed = bool(customer.cannot_be_developed)
        customer.is_recurring = classification.is_recurring(customer.recurrence, thresholds)
        derive_limits(customer, thresholds)
        return customer

    def _explained_purchases(self, profile, thresholds):
        """Purchase days and monthly nets, which are not stored: the forecast is made from them."""
        facts = self.env["key.account.facts"]
        windows = facts._windows(profile.as_of_date, thresholds)
        customer = facts._customer_sql(
            profile.company_id, windows, lambda column: facts._customers_listed_sql(column, profile.partner_id.ids)
        )
        rows = self.env.execute_query(SQL("SELECT events, months, nets FROM (%s) AS fact", customer))
        events, months, nets = rows[0] if rows else (None, None, None)
        return {"events": events or [], "month_nets": dict(zip(months or [], nets or [], strict=True))}

    def _sections(self, customer, thresholds):
        sections = [
            self._section("computed_category", classification.CATEGORY, customer, thresholds)
            | {"hints": self._category_hints(customer, thresholds)},
            self._section("recurrence", classification.RECURRENCE, customer, thresholds)
            | {"hints": self._recurrence_hints(customer, thresholds)},
        ]
        # empty between an update and the first refresh after it
        if customer.event_count and customer.lost_from:
            sections.append(
                self._section("lifecycle", classification.LIFECYCLE, customer, thresholds)
                | {"rules": self._lifecycle_lines(customer, thresholds)}
                | {"hints": self._lifecycle_hints(customer, thresholds)}
            )
        return sections

    def _section(self, name, rules, customer, thresholds):
        """The rules of a verdict in order, up to the one that fits."""
        lines = []
        for rule in rules:
            fits = rule.fits(customer, thresholds)
            lines.append(
                {
                    "label": self._label(name, rule.result),
                    "fits": fits,
                    "checks": [
                        self._check_line(check, customer, thresholds)
                        for check in rule.checks
                        # no value to compare with: another check of the rule says why the rule does not fit
                        if check.limit(customer, thresholds) is not None
                    ],
                }
            )
            if fits:
                break
        titles = {
            "computed_category": self.env._("Category"),
            "recurrence": self.env._("Recurrence"),
            "lifecycle": self.env._("Lifecycle"),
        }
        return {"title": titles[name], "verdict": lines[-1]["label"], "rules": lines}

    def _lifecycle_lines(self, customer, thresholds):
        """The day from which on a silent customer is that bad, the worst first, each with what it was counted by."""
        causes = lifecycle_causes(customer, thresholds)
        lines = []
        for state in reversed(SILENT):
            day = getattr(customer, f"{state}_from")
            fits = customer.as_of >= day
            check = {
                "label": self._figure_label(f"{state}_from"),
                "figure": self._day_with_distance(customer.as_of, day),
                "condition": self._cause_text(causes[state], customer),
                "holds": fits,
            }
            lines.append({"label": self._label("lifecycle", state), "fits": fits, "checks": [check]})
            if fits:
                return lines
        return [*lines, {"label": self._label("lifecycle", "active"), "fits": True, "checks": []}]

    def _day_with_distance(self, today, day):
        days, text = (day - today).days, day_text(self.env, day)
        if days == 0:
            return self.env._("%(day)s, today", day=text)
        if abs(days) == 1:
            return self.env._("%(day)s, tomorrow", day=text) if days > 0 else self.env._("%(day)s, yesterday", day=text)
        if days > 0:
            return self.env._("%(day)s, in %(count)s days", day=text, count=days)
        return self.env._("%(day)s, %(count)s days ago", day=text, count=-days)

    def _cause_text(self, cause, customer):
        """What a day was counted by, so that it can be checked with a calendar."""
        last, days = day_text(self.env, customer.last_invoice_date), number_text(self.env, cause.days)
        if cause.code == "expected":
            return self.env._(
                "more than %(days)s days after %(day)s, when a purchase was expected",
                days=days,
                day=day_text(self.env, customer.expected_next_date),
            )
        if cause.code == "year":
            return self.env._("12 months after the last purchase on %(day)s", day=last)
        if cause.code == "last":
            return self.env._("more than %(days)s days after the last purchase on %(day)s", days=days, day=last)
        return self.env._(
            "more than %(days)s days after the last purchase on %(day)s, as soon as silence is %(limit)s; now it is %(now)s",
            days=days,
            day=last,
            limit=percent_text(self.env, cause.silence),
            now=percent_text(self.env, customer.silence_probability),
        )

    def _check_line(self, check, customer, thresholds):
        limit = check.limit(customer, thresholds)
        phrases = {
            "<": self.env._("has to be below %(limit)s"),
            "<=": self.env._("has to be at most %(limit)s"),
            "=": self.env._("has to be %(limit)s"),
            ">=": self.env._("has to be at least %(limit)s"),
            ">": self.env._("has to be more than %(limit)s"),
            "in": self.env._("has to be one of %(limit)s"),
        }
        if isinstance(limit, date):
            phrases |= {
                "<": self.env._("has to be before %(limit)s"),
                "<=": self.env._("has to be %(limit)s or before"),
            }
        return {
            "label": self._figure_label(check.figure),
            "figure": self._figure_text(check.figure, getattr(customer, check.figure)),
            "condition": phrases[check.operator] % {"limit": self._figure_text(check.figure, limit)},
            "holds": check.holds(customer, thresholds),
        }

    def _figure_label(self, name):
        labels = {
            "as_of": self.env._("Day"),
            "is_recurring": self.env._("Brings money steadily"),
        }
        return (
            labels.get(name)
            or self.env["key.account.profile"]._fields[name].get_description(self.env, ["string"])["string"]
        )

    def _figure_text(self, name, value):
        """A figure as it is written on the screen; a set of choices is listed."""
        if isinstance(value, frozenset):
            labels = [self._label(name, choice) for choice in sorted(value)]
            return ", ".join(labels)
        if value is None:
            return self.env._("empty")
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if isinstance(value, date):
            return day_text(self.env, value)
        if isinstance(value, str):
            return self._label(name, value)
        if name in PERCENTAGES or name == "coverage":
            return percent_text(self.env, value)
        return number_text(self.env, value)

    def _label(self, name, value):
        """The word of the screen for a value of a selection field."""
        return dict(self.env["key.account.profile"]._fields[name]._description_selection(self.env)).get(value, value)

    def _category_hints(self, customer, thresholds):
        if customer.computed_category == "passive_partner" and not customer.cannot_be_developed:
            return [
                self.env._(
                    "An open opportunity, or one closed, a meeting held or an activity done within %(months)s months: "
                    "active partner.",
                    months=thresholds.engagement_months,
                )
            ]
        if customer.computed_category == "client" and customer.event_count:
            more = months_to_monthly(customer, thresholds)
            if more == 1:
                return [self.env._("1 more active month: monthly, and so a partner.")]
            if more:
                return [self.env._("%(count)s more active months: monthly, and so a partner.", count=more)]
        return []

    def _recurrence_hints(self, customer, thresholds):
        if customer.recurrence == "monthly":
            fewer = months_above_monthly(customer, thresholds)
            return [
                self.env._("One active month fewer, and they are not monthly any more.")
                if not fewer
                else self.env._("Stays monthly with up to %(count)s active months fewer.", count=fewer)
            ]
        if customer.recurrence == "periodic":
            return [
                self.env._(
                    "Stays periodic until %(day)s without a purchase.", day=day_text(self.env, customer.periodic_until)
                )
            ]
        return []

    def _lifecycle_hints(self, customer, thresholds):
        """When a customer who stays silent is worse off than now."""
        days = {state: getattr(customer, f"{state}_from") for state in SILENT}
        ahead = [state for state in SILENT if days[state] > customer.as_of]
        return [
            self.env._(
                "Without a new invoice: %(lifecycle)s from %(day)s.",
                lifecycle=self._label("lifecycle", state).lower(),
                day=day_text(self.env, days[state]),
            )
            for state, worse in zip(ahead, [*ahead[1:], None], strict=False)
            # who is lost on the same day is never at risk
            if worse is None or days[worse] > days[state]
        ]
