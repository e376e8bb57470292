# SPDX-License-Identifier: LGPL-3.0-only
"""Facts in, verdicts by the rules of `tools`, rows that changed out: for all customers, a few, a past day or a draft.

In:      SQL of `facts`, marks of customers, a policy.
Out:     rows of the target; a run that says what was done and who was skipped.
Never:   what people enter; a message to anybody.
"""

from . import (
    key_account_refresh,
    key_account_run,
    key_account_run_failure,
    key_account_stale,
    key_account_trial,
)
