# SPDX-License-Identifier: LGPL-3.0-only
"""The record of a customer: every figure declared once, for the live profile and for snapshots, and why it is so.

In:      columns that the refresh has written, and what people enter.
Out:     fields, checks, explanations, buttons.
Never:   SQL that reads documents; a step of a refresh.
"""

from . import (
    key_account_collaboration,
    key_account_explanation,
    key_account_figures,
    key_account_portfolio,
    key_account_profile,
    key_account_snapshot,
)
