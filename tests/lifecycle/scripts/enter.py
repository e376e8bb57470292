# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Enter everything people can enter, in any version of the module; leave a customer with a new invoice unrefreshed."""

from datetime import date, timedelta

from odoo import Command

MODULE = "key_account_segmentation"


def profile_of(reference):
    return env["key.account.profile"].search([("partner_id.ref", "=", reference)])


def publish_a_policy():
    """Other thresholds in a new version, then a switch in the settings, which makes a third one."""
    policy = env["key.account.policy"].search([("state", "=", "published")])
    policy.copy(
        {"name": "Agreed in spring", "new_months": 5, "abc_a_share": 0.7, "note": "Minutes of 3 March"}
    ).action_publish()
    env["res.config.settings"].create({"key_account_seasonal_is_recurring": False}).execute()


def judge():
    """A category by hand, a customer who cannot be developed, an account manager, a kind of collaboration."""
    groups = env.ref("sales_team.group_sale_salesman")
    manager = env["res.users"].create({"name": "Mara Field", "login": "mara", "group_ids": [Command.link(groups.id)]})
    kind = env["key.account.collaboration"].create({"name": "Joint stock", "description": "They keep our goods"})
    until = date.today() + timedelta(days=90)
    by_hand = {"manual_category": "active_partner", "manual_category_reason": "Founders know each other"}
    profile_of("01_monthly_1st").write({"account_manager_id": manager.id, "collaboration_id": kind.id})
    profile_of("02_month_end").write({**by_hand, "manual_category_until": until})
    profile_of("03_quarterly").write({"cannot_be_developed": True})


def make_types():
    """Types with rules, one of which asks what none may ask any more; and one with more days than a calendar has."""
    if "key.account.type" not in env:
        return
    env["key.account.type"].create(
        [
            {"name": "Loyal", "rule_domain": "[('event_count', '>=', 3)]", "description": "They come again"},
            {"name": "Curious", "rule_domain": "[('partner_id.name', 'ilike', '01_')]", "sequence": 1},
            {"name": "Never", "contact_days": 99_999_999},
        ]
    )


def name_salespersons():
    """The account manager follows from the contact: one who sells, one who has left, one without a right on Sales."""
    users = env["res.users"]
    sells = [Command.link(env.ref("sales_team.group_sale_salesman").id)]
    nora = users.create({"name": "Nora Salt", "login": "nora", "group_ids": sells})
    gone = users.create({"name": "Gus Gone", "login": "gus", "group_ids": sells})
    clerk = users.create({"name": "Cleo Clerk", "login": "cleo"})
    named = {"03_quarterly": nora, "11_weekly": gone, "05_one_off": clerk, "01_monthly_1st": nora}
    for reference, user in named.items():
        env["res.partner"].search([("ref", "=", reference)]).user_id = user
    gone.active = False


def change_what_no_update_may_touch():
    """Scheduled actions at other times, one switched off; a rule by team; another word after the tour."""
    nightly = {"interval_number": 2, "nextcall": "2099-01-01 03:00:00", "priority": 9}
    env.ref(f"{MODULE}.ir_cron_refresh_all").write(nightly)
    env.ref(f"{MODULE}.ir_cron_refresh_stale").active = False
    env.ref(f"{MODULE}.key_account_profile_rule_own").domain_force = "[('account_manager_id', '!=', False)]"
    env.ref(f"{MODULE}.key_account_tour").rainbow_man_message = "Well done"


runs = env["key.account.run"]
runs.refresh_all()
judge()
make_types()
name_salespersons()
publish_a_policy()
runs.refresh_all(as_of=date.today() - timedelta(days=100))
runs.refresh_all()
change_what_no_update_may_touch()
env.cr.commit()
