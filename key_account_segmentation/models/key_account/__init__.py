# SPDX-License-Identifier: LGPL-3.0-only
"""The kinds of key account: who is suggested and why, referrals and feedback.

In:      stored figures, pipeline, referrals, feedback, rules that people write.
Out:     suggested types with their reasons.
Never:   the effective type: `override` decides it.
"""

# Parts first, each after those it builds on.
# isort: off
from . import (
    crm_lead,
    key_account_feedback,
    key_account_profile,
    key_account_refresh,
    key_account_type_rule,
    key_account_type,
    key_account_type_words,
    res_partner,
)
