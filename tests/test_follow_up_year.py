# SPDX-License-Identifier: LGPL-3.0-only
"""A year of the demo company, day by day: every follow-up activity is where it ought to be, none missing, none double.

A real Odoo lives through the year (`lifecycle/scripts/year.py`) and says each day how customers stood, what people did and
which activities there were. What ought to be there is worked out here, from the rules as they are written for people and
without a line of the addon.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from lifecycle import stage

from devkit import databases
from devkit.workplace import set_up

YEAR = databases.passing_name("year")
DAYS, SEED = 365, 7

SUMMARIES = {
    "contact": "Get in touch",
    "rhythm": "Call before they are gone",
    "reminder": "Ask what they will need",
    "became_key_account": "Became a key account",
    "became_at_risk": "Became at risk",
    "became_lost": "Became lost",
    "fell_quadrant": "Fell a quadrant",
    "became_major": "Became a major customer",
    "payment": "Ask about overdue invoices",
    "shrinking": "Ask what has changed",
    "review": "Look again: still a special account?",
    "override_ended": "What was set by hand has ended",
}
EVENTS = ("became_key_account", "became_at_risk", "became_lost", "fell_quadrant", "became_major")
HEIGHT = {None: -1, "win_back": -1, "newcomer": 0, "low_low": 0, "low_high": 1, "high_low": 1, "high_high": 2}


class Line(NamedTuple):
    """A line of the log of activities: what happened to which."""

    what: str
    customer: int
    summary: str
    user: int | None = None
    deadline: date | None = None


@pytest.mark.slow
def test_a_year_of_follow_ups():
    workplace = set_up()
    databases.make_database(workplace, YEAR, with_demo=True, modules=("account", "crm"))
    try:
        log = stage.play_lines(workplace, YEAR, "year", str(DAYS), str(SEED))
    finally:
        databases.drop(workplace, YEAR)
    seen = check(log)
    print(dict(seen))
    # a year in which nothing happens proves nothing
    assert {kind for kind, what in seen if what == "planned"} >= {
        "contact", "rhythm", "reminder", "became_key_account", "became_at_risk", "became_lost", "payment", "review",
        "override_ended", "shrinking",
    }  # fmt: skip
    assert {what for _kind, what in seen} == {"planned", "closed", "handed on"}
    assert sum(seen.values()) > DAYS


def check(log):
    """Compare what there was with what ought to be, each day; how often each kind was planned, closed, handed on."""
    beginning, days = log[0], log[1:]
    assert len(days) == DAYS
    book = Book(beginning)
    for day in days:
        expected = book.morning(day)
        assert lines_of(day) == sorted(expected, key=str), day["day"]
        book.people_act(day)
        assert_none_double(day)
    return book.seen


def lines_of(day):
    """What the scheduled action did that morning, from the activities before and after it."""
    before, after = open_ones(day["before"]), open_ones(day["after"])
    lines = [Line("closed", it["res_id"], it["summary"]) for key, it in before.items() if key not in after]
    for key, it in after.items():
        if key not in before:
            lines.append(planned(it["res_id"], it["summary"], it["user_id"], date.fromisoformat(it["date_deadline"])))
        elif it["user_id"] != before[key]["user_id"]:
            lines.append(Line("handed on", it["res_id"], it["summary"], it["user_id"]))
    return sorted(lines, key=str)


def planned(customer, summary, user, deadline):
    return Line("planned", customer, summary, user, deadline)


def open_ones(activities):
    return {key: it for key, it in activities.items() if it["active"]}


def assert_none_double(day):
    """Never two open ones of a kind for a customer of a company; the demo customers of two companies are in both."""
    companies = Counter(customer["partner_id"] for customer in day["customers"])
    found = Counter((it["res_id"], it["summary"]) for it in open_ones(day["after"]).values())
    assert all(count <= companies[customer] for (customer, _summary), count in found.items()), day["day"]


class Follow:
    """A follow-up in the book: what it counts from, what is still to be done of it, and when it was handled."""

    def __init__(self, since, user, changes):
        self.since, self.user, self.changes = since, user, changes
        self.steps = {}
        self.done_on = self.handled = None
        self.is_handled = self.is_handed_on = False


class Book:
    """What ought to be there, kept day by day."""

    def __init__(self, beginning):
        # in the order they are followed up by, company by company
        self.rules = beginning["rules"]
        self.plans, self.tolerance = beginning["plans"], beginning["tolerance"]
        self.contacts = defaultdict(list)
        for customer, day, morning in beginning["contacts"]:
            self.contacts[customer].append((day, morning))
        self.follows = {}
        self.changes = defaultdict(list)
        self.unseen = {"event": [], "ended": []}
        #: how often each kind was planned, closed, handed on
        self.seen = Counter()

    def morning(self, day):
        """The lines that ought to be in the log."""
        self.today, self.people, self.lines, self.new = day["day"], day["people"], [], []
        self.a_borders = day["a_borders"]
        self.customers = {customer["id"]: customer for customer in day["customers"]}
        self.follows = {key: it for key, it in self.follows.items() if key[0] in self.customers}
        for change in day["changes"]:
            self.changes[change["profile_id"]].append(change)
            self.unseen["event"].append(change)
            if change["cause"] == "ended":
                self.unseen["ended"].append(change)
        for (_profile, kind), follow in list(self.follows.items()):
            follow.steps = {key: day["before"][key] for key in follow.steps if key in open_ones(day["before"])}
            self.note_handled(_profile, kind, follow)
        for rule in self.rules:
            of_company = [it for it in self.customers.values() if it["company_id"] == rule["company_id"][0]]
            for customer in of_company:
                self.follow_up(rule, customer)
        self.find_new(day)
        return self.lines

    def add(self, kind, lines):
        self.lines += lines
        self.seen.update((kind, line.what) for line in lines)

    def note_handled(self, profile, kind, follow):
        if follow.is_handled or follow.steps:
            return
        if not self.people[str(follow.user)]["works_in"] and not follow.done_on:
            # the activities of an archived user are deleted: the cause is as if nobody had been asked
            del self.follows[profile, kind]
            self.unseen["ended" if kind == "override_ended" else "event"] += follow.changes
        elif kind == "override_ended":
            del self.follows[profile, kind]
        else:
            follow.is_handled, follow.handled = True, follow.done_on or self.today

    def follow_up(self, rule, customer):
        """Close, plan or hand on by one rule for one customer."""
        kind, key = rule["kind"], (customer["id"], rule["kind"])
        follow = self.follows.get(key)
        due, since, changes = self.cause(rule, customer, follow)
        if follow and not self.lasts(rule, customer, follow, due):
            self.add(kind, [Line("closed", it["res_id"], it["summary"]) for it in follow.steps.values()])
            self.follows.pop(key)
            follow = None
        if due and (follow is None or (follow.is_handled and self.comes_again(kind, customer, follow, since))):
            user = self.whom_to_ask(kind, customer, changes if kind == "override_ended" else [])
            if user:
                self.plan(rule, customer, Follow(since, user, changes))
                self.forget(kind, changes)
        elif follow and not follow.is_handled:
            self.hand_on(rule, follow)

    def lasts(self, rule, customer, follow, due):
        if rule["kind"] == "override_ended":
            return customer["active"] and not self.is_set_again(customer, follow.changes[-1]["what"])
        if rule["kind"] in EVENTS:
            return (due and follow.is_handled) or self.holds(customer, follow.changes[-1])
        return due

    def is_set_again(self, customer, what):
        names = {
            "category": ["manual_category"],
            "type": ["manual_type_id", "not_key_account"],
            "quadrant": ["manual_quadrant_id"],
            "development": ["cannot_be_developed"],
        }[what]
        return any(customer[name] for name in names)

    def comes_again(self, kind, customer, follow, since):
        if since is not None and follow.since is not None and since > follow.since:
            return True
        return kind == "contact" and days_between(follow.handled, self.today) >= customer["contact_days"]

    # The causes

    def cause(self, rule, customer, follow):
        """Whether there is one, what it counts from, and the changes it is about."""
        kind = rule["kind"]
        if kind == "override_ended":
            return self.cause_ended(customer, follow)
        if kind in EVENTS:
            return self.cause_event(rule, customer, follow)
        is_due, since = (customer["active"] and getattr(self, f"cause_{kind}")(rule, customer, follow)) or (False, None)
        return is_due, since, []

    def is_meant(self, rule, customer):
        is_partner = rule["scope"] == "partners" and customer["category"] == "active_partner"
        return customer["type"] is not None or is_partner or rule["scope"] == "all"

    def cause_contact(self, _rule, customer, _follow):
        days = customer["contact_days"]
        known = [day for day, morning in self.contacts[customer["partner_id"]] if morning <= self.today]
        last = max(known, default=None)
        became = [it["date"] for it in self.changes[customer["id"]] if it["event"] == "became_key_account"]
        begun = last or max(became, default=customer["known_since"])
        return bool(days) and days_between(begun, self.today) >= days, last

    def cause_rhythm(self, rule, customer, follow):
        expected = customer["expected_next_date"]
        is_steady = customer["recurrence"] in ("monthly", "periodic")
        if not expected or not is_steady or not self.is_meant(rule, customer):
            return None
        tolerance = self.tolerance[str(customer["company_id"])].get(customer["cadence"])
        days = days_between(expected, self.today)
        is_late = days > 0 and (customer["lifecycle"] != "active" if tolerance is None else days > tolerance)
        return is_late and (customer["lifecycle"] != "lost" or follow is not None), expected

    def cause_reminder(self, rule, customer, _follow):
        expected = customer["expected_next_date"]
        is_steady = customer["recurrence"] in ("monthly", "periodic")
        if not expected or not is_steady or not self.is_meant(rule, customer):
            return None
        tolerance = self.tolerance[str(customer["company_id"])].get(customer["cadence"], 0)
        return -rule["days"] <= days_between(expected, self.today) <= tolerance, expected

    def cause_payment(self, rule, customer, _follow):
        least = rule["overdue_share_min"] * float(self.a_borders[str(customer["company_id"])] or 0)
        is_late = customer["payment_overdue_days"] > rule["grace_days"]
        return self.is_meant(rule, customer) and is_late and float(customer["overdue_amount"]) >= least - 1e-9, None

    def cause_shrinking(self, rule, customer, _follow):
        return self.is_meant(rule, customer) and customer["is_shrinking"], None

    def cause_review(self, _rule, customer, _follow):
        day = customer["review_date"]
        return bool(day) and day <= self.today, day

    def cause_event(self, rule, customer, follow):
        of_kind = [
            change
            for change in self.unseen["event"]
            if change["profile_id"] == customer["id"] and change["event"] == rule["kind"]
        ]
        if not of_kind:
            return False, None, []
        latest = of_kind[-1]
        is_open = follow is not None and not follow.is_handled
        counts = latest["cause"] != "policy"
        if is_open or not counts or not self.holds(customer, latest) or not self.was_meant(rule, customer, latest):
            self.forget(rule["kind"], of_kind)
            return False, None, []
        self.forget(rule["kind"], of_kind[:-1])
        return True, latest["id"], [latest]

    def was_meant(self, rule, customer, change):
        """Whether the rule is about a customer now, or was until the day of the change."""
        if self.is_meant(rule, customer):
            return True
        left = [it for it in self.changes[customer["id"]] if it["date"] >= change["date"] and it["old_value"]]
        was_partner = any(it["what"] == "category" and it["old_value"] == "active_partner" for it in left)
        was_key_account = any(it["what"] == "type" for it in left)
        return was_key_account or (was_partner and rule["scope"] == "partners")

    def holds(self, customer, change):
        """Whether what a customer became is still so."""
        return (
            customer["active"]
            and {
                "became_key_account": customer["type"] is not None,
                "became_at_risk": customer["lifecycle"] == "at_risk",
                "became_lost": customer["lifecycle"] == "lost",
                "fell_quadrant": HEIGHT[customer["place"]] <= HEIGHT[change["place"]],
                "became_major": customer["is_major"],
            }[change["event"]]
        )

    def cause_ended(self, customer, follow):
        of_customer = [it for it in self.unseen["ended"] if it["profile_id"] == customer["id"]]
        if not of_customer or (follow is not None and not self.is_set_again(customer, follow.changes[-1]["what"])):
            return False, None, []
        if not customer["active"]:
            self.forget("override_ended", of_customer)
            return False, None, []
        same_author = [it for it in of_customer if it["user_id"] == of_customer[0]["user_id"]]
        return True, None, same_author

    def forget(self, kind, changes):
        which = "ended" if kind == "override_ended" else "event"
        ids = {change["id"] for change in changes}
        self.unseen[which] = [change for change in self.unseen[which] if change["id"] not in ids]

    # Who, and what

    def whom_to_ask(self, kind, customer, changes):
        managers = [customer["account_manager_id"], customer["user_id"]]
        leaders = [self.people[str(manager)]["leader"] for manager in managers if manager]
        first = self.accountants(customer["company_id"])[:1] if kind == "payment" else [it["user_id"] for it in changes]
        candidates = [*first, *managers, *leaders, customer["responsible_id"]]
        return next((user for user in candidates if user and self.works(user, customer["company_id"])), None)

    def accountants(self, company):
        of_company = [
            (it["runs_odoo"], int(user))
            for user, it in self.people.items()
            if it["keeps_books"] and company in it["works_in"]
        ]
        return [user for _runs_odoo, user in sorted(of_company)]

    def works(self, user, company):
        return company in self.people[str(user)]["works_in"]

    def plan(self, rule, customer, follow):
        plan = rule["plan_id"][0] if rule["plan_id"] else None
        if rule["kind"] == "became_key_account":
            plan = customer["plan_id"] or plan
        steps = self.plans[str(plan)] if plan and rule["kind"] in EVENTS else [[SUMMARIES[rule["kind"]], 0]]
        for summary, days in steps:
            deadline = date.fromisoformat(self.today) + timedelta(days=days)
            self.add(rule["kind"], [planned(customer["partner_id"], summary, follow.user, deadline)])
            self.new.append((customer["partner_id"], summary, follow))
        self.follows[customer["id"], rule["kind"]] = follow

    def hand_on(self, rule, follow):
        late = [
            it
            for it in follow.steps.values()
            if days_between(it["date_deadline"], self.today) >= rule["escalation_days"]
        ]
        if not late or follow.is_handed_on:
            return
        leader = self.people[str(late[0]["user_id"])]["leader"]
        if leader and leader != late[0]["user_id"] and self.works(leader, rule["company_id"][0]):
            follow.is_handed_on, follow.user = True, leader
            self.add(rule["kind"], [Line("handed on", it["res_id"], it["summary"], leader) for it in late])

    def find_new(self, day):
        """Which activity is which: those of the same customer and summary came in the order of the rules."""
        found = defaultdict(list)
        for key in sorted(open_ones(day["after"]).keys() - day["before"].keys(), key=int):
            activity = day["after"][key]
            found[activity["res_id"], activity["summary"]].append(key)
        for customer, summary, follow in self.new:
            if found[customer, summary]:
                follow.steps[found[customer, summary].pop(0)] = None

    def people_act(self, day):
        """Note what people did with the activities and the customers that day."""
        of = {key: follow for follow in self.follows.values() for key in follow.steps}
        for key in map(str, day["done"]["done"]):
            of[key].done_on = self.today
            self.contacts[day["after"][key]["res_id"]].append((self.today, self.today))
        for customer in day["done"]["wrote"]:
            self.contacts[customer].append((self.today, self.today))


def days_between(first, second):
    return (date.fromisoformat(second) - date.fromisoformat(first)).days
