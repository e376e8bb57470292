# SPDX-License-Identifier: LGPL-3.0-only
"""A refresh as values: its work, its beginning, its outcome."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from odoo import models

from ...tools.thresholds import Thresholds
from .targets import Target


class Work(NamedTuple):
    """A refresh: of which customers, as of when, by which rules, and where the figures go."""

    company: models.Model
    as_of: date
    thresholds: Thresholds
    #: days, see ``_usual_gap`` of key.account.refresh
    usual_gap: float
    target: Target
    #: revenue of the smallest A customer, see ``_begin`` of key.account.refresh; None if nobody has any
    a_border: float | None = None
    #: the customers (commercial partners), None for all of the company
    partner_ids: tuple | None = None
    #: the cause of changes: "figures", or "policy" as long as no refresh by the published policy is done
    cause: str = "figures"

    @property
    def is_of_all(self):
        return self.partner_ids is None


class Beginning(NamedTuple):
    """What the first batch has to know of all customers."""

    #: days
    usual_gap: float
    #: revenue of the smallest A customer, None if nobody has any
    a_border: float | None
    customers: int
    #: partner ids at which the batches end; the last one has no end
    ends: list


@dataclass
class Outcome:
    """Customers read, rows that changed, why customers were skipped (by partner id), and sentences for administrators."""

    read: int = 0
    changed: int = 0
    skipped: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)

    def __add__(self, other):
        return Outcome(
            self.read + other.read,
            self.changed + other.changed,
            self.skipped | other.skipped,
            self.remarks + other.remarks,
        )
