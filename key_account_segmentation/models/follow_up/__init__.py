# SPDX-License-Identifier: LGPL-3.0-only
"""What somebody should do today: follow-ups planned, handed on and closed, never twice; playbooks and letters.

In:      stored figures and transitions, rules of a company.
Out:     follow-ups, activities, playbooks, one digest per person.
Never:   a figure or a verdict; why on a contact, which everybody reads.
"""

# A model is declared before it is re-opened.
# isort: off
from . import (
    calendar_event,
    key_account_follow_up,
    key_account_follow_up_rule,
    key_account_follow_up_planning,
    kinds,
    key_account_play,
    key_account_profile,
    key_account_transition,
    res_partner,
    res_users,
)
