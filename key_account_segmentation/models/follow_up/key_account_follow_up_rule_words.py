# SPDX-License-Identifier: LGPL-3.0-only
"""Follow-ups in words: what to do, why, what was agreed last time, and why one is closed.

On the contact stands ``_what_to_do`` alone, for everybody. The rest is for those who may read the follow-up: dates, days and
shares, no amounts of money.
"""

from markupsafe import Markup

from odoo import models

from ...tools.follow_up import ENDED, EVENTS
from ..base.words import day_text, percent_text

#: So many customers are named in a digest; the rest is a number.
NAMED_MAX = 20


class KeyAccountFollowUpRule(models.Model):
    _inherit = "key.account.follow.up.rule"

    def _what_to_do(self):
        """What to do, as the activity on the contact says it: nothing of how the customer stands."""
        return {
            "contact": self.env._("Get in touch"),
            "rhythm": self.env._("Ask what they will need"),
            "reminder": self.env._("Ask what they will need"),
            "became_key_account": self.env._("Agree how often to talk"),
            "became_at_risk": self.env._("Get in touch"),
            "became_lost": self.env._("Get in touch"),
            "payment": self.env._("Talk about invoices"),
        }.get(self.kind) or self.env._("Look at this account")

    def _link(self, follow_up):
        """The note of an activity: the way to the follow-up."""
        return Markup('<p><a href="/odoo/key-account-follow-ups/%s">%s</a></p>') % (
            follow_up.id,
            self.env._("Open the follow-up"),
        )

    def _summary(self):
        """What it is about in a few words, for who may read the follow-up."""
        if self.kind in EVENTS:
            return dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        return {
            "contact": self.env._("Get in touch"),
            "rhythm": self.env._("Call before they are gone"),
            "reminder": self.env._("Ask what they will need"),
            "payment": self.env._("Ask about overdue invoices"),
            "review": self.env._("Look again: still a special account?"),
            ENDED: self.env._("What was set by hand has ended"),
        }[self.kind]

    def _reason(self, profile, since, changes):
        """Why, with figures, in the language and time zone of the environment.

        :param changes: what has changed, of events and of what has ended
        """
        return getattr(self, f"_reason_{self.kind}")(profile, since, changes)

    def _reason_contact(self, profile, since, _changes):
        return self.env._(
            "Nobody has been in touch since %(day)s, for %(count)s days. A key account of the type “%(type)s” is contacted "
            "every %(rhythm)s days.",
            day=day_text(self.env, since),
            count=(self._today() - since).days,
            type=profile.main_type_id.name,
            rhythm=profile.main_type_id.contact_days,
        )

    def _reason_rhythm(self, profile, since, _changes):
        return self.env._(
            "The next purchase was expected on %(day)s, %(count)s days ago. The last one was on %(last)s; usually there are "
            "%(gap)s days between two.",
            day=day_text(self.env, since),
            count=(self._today() - since).days,
            last=day_text(self.env, profile.last_invoice_date),
            gap=round(profile.median_gap_days or 0),
        )

    def _reason_reminder(self, profile, since, _changes):
        return self.env._(
            "The next purchase is expected on %(day)s. The last one was on %(last)s; usually there are %(gap)s days between "
            "two.",
            day=day_text(self.env, since),
            last=day_text(self.env, profile.last_invoice_date),
            gap=round(profile.median_gap_days or 0),
        )

    def _reason_payment(self, profile, _since, _changes):
        return self.env._(
            "%(share)s of what they owe is overdue; more than %(limit)s is too much.",
            share=percent_text(self.env, profile.overdue_share or 0, digits=0),
            limit=percent_text(self.env, self.overdue_limit, digits=0),
        )

    def _reason_review(self, _profile, since, _changes):
        return self.env._(
            "The review date was %(day)s. Set another one, or take the type back.", day=day_text(self.env, since)
        )

    def _reason_became_key_account(self, profile, _since, changes):
        return self.env._(
            "Became a key account of the type “%(type)s” on %(day)s.",
            type=profile.main_type_id.name,
            day=day_text(self.env, changes[-1:].date),
        )

    def _reason_became_at_risk(self, profile, _since, changes):
        return self._reason_silent(self.env._("At risk since %s.", day_text(self.env, changes[-1:].date)), profile)

    def _reason_became_lost(self, profile, _since, changes):
        return self._reason_silent(self.env._("Lost since %s.", day_text(self.env, changes[-1:].date)), profile)

    def _reason_silent(self, sentence, profile):
        if not profile.last_invoice_date:
            return sentence
        last = self.env._(
            "The last purchase was on %(day)s, %(count)s days ago.",
            day=day_text(self.env, profile.last_invoice_date),
            count=(self._today() - profile.last_invoice_date).days,
        )
        return f"{sentence} {last}"

    def _reason_fell_quadrant(self, _profile, _since, changes):
        change = changes[-1:]
        return self.env._(
            "Fell from “%(old)s” to “%(new)s” on %(day)s.",
            old=change.old_label,
            new=change.new_label,
            day=day_text(self.env, change.date),
        )

    def _reason_became_major(self, _profile, _since, changes):
        return self.env._(
            "Brings so much of the revenue since %s that the business depends on this customer.",
            day_text(self.env, changes[-1:].date),
        )

    def _reason_override_ended(self, _profile, _since, changes):
        return " ".join([change._ended_sentence() for change in changes])

    def _why_gone(self, env):
        """Why a follow-up of this kind is closed."""
        if not self.active:
            return env._("Such follow-ups have been switched off")
        return {
            "contact": env._("Somebody has been in touch, or the customer is no such key account any more"),
            "rhythm": env._("The purchase came, or it is not expected any more"),
            "reminder": env._("The purchase came, or its time is over"),
            "became_key_account": env._("The customer is no key account any more"),
            "became_at_risk": env._("The customer is not at risk any more"),
            "became_lost": env._("The customer is not lost any more"),
            "fell_quadrant": env._("The customer has risen again"),
            "became_major": env._("The customer does not bring that much of the revenue any more"),
            "payment": env._("Enough has been paid"),
            "review": env._("There is another review date, or none"),
            ENDED: env._("Somebody has set it by hand again"),
        }[self.kind]

    def _agreed_sentence(self, agreed):
        """What was agreed last time, from a day and a text; nothing if there was no last time."""
        if not agreed:
            return False
        day, text = agreed
        return self.env._("Last time, on %(day)s: %(text)s", day=day_text(self.env, day), text=text)

    def _result_text(self, result):
        """What came of a run, for sales administrators."""
        lines = [
            self.env._(
                "%(planned)s planned, %(closed)s closed, %(escalated)s handed on.",
                planned=result.planned,
                closed=result.closed,
                escalated=result.escalated,
            )
        ]
        if result.nobody:
            lines.append(self.env._("For %s customers there is nobody to ask.", result.nobody))
        lines += self._type_faults()
        lines += [f"{name}: {reason}" for name, reason in result.skipped[:NAMED_MAX]]
        lines += result.remarks[:NAMED_MAX]
        return "\n".join(lines)


