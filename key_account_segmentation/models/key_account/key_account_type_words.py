# SPDX-License-Identifier: LGPL-3.0-only
"""Why a customer is suggested as a key account: the rules of ``tools.account_types`` in words, with the figures."""

from odoo import models

from ...tools.account_types import suggested_types
from ..base.words import money_text, number_text, percent_text


class KeyAccountTypeWords(models.AbstractModel):
    """A sentence for each reason of a built-in rule: the method ``_reason_`` and its code, from a profile."""

    _name = "key.account.type.words"
    _description = "Why a Key Account, in Words"

    def _type_sentences(self, profile):
        """The suggested types of a profile in order, each with the sentences that say why."""
        if not profile.policy_id:
            return []
        reasons = self._reasons(profile)
        return [
            (account_type, self._sentences(profile, reasons.get(account_type.code, ())))
            for account_type in profile.suggested_type_ids.sorted()
        ]

    def _reasons(self, profile):
        # sudo: why a type is suggested is told in words that keep what the reader may not see, limits among them
        refresh, rules = self.env["key.account.refresh"].sudo(), self.env["key.account.type"]._built_in_rules()
        limits = refresh._type_limits(profile.company_id, profile.policy_id._thresholds())
        # sudo: as above
        return suggested_types(refresh._account(profile.sudo()), limits, rules)

    def _sentences(self, profile, reasons):
        """The sentences of these reasons, each once; a type without a reason fits the rule people made for it."""
        sentences = list(dict.fromkeys(getattr(self, f"_reason_{reason}")(profile) for reason in reasons))
        return sentences or [self.env._("Fits the rule of this type.")]

    def _reason_steady_a(self, profile):
        return self.env._(
            "Among the largest customers (A), and loyal: %(loyalty)s.",
            loyalty=percent_text(self.env, profile.loyalty or 0),
        )

    def _reason_growth(self, profile):
        return self.env._(
            "The last purchase was %(times)s times the first.", times=number_text(self.env, profile.last_to_first)
        )

    def _reason_amount(self, profile):
        return self.env._(
            "%(potential)s could come on top of %(revenue)s.",
            potential=money_text(profile, profile.potential_amount),
            revenue=money_text(profile, profile.revenue_12m),
        )

    def _reason_feedback(self, profile):
        return self.env._("Feedback in 12 months: %(count)s.", count=profile.feedback_count_12m)

    def _reason_share(self, profile):
        """The sentence on the revenue of referred customers; the amount only for readers who see all of them."""
        if not self.env.user._key_account_sees_all():
            return self._referred_in_number(profile)
        return self.env._(
            "Customers they referred: %(count)s, who brought %(referred)s in 12 months; a good part of the company's "
            "revenue.",
            count=profile.referral_count,
            referred=money_text(profile, profile.referred_revenue_12m),
        )

    def _reason_as_much(self, profile):
        """As for a share."""
        if not self.env.user._key_account_sees_all():
            return self._referred_in_number(profile)
        return self.env._(
            "Customers they referred: %(count)s, who brought %(referred)s in 12 months; their own revenue is %(own)s.",
            count=profile.referral_count,
            referred=money_text(profile, profile.referred_revenue_12m),
            own=money_text(profile, profile.revenue_12m),
        )

    def _referred_in_number(self, profile):
        return self.env._("Brings other customers: %s.", profile.referral_count)
