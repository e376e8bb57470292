# SPDX-License-Identifier: LGPL-3.0-only
"""The table of ./dev bench: medians and spreads, beside what they are compared with and what is aimed at."""

import statistics
from typing import NamedTuple

MILLISECONDS = 1000
SCREENS = (
    ("contact list", "contact list, stock fields"),
    ("pipeline", "pipeline, stock fields"),
    ("Key Accounts: kanban", "contact list, stock fields"),
    ("Key Accounts: list", "contact list, stock fields"),
    ("Key Accounts: pivot", "contact list, stock fields"),
)
#: What follows the link from core models, beside the same screen by a field of stock Odoo.
LINKED = (
    ("contacts by category", "contacts by country"),
    ("contacts sorted by revenue", "contacts sorted by city"),
    ("pipeline by category", "pipeline by salesperson"),
    ("Invoice Analysis by category", "Invoice Analysis by type"),
    ("Invoice Analysis by category and quarter", "Invoice Analysis by type and quarter"),
)


class Row(NamedTuple):
    """A line of the table, in texts."""

    what: str
    median: str = "median"
    spread: str = "spread"
    ratio: str = "ratio"
    aim: str = "aim"


def figures_table(figures, markdown=False):
    """What was measured, as text."""
    rows = [
        *refresh_rows(figures),
        *posting_rows(figures),
        *screen_rows(figures),
        *matrix_rows(figures),
        *follow_up_rows(figures),
        *size_rows(figures),
    ]
    return table([Row(caption(figures["size"])), *rows], markdown)


def caption(size):
    """What the figures are of.

    >>> caption({"customers": 1000, "invoices": 10000, "lines": 30000, "leads": 20})
    '10,000 invoices (30,000 lines), 1,000 customers, 20 opportunities'
    """
    trade = f"{size['invoices']:,} invoices ({size['lines']:,} lines), {size['customers']:,} customers"
    return f"{trade}, {size['leads']:,} opportunities"


def refresh_rows(figures):
    """Refreshes against the bare query, and the first one against the same at a tenth of the size."""
    large = figures["large"]
    night = f"a night: another day, {max(1, figures['size']['customers'] // 100):,} with a new invoice"
    return [
        measured("bare GROUP BY customer, month", large["bare"], "s"),
        measured("first refresh of all customers", large["first"], "s", against(large, "first"), "≤ 14 ×"),
        measured("all again, nothing changed", large["unchanged"], "s", against(large, "unchanged")),
        measured(night, large["night"], "s", against(large, "night"), "≤ 10 ×"),
        measured("1 customer with a new invoice", in_milliseconds(large["stale_1"]), "ms", aim="≤ 50 ms"),
        measured("100 customers with a new invoice", in_milliseconds(large["stale_100"]), "ms"),
        per_invoice("first refresh, per invoice", figures, "first", "≤ 1.2 ×"),
        per_invoice("nothing changed, per invoice", figures, "unchanged"),
        measured("memory of the worker: growth by the first refresh", large["memory"], "MB", aim="≤ 300 MB"),
    ]


def measured(what, values, unit, ratio="", aim=""):
    """A row with median and spread of some runs.

    >>> measured("refresh", [2.0, 1.0, 4.0], "s", "2.0 × bare")
    Row(what='refresh', median='2.000 s', spread='3.000 s', ratio='2.0 × bare', aim='')
    """
    digits = {"s": 3, "ms": 1, "MB": 0}[unit]
    spread = max(values) - min(values)
    return Row(what, f"{statistics.median(values):.{digits}f} {unit}", f"{spread:.{digits}f} {unit}", ratio, aim)


def in_milliseconds(values):
    """Seconds as milliseconds."""
    return [MILLISECONDS * value for value in values]


def against(figures, name):
    """How many times as long as the bare query.

    >>> against({"bare": [0.5, 1.0, 0.5], "first": [6.0]}, "first")
    '12.0 × bare'
    """
    return f"{statistics.median(figures[name]) / statistics.median(figures['bare']):.1f} × bare"


def per_invoice(what, figures, name, aim=""):
    """Microseconds for an invoice, and how many times that at a tenth of the size.

    >>> size, smaller = {"invoices": 1000}, {"invoices": 100}
    >>> figures = {"size": size, "smaller": smaller, "large": {"first": [0.03]}, "small": {"first": [0.002]}}
    >>> per_invoice("first", figures, "first").median, per_invoice("first", figures, "first").ratio
    ('30.0 µs', '1.50 × at 100')
    """
    invoices, fewer = figures["size"]["invoices"], figures["smaller"]["invoices"]
    cost = statistics.median(figures["large"][name]) / invoices
    cost_small = statistics.median(figures["small"][name]) / fewer
    return Row(what, f"{1e6 * cost:.1f} µs", "", f"{cost / cost_small:.2f} × at {fewer:,}", aim)


def posting_rows(figures):
    """Posting in stock Odoo, and how much longer it takes with the addon."""
    return [
        *posting_pair("posting 100 invoices, one transaction each", figures["posting"]),
        *posting_pair("posting 100 invoices at once", figures["posting_together"]),
    ]


