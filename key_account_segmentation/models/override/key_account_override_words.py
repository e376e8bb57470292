# SPDX-License-Identifier: LGPL-3.0-only
"""Overrides and changes that are about to come, in words."""

from datetime import timedelta

from odoo import models

from ..base.words import choice_text, day_text
from ..profile.overrides import AUTHOR, COMPARED, EFFECTIVE, REASON, UNTIL, differs, has_override


class KeyAccountOverrideWords(models.AbstractModel):
    _name = "key.account.override.words"
    _description = "What Is Set by Hand, in Words"

    def _rows(self, profile):
        """Label, value and sentences of each matter that is set by hand or about to change."""
        sentences = {what: self._sentences(profile, what) for what in (*EFFECTIVE, "development")}
        return [
            {"label": self._label(what), "value": self._effective_text(profile, what), "sentences": sentences[what]}
            for what in sentences
            if sentences[what]
        ]

    def _sentences(self, profile, what):
        if has_override(profile, what):
            return self._by_hand_sentences(profile, what)
        if what in EFFECTIVE and profile[f"{what}_falling_since"]:
            return [self._falling_sentence(profile, what)]
        return []

    def _label(self, what):
        return {
            "type": self.env._("Key account type"),
            "category": self.env._("Category"),
            "quadrant": self.env._("Quadrant"),
            "development": self.env._("Can be developed"),
        }[what]

    def _label_in_sentence(self, what):
        return {
            "category": self.env._("category"),
            "quadrant": self.env._("quadrant"),
            "type": self.env._("key account type"),
        }[what]

    def _effective_text(self, profile, what):
        if what == "development":
            return self.env._("No")
        return self._value_text(what, profile[EFFECTIVE[what]])

    def _value_text(self, what, value):
        """A category, quadrant or key account type in words."""
        if what == "category":
            return choice_text(self.env["key.account.profile"], "category", value) or ""
        none = {"quadrant": self.env._("No quadrant"), "type": self.env._("No key account")}
        return value.name or none[what]

    def _by_hand_sentences(self, profile, what):
        """Author, end and reason of an override, and the computed value if it is another one."""
        sentences = [self._author_sentence(profile, what)]
        if profile[REASON[what]]:
            sentences.append(self.env._("“%s”", profile[REASON[what]]))
        if what == "type" and profile.review_date:
            sentences.append(self.env._("To be reviewed on %s.", day_text(self.env, profile.review_date)))
        if what in COMPARED and differs(profile, what):
            sentences.append(self.env._("The figures say: %s.", self._computed_text(profile, what)))
        return sentences

    def _author_sentence(self, profile, what):
        # sudo: who set something by hand may be known to all who see it, whatever company they work in
        author = profile.sudo()[AUTHOR[what]].name or self.env._("somebody")
        if until := profile[UNTIL[what]]:
            return self.env._("Set by %(user)s until %(day)s.", user=author, day=day_text(self.env, until))
        return self.env._("Set by %(user)s until further notice.", user=author)

    def _computed_text(self, profile, what):
        return self._value_text(what, profile[COMPARED[what][0]])

    def _falling_sentence(self, profile, what):
        since = profile[f"{what}_falling_since"]
        days = profile.company_id.key_account_policy_id._thresholds().stability_days
        return self.env._(
            "The figures have said “%(value)s” since %(since)s; it counts from %(day)s if it stays like that.",
            value=self._computed_text(profile, what),
            since=day_text(self.env, since),
            day=day_text(self.env, since + timedelta(days=days)),
        )
