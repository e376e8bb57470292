# SPDX-License-Identifier: LGPL-3.0-only
"""./dev demo --invoices: every bad row is told, and nothing of a bad file is loaded."""

import json
from datetime import date, datetime, timezone

import pytest

from devkit import databases
from devkit.invoices import prepared_documents, read_documents
from devkit.say import Failure
from devkit.workplace import set_up

GOOD = "partner_ref,move_ref,move_type,invoice_date,amount_signed\n"
BAD = GOOD + (
    "ALFA,1,out_invoice,2024-01-31,100.00\n"
    "ALFA,2,in_invoice,2024-01-31,100.00\n"
    "ALFA,3,out_invoice,31.01.2024,100.00\n"
    "ALFA,4,out_invoice,2024-02-30,100.00\n"
    "ALFA,5,out_invoice,2024-01-31,ten\n"
    "ALFA,6,out_invoice,2024-01-31,nan\n"
    "ALFA,7,out_invoice,2024-01-31,1.005\n"
    "ALFA,8,out_invoice,2024-01-31,-100.00\n"
    "ALFA,9,out_refund,2024-01-31,100.00\n"
    "ALFA,1,out_invoice,2024-01-31,100.00\n"
    " ,10,out_invoice,2024-01-31,100.00\n"
    "ALFA,11\n"
)
COMPLAINTS = [
    '  line 3: unknown move_type "in_invoice" (out_invoice, out_receipt or out_refund)',
    '  line 4: bad invoice_date "31.01.2024" (YYYY-MM-DD)',
    '  line 5: bad invoice_date "2024-02-30" (YYYY-MM-DD)',
    '  line 6: bad amount_signed "ten" (a number in cents at the finest, such as -12.50)',
    '  line 7: bad amount_signed "nan" (a number in cents at the finest, such as -12.50)',
    '  line 8: bad amount_signed "1.005" (a number in cents at the finest, such as -12.50)',
    "  line 9: amount_signed -100.00 does not fit out_invoice (credit notes are negative, the others positive)",
    "  line 10: amount_signed 100.00 does not fit out_refund (credit notes are negative, the others positive)",
    '  line 11: duplicate move_ref "1" (also in line 2)',
    "  line 12: partner_ref is empty",
    '  line 13: unknown move_type "" (out_invoice, out_receipt or out_refund)',
    '  line 13: bad invoice_date "" (YYYY-MM-DD)',
    '  line 13: bad amount_signed "" (a number in cents at the finest, such as -12.50)',
]
SUMMARY = """
import json
moves = env["account.move"].search([("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))])
print(json.dumps([
    [
        move.partner_id.ref,
        move.ref or "",
        move.move_type,
        str(move.invoice_date),
        move.amount_untaxed_signed,
        move.state,
    ]
    for move in moves.sorted(lambda move: (move.partner_id.ref, move.invoice_date))
]))
"""


@pytest.fixture
def csv_file(tmp_path):
    """A function that writes a CSV file and returns its path."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "invoices.csv"
        path.write_text(text, encoding=encoding)
        return str(path)

    return write


def test_every_bad_row_is_told_with_its_line(dev, csv_file, tmp_path):
    done = dev("demo", "--invoices", csv_file(BAD), KEY_ACCOUNT_CACHE=str(tmp_path / "cache"))
    assert done.returncode == 1
    first, *complaints = done.stderr.splitlines()
    assert first.endswith(f"{len(COMPLAINTS)} thing(s) to repair. Nothing was loaded.")
    assert complaints == COMPLAINTS
    assert not list((tmp_path / "cache").glob("*/")), "a bad file must stop before anything is set up"


@pytest.mark.parametrize("column", ["partner_ref", "move_type", "invoice_date", "amount_signed"])
def test_a_missing_column_is_named(dev, csv_file, column):
    done = dev("demo", "--invoices", csv_file(GOOD.replace(column, "other") + "A,1,out_invoice,2024-01-31,1\n"))
    assert done.returncode == 1
    assert f"missing column {column}. Nothing was loaded." in done.stderr


def test_a_quoted_line_break_does_not_shift_line_numbers(csv_file):
    text = GOOD + '"A\nB",1,out_invoice,2024-01-31,1\nA,2,bill,2024-01-31,1\n'
    with pytest.raises(Failure, match="line 4: unknown move_type"):
        read_documents(csv_file(text))


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        (GOOD, "utf-8", "holds no documents"),
        ("", "utf-8", "Found: none"),
        (GOOD + "Böhm,1,out_invoice,2024-01-31,1\n", "latin-1", "not a CSV file in UTF-8"),
    ],
)
def test_a_file_without_documents_is_refused(csv_file, text, encoding, message):
    with pytest.raises(Failure, match=message):
        read_documents(csv_file(text, encoding))


def test_a_missing_file_is_named(dev):
    done = dev("demo", "--invoices", "/nowhere.csv")
    assert done.returncode == 1
    assert "/nowhere.csv cannot be read" in done.stderr


def test_numbers_are_optional_and_a_byte_order_mark_is_no_matter(csv_file):
    text = "partner_ref,move_type,invoice_date,amount_signed\nA,out_invoice,2024-01-31,1\nA,out_invoice,2024-01-31,1\n"
    assert len(read_documents(csv_file(text, "utf-8-sig"))) == 2


def test_all_dates_move_by_the_same_number_of_days(csv_file):
    text = GOOD + "A,1,out_invoice,2024-01-31,1\nA,2,out_invoice,2024-03-01,1\n"
    moved = json.loads(prepared_documents(read_documents(csv_file(text)), newest=date(2026, 3, 1)))
    assert [document["day"] for document in moved] == ["2026-01-30", "2026-03-01"]


def test_documents_are_posted_as_they_are_told(dev, csv_file):
    text = GOOD + (
        "BETA,B1,out_invoice,2024-01-31,100.10\n"
        "ALFA,A1,out_invoice,2024-02-01,50.00\n"
        "BETA,B2,out_refund,2024-02-10,-20.05\n"
        "BETA,B3,out_receipt,2024-02-11,7.00\n"
        "ALFA,A2,out_invoice,2024-02-12,0.00\n"
    )
    done = dev("demo", "--invoices", csv_file(text), "--up-to-today", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "1 document(s) of amount 0 skipped" in done.stderr
    name = done.stdout.strip()
    try:
        again = dev("demo", "--invoices", csv_file(text), "--up-to-today", "--no-serve")
        told = dev("shell", "--database", name, input=SUMMARY)
    finally:
        databases.drop(set_up(), name)
    assert again.stdout == done.stdout
    assert "posted" not in again.stderr, "the second start takes the database that is there"
    shift = datetime.now(timezone.utc).date() - date(2024, 2, 12)
    assert json.loads(told.stdout) == [
        ["ALFA", "A1", "out_invoice", str(date(2024, 2, 1) + shift), 50.0, "posted"],
        ["BETA", "B1", "out_invoice", str(date(2024, 1, 31) + shift), 100.1, "posted"],
        ["BETA", "B2", "out_refund", str(date(2024, 2, 10) + shift), -20.05, "posted"],
        ["BETA", "B3", "out_receipt", str(date(2024, 2, 11) + shift), 7.0, "posted"],
    ]
