# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Open every menu of Contacts, CRM and Invoicing as the web client does; print as JSON what there is to see.

Each view is loaded together with its favorites, and its records are read: without a favorite, and with each of them.
"""

import json
import random

from lxml import etree

from odoo.tools.safe_eval import datetime, safe_eval, time

from odoo.addons.web.controllers.utils import clean_action

APPS = ("contacts.menu_contacts", "crm.crm_menu_root", "account.menu_finance")
LISTS = ("list", "kanban", "form", "calendar", "activity")

env = env(user=env.ref("base.user_admin"), su=False)
env = env(context={**env.user.context_get(), "allowed_company_ids": env.user.company_ids.ids})


def evaluated(text, **names):
    """A domain or context as the client understands it."""
    if not isinstance(text, str):
        return text or {}
    names |= {"uid": env.uid, "time": time, "datetime": datetime, "active_id": False, "active_ids": []}
    return safe_eval(text, names | {"allowed_company_ids": env.companies.ids})


def window(action):
    """The window action that a menu's action is, or comes to."""
    if action._name == "ir.actions.server":
        return clean_action(action.run(), env)
    return action._get_action_dict()


def open_action(action):
    """What each view of an action shows: kind -> arch, fields, rows."""
    model = env[action["res_model"]].with_context(**evaluated(action["context"]))
    views = [*action["views"], (action["search_view_id"] and action["search_view_id"][0], "search")]
    opened = model.get_views(views, {"load_filters": True, "action_id": action["id"], "toolbar": True})
    if model._transient:
        return {kind: lines(view["arch"]) for kind, view in opened["views"].items()}
    domain = list(evaluated(action["domain"], context=model.env.context) or [])
    return {kind: open_view(model, kind, opened, domain) for _view, kind in action["views"]}


def lines(arch):
    """The lines of a view, sorted: Odoo adds invisible fields in any order."""
    return sorted(line.strip() for line in arch.splitlines())


def open_view(model, kind, opened, domain):
    arch, fields = opened["views"][kind]["arch"], opened["models"][model._name]["fields"]
    told = {"arch": lines(arch), "fields": sorted(fields), "rows": rows(model, kind, arch, fields, domain)}
    for favorite in opened["views"]["search"]["filters"]:
        narrowed = domain + list(evaluated(favorite["domain"]) or [])
        group_by = evaluated(favorite["context"]).get("group_by", [])
        told[favorite["name"]] = rows(model, kind, arch, fields, narrowed, group_by)
    return told


def rows(model, kind, arch, fields, domain, group_by=()):
    """What a view reads: records, or sums by what it is grouped by."""
    nodes = [node for node in etree.fromstring(arch).iter("field") if node.get("name") in fields]
    if kind in LISTS and not group_by:
        return model.web_search_read(domain, {node.get("name"): asked(fields[node.get("name")]) for node in nodes})
    own = [node.get("name") for node in nodes if fields[node.get("name")].get("groupable")]
    return model.formatted_read_group(domain, [interval(name, fields) for name in group_by or own[:1]])


def asked(field):
    """What the client asks for of a field: of a record it refers to, the name."""
    return {"fields": {"display_name": {}}} if field["type"] in ("many2one", "reference") else {}


def interval(name, fields):
    return f"{name}:month" if fields.get(name, {}).get("type") in ("date", "datetime") else name


def open_app(menus, menu):
    """What opens below a menu: path -> views."""
    told = {}
    if menu["action_model"] in ("ir.actions.act_window", "ir.actions.server"):
        action = window(env[menu["action_model"]].browse(menu["action_id"]))
        if action["type"] == "ir.actions.act_window":
            told[menu["name"]] = open_action(action)
    for child in menu["children"]:
        told |= {f"{menu['name']}/{path}": views for path, views in open_app(menus, menus[child]).items()}
    return told


random.seed(0)  # Odoo invents figures for an empty dashboard
menus = env["ir.ui.menu"].load_menus(False)
apps = {app: open_app(menus, menus[env.ref(app).id]) for app in APPS}
print(json.dumps({"menus": menus, **apps}, default=str))
