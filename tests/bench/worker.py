# SPDX-License-Identifier: LGPL-3.0-only
"""Does what ``./dev bench`` asks, one line of JSON each, in Odoo's shell (``env`` is there)."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import follow_up, machine, matrix, posting, refresh, screens, seed, storage

TASKS = {
    "due": follow_up.prepare_due,
    "follow_up": follow_up.follow_up,
    "machine": machine.describe,
    "seed": seed.seed,
    "count": seed.count,
    "vacuum": storage.vacuum,
    "bare": refresh.bare_group_by,
    "first": refresh.first_refresh,
    "refresh": refresh.refresh,
    "change": refresh.change_customers,
    "stale": refresh.refresh_stale,
    "sizes": storage.sizes,
    "matrix": matrix.read_matrix,
    "screens": screens.time_screens,
    "prepare": posting.prepare,
    "post": posting.post,
}

for line in sys.stdin:
    task, arguments = json.loads(line)
    print(json.dumps(TASKS[task](env, **arguments)), flush=True)