def posting_pair(what, times):
    """Rows of stock Odoo and ours."""
    stock = measured(f"{what}, stock Odoo", times["stock"], "s")
    return [stock, measured(f"{what}, with the addon", times["ours"], "s", added(times), "≤ +2%")]


def added(times):
    """What the addon adds, from round to round: the median and, in brackets, the middle half of the rounds.

    >>> added({"stock": [1.0, 2.0, 1.0, 1.0], "ours": [1.01, 2.06, 1.03, 1.05]})
    '+3.0% (+1.5 to +4.5)'
    """
    percents = [100 * (ours / stock - 1) for stock, ours in zip(times["stock"], times["ours"], strict=True)]
    first, middle, third = statistics.quantiles(percents, n=4)
    return f"{middle:+.1f}% ({first:+.1f} to {third:+.1f})"


def screen_rows(figures):
    """Screens against stock Odoo's."""
    screens = figures["screens"]
    return [
        *[
            measured(f"opening {name}", screens[name], "ms")
            for name in dict.fromkeys(stock for _name, stock in SCREENS)
        ],
        *[
            measured(f"opening {name}", screens[name], "ms", times_stock(screens, name, stock))
            for name, stock in SCREENS
        ],
        *[row for name, stock in LINKED for row in linked_pair(screens, name, stock)],
    ]


def linked_pair(screens, name, stock):
    """Rows of what goes by a field of stock Odoo and of what goes by one of ours."""
    ratio = times_stock(screens, name, stock)
    return [measured(stock, screens[stock], "ms"), measured(name, screens[name], "ms", ratio, "≤ 1.3 ×")]


def matrix_rows(figures):
    """The picture of all customers: answered by the server, sent, drawn."""
    answer, drawing = figures["matrix"], figures["drawing"]
    customers = f"{figures['size']['customers']:,} customers"
    return [
        measured(f"matrix of {customers}, answered", answer["milliseconds"], "ms", aim="≤ 1000 ms"),
        Row(f"matrix of {customers}, sent", f"{answer['kilobytes']:,.0f} kB", "", "", "≤ 300 kB"),
        measured(f"matrix of {drawing['points']:,} points, drawn", drawing["milliseconds"], "ms", aim="≤ 200 ms"),
    ]


def follow_up_rows(figures):
    """The scheduled action when many are due, and once more."""
    first, again = figures["follow_up"]
    customers = f"{figures['size']['customers']:,} customers"
    return [
        once(f"follow-ups: {first['planned']:,} due of {customers}", first["seconds"], "s", "≤ 60 s"),
        once(f"follow-ups again: {again['planned']:,} due", again["seconds"], "s", "≤ 5 s"),
        once("memory of the worker: growth by follow-ups", first["megabytes"], "MB", ""),
    ]


def once(what, value, unit, aim):
    """A row of what is measured once: there is nothing to do a second time.

    >>> once("follow-ups", 1.0, "s", "≤ 60 s")
    Row(what='follow-ups', median='1.000 s', spread='', ratio='', aim='≤ 60 s')
    """
    return measured(what, [value], unit, aim=aim)._replace(spread="")


def times_stock(screens, name, stock):
    """How many times as long as a screen of stock Odoo.

    >>> times_stock({"list": [30.0], "contact list, stock fields": [20.0]}, "list", "contact list, stock fields")
    '1.50 × contact list'
    """
    ratio = statistics.median(screens[name]) / statistics.median(screens[stock])
    return f"{ratio:.2f} × {stock.partition(',')[0]}"


def size_rows(figures):
    """What our tables and our index take of the disk."""
    first, last = figures["large"]["sizes_first"], figures["large"]["sizes"]
    return [
        Row("our tables, per customer, after the first refresh", f"{first['by_customer']:,.0f} bytes", "", "", ""),
        Row("our tables, per customer, after all of these", f"{last['by_customer']:,.0f} bytes", "", "", ""),
        Row("our index on invoices, per invoice", f"{first['by_document']:,.0f} bytes", "", "", ""),
    ]


def table(rows, markdown):
    """Rows below each other, the first one as headings; texts to the left, numbers to the right.

    >>> print(table([Row("10 invoices"), Row("refresh", "1 s", "", "2 ×", "")], markdown=True))
    | 10 invoices | median | spread | ratio | aim |
    |---|---:|---:|---:|---:|
    | refresh | 1 s |  | 2 × |  |
    """
    if markdown:
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([lines[0], "|---|---:|---:|---:|---:|", *lines[1:]])
    widths = [max(len(text) for text in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row.what.ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def machine_table(pairs, markdown=False):
    """What the figures were measured on.

    >>> print(machine_table([["Date", "2026-01-01"], ["Memory", "24 GB"]]))
    Date: 2026-01-01
    Memory: 24 GB
    <BLANKLINE>
    """
    bullet = "- " if markdown else ""
    return "".join(f"{bullet}{what}: {which}\n" for what, which in pairs)
