# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Print what stands on contacts, in hand-overs and in follow-ups."""

import json

everything = env(context={"active_test": False})


def standing(model):
    """Record's name -> its activities' words and its messages' texts."""
    found = {}
    for activity in everything["mail.activity"].search([("res_model", "=", model)]):
        name = everything[model].browse(activity.res_id).display_name
        found.setdefault(name, []).append(f"{activity.summary or ''}|{activity.note or ''}")
    for message in everything["mail.message"].search([("model", "=", model)]):
        name = everything[model].browse(message.res_id).display_name
        found.setdefault(name, []).append(f"{message.subject or ''}|{message.body or ''}")
    return found


rows = everything["key.account.follow.up"].search([])
hand_overs = everything["key.account.hand.over"].search([])
told = {
    "contacts": standing("res.partner"),
    "hand_overs": standing("key.account.hand.over") if "message_ids" in hand_overs._fields else {},
    "follow_ups": [
        {
            "id": row.id,
            "customer": row.partner_id.name,
            "reason": row.reason,
            "agreed": row.agreed if "agreed" in row._fields else False,
            "state": row.state,
        }
        for row in rows
    ],
    "changes": [[change.partner_id.name, change.what] for change in everything["key.account.transition"].search([])],
    "plays": [[play.profile_id.partner_id.name, play.name] for play in everything["key.account.play"].search([])],
    "messages": everything["mail.message"].search([]).ids,
    "asked": {
        hand_over.user_id.name: [hand_over.activity_id.res_model, hand_over.activity_id.active]
        for hand_over in hand_overs
    },
}
print(json.dumps(told))
