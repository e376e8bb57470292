# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Use the favourites, export templates and views that `enter` made, as the client does; print what comes of it."""

import json
import re

from odoo.tools.safe_eval import safe_eval

FIELD = re.compile(r'name="(silence_risk_min|late_gaps)"')


def favourite(row):
    """How many records it finds, and what it groups and sorts by."""
    group_by = safe_eval(row.context).get("group_by", [])
    found = env[row.model_id].search(row._get_eval_domain(), order=", ".join(json.loads(row.sort)) or None)
    env[row.model_id].formatted_read_group(row._get_eval_domain(), group_by, ["__count"])
    return [len(found), group_by, json.loads(row.sort)]


def template(row):
    """Which fields it names; they can be exported."""
    names = row.export_fields.mapped("name")
    env[row.resource].search([]).export_data(names)
    return names


def arch(view):
    """What the client gets of a view, or of the one it is put on top of."""
    base = view if view.mode == "primary" else view.inherit_id
    return env[view.model].get_view(base.id, view.type)["arch"]


made = env["ir.ui.view"].search([("name", "=", "Mine")])
own = env["ir.ui.view"].search([("name", "=like", "Own: %")])
told = {
    "favourites": {
        row.name: favourite(row) for row in env["ir.filters"].search([("model_id", "like", "key.account.")])
    },
    "templates": {row.resource: template(row) for row in env["ir.exports"].search([("name", "like", "Sheet of")])},
    "views": {view.name: sorted(set(FIELD.findall(arch(view)))) for view in made},
    "own": {view.name: re.search(r'string="(Own \d)"', arch(view)).group(1) for view in own},
    "link": env["ir.actions.act_window"].search([("path", "=", "key-account-follow-ups")]).res_model,
}
print(json.dumps(told))
