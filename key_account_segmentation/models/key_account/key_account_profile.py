# SPDX-License-Identifier: LGPL-3.0-only
"""Why a customer is suggested as a key account: the rules of ``tools.account_types`` in words, with the figures."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools.account_types import Account, suggested_types
from ..base.words import number_text


class KeyAccountProfile(models.Model):
    _inherit = "key.account.profile"

    type_reasons = fields.Html(
        string="Why a Key Account",
        compute="_compute_type_reasons",
        sanitize=False,
        help="Each suggested type with the figures that speak for it.",
    )

    @api.depends("suggested_type_ids")
    @api.depends_context("lang", "uid")
    def _compute_type_reasons(self):
        for profile in self:
            lines = [
                Markup("<li><b>%s</b>: %s</li>") % (account_type.name, " ".join(sentences))
                for account_type, sentences in profile._type_sentences()
            ]
            profile.type_reasons = Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup().join(lines) if lines else False

    def _type_sentences(self):
        """The suggested types in order, each with the sentences that say why."""
        if not self.policy_id:
            return []
        given = suggested_types(self._stored_account(), self._type_limits_of())
        return [
            (
                account_type,
                list(dict.fromkeys(self._type_sentence(reason) for reason in given.get(account_type.code, ())))
                or [self.env._("Fits the rule of this type.")],
            )
            for account_type in self.suggested_type_ids.sorted()
        ]

    def _stored_account(self):
        # sudo: why a type is suggested is told in words that keep what the reader may not see
        account = self.sudo()
        return self.env["key.account.refresh"]._account([account[name] for name in Account._fields])

    def _type_limits_of(self):
        # sudo: only whether the customer reaches the limit is told, not the limit
        refresh = self.env["key.account.refresh"].sudo()
        return refresh._type_limits(self.company_id, self.policy_id._thresholds())

    def _type_sentence(self, reason):
        if reason in ("as_much", "share"):
            return self._referral_sentence(reason)
        return {
            "steady_a": self.env._(
                "Among the largest customers (A), %(recurrence)s.",
                recurrence=self.env["key.account.explanation"]._label("recurrence", self.recurrence).lower(),
            ),
            "growth": self.env._(
                "The last purchase was %(times)s times the first.", times=number_text(self.env, self.last_to_first)
            ),
            "amount": self.env._(
                "%(potential)s could come on top of %(revenue)s.",
                potential=self._money_text(self.potential_amount),
                revenue=self._money_text(self.revenue_12m),
            ),
            "feedback": self.env._("Feedback in 12 months: %(count)s.", count=self.feedback_count_12m),
        }[reason]

    def _referral_sentence(self, reason):
        """What the customers who came through this one bring; the amount only for who sees all of them."""
        if not self.env.user._key_account_sees_all():
            return self.env._("Brings other customers: %s.", self.referral_count)
        referred = self.referred_revenue_12m
        if reason == "share":
            return self.env._(
                "Customers they referred: %(count)s, who brought %(referred)s in 12 months; a good part of the company's "
                "revenue.",
                count=self.referral_count,
                referred=self._money_text(referred),
            )
        return self.env._(
            "Customers they referred: %(count)s, who brought %(referred)s in 12 months; their own revenue is %(own)s.",
            count=self.referral_count,
            referred=self._money_text(referred),
            own=self._money_text(self.revenue_12m),
        )

    def _money_text(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)
