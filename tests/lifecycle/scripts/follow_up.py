# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Have the release before follow up: follow-ups of all states, playbooks, changes, and colleagues who leave.

Everything is planned in the end; what is left to do is what has happened to three customers since.
"""

from datetime import date, timedelta

from odoo import Command

SELLER = "sales_team.group_sale_salesman"
TODAY = date.today()

profiles = env["key.account.profile"]
rules = {rule.kind: rule for rule in env["key.account.follow.up.rule"].search([("company_id", "=", env.company.id)])}
types = {kind.code: kind for kind in env["key.account.type"].search([("code", "!=", False)])}


def user(name, group=SELLER):
    groups = [Command.link(env.ref(group).id)]
    return env["res.users"].create({"name": name, "login": name, "email": f"{name}@example.com", "group_ids": groups})


def customer(name, manager, **figures):
    """A customer with figures and nothing else, known for long."""
    partner = env["res.partner"].create({"name": name, "is_company": True, "user_id": manager.id})
    profile = env["key.account.refresh"]._ensure_profiles(env.company, partner)
    profile.write({"lifecycle": "active", "category": "active_partner", "last_invoice_date": TODAY, **figures})
    return profile


def follow_up(*kinds):
    for kind in kinds:
        for _done in rules[kind]._follow_up():
            env.flush_all()


def activity(profile):
    return env["mail.activity"].search([("res_model", "=", "res.partner"), ("res_id", "=", profile.partner_id.id)])


def leave(name, propose=True):
    """Somebody with a key account leaves next week."""
    who = user(name)
    customer(f"Of {name}", who, main_type_id=types["image"].id)
    who.key_account_leave_date = TODAY + timedelta(days=7)
    env["key.account.hand.over"]._propose_hand_overs()
    return who


def asked_to_hand_over(who):
    return env["key.account.hand.over"].search([("user_id", "=", who.id)]).activity_id


leader = user("Lena", "sales_team.group_sale_manager")
seller = user("Sven")
env["crm.team"].create({"name": "Field", "user_id": leader.id, "member_ids": [Command.link(seller.id)]})
due, later = {"review_date": TODAY}, TODAY + timedelta(days=300)

is_open = customer("Open", seller, **due)
is_open.partner_id.activity_schedule(user_id=seller.id).action_feedback("They want blue ones")
edited = customer("Edited", seller, **due)
done = customer("Done", seller, **due)
closed = customer("Closed", seller, **due)
handed_on = customer("Passed", seller, **due)
gone = customer("Gone", seller, **due)
to_be_closed = customer("Not due any more", seller, **due)
to_be_handled = customer("Asked", seller, **due)
follow_up("review")
activity(edited).write({"summary": "Ask Nora", "note": activity(edited).note + "<p>She is back on Monday</p>"})
activity(done).with_user(seller).action_feedback("They decide on Friday")
closed.review_date = later
activity(handed_on).date_deadline = TODAY - timedelta(days=30)
gone.unlink()
follow_up("review")

started = customer("Started", seller, main_type_id=types["large_steady"].id)
env["key.account.transition"].create(
    {
        "profile_id": started.id, "date": TODAY, "what": "type", "new_value": str(types["large_steady"].id),
        "event": "became_key_account", "cause": "figures",
    }
)  # fmt: skip
follow_up("became_key_account")
quadrant = env.company.key_account_policy_id.quadrant_ids[0]
customer("By hand", seller, quadrant_id=quadrant.id).with_user(leader).action_start_playbook()
env.cr.commit()

judged = customer("Judged", seller)
judged.write({"manual_type_id": types["image"].id, "manual_type_reason": "They watch us"})
env.cr.commit()

stays, has_handed_over, is_nobody = leave("Mona"), leave("Nils"), leave("Olga")
env.cr.commit()
asked_to_hand_over(has_handed_over).action_feedback("Anna takes them")
is_nobody.key_account_leave_date = False
rules["review"].escalation_days = 9
rules["became_major"].active = False
env.cr.commit()
assert env.ref("key_account_segmentation.ir_cron_follow_up").method_direct_trigger() is True

customer("Due since", seller, **due)
to_be_closed.review_date = later
activity(to_be_handled).with_user(seller).action_feedback("They decide on Monday")
env.cr.commit()
