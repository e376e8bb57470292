# SPDX-License-Identifier: LGPL-3.0-only
"""The rooms, from the ground up: each imports from those before it only."""

# isort: off
from . import base, policy, matrix, profile, facts, refresh, link, key_account, override, managers, follow_up
