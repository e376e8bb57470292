# SPDX-License-Identifier: LGPL-3.0-only
from . import big_day, big_day_follow_up, big_day_type
