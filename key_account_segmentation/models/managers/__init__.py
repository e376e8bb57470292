# SPDX-License-Identifier: LGPL-3.0-only
"""Account managers: who may name them, and the hand-over when one leaves.

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