class KeyAccountTransition(models.Model):
    _inherit = "key.account.transition"

    def _ended_sentence(self):
        return self.env._(
            "%(what)s: what was set by hand ended on %(day)s. It was “%(old)s”, now it is “%(new)s”.",
            what=dict(self._fields["what"]._description_selection(self.env))[self.what],
            day=day_text(self.env, self.date),
            old=self.old_label,
            new=self.new_label,
        )


class KeyAccountFollowUp(models.Model):
    _inherit = "key.account.follow.up"

    def _in_lines(self):
        """Why each of these is to be followed up, below each other with a link; nothing if there is none."""
        return Markup("").join(
            Markup('<div><a href="/odoo/key-account-follow-ups/%s">%s</a>: %s</div>')
            % (row.id, row.summary or row.display_name, row.reason or "")
            for row in self
        )

    def _digest_subject(self):
        return self.env._("Follow-ups for you: %s", len(self))

    def _digest_body(self):
        """What is new for somebody: each customer once with what there is to do."""
        labels = [
            Markup('<li><a href="/odoo/res.partner/%s">%s</a>: %s</li>')
            % (row.partner_id.id, row.partner_id.display_name, row.summary or "")
            for row in self[:NAMED_MAX]
        ]
        if len(self) > NAMED_MAX:
            labels.append(Markup("<li>%s</li>") % self.env._("%s more", len(self) - NAMED_MAX))
        link = Markup('<a href="/odoo/key-account-follow-ups">%s</a>') % self.env._("All follow-ups")
        return Markup("<ul>%s</ul><p>%s</p>") % (Markup("").join(labels), link)
