# SPDX-License-Identifier: LGPL-3.0-only
"""How dates, numbers and shares are written in sentences, in the user's language."""

from odoo.tools.misc import format_date, formatLang


def day_text(env, day):
    """A date with the name of its month: nobody takes 3 April for 4 March."""
    return format_date(env, day, date_format="medium")


def number_text(env, value, most=2):
    """A number with at most so many decimals, none that say nothing."""
    value = round(value, most) + 0.0  # no minus before a zero
    digits = next(digits for digits in range(most + 1) if round(value, digits) == value)
    return formatLang(env, value, digits=digits)


def percent_text(env, share, digits=None):
    """A fraction in percent, with so many decimals; if not said, with one where it says something."""
    percent = share * 100
    number = number_text(env, percent, most=1) if digits is None else formatLang(env, percent, digits=digits)
    return env._("%(number)s%%", number=number)


def money_text(record, amount):
    """An amount in the currency of a record."""
    return formatLang(record.env, amount, currency_obj=record.currency_id)


def choice_text(records, name, value):
    """The word of the screen for a value of a selection field."""
    return dict(records._fields[name]._description_selection(records.env)).get(value, value)
