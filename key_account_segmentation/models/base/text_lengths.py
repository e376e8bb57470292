# SPDX-License-Identifier: LGPL-3.0-only
"""How long a text may be that people enter: whoever sees the customer reads it, in lists, cards and sentences."""

from odoo.exceptions import ValidationError

#: Characters of a name, of a reason or a remark in one line, and of a text of several paragraphs.
NAME_MAX, LINE_MAX, TEXT_MAX = 200, 500, 5000


def check_lengths(records, limits):
    """Refuse what is too long.

    :param limits: name of the field -> most characters
    :raises ValidationError: naming the field, its length and its limit
    """
    for record in records:
        for name, most in limits.items():
            length = len(record[name] or "")
            if length > most:
                label = record._fields[name].get_description(record.env, ["string"])["string"]
                raise ValidationError(
                    record.env._(
                        "“%(label)s” has %(length)s characters, at most %(most)s are kept. Please say it shorter.",
                        label=label,
                        length=length,
                        most=most,
                    )
                )
