# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 (env comes from devkit/scripts/run_script.py)
"""Opens every screen with these customers as the web client does: `screens.py skipped|worked_out PARTNERS...`.

An error ends it, and so does a number that the browser could not read.
"""

import json
import sys

from lxml import etree

expected, partner_ids = sys.argv[1], [int(argument) for argument in sys.argv[2:]]
env = env(user=env.ref("base.user_admin"))


def specification(model, view_type):
    """What the web client reads for a view: the fields of its arch."""
    arch = env[model].get_views([(False, view_type)])["views"][view_type]["arch"]
    names = {node.get("name") for node in etree.fromstring(arch).iter("field")} & set(env[model]._fields)
    if model == "res.partner":
        # Odoo's own figures on a contact stumble over dates before Christ.
        names = {name for name in names if name.startswith("key_account_")}
    return {name: {"fields": {"display_name": {}}} if env[model]._fields[name].relational else {} for name in names}


def readable(values):
    """The values, if they make JSON as browsers read it: without NaN and Infinity."""
    json.dumps(values, default=str, allow_nan=False)
    return values


def open_form(records):
    for record in records:
        values = readable(record.web_read(specification(record._name, "form")))[0]
        if values.get("months_chart"):
            readable(json.loads(values["months_chart"]))


def open_list(records):
    found = records.web_search_read([("id", "in", records.ids)], specification(records._name, "list"), limit=80)
    assert readable(found)["length"] == len(records)


def open_pivot(records):
    """Rows by category, columns by lifecycle, the measures that can be summed."""
    sums = [f"{name}:sum" for name in ("revenue_12m", "revenue_lifetime", "share")]
    for groups in ([], ["category"], ["lifecycle"], ["last_invoice_date:month"], ["expected_next_date:year"]):
        assert readable(records.formatted_read_group([("id", "in", records.ids)], groups, [*sums, "__count"]))


profiles = env["key.account.profile"].search([("partner_id", "in", partner_ids)])
assert len(profiles) == len(partner_ids)
open_form(profiles)
open_list(profiles)
open_pivot(profiles)
message = (profiles.action_refresh() or {"params": {"message": ""}})["params"]["message"]
skipped = [customer.display_name for customer in profiles.partner_id if f"{customer.display_name}:" in message]
assert len(skipped) == (len(profiles) if expected == "skipped" else 0), message
env.cr.rollback()
open_form(profiles.partner_id)
open_list(profiles.partner_id)
open_form(env["key.account.run"].search([("failure_ids", "!=", False)]))
open_list(env["key.account.run"].search([]))
