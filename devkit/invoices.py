# SPDX-License-Identifier: LGPL-3.0-only
"""A person's own documents from a CSV file: read, checked row by row, never changed silently."""

import csv
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from .say import Failure

REQUIRED = ("partner_ref", "move_type", "invoice_date", "amount_signed")
SIGNS = {"out_invoice": 1, "out_receipt": 1, "out_refund": -1}


@dataclass(frozen=True)
class Document:
    """One customer document; the amount is signed (credit notes below zero) and untaxed."""

    line: int
    partner: str
    number: str
    kind: str
    day: date
    amount: Decimal


def read_documents(path):
    """The documents of a CSV file.

    :raise Failure: the file cannot be read, a column is missing, or rows are bad; all of them are listed
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            require_columns(path, reader.fieldnames or [])
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Failure(f"{path} is not a CSV file in UTF-8: {error}.") from error
    return checked_documents(path, rows)


def require_columns(path, columns):
    """Stop when a needed column is missing."""
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise Failure(
            f"{path}: missing column {', '.join(missing)}. Nothing was loaded.\n"
            f"Needed: {', '.join(REQUIRED)}; move_ref is optional, others are ignored. "
            f"Found: {', '.join(columns) or 'none'}."
        )


def checked_documents(path, rows):
    """The documents of these (line, row) pairs, if every one is good."""
    complaints, documents, numbers = [], [], {}
    for line, row in rows:
        reasons = list(row_complaints(row))
        reasons += duplicate_complaints(row, line, numbers)
        complaints += [f"  line {line}: {reason}" for reason in reasons]
        if not reasons:
            documents.append(document(line, row))
    if complaints:
        raise Failure(f"{path}: {len(complaints)} thing(s) to repair. Nothing was loaded.\n" + "\n".join(complaints))
    if not documents:
        raise Failure(f"{path} holds no documents.")
    return documents


def row_complaints(row):
    """What is wrong with a row, in words.

    >>> list(row_complaints({"partner_ref": "A", "move_type": "bill", "invoice_date": "3.4.20", "amount_signed": "1"}))
    ['unknown move_type "bill" (out_invoice, out_receipt or out_refund)', 'bad invoice_date "3.4.20" (YYYY-MM-DD)']
    """
    kind, amount = value(row, "move_type"), amount_of(row)
    if not value(row, "partner_ref"):
        yield "partner_ref is empty"
    if kind not in SIGNS:
        yield f'unknown move_type "{kind}" (out_invoice, out_receipt or out_refund)'
    if day_of(row) is None:
        yield f'bad invoice_date "{value(row, "invoice_date")}" (YYYY-MM-DD)'
    if amount is None:
        yield f'bad amount_signed "{value(row, "amount_signed")}" (a number in cents at the finest, such as -12.50)'
    elif amount * SIGNS.get(kind, 0) < 0:
        yield f"amount_signed {amount} does not fit {kind} (credit notes are negative, the others positive)"


def duplicate_complaints(row, line, numbers):
    """Complain of a document number seen before; remembers it with its line."""
    number = value(row, "move_ref")
    if number and numbers.setdefault(number, line) != line:
        return [f'duplicate move_ref "{number}" (also in line {numbers[number]})']
    return []


def value(row, column):
    """The stripped text of a column, empty when the row is too short."""
    return (row.get(column) or "").strip()


def day_of(row):
    """The row's date, or None."""
    text = value(row, "invoice_date")
    try:
        return date.fromisoformat(text) if len(text) == len("2020-01-31") else None
    except ValueError:
        return None


def amount_of(row):
    """The row's amount, or None when it is no number or finer than a cent."""
    try:
        amount = Decimal(value(row, "amount_signed"))
        return amount if amount.is_finite() and amount == amount.quantize(Decimal("0.01")) else None
    except InvalidOperation:
        return None


def document(line, row):
    """The document that a good row tells."""
    return Document(
        line,
        value(row, "partner_ref"),
        value(row, "move_ref"),
        value(row, "move_type"),
        day_of(row),
        amount_of(row),
    )


def prepared_documents(documents, newest=None):
    """The documents as JSON for Odoo, in the file's order; all dates moved alike if the newest is to be that day."""
    shift = newest - max(document.day for document in documents) if newest else timedelta()
    rows = [{**asdict(document), "day": document.day + shift} for document in documents]
    return json.dumps(rows, default=str)
