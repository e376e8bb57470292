# SPDX-License-Identifier: LGPL-3.0-only
"""What the form tells a salesperson: each rule with figure and threshold, how far the next class is, what is urgent."""

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import freeze_time, tagged
from odoo.tools import html2plaintext

from .common import KeyAccountCase


@tagged("post_install", "-at_install")
class TestExplanation(KeyAccountCase):
    def _explained(self, *documents):
        """The profile of a customer with invoices of 100 on these days, and its explanation as words."""
        customer = self._customer("Explained Ltd")
        self._insert_documents([(customer, "out_invoice", day, 100) for day in documents])
        self.env["key.account.refresh"]._refresh_customers(self.company, customer.ids)
        profile = self.profiles.search([("partner_id", "=", customer.id)])
        return profile, " ".join(html2plaintext(profile.explanation).split())

    def _days_ago(self, *days):
        return [Date.today() - relativedelta(days=number) for number in days]

    def _months_ago(self, *months):
        return [Date.today() - relativedelta(months=number) for number in months]

    def test_each_rule_stands_with_figure_and_threshold(self):
        _profile, text = self._explained(*self._months_ago(*range(1, 13)))
        self.assertIn("Recurrence: Monthly", text)
        self.assertIn("Coverage 100% has to be at least 75%", text)
        self.assertIn("Active Months 12 has to be at least 3", text)
        self.assertIn("Cannot Be Developed no has to be yes", text)
        self.assertNotIn("empty", text)

    def test_occasional_customers_are_told_how_far_it_is(self):
        profile, text = self._explained(*self._months_ago(2, 5, 6, 10))
        self.assertEqual(profile.recurrence, "occasional")
        self.assertRegex(text, r"\d more active months: monthly, and so a partner\.")

    def test_late_customers_show_what_silence_leads_to(self):
        profile, _text = self._explained(*self._days_ago(*range(45, 400, 30)))
        self.assertEqual(profile.lifecycle, "late")
        self.assertRegex(profile.next_step, r"^Without a new invoice: at risk from ")

    def test_passive_partners_show_the_way_to_active_ones(self):
        profile, text = self._explained(*self._months_ago(*range(1, 13)))
        self.assertEqual(profile.category, "passive_partner")
        self.assertEqual(
            profile.next_step,
            "An open opportunity, or one closed, a meeting held or an activity done within 12 months: active partner.",
        )
        self.assertIn(profile.next_step, text)


DAY = r"[A-Z][a-z]{2} \d+, \d{4}"

#: A day of the lifecycle as the explanation writes it.
FIGURE = re.compile(rf"({DAY}), (?:in [\d,]+ days|[\d,]+ days ago|today|tomorrow|yesterday)")
EXPECTED = re.compile(rf"more than ([\d,.]+) days after ({DAY}), when a purchase was expected")
LAST = re.compile(rf"more than ([\d,.]+) days after the last purchase on ({DAY})")
SILENCE = re.compile(r", as soon as silence is ([\d.]+)%; now it is ([\d.]+)%")
YEAR = re.compile(rf"12 months after the last purchase on ({DAY})")

TODAY = date(2026, 3, 31)

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

WORSE = ["active", "late", "at_risk", "lost"]

#: Customer -> days with an invoice, and what their days of the lifecycle are counted by: late, at risk, lost.
CUSTOMERS = {
    "monthly": ([date(2025, month, 31 if month in (10, 12) else 28) for month in range(4, 13)], [EXPECTED, LAST, LAST]),
    "weekly": ([date(2026, 1, 5) + timedelta(7 * week) for week in range(12)], [EXPECTED, LAST, LAST]),
    "yearly": ([date(2023, 5, 10), date(2024, 5, 12), date(2025, 5, 9)], [EXPECTED, LAST, LAST]),
    "every winter": (
        [date(2023, 11, 5), date(2023, 11, 25), date(2023, 12, 20), date(2024, 11, 2), date(2024, 12, 24)],
        [EXPECTED] * 3,
    ),
    "once": ([date(2026, 1, 10)], [SILENCE] * 3),
    "now and then": (
        [date(2025, 3, 1), date(2025, 3, 20), date(2025, 8, 1), date(2026, 2, 10)],
        [SILENCE, SILENCE, YEAR],
    ),
    "often": ([date(2025, 10, 1) + timedelta(days) for days in (0, 4, 22, 24, 60, 64, 84, 102, 103, 121)], None),
    "within a month": ([date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 14), date(2026, 3, 30)], None),
}


