# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Enter everything people can enter in the release before; leave two refreshes of all customers unfinished."""

from datetime import date, timedelta

from odoo import Command

from odoo.addons.key_account_segmentation.models.refresh import key_account_run

MODULE = "key_account_segmentation"
POLICY = "key.account.policy"


def profile_of(reference):
    return env["key.account.profile"].search([("partner_id.ref", "=", reference)])


def publish_a_policy():
    """Other thresholds and axes in a new version, then a switch in the settings, which makes a third one; and a draft."""
    policy = env.company.key_account_policy_id
    own = {
        "new_months": 5,
        "abc_a_share": 0.7,
        "cadence_late_ratio": 1.8,
        "late_ratio": 1.6,
        "axis_y": "event_count_12m",
    }
    policy.copy({"name": "Agreed in spring", "note": "Minutes of 3 March", **own}).action_publish()
    env["res.config.settings"].create({"key_account_seasonal_is_recurring": False}).execute()
    env.company.key_account_policy_id.copy({"name": "Perhaps", "cadence_risk_ratio": 4})
    env["res.company"].create({"name": "Sister"})


def override():
    """A category by hand, a customer who cannot be developed, an account manager, a kind of collaboration."""
    groups = env.ref("sales_team.group_sale_salesman")
    manager = env["res.users"].create({"name": "Mara Field", "login": "mara", "group_ids": [Command.link(groups.id)]})
    kind = env["key.account.collaboration"].create({"name": "Joint stock", "description": "They keep our goods"})
    until = date.today() + timedelta(days=90)
    by_hand = {"manual_category": "active_partner", "manual_category_reason": "Founders know each other"}
    profile_of("01_monthly_1st").write({"account_manager_id": manager.id, "collaboration_id": kind.id})
    profile_of("02_month_end").write({**by_hand, "manual_category_until": until})
    profile_of("03_quarterly").write({"cannot_be_developed": True})
    pillars = env.company.key_account_policy_id.quadrant_ids.filtered(lambda it: it.place == "high_high")
    profile_of("10_seasonal").write(
        {"manual_quadrant_id": pillars.id, "manual_quadrant_reason": "They open three shops"}
    )


def make_types():
    """Types with rules, and one without."""
    curious = profile_of("01_monthly_1st").partner_id
    env["key.account.type"].create(
        [
            {"name": "Loyal", "rule_domain": "[('event_count', '>=', 3)]", "description": "They come again"},
            {"name": "Curious", "rule_domain": f"[('partner_id', '=', {curious.id})]", "sequence": 1},
            {"name": "Steady", "rule_domain": "[('recorded_lifecycle', '=', 'active')]"},
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
    """Favourites and an export template that name thresholds that have another name since, or are gone."""
    env["ir.filters"].create(
        [
            {"name": "Strict", "model_id": POLICY, "domain": "[('monthly_adi', '<', 1.3), ('late_ratio', '<', 9)]"},
            {"name": "By lateness", "model_id": POLICY, "sort": '["cadence_late_ratio desc"]'},
        ]
    )
    lines = [Command.create({"name": name}) for name in ("name", "cadence_risk_ratio", "lost_probability_min")]
    env["ir.exports"].create({"name": "Sheet of policies", "resource": POLICY, "export_fields": lines})


def make_views():
    """A view that people put on top of ours, and views of their own that go on from ours."""
    base = env.ref(f"{MODULE}.key_account_policy_view_form")
    arch = """<field name='monthly_active_min' position='after'>
        <field name='risk_probability_min'/><field name='cadence_late_ratio'/>
    </field>"""
    env["ir.ui.view"].create({"name": "Mine", "model": base.model, "inherit_id": base.id, "arch": arch})
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
make_types()
name_salespersons()
publish_a_policy()
override()
runs.refresh_all(as_of=date.today() - timedelta(days=100))
runs.refresh_all()
change_what_no_update_may_touch()
make_favourites()
make_views()
leave_runs_unfinished()
env.cr.commit()
