# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 (env comes from devkit/scripts/run_script.py)
"""A salesperson's overrides, one after the other: `editor.py SECONDS SEED PROFILES...`.

Prints a JSON line: how many edits, how many tries again, the edits that were lost, and for each profile what was
entered last.
"""

import json
import logging
import random
import sys
import time

from odoo import api
from odoo.service.model import retrying

seconds, seed, *profile_ids = map(int, sys.argv[1:])
chance = random.Random(seed)
user = env.ref("base.user_admin").id
managers = [user, False]
collaborations = [*env["key.account.collaboration"].search([], limit=3).ids, False]
retries = []
entered, lost = {}, []


class Retries(logging.Handler):
    """Remembers when the server tried again."""

    def emit(self, record):
        if "try again" in record.getMessage():
            retries.append(record)


def override(number):
    """What somebody could think of a customer."""
    return chance.choice(
        (
            {"manual_category": chance.choice(("active_partner", "client")), "manual_category_reason": f"No. {number}"},
            {"manual_category": False, "manual_category_reason": False},
            {"cannot_be_developed": chance.random() < 0.5},
            {"account_manager_id": chance.choice(managers)},
            {"collaboration_id": chance.choice(collaborations)},
        )
    )


def seen(profile):
    """What stands on the profile of all that was entered."""
    return {name: profile[name].id if name.endswith("_id") else profile[name] for name in entered.get(profile.id, {})}


def edit(number):
    """Look at a profile, then write; one request each, as the web client does."""
    profile_id = chance.choice(profile_ids)
    with env.registry.cursor() as cr:
        profile = api.Environment(cr, user, {})["key.account.profile"].browse(profile_id)
        if seen(profile) != entered.get(profile_id, {}):
            lost.append([profile_id, seen(profile), entered[profile_id]])
    values = override(number)
    with env.registry.cursor() as cr:
        request = api.Environment(cr, user, {})
        retrying(lambda: request["key.account.profile"].browse(profile_id).write(values), request)
    entered.setdefault(profile_id, {}).update(values)


logging.getLogger("odoo.service.model").addHandler(Retries())
logging.getLogger("odoo.service.model").setLevel(logging.INFO)
env.cr.commit()
end = time.monotonic() + seconds
edits = 0
while time.monotonic() < end:
    edit(edits)
    edits += 1
    time.sleep(chance.uniform(0, 0.1))
print(json.dumps({"edits": edits, "retries": len(retries), "lost": lost, "entered": entered}))
