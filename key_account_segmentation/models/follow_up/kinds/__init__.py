# SPDX-License-Identifier: LGPL-3.0-only
"""The kinds of follow-ups, a file each: what a kind waits for, and its words. Another module adds one in the same way.

A file adds its kind to the rules' selection and answers, as methods of the rule:

    _<kind>_due(known)                        profile id -> what it counts from, of customers that are to be followed up;
                                              ``known``: profile id -> ``tools.follow_up.Known``, of what is there already
    _<kind>_summary()                         what it is about, in a few words
    _<kind>_reason(profile, since, changes)   why, with figures
    _<kind>_to_do()                           what to do, on the contact, which everybody reads
    _<kind>_gone(env)                         why a follow-up is closed when its cause is gone
    _<kind>_explanation()                     what the rule does
    _<kind>_defaults()                        what a rule begins with. Its list shows the settings that have a default here:
                                              ``scope``, ``days``, ``overdue_share_min``, ``grace_days``, ``plan_id``

A kind with the name of an event of ``key.account.transition`` is caused by that change: ``common_events.py`` answers what is
due and the summary, the kind says by ``_<kind>_domain`` which customers still are what they became. What else a kind may
answer otherwise than most stands in ``common.py``.

``sequence`` orders the rules; the imports below order the selection in the same way.
"""

from . import common, common_events, common_purchases

# isort: off
from . import (
    contact,
    rhythm,
    reminder,
    became_key_account,
    became_at_risk,
    became_lost,
    fell_quadrant,
    became_major,
    payment,
    review,
    override_ended,
    shrinking,
)

# isort: on