@tagged("post_install", "-at_install")
class TestCalendar(KeyAccountCase):
    """What is said of late, at risk and lost can be checked with a calendar, and comes true."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(f"{TODAY} 12:00:00"))

    def _profile_on(self, customer, day):
        self.env["key.account.refresh"]._refresh_customers(self.company, customer.ids, Date.to_date(day))
        self.env.invalidate_all()
        return self._live([customer])

    def _lines(self, profile):
        """State -> what the explanation says of its day, as figure and condition; both stand on the screen."""
        text = " ".join(html2plaintext(profile.explanation).split())
        rules = self.env["key.account.explanation"]._sections_of(profile)[-1]["rules"]
        checks = [check for rule in rules for check in rule["checks"]]
        for check in checks:
            self.assertIn(" ".join((check["figure"] + " " + check["condition"]).split()), text)
        return dict(zip(reversed(WORSE), [(check["figure"], check["condition"]) for check in checks], strict=False))

    def _day(self, text):
        month, day, year = text.replace(",", "").split()
        return date(int(year), MONTHS.index(month) + 1, int(day))

    def _number(self, text):
        return float(text.replace(",", ""))

    def _first_day(self, condition):
        """The day one counts to by the text alone."""
        if found := YEAR.fullmatch(condition):
            return self._day(found[1]) + relativedelta(months=12)
        found = EXPECTED.fullmatch(condition) or LAST.match(condition)
        return self._day(found[2]) + timedelta(days=int(self._number(found[1])) + 1)

    def test_customers_are_counted_by_what_is_theirs(self):
        for name, (days, patterns) in CUSTOMERS.items():
            # one at a time: the company's usual gap is that of all
            with self.subTest(customer=name), self.env.cr.savepoint() as savepoint:
                customer = self._customer(name)
                self._insert_documents([(customer, "out_invoice", day, 100) for day in days])
                self.assertComesTrue(customer, days[-1], patterns)
                savepoint.rollback()
                self.env.invalidate_all()

    def assertComesTrue(self, customer, last, patterns):
        lines = self._lines(self._profile_on(customer, last))
        self.assertEqual(list(lines), ["lost", "at_risk", "late"], "nobody is late on the day they bought")
        for state, pattern in zip(WORSE[1:], patterns or (), strict=False):
            self.assertRegex(lines[state][1], pattern)
        for state, (figure, condition) in lines.items():
            found, first = FIGURE.fullmatch(figure), self._first_day(condition)
            day = self._day(found[1])
            distance = (day - last).days
            self.assertEqual(figure.removeprefix(found[1]), ", tomorrow" if distance == 1 else f", in {distance} days")
            if silence := SILENCE.search(condition):
                self.assertGreaterEqual(day, first)
                self.assertSilentOn(customer, day, first, float(silence[1]))
            else:
                self.assertEqual(day, first, condition)
            self.assertLess(WORSE.index(self._profile_on(customer, day - timedelta(1)).lifecycle), WORSE.index(state))
            self.assertGreaterEqual(WORSE.index(self._profile_on(customer, day).lifecycle), WORSE.index(state))

    def assertSilentOn(self, customer, day, first, limit):
        """Silence is as likely as it says on that day, and the day before only if the days were not enough."""
        self.assertGreaterEqual(self._profile_on(customer, day).silence_probability * 100, limit)
        if day > first:
            self.assertLess(self._profile_on(customer, day - timedelta(1)).silence_probability * 100, limit)

    def test_a_day_that_is_over_says_how_long_ago(self):
        customer = self._customer("Late")
        self._insert_documents([(customer, "out_invoice", date(2025, month, 15), 100) for month in range(3, 13)])
        for today, state, figure in [
            ("2026-01-21", "late", "Jan 21, 2026, today"),
            ("2026-02-01", "late", "Jan 21, 2026, 11 days ago"),
            ("2026-02-20", "at_risk", "Feb 16, 2026, 4 days ago"),
            ("2026-03-31", "lost", "Mar 19, 2026, 12 days ago"),
        ]:
            profile = self._profile_on(customer, today)
            lines = self._lines(profile)
            self.assertEqual(profile.lifecycle, state)
            self.assertEqual(lines[state][0], figure)
            self.assertEqual(
                list(lines), list(reversed(WORSE[WORSE.index(state) :])), "what is milder is not asked any more"
            )

    def test_a_customer_who_is_on_time_is_called_so(self):
        customer = self._customer("On time")
        self._insert_documents([(customer, "out_invoice", date(2026, month, 15), 100) for month in range(1, 4)])
        profile = self._profile_on(customer, TODAY)
        self.assertIn("Lifecycle: On time", " ".join(html2plaintext(profile.explanation).split()))

    def test_shrinking_customers_are_told_with_both_sums(self):
        customer = self._customer("Shrinking")
        self._insert_documents(
            [(customer, "out_invoice", date(2024 + month // 12, month % 12 + 1, 5), 1000) for month in range(24)]
            + [(customer, "out_invoice", date(2026, month, 5), 500) for month in range(1, 4)]
        )
        self.env["key.account.run"].refresh_all(self.company)
        profile = self._live([customer])
        self.assertFigures(profile, [
            {"is_shrinking": True, "recent_3m": 1500, "recent_3m_prev": 3000, "money_lost": 1500, "recent_change": -0.5}
        ])  # fmt: skip
        self.assertIn(
            "Brought 1,500.00\xa0€ in the last 3 months, 3,000.00\xa0€ in the same months a year before.", profile.why
        )
