# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 (env comes from devkit/scripts/run_script.py)
"""A year of a company, day by day: `year.py DAYS SEED`.

Every morning all customers are refreshed and the follow-ups are planned; then people do, delete and move activities,
customers buy, somebody writes a message. Prints a JSON line a day: how customers stood in the morning, what there was of
follow-up activities before and after, and what people did. Nothing is said here of what ought to have happened.
"""

import json
import logging
import random
import sys
from datetime import time, timedelta
from itertools import count

from freezegun import freeze_time

from odoo import fields
from odoo.tools import SQL

DAYS, SEED = map(int, sys.argv[1:])
BOT = 1
STOPS_ON, LEAVES_ON, ARCHIVED_ON = 90, 150, 200

chance = random.Random(SEED)
numbers = count(1)
start = fields.Date.today()
profiles = env["key.account.profile"]
companies = env["res.company"].search([])
CONTACTED = {
    "res.partner": lambda it: it,
    "crm.lead": lambda it: it.partner_id,
    "account.move": lambda it: it.partner_id,
}
MORNING = time(4, 30)
BOOKKEEPERS = ("account.group_account_user", "account.group_account_manager")
logging.getLogger("odoo.addons.key_account_segmentation").setLevel(logging.ERROR)


def rows(query, *parameters):
    env.flush_all()
    env.cr.execute(SQL(query, *parameters))
    return env.cr.dictfetchall()


def a_borders():
    """Company -> the revenue of its smallest A customer last night."""
    portfolios = env["key.account.portfolio"]
    return {it.id: portfolios.search([("company_id", "=", it.id)], limit=1).a_border for it in companies}


def people():
    """Who works here, and who leads whom."""
    users = env["res.users"].with_context(active_test=False).search([])
    members = env["crm.team.member"].with_context(active_test=False).search([], order="id")
    leaders = {
        member.user_id.id: member.crm_team_id.user_id.id
        for member in members
        if member.crm_team_id.user_id and (member.active or not member.user_id.active)
    }
    return {
        str(user.id): {
            "works_in": user.company_ids.ids if user.active and not user.share else [],
            "leader": leaders.get(user.id),
            "keeps_books": any(map(user.has_group, BOOKKEEPERS)),
            "runs_odoo": user.has_group("base.group_system"),
        }
        for user in users
    }


def standing():
    """How each customer stands, as the night has left it."""
    return rows(
        """
        SELECT profile.id, profile.company_id, profile.partner_id, profile.account_manager_id, contact.user_id,
               contact.active, quadrant.responsible_id, quadrant.place, kind.id AS type, kind.contact_days,
               kind.plan_id, category, lifecycle, recurrence, cadence, expected_next_date, last_invoice_date, is_major,
               is_shrinking, overdue_amount, payment_overdue_days, review_date, profile.create_date::date AS known_since,
               manual_category, manual_type_id, not_key_account, manual_quadrant_id, cannot_be_developed
          FROM key_account_profile AS profile
          JOIN res_partner AS contact ON contact.id = profile.partner_id
          LEFT JOIN key_account_type AS kind ON kind.id = profile.main_type_id
          LEFT JOIN key_account_quadrant AS quadrant ON quadrant.id = profile.quadrant_id
         ORDER BY profile.id
        """
    )


def changes(after):
    return rows(
        """
        SELECT change.id, profile_id, date, what, old_value, new_value, event, cause, user_id, place
          FROM key_account_transition AS change
          LEFT JOIN key_account_quadrant AS quadrant
            ON change.what = 'quadrant' AND quadrant.id::text = change.new_value
         WHERE change.id > %s
         ORDER BY change.id
        """,
        after,
    )


def planned():
    """The activities the system has planned: id -> contact, what, who, when, whether it is still to be done.

    What, in the words of the follow-up: the activity says the same of several kinds.
    """
    found = rows(
        """
        SELECT activity.id, activity.res_id, COALESCE(follow.summary, activity.summary) AS summary, activity.user_id,
               activity.date_deadline, activity.active
          FROM mail_activity AS activity
          LEFT JOIN key_account_follow_up AS follow
            ON follow.activity_id = activity.id
         WHERE activity.create_uid = %s AND activity.automated AND activity.res_model = 'res.partner'
               AND activity.id > %s
         ORDER BY activity.id
        """,
        BOT,
        first_activity,
    )
    return {row.pop("id"): row for row in found}


def contacts_so_far():
    """Every contact with a customer there has been or will be, found the slow way: [customer, day, first morning after]."""
    found = []
    for model, customer_of in CONTACTED.items():
        for record in env[model].with_context(active_test=False).search([]):
            customer = customer_of(record).commercial_partner_id.id
            done = record.with_context(active_test=False).activity_ids.filtered(lambda it: not it.active)
            days = [it.date_done for it in done if it.activity_category != "upload_file"]
            days += [message.date.date() for message in record.message_ids if is_contact(message, customer)]
            found += [[customer, day, day] for day in days if customer]
    for event in env["calendar.event"].search([]):
        came = event.attendee_ids.filtered(lambda it: it.state != "declined").partner_id
        held, ended = event.start.date(), event.stop
        morning = ended.date() + timedelta(days=ended.time() > MORNING)
        found += [[partner.commercial_partner_id.id, held, morning] for partner in came]
    return found


def is_contact(message, customer):
    """Whether a person has written to the customer, or the customer has written."""
    if message.message_type not in ("comment", "email", "email_outgoing") or message.subtype_id.internal:
        return False
    if message.author_id.commercial_partner_id.id == customer:
        return message.message_type != "email_outgoing"
    author = message.create_uid
    told = (message.partner_ids | message.notified_partner_ids).commercial_partner_id.ids
    is_person = author._is_internal() and author != env.ref("base.user_root")
    return is_person and (customer in told or message.message_type == "email_outgoing")


