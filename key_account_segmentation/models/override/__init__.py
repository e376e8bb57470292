# SPDX-License-Identifier: LGPL-3.0-only
"""What people set by hand beside what the figures say, what is effective of the two, and every change of it.

In:      computed values, values by hand with reason and end.
Out:     the effective category, quadrant and type; a transition for each change.
Never:   a figure.
"""

from . import (
    crm_lead,
    key_account_explanation,
    key_account_override_words,
    key_account_profile,
    key_account_refresh,
    key_account_transition,
    res_partner,
)
