# SPDX-License-Identifier: LGPL-3.0-only
"""The effective values of one customer and their changes: rows in, rows out, no database."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ...tools.effective import (
    CATEGORY_LEVELS,
    NO_PLACE,
    PLACE_LEVELS,
    Candidate,
    effective,
    is_in_force,
    lifecycle_event,
    quadrant_event,
)
from ..profile.overrides import AUTHOR, COMPARED, EFFECTIVE, REASON, UNTIL, has_override


@dataclass
class Levels:
    """How high each value is, for a policy."""

    #: quadrant id -> its place; those of other policies are missing
    quadrants: dict
    #: quadrant id -> its place and name, those of other policies too
    places: dict
    #: type id -> the earlier in the list, the higher
    types: dict

    def of(self, what):
        """Function from a value to how high it is."""
        return {"category": CATEGORY_LEVELS.get, "quadrant": self.quadrant, "type": self.type}[what]

    def quadrant(self, number):
        return PLACE_LEVELS.get(self.quadrants.get(number), NO_PLACE)

    def is_same_quadrant(self, old, new):
        """Whether two quadrants are one to people: policies of the same axes each have their own."""
        return old in self.places and self.places[old] == self.places.get(new)

    def type(self, number):
        return self.types.get(number, -1)


@dataclass
class Terms:
    """By what values take effect, and how to say why."""

    today: date
    #: how long the figures have to lead to less
    days: int
    levels: Levels
    #: what is not held up: all of it when the policy is a new one, else what somebody has just set or taken back
    at_once: frozenset = frozenset()
    #: why whatever is not held up changes
    cause: str = "figures"
    user_id: int | None = None


class Effect(NamedTuple):
    """The effective values of a profile, as they are stored."""

    id: int
    category: str
    category_falling_since: date
    quadrant_id: int
    quadrant_falling_since: date
    main_type_id: int
    type_falling_since: date


class Change(NamedTuple):
    """A change of a profile, as a transition keeps it; None is empty."""

    profile_id: int
    what: str
    old_value: str
    new_value: str
    event: str = "other"
    cause: str = "figures"
    user_id: int = None
    reason: str = None


def effective_values(terms, row):
    """Category, quadrant, type -> ``Effective``."""
    found = {}
    for what in EFFECTIVE:
        # without a purchase there is no place: an invoice that was a mistake leaves none behind
        is_nowhere = what == "quadrant" and not row["lifecycle"]
        days = 0 if row["lifecycle"] == "lost" or is_nowhere or what in terms.at_once else terms.days
        found[what] = effective(_candidate(terms.levels, row, what), terms.today, terms.levels.of(what), days)
    return found


def _candidate(levels, row, what):
    computed, manual = COMPARED[what]
    so_far, by_hand, is_manual = row[EFFECTIVE[what]], row[manual], has_override(row, what)
    if what == "quadrant":
        # a quadrant of another policy is no longer effective
        so_far = so_far if so_far in levels.quadrants else None
        is_manual = is_manual and by_hand in levels.quadrants
    if what == "type" and row["not_key_account"]:
        by_hand = None
    return Candidate(so_far, row[computed], row[f"{what}_falling_since"], is_manual, by_hand, row[UNTIL[what]])


def effect(row, values):
    """The columns to write of a customer; None if all are as stored."""
    new = Effect(
        row["id"],
        **{EFFECTIVE[what]: it.value for what, it in values.items()},
        **{f"{what}_falling_since": it.falling_since for what, it in values.items()},
    )
    are_recorded = row["lifecycle"] == row["recorded_lifecycle"] and row["is_major"] == row["recorded_major"]
    return None if are_recorded and new == Effect(*(row[name] for name in Effect._fields)) else new


def ended(terms, row, values):
    """The overrides that have ended."""
    found = [what for what, it in values.items() if it.has_ended]
    return [*found, "development"] if _development_has_ended(terms, row) else found


def _development_has_ended(terms, row):
    return has_override(row, "development") and not is_in_force(row[UNTIL["development"]], terms.today)


def changes(terms, row, values):
    """Each ``Change`` of a customer."""
    yield from _type_changes(terms, row, values["type"])
    yield from _effective_changes(terms, row, "category", values["category"], "other")
    yield from _quadrant_changes(terms, row, values["quadrant"])
    yield from _other_changes(terms, row)
    if _development_has_ended(terms, row):
        yield Change(row["id"], "development", "no", None, **_ended(row, "development"))


def _type_changes(terms, row, value):
    event = "other"
    if row["main_type_id"] is None or value.value is None:
        event = "no_key_account" if value.value is None else "became_key_account"
    yield from _effective_changes(terms, row, "type", value, event)


def _quadrant_changes(terms, row, value):
    old, levels = row["quadrant_id"], terms.levels
    event = "other"
    if old in levels.quadrants:
        event = quadrant_event(levels.quadrants[old], levels.quadrants.get(value.value))
    if old is not None and (value.has_ended or not levels.is_same_quadrant(old, value.value)):
        yield from _effective_changes(terms, row, "quadrant", value, event)


def _other_changes(terms, row):
    """Changes of lifecycle and major customer, which nobody can override: by the figures, or by a new policy."""
    cause = "policy" if terms.cause == "policy" else "figures"
    old, new = row["recorded_lifecycle"], row["lifecycle"]
    if new != old:
        yield Change(row["id"], "lifecycle", old or None, new or None, lifecycle_event(old, new), cause)
    old, new = row["recorded_major"], row["is_major"]
    if new != old:
        yield Change(row["id"], "major", _text(old), _text(new), "became_major" if new else "no_major", cause)


def _effective_changes(terms, row, what, value, event):
    """The change of an effective value; the end of an override is a change even if the computed value is the same."""
    old = row[EFFECTIVE[what]]
    if value.value != old:
        yield Change(row["id"], what, _text(old), _text(value.value), event, **_why(terms, row, what, value))
    elif value.has_ended:
        yield Change(row["id"], what, _text(old), _text(old), **_ended(row, what))


def _why(terms, row, what, value):
    if value.has_ended:
        return _ended(row, what)
    if what not in terms.at_once:
        return {}
    reason = row[REASON[what]] if terms.cause == "hand" else None
    return {"cause": terms.cause, "user_id": terms.user_id, "reason": reason}


def _ended(row, what):
    """Why a value changes whose override has ended: with its author and reason."""
    return {"cause": "ended", "user_id": row[AUTHOR[what]], "reason": row[REASON[what]]}


def _text(value):
    return str(value) if value else None
