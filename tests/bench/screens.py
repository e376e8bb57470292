# SPDX-License-Identifier: LGPL-3.0-only
"""How long Odoo works to open a screen: what the web client asks for, as the administrator, in this process."""

import json

from lxml import etree

from .refresh import company
from .timing import seconds

OURS = "key_account_"
WARM_UP = 2


def time_screens(env, runs):
    """Milliseconds of each run by screen, taken by turns, each from an empty cache."""
    administrator = env.ref("base.user_admin").id
    env = env(user=administrator, su=False, context={"allowed_company_ids": company(env).ids})
    times = {name: [] for name in SCREENS}
    for _run in range(runs + WARM_UP):
        for name, opened in SCREENS.items():
            env.invalidate_all()
            times[name].append(1000 * seconds(lambda opened=opened: opened(env)))
            env.cr.rollback()
    return {name: taken[WARM_UP:] for name, taken in times.items()}


def stock(names):
    """Without the fields our addon puts into a view."""
    return [name for name in names if not name.startswith(OURS)]


def open_list(env, model, only=list):
    """Open the list of a model; ``only`` picks from the fields of its view."""
    view = read_view(env, model, "list")
    env[model].web_search_read(
        [],
        specification(env, model, only(field_names(env, model, view))),
        limit=80,
        order=view.get("default_order"),
        count_limit=10001,
    )


def open_kanban(env, model, domain=(), view_id=False, only=list):
    """Open a kanban view by its default group: the columns, their first cards and the bars above them."""
    view = read_view(env, model, "kanban", view_id)
    names = only(field_names(env, model, view))
    group = view.get("default_group_by")
    env[model].web_read_group(
        list(domain),
        [group],
        aggregates(env, model, names),
        auto_unfold=True,
        unfold_read_specification=specification(env, model, names),
        unfold_read_default_limit=40,
    )
    for bar in view.iter("progressbar"):
        described = {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))}
        env[model].read_progress_bar(list(domain), group, described)


def open_pivot(env, model):
    """Open a pivot view: every combination of its rows and columns at once."""
    view = read_view(env, model, "pivot")
    kinds = {kind: [node.get("name") for node in view.iter("field") if node.get("type") == kind] for kind in KINDS}
    sets = [row + column for row in beginnings(kinds["row"]) for column in beginnings(kinds["col"])]
    measures = [f"{name}:{env[model]._fields[name].aggregator}" for name in kinds["measure"]]
    env[model].formatted_read_grouping_sets([], sets, [*measures, "__count"])


def beginnings(names):
    """No name, the first, the first two, and so on."""
    return [names[:count] for count in range(len(names) + 1)]


def read_view(env, model, view_type, view_id=False):
    """The view as the client gets it, with the search view beside it."""
    views = env[model].get_views([(view_id, view_type), (False, "search")], {"load_filters": True})["views"]
    return etree.fromstring(views[view_type]["arch"])


def field_names(env, model, view):
    """The fields of a view, in order."""
    known = env[model]._fields
    return [name for name in dict.fromkeys(node.get("name") for node in view.iter("field")) if name in known]


def specification(env, model, names):
    """What the client wants of each field: of other records their names."""
    fields = env[model]._fields
    return {name: {"fields": {"display_name": {}}} if fields[name].relational else {} for name in names}


def aggregates(env, model, names):
    """The sums the client asks for by column."""
    numbers = ("integer", "float", "monetary")
    described = env[model].fields_get(names, ["type", "aggregator"])
    return [
        f"{name}:{field['aggregator']}"
        for name, field in described.items()
        if field["type"] in numbers and field.get("aggregator")
    ]


def sort_list(env, model, name):
    """The first page of a list, sorted by a field."""
    env[model].web_search_read([], {"display_name": {}, name: {}}, limit=80, order=f"{name} desc", count_limit=10001)


def group_contacts(env, name):
    """Contacts by a field, counted."""
    env["res.partner"].formatted_read_group([], [name], ["__count"])


def group_pipeline(env, name):
    """Opportunities by a field, with their expected revenue."""
    env["crm.lead"].formatted_read_group([("type", "=", "opportunity")], [name], ["expected_revenue:sum", "__count"])


def analyse_invoices(env, *names):
    """The untaxed total of the Invoice Analysis by some fields."""
    domain = [("state", "=", "posted"), ("move_type", "in", ["out_invoice", "out_refund"])]
    env["account.invoice.report"].formatted_read_group(domain, list(names), ["price_subtotal:sum", "__count"])


def open_pipeline(env, only=list):
    """Open the pipeline."""
    view = env.ref("crm.crm_case_kanban_view_leads")
    open_kanban(env, "crm.lead", [("type", "=", "opportunity")], view.id, only)


KINDS = ("row", "col", "measure")
SCREENS = {
    "contact list, stock fields": lambda env: open_list(env, "res.partner", stock),
    "contact list": lambda env: open_list(env, "res.partner"),
    "pipeline, stock fields": lambda env: open_pipeline(env, stock),
    "pipeline": open_pipeline,
    "contacts by country": lambda env: group_contacts(env, "country_id"),
    "contacts by category": lambda env: group_contacts(env, "key_account_category"),
    "contacts sorted by city": lambda env: sort_list(env, "res.partner", "city"),
    "contacts sorted by revenue": lambda env: sort_list(env, "res.partner", "key_account_revenue_12m"),
    "pipeline by salesperson": lambda env: group_pipeline(env, "user_id"),
    "pipeline by category": lambda env: group_pipeline(env, "key_account_category"),
    "Invoice Analysis by type": lambda env: analyse_invoices(env, "move_type"),
    "Invoice Analysis by category": lambda env: analyse_invoices(env, "key_account_category"),
    "Invoice Analysis by type and quarter": lambda env: analyse_invoices(env, "move_type", "invoice_date:quarter"),
    "Invoice Analysis by category and quarter": lambda env: analyse_invoices(
        env, "key_account_category", "invoice_date:quarter"
    ),
    "Key Accounts: kanban": lambda env: open_kanban(env, "key.account.profile"),
    "Key Accounts: list": lambda env: open_list(env, "key.account.profile"),
    "Key Accounts: pivot": lambda env: open_pivot(env, "key.account.profile"),
}
