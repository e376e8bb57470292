# SPDX-License-Identifier: LGPL-3.0-only
"""./dev bench runs through and prints every figure with its aim; which numbers, depends on the machine."""

import re

import pytest

NUMBER = r"[\d,.]+ (s|ms|µs|MB|kB|bytes)"
#: What a row is compared with, as a pattern, and what is aimed at.
ROWS = {
    "bare GROUP BY customer, month": ("", ""),
    "first refresh of all customers": (r"[\d.]+ × bare", "≤ 14 ×"),
    "all again, nothing changed": (r"[\d.]+ × bare", ""),
    "a night: another day, 3 with a new invoice": (r"[\d.]+ × bare", "≤ 10 ×"),
    "1 customer with a new invoice": ("", "≤ 50 ms"),
    "100 customers with a new invoice": ("", ""),
    "first refresh, per invoice": (r"[\d.]+ × at 200", "≤ 1.2 ×"),
    "nothing changed, per invoice": (r"[\d.]+ × at 200", ""),
    "memory of the worker: growth by the first refresh": ("", "≤ 300 MB"),
    "posting 100 invoices, one transaction each, stock Odoo": ("", ""),
    "posting 100 invoices, one transaction each, with the addon": (r"[+-][\d.]+% \(.+ to .+\)", "≤ +2%"),
    "posting 100 invoices at once, stock Odoo": ("", ""),
    "posting 100 invoices at once, with the addon": (r"[+-][\d.]+% \(.+ to .+\)", "≤ +2%"),
    "opening contact list, stock fields": ("", ""),
    "opening pipeline, stock fields": ("", ""),
    "opening contact list": (r"[\d.]+ × contact list", ""),
    "opening pipeline": (r"[\d.]+ × pipeline", ""),
    "opening Key Accounts: kanban": (r"[\d.]+ × contact list", ""),
    "opening Key Accounts: list": (r"[\d.]+ × contact list", ""),
    "opening Key Accounts: pivot": (r"[\d.]+ × contact list", ""),
    "contacts by country": ("", ""),
    "contacts by category": (r"[\d.]+ × contacts by country", "≤ 1.3 ×"),
    "contacts sorted by city": ("", ""),
    "contacts sorted by revenue": (r"[\d.]+ × contacts sorted by city", "≤ 1.3 ×"),
    "pipeline by salesperson": ("", ""),
    "pipeline by category": (r"[\d.]+ × pipeline by salesperson", "≤ 1.3 ×"),
    "Invoice Analysis by type": ("", ""),
    "Invoice Analysis by category": (r"[\d.]+ × Invoice Analysis by type", "≤ 1.3 ×"),
    "Invoice Analysis by type and quarter": ("", ""),
    "Invoice Analysis by category and quarter": (r"[\d.]+ × Invoice Analysis by type and quarter", "≤ 1.3 ×"),
    "matrix of 300 customers, answered": ("", "≤ 1000 ms"),
    "matrix of 300 customers, sent": ("", "≤ 300 kB"),
    "matrix of 2,000 points, drawn": ("", "≤ 200 ms"),
    "follow-ups: 100 due of 300 customers": ("", "≤ 60 s"),
    "follow-ups again: 0 due": ("", "≤ 5 s"),
    "memory of the worker: growth by follow-ups": ("", ""),
    "our tables, per customer, after the first refresh": ("", ""),
    "our tables, per customer, after all of these": ("", ""),
    "our index on invoices, per invoice": ("", ""),
}


@pytest.mark.slow
def test_it_prints_the_machine_and_every_figure_with_its_aim(dev):
    size = ("--customers", "300", "--invoices", "2000", "--leads", "50", "--runs", "1")
    done = dev("bench", *size, "--markdown")
    assert done.returncode == 0, done.stderr
    machine, _empty, table = done.stdout.partition("\n\n")
    told = [line.partition(":")[0] for line in machine.splitlines()]
    assert told == ["- Date", "- Processor", "- Memory", "- Odoo, Python", "- PostgreSQL"]
    assert "fsync on" in machine
    heading, _rule, *lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert re.fullmatch(r"2,000 invoices \([56],\d+ lines\), 300 customers, 50 opportunities", heading[0])
    assert [what for what, *_cells in lines] == list(ROWS)
    for what, median, _spread, ratio, aim in lines:
        pattern, aimed_at = ROWS[what]
        assert re.fullmatch(NUMBER, median), what
        assert re.fullmatch(pattern, ratio), what
        assert aim == aimed_at
