# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Enter everything people can enter in the release before; leave two refreshes of all customers unfinished."""

from datetime import date, timedelta

from odoo import Command

from odoo.addons.key_account_segmentation.models import key_account_run

MODULE = "key_account_segmentation"
PROFILE, LOAD = "key.account.profile", "key.account.load"


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
    """Types with rules, one of which names a field that has another name since; and one without a rule."""
    curious = profile_of("01_monthly_1st").partner_id
    env["key.account.type"].create(
        [
            {"name": "Loyal", "rule_domain": "[('event_count', '>=', 3)]", "description": "They come again"},
            {"name": "Curious", "rule_domain": f"[('partner_id', '=', {curious.id})]", "sequence": 1},
            {"name": "Steady", "rule_domain": "[('settled_lifecycle', '=', 'active')]"},
            {"name": "Friends", "contact_days": 99},
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


def make_favourites():
    """Favourites and export templates that name what has another name since, or is gone."""
    by_lifecycle = "{'group_by': ['settled_lifecycle']}"
    env["ir.filters"].create(
        [
            {"name": "Were active", "model_id": PROFILE, "domain": "[('settled_lifecycle', '=', 'active')]"},
            {"name": "As they were", "model_id": PROFILE, "context": by_lifecycle, "sort": '["settled_major desc"]'},
            {"name": "Archived", "model_id": LOAD, "domain": "[('is_archived', '=', True)]"},
            {"name": "By archived", "model_id": LOAD, "context": "{'group_by': ['is_archived']}"},
        ]
    )
    for model, names in ((PROFILE, ["partner_id", "settled_major"]), (LOAD, ["account_manager_id", "is_archived"])):
        lines = [Command.create({"name": name}) for name in names]
        env["ir.exports"].create({"name": f"Sheet of {model}", "resource": model, "export_fields": lines})


def make_views():
    """Views that people put on top of ours, and one of their own that goes on from ours."""
    for name, beside, added in [
        ("profile_view_list", "partner_id", "settled_major"),
        ("profile_view_form", "partner_id", "settled_lifecycle"),
        ("profile_view_search", "partner_id", "settled_lifecycle"),
        ("load_view_list", "account_manager_id", "is_archived"),
    ]:
        base = env.ref(f"{MODULE}.key_account_{name}")
        arch = f"<field name='{beside}' position='after'><field name='{added}'/></field>"
        env["ir.ui.view"].create({"name": f"Mine: {name}", "model": base.model, "inherit_id": base.id, "arch": arch})
    for number, name in enumerate(["key_account_profile_view_quadrant", "key_account_load_view_list"]):
        base = env.ref(f"{MODULE}.{name}")
        own = {"name": f"Own: {name}", "model": base.model, "mode": "primary", "inherit_id": base.id}
        arch = f"<xpath expr='/*' position='attributes'><attribute name='string'>Own {number}</attribute></xpath>"
        env["ir.ui.view"].create({**own, "arch": arch})


def leave_runs_unfinished():
    """A refresh of today whose batches are through, and a look back with one step done that comes after."""
    key_account_run.BATCH_SIZE = 4
    for as_of, steps_after in ((None, 0), (date.today() - timedelta(days=50), 1)):
        run = runs._create_run(env.company, as_of, cause="user")
        while run.position <= len(run.batch_ends or []) + steps_after:
            run._step()


runs = env["key.account.run"]
runs.refresh_all()
judge()
make_types()
name_salespersons()
publish_a_policy()
runs.refresh_all(as_of=date.today() - timedelta(days=100))
runs.refresh_all()
change_what_no_update_may_touch()
make_favourites()
make_views()
leave_runs_unfinished()
env.cr.commit()
