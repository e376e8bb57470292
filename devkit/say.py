# SPDX-License-Identifier: LGPL-3.0-only
"""What ./dev tells the person who runs it. All of it goes to standard error: standard output belongs to scripts."""

import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """A reason to stop, in plain sentences: what went wrong and the way out."""


def say(text):
    """Print one line at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Announce a step that takes time, and say how long it took."""
    say(f"- {text} ...")
    start = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - start:.1f} s")