def act(day, number, customers):
    """What people do on a day; returns what they did."""
    done = {"done": [], "deleted": [], "moved": {}, "wrote": []}
    activities = env["mail.activity"].browse(list(planned())).filtered("active")
    for activity in activities:
        luck = chance.random()
        if luck < 0.05:
            activity.action_feedback(f"Agreed on {day}")
            done["done"].append(activity.id)
        elif luck < 0.065:
            done["deleted"].append(activity.id)
            activity.unlink()
        elif luck < 0.08:
            activity.date_deadline = day + timedelta(days=chance.randint(1, 20))
            done["moved"][activity.id] = activity.date_deadline
    for customer in customers:
        if buys(customer, day, number):
            buy(customer, day)
    if chance.random() < 0.2:
        partner = env["res.partner"].browse(chance.choice(customers)["partner_id"])
        partner.with_user(env.ref("base.user_admin")).message_post(
            body="How are you?", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=partner.ids
        )
        done["wrote"].append(partner.id)
    return done


def buys(customer, day, number):
    """Most keep their rhythm, more or less; some stop, and some of these come back."""
    if customer["id"] % 5 == 0 and STOPS_ON <= number < STOPS_ON + 40 * (customer["id"] % 7):
        return False
    expected = customer["expected_next_date"]
    return chance.random() < (0.2 if expected and expected <= day else 0.003)


def buy(customer, day):
    journal = journals[customer["company_id"]]
    env.cr.execute(
        SQL(
            """
            INSERT INTO account_move (company_id, journal_id, currency_id, move_type, state, date, invoice_date,
                                      partner_id, commercial_partner_id, amount_untaxed_signed, auto_post, name)
            SELECT company.id, %s, company.currency_id, 'out_invoice', 'posted', %s, %s, %s, %s, %s, 'no', %s
              FROM res_company AS company
             WHERE company.id = %s
            """,
            journal, day, day, customer["partner_id"], customer["partner_id"], chance.randint(200, 4000),
            f"YEAR/{next(numbers)}", customer["company_id"],
        )
    )  # fmt: skip


def override(day, number, customers):
    """Somebody overrides a customer for a while; a special account has a review date."""
    if number % 20 == 5:
        profile = profiles.browse(chance.choice(customers)["id"]).exists()
        until = day + timedelta(days=chance.randint(3, 30))
        profile.write(
            {"manual_category": "active_partner", "manual_category_reason": "Talks", "manual_category_until": until}
        )
    if number % 50 == 10:
        profile = profiles.browse(chance.choice(customers)["id"]).exists()
        profile.write(
            {
                "manual_type_id": env.ref("key_account_segmentation.type_special").id,
                "manual_type_reason": "A friend",
                "review_date": day + timedelta(days=40),
            }
        )


def change_people(number):
    if number == LEAVES_ON:
        managers = env["key.account.profile"].search([("account_manager_id", "!=", False)]).account_manager_id
        (managers - env.ref("base.user_admin"))[:1].action_archive()
    if number == ARCHIVED_ON:
        profiles.search([("main_type_id", "!=", False)], limit=1).partner_id.action_archive()


def forget_the_demo():
    """Forget what the demo data has planned already: the book begins with nothing."""
    follow_ups = env["key.account.follow.up"].search([])
    plays = follow_ups.play_id
    (follow_ups.activity_id | plays.activity_ids).unlink()
    follow_ups.unlink()
    plays.unlink()
    env["key.account.transition"].search([]).write({"is_followed_up": False, "is_end_told": False})


def told(line):
    print(json.dumps(line, default=str), flush=True)


journals = {
    company.id: env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "sale")], limit=1).id
    for company in companies
}
forget_the_demo()
# the first activities are those of the demo data
first_activity = env["mail.activity"].with_context(active_test=False).search([], order="id desc", limit=1).id
rules = env["key.account.follow.up.rule"].with_context(active_test=False)
rules._ensure_rules()
rules.search([("kind", "=", "became_at_risk")]).plan_id = env.ref("key_account_segmentation.playbook_pillars")
rules.search([]).active = True
told(
    {
        "contacts": contacts_so_far(),
        "rules": rules.search_read(
            [], ["kind", "company_id", "scope", "days", "overdue_share_min", "grace_days", "plan_id", "escalation_days"]
        ),
        "plans": {
            plan.id: [
                [step.summary, step._get_date_deadline(start).toordinal() - start.toordinal()]
                for step in plan.template_ids
            ]
            for plan in env["mail.activity.plan"].search([])
        },
        "tolerance": {
            company.id: {
                cadence: company.key_account_policy_id._thresholds().tolerance(cadence)
                for cadence in ("weekly", "biweekly", "monthly", "bimonthly", "quarterly", "semiannual", "annual")
            }
            for company in companies
        },
    }
)
last_change = 0
for number in range(DAYS):
    day = start + timedelta(days=number)
    with freeze_time(f"{day} 04:30:00", ignore=["logging"]):
        env["key.account.run"].refresh_all(companies)
        before = planned()
        customers, changed = standing(), changes(last_change)
        last_change = max([change["id"] for change in changed], default=last_change)
        staff, borders = people(), a_borders()
        profiles._cron_follow_up()
        env.invalidate_all()
        after = planned()
    with freeze_time(f"{day} 12:00:00", ignore=["logging"]):
        done = act(day, number, customers)
        override(day, number, customers)
        change_people(number)
        env.flush_all()
    told(
        {
            "day": day, "a_borders": borders, "customers": customers, "changes": changed, "people": staff,
            "before": before, "after": after, "done": done,
        }
    )  # fmt: skip
    env.cr.commit()
    env.invalidate_all()
