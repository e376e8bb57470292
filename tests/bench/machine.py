# SPDX-License-Identifier: LGPL-3.0-only
"""What the figures were measured on."""

import datetime
import os
import platform
from pathlib import Path

from odoo import release
from odoo.tools import SQL

SETTINGS = (
    "shared_buffers",
    "work_mem",
    "maintenance_work_mem",
    "effective_cache_size",
    "max_wal_size",
    "max_parallel_workers_per_gather",
    "jit",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "autovacuum",
)


def describe(env):
    """Pairs of (what, which) about machine and programs."""
    env.cr.execute(SQL("SHOW server_version"))
    version = env.cr.fetchone()[0]
    env.cr.execute(SQL("SELECT name, CURRENT_SETTING(name) FROM pg_settings WHERE name IN %s", SETTINGS))
    found = dict(env.cr.fetchall())
    return [
        ("Date", datetime.date.today().isoformat()),
        ("Processor", f"{os.cpu_count()} cores, {processor()}"),
        ("Memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1024**3:.0f} GB"),
        ("Odoo, Python", f"{release.version}, {platform.python_version()}"),
        ("PostgreSQL", f"{version}: " + ", ".join(f"{name} {found[name]}" for name in SETTINGS)),
    ]


def processor():
    """The processor's name as Linux has it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
