# SPDX-License-Identifier: LGPL-3.0-only
"""Whose a record is, and who may name it in another one."""

from odoo.exceptions import AccessError, ValidationError

#: What decides which company a contact belongs to. The commercial partner is computed, but a script may write it.
HIERARCHY_FIELDS = {"parent_id", "is_company", "commercial_partner_id"}


def check_readable(records, vals_list, *names):
    """A user who names a record has to be able to read it: Odoo takes any number, and its messages then tell the name.

    :param names: of Many2one fields
    :raises AccessError: as for reading it
    """
    if records.env.su:
        return
    for name in names:
        numbers = {vals[name] for vals in vals_list if isinstance(vals.get(name), int) and vals[name]}
        records.env[records._fields[name].comodel_name].browse(numbers).check_access("read")


def check_stays(records, vals):
    """Records that a company's customers refer to stay with that company.

    :raises AccessError: it would move
    """
    if "company_id" in vals and not records.env.su and any(it.company_id.id != vals["company_id"] for it in records):
        raise AccessError(
            records.env._(
                "“%(name)s” belongs to the company it was made for. Make another one instead.",
                name=records[0].display_name,
            )
        )


def check_playbook(records):
    """A playbook (``plan_id``) plans its activities on contacts.

    :raises ValidationError: it is a plan for another model
    """
    for record in records:
        model = record.plan_id.res_model
        if model and model != "res.partner":
            raise ValidationError(
                record.env._(
                    "“%(plan)s” is a plan for %(model)s, not for contacts, on which a playbook plans its activities.",
                    plan=record.plan_id.name,
                    model=record.env["ir.model"]._get(model).name,
                )
            )
