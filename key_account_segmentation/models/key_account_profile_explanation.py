"""Why a customer is what they are, and what would change it: the rules of ``tools`` in words.

Nothing is decided here. Every line is a check of the tables in ``tools.classification``, walked again over the stored
figures with the thresholds of the policy.
"""

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from ..tools import classification
from ..tools.verdict import (
    Customer,
    derive_limits,
    lifecycle_ahead,
    months_above_monthly,
    months_to_monthly,
)
from .key_account_policy import PERCENTAGES

#: What the rules look at, as it is stored.
STORED = (
    "first_invoice_date",
    "last_invoice_date",
    "event_count",
    "event_count_12m",
    "engagement_count",
    "cannot_be_developed",
    "prior_gap_days",
    "observed_months",
    "active_months",
    "adi",
    "gap_count",
    "mean_gap_days",
    "cadence",
    "cadence_months",
    "is_seasonal",
    "expected_next_date",
    "overdue_ratio",
    "overdue_days",
    "lost_probability",
    "lifecycle",
    "recurrence",
    "computed_category",
)


class KeyAccountProfileExplanation(models.Model):
    _inherit = "key.account.profile"

    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,
        help="Each rule with the customer's figure and the threshold of the policy, and how far the next class is.",
    )
    next_step = fields.Char(
        compute="_compute_explanation", help="What would change the verdict soonest: upwards, or by silence."
    )

    def _compute_explanation(self):
        for profile in self:
            policy = profile.policy_id
            if not policy:
                profile.explanation = profile.next_step = False
                continue
            thresholds = policy._thresholds()
            customer = profile._explained_customer(thresholds)
            sections = profile._explanation_sections(customer, thresholds)
            profile.explanation = self.env["ir.qweb"]._render(
                "key_account_segmentation.profile_explanation", {"sections": sections, "policy": policy}
            )
            profile.next_step = profile._most_urgent(sections)

    def _most_urgent(self, sections):
        """The hint to show beside the name: what silence leads to if the customer is late, else the way up."""
        hints = [hint for section in sections for hint in section["hints"]]
        if self.lifecycle in ("late", "at_risk"):
            hints = sections[-1]["hints"]
        return hints[0] if hints else False

    def _explained_customer(self, thresholds):
        """The stored figures as the rules take them, empty values as None."""
        self.flush_recordset()
        names = SQL(", ").join([SQL.identifier(name) for name in STORED])
        query = SQL("SELECT %s FROM key_account_profile WHERE id = %s", names, self.id)
        figures = dict(zip(STORED, self.env.execute_query(query)[0], strict=True))
        customer = Customer(as_of=self.as_of_date, events=[], month_nets={}, **figures)
        customer.cannot_be_developed = bool(customer.cannot_be_developed)
        customer.is_recurring = classification.is_recurring(customer.recurrence, thresholds)
        derive_limits(customer, thresholds)
        return customer

    def _explanation_sections(self, customer, thresholds):
        lifecycle = classification.lifecycle_rules(customer)
        sections = [
            self._section("computed_category", classification.CATEGORY, customer, thresholds)
            | {"hints": self._category_hints(customer, thresholds)},
            self._section("recurrence", classification.RECURRENCE, customer, thresholds)
            | {"hints": self._recurrence_hints(customer, thresholds)},
        ]
        if lifecycle:
            sections.append(
                self._section("lifecycle", lifecycle, customer, thresholds)
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
                        # nothing to compare with: another check of the rule says why it does not fit
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
        return labels.get(name) or self._fields[name].get_description(self.env, ["string"])["string"]

    def _figure_text(self, name, value):
        """A figure as it is written on the screen; a set of choices is listed."""
        if isinstance(value, frozenset):
            labels = [self._label(name, choice) for choice in sorted(value)]
            return ", ".join(labels)
        if value is None:
            return self.env._("empty")
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if name == "as_of":
            return self._date_text(value)
        if isinstance(value, str):
            return self._label(name, value)
        if name in PERCENTAGES or name == "lost_probability":
            return self.env._("%(number)s %%", number=self._number_text(round(value * 100, 1)))
        return self._number_text(value)

    def _number_text(self, value):
        """A number with up to two decimals, none that say nothing."""
        digits = next(digits for digits in range(3) if digits == 2 or round(value, digits) == round(value, 2))
        return formatLang(self.env, value, digits=digits)

    def _date_text(self, day):
        return format_date(self.env, day, date_format="medium")

    def _label(self, name, value):
        """The word of the screen for a value of a selection field."""
        return dict(self._fields[name]._description_selection(self.env)).get(value, value)

    def _category_hints(self, customer, thresholds):
        if customer.computed_category == "passive_partner" and not customer.cannot_be_developed:
            return [
                self.env._(
                    "An opportunity, a meeting or an activity with them within %(months)s months: active partner.",
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
                    "Stays periodic until %(day)s without a purchase.", day=self._date_text(customer.periodic_until)
                )
            ]
        return []

    def _lifecycle_hints(self, customer, thresholds):
        return [
            self.env._(
                "Without a new invoice: %(lifecycle)s from %(day)s.",
                lifecycle=self._label("lifecycle", state).lower(),
                day=self._date_text(day),
            )
            for day, state in lifecycle_ahead(customer, thresholds)
        ]
