# SPDX-License-Identifier: LGPL-3.0-only
"""The decisions of a company: thresholds, axes and cuts, quadrants, scores of places, its day.

In:      what sales administrators enter; a published policy never changes.
Out:     `Thresholds`, the effective axes and cuts, the company's day.
Never:   a figure of a customer.
"""

from . import (
    key_account_location,
    key_account_policy,
    key_account_policy_matrix,
    key_account_quadrant,
    res_company,
    res_config_settings,
)
