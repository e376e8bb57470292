# SPDX-License-Identifier: LGPL-3.0-only
"""Who looks after a customer, who decides that, and what happens when an account manager leaves.

In:      salespersons of contacts, assignments, last days.
Out:     the account manager of each customer, changes of it as transitions, hand-overs.
Never:   a figure.
"""

from . import (
    key_account_hand_over,
    key_account_profile,
    key_account_refresh,
    res_users,
)
