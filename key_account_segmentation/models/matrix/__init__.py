# SPDX-License-Identifier: LGPL-3.0-only
"""The view type `quadrant`: two numbers of any model, drawn where they lie.

In:      a model with numbers, and a search as the user.
Out:     `matrix_read`: points, bins, cuts, sums; an arch that the server has checked.
Never:   a record that the user may not see; a write.
"""

from . import (
    ir_actions_act_window_view,
    ir_ui_view,
    key_account_matrix,
)
