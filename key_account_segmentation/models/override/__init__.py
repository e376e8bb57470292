# SPDX-License-Identifier: LGPL-3.0-only
"""Overrides beside computed values, the effective ones of the two, and every change of them.

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
