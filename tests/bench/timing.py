# SPDX-License-Identifier: LGPL-3.0-only
"""Seconds, of an action at a time."""

import gc
import time


def seconds(action):
    """Seconds an action takes; rubbish of what went before is not its fault."""
    gc.collect()
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
