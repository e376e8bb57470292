# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Use the module for a while: judge customers, change the policy, and make everything people can make out of it."""

from datetime import date, timedelta

from odoo import Command

env = env(user=env.ref("base.user_admin"), su=False)
OURS = "key.account.profile"
model = env["ir.model"]._get(OURS)
action = env.ref("key_account_segmentation.key_account_profile_action")
contacts = env.ref("contacts.action_contacts")


def judge():
    """A refresh, a look back, a judgement by hand, another policy, a setting."""
    runs = env["key.account.run"]
    runs.refresh_all()
    runs.refresh_all(as_of=date.today() - timedelta(days=60))
    profile = env[OURS].search([], limit=1)
    profile.write({"manual_category": "client", "manual_category_reason": "They say so", "cannot_be_developed": True})
    env["key.account.policy"].search([], limit=1).copy({"new_months": 4}).action_publish()
    env["res.config.settings"].create({"key_account_seasonal_is_recurring": False}).execute()
    env.cr.commit()
    env.ref("key_account_segmentation.ir_cron_refresh_stale").method_direct_trigger()
    return profile


def keep_favorites():
    """Favorites that name our fields, one of them used by default, one archived; and one for our model."""
    save_favorite("res.partner", domain="[('key_account_category', '=', 'client')]", is_default=True)
    save_favorite("res.partner", domain="[('key_account_abc', '=', 'A')]", active=False)
    save_favorite("crm.lead", context="{'group_by': ['partner_id.key_account_category']}")
    save_favorite("account.move", sort='["key_account_share desc"]')
    save_favorite(OURS, domain="[('abc', '=', 'A')]")


def save_favorite(name, **values):
    favorite = {"name": f"Mine {values}", "model_id": name, "domain": "[]", "context": "{}", "sort": "[]"}
    env["ir.filters"].create_filter({**favorite, "action_id": False, "user_ids": [env.uid], **values})


def keep_export_templates():
    """Templates of our fields alone, of others beside them, and of our model."""
    save_template("Beside others", "res.partner", "name", "key_account_category")
    save_template("Of a contact", "crm.lead", "name", "partner_id/key_account_profile_id/abc")
    save_template("Ours alone", "res.partner", "key_account_category")
    save_template("Our model", OURS, "partner_id/name", "abc")


def save_template(name, resource, *columns):
    lines = [Command.create({"name": column}) for column in columns]
    env["ir.exports"].create({"name": name, "resource": resource, "export_fields": lines})


def keep_a_dashboard():
    """Tiles as "Add to my dashboard" makes them: our list, contacts by category, and contacts."""
    tiles = "".join(
        f'<action name="{opens.id}" string="{opens.name}" view_mode="list" context="{context}" domain="[]"/>'
        for opens, context in ((action, {}), (contacts, {"group_by": ["key_account_category"]}), (contacts, {}))
    )
    arch = f'<form string="My Dashboard"><board style="2-1"><column>{tiles}</column><column/></board></form>'
    view = env.ref("board.board_my_dash_view")
    env["ir.ui.view.custom"].create({"user_id": env.uid, "ref_id": view.id, "arch": arch})


def make_actions():
    """A window of our model and one of contacts, in menus; a home action; server and scheduled actions."""
    windows = env["ir.actions.act_window"]
    own = windows.create({"name": "My customers", "res_model": OURS, "view_mode": "list"})
    clients = {"domain": "[('key_account_category', '=', 'client')]", "res_model": "res.partner"}
    windows.create({"name": "Clients", "view_mode": "list", **clients})
    for window in (own, action):
        link = {"name": window.name, "action": f"ir.actions.act_window,{window.id}"}
        hidden = [Command.link(env.ref("base.group_portal").id)]
        env["ir.ui.menu"].create({**link, "parent_id": env.ref("contacts.menu_contacts").id, "group_ids": hidden})
    env["ir.embedded.actions"].create(
        {"parent_action_id": contacts.id, "parent_res_model": "res.partner", "action_id": action.id, "name": "Key"}
    )
    env.user.action_id = action.id
    for kind in ("ir.actions.server", "ir.cron"):
        env[kind].create({"name": "Mine", "model_id": model.id, "state": "code", "code": "pass"})


def extend():
    """What an administrator adds: fields, views, rights, rules, defaults, a mail template, a subtype, a mapping."""
    contact_model = env["ir.model"]._get("res.partner")
    own_field = {"name": "x_mine", "model_id": model.id, "ttype": "char", "field_description": "Mine"}
    related = {"name": "x_of", "model_id": contact_model.id, "ttype": "selection", "field_description": "Of"}
    related |= {"related": "key_account_profile_id.abc", "store": False, "readonly": True}
    env["ir.model.fields"].create([own_field, related])
    add_view("res.partner", env.ref("base.view_partner_form"), "vat", "key_account_abc")
    add_view(OURS, env.ref("key_account_segmentation.key_account_profile_view_form"), "collaboration_id", "x_mine")
    env["ir.ui.view"].create({"name": "Mine", "model": OURS, "arch": '<list><field name="partner_id"/></list>'})
    env["ir.rule"].create({"name": "Mine", "model_id": model.id, "domain_force": "[]"})
    env["ir.model.access"].create({"name": "Mine", "model_id": model.id, "group_id": env.ref("base.group_user").id})
    env["ir.default"].set("key.account.policy", "note", "Agreed with the board")
    env["mail.template"].create({"name": "Mine", "model_id": model.id})
    env["mail.message.subtype"].create({"name": "Mine", "res_model": OURS})
    env["base_import.mapping"].create(
        {"res_model": "key.account.collaboration", "column_name": "A", "field_name": "name"}
    )


def add_view(name, parent, after, field):
    arch = f'<field name="{after}" position="after"><field name="{field}"/></field>'
    env["ir.ui.view"].create({"name": f"{field} by hand", "model": name, "inherit_id": parent.id, "arch": arch})


def attach_to(profile):
    """A file, a message and a follower on a profile, and its external identifier as an export makes it."""
    there = {"res_model": OURS, "res_id": profile.id}
    env["ir.attachment"].create({"name": "contract.txt", "raw": b"signed", **there})
    env["mail.followers"].create({"partner_id": env.user.partner_id.id, **there})
    env["mail.message"].create({"model": OURS, "res_id": profile.id, "body": "Called", "message_type": "comment"})
    profile.export_data(["id"])


profile = judge()
keep_favorites()
keep_export_templates()
keep_a_dashboard()
make_actions()
extend()
attach_to(profile)
env["ir.qweb"]._get_asset_bundle("web.assets_web", css=True, js=True).js()
env.cr.commit()
